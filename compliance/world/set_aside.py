"""Rows that cannot be read, set aside with file, line and reason, so that the others can be looked at.

What was set aside stands in the table `unread` of the world: an answer counts it, and whatever it could decide is not
known. Of a party, a site or a model that cannot be read the id stays, and nothing else is known of it. What is wrong
with a file as a whole, or with its columns, stays an error.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from compliance import units
from compliance.errors import Problem
from compliance.world.cross_checks import KnownIds, dangling, find_repeated_ids, in_circles, misplaced_rows
from compliance.world.io.raw_table import RawTable
from compliance.world.io.validate_rows import LoadResult
from compliance.world.io.yaml_nodes import LocatedDict
from compliance.world.schema.column_table import Table
from compliance.world.schema.field_values import LONGEST_ID
from compliance.world.schema.row import Row, references
from compliance.world.schema.tables import TABLES, Unread
from compliance.world.schema.unread_records import WHOLE_ROW

if TYPE_CHECKING:
    import numpy as np

ABOUT = {
    "headquarters": "company", "roles": "company", "stakes": "owned", "controls": "company", "ties": "party",
    "listings": "party", "site_power": "site",
}  # fmt: skip
"""Of tables without ids the column that names what a row is about."""
OTHER = {"stakes": "owner", "controls": "controller", "ties": "other"}
"""The column that names who stands at the other end of a link."""
_BEGINS = ("date", "from")


class UnreadableRow(NamedTuple):
    """A row that was set aside: its file and line, its table and id, why, and what it held, as JSON."""

    file: str
    line: int
    table: str
    id: str
    reason: str
    row: str


@dataclass
class SetAside:
    """The rows of a world that were set aside while it was read."""

    rows: list[UnreadableRow] = field(default_factory=list)
    _unread: list[dict[str, Any]] = field(default_factory=list)

    def add(self, table: str, given: Mapping[str, Any], file: str, line: int, problems: Sequence[Problem]) -> None:
        """Sets a row aside; `given` is what it held."""
        reason = "; ".join(dict.fromkeys(problem.message for problem in problems)) or "cannot be read"
        about = _text(given, ABOUT.get(table) or next(iter(TABLES[table].key), ""))
        held = json.dumps(dict(given), ensure_ascii=False, sort_keys=True, default=str) if given else ""
        self.rows.append(UnreadableRow(file, line, table, about, reason, held))
        text = _PLACE.sub("", reason)[:_LONGEST_TEXT]  # of the same rows the same, wherever they lie
        row: dict[str, Any] = {"table": table, "field": WHOLE_ROW, "text": text}
        if 0 < len(about) <= LONGEST_ID:
            row["id"] = about
        if 0 < len(other := _text(given, OTHER.get(table, ""))) <= LONGEST_ID:
            row["other"] = other
        for name in _BEGINS:
            with suppress(ValueError):
                row["from"] = units.within_reach(units.day(_text(given, name))).isoformat()
        self._unread.append(row)

    def add_row(self, row: Row, problems: Sequence[Problem]) -> None:
        """Sets a row aside that can be read, and of which something else is wrong."""
        self.add(row.table, json.loads(row.content), row.origin.file, row.origin.line, problems)

    def csv_text(self) -> str:
        """The rows that were set aside as CSV, in the order of files and lines."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(UnreadableRow._fields)
        writer.writerows(sorted(self.rows))
        return out.getvalue()

    def unread(self) -> Iterator[Row]:
        """The same as rows of the world, those that were set aside since this was asked last."""
        waiting, self._unread = self._unread, []
        for row in waiting:
            try:
                yield Unread.model_validate(row)
            except ValueError:  # words that no field takes, such as controls
                yield Unread.model_validate({name: row[name] for name in ("table", "field")})


_LONGEST_TEXT = 500
_PLACE = re.compile(r", first at .*?(?=; |$)")


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return value.strip() if isinstance(value, str) else ""


def take_aside(aside: SetAside, table: str, problems: Iterable[Problem]) -> list[Problem]:
    """Sets lines aside that are no rows; gives the other problems of a file back."""
    left = []
    for problem in problems:
        if problem.about.code == "not_a_row" and (problem.line or problem.count > 1):
            for _ in range(problem.count):
                aside.add(table, {}, problem.file, problem.line, [problem])
        else:
            left.append(problem)
    return left


