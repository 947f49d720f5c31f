"""Strongly connected parts against reachability."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from compliance.ownership.strong_components import circles, components

NODES = "abcdefg"
GRAPHS = st.dictionaries(st.sampled_from(NODES), st.lists(st.sampled_from(NODES), unique=True))


def reached(graph: dict[str, list[str]], start: str) -> set[str]:
    """What leads to a node by at least one step."""
    found: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += graph.get(node, ())
    return found


@given(GRAPHS)
def test_parts_are_what_leads_to_each_other_and_come_after_what_leads_to_them(graph: dict[str, list[str]]) -> None:
    parts = list(components(NODES, lambda node: graph.get(node, ())))
    seen: set[str] = set()
    for part in parts:
        for node in part:
            assert {o for o in reached(graph, node) if node in reached(graph, o)} | {node} == set(part)
        seen.update(part)
        assert all(reached(graph, node) <= seen for node in part)
    assert sorted(node for part in parts for node in part) == sorted(NODES)


@given(GRAPHS)
def test_circles_are_the_nodes_that_lead_to_themselves(graph: dict[str, list[str]]) -> None:
    found = circles(NODES, lambda node: graph.get(node, ()))

    assert found == {node for node in NODES if node in reached(graph, node)}


def test_a_very_long_chain_does_not_recurse() -> None:
    nodes = [str(number) for number in range(50_000)]
    before = dict(zip(nodes[1:], nodes, strict=False))

    assert len(list(components(reversed(nodes), lambda node: [before[node]] if node in before else []))) == 50_000
