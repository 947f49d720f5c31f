"""The capture tests, force histories and parent test of the shipped packs, and `own` on a small world."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from compliance.ownership.capture.capture_test import ParentTest, load_parent_test
from compliance.ownership.capture.verdict import CaptureTest
from compliance.ownership.own_answer import Regime, own
from compliance.ownership.ownership_graph import Ownership
from compliance.rulebook.force import ForceEntry, ForceHistory
from compliance.units import day
from compliance.world.io.rule_file import parse, read_rule_file
from compliance.world.reference.country_lists import CountryLists
from compliance.world.world import World

RULES = Path(__file__).parents[2] / "rules"
PACKS = ("ofac_50", "us_affiliates", "eu_ownership", "uk_ownership")


@cache
def regimes() -> dict[str, Regime]:
    """Every capture test of the packs by name."""
    found = {}
    for pack in PACKS:
        node: Any = read_rule_file(RULES / pack / "pack.yaml")
        entries = tuple(parse(ForceEntry, entry, pack) for entry in node["force"])
        for name, test in node["capture"].items():
            found[str(name)] = Regime(parse(CaptureTest, test, pack), ForceHistory(entries))
    return found


@cache
def parent_test() -> ParentTest:
    return load_parent_test(RULES / "shared" / "parent.yaml")


@cache
def countries() -> CountryLists:
    return CountryLists.load([RULES / "shared" / "country_groups.yaml"])


def ownership(**tables: Any) -> Ownership:
    return Ownership(World.of(**tables), parent_test(), countries())


def ask(test: str, as_of: str, parties: tuple[str, ...] = (), /, **tables: Any) -> dict[str, Any]:
    """The parties of an `own` answer; options of `own` stand among the tables."""
    options = {name: tables.pop(name) for name in ("undisclosed", "owner", "posture") if name in tables}
    answer = own(ownership(**tables), regimes(), parties, test=test, as_of=day(as_of), **options)
    found: dict[str, Any] = answer["parties"]
    return found


def companies(*ids: str, country: str = "AE") -> list[dict[str, str]]:
    return [{"id": name, "headquarters": country} for name in ids]


def stake(owner: str, owned: str, percent: object, **more: object) -> dict[str, object]:
    return {"owner": owner, "owned": owned, "percent": str(percent), **more}
