"""Under whom companies stand, against a plain second implementation, on worlds of several makers and several days."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.errors import UsageError
from compliance.generate.registry import registry
from compliance.ownership.ownership_graph import Ownership
from compliance.ownership.parents import parent_search
from compliance.ownership.parents.ultimate_parent import Parents
from compliance.world.world import World
from tests.makers import customs, distributors, operators

from .packs import companies, parent_test, stake
from .standings_plainly import standings
from .test_properties import any_world
from .test_wide import any_large, any_quiet

SEEDS = st.integers(min_value=0, max_value=2**32)
DAYS = tuple(map(date.fromisoformat, ("2024-06-01", "2025-03-01", "2025-06-15", "2025-12-01", "2026-06-30")))
WORDS = ("0", "10", "20", "25", "30", "33.33333", "1/3", "40", "49.9", "50", "50", "50.1", "51", "60", "100",
         "25-50", ">25", "<50", ">50", "50-75", "unknown")  # fmt: skip
FEW_WORDS = (WORDS, ("50", "100"), ("50", "51"), ("25", "26", "50"), ("unknown", "50", "51"), ("30", "30", "40", "60"))
Tables = dict[str, list[dict[str, Any]]]


def any_circles(rng: random.Random) -> Tables:
    """Companies in a ring, or most of one, which hold each other crosswise, some on some days."""
    names = [f"c{number:02d}" for number in range(rng.choice([3, 5, 8, 12, 20, 30]))]
    rng.shuffle(names)
    words, more = rng.choice(FEW_WORDS), rng.choice([1, 1, 2, 3, 5])
    others = [*names, *(["p"] if rng.random() < 0.3 else []), *([""] if rng.random() < 0.3 else [])]
    ring, stakes, controls = rng.random() < 0.6, [], []
    for place, owned in enumerate(names):
        if ring and rng.random() < 0.95:
            stakes.append(stake(names[place - 1], owned, rng.choice(words)))
        for _ in range(rng.choice([0, 0, 0, *([1] * more), more])):
            row = stake(rng.choice(others), owned, rng.choice(words))
            if rng.random() < 0.15:
                row["interest"] = "votes"
            if rng.random() < 0.2:
                row[rng.choice(["from", "to"])] = rng.choice(["2025-03-01", "2025-06-01", "2026-01-01"])
            stakes.append(row)
    for _ in range(rng.choice([0, 0, 1, 3])):
        means = rng.choice(["accounting_parent", "accounting_parent", "board_majority"])
        controls.append({"controller": rng.choice(names), "company": rng.choice(names), "means": means})
        if rng.random() < 0.3:
            controls[-1][rng.choice(["from", "to"])] = rng.choice(["2025-03-01", "2025-06-01"])
    there = [*companies(*sorted(names))]
    return {"companies": there, "people": [{"id": "p"}], "stakes": stakes, "controls": controls}


def any_registry(rng: random.Random) -> Tables:
    """A registry of the generator."""
    tables = registry(rng.choice([30, 120]), rng.randrange(2**31)).items()
    return {name: [{k: v for k, v in row.items() if v} for row in table.to_pylist()] for name, table in tables}


def any_multiples(rng: random.Random) -> Tables:
    """Every third company is owned by the one whose number is so many times its own: chains and circles."""
    size, times = rng.choice([90, 100, 300]), rng.choice([7, 11, 31])
    pairs = ((n * times % size, n) for n in range(0, size, 3))
    rows = [stake(f"c{a}", f"c{b}", (30, 50, 51, 100)[b % 4]) for a, b in pairs if a != b]
    return {"companies": companies(*(f"c{n}" for n in range(size))), "stakes": rows}


def any_made(rng: random.Random) -> Tables:
    """A world of one of the makers that stand in for users."""
    made: Tables = rng.choice([customs, distributors, operators]).make_world(rng.randrange(2**31), 8)
    return made


MAKERS = (any_circles, any_circles, any_circles, any_circles, any_multiples, any_world, any_large, any_quiet,
          any_registry, any_made)  # fmt: skip


def agree(seed: int) -> None:
    rng = random.Random(seed)
    tables = rng.choice(MAKERS)(rng)
    ownership = Ownership(World.of(None, **tables), parent_test(), least=rng.choice([0, 10**9]))
    parents = Parents(ownership.register, parent_test(), ownership.since)
    asked = [(party, day) for party in ownership.register.companies for day in DAYS]
    rng.shuffle(asked)
    expected = {day: standings(tables, day) for day in DAYS}
    for party, day in asked:
        got = parents.standing(party, day)

        assert (got.tops, got.possible, got.firm, got.halves, got.circle, got.ring) == expected[day][party], (
            seed, party, day
        )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_a_plain_second_implementation_says_the_same(seed: int) -> None:
    agree(seed)


@pytest.mark.night
@settings(max_examples=3_000, deadline=None)
@given(SEEDS)
def test_a_plain_second_implementation_says_the_same_by_night(seed: int) -> None:
    agree(seed)


@pytest.mark.parametrize(("first", "other"), [("a", "c"), ("x", "a")])
def test_who_may_stand_over_a_circle_does_not_hang_on_its_names(first: str, other: str) -> None:
    """Somebody who is not identified holds the one, and `b` the other of two that hold each other."""
    pairs = ("", first), (other, first), (first, other), ("b", other)
    world = World.of(companies=companies(first, other, "b"), stakes=[stake(*pair, "unknown") for pair in pairs])

    for party in (first, other):
        assert Ownership(world).families(party, DAYS[0]) == tuple(sorted((f"?{first}", first, other, "b")))


@pytest.mark.parametrize("limits", [(3, 2, 2), (5, 4, 3), (8, 1_000, 2)])
def test_those_that_are_told_apart_no_more_do_not_hang_on_who_is_asked_first(
    limits: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in zip(("MOST", "LARGE_CIRCLE", "MOST_IN_LARGE"), limits, strict=True):
        monkeypatch.setattr(parent_search, name, value)
    for seed in range(40):
        rng = random.Random(seed)
        tables = any_circles(rng)
        names = [row["id"] for row in tables["companies"]]
        answers = []
        for order in (names, names[::-1], rng.sample(names, len(names))):
            ownership = Ownership(World.of(None, **tables), parent_test())
            try:
                answers.append({party: ownership.families(party, DAYS[2]) for party in order})
            except UsageError:
                answers.append({})

        assert answers[1] == answers[0]
        assert answers[2] == answers[0]
