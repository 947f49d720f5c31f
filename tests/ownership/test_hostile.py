"""Registers made to hurt: long chains and circles, a company that holds itself again and again, wild numbers."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from compliance.ownership import ownership_graph
from compliance.ownership.capture import dated_tests
from compliance.ownership.columnar import columnar_register
from compliance.ownership.own_answer import own
from compliance.ownership.parents import parent_search
from compliance.units import day
from compliance.world.world import World

from .packs import countries, parent_test, regimes

AS_OF = day("2025-12-01")


def long(count: int, percent: str, ring: bool) -> ownership_graph.Ownership:
    """Companies of which each holds the next; in a ring the last holds the first."""
    names = [f"c{number:06d}" for number in range(count)]
    pairs = list(itertools.pairwise(names)) + ([(names[-1], names[0])] if ring else [])
    world = World.of(
        companies=[{"id": name, "headquarters": "MY"} for name in names],
        stakes=[{"owner": one, "owned": other, "percent": percent} for one, other in pairs],
        listings=[{"party": names[0], "list": "SDN"}],
    )
    return ownership_graph.Ownership(world, parent_test(), countries())


def asked(world: ownership_graph.Ownership, test: str, *parties: str) -> dict[str, Any]:
    found: dict[str, Any] = own(world, regimes(), parties, test=test, as_of=AS_OF)["parties"]
    return found


@pytest.mark.parametrize("ring", [False, True])
@pytest.mark.parametrize("least", [0, 10**9])
def test_a_long_chain_or_circle_is_followed(ring: bool, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar_register, "WIDE", least)
    got = asked(long(1_500, "50", ring), "ofac", "c001499")["c001499"]

    assert (got["verdict"], len(got["path"])) == ("captured", 1_499)


def test_a_chain_of_majorities_has_one_parent() -> None:
    got = asked(long(3_000, "51", False), "parent", "c002999")["c002999"]

    assert (got["verdict"], got["parent"]) == ("determined", "c000000")


def test_a_ring_of_majorities_has_one_name_for_itself_and_for_those_below() -> None:
    names = [f"c{number:04d}" for number in range(2_000)]
    stakes = [{"owner": one, "owned": other, "percent": "51"} for one, other in itertools.pairwise([*names, names[0]])]
    stakes += [{"owner": names[1_000], "owned": "d", "percent": "100"}]
    world = World.of(companies=[{"id": name} for name in (*names, "d")], stakes=stakes)
    got = asked(ownership_graph.Ownership(world, parent_test(), countries()), "parent", "c1999", "d")

    assert [(got[p]["verdict"], got[p]["parent"], got[p]["flags"]) for p in ("c1999", "d")] == [
        ("determined", "c0000", ["ownership_cycle"])
    ] * 2


def test_a_ring_of_majorities_held_in_two_parts_has_one_name_too() -> None:
    stakes = []
    for one, other in ("ab", "bc", "ca"):
        stakes += [(one, f"{one}2", "100"), (one, other, "30"), (f"{one}2", other, "30")]
    rows = [{"owner": one, "owned": other, "percent": part} for one, other, part in [*stakes, ("c", "d", "100")]]
    world = World.of(companies=[{"id": name} for name in ("a", "b", "c", "a2", "b2", "c2", "d")], stakes=rows)
    got = asked(ownership_graph.Ownership(world, parent_test(), countries()), "parent", "d")

    assert (got["d"]["verdict"], got["d"]["parent"]) == ("determined", "a")


@pytest.mark.parametrize(("percent", "ring"), [("50", False), ("50", True)])
def test_more_possible_parents_than_anybody_reads_are_one_that_is_not_known(
    percent: str, ring: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parent_search, "MOST", 100)
    few = asked(long(60, percent, ring), "parent", "c000059")["c000059"]
    many = asked(long(250, percent, ring), "parent", "c000249")["c000249"]

    assert (few["verdict"], len(few["candidates"])) == ("undetermined", 59)
    assert (many["verdict"], many["candidates"]) == ("undetermined", ["c000248"])


def test_paths_that_would_fill_memory_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dated_tests, "MOST_LINKS", 1_000)

    assert len(asked(long(40, "50", False), "ofac")["c000039"]["path"]) == 39
    cut = asked(long(60, "50", False), "ofac")["c000059"]
    assert (len(cut["path"]), cut["path_left_out"]) == (dated_tests.NEAREST, 59 - dated_tests.NEAREST)


@pytest.mark.parametrize("least", [0, 10**9])
def test_a_company_that_holds_itself_ten_thousand_times_holds_it_once(
    least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar_register, "WIDE", least)
    loops = [{"owner": "a", "owned": "a", "percent": "0.001"} for _ in range(10_000)]
    stakes = [*loops, {"owner": "x", "owned": "a", "percent": "60"}]
    world = World.of(companies=[{"id": "a"}, {"id": "x"}], stakes=stakes, listings=[{"party": "x", "list": "SDN"}])
    got = asked(ownership_graph.Ownership(world, parent_test(), countries()), "ofac")["a"]

    assert (got["verdict"], got["low"], "ownership_cycle" in got["flags"]) == ("captured", "70", True)
