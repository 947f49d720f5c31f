"""Balances by country and account, rooms for one buyer, and orders that are only asked about."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from compliance.answers.answer import Answer, Finding
from compliance.answers.headroom_answer import Headroom
from compliance.decisions.accounts.account import Account
from compliance.decisions.setup import catalogue_of
from compliance.errors import UsageError
from compliance.ledger.ledger_answers import Balance
from compliance.service.desk.views.answer import answer_view, background_of
from compliance.service.shared_world import WorldState
from compliance.service.worker import Worker
from compliance.units import day as read_day
from compliance.units import within_reach
from compliance.world.world import World

FIELDS = (
    "id", "date", "chip", "quantity", "to_country", "consignee", "end_user", "purchaser", "operator", "site",
    "exporter", "authorization", "authorization_id", "end_use",
)  # fmt: skip
"""The fields of an order that the form asks for."""
_CODE = 2
POSTURES = ("both", "as-enforced", "as-written")


def balances_view(worker: Worker, country: str, holder: str) -> dict[str, Any]:
    """Accounts by country, then by name, with how much of each is gone."""
    found = worker.operations.balances(country=country, holder=holder)
    world = worker.operations.world.current().screener.world
    by_country: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        by_country.setdefault(_country_of(one.account, world), []).append(_balance(one, world))
    groups = sorted(by_country.items(), key=lambda group: (len(group[0]) != _CODE, group[0]))
    near = sum(row["near"] for _, rows in groups for row in rows)
    return {"groups": groups, "count": len(found), "near": near, "country": country, "holder": holder}


def _country_of(account: Account, world: World) -> str:
    """The country of a limit: its holder or its key, else the seat of the company that holds it."""
    if account.kind == "country":
        return account.holder
    if account.kind == "purchase":
        return "Single purchases"
    party = world.party(account.holder)
    seat = (getattr(party, "headquarters", None) or getattr(party, "residence", None)) if party is not None else None
    return account.key or seat or "Country not known"


def _balance(one: Balance, world: World) -> dict[str, Any]:
    gone = one.recorded + one.reserved + one.committed
    share = Fraction(gone, one.capacity) if one.capacity > 0 else Fraction(1)
    parts = {"used": one.recorded, "committed": one.committed, "reserved": one.reserved}
    widths, left = {}, Fraction(1)
    for name, amount in parts.items():
        width = min(left, Fraction(amount, one.capacity)) if one.capacity > 0 else Fraction(0)
        widths[name] = float(width * 100)
        left -= width
    told, row = one.said(), world.party(one.account.holder)
    return {
        **told, "rule": one.account.rule.replace("_", " "), "holder": one.account.holder,
        "name": (row.name if row is not None else None) or one.account.holder, "key": one.account.key,
        "period": one.account.period, "kind": one.account.kind, "percent": f"{float(share * 100):.1f}",
        "widths": widths, "over": one.room < 0, "near": share >= Fraction(9, 10),
    }  # fmt: skip


def headroom_of(worker: Worker, given: Mapping[str, str]) -> Headroom:
    """How many more somebody may get. Raises `UsageError`."""
    asked = {name: given[name] or None for name in ("consignee", "operator", "country", "site", "authorization")}
    if not given["chip"]:
        raise UsageError("name the chip")
    text = worker.operations.headroom(
        {"chip": given["chip"], **asked}, given["as_of"] or None, given["posture"] or None
    )
    return Headroom.model_validate_json(text)


def order_of(given: Mapping[str, str]) -> dict[str, str]:
    """The line that a form describes."""
    return {name: given[name] for name in FIELDS if given.get(name)}


def side_of(worker: Worker, lines: list[Mapping[str, Any]], day: str, posture: str) -> dict[str, Any]:
    """The answer to lines on a day and in a posture, as pages show it; nothing goes on record. Raises `OrderError`."""
    state = worker.operations.world.current()
    answer = _answer(worker, state, lines, day, posture)
    return {**answer_view(state, answer, lines, "this order"), "answer": answer}


def _answer(worker: Worker, state: WorldState, lines: list[Mapping[str, Any]], day: str, posture: str) -> Answer:
    try:
        when = within_reach(read_day(day)) if day else None
    except ValueError as wrong:
        raise UsageError(f"the day: {wrong}") from None
    screener = state.screener_for(when, posture or None, worker.operations.world.reader)
    return screener.screen(lines)


def differences(
    worker: Worker, one: Answer, other: Answer, lines: list[Mapping[str, Any]]
) -> list[dict[str, Any]]:  # fmt: skip
    """The findings of two answers beside each other by rule and subject; those that are alike come last."""
    background = background_of(worker.operations.world.current(), other, lines, "this order")
    left, right = _by_subject(one), _by_subject(other)
    found = []
    for key in dict.fromkeys((*left, *right)):
        before, after = left.get(key), right.get(key)
        some = before or after
        assert some is not None
        found.append(
            {
                "title": background.title(some.pack, some.rule), "about": _about(some), "before": before,
                "after": after, "same": _compared_fields(before) == _compared_fields(after),
            }
        )  # fmt: skip
    return sorted(found, key=lambda row: bool(row["same"]))


def _by_subject(answer: Answer) -> dict[tuple[str, ...], Finding]:
    return {
        (one.pack, one.rule, one.subject.kind, one.subject.id, one.subject.key or "", one.subject.period or ""): one
        for one in answer.findings
    }


def _about(one: Finding) -> str:
    return " ".join(filter(None, (one.subject.id, one.subject.key, one.subject.period)))


def _compared_fields(one: Finding | None) -> tuple[Any, ...] | None:
    return None if one is None else (one.outcome, one.certainty, one.standing, one.review_policy)


def chips_of(state: WorldState) -> list[str]:
    """The chips and products that a form offers."""
    return sorted(catalogue_of(state.screener.world).names)
