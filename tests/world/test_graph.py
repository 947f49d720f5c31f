"""The ownership graph as networkx: any of its algorithms runs on it."""

from __future__ import annotations

from datetime import date

import networkx
import pytest

from compliance.errors import UsageError
from compliance.world.networkx_graph import graph
from compliance.world.world import World

WORLD = World.of(
    companies=[{"id": i, "headquarters": "AE"} for i in "abc"],
    people=[{"id": "p"}],
    stakes=[
        {"owner": "a", "owned": "b", "percent": "30"},
        {"owner": "a", "owned": "b", "percent": ">20-25"},
        {"owner": "b", "owned": "c", "percent": "60", "interest": "votes"},
        {"owner": "c", "owned": "a", "percent": "10", "to": "2025-01-01"},
        {"owned": "c", "percent": "40"},
    ],
    controls=[{"controller": "p", "company": "c", "means": "board_seat"}],
)


def test_the_graph_of_a_day_holds_what_stands_on_it() -> None:
    found = graph(WORLD, date(2025, 6, 1))

    assert sorted(found.edges) == [("?c", "c"), ("a", "b"), ("b", "c"), ("p", "c")]
    assert (found.edges["a", "b"]["low"], found.edges["a", "b"]["high"]) == (50, 55)
    assert found.edges["b", "c"]["votes_low"] == 60
    assert found.edges["p", "c"]["means"] == ("board_seat",)
    assert networkx.descendants(found, "a") == {"b", "c"}


def test_a_cycle_is_there_on_the_days_on_which_it_stands() -> None:
    assert networkx.is_directed_acyclic_graph(graph(WORLD, date(2025, 1, 1)))
    assert [sorted(c) for c in networkx.simple_cycles(graph(WORLD, date(2024, 6, 1)))] == [["a", "b", "c"]]


def test_a_world_gives_its_graph_with_what_is_known_of_the_parties() -> None:
    found = WORLD.graph(date(2025, 6, 1))

    assert isinstance(found, networkx.DiGraph)
    assert found.nodes["a"] == {"kind": "company", "headquarters": "AE"}
    assert (found.nodes["p"]["kind"], found.nodes["?c"]["kind"]) == ("person", "unidentified")
    assert networkx.pagerank(found)["c"] > networkx.pagerank(found)["p"]


def test_a_graph_needs_a_day() -> None:
    with pytest.raises(UsageError, match="names no day"):
        WORLD.graph()
    assert "c" in WORLD.at(date(2025, 6, 1)).graph()
