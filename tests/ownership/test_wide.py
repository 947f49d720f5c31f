"""A large world is asked by columns: every answer must be that of the small one, company by company."""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.ownership.capture.verdict import Capture
from compliance.ownership.columnar import columnar_register
from compliance.ownership.columnar.bulk_capture import Bulk, Links
from compliance.ownership.columnar.bulk_parents import ASK, OPEN
from compliance.ownership.columnar.columnar_register import WideRegister
from compliance.ownership.columnar.prefilter import Sieve
from compliance.ownership.columnar.stake_columns import Groups, Stakes
from compliance.ownership.columnar.stake_snapshot import Snapshot
from compliance.ownership.own_answer import own
from compliance.ownership.ownership_graph import Ownership
from compliance.ownership.register import Register
from compliance.units import day
from compliance.world.world import World

from .packs import ownership, parent_test, regimes
from .test_properties import AS_OF, LISTS, any_world

SEEDS = st.integers(min_value=0, max_value=2**32)
READINGS = ["closed", "red_flag", "open"]


def any_large(rng: random.Random) -> dict[str, Any]:
    """A world with more companies than are touched, roles, sales to relatives and odd denominators."""
    world = any_world(rng)
    more = [f"d{number:02d}" for number in range(20)]
    world["companies"] += [{"id": name, "headquarters": rng.choice(["AE", "CN"])} for name in more]
    for owned in more:
        for owner in rng.sample(["c01", "c05", "p", *more], rng.choice([0, 1, 1, 2])):
            percent = rng.choice(["5", "30", "50", "51", "60", "1/3", "14.2857", ">25-50", "unknown"])
            row = {"owner": owner, "owned": owned, "percent": percent}
            if rng.random() < 0.2:
                row["to"] = "2025-06-01"
            world["stakes"].append(row)
    world["roles"] = [
        {"person": rng.choice(["p", "q"]), "company": rng.choice([*more, "c02"]), "role": "director"} for _ in range(3)
    ]
    world["listings"] += [{"party": rng.choice(more), "list": "UVL"}]
    return world


def any_quiet(rng: random.Random) -> dict[str, Any]:
    """A world in which few are listed, many are held by one or two companies, and some ended and sold."""
    names = [f"c{number:02d}" for number in range(16)]
    words = [
        "100",
        "60",
        "51",
        ">50",
        "50",
        "30",
        "25",
        "20",
        "10",
        "25-50",
        "50-75",
        ">25-50",
        "<50",
        "<75",
        "unknown",
    ]
    stakes = []
    for place, owned in enumerate(names):
        owners = names[: place or 1] if rng.random() < 0.9 else names
        for owner in rng.sample([*owners, "p", ""], min(rng.choice([0, 1, 1, 2, 2, 3]), len(owners))):
            row = {"owner": owner, "owned": owned, "percent": rng.choice(words)}
            if rng.random() < 0.1:
                row["interest"] = "votes"
            if rng.random() < 0.15:
                row[rng.choice(["from", "to", "to"])] = rng.choice(["2025-06-01", "2026-01-01"])
            stakes.append(row)
    some = rng.sample(names, 2)
    kinds = ["board_majority", "accounting_parent"]
    return {
        "companies": [{"id": name, "headquarters": rng.choice(["AE", "AE", "CN", "US"])} for name in names],
        "people": [{"id": "p"}, {"id": "q"}],
        "stakes": stakes,
        "controls": [
            {"controller": one, "company": other, "means": rng.choice(kinds)}
            for one, other in [rng.sample(names, 2)] * rng.choice([0, 0, 1])
        ],
        "ties": [
            {"party": some[0], "other": some[1], "kind": kind}
            for kind in rng.choice([[], ["former_parent"], ["nominee"]])
        ],
        "listings": [{"party": rng.choice(names[:8]), "list": name} for name in rng.sample(sorted(LISTS.values()), 2)],
    }


def both(world: dict[str, Any], monkeypatch: pytest.MonkeyPatch, **options: Any) -> list[dict[str, Any]]:
    found = []
    for least in (10**9, 0):
        monkeypatch.setattr(columnar_register, "WIDE", least)
        asked = ownership(**world)
        assert isinstance(asked.register, columnar_register.WideRegister) == (least == 0)
        found.append(own(asked, regimes(), as_of=day(AS_OF), **options)["parties"])
    return found


def agrees(seed: int, test: str, undisclosed: str) -> None:
    world = (any_large, any_quiet)[seed % 2](random.Random(seed))
    with pytest.MonkeyPatch.context() as monkeypatch:
        small, large = both(world, monkeypatch, test=test, undisclosed=undisclosed, owner="c00")
    assert large == small


@settings(max_examples=120, deadline=None)
@given(SEEDS, st.sampled_from([*LISTS, "parent", "share"]), st.sampled_from(READINGS))
def test_columns_answer_as_rows_do(seed: int, test: str, undisclosed: str) -> None:
    agrees(seed, test, undisclosed)


@pytest.mark.night
@settings(max_examples=5_000, deadline=None)
@given(SEEDS, st.sampled_from([*LISTS, "parent", "share"]), st.sampled_from(READINGS))
def test_columns_answer_as_rows_do_by_night(seed: int, test: str, undisclosed: str) -> None:
    agrees(seed, test, undisclosed)


