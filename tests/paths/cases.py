"""Cases drawn from a seed: a maker's world, a day, packs, and another path to the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from compliance.plan.plan_cache import plan_of
from compliance.plan.prune import LISTED, UNIDENTIFIED
from compliance.rulebook.known_lists import registered_ids
from compliance.rulebook.packs import Pack, load_packs
from compliance.sources.source_catalogue import SOURCES
from tests.makers import Tables
from tests.paths.answers import differences
from tests.paths.doubles import add_doubles, add_twins
from tests.paths.mixes import MAKERS, Mix, audit_mixed, draw_mix, make_tables

AS_OF = date(2026, 6, 30)
GRANTED = ("license", "LPP", "AIA", "ACM", "ACA", "NAC", "UVEU", "NVEU")


class Case(NamedTuple):
    """What is asked of which world, and by which path beside the plain one."""

    seed: int
    maker: str
    tables: Tables
    packs: Sequence[Pack]
    day: date
    mix: Mix


def draw_case(seed: int, packs: int | None = 1, lines: Sequence[int] = (8, 12, 20)) -> Case:
    """The case of a seed: makers and packs take turns; of so many packs, all without."""
    rng = Random(f"case {seed}")
    maker = MAKERS[seed % len(MAKERS)]
    tables = make_tables(maker, seed, rng.choice(lines))
    if seed % 2:
        tables = add_doubles(tables, seed)
    if seed % 4 == 0:
        tables = add_twins(tables, seed)
    every = load_packs()
    turn = seed // len(MAKERS)
    chosen = every if packs is None else [every[(turn + n) % len(every)] for n in range(packs)]
    for pack in chosen:
        compile_whole(pack)
    day = AS_OF if rng.random() < 0.6 else date(2025, 1, 1) + timedelta(rng.randrange(700))
    return Case(seed, maker, tables, chosen, day, draw_mix(seed))


def compile_whole(pack: Pack) -> None:
    """Has one plan of a pack that fits every world, so that none is compiled for a single world."""
    _compile_whole(pack.id)


@cache
def _compile_whole(pack: str) -> None:
    (found,) = load_packs([pack])
    plan_of(found, every_source(), margins=False)


def every_source() -> frozenset[str]:
    """What a world has that has rows of everything, and somebody on every list."""
    return frozenset({*SOURCES, UNIDENTIFIED, *(f"{LISTED}{name}" for name in (*registered_ids(), *GRANTED))})


def compare_paths(case: Case) -> list[str]:
    """What differs between the answer by the plain path and that by the other, and which change makes it."""
    first = audit_mixed(case.tables, Mix(), case.packs, case.day)
    told = differences(first, audit_mixed(case.tables, case.mix, case.packs, case.day))
    if not told:
        return []
    for step in case.mix.steps():
        alone = differences(first, audit_mixed(case.tables, step, case.packs, case.day))
        if alone:
            return [f"seed {case.seed}, by {step.told()}", *alone]
    return [f"seed {case.seed}, by all of {case.mix.told()}", *told]
