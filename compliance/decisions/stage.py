"""Sets the stage of an evaluation: which packs, which day, and whether every chip named is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from compliance.errors import InputError, Problem, UsageError
from compliance.facts.tables import Scene
from compliance.ownership.graph import Ownership
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import Pack, load_packs
from compliance.world.chips import Catalogue
from compliance.world.row import Row
from compliance.world.world import World

POSTURES = ("as-written", "as-enforced")
CHIP_TABLES = ("shipments", "orders", "holdings", "compute_services", "inspections")


def day_of(world: World, as_of: date | None) -> date:
    """The day asked about: the given one, else the world's own. Nothing here reads a clock."""
    found = as_of or world.as_of
    if found is None:
        raise UsageError("no day is given: pass `as_of`, or put `as_of: 2026-11-20` at the top of the world")
    return found


def postures_of(posture: str) -> tuple[str, ...]:
    """The postures that a word stands for."""
    if posture == "both":
        return POSTURES
    if posture not in POSTURES:
        raise UsageError(f"`{posture}` is not a posture; one of {', '.join((*POSTURES, 'both'))}")
    return (posture,)


def packs_on(day: date, packs: Sequence[Pack] | None) -> tuple[Pack, ...]:
    """The packs asked for; without any, those with rules that are in force, codified or not law on the day."""
    if packs is not None:
        return tuple(packs)
    return tuple(p for p in load_packs() if p.rules and p.force.at(day, "as-written").applies is not False)


def scene_of(world: World, as_of: date, day: date, orders: bool) -> Scene:
    """The scene of an evaluation; raises `InputError` for chips that nothing is known of."""
    catalogue = Catalogue.load(rules_folder(), world.rows("chips"), world.rows("products"))  # type: ignore[arg-type]
    problems = list(unknown_chips(world, catalogue, orders))
    if problems:
        raise InputError(problems)
    return Scene(world, Ownership(world), catalogue, as_of, day, orders)


def unknown_chips(world: World, catalogue: Catalogue, orders: bool) -> Iterator[Problem]:
    """A problem for each row that names a chip which neither the catalogue nor the world knows."""
    for table in CHIP_TABLES:
        if table == "orders" and not orders:
            continue
        if all(catalogue.parts(name) for name in world.values(table, "chip")):
            continue
        for row in world.rows(table):
            if problem := unknown_chip(row, catalogue):
                yield problem


def unknown_chip(row: Row, catalogue: Catalogue) -> Problem | None:
    """What is wrong with the chip that a row names, if anything."""
    named: Any = row
    if named.chip is None or catalogue.parts(named.chip):
        return None
    hint = catalogue.near(named.chip)
    text = f"no chip or product is called `{named.chip}`.{hint or ' Add it to `chips` or `products`.'}"
    return Problem(row.origin.file, row.origin.line, text)
