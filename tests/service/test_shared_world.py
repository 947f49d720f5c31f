"""The one world of several workers: what reaches whom, what stays when files change, and the turn of the day."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from compliance.errors import InputError
from compliance.ledger.ledger import Ledger
from compliance.ledger.workflow import Workflow
from compliance.records.checker import verify
from compliance.records.log import RecordLog
from compliance.records.replay import replay
from compliance.rulebook.folder import rules_folder, use_rules
from compliance.service.operations import Operations
from compliance.service.settings import ServiceSettings
from compliance.service.shared_world import SharedWorld, WorldDivergedError
from compliance.service.verdicts import OpenVerdicts

from .running import PACK, WORLD, line

_INSTALLED = rules_folder()
UNDATED = WORLD.removeprefix("as_of: 2026-11-20\n")
ROW = {"id": "new", "name": "New AG", "headquarters": "CH"}


@pytest.fixture(autouse=True)
def rules_as_installed() -> Iterator[None]:
    yield
    use_rules(None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "world.yaml").write_text(WORLD, encoding="utf-8")
    return tmp_path


def settings_of(folder: Path) -> ServiceSettings:
    return ServiceSettings(str(folder / "world.yaml"), str(folder / "ledger"), folder / "records", (PACK,))


def worker(folder: Path, name: str, today: Any = date.today) -> SharedWorld:
    ledger = Ledger.open(str(folder / "ledger"))
    log = RecordLog(folder / "records")
    return SharedWorld(
        settings_of(folder), ledger, OpenVerdicts(ledger, Workflow(ledger), log), log, folder / f"scratch-{name}", today
    )


def companies(world: SharedWorld) -> set[str]:
    return set(world.current().screener.world.by_id("companies"))


def test_a_change_in_one_worker_is_in_the_next_answer_of_every_other(folder: Path) -> None:
    one, other = worker(folder, "one"), worker(folder, "other")
    one.open()
    assert companies(other) == {"x", "a", "b", "c"}
    before = other.current()
    one.change({"add": {"companies": [ROW]}}, "erp")

    assert "new" in companies(other)
    assert "new" not in before.screener.world.by_id("companies")  # what is under way keeps its world
    assert one.current().record == other.current().record
    assert one.current().sha256 == other.current().sha256


def test_changes_at_the_same_time_all_count(folder: Path) -> None:
    workers = [worker(folder, str(number)) for number in range(3)]
    workers[0].open()
    rows = [{"id": f"n{number}", "name": f"N{number}"} for number in range(9)]
    threads = [
        threading.Thread(target=workers[number % 3].change, args=({"add": {"companies": [row]}}, "erp"))
        for number, row in enumerate(rows)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all({row["id"] for row in rows} <= companies(one) for one in workers)
    records = list(RecordLog(folder / "records").read(kinds=("world",)))
    assert [int(record.body["revision"]) for record in records] == list(range(1, 11))
    assert verify(folder / "records").problems == []


def test_what_was_sent_stays_until_the_files_hold_it(folder: Path) -> None:
    world = worker(folder, "one")
    world.open()
    world.change({"add": {"companies": [ROW], "listings": [{"party": "c", "list": "UVL"}]}}, "erp")
    world.change({"remove": {"stakes": [{"owned": "a"}]}}, "erp")
    held = WORLD.replace("companies:\n", "companies:\n  - {id: new, name: New AG, headquarters: CH}\n")
    (folder / "world.yaml").write_text(held, encoding="utf-8")
    state = world.open()

    found = state.screener.world
    assert [row.value("party") for row in found.rows("listings")] == ["x", "c"]
    assert not found.rows("stakes")
    assert state.base["changes"] == [
        {"add": {"listings": [{"party": "c", "list": "UVL"}]}, "remove": {}},
        {"add": {}, "remove": {"stakes": [{"owned": "a"}]}},
    ]
    again = worker(folder, "again")
    again.open()
    assert again.current().revision == state.revision


def test_a_file_that_a_change_does_not_fit_is_refused_and_the_world_stays(folder: Path) -> None:
    world = worker(folder, "one")
    world.open()
    before = world.change({"add": {"companies": [ROW]}}, "erp")[0]
    other = WORLD.replace("companies:\n", "companies:\n  - {id: new, name: Another AG, headquarters: AT}\n")
    (folder / "world.yaml").write_text(other, encoding="utf-8")

    with pytest.raises(InputError, match="new"):
        world.open()
    assert world.current().revision == before.revision


def test_the_day_turns_for_all_and_once(folder: Path) -> None:
    (folder / "world.yaml").write_text(UNDATED, encoding="utf-8")
    today = [date(2026, 11, 9)]
    one, other = (worker(folder, name, lambda: today[0]) for name in ("one", "other"))
    one.open()
    assert one.current().screener.as_of == other.current().screener.as_of == date(2026, 11, 9)
    today[0] = date(2026, 11, 10)

    assert other.current().screener.as_of == date(2026, 11, 10)
    assert one.current().revision == other.current().revision == 2
    again = worker(folder, "again", lambda: today[0])
    again.open()
    assert again.current().screener.as_of == date(2026, 11, 10)
    assert again.current().revision == 2


def test_a_reservation_of_a_process_that_was_killed_comes_on_record(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(folder)
    ledger, log = Ledger.open(settings.store), RecordLog(settings.records)
    operations = Operations(settings, ledger, log, folder / "scratch")
    operations.reload()
    with monkeypatch.context() as killed:
        killed.setattr(operations, "_reservation_record", lambda *_: 1 / 0)
        for key in ("one", "two"):
            with pytest.raises(ZeroDivisionError):
                operations.reserve(key, [line(key)], None, "desk")
    operations.world.change({"add": {"companies": [ROW]}}, "erp")
    again = operations.reserve("one", [line("one")], None, "desk")

    assert replay(settings.records, str(again.record)) == again.reservation.answer
    assert operations.record_missing() == 1
    assert operations.record_missing() == 0
    assert verify(settings.records).problems == []


def test_rules_that_change_are_read_anew_and_old_answers_replay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    pack = folder / "own_rules"
    shutil.copytree(_INSTALLED / PACK, pack)
    (pack / "pack.yaml").write_text((pack / "pack.yaml").read_text("utf-8").replace(f"id: {PACK}", "id: own_rules"))
    settings = ServiceSettings(str(folder / "world.yaml"), str(folder / "ledger"), folder / "records", (str(pack),))
    ledger, log = Ledger.open(settings.store), RecordLog(settings.records)
    operations = Operations(settings, ledger, log, folder / "scratch")
    operations.reload()
    first = operations.screen([line(1, consignee="a")], "desk")
    number = log.append(datetime.now(UTC), "decision", first.body).number
    [rule] = pack.rglob("ties_to_listed.yaml")
    rule.unlink()
    operations.reload()
    second = operations.screen([line(1, consignee="a")], "desk")

    assert first.answer.packs[0].sha256 != second.answer.packs[0].sha256
    assert len(second.answer.findings) < len(first.answer.findings)
    assert replay(settings.records, str(number)) == first.text


def test_a_world_that_is_another_here_stops_the_answers(folder: Path) -> None:
    one, other = worker(folder, "one"), worker(folder, "other")
    one.open()
    other.current()
    empty = '{"change":{"add":{},"remove":{}}}'
    Ledger.open(str(folder / "ledger")).advance(1, "0" * 64, {}, {}, at=datetime.now(UTC), by="x", change=empty)

    with pytest.raises(WorldDivergedError, match="revision 2 of the world"):
        other.current()


def test_answers_go_on_by_the_old_world_until_the_new_one_is_ready(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = worker(folder, "one"), worker(folder, "other")
    one.open()
    seen = []
    screen_open = OpenVerdicts.screen_open

    def watched(verdicts: OpenVerdicts, screener: Any, known: Any = None) -> Any:
        if known is None:
            seen.append((one.current().revision, other.current().revision))
        return screen_open(verdicts, screener, known)

    monkeypatch.setattr(OpenVerdicts, "screen_open", watched)
    state, _ = one.change({"add": {"companies": [ROW]}}, "admin")

    assert seen == [(1, 1)]
    assert (one.current().revision, other.current().revision) == (2, 2)
    assert one.current().screener is state.screener


def test_the_world_that_a_change_made_ready_is_the_one_that_is_answered_by(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread asks between the change in the ledger and the end of it."""
    one = worker(folder, "one")
    one.open()
    asked: list[Any] = []
    advance = Ledger.advance

    def between(ledger: Ledger, *given: Any, **named: Any) -> Any:
        found = advance(ledger, *given, **named)
        asked.append(one.current().screener)
        return found

    monkeypatch.setattr(Ledger, "advance", between)
    state, _ = one.change({"add": {"companies": [ROW]}}, "admin")

    assert [state.screener] == asked
