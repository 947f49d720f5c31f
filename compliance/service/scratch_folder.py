"""A folder of what a process of the service needs while it runs; what a killed one left behind, the next removes."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

_LOCK = "held"
_UNHELD = "new-"


class ScratchFolder:
    """A folder of its own under the system's temporary folder, held by a lock until `close` or the process's end.

    Folders of this `prefix` that no process holds any more are removed first.
    """

    def __init__(self, prefix: str) -> None:
        place = Path(tempfile.gettempdir())
        for left in place.glob(f"{prefix}*"):
            _remove_unheld(left)
        made = Path(tempfile.mkdtemp(prefix=f"{_UNHELD}{prefix}"))
        self._lock = (made / _LOCK).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = made.rename(made.with_name(made.name.removeprefix(_UNHELD)))  # seen by others only once it is held

    def close(self) -> None:
        """Removes the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _remove_unheld(folder: Path) -> None:
    with suppress(OSError):  # of another user, or removed meanwhile
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return
        with (folder / _LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
