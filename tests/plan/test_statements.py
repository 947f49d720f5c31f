"""What is made before the queries of rules: of few rows and of very many by other ways, with one answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.decisions.audit import audit
from compliance.plan import databases
from compliance.plan.sql.materialize import SOME, Statement, plan_materializations
from compliance.world.io.load import load_world
from tests.packs import line, on, world

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*.yaml"))
WIDE = Statement("wide__x", "table", "SELECT a, b, c FROM x", ("a", "b", "c"), "x", own=frozenset("ab"))
PICKED = Statement("some__x", SOME, 'SELECT * FROM "wide__x" WHERE "c"', ("a", "b", "c"), "x", "wide__x")
COUNTED = Statement("counted__m", "view", 'SELECT "c" FROM "wide__x" JOIN "total__n"', ("a", "c"), "x")
ASKED = ['SELECT "a" FROM "some__x"', 'SELECT "c" FROM "counted__m"', 'SELECT "c" FROM "counted__m"']


def test_only_what_is_read_is_made() -> None:
    wide, some, counted = plan_materializations([WIDE, PICKED, COUNTED], ASKED, lambda _: False)

    assert (wide.kind, wide.sql, wide.own) == ("table", 'SELECT "a", "c" FROM (SELECT a, b, c FROM x)', [])
    assert (some.kind, some.sql) == ("view", 'SELECT "a" FROM "wide__x"')
    assert (counted.kind, counted.sql) == ("view", COUNTED.sql)


def test_of_very_many_rows_what_is_worked_out_is_kept_and_what_is_given_is_left_where_it_is() -> None:
    wide, some, counted = plan_materializations([WIDE, PICKED, COUNTED], ASKED, lambda _: True)

    assert (wide.kind, wide.sql, wide.own) == ("table", 'SELECT "(place)", "c" FROM (SELECT a, b, c FROM x)', ["a"])
    assert (some.kind, some.sql) == ("table", f'SELECT "a" FROM ({PICKED.sql})')
    assert (counted.kind, counted.sql) == ("table", f'SELECT "c" FROM ({COUNTED.sql})')


@pytest.mark.parametrize("fixture", FIXTURES, ids=[path.stem for path in FIXTURES])
def test_an_answer_is_the_same_whether_rows_are_few_or_very_many(
    fixture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = load_world(fixture)
    day = there.as_of or on("2026-06-30")
    few = audit(there, None, day).json_text()
    monkeypatch.setattr(databases, "MANY", 0)

    assert audit(there, None, day).json_text() == few


def test_a_line_of_several_kinds_of_chips_is_told_of_in_one_way_whatever_the_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = [("mix", chip, count) for chip, count in (("H100", "1"), ("A100", "3"), ("L40S", "2"))]
    shipments = [line("s1", "c", "CN", 1, chip="mix"), line("s2", "c", "CN", 1, chip="H200")]

    def told(products: list[tuple[str, str, str]]) -> list[str]:
        made = [dict(zip(("name", "chip", "count"), one, strict=True)) for one in products]
        there = world(companies=[{"id": "c", "headquarters": "CN"}], products=made, shipments=shipments)
        return [finding.model_dump_json() for finding in audit(there, None, on("2026-06-30")).findings]

    few = told(held)
    assert any('"id":"s1"' in finding for finding in few)
    assert told(held[::-1]) == few
    monkeypatch.setattr(databases, "MANY", 0)
    assert told(held) == told(held[::-1]) == few
