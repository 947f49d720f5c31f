"""Rows added to a world and taken from it, checked as those of a file are: all of them, or none."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from compliance.errors import NO_FILE, About, Code, InputError, Problem, near
from compliance.world.cross_checks import dangling, find_repeated_ids, in_circles
from compliance.world.io.column_checks import default_of, read_value
from compliance.world.io.python_rows import marked_row
from compliance.world.io.validate_rows import LoadResult
from compliance.world.schema.column_table import Table
from compliance.world.schema.field_kinds import LINE_TABLES, PARTIES
from compliance.world.schema.field_values import PartyDescription
from compliance.world.schema.row import Origin, Row, references
from compliance.world.schema.tables import TABLES
from compliance.world.schema.text_columns import text_of, texts_of
from compliance.world.world import World

if TYPE_CHECKING:
    import numpy as np

    Places = dict[str, list[int]]

RowGiven = Mapping[str, Any] | Row
_BY_ID = tuple(table for table, model in TABLES.items() if model.key == ("id",))


def change_world(
    world: World, add: Mapping[str, Iterable[RowGiven]], remove: Mapping[str, Iterable[Mapping[str, Any]]]
) -> World:
    """The world without the rows that agree with what is to be removed, and with those that are added.

    A removal gives values of one row, as many as it takes to tell it from the others; of equal rows one goes. Raises
    `InputError` with all that is wrong; its lines count the rows given of a table.
    """
    part = LoadResult()
    gone = {table: _match_removals(world, table, rows, part.problems) for table, rows in _tables(remove, part.problems)}
    for table, given in _tables(add, part.problems):
        _read_rows(table, given, part)
    found = world
    for table in dict.fromkeys([*gone, *part.tables]):
        rows = _replace_rows(world.rows(table), gone.get(table, ()), part.tables.get(table, ()))
        found = found.replace(table, rows)
    problems = [*part.problems, *_across(world, found, gone, part)]
    if problems:
        raise InputError(problems)
    return found


def _tables(given: object, problems: list[Problem]) -> Iterator[tuple[str, Iterable[Any]]]:
    """The tables that a world has, with what is given of each."""
    if not isinstance(given, Mapping):
        problems.append(_problem(0, "rows are given by table, in a mapping of names to lists", "not_a_row"))
        return
    for table, rows in given.items():
        if table not in TABLES:
            hint = near(str(table), TABLES).strip()
            problems.append(_problem(0, f"there is no table `{table}`. {hint}".strip(), "unknown_table", hint=hint))
        elif isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
            problems.append(_problem(0, f"`{table}` needs a list of rows", "not_a_row"))
        else:
            yield table, rows


def _read_rows(table: str, given: Iterable[object], part: LoadResult) -> None:
    """Adds the rows of a table to what was read."""
    model, rows = TABLES[table], list[Row]()
    for number, one in enumerate(given, 1):
        if isinstance(one, Mapping):
            try:
                row = part.read_row(model, marked_row(one, number), NO_FILE)
            except InputError as wrong:
                part.problems.extend(wrong.problems)
                continue
            rows.extend([] if row is None else [row])
        elif type(one) is model:
            rows.append(one.at(Origin(NO_FILE, number)))
        else:
            told = f"a row of `{table}` is a mapping of fields to values, not a {type(one).__name__}"
            part.problems.append(_problem(number, told, "not_a_row"))
    part.tables[table] = rows


def _replace_rows(rows: Sequence[Row], gone: Collection[int], new: Sequence[Row]) -> Sequence[Row]:
    if isinstance(rows, Table):
        return rows.changed(dict.fromkeys(gone)).with_more([row.at(Origin(rows.file, 0)) for row in new])
    left = set(gone)
    return (*(row for place, row in enumerate(rows) if place not in left), *new)


# ---- which rows are to go


def _match_removals(world: World, table: str, given: Iterable[object], problems: list[Problem]) -> list[int]:
    """The places of the rows that are to go."""
    found: dict[int, None] = {}
    for number, wanted in enumerate(given, 1):
        values = _values(table, wanted, number, problems)
        if values is None:
            continue
        rows = world.rows(table)
        places = [place for place in _agreeing(world, table, values) if place not in found]
        if not places:
            problems.append(_problem(number, f"no row of `{table}` agrees with {_as_text(values)}", "no_match"))
        elif any(rows[place] != rows[places[0]] for place in places):
            told = f"{len(places):,} rows of `{table}` agree with {_as_text(values)}"
            problems.append(_problem(number, told, "several_match"))
        else:
            found[places[0]] = None
    return list(found)


def _values(table: str, wanted: object, number: int, problems: list[Problem]) -> dict[str, Any] | None:
    """The values by which a row is to be found; `None` where something is wrong with them."""
    model = TABLES[table]
    if not isinstance(wanted, Mapping) or not wanted:
        told = f"what is to be removed of `{table}` is told by fields with their values"
        problems.append(_problem(number, told, "not_a_row"))
        return None
    found: dict[str, Any] = {}
    good = True
    try:
        told_values = marked_row(wanted, number)
    except InputError as wrong:
        problems.extend(wrong.problems)
        return None
    for name, value in told_values.items():
        if name not in model.columns() and not name.startswith("x_"):
            hint = near(name, model.columns()).strip()
            told = f"`{table}` has no `{name}`. {hint}".strip()
            problems.append(_problem(number, told, "unknown_field", name, hint))
            good = False
            continue
        try:
            found[name] = read_value(model, name, value)
        except ValidationError as error:
            reason = error.errors(include_url=False)[0].get("ctx", {}).get("error", "cannot be read")
            problems.append(_problem(number, f"`{name}` of `{table}`: {reason}", "bad_value", name))
            good = False
    return found if good else None


def _agreeing(world: World, table: str, values: Mapping[str, Any]) -> list[int]:
    """The places of the rows that have these values."""
    import numpy as np

    rows, columns = world.rows(table), world.columns(table)
    agree = np.ones(len(rows), dtype=bool)
    described: dict[str, PartyDescription] = {}
    for name, value in values.items():
        if isinstance(value, PartyDescription):
            described[name] = value
            continue
        text = text_of(value) if value is not None else default_of(TABLES[table], name)
        there = columns.column_names
        agree &= _equal(columns.column(name), text) if name in there else np.full(len(rows), text is None)
    places = np.flatnonzero(agree).tolist()
    return [place for place in places if all(rows[place].value(name) == value for name, value in described.items())]


def _equal(column: Any, text: str | None) -> np.ndarray[Any, Any]:
    import numpy as np
    import pyarrow.compute as pc

    texts = texts_of(column)
    return np.asarray(texts.is_null() if text is None else pc.equal(texts, text).fill_null(False))


def _as_text(values: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}: {'' if value is None else text_of(value) or value}`" for name, value in values.items())


# ---- what must agree across rows


def _across(world: World, found: World, gone: Places, part: LoadResult) -> Iterator[Problem]:
    """What is wrong with rows that can be read each by itself, and with those that stay."""
    names = _Names(found, part.lost)
    for table, rows in part.tables.items():
        yield from _repeated_id_problems(world, found, table, gone.get(table, ()), rows)
        for row, problem in dangling(rows, names):
            yield Problem(NO_FILE, row.origin.line, problem.message, about=problem.about)
    lines = [row for table in LINE_TABLES for row in part.tables.get(table, ())]
    if any(row.value("replaces") is not None for row in lines):
        yield from dict.fromkeys(problem for _, problem in in_circles(found.tables))
    yield from _still_named(world, found, gone)


def _repeated_id_problems(
    world: World, found: World, table: str, gone: Collection[int], new: Sequence[Row]
) -> Iterator[Problem]:
    """The new rows whose id another row has."""
    if table not in _BY_ID:
        if TABLES[table].key:
            yield from (problem for _, problem in find_repeated_ids(found.rows(table)))
        return
    before, rows = world.by_id(table), world.rows(table)
    left = {rows[place].name_of_row for place in gone}
    taken = [before[row.name_of_row] for row in new if row.name_of_row in before and row.name_of_row not in left]
    yield from (problem for _, problem in find_repeated_ids([*dict.fromkeys(taken), *new]))
    if table in PARTIES:
        (other,) = set(PARTIES) - {table}
        for row in new:
            if row.name_of_row in found.by_id(other):
                told = f"`{row.name_of_row}` is the id of a company and of a person"
                yield _problem(row.origin.line, told, "repeated_id", "id", row=row.name_of_row)


def _still_named(world: World, found: World, gone: Places) -> Iterator[Problem]:
    """The ids that are gone and that rows which stay name."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for table in (table for table in gone if table in _BY_ID):
        rows = world.rows(table)
        left = {rows[place].name_of_row for place in gone[table]} - set(found.by_id(table))
        for model in TABLES.values():
            for field, tables in references(model):
                if not left or table not in tables or not found.rows(model.table):
                    continue
                named = texts_of(found.columns(model.table).column(field))
                hit = named.filter(pc.is_in(named, value_set=pa.array(sorted(left), pa.string())))
                for name in sorted(set(hit.to_pylist())):
                    if not any(name in found.by_id(other) for other in tables):
                        told = f"`{name}` is to go, and `{field}` of `{model.table}` still names it"
                        yield _problem(0, told, "still_named", field, row=name)


class _Names:
    """The ids that may be named in a world, and those of new rows that could not be read."""

    def __init__(self, world: World, lost: Mapping[str, Collection[str]]) -> None:
        self._world = world
        self._lost = {table: dict.fromkeys(names) for table, names in lost.items()}

    def get(self, table: str) -> Collection[str]:
        """Those of a table."""
        if table not in _BY_ID:
            return ()
        own: Any = self._world.by_id(table)
        return ChainMap(self._lost.get(table, {}), own).keys()


def _problem(line: int, told: str, code: Code, field: str = "", hint: str = "", row: str = "") -> Problem:
    return Problem(NO_FILE, line, told, about=About(row, field, code, hint))
