"""The door for orders of programs: mappings and typed rows to checked lines, with all that is wrong at once."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from compliance.decisions.setup import unknown_chip
from compliance.errors import NO_FILE, About, InputError, OrderError, Problem
from compliance.world.cross_checks import dangling, find_repeated_ids, in_circles
from compliance.world.io.column_checks import read_value
from compliance.world.io.python_rows import marked_row
from compliance.world.io.validate_rows import LoadResult
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.row import NOWHERE, Origin, Row
from compliance.world.schema.tables import TABLES, Order
from compliance.world.world import World

LineGiven = Mapping[str, Any] | Order
OrdersGiven = LineGiven | Iterable[LineGiven]
"""One line, or the lines that count together; values are Python's own or text as in files."""


def order_lines(world: World, catalogue: Catalogue, orders: OrdersGiven) -> list[Row]:
    """The lines of an order, checked against the world as those of a file are.

    A float is exact by its shortest text, one that is no number is empty. Raises `OrderError` with all that is wrong;
    a line that was read from a file and names an unknown chip is left to the screening, which tells of it.
    """
    lines, problems = checked_lines(world, catalogue, orders)
    if problems:
        raise OrderError(problems)
    return lines


def checked_lines(world: World, catalogue: Catalogue, orders: OrdersGiven) -> tuple[list[Row], list[Problem]]:
    """The lines that can be read, and all that is wrong with these and the others."""
    part = LoadResult()
    lines: list[Row] = []
    partly: list[Row] = []
    for number, given in enumerate(_iterate_lines(orders), 1):
        if isinstance(given, Order):
            lines.append(given if given.origin != NOWHERE else given.at(Origin(NO_FILE, number)))
        elif isinstance(given, Mapping):
            try:
                told = marked_row(given, number, floats=True)
            except InputError as wrong:
                part.problems.extend(wrong.problems)
                continue
            row = part.read_row(Order, told, NO_FILE)
            if row is not None:
                lines.append(row)
            else:
                partly.append(_read_in_part(told, number))
        else:
            kind = type(given).__name__
            wrong_kind = f"a line is a mapping of fields to values or an `Order`; this is of type {kind}"
            part.problems.append(Problem(NO_FILE, number, wrong_kind, about=About(code="not_a_row")))
    if not lines and not part.problems:
        part.problems.append(Problem(NO_FILE, 0, "the order has no line", about=About(code="no_order")))
    return lines, [*part.problems, *_across(world, catalogue, [*lines, *partly])]


def _read_in_part(told: Mapping[str, Any], number: int) -> Row:
    """A line of which some fields cannot be read, with the others, to say what is wrong with them too."""
    read: dict[str, Any] = {}
    for name in Order.columns():
        with suppress(ValidationError):
            read[name] = read_value(Order, name, told.get(name))
    named = str(read.get("id") or "")
    known = {name: value for name, value in read.items() if value is not None}
    return Order.model_construct(**{**known, "id": named, "chip": known.get("chip")}).at(Origin(NO_FILE, number))


def _iterate_lines(orders: object) -> Iterator[object]:
    """The lines of an order, or what was given in their place."""
    if isinstance(orders, Mapping | Row | str | bytes) or not isinstance(orders, Iterable):
        yield orders
    else:
        yield from orders


def _across(world: World, catalogue: Catalogue, lines: Sequence[Row]) -> Iterator[Problem]:
    """What is wrong with lines besides what no field takes."""
    yield from (problem for _, problem in find_repeated_ids(line for line in lines if line.value("id")))
    yield from (problem for _, problem in dangling(lines, NamesBeside(world, lines)))
    yield from dict.fromkeys(problem for _, problem in in_circles({Order.table: lines}))
    shipped = world.by_id("shipments")
    for line in (line for line in lines if line.origin.file == NO_FILE):  # those of a file do not stop the others
        if problem := unknown_chip(line, catalogue):
            yield problem
        if line.name_of_row in shipped:
            yield shipped_before(line)


def shipped_before(line: Row) -> Problem:
    """What is wrong with a line that has the id of a shipment."""
    text = f"the order `{line.name_of_row}` has the id of a shipment of the world; give it another"
    about = About(line.name_of_row, "id", "id_of_shipment", "give it another")
    return Problem(line.origin.file, line.origin.line, text, about=about)


class NamesBeside:
    """The ids that a line may name: those of the world, and those of the lines beside it."""

    def __init__(self, world: World, lines: Iterable[Row]) -> None:
        self._world = world
        self._beside = dict.fromkeys(line.name_of_row for line in lines)

    def get(self, table: str) -> Collection[str]:
        """Those of a table."""
        if TABLES[table].key != ("id",):
            return ()
        own: Mapping[str, Any] = self._world.by_id(table)
        return ChainMap(self._beside, own).keys() if table == Order.table else own.keys()  # type: ignore[arg-type]