def bulk_agrees(seed: int, undisclosed: str) -> None:
    world = World.of(**(any_large, any_quiet)[seed % 2](random.Random(seed)))
    on, test = date.fromisoformat(AS_OF), regimes()["ofac"].test
    capture = Capture(Register(world), test, on, undisclosed)
    stakes = Stakes.of(world.columns("stakes"), capture.seeds)
    shot = Snapshot.of(stakes, on)
    assert shot.exact
    seeds, none = stakes.find(capture.seeds), np.zeros(0, np.int32)
    bulk = Bulk(
        shot,
        test.bar(on),
        seeds,
        seeds,
        Links(none, none, Groups.by(none, 99)),
        undisclosed,
        True,
        test.interests.capture,
    )
    verdicts, (low, low_open, high, high_open) = bulk.verdicts(none, seeds), bulk.sums()
    for number, party in enumerate(stakes.names.to_pylist()):
        if party not in capture.register.companies:
            continue
        assert ("not_captured", "undetermined", "captured")[verdicts[number]] == capture.verdict(party), party
        least, most = capture.sums(party)
        assert (shot.percent(low[number]), bool(low_open[number])) == (least.value, least.open)
        if shot.by_company.one(number):
            assert (shot.percent(high[number]), bool(high_open[number])) == (most.value, most.open)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from(["closed", "red_flag"]))
def test_verdicts_and_sums_of_all_at_once_are_those_of_one(seed: int, undisclosed: str) -> None:
    bulk_agrees(seed, undisclosed)


@pytest.mark.night
@settings(max_examples=10_000, deadline=None)
@given(SEEDS, st.sampled_from(["closed", "red_flag"]))
def test_verdicts_and_sums_of_all_at_once_are_those_of_one_by_night(seed: int, undisclosed: str) -> None:
    bulk_agrees(seed, undisclosed)


def parents_agree(seed: int) -> None:
    world = World.of(**(any_large, any_quiet)[seed % 4 > 0](random.Random(seed)))
    small, sieve = Ownership(world, parent_test()), Sieve(WideRegister(world), date.fromisoformat(AS_OF))
    proven = sieve.parents(parent_test())
    for number, party in enumerate(sieve.names):
        top, answer = proven.top[number], small.parent(party, sieve.day)
        if top >= 0:
            assert (answer.verdict, answer.parent) == ("determined", sieve.names[top]), party
        elif top == OPEN:
            assert answer.verdict == "undetermined", party


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_parent_that_is_proven_at_once_is_the_parent(seed: int) -> None:
    parents_agree(seed)


@pytest.mark.night
@settings(max_examples=10_000, deadline=None)
@given(SEEDS)
def test_a_parent_that_is_proven_at_once_is_the_parent_by_night(seed: int) -> None:
    parents_agree(seed)


def test_most_parents_are_proven_at_once() -> None:
    tops = []
    for seed in range(40):
        sieve = Sieve(WideRegister(World.of(**any_quiet(random.Random(seed)))), date.fromisoformat(AS_OF))
        tops += sieve.parents(parent_test()).top.tolist()

    assert tops.count(ASK) < len(tops) / 2
    assert tops.count(OPEN) > len(tops) / 50


def test_denominators_that_fit_no_number_are_asked_in_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    primes = (10007, 10009, 10037, 10039, 10061, 10067, 10069)
    stakes = [{"owner": "x", "owned": f"c{n}", "percent": f"{50 * n - 1}/{n}"} for n in primes]
    stakes += [{"owner": "x", "owned": "c", "percent": "1/3"}, {"owner": "y", "owned": "c", "percent": "50/3"}]
    stakes += [{"owner": "x", "owned": "d", "percent": "100/3"}, {"owner": "y", "owned": "d", "percent": "50/3"}]
    world = {
        "companies": [{"id": name} for name in ("x", "y", "c", "d", *(f"c{n}" for n in primes))],
        "stakes": stakes,
        "listings": [{"party": party, "list": "SDN"} for party in "xy"],
    }
    small, large = both(world, monkeypatch, test="ofac")

    assert large == small
    assert (large["d"]["verdict"], large["d"]["low"]) == ("captured", "50")
    assert large["c10007"]["verdict"] == "not_captured"
    assert not Snapshot.of(Stakes.of(World.of(**world).columns("stakes")), date(2025, 1, 1)).exact


def test_groups_by_number_keep_the_order_of_rows() -> None:
    groups = Groups.by(np.array([2, -1, 0, 2, 0], np.int32), 3)

    assert [groups.one(number) for number in range(3)] == [[2, 4], [], [0, 3]]
    assert groups.of(np.array([2, 1, 0], np.int32)).tolist() == [0, 3, 2, 4]


def test_rows_are_read_once_by_their_text() -> None:
    world = World.of(
        companies=[{"id": "a"}, {"id": "b"}],
        stakes=[{"owner": "a", "owned": "b", "percent": ">25-50", "from": "2025-01-01"}, {"owned": "b", "percent": 1}],
    )
    stakes = Stakes.of(world.columns("stakes"))

    assert [str(stakes.ranges[number]) for number in stakes.percent] == [">25-50", "1"]
    assert stakes.owner.tolist() == [stakes.numbers["a"], -1]
    assert stakes.standing(date(2024, 12, 31)).tolist() == [1]
    assert stakes.ranges[-1].high == Fraction(100)
