"""Chains and rings of owners of any depth: every company is answered, and why is told as far as it can be."""

from __future__ import annotations

import json
from decimal import Decimal, localcontext
from time import process_time
from typing import Any

import pytest

from compliance.answers.short_answers import own_schema
from compliance.decisions.ownership_questions import own
from compliance.ownership.capture import dated_tests, open_facts
from compliance.ownership.capture.dated_tests import NEAREST
from compliance.reports.text.short_text import own_text
from compliance.world.world import World
from tests.packs import on

DAY = on("2026-06-30")
LISTS = ("SDN", "EntityList", "EU", "UK")
TESTS = ("ofac", "bis", "eu", "uk")


def world(count: int, percent: str = "51", ring: bool = False, second: str | None = None) -> World:
    """A listed company and a chain under it, or a ring; with `second` each also holds that much of the next but one."""
    stakes = [{"owner": f"c{n}", "owned": f"c{n + 1}", "percent": percent} for n in range(count - 1)]
    if ring:
        stakes.append({"owner": f"c{count - 1}", "owned": "c0", "percent": percent})
    if second:
        stakes += [{"owner": f"c{n}", "owned": f"c{n + 2}", "percent": second} for n in range(count - 2)]
        stakes[0]["percent"] = "60"
    companies = [{"id": f"c{n}", "headquarters": "MY"} for n in range(count)]
    return World.of(companies=companies, stakes=stakes, listings=[{"party": "c0", "list": name} for name in LISTS])


def said(of: World, test: str, *parties: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = own(of, parties, test=test, as_of=DAY)["parties"]
    return found


@pytest.mark.parametrize("ring", [False, True])
@pytest.mark.parametrize("test", TESTS)
def test_every_company_of_a_chain_of_thousands_is_answered(test: str, ring: bool) -> None:
    count = 3_000
    got = said(world(count, ring=ring), test)

    assert {name: one["verdict"] for name, one in got.items()} == {f"c{n}": "captured" for n in range(count)}
    for n in range(1, count):
        told = got[f"c{n}"]
        assert len(told["path"]) + told.get("path_left_out", 0) == n
        assert len(told["path"]) <= NEAREST
        assert told["path"][0] == {"owner": "c0", "owned": "c1", "percent": "51"}
        assert told["path"][-1] == {"owner": f"c{n - 1}", "owned": f"c{n}", "percent": "51"}


def test_a_party_asked_alone_is_told_its_whole_way() -> None:
    told = said(world(3_000), "bis", "c2999")["c2999"]

    assert len(told["path"]) == 2_999
    assert "path_left_out" not in told


@pytest.mark.parametrize("percent", ["40-60", "unknown"])
@pytest.mark.parametrize("ring", [False, True])
def test_an_open_chain_is_told_as_far_as_it_can_be(percent: str, ring: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dated_tests, "MOST_LINKS", 2_000)
    monkeypatch.setattr(open_facts, "MOST_TRIED", 3_000)
    got = said(world(200, percent, ring), "bis")

    assert {one["verdict"] for name, one in got.items() if name != "c0"} == {"undetermined"}
    assert all(1 <= len(one["deciding_unknowns"]) <= NEAREST for name, one in got.items() if name != "c0")
    assert any(fact["settles"] is None for one in got.values() for fact in one["deciding_unknowns"])


@pytest.mark.parametrize(("percent", "second"), [("51", None), ("30", "30"), ("40-60", None), ("30", "15-40")])
@pytest.mark.parametrize("test", TESTS)
def test_a_cut_changes_no_verdict_and_counts_no_more_than_there_is(
    test: str, percent: str, second: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = world(60, percent, second=second)
    whole = said(of, test)
    monkeypatch.setattr(dated_tests, "MOST_LINKS", 10)
    cut = said(of, test)
    why = {"path", "path_left_out", "deciding_unknowns"}

    assert any("path_left_out" in one for one in cut.values())
    for name, one in cut.items():
        assert {k: v for k, v in one.items() if k not in why} == {k: v for k, v in whole[name].items() if k not in why}
        assert all(step in whole[name]["path"] for step in one["path"])
        assert len(one["path"]) + one.get("path_left_out", 0) <= len(whole[name]["path"])
        if "path_left_out" not in one:
            assert one["path"] == whole[name]["path"]


def test_a_cut_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    monkeypatch.setattr(dated_tests, "MOST_LINKS", 10)
    answer = own(world(60), test="bis", as_of=DAY)
    text = own_text(answer)

    assert "at least 48 further links that are not told" in text
    jsonschema.validate(json.loads(json.dumps(answer)), own_schema())


@pytest.mark.bench
@pytest.mark.parametrize("ring", [False, True])
def test_a_hundred_thousand_links(ring: bool) -> None:
    got = said(world(100_000, ring=ring), "bis")

    assert all(one["verdict"] == "captured" for one in got.values())


def test_shares_along_a_chain_are_exact_and_take_no_longer_than_they_are_long() -> None:
    count, digits = 3_000, 2 * 2_999
    begun = process_time()
    got = own(world(count), test="share", owner="c0", as_of=DAY)["parties"]
    took = process_time() - begun

    deepest = got[f"c{count - 1}"]["share"]
    with localcontext() as exact:
        exact.prec = digits + 10
        assert Decimal(deepest) == Decimal("0.51") ** (count - 1)
    assert len(deepest) == digits + len("0.")
    assert got["c1"] == {"share": "0.51", "low": "0.51", "high": "0.51", "flags": []}
    assert took < 20  # over a minute where each number takes the square of its digits
