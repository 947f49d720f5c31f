"""What a replay needs is on record: the same bytes come out, also when the files and the rules have gone on since."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from compliance import Screener
from compliance.cli.main import run
from compliance.errors import UsageError
from compliance.records.case_export import case_archive
from compliance.records.checker import verify
from compliance.records.decision_index import DecisionIndex
from compliance.records.inputs import InputReader, apply_record, keep_base
from compliance.records.log import RecordLog
from compliance.records.replay import ReplayError, decision_body, replay
from compliance.records.retention import let_go
from compliance.rulebook.folder import rules_folder, use_rules
from tests.packs import PACK as OWN_PACK

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORLD = """\
companies:
  - {id: x, name: X Holding, headquarters: CN}
  - {id: a, name: A Sdn Bhd, headquarters: MY}
stakes: [{owner: x, owned: a, percent: 50}]
listings: [{party: x, list: EntityList}]
"""
RULE = """\
id: no_reexports
title: Nothing is reexported
topic: destination_license
citation: our own policy 9
confidence: design
of: lines
subject: {kind: line}
when:
  the line is a reexport: {movement: reexport}
then: {outcome: violation, message: "{subject} is reexported to {to_country}."}
"""
LINES = [{"id": "o", "date": "2026-11-20", "consignee": "a", "to_country": "MY", "chip": "H100", "quantity": "8"}]
CHANGE = {"add": {"companies": [{"id": "n", "name": "N AG", "headquarters": "CH"}]}, "remove": {}}
_INSTALLED = rules_folder()


@pytest.fixture(autouse=True)
def rules_as_installed() -> Iterator[None]:
    yield
    use_rules(None)


def kept(folder: Path, world: Path, packs: tuple[str, ...] = ("us_affiliates",), **log_options: int) -> RecordLog:
    """A log with a base, a decision, a change and another decision."""
    log = RecordLog(folder, **log_options)
    reader = InputReader(log.content, folder.parent / f"scratch-{folder.name}")
    base = keep_base(log.content, str(world), packs, date(2026, 11, 20), "both")
    body = {"base": {**base, "changes": []}, "revision": 1}
    record = log.append(NOON, "world", body, [base["files"], base["rules"]])
    decide(log, reader, record.number)
    record = log.append(NOON, "world", {"change": CHANGE, "revision": 2})
    decide(log, reader, record.number, consignee="n")
    return log


def decide(log: RecordLog, reader: InputReader, number: int, at: datetime = NOON, **more: str) -> str:
    """Puts a decision on record, made from what is there, and gives its text."""
    bodies = [record.body for record in log.read(kinds=("world",)) if record.number <= number]
    last = max(place for place, body in enumerate(bodies) if "base" in body)
    world = reader.world(bodies[last]["base"])
    for body in bodies[last:]:
        world = apply_record(world, body)
    orders = [{**LINES[0], **more}]
    answer = reader.screener(bodies[last]["base"], world).screen(orders)
    text = answer.json_text()
    log.append(
        at, "decision",
        decision_body(orders=orders, answer_text=text, answer=answer, world=number, posture=answer.posture, by="desk"),
    )  # fmt: skip
    return text


@pytest.fixture
def world(tmp_path: Path) -> Path:
    (tmp_path / "world.yaml").write_text(WORLD, encoding="utf-8")
    return tmp_path / "world.yaml"


def test_a_decision_replays_to_the_bytes_of_the_library(tmp_path: Path, world: Path) -> None:
    kept(tmp_path / "records", world).close()
    expected = Screener.open(world, packs=["us_affiliates"], as_of=date(2026, 11, 20)).screen(LINES).json_text()

    assert replay(tmp_path / "records", "2") == expected
    assert json.loads(replay(tmp_path / "records", "4"))["decisions"]
    assert verify(tmp_path / "records").problems == []


def test_the_files_and_packs_may_change_or_go(tmp_path: Path, world: Path) -> None:
    pack = tmp_path / "own_rules"
    pack.mkdir()
    (pack / "pack.yaml").write_text(OWN_PACK.format(id="own_rules"), encoding="utf-8")
    (pack / "no_reexports.yaml").write_text(RULE, encoding="utf-8")
    kept(tmp_path / "records", world, ("us_affiliates", str(pack))).close()
    before = replay(tmp_path / "records", "2")
    world.write_text("companies: []\n", encoding="utf-8")
    shutil.rmtree(pack)

    assert replay(tmp_path / "records", "2") == before
    assert {pack["id"] for pack in json.loads(before)["packs"]} == {"own_rules", "us_affiliates"}


def test_a_world_in_a_folder_is_kept_by_its_tables(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    folder.mkdir()
    (folder / "companies.csv").write_text("id,name,headquarters\na,A Sdn Bhd,MY\n", encoding="utf-8")
    (folder / "notes.md").write_text("of no interest\n", encoding="utf-8")
    kept(tmp_path / "records", folder).close()
    told = replay(tmp_path / "records", "2")
    shutil.rmtree(folder)

    assert replay(tmp_path / "records", "2") == told


def test_other_bytes_are_no_replay(tmp_path: Path, world: Path) -> None:
    log = kept(tmp_path / "records", world)
    body = {**log.get(2).body, "answer": "0" * 64, "program": "0.0.1"}  # type: ignore[union-attr]
    log.append(NOON, "decision", body)

    with pytest.raises(ReplayError, match=r"made by version 0\.0\.1"):
        replay(tmp_path / "records", "5")


def test_what_is_no_record_is_said(tmp_path: Path, world: Path) -> None:
    kept(tmp_path / "records", world).close()

    for name in ("0", "99", "x", "-1", "٣", "9" * 40):
        with pytest.raises(UsageError, match="has no record"):
            replay(tmp_path / "records", name)
    with pytest.raises(UsageError, match="holds no answer"):
        replay(tmp_path / "records", "1")


def test_a_case_is_one_file_with_all_that_it_rests_on(tmp_path: Path, world: Path) -> None:
    log = kept(tmp_path / "records", world)
    log.append(NOON, "act", {"decision": 4, "act": "hold", "by": "C. Tan", "key": "k", "reason": "r", "state": "held"})
    content = case_archive(tmp_path / "records", "4")
    with ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    record = json.loads(files["decision.jsonl"])

    assert content == case_archive(tmp_path / "records", "4")
    assert files["world/world.yaml"].decode() == WORLD
    assert sha256(files["answer.json"]).hexdigest() == record["body"]["answer"]
    assert sha256(files["decision.jsonl"].rstrip(b"\n")).hexdigest() in files["README.txt"].decode()
    assert json.loads(files["acts.jsonl"])["body"]["by"] == "C. Tan"
    assert len(files["world.jsonl"].splitlines()) == 2
    hashes = json.loads(files["content.json"])
    assert all(sha256(files[name]).hexdigest() == told for name, told in hashes.items())
    assert "rules/us_affiliates/pack.yaml" in hashes


def test_the_commands_verify_replay_and_export(tmp_path: Path, world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = tmp_path / "records"
    kept(records, world).close()

    assert run(["verify", str(records)]) == 0
    head = capsys.readouterr().out.split()[-1]
    assert run(["verify", str(records), "--head", head]) == 0
    assert run(["verify", str(records), "--head", "0" * 64]) == 1
    assert run(["verify", str(records), "--head", "12"]) == 2
    assert run(["verify", str(tmp_path / "none")]) == 2
    capsys.readouterr()
    assert run(["replay", str(records), "2"]) == 0
    assert capsys.readouterr().out == replay(records, "2")
    assert run(["replay", str(records), "2", "--output", str(tmp_path / "a.json")]) == 0
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == replay(records, "2")
    assert run(["replay", str(records), "77"]) == 2
    assert run(["replay", str(tmp_path / "none"), "1"]) == 2
    assert "holds no records" in capsys.readouterr().err
    assert run(["records", "export", str(records), "2", "--output", str(tmp_path / "case.zip")]) == 0
    assert run(["records", "key", str(tmp_path / "sign.pem")]) == 0
    assert run(["records", "key", str(tmp_path / "sign.pem")]) == 2
    assert run(["records", "expire", str(records)]) == 0
    assert "let go of 0 records" in capsys.readouterr().out
    assert run(["verify", str(records), "--public-key", str(tmp_path / "sign.pem.pub")]) == 1
    assert "is not signed with this key" in capsys.readouterr().err


# ---- retention


def years(log: RecordLog, reader: InputReader, base: dict[str, object], count: int) -> None:
    """A base, and a decision, every year from 2019 on, each year in a segment of its own."""
    for year in range(2019, 2019 + count):
        at = datetime(year, 6, 1, tzinfo=UTC)
        refs = [str(base["files"]), str(base["rules"])]
        record = log.append(at, "world", {"base": {**base, "changes": []}, "revision": 1}, refs)
        decide(log, reader, record.number, at)


def test_records_go_after_five_years_and_what_stays_is_whole_and_replays(tmp_path: Path, world: Path) -> None:
    folder = tmp_path / "records"
    log = RecordLog(folder, segment_bytes=1_000)
    reader = InputReader(log.content, tmp_path / "scratch")
    years(log, reader, keep_base(log.content, str(world), ("us_affiliates",), date(2026, 11, 20), "both"), 6)
    first = log.head()
    gone = let_go(folder, datetime(2026, 6, 2, tzinfo=UTC), 5)
    left = list(log.read())

    assert gone > 0
    assert all(record.at >= "2021" for record in left)
    assert [record.number for record in left] == list(range(gone + 1, log.head().number + 1))
    assert verify(folder, head=first.hash).problems == []
    assert replay(folder, str(next(record.number for record in left if record.kind == "decision")))
    assert let_go(folder, datetime(2026, 6, 2, tzinfo=UTC), 5) == 0
    log.segment(log.segments()[0]).unlink()
    assert verify(folder).problems


def test_what_a_decision_that_stays_needs_stays(tmp_path: Path, world: Path) -> None:
    folder = tmp_path / "records"
    log = RecordLog(folder, segment_bytes=1_000)
    reader = InputReader(log.content, tmp_path / "scratch")
    base = keep_base(log.content, str(world), ("us_affiliates",), date(2026, 11, 20), "both")
    old = datetime(2019, 6, 1, tzinfo=UTC)
    number = log.append(old, "world", {"base": {**base, "changes": []}, "revision": 1}).number
    for year in range(6):
        decide(log, reader, number, old + timedelta(days=365 * year))

    assert let_go(folder, datetime(2026, 6, 2, tzinfo=UTC), 5) == 0


# ---- the index


def test_an_index_that_is_damaged_or_gone_is_made_anew(tmp_path: Path, world: Path) -> None:
    folder = tmp_path / "records"
    log = kept(folder, world)
    index = DecisionIndex(log)
    expected = [one.record.number for one in index.page()]
    (folder / "index.sqlite").write_bytes(b"no database" * 1_000)

    assert expected == [2, 4]
    assert [one.record.number for one in index.page(party="n")] == [4]
    (folder / "index.sqlite").unlink()
    assert [one.record.number for one in index.page()] == expected
    assert index.get(1) is None
    assert verify(folder).problems == []


def test_an_index_of_an_earlier_form_is_made_anew(tmp_path: Path, world: Path) -> None:
    folder = tmp_path / "records"
    log = kept(folder, world)
    with closing(sqlite3.connect(folder / "index.sqlite")) as rows:
        rows.execute("CREATE TABLE decisions (number INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        rows.commit()

    assert [one.record.number for one in DecisionIndex(log).page()] == [2, 4]


def test_decisions_that_nobody_has_looked_at_come_the_strictest_first(tmp_path: Path, world: Path) -> None:
    log = kept(tmp_path / "records", world)
    index = DecisionIndex(log)
    strict = [next(one["enforced"] for one in found.record.body["decisions"]) for found in index.page()]
    log.append(datetime.now(UTC), "act", {"decision": "2", "act": "hold", "state": "held"})
    unseen = [one.record.number for one in index.unseen("nothing_found", 10)]

    assert unseen == [4]
    assert index.unseen("prohibited", 10) == [] or "prohibited" in strict
    assert [one.record.number for one in index.search("n", 10)] == [4]
    assert [one.record.number for one in index.search("2", 10)][-1] == 2
    assert index.search("%", 10) == []
