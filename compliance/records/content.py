"""Content kept by its hash: files of a world and of the rules, once each, beside the log that refers to them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from compliance.errors import ComplianceError
from compliance.records.canonical import canonical_json
from compliance.records.durable_files import create_file, fsync_folder

TREE = "files"
"""The one key of a tree: `{"files": {path: hash of its content}}`."""


class ContentMissingError(ComplianceError):
    """Content that a record refers to is not there, or is not what its hash says."""


class ContentStore:
    """A folder of files, each named by the SHA-256 of what it holds, in subfolders by the first two digits.

    INVARIANT: a file comes to its name by one rename when all of it is on disk, and never changes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keeps content and gives its hash; what is there already is not written again."""
        name = sha256(content).hexdigest()
        place = self._place(name)
        if not place.exists():
            new = not place.parent.exists()
            place.parent.mkdir(parents=True, exist_ok=True)
            create_file(place, content)
            if new:
                fsync_folder(self.folder)
        return name

    def get(self, name: str) -> bytes:
        """The content of that hash. Raises `ContentMissingError`."""
        try:
            content = self._place(name).read_bytes()
        except OSError:
            raise ContentMissingError(f"{self._place(name)}: is missing, and a record needs it") from None
        if sha256(content).hexdigest() != name:
            raise ContentMissingError(f"{self._place(name)}: does not hold what its name says")
        return content

    def put_tree(self, files: Mapping[str, Path]) -> str:
        """Keeps files by their paths in the tree and gives the hash of the tree."""
        return self.put(canonical_json({TREE: {name: self.put(path.read_bytes()) for name, path in files.items()}}))

    def write_tree(self, name: str, folder: Path) -> None:
        """Writes the files of a tree into a folder. Raises `ContentMissingError`."""
        for path, content in json.loads(self.get(name))[TREE].items():
            place = folder / path
            if not place.resolve().is_relative_to(folder.resolve()):
                raise ContentMissingError(f"{self._place(name)}: names a file outside of its tree, `{path}`")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.get(content))

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / name


def tree_of(folder: Path, below: str = "", leave_out: str = "") -> dict[str, Path]:
    """The files of a folder by their paths from it, under `below`; those whose names end in `leave_out` are not."""
    found = {}
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            if name.startswith(".") or (leave_out and name.endswith(leave_out)):
                continue
            path = Path(root) / name
            found[(Path(below) / path.relative_to(folder)).as_posix()] = path
    return found
