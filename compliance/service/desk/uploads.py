"""Spreadsheets that are being read: kept beside the records until they are screened, for a day at most.

Every worker of a machine finds them there. Nothing of a workbook is on record before its orders are screened.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.errors import UsageError
from compliance.output_files import write_file

FOLDER, LAST_MAP = "uploads", "last.map.yaml"
KINDS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt")
_ABOUT, _MAP = "about.json", "map.yaml"
_TOKEN = re.compile(r"[0-9a-f]{32}")
_LASTS = 24 * 3600
_MOST_KEPT = 200
_MOST_UNPACKED = 256 * 2**20


class UnknownUploadError(UsageError):
    """There is no such spreadsheet here, or not any more."""


@dataclass(frozen=True)
class Upload:
    """A spreadsheet with its map, and what is told beside the map."""

    token: str
    path: Path
    map_path: Path
    owner: str
    comments: dict[str, str]

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    def keep_comments(self, comments: dict[str, str]) -> None:
        """Keeps what was told beside the map, which its file does not give back."""
        _write_about(self.path.parent, self.path.name, self.owner, comments)


class Uploads:
    """The spreadsheets of a service, in a folder of its records."""

    def __init__(self, records: Path, map_of_world: Path) -> None:
        self._folder = records / FOLDER
        self._maps = (self._folder / LAST_MAP, map_of_world)

    def add(self, name: str, content: bytes, owner: str) -> Upload:
        """Keeps a spreadsheet, with the map that was used last, else that of the world.

        Raises `UsageError` for a file of another kind.
        """
        plain = re.sub(r"[^A-Za-z0-9._ -]+", "_", Path(name.replace("\\", "/")).name).strip(" .")[-80:]
        if not content or Path(plain).suffix.lower() not in KINDS:
            raise UsageError(f"choose a spreadsheet: {', '.join(KINDS)}")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._let_go()
        token = secrets.token_hex(16)
        place = self._folder / token
        place.mkdir(mode=0o700)
        (place / plain).write_bytes(content)
        try:
            _require_small(place / plain)
        except UsageError:
            shutil.rmtree(place)
            raise
        if used := next((one for one in self._maps if one.is_file()), None):
            shutil.copyfile(used, place / _MAP)
        _write_about(place, plain, owner, {})
        return self.get(token, owner)

    def get(self, token: str, owner: str) -> Upload:
        """The spreadsheet of a token. Raises `UnknownUploadError`, also for that of somebody else."""
        place = self._folder / token
        try:
            if not _TOKEN.fullmatch(token):
                raise ValueError
            about: dict[str, Any] = json.loads((place / _ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise UnknownUploadError("the spreadsheet is not here any more; upload it again") from None
        if about["owner"] != owner:
            raise UnknownUploadError("the spreadsheet was uploaded with another key")
        return Upload(token, place / about["name"], place / _MAP, owner, about["comments"])

    def finish(self, upload: Upload) -> None:
        """Keeps the map for the next spreadsheet and lets go of this one."""
        write_file(self._folder / LAST_MAP, upload.map_path.read_text(encoding="utf-8"))
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def _let_go(self) -> None:
        """Takes away what lies here for more than a day, and the oldest of too many."""
        old = sorted((path.stat().st_mtime, path) for path in self._folder.iterdir() if path.is_dir())
        for number, (at, path) in enumerate(reversed(old)):
            if number >= _MOST_KEPT or at < time.time() - _LASTS:
                shutil.rmtree(path, ignore_errors=True)


def _write_about(place: Path, name: str, owner: str, comments: dict[str, str]) -> None:
    write_file(place / _ABOUT, json.dumps({"name": name, "owner": owner, "comments": comments}, ensure_ascii=False))


def _require_small(path: Path) -> None:
    """Raises `UsageError` for an archive that unpacks to more than a spreadsheet holds."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        if sum(one.file_size for one in archive.infolist()) > _MOST_UNPACKED:
            raise UsageError(f"`{path.name}` unpacks to more than {_MOST_UNPACKED // 2**20} MiB, and is not read")
