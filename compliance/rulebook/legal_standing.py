"""The standing of a finding: whether its rule is applied by the authority on the day, only written, or a summary.

A finding that holds as written and as enforced is `enforced`; where it is not known whether the authority applies the
text, the rule may be (contracts 1 and 9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, get_args

from compliance.rulebook.force import UNCONFIRMED, ForceHistory
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Rule

Standing = Literal["enforced", "written", "summary"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
NOT_LAW = "not_law"
_APPLIED = ("in_force", UNCONFIRMED)


def standing_of(state: str, enforced: str | None) -> Standing:
    """The standing of what applies, by the state in law and the one that the authority applies."""
    if state == NOT_LAW:
        return "summary"
    return "enforced" if enforced in _APPLIED else "written"


def standing_on(force: ForceHistory, day: date, asked: Sequence[str]) -> Standing | None:
    """The standing of a rule on a day in the postures asked about; `None` where it applies in none of them."""
    states = [force.at(day, posture) for posture in asked]
    applied = [state for state in states if state.applies is not False]
    return standing_of(str(applied[0].state), force.enforced(day)) if applied else None


def applied_rules(
    packs: Iterable[Pack], days: Collection[date], asked: Sequence[str]
) -> Iterator[tuple[Pack, Rule, set[Standing]]]:
    """The rules of these packs that apply on one of these days, each with its standings on them."""
    for pack in packs:
        for rule in pack.rules:
            found = (standing_on(pack.force_of(rule), day, asked) for day in days)
            if standings := {standing for standing in found if standing is not None}:
                yield pack, rule, standings


def standings_of(packs: Iterable[Pack], days: Collection[date], asked: Sequence[str]) -> list[Standing]:
    """The standings in which rules of these packs apply on these days, in their order."""
    return order_standings(one for _, _, standings in applied_rules(packs, days, asked) for one in standings)


def order_standings(found: Iterable[Standing | None]) -> list[Standing]:
    """These standings, each once: enforced, written, summary."""
    there = set(found)
    return [standing for standing in STANDINGS if standing in there]
