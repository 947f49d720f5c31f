"""Folders of what a process needs while it runs: what nobody holds goes, what somebody holds or made stays."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from compliance.service.scratch_folder import ScratchFolder


def test_only_what_nobody_holds_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("files-left", "files-foreign", "other-left"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "some").write_text("text")
    for name in ("files-left", "other-left"):
        (tmp_path / name / "held").touch()
    (tmp_path / "files-link").symlink_to(tmp_path / "other-left")

    with ScratchFolder("files-") as first, ScratchFolder("files-") as second:
        names = {path.name for path in tmp_path.iterdir()}
        assert names == {"files-foreign", "files-link", "other-left", first.path.name, second.path.name}
    assert {path.name for path in tmp_path.iterdir()} == {"files-foreign", "files-link", "other-left"}
