"""What hangs on a dated fact is joined to it first: each row still sees what was known on its own day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from compliance.plan.databases import Database
from compliance.plan.sql.aggregate import sql
from compliance.plan.sql.frames import Frame, Requirements
from compliance.sources.source_catalogue import SOURCES
from compliance.sources.to_arrow import to_arrow

FIRST = date(2025, 1, 1)
DATED = {"from": "date", "to": "date"}
SEATS = [(0, "US"), (10, "CN"), (20, "US"), (24, None)]
"""Where the party sits, each from a day on."""
LISTED = {"US": [(0, False), (5, True), (15, False), (22, True)], "CN": [(0, True), (12, False)]}


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def stretches(cuts: Sequence[tuple[int, Any]]) -> list[tuple[date, date, Any]]:
    begun = [date.min, *(day(number) for number, _ in cuts[1:]), date.max]
    return [(since, until, value) for (since, until), (_, value) in zip(pairwise(begun), cuts, strict=True)]


def on(cuts: Sequence[tuple[int, Any]], number: int) -> Any:
    return next(value for begins, value in reversed(cuts) if begins <= number)


def test_the_list_of_a_seat_is_that_of_the_day_of_the_row() -> None:
    frame = Frame.of("lines", Requirements())
    found = frame.column("consignee.headquarters")
    listed = frame.in_list("consignee.headquarters", found, "listed")
    table = frame.table()
    asked = table.select(id=table["id"], seat=found.get(table), listed=listed(table))
    database = Database()
    lines = [{"id": str(n), "date": day(n), "consignee": "p"} for n in range(30)]
    lines.append({"id": "of a stranger", "date": day(3), "consignee": "q"})
    of_lines = {name: {"date": "date", "flag": "boolean"}.get(c.kind, "string") for name, c in SOURCES["lines"].items()}
    database.give("lines", to_arrow(lines, {n: t for n, t in of_lines.items() if n in ("id", "date", "consignee")}))
    parties = [{"party": "p", "from": a, "to": b, "headquarters": seat} for a, b, seat in stretches(SEATS)]
    database.give("party_at", to_arrow(parties, {"party": "string", **DATED, "headquarters": "string"}))
    places = [
        {"place": place, "from": a, "to": b, "listed": held}
        for place, cuts in LISTED.items()
        for a, b, held in stretches(cuts)
    ]
    database.give("place_at", to_arrow(places, {"place": "string", **DATED, "listed": "boolean"}))

    rows = {row["id"]: (row["seat"], row["listed"]) for row in database.rows(sql(asked))}

    expected: dict[str, tuple[str | None, bool | None]] = {"of a stranger": (None, None)}
    for n in range(30):
        seat = on(SEATS, n)
        expected[str(n)] = seat, None if seat is None else on(LISTED[seat], n)
    assert rows == expected
    assert len(database.rows(sql(asked))) == len(lines)
