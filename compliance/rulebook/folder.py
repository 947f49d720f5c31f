"""Where the rule data lies."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


_stored: list[Path] = []


def use_rules(folder: Path | None) -> None:
    """Has this process read the rules of another folder from now on, those of a record; `None`: the installed ones."""
    _stored[:] = [] if folder is None else [folder]


def rules_folder() -> Path:
    """The folder of packs and shared data: inside the package in a wheel, beside it in a checkout."""
    if _stored:
        return _stored[0]
    shipped = _PACKAGE / "_rules"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "rules"
