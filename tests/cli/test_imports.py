"""`import epoch-clusters` from the command line to a world that can be audited."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance import load_world
from compliance.formats import epoch_clusters

from .commands import here


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> epoch_clusters.Imported:
    """What an import of one cluster gives; the reading has tests of its own."""
    made = epoch_clusters.Imported(
        {"sites": [{"id": "s", "country": "US"}], "holdings": [{"site": "s", "chip": "H100", "quantity": "8"}]},
        [],
        [],
        {},
    )
    monkeypatch.setattr(epoch_clusters, "import_epoch_clusters", lambda *_: made)
    monkeypatch.setattr(epoch_clusters, "report", lambda _: "1 row read\n")
    return made


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("name", ["made", "made.yaml"])
def test_an_import_writes_a_world_and_reports_on_standard_error(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "import", "epoch-clusters", tmp_path, "--output", tmp_path / name)
    assert (done.status, done.out, done.err) == (0, "", "1 row read\n")
    assert [row.name_of_row for row in load_world(tmp_path / name).rows("sites")] == ["s"]


@pytest.mark.usefixtures("imported")
def test_an_import_never_writes_over_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "kept").touch()
    done = here(capsys, "import", "epoch-clusters", tmp_path, "--output", tmp_path / "made")
    assert done.status == 2
    assert "is there already" in done.err
    assert [place.name for place in (tmp_path / "made").iterdir()] == ["kept"]


def test_a_folder_without_the_table_is_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = here(capsys, "import", "epoch-clusters", tmp_path, "--output", tmp_path / "made")
    assert done.status == 2
    assert "gpu_clusters.csv" in done.err
    assert not (tmp_path / "made").exists()
