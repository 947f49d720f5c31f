"""What a long piece of work has finished: kept in a folder, so that a run that was killed goes on where it was.

INVARIANT: a stage comes to its place by one rename when it is whole, so whatever lies there is; the folder belongs to
one set of inputs, which `run.json` names by their hashes, and is refused for any other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import UsageError, quote_some
from compliance.output_files import unwritable, write_file

if TYPE_CHECKING:
    import pyarrow as pa

_MANIFEST = "run.json"
_STAGES = "stages"
_UNFINISHED = ".unfinished-"


class Stages:
    """The finished stages of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reused = 0

    @classmethod
    def open(cls, folder: Path, inputs: Mapping[str, str]) -> Stages:
        """The stages of a run in a folder, which is made where there is none; `inputs` by name, with their hashes.

        Raises `UsageError` where the folder holds another run or something else, or cannot be written.
        """
        manifest = folder / _MANIFEST
        try:
            (folder / _STAGES).mkdir(parents=True, exist_ok=True)
            if manifest.exists():
                _same(folder, json.loads(manifest.read_text("utf-8")), inputs)
            elif any(path.name != _STAGES for path in folder.iterdir()) or any((folder / _STAGES).iterdir()):
                raise UsageError(f"`{folder}` holds something that is no run of an audit; name a new folder")
            else:
                write_file(manifest, json.dumps(inputs, indent=1, sort_keys=True) + "\n")
            for left in (folder / _STAGES).glob(f"{_UNFINISHED}*"):
                left.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(folder, error) from None
        except ValueError:
            raise UsageError(f"`{manifest}` cannot be read; name a new folder") from None
        return cls(folder / _STAGES)

    def table(self, name: str, make: Callable[[], pa.Table]) -> pa.Table:
        """The table of a stage: as it was kept, or made now and kept."""
        import pyarrow.parquet as pq

        place = self.folder / f"{sha256(name.encode()).hexdigest()}.parquet"
        if place.exists():
            self.reused += 1
            return pq.read_table(place)
        made = make()
        unfinished = place.with_name(f"{_UNFINISHED}{os.getpid()}-{place.stem}")
        try:
            pq.write_table(made, unfinished, compression="zstd")
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(unfinished, place)
        except OSError as error:
            raise unwritable(self.folder, error) from None
        return made


def _same(folder: Path, before: Mapping[str, str], now: Mapping[str, str]) -> None:
    other = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if other:
        are = "is" if len(other) == 1 else "are"
        told = f"`{folder}` holds a run of other inputs: {quote_some(other, 3)} {are} not as before"
        raise UsageError(f"{told}; name a new folder, or remove this one")


def file_hashes(path: Path) -> dict[str, str]:
    """The hash of a file, or of every file in a folder, by its path below it."""
    if not path.is_dir():
        return {path.name: _hash(path)}
    return {str(each.relative_to(path)): _hash(each) for each in sorted(path.rglob("*")) if each.is_file()}


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
