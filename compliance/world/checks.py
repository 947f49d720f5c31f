"""What must agree across rows: ids stand once, and what names another row names one that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from rapidfuzz import process

from compliance.errors import Problem, near
from compliance.world.fields import PARTIES
from compliance.world.row import Row, references
from compliance.world.rows import Part
from compliance.world.tables import TABLES

_HINTED = 100
Tables = Mapping[str, Sequence[Row]]


def check(part: Part) -> list[Problem]:
    """All such problems of a whole world; a row that could not be read may still be named by others."""
    tables = part.tables
    known = ids(tables)
    for table, lost in part.lost.items():
        known.setdefault(table, set()).update(lost)
    problems: list[Problem] = []
    for rows in tables.values():
        problems.extend(problem for _, problem in repeated(rows))
        problems.extend(problem for _, problem in dangling(rows, known, part.unread))
    people = {row.name_of_row: row for row in tables.get("people", ())}
    for company in tables.get("companies", ()):
        other = people.get(company.name_of_row)
        if other is not None:
            where = f"{other.origin.file}:{other.origin.line}"
            told = f"`{company.name_of_row}` is the id of a company and of a person ({where})"
            problems.append(_problem(company, told))
    return problems


def ids(tables: Tables) -> dict[str, set[str]]:
    """The ids of each table that has them."""
    return {
        table: {row.name_of_row for row in tables.get(table, ())}
        for table, model in TABLES.items()
        if model.key == ("id",)
    }


def repeated(rows: Iterable[Row]) -> Iterator[tuple[Row, Problem]]:
    """The rows whose id another row of the table had before."""
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if not row.key:
            return
        name = tuple(row.value(field) for field in row.key)
        before = first.setdefault(name, row)
        if before is not row:
            shown = ", ".join(str(part) for part in name if part is not None)
            where = f"{before.origin.file}:{before.origin.line}"
            yield row, _problem(row, f"`{shown}` stands twice in `{row.table}`, first at {where}")


def dangling(
    rows: Iterable[Row], known: Mapping[str, set[str]], unread: Set[str] = frozenset()
) -> Iterator[tuple[Row, Problem]]:
    """The rows that name what is not there; nothing is said of tables that are `unread`."""
    hints = _HINTED
    for row in rows:
        values = row.__dict__
        for field, tables in references(type(row)):
            named = values[field]
            if not isinstance(named, str) or not unread.isdisjoint(tables):
                continue
            if any(named in known.get(table, ()) for table in tables):
                continue
            hint = _near(named, tables, known) if hints > 0 else ""
            hints -= 1
            what = "party" if tables == PARTIES else "row"
            listed = " or ".join(f"`{table}`" for table in tables)
            told = f"`{field}` of `{row.table}`: `{named}` is no {what} of {listed}.{hint}"
            yield row, _problem(row, told)


def _near(word: str, tables: tuple[str, ...], known: Mapping[str, set[str]]) -> str:
    candidates = [name for table in tables for name in known.get(table, ())]
    if len(candidates) > 50:
        candidates = [name for name, _, _ in process.extract(word, sorted(candidates), limit=10)]
    return near(word, candidates)


def _problem(row: Row, message: str) -> Problem:
    return Problem(row.origin.file, row.origin.line, message)
