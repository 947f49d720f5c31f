"""Sets the stage of an evaluation: which packs, which day, and whether every chip named is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from compliance.decisions.split_detection import split_signs
from compliance.errors import About, InputError, Problem, UsageError
from compliance.ownership.capture.capture_test import ParentTest, load_parent_test
from compliance.ownership.ownership_graph import Ownership
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import SHARED, Pack, load_packs
from compliance.sources.evaluation_context import EvaluationContext
from compliance.units import within_reach
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.reference.country_lists import CountryLists
from compliance.world.schema.row import Row
from compliance.world.world import World

GROUPS = "country_groups.yaml"
PARENT_TEST = "parent.yaml"
POSTURES = ("as-written", "as-enforced")
PacksGiven = Iterable[Pack | str | PathLike[str]] | str | PathLike[str] | None
"""Packs that were read, or their ids or folders."""
CHIP_TABLES = ("shipments", "orders", "holdings", "compute_services", "inspections")


def world_given(world: World) -> World:
    """The world asked about; raises `UsageError` where something else is given, `None` or the path of one."""
    if isinstance(world, World):
        return world
    given = "nothing (None)" if world is None else f"a value of type {type(world).__name__}"
    raise UsageError(
        f"the question is asked of a World, and {given} was given: pass `load_world(PATH)` or `World.of(...)`"
    )


def day_of(world: World, as_of: date | None) -> date:
    """The day asked about: the given one, else the world's own. Nothing here reads a clock."""
    world = world_given(world)
    found = as_of or world.as_of
    if isinstance(found, datetime) or not isinstance(found, date | None):
        raise UsageError(f"`as_of` takes a date, such as date(2025, 6, 30), not a {type(found).__name__}")
    if found is None:
        raise UsageError("no day is given: pass `as_of`, or put `as_of: 2026-11-20` at the top of the world")
    try:
        return within_reach(found)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def postures_of(posture: str) -> tuple[str, ...]:
    """The postures that a word stands for."""
    if posture == "both":
        return POSTURES
    if posture not in POSTURES:
        raise UsageError(f"`{posture}` is not a posture; one of {', '.join((*POSTURES, 'both'))}")
    return (posture,)


def packs_on(day: date, packs: PacksGiven) -> tuple[Pack, ...]:
    """The packs asked for, each read or named by id or folder; without any, those that say something on the day."""
    if packs is not None:
        return packs_named(packs)
    return tuple(
        pack
        for pack in load_packs()
        if any(pack.force_of(rule).at(day, "as-written").applies is not False for rule in pack.rules)
    )


def packs_named(packs: Iterable[Pack | str | PathLike[str]] | str | PathLike[str]) -> tuple[Pack, ...]:
    """These packs, each once; raises `UsageError` for one that does not exist."""
    given = [packs] if isinstance(packs, str | PathLike) else list(packs)
    for one in given:
        if not isinstance(one, Pack | str | PathLike):
            raise UsageError(f"`{type(one).__name__}` is no pack: give ids, folders or packs that were read")
    found = [one if isinstance(one, Pack) else load_packs([str(one)])[0] for one in given]
    return tuple({(pack.id, pack.sha256, pack.overrides): pack for pack in found}.values())


def scene_of(world: World, as_of: date, day: date, orders: bool) -> EvaluationContext:
    """The scene of an evaluation; raises `InputError` for chips that nothing is known of."""
    catalogue = catalogue_of(world)
    problems = list(unknown_chips(world, catalogue, orders))
    if problems:
        raise InputError(problems)
    return EvaluationContext(world, ownership_of(world), catalogue, as_of, day, orders, split_signs)


def catalogue_of(world: World) -> Catalogue:
    """The chips that ship and those of the world."""
    world = world_given(world)
    return Catalogue.load(rules_folder(), world.rows("chips"), world.rows("products"))  # type: ignore[arg-type]


def ownership_of(world: World) -> Ownership:
    """The ownership of a world, with the shared parent test and the country lists that its flags ask about."""
    return Ownership(world, *_parent_test(rules_folder() / SHARED))


@cache
def _parent_test(shared: Path) -> tuple[ParentTest, CountryLists]:
    return load_parent_test(shared / PARENT_TEST), CountryLists.load([shared / GROUPS])


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
    hint = catalogue.near(named.chip).strip() or "Add it to `chips` or `products`."
    text = f"no chip or product is called `{named.chip}`. {hint}"
    about = About(row.name_of_row, "chip", "unknown_chip", hint)
    return Problem(row.origin.file, row.origin.line, text, about=about)
