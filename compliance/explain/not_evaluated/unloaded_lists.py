"""Screening lists that rules ask about and the world does not hold; no party is cleared of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.explain.rule_dependencies import dependencies_of
from compliance.rulebook.known_lists import screening_lists
from compliance.rulebook.legal_standing import Standing, applied_rules, order_standings
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.tables import Listing, ScreeningList

LOAD = (
    "Load these lists and match the parties to them (`compliance import csl --match`), or state in `screening_lists` "
    "that they were screened: {items}."
)


def unloaded_lists(
    scene: EvaluationContext, packs: Sequence[Pack], days: Collection[date], asked: Sequence[str]
) -> Iterator[OpenPoint]:
    """A point for each list that a rule asks about, of which the world has no listing nor says that it was loaded."""
    loaded = scene.world.values(Listing.table, "list") | scene.world.values(ScreeningList.table, "list")
    needed = {name: meaning for name, meaning in screening_lists().items() if name not in loaded}
    if not needed:
        return
    present = scene.rows.present()
    rules: dict[str, set[tuple[str, str, Standing]]] = defaultdict(set)
    for pack, rule, found in applied_rules(packs, days, asked):
        asks = dependencies_of(pack, rule)
        if {source for source, _ in asks.columns} & present:
            for name in asks.lists & needed.keys():
                rules[name] |= {(pack.id, rule.name, standing) for standing in found}
    for name in sorted(rules):
        who = ", ".join(sorted({pack for pack, _, _ in rules[name]}))
        text = f"the list `{name}` ({needed[name]}) is not loaded: {who} cannot tell whether a party is on it"
        gap = MissingField(table=ScreeningList.table, id=name, field="list", settles=f"whether a party is on {name}")
        standings = order_standings(standing for _, _, standing in rules[name])
        yield OpenPoint(
            NotEvaluated(rule="", reason=text, missing=[gap], standings=standings),
            (Step(LOAD, name),),
            about=tuple(sorted(rules[name])),
        )
