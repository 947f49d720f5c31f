"""Groups as a whole: chains of private ties, what many have from one who serves them, and schemes that stay apart."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np

from compliance.detection.groups.shared_things import Rarity
from tests.detection.made import Tables, buyer, found, line

CROWD = 2_500


def crowd(*companies: dict[str, Any], **more: Any) -> Tables:
    """Companies among many that have an address, a telephone, a domain and a director of their own, each a buyer."""
    others = [
        buyer(f"x{n}", address=f"{n} Side Street {n}", phone=f"+60 4 {10**6 + n}", email=f"a@x{n}.example")
        for n in range(CROWD)
    ]
    people = [{"id": f"p{n}"} for n in range(CROWD)]
    roles = [{"person": f"p{n}", "company": f"x{n}", "role": "director"} for n in range(CROWD)]
    lines = [
        line(f"x{n}", f"x{n}", f"20{24 + n % 2}-{n % 12 + 1:02}-{n % 28 + 1:02}", 30 + n) for n in range(0, CROWD, 5)
    ]
    return {
        "companies": [*others, *companies],
        "people": [*people, *more.get("people", ())],
        "roles": [*roles, *more.get("roles", ())],
        "ties": list(more.get("ties", ())),
        "shipments": [*lines, *more.get("shipments", ())],
    }


def chain(names: str, number: int, month: int) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Buyers of whom each shares another thing with the next, and none with all."""
    companies = {name: buyer(name, incorporated=f"20{10 + at}-0{month}-01") for at, name in enumerate(names)}
    kinds = ("phone", "address", "email", "director")
    more: dict[str, list[dict[str, Any]]] = {"people": [], "roles": [], "shipments": []}
    for at, (one, other) in enumerate(itertools.pairwise(names)):
        kind = kinds[at % len(kinds)]
        if kind == "director":
            more["people"].append({"id": f"d{number}{at}"})
            more["roles"] += [{"person": f"d{number}{at}", "company": c, "role": "director"} for c in (one, other)]
        value = {
            "phone": f"+60 9 {number}5550{at}1",
            "address": f"{number}{at} Private Lane",
            "email": f"m@{one}{number}.example",
        }
        for name in (one, other) if kind != "director" else ():
            companies[name][kind] = value[kind]
    more["shipments"] += [line(f"{number}{name}", name, f"2025-0{month}-1{at}") for at, name in enumerate(names)]
    return list(companies.values()), more


def members(tables: Tables) -> list[list[str]]:
    return sorted(group["members"] for group in found(tables, "split_evasion"))


def test_a_chain_of_private_ties_is_one_group() -> None:
    companies, more = chain("abcdefg", 1, 6)

    assert members(crowd(*companies, **more)) == [list("abcdefg")]


def test_two_chains_at_one_time_stay_two_until_a_private_tie_joins_them() -> None:
    (one, first), (other, second) = chain("abcde", 1, 6), chain("uvwxy", 2, 6)
    more = {key: [*first[key], *second[key]] for key in first}

    assert members(crowd(*one, *other, **more)) == [list("abcde"), list("uvwxy")]

    more["people"] += [{"id": "one"}, {"id": "other"}]
    more["roles"] += [{"person": who, "company": c, "role": "director"} for who, c in (("one", "b"), ("other", "w"))]
    more["ties"] = [{"party": "one", "other": "other", "kind": "family"}]
    assert members(crowd(*one, *other, **more)) == [list("abcdeuvwxy")]


def test_clients_of_one_who_serves_many_are_no_group() -> None:
    served = {"address": "1 Service House, Labuan", "phone": "+60 87 400 400"}
    tables = crowd(*(buyer(name, **served) for name in "abcd"), *(buyer(f"y{n}", **served) for n in range(200)))
    tables["shipments"] += [line(name, name, f"2025-0{at}-10", 900) for at, name in enumerate("abcd", 2)]

    assert members(tables) == []


def test_one_of_a_group_may_buy_at_another_time() -> None:
    companies, more = chain("abcdefg", 1, 6)
    more["shipments"][3]["date"] = "2025-11-20"

    assert members(crowd(*companies, **more)) == [list("abcdefg")]


def test_what_others_have_alone_is_rarer_than_what_they_share() -> None:
    alone, often = np.array([0, 10_000, 2]), np.array([0, 100, 400])
    private, common = (Rarity(Fraction(10_000), counts, Fraction(100)) for counts in (alone, often))

    assert private.bits(0) > common.bits(0) == 13_288
    assert private.bits(100) == common.bits(100)
