"""Effective ownership as exact fractions."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from .completions import Graph, any_graph, vectors
from .packs import ask, companies, stake

NAMES = ("a", "b", "c")


def share(owner: str, *stakes: dict[str, object], **more: Any) -> dict[str, Any]:
    there = {"companies": companies(*NAMES, "x", "y", "n"), "people": [{"id": "p"}, {"id": "q"}]}
    return ask("share", "2025-10-15", stakes=stakes, owner=owner, **there, **more)


def test_a_circle_is_counted_once() -> None:
    got = share("x", stake("x", "a", 45), stake("n", "a", 40), stake("b", "a", 15), stake("a", "b", 100))

    assert (got["a"]["share"], got["b"]["share"], got["n"]["share"]) == ("9/17", "9/17", "0")


def test_a_company_owns_a_part_of_itself_through_a_circle() -> None:
    got = share("a", stake("a", "b", 90), stake("b", "a", 90))

    assert (got["a"]["share"], got["b"]["share"]) == ("0.81", "0.9")


def test_a_closed_circle_belongs_to_nobody_else() -> None:
    got = share("x", stake("a", "b", 100), stake("b", "a", 100), stake("x", "c", 10))

    assert (got["a"]["share"], got["c"]["share"]) == ("0", "0.1")


def test_a_range_gives_bounds() -> None:
    got = share("p", stake("p", "a", "25-50"), stake("a", "b", "50-75"))

    assert got["b"] == {"share": None, "low": "0.125", "high": "0.375", "flags": []}


def test_free_mass_goes_to_the_owner_first_and_never_over_all_of_it() -> None:
    got = share("p", stake("p", "a", "unknown"), stake("b", "a", "unknown"), stake("p", "b", 100))

    assert (got["a"]["low"], got["a"]["high"]) == ("0", "1")


def test_who_is_not_identified_may_be_the_owner() -> None:
    got = share("p", stake("p", "a", 20), stake("", "a", 30))

    assert (got["a"]["low"], got["a"]["high"]) == ("0.2", "0.5")


def test_an_undisclosed_rest_may_be_the_owners_if_asked() -> None:
    for undisclosed, high in (("closed", "0.2"), ("red_flag", "1"), ("open", "1")):
        assert share("p", stake("p", "a", 20), undisclosed=undisclosed)["a"]["high"] == high
    assert share("p", stake("q", "a", 20), undisclosed="red_flag")["a"]["high"] == "0"
    assert share("p", stake("q", "a", 20), undisclosed="open")["a"]["high"] == "0.8"


def test_votes_are_no_share() -> None:
    assert share("p", stake("p", "a", 90, interest="votes"))["a"]["share"] == "0"


def test_stakes_over_100_percent_leave_the_share_open() -> None:
    got = share("p", stake("p", "a", 60), stake("n", "a", 60), stake("a", "b", 50))

    assert got["a"] == {"share": None, "low": "0", "high": "1", "flags": ["over_100_percent"]}
    assert (got["b"]["share"], got["b"]["flags"]) == (None, ["over_100_percent"])


def test_a_long_chain_is_exact() -> None:
    names = [f"c{number:04d}" for number in range(1500)]
    stakes = [stake(one, other, "33.33333") for one, other in pairwise(names)]
    got = ask("share", "2025-10-15", (names[-1],), companies=companies(*names), stakes=stakes, owner=names[0])

    assert len(got[names[-1]]["share"]) > 4300


def of_register(register: dict[str, dict[str, int]], owner: str) -> dict[str, Fraction]:
    """The shares by elimination on the whole system at once."""
    known = {name for name in NAMES if name != owner and _reached(register, owner, name, frozenset())}
    rows = {name: {other: Fraction(int(other == name)) for other in known} for name in known}
    right = {name: Fraction(register.get(name, {}).get(owner, 0), 100) for name in known}
    for name in known:
        for other, percent in register.get(name, {}).items():
            if other in known:
                rows[name][other] -= Fraction(percent, 100)
    for name in sorted(known):
        pivot = rows[name][name]
        for other in known - {name}:
            factor = rows[other][name] / pivot
            right[other] -= factor * right[name]
            rows[other] = {k: value - factor * rows[name][k] for k, value in rows[other].items()}
    found = {name: right[name] / rows[name][name] if name in known else Fraction(0) for name in NAMES}
    held = register.get(owner, {}).items()
    found[owner] = sum((Fraction(p, 100) * (1 if o == owner else found.get(o, 0)) for o, p in held), Fraction(0))
    return found


def _reached(register: dict[str, dict[str, int]], owner: str, name: str, seen: frozenset[str]) -> bool:
    holders = [o for o, percent in register.get(name, {}).items() if percent > 0]
    return owner in holders or any(
        o in NAMES and o not in seen and _reached(register, owner, o, seen | {name}) for o in holders
    )


@settings(max_examples=80, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_bounds_are_those_of_all_completions(seed: int) -> None:
    rng = random.Random(seed)
    found = any_graph(rng)
    shut = Graph(tuple((n, tuple((o, (*r[:2], False, False)) for o, r in held)) for n, held in found.stakes))
    owner = rng.choice(["x", "a", "b"])
    columns = dict(shut.stakes)
    choices = [
        [
            (values, mine)
            for values in vectors(tuple(share for _, share in held))
            if all(value % 25 == 0 for value in values)
            for mine in ((False, True) if any(o == "?" for o, _ in held) else (False,))
        ]
        for held in columns.values()
    ]
    if len(choices[0]) * len(choices[-1]) ** (len(choices) - 1) > 4000:
        return
    seen: dict[str, list[Fraction]] = {name: [] for name in NAMES}
    for picked in product(*choices):
        register: dict[str, dict[str, int]] = {}
        for (name, held), (values, mine) in zip(columns.items(), picked, strict=True):
            register[name] = {}
            for (holder, _), value in zip(held, values, strict=False):
                who = owner if holder == "?" and mine else holder
                register[name][who] = register[name].get(who, 0) + value
        for name, value in of_register(register, owner).items():
            if name in seen:
                seen[name].append(value)
    got = share(owner, *shut.rows())
    for name in NAMES:
        assert (Fraction(got[name]["low"]), Fraction(got[name]["high"])) == (min(seen[name]), max(seen[name]))