def rows_aside(aside: SetAside, model: type[Row], given: RawTable, bad: np.ndarray[Any, Any]) -> RawTable | None:
    """Sets the bad rows of a file aside; gives the ids that stay of them, where nothing else is needed."""
    names = []
    for place in bad.nonzero()[0].tolist():
        part, line = LoadResult(), int(given.lines[place])
        held = given.row(place)
        part.read_row(model, LocatedDict(held, line=line), given.file)
        aside.add(model.table, held, given.file, line, part.problems)
        if by_id(model) and (name := _text(held, model.key[0])) and part.read_row(model, {model.key[0]: name}, ""):
            names.append((name, line))
    if not names:
        return None
    import numpy as np
    import pyarrow as pa

    texts, lines = zip(*names, strict=True)
    return RawTable(given.file, {model.key[0]: pa.array(texts, pa.string())}, np.array(lines, np.int64), given.header)


def by_id(model: type[Row]) -> bool:
    """Whether a row of a table may consist of its id alone."""
    needed = {info.alias or name for name, info in model.model_fields.items() if info.is_required()}
    return len(model.key) == 1 and needed == set(model.key)


def aside_across(aside: SetAside, part: LoadResult) -> None:
    """Sets rows aside whose id another row had before, that name what is not there, or replace each other."""
    part.lost = {}
    while _drop(aside, part):
        pass
    unread = tuple(aside.unread())
    if unread:
        before = part.tables.get(Unread.table, ())
        joined = before.with_more(unread) if isinstance(before, Table) else [*before, *unread]
        part.tables[Unread.table] = joined


def _drop(aside: SetAside, part: LoadResult) -> bool:
    """Drops the rows that do not fit the others; gives whether there were any."""
    known = KnownIds(part.tables)
    circling = {id(row): (row, problem) for row, problem in in_circles(part.tables)}
    wrong: dict[str, dict[int, list[Problem]]] = {}
    for table, rows in part.tables.items():
        bad = wrong.setdefault(table, {})
        if isinstance(rows, Table):
            twice, lost = misplaced_rows(rows, known)
            for place, before in _all_but_first(rows, twice):
                bad.setdefault(place, []).extend(
                    problem for _, problem in find_repeated_ids([rows[before], rows[place]])
                )
            for place in lost:
                bad.setdefault(place, []).extend(problem for _, problem in dangling([rows[place]], known))
        else:
            places = {id(row): place for place, row in enumerate(rows)}
            for row, problem in (*find_repeated_ids(rows), *dangling(rows, known)):
                bad.setdefault(places[id(row)], []).append(problem)
    for row, problem in circling.values():
        place = _place(part.tables[row.table], row)
        wrong[row.table].setdefault(place, []).append(problem)
    for table, bad in wrong.items():
        if bad:
            part.tables[table] = _without(aside, part.tables[table], bad)
    return any(wrong.values())


def _all_but_first(rows: Table, twice: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Of rows that share an id all but one: the same one in whatever order they are read."""
    together: dict[int, list[int]] = {}
    for place, before in twice.items():
        together.setdefault(before, [before]).append(place)
    for places in together.values():
        kept, *others = sorted(places, key=lambda place: rows[place].content)
        yield from ((place, kept) for place in others)


def _place(rows: Sequence[Row], row: Row) -> int:
    if isinstance(rows, Table):
        found = rows.place(row.name_of_row)
        assert found is not None
        return found
    return next(place for place, each in enumerate(rows) if each is row)


def _without(aside: SetAside, rows: Sequence[Row], bad: Mapping[int, Sequence[Problem]]) -> Sequence[Row]:
    """The rows but those that are bad; of one that names what is not there its id stays, where that is enough."""
    stays: list[Row] = []
    for place, problems in bad.items():
        row = rows[place]
        aside.add_row(row, problems)
        twice = any(problem.about.code == "repeated_id" for problem in problems)
        if by_id(type(row)) and references(type(row)) and not twice:
            stays.append(type(row).model_validate({row.key[0]: row.name_of_row}).at(row.origin))
    if isinstance(rows, Table):
        return rows.changed(dict.fromkeys(bad)).with_more(stays)
    return [*(row for place, row in enumerate(rows) if place not in bad), *stays]
