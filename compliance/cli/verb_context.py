"""What a verb works on: the world, the day and the packs, from the options of the command line.

The clock is read here and nowhere else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.cli.progress import working
from compliance.errors import InputError, Problem, UsageError, near

if TYPE_CHECKING:
    from compliance.rulebook.packs import Pack
    from compliance.world.schema.row import Row
    from compliance.world.world import World


def today() -> date:
    """The day that it is."""
    return date.today()


@dataclass(frozen=True)
class Setting:
    """A world, a day and packs; `named` are the ids of those that `--pack` names."""

    world: World
    day: date
    packs: tuple[Pack, ...]
    named: tuple[str, ...] = ()


def read_world(path: str) -> World:
    """The world of a file or a folder."""
    from compliance.world.io.load import load_world

    with working(f"Reading {path}"):
        return load_world(path)


def read_most(options: argparse.Namespace) -> World:
    """The world without the rows that cannot be read, which go to `--set-aside` with their reasons."""
    from compliance.decisions.aside import chips_aside
    from compliance.output_files import unwritable, write_file
    from compliance.world.io.load import load_world
    from compliance.world.set_aside import SetAside

    aside = SetAside()
    with working(f"Reading {options.world}"):
        world = chips_aside(load_world(options.world, aside=aside), aside)
    try:
        write_file(Path(options.set_aside), aside.csv_text())
    except OSError as wrong:
        raise unwritable(options.set_aside, wrong) from None
    if aside.rows:
        rows = f"{len(aside.rows):,} row{'s' if len(aside.rows) > 1 else ''}"
        told = f"{rows} of {options.world} could not be read and went to {options.set_aside}"
        print(f"{told}; what they could decide is not known", file=sys.stderr)
    return world


def keep_to(options: argparse.Namespace) -> None:
    """Has the process keep to `--memory` and `--threads`, where a verb has them."""
    from compliance.resources import RESOURCES

    RESOURCES.memory = getattr(options, "memory", None)
    if (threads := getattr(options, "threads", None)) is not None:
        RESOURCES.threads = threads


def read_orders(
    path: str, world: World, spreadsheet: argparse.Namespace | None = None
) -> tuple[list[Row], list[Problem]]:
    """The lines of an order that can be read, and what is wrong with the others.

    `spreadsheet` are the options of a verb that takes one: ORDER, WORLD, `--map` and `--sheet`. Raises `InputError`
    where there is no line: an answer about nothing would be taken for one about the order.
    """
    with working(f"Reading {path}"):
        if spreadsheet is not None and (spreadsheet.map or Path(path).suffix.lower() in _WORKBOOKS):
            orders, problems = _read_spreadsheet(spreadsheet, world)
        else:
            from compliance.world.io.load import load_orders

            try:
                orders, problems = load_orders(path, world)
            except InputError as wrong:
                orders, problems = [], list(wrong.problems)
    if not orders and spreadsheet is not None and Path(path).suffix.lower() == ".csv":
        problems = _of_own_columns(path, problems)
    if not orders:
        raise InputError(problems or [Problem(path, 0, "holds no order line; `orders` needs at least one")])
    return orders, problems


def _of_own_columns(path: str, problems: Sequence[Problem]) -> list[Problem]:
    """The problems of a text table, led by what to do where its columns have names of their own."""
    if not any(each.line == 1 for each in problems):
        return list(problems)
    told = (
        "its columns have not the names of `orders`; with `--map FILE.yaml` it is read as any spreadsheet is "
        "(a new file: the map is proposed there), as `compliance import table` reads the tables of a world"
    )
    return [Problem(path, 0, told), *problems]


_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def _read_spreadsheet(options: argparse.Namespace, world: World) -> tuple[list[Row], list[Problem]]:
    """The lines of a spreadsheet by its map; what the reading found goes to standard error."""
    from compliance.decisions.setup import catalogue_of
    from compliance.spreadsheets.book_reading import BookQuestion, map_beside
    from compliance.spreadsheets.importing import read_order_lines

    map_path = Path(options.map) if options.map else map_beside(Path(options.world))
    question = BookQuestion(Path(options.order), map_path, options.sheet, "orders", ("orders",))
    orders, problems, told = read_order_lines(question, catalogue_of(world), world)
    print(told.rstrip("\n"), file=sys.stderr)
    return orders, problems


def day_of(options: argparse.Namespace, world: World | None) -> date:
    """The day of `--as-of`, else the world's own, else today."""
    asked: date | None = options.as_of
    return asked or (world.as_of if world is not None else None) or today()


def setting(options: argparse.Namespace) -> Setting:
    """The world, day and packs of a verb that has WORLD, `--as-of`, `--pack` and `--set`."""
    values = parameters(options.sets)
    keep_to(options)
    world = read_world(options.world) if not getattr(options, "set_aside", None) else read_most(options)
    day = day_of(options, world)
    chosen = packs(options.pack, values, day)
    return Setting(world, day, chosen, tuple(pack.id for pack in chosen) if options.pack else ())


def packs(names: Sequence[str], values: dict[str, str], day: date) -> tuple[Pack, ...]:
    """The packs asked for by name (those of the day without), with the parameters that the user set.

    Raises `UsageError` for an unknown pack, and for a parameter that none of the packs has.
    """
    from compliance.decisions.setup import packs_on
    from compliance.rulebook.packs import load_packs

    with working("Reading the rules"):
        chosen = packs_on(day, load_packs(tuple(dict.fromkeys(names))) if names else None)
    known = {name for pack in chosen for name in pack.parameters()}
    for name in values:
        if name not in known:
            raise UsageError(f"--set: no pack asked about has a parameter `{name}`.{near(name, known)}")
    return tuple(sorted((pack.with_parameters(values) for pack in chosen), key=lambda pack: pack.id))


def parameters(sets: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` as a mapping; raises `UsageError` for anything else, and for a name given twice."""
    found: dict[str, str] = {}
    for given in sets:
        name, mark, value = given.partition("=")
        name, value = name.strip(), value.strip()
        if not mark or not name or not value:
            raise UsageError(f"--set `{given}` is not of the form NAME=VALUE")
        if name in found:
            raise UsageError(f"--set: `{name}` is given twice")
        found[name] = value
    return found
