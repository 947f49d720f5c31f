"""The JSON of `own`: shape, posture and force, and a user's mistakes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compliance.errors import UsageError
from compliance.ownership.own_answer import own
from compliance.units import day

from .packs import ask, companies, ownership, regimes, stake

LISTED = [{"party": "e", "list": "EntityList"}]


def bis(as_of: str, posture: str) -> dict[str, Any]:
    there = {"companies": companies("e", "a", "b", "c", country="CN"), "listings": LISTED}
    return ask("bis", as_of, stakes=[stake("e", "a", 80), stake("e", "b", "40-60")], posture=posture, **there)


@pytest.mark.parametrize(
    ("as_of", "written", "enforced"),
    [
        ("2025-09-28", False, False),
        ("2025-09-29", True, True),
        ("2025-11-09", True, True),
        ("2025-11-10", False, False),
        ("2026-11-09", False, False),
        ("2026-11-10", True, None),
        ("2027-01-10", True, None),
        ("2027-01-11", True, True),
    ],
)
def test_the_verdict_applies_as_the_rule_is_in_force(as_of: str, written: bool, enforced: bool | None) -> None:
    for posture, expected in (("as-written", written), ("as-enforced", enforced), ("both", enforced)):
        got = bis(as_of, posture)

        assert got["a"]["verdict"] == "captured"
        assert got["a"]["applies"] is expected
        assert got["b"]["applies"] is (False if expected is False else None)
        assert got["c"]["applies"] is False


def test_before_the_rule_existed_it_had_no_force() -> None:
    assert bis("2025-09-28", "both")["a"]["force"] == {"state": None, "since": None, "citation": None}


def test_the_force_is_named_with_its_day_and_citation() -> None:
    force = {"state": "stayed", "since": "2025-11-10", "citation": "90 FR 50857"}

    assert bis("2026-03-01", "as-written")["a"]["force"] == force


def test_a_captured_party_has_exactly_these_keys_and_is_json() -> None:
    got = bis("2025-10-15", "both")["a"]

    assert got == {
        "verdict": "captured",
        "limb": "ownership",
        "low": "80",
        "high": "80",
        "low_open": False,
        "high_open": False,
        "applies": True,
        "force": {"state": "in_force", "since": "2025-09-29", "citation": "90 FR 47201"},
        "flags": ["listed_owner"],
        "path": [{"owner": "e", "owned": "a", "percent": "80"}],
        "deciding_unknowns": [],
    }
    assert json.loads(json.dumps(got)) == got


def test_without_parties_every_company_is_answered_and_nobody_else() -> None:
    there = {"companies": companies("b", "a"), "people": [{"id": "p"}]}

    assert list(ask("ofac", "2025-10-15", **there)) == ["a", "b"]
    assert list(ask("ofac", "2025-10-15", ("p",), **there)) == ["p"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"test": "ofca"},
            "unknown test `ofca`; there are beneficial, bis, eu, ofac, parent, share, uk. Did you mean `ofac`?",
        ),
        ({"test": "share"}, "the test `share` needs an owner: name one with `--owner`"),
        ({"test": "share", "owner": "holdin"}, "there is no party `holdin` in this world. Did you mean `holding`?"),
        ({"test": "ofac", "undisclosed": "opne"}, "unknown `undisclosed` `opne`. Did you mean `open`?"),
        ({"test": "ofac", "posture": "as-writen"}, "unknown posture `as-writen`. Did you mean `as-written`?"),
    ],
)
def test_a_mistake_is_answered_with_a_near_name(options: dict[str, str], message: str) -> None:
    world = ownership(companies=companies("holding"))

    with pytest.raises(UsageError) as error:
        own(world, regimes(), as_of=day("2025-10-15"), **options)
    assert str(error.value).strip() == message


def test_an_unknown_party_is_answered_with_a_near_name() -> None:
    with pytest.raises(UsageError, match=r"there is no party `holdng` in this world. Did you mean `holding`\?"):
        own(ownership(companies=companies("holding")), regimes(), ["holdng"], test="ofac", as_of=day("2025-10-15"))
