"""What one unit meets by each route: what its screening decides, and what is left of the limits on which it draws.

A quantity of zero says that something is needed for the first unit already. What that is, and how much the authority
may still license, are questions of their own: a license is applied for and is no right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from compliance.answers.answer import OUTCOMES, Answer
from compliance.decisions.accounts.account import Claim
from compliance.decisions.accounts.kept_scenes import KeptScenes
from compliance.decisions.accounts.touched import AccountClaims, Lines, touched_each
from compliance.decisions.opened_world import OpenedWorld
from compliance.explain.finding_kinds import EASED, counted_standings, gaps_within
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Rule

NEEDED = OUTCOMES[:-1]
"""The outcomes that keep a single unit back."""


def first_units(
    opened: OpenedWorld,
    orders: Mapping[str, Mapping[str, str]],
    units: Mapping[str, int | None],
    fail_on: str,
    summaries: Collection[str],
) -> dict[str, dict[str, Any]]:
    """Of orders of one unit by each route: `one_unit` and `left`, as the answer gives them.

    `left` is of the limits on which one unit draws, and of those on which the first that is too many of its `units`
    draws: a small purchase may not count to a limit to which a large one does. `summaries` count, though no law.
    """
    world = opened.world
    catalogue = KeptScenes.of(world).catalogue
    quantities = {(route, n) for route, most in units.items() for n in (1, 1 if most is None else most + 1)}
    read = {
        (route, quantity): Lines.read(world, catalogue, {**orders[route], "quantity": str(quantity)})
        for route, quantity in sorted(quantities)
    }
    touched = touched_each(opened, read)
    answers = {route: opened.screen_lines(read[route, 1].own) for route in orders}
    counted = counted_standings(opened.posture, summaries)
    rules = {(pack.id, rule.name): rule for pack in opened.packs for rule in _limits_first(pack)}
    return {
        route: {
            "one_unit": _one_unit(answers[route], fail_on, summaries),
            "left": list(_list_remaining(route, touched, rules, counted, summaries)),
        }
        for route in orders
    }


def _limits_first(pack: Pack) -> Iterator[Rule]:
    """The rules of a pack, of parts of one rule the strictest last."""
    yield from sorted(pack.rules, key=lambda rule: -OUTCOMES.index(rule.then.outcome))


def _one_unit(answer: Answer, fail_on: str, summaries: Collection[str]) -> dict[str, Any]:
    whole = answer.decision
    needs = [
        {
            "rule": one.rule, "pack": one.pack, "standing": one.standing, "outcome": one.outcome,
            "certainty": one.certainty, "review_policy": one.review_policy, "message": one.message,
            "citation": one.citations[0] if one.citations else "",
        }
        for one in answer.findings
        if one.outcome in NEEDED and one.subject.kind == "line" and one.effect != EASED
    ]  # fmt: skip
    gaps = [one.model_dump(mode="json") for one in gaps_within(answer, fail_on, summaries)]
    decided = {"enforced": whole.enforced, "written": whole.written, "summary": whole.summary}
    because = [one.model_dump(mode="json") for one in whole.because]
    return {**decided, "because": because, "needs": needs, "not_evaluated": gaps}


def _list_remaining(
    route: str,
    touched: Mapping[tuple[str, int], AccountClaims],
    rules: Mapping[tuple[str, str], Rule],
    counted: Collection[str],
    summaries: Collection[str],
) -> Iterator[dict[str, Any]]:
    """What is left of each limit on which the route draws, by name; the smaller order tells where both draw on it."""
    asked = sorted(quantity for name, quantity in touched if name == route)
    drawn = {claim.name: (claim, n) for n in reversed(asked) for claim in touched[route, n].claims}
    for name in sorted(drawn):
        yield _remaining(*drawn[name], rules, counted, summaries)


def _remaining(
    claim: Claim,
    quantity: int,
    rules: Mapping[tuple[str, str], Rule],
    counted: Collection[str],
    summaries: Collection[str],
) -> dict[str, Any]:
    """What is left of the limit of a claim of an order of so many units."""
    account, rule = claim.account, rules[claim.account.pack, claim.account.rule]
    left = None if claim.recorded is None else max(0, claim.capacity - claim.recorded)
    fit = None if left is None or not claim.taken else left * quantity // claim.taken
    counts = account.pack in summaries if account.standing == "summary" else account.standing in counted
    return {
        "account": claim.name, "rule": account.rule, "pack": account.pack, "standing": account.standing,
        "counted": counts, "topic": rule.topic, "citation": rule.citation, "holder": account.holder,
        "key": account.key, "period": account.period, "limit": account.said(claim.capacity),
        "used": None if claim.recorded is None else account.said(claim.recorded),
        "left": None if left is None else account.said(left), "unit": account.unit, "units": fit,
    }  # fmt: skip
