"""Verdicts and bounds against a plain implementation that tries every completion of small registers."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .completions import LISTED, Graph, Rule, any_graph, judged
from .packs import ask, companies
from .parents_by_completion import parents

SEEDS = st.integers(min_value=0, max_value=2**32)
TESTS = {"eu": {"inclusive": True, "aggregate": True}, "uk": {"inclusive": False, "aggregate": False}}
TESTED = st.tuples(SEEDS, st.sampled_from(sorted(TESTS)), st.sampled_from(["closed", "red_flag", "open"]))
ALL = ("a", "b", "c", "n", "x", "y")


def against_completions(seed: int, test: str, undisclosed: str) -> None:
    graph = any_graph(random.Random(seed))
    rule = Rule(undisclosed=undisclosed, **TESTS[test])
    expected = judged(graph, rule)
    got = ask(
        test,
        "2025-01-01",
        tuple(expected),
        people=[{"id": "n"}, *({"id": party} for party in LISTED)],
        companies=companies("a", "b", "c"),
        stakes=graph.rows(),
        listings=[{"party": party, "list": name} for party in LISTED for name in ("EU", "UK")],
        undisclosed=undisclosed,
    )
    for name, (surely, possibly, low, high) in expected.items():
        verdict = "captured" if surely else "undetermined" if possibly else "not_captured"
        answer = got[name]

        assert answer["verdict"] == verdict, graph
        assert reaches(low, Fraction(answer["low"]), answer["low_open"], 1), graph
        assert reaches(high, Fraction(answer["high"]), answer["high_open"], -1), graph


def reaches(tried: Fraction, end: Fraction, is_open: bool, inward: int) -> bool:
    """Whether what was tried meets the end, or comes close to it from inside where it is left out."""
    return 0 < (tried - end) * inward <= 4 if is_open else tried == end


def parents_against_completions(seed: int) -> None:
    found = any_graph(random.Random(seed))
    graph = Graph(
        tuple((owned, tuple((o.replace("?", "p"), share) for o, share in held)) for owned, held in found.stakes)
    )
    got = ask("parent", "2025-01-01", ALL, companies=companies(*ALL), people=[{"id": "p"}], stakes=graph.rows())
    circles = any("ownership_cycle" in answer["flags"] for answer in got.values())
    for name, (parent, candidates) in parents(graph, ALL).items():
        answer = got[name]

        assert answer["parent"] == parent, graph
        if parent is None and not circles:
            assert set(answer["candidates"]) == candidates, graph


@settings(max_examples=120, deadline=None)
@given(TESTED)
def test_verdict_low_and_high_are_those_of_all_completions(tested: tuple[int, str, str]) -> None:
    against_completions(*tested)


@settings(max_examples=120, deadline=None)
@given(SEEDS)
def test_the_parent_is_that_of_all_completions(seed: int) -> None:
    parents_against_completions(seed)


@pytest.mark.night
@settings(max_examples=8_000, deadline=None)
@given(TESTED)
def test_verdict_low_and_high_are_those_of_all_completions_by_night(tested: tuple[int, str, str]) -> None:
    against_completions(*tested)


@pytest.mark.night
@settings(max_examples=8_000, deadline=None)
@given(SEEDS)
def test_the_parent_is_that_of_all_completions_by_night(seed: int) -> None:
    parents_against_completions(seed)
