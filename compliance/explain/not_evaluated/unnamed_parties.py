"""Lines, services, transfers and holdings that leave out a party that a rule asks about, or name one not identified."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import pyarrow.compute as pc

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.errors import quote_some
from compliance.evaluation.described_parties import Doubt
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.explain.rule_dependencies import dependencies_of
from compliance.rulebook.legal_standing import Standing, applied_rules, order_standings
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.field_kinds import LINE_TABLES

RECEIVERS = {"lines": "consignee", "services": "customer", "transfers": "to_party", "installed": "holder"}
"""Who there must be in a row of each source, named or not; others may have no part in it."""
STAND_INS = {"end_user", "operator"}
"""Parties for whom the receiver stands where nobody is named."""
OF_PARTIES = "dealings"
IDENTIFY = "Identify by id, LEI or registration, or add to the world with its owners: {items}."
MOST_NAMED = 3
MOST_MISSING = 200


def unnamed_parties(
    scene: EvaluationContext, packs: Sequence[Pack], days: Collection[date], asked: Sequence[str]
) -> Iterator[OpenPoint]:
    """A point for each kind of row of which some name nobody who receives, where rules ask about that party."""
    for source, role in RECEIVERS.items():
        if source not in scene.rows.present():
            continue
        rows = scene.asked_rows(source)
        missing = rows.filter(pc.is_null(rows.column(role)))
        if not len(missing):
            continue
        rules = _rules_about(source, role, packs, days, asked)
        if not rules:
            continue
        named = sorted(set(zip(missing.column("table").to_pylist(), missing.column("id").to_pylist(), strict=True)))
        who = role.replace("_", " ")
        ids = [name for _, name in named]
        said = NotEvaluated(
            rule="",
            reason=f"no {who} is named on {quote_some(ids, MOST_NAMED)}: no list, owner or seat of it was looked at",
            missing=[
                MissingField(table=table, id=name, field=role, settles=f"who the {who} is, and all rules about it")
                for table, name in named[:MOST_MISSING]
            ],
            standings=order_standings(standing for _, _, standing in rules),
        )
        yield OpenPoint(said, (Step(f"Name the {who}."),), frozenset(ids), tuple(sorted(rules)))


def _rules_about(
    source: str, role: str, packs: Sequence[Pack], days: Collection[date], asked: Sequence[str]
) -> set[tuple[str, str, Standing]]:
    """The rules that ask about a party of a source, with their standings."""
    roles = {(source, name) for name in {role, *STAND_INS}} | {(OF_PARTIES, "party")}
    return {
        (pack.id, rule.name, standing)
        for pack, rule, found in applied_rules(packs, days, asked)
        if dependencies_of(pack, rule).columns & roles
        for standing in found
    }


def doubtful_parties(scene: EvaluationContext, doubts: Sequence[Doubt]) -> Iterator[OpenPoint]:
    """A point for each party that is described and that no identifier settles, of the order alone in a screening."""
    tables = LINE_TABLES[1:] if scene.orders else LINE_TABLES[:1]
    for doubt in doubts:
        lines = [(table, name) for table, name in doubt.lines if table in tables]
        if not lines:
            continue
        ids = frozenset(name for _, name in lines)
        if doubt.taken is None:
            reason = (
                f"`{doubt.shown}` stands in no table of the world: its owners, headquarters and listings are not known"
            )
            step = Step(IDENTIFY, doubt.shown)
        else:
            reason = f"`{doubt.shown}` is not known for certain to be `{doubt.taken}`: {doubt.reason}"
            step = Step("Confirm by id, LEI or registration: {items}.", f"whether {doubt.shown} is {doubt.taken}")
        missing = [
            MissingField(table=table, id=name, field="party", settles=f"who `{doubt.shown}` is")
            for table, name in lines[:MOST_MISSING]
        ]
        yield OpenPoint(NotEvaluated(rule="", reason=reason, missing=missing), (step,), ids)
