"""The folder of evidence holds what the answer holds: all findings, all rows behind them, all determinations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from compliance.answers.answer import Answer
from compliance.decisions.audit import audit
from compliance.decisions.evidence_folder import EvidenceFolder, first_of
from compliance.evaluation import lineage_query
from compliance.generate.write import generate
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import load_world
from tests.cli.commands import here

MOST = 20
"""So many rows of a finding are listed here, in place of a thousand."""
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path, Answer]]:
    """A generated world, the folder and the answer of its audit; totals there rest on more rows than are listed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lineage_query, "MOST_ROWS", MOST)
        yield audited(tmp_path_factory)


def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Answer]:
    place = tmp_path_factory.mktemp("evidence")
    generate(60, 2_500, 3, place / "world", "parquet")
    folder = EvidenceFolder(place / "evidence")
    packs = load_packs(["us_ai_diffusion", "diffusion_headline"])
    answer = audit(load_world(place / "world"), packs, DAY, rows_behind=folder.write_rows)
    folder.write_answer(answer)
    return place / "world", place / "evidence", answer


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def test_every_finding_stands_in_the_order_of_the_answer(made: tuple[Path, Path, Answer]) -> None:
    _, folder, answer = made
    expected = [
        (n, f.pack, f.rule, f.outcome, f.certainty, f.standing, f.subject.id, f.subject.key, f.subject.period,
         f.measure.value if f.measure else None, f.limit.value if f.limit else None)
        for n, f in enumerate(answer.findings, 1)
    ]  # fmt: skip
    names = ("number", "pack", "rule", "outcome", "certainty", "standing", "subject", "key", "period", "value", "limit")

    assert [tuple(row[name] for name in names) for row in rows(folder / "findings.parquet")] == expected


def test_all_rows_behind_a_finding_stand_there_with_file_and_line(made: tuple[Path, Path, Answer]) -> None:
    world, folder, answer = made
    by_rule: dict[tuple[str, str, str | None, str | None], set[tuple[Any, ...]]] = {}
    for path in (folder / "evidence").glob("*.parquet"):
        pack = path.name.partition(".")[0]
        for row in rows(path):
            key = pack, row["subject"], row["key"] or None, row["period"] or None
            place = row["table"], row["id"], row["file"], row["line"]
            by_rule.setdefault(key, set()).add(place)
    assert max(finding.evidence.count for finding in answer.findings) > MOST
    for finding in answer.findings:
        subject = finding.subject
        if subject.kind == "group":
            continue
        there = by_rule[finding.pack, subject.id, subject.key, subject.period]
        listed = {(row.table, row.id, row.file, row.line) for row in finding.evidence.rows}

        assert listed <= there
        assert len(listed) <= MOST
        assert len(there) >= finding.evidence.count
        assert finding.evidence.rows[0].file == str(world / "shipments.parquet")


def test_every_determination_stands_there_by_its_kind(made: tuple[Path, Path, Answer]) -> None:
    _, folder, answer = made
    kinds = {
        row["kind"]: json.loads(row["said"]) for row in rows(folder / "determination_kinds.parquet") if row["said"]
    }
    found = [
        {**kinds[row["kind"]], "id": row["id"], "table": row["table"]}
        for row in rows(folder / "determinations.parquet")
    ]

    assert found == [one.model_dump() for one in answer.determinations]


def test_an_answer_with_evidence_lists_the_first_and_says_how_many_there_are(made: tuple[Path, Path, Answer]) -> None:
    answer = made[2]
    few = first_of(answer, 5)

    assert [f.subject for f in few.findings] == [f.subject for f in answer.findings[:5]]
    assert list(few.determinations) == list(answer.determinations[:5])
    (told,) = set(few.assumptions) - set(answer.assumptions)
    assert told.startswith(f"of {len(answer.findings):,} findings and {len(answer.determinations):,} determinations")
    assert first_of(answer, 10**6) is answer


def test_the_command_writes_the_folder_whole_and_the_status_counts_all(
    made: tuple[Path, Path, Answer], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, _, _ = made
    words = ("audit", world, "--as-of", "2026-11-20", "--pack", "diffusion_headline", "--format", "json")
    done = here(capsys, *words, "--evidence", tmp_path / "e")
    again = here(capsys, *words, "--evidence", tmp_path / "e")
    names = Counter(path.suffix for path in (tmp_path / "e").rglob("*.*"))

    assert done.status == 1
    assert names[".parquet"] > 4
    assert len(json.loads(done.out)["findings"]) <= 1_000
    assert again.status == 2
    assert "is there already" in again.err
    inside = here(capsys, *words, "--evidence", world / "e")
    assert inside.status == 2
