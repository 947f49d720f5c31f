"""`import epoch-clusters` from the command line to a world that can be audited."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance import load_world
from compliance.imports.epoch import epoch_clusters

from .commands import ROOT, here


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> epoch_clusters.EpochImport:
    """What an import of one cluster gives; the reading has tests of its own."""
    made = epoch_clusters.EpochImport(
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


FIXTURE = ROOT / "fixtures" / "owners_by_statements.json"
GIVEN = ROOT / "tests" / "imports" / "given"


@pytest.mark.parametrize(
    ("kind", "file", "told"),
    [
        ("bods", FIXTURE, "statements 14"),
        ("ftm", GIVEN / "entities.ftm.json", "entities 16"),
        ("uk-psc", GIVEN / "psc.jsonl", "records 7"),
        ("csl", GIVEN / "consolidated.json", "rows 7"),
    ],
)
def test_a_file_of_others_becomes_a_world_and_an_account(
    kind: str, file: Path, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = here(capsys, "import", kind, file, "--output", tmp_path / "made")

    assert (done.status, done.out) == (0, "")
    assert done.err.startswith(f"Read from {file}: {told}.\nRows made: companies ")
    assert "Left out: " in done.err
    assert load_world(tmp_path / "made").rows("companies")
    assert done.err.strip() in (tmp_path / "made" / "README.md").read_text(encoding="utf-8")


def test_entities_and_relationships_of_gleif_are_read_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entity, exception = tmp_path / "lei.xml", tmp_path / "repex.xml"
    entity.write_text("<a><LEIRecord><LEI>001GPB6A9XPE8XJICC14</LEI><Entity/></LEIRecord></a>")
    exception.write_text(
        "<a><Exception><LEI>001GPB6A9XPE8XJICC14</LEI><ExceptionReason>NO_LEI</ExceptionReason></Exception></a>"
    )
    done = here(capsys, "import", "gleif", entity, exception, "--output", tmp_path / "made")

    assert (done.status, done.out) == (0, "")
    assert "entities 1, reporting exceptions 1" in done.err
    assert len(load_world(tmp_path / "made").rows("stakes")) == 1


def test_who_is_listed_is_shown_and_decided_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world, candidates = tmp_path / "world.yaml", tmp_path / "candidates.csv"
    world.write_text("companies: [{id: lotus, name: Blue Lotus Microelectronics Ltd, headquarters: CN}]\n")
    words = ("import", "csl", GIVEN / "consolidated.json", "--match", world, "--as-of", "2026-01-01")
    done = here(capsys, *words, "--candidates", candidates, "--output", tmp_path / "open")

    assert done.status == 0
    assert "likely matches are not decided: no listing" in done.out
    assert "lotus: `Blue Lotus Microelectronics Ltd` and `Blue Lotus Microelectronics Co., Ltd.`" in done.out
    assert load_world(tmp_path / "open").rows("listings") == ()

    text = candidates.read_text(encoding="utf-8")
    candidates.write_text(text.replace(",,,,,", ",same,,me,,", 1), encoding="utf-8")
    done = here(capsys, *words, "--decisions", candidates, "--output", tmp_path / "decided")
    assert done.status == 0
    assert [row.value("list") for row in load_world(tmp_path / "decided").rows("listings")] == ["EntityList"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("bods", "none.json", "--output", "made"), "none.json: cannot be opened"),
        (("bods", FIXTURE), "needs --output"),
        (("bods", FIXTURE, "--output", "made.yaml"), "give a name without an ending"),
        (("csl", GIVEN / "consolidated.json", "--decisions", "x", "--output", "made"), "needs --match"),
        (("csl", GIVEN / "consolidated.json", "--likely", "200", "--output", "made"), "no whole number from 1 to 100"),
    ],
)
def test_a_mistake_is_two_and_writes_nothing(
    words: tuple[str | Path, ...],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = here(capsys, "import", *words)

    assert done.status == 2
    assert told in done.err
    assert list(tmp_path.iterdir()) == []
