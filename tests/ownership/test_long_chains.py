"""Chains and rings of companies that each may hold half of the next, longer than possible parents are told apart."""

from __future__ import annotations

import itertools
import random
from datetime import date
from typing import Any

import pytest

from compliance.decisions.audit import audit
from compliance.ownership.ownership_graph import Ownership, ParentAnswer
from compliance.ownership.parents import parent_search
from compliance.rulebook.packs import load_packs
from compliance.world.world import World
from tests.packs import on

DAY = "2026-06-30"
LONG = 2_500


def links(count: int, percent: str, ring: bool) -> dict[str, list[dict[str, Any]]]:
    """A chain or ring of companies in an order that their names do not tell."""
    names = [f"c{n:05}" for n in range(count)]
    random.Random(count).shuffle(names)
    stakes = [{"owner": a, "owned": b, "percent": percent} for a, b in itertools.pairwise(names)]
    if ring:
        stakes.append({"owner": names[-1], "owned": names[0], "percent": percent})
    return {"companies": [{"id": name, "headquarters": "MY"} for name in names], "stakes": stakes}


def parents(tables: dict[str, list[dict[str, Any]]]) -> dict[str, ParentAnswer]:
    return Ownership(World.of(None, **tables), least=10**9).parents(date.fromisoformat(DAY))


@pytest.mark.parametrize("ring", [False, True])
@pytest.mark.parametrize("percent", ["50", "40-60", "unknown"])
def test_they_are_answered_and_left_open(percent: str, ring: bool) -> None:
    tables = links(LONG, percent, ring)
    got = parents(tables)
    first, last = tables["stakes"][0]["owner"], tables["stakes"][-1]["owned"]

    assert {answer.verdict for name, answer in got.items() if ring or name != first} == {"undetermined"}
    assert ring or got[first] == ParentAnswer(first, "determined", first, "MY")
    assert got[last].candidates
    assert all(name in got for answer in got.values() for name in answer.candidates)


@pytest.mark.parametrize("ring", [False, True])
def test_who_stands_over_such_a_chain_is_not_known_and_so_a_limit_of_it_is_possible(ring: bool) -> None:
    tables = links(LONG, "50", ring)
    line = {"id": "s", "date": "2025-06-01", "from_country": "US", "to_country": "MY", "chip": "H100", "quantity": 8}
    tables["shipments"] = [{**line, "consignee": tables["stakes"][-1]["owned"], "authorization": "none"}]
    answer = audit(World.of(None, **tables), load_packs(["us_chips_enforced"]), on(DAY))
    found = [finding for finding in answer.findings if finding.topic == "embargoed_parent"]

    assert [finding.certainty for finding in found] == ["possible"]


@pytest.mark.parametrize("percent", ["50", "50-60", ">25-75"])
@pytest.mark.parametrize("ring", [False, True])
def test_what_is_told_apart_no_more_stays_open_at_every_length(
    percent: str, ring: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = links(12, percent, ring)
    whole = parents(tables)
    for name, value in {"MOST": 3, "LARGE_CIRCLE": 2, "MOST_IN_LARGE": 2}.items():
        monkeypatch.setattr(parent_search, name, value)
    few = parents(tables)

    assert {name: answer.verdict for name, answer in few.items()} == {n: answer.verdict for n, answer in whole.items()}
    for name, answer in few.items():
        assert set(answer.candidates) <= {*whole[name].candidates, name}


def test_a_majority_below_such_a_chain_is_as_open_as_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent_search, "MOST", 3)
    tables = links(8, "50", ring=False)
    last = tables["stakes"][-1]["owned"]
    tables["companies"] += [{"id": "x", "headquarters": "CN"}, {"id": "half"}, {"id": "y"}]
    tables["stakes"] += [{"owner": last, "owned": "x", "percent": 60}, {"owner": "x", "owned": "y", "percent": 100}]
    tables["stakes"] += [
        {"owner": last, "owned": "half", "percent": 30},
        {"owner": "x", "owned": "half", "percent": 30},
    ]
    ownership = Ownership(World.of(None, **tables), least=10**9)
    got = ownership.parents(date.fromisoformat(DAY))

    assert {got[name].verdict for name in ("x", "y", "half")} == {"undetermined"}
    hidden = {
        p for p in ownership.families("half", date.fromisoformat(DAY)) if p.startswith(parent_search.UNIDENTIFIED)
    }
    assert hidden
    assert hidden <= {*ownership.families("y", date.fromisoformat(DAY))}
