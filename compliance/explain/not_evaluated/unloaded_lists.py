"""Screening lists that rules ask about and the world does not hold, or holds as of a day long gone.

No party is cleared of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.explain.rule_dependencies import dependencies_of
from compliance.rulebook.known_lists import oldest_days, screening_lists
from compliance.rulebook.legal_standing import Standing, applied_rules, order_standings
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.tables import Listing, ScreeningList
from compliance.world.world import World

LOAD = (
    "Load these lists and match the parties to them (`compliance import csl --match`), or state in `screening_lists` "
    "that they were screened: {items}."
)
RENEW = "Load newer lists and screen again: {items}."


def unloaded_lists(
    scene: EvaluationContext, packs: Sequence[Pack], days: Collection[date], asked: Sequence[str]
) -> Iterator[OpenPoint]:
    """A point for each list that a rule asks about, of which the world has no listing nor says that it was loaded."""
    loaded = scene.world.values(Listing.table, "list") | scene.world.values(ScreeningList.table, "list")
    needed = {name: meaning for name, meaning in screening_lists().items() if name not in loaded}
    for name, rules in _rules_asking(scene, packs, days, asked, needed):
        who = ", ".join(sorted({pack for pack, _, _ in rules}))
        text = f"the list `{name}` ({needed[name]}) is not loaded: {who} cannot tell whether a party is on it"
        yield _point(name, "list", text, Step(LOAD, name), rules)


def old_lists(
    scene: EvaluationContext, packs: Sequence[Pack], days: Collection[date], asked: Sequence[str]
) -> Iterator[OpenPoint]:
    """A point for each list that a rule asks about and that is older than the setting allows on a day asked about."""
    last = max(days)
    old = {name: day for name, day in days_of_lists(scene.world).items() if day and (last - day).days > oldest_days()}
    for name, rules in _rules_asking(scene, packs, days, asked, old):
        age = (last - old[name]).days
        text = (
            f"the list `{name}` is of {old[name]}, {age:,} days before {last}: who was put on it since is not known "
            f"(more than {oldest_days()} days; a setting, not law)"
        )
        yield _point(name, "as_of", text, Step(RENEW, f"{name} of {old[name]}"), rules)


def doubtful_days(
    scene: EvaluationContext, packs: Sequence[Pack], days: Collection[date], asked: Sequence[str]
) -> Iterator[str]:
    """The lists that rules ask about and that are taken for current: those without a day, and those of a later one."""
    loaded, last = days_of_lists(scene.world), max(days)
    names = [name for name, _ in _rules_asking(scene, packs, days, asked, loaded)]
    if undated := [name for name in names if loaded[name] is None]:
        yield f"{', '.join(undated)}: loaded with no day stated, and taken for current on {last}"
    for name in names:
        if (day := loaded[name]) is not None and day > last:
            yield f"{name}: the list is of {day}, after {last}; who was taken off it in between is not known"


def days_of_lists(world: World) -> dict[str, date | None]:
    """The screening lists that a world says were loaded, each with its newest day."""
    rows = sorted(world.each(ScreeningList), key=lambda row: (row.list, row.as_of or date.min))
    return {row.list: row.as_of for row in rows}


def _rules_asking(
    scene: EvaluationContext,
    packs: Sequence[Pack],
    days: Collection[date],
    asked: Sequence[str],
    names: Collection[str],
) -> list[tuple[str, set[tuple[str, str, Standing]]]]:
    """Those of the lists that a rule asks about, each with the rules and their standings."""
    if not names:
        return []
    present = scene.rows.present()
    rules: dict[str, set[tuple[str, str, Standing]]] = defaultdict(set)
    for pack, rule, found in applied_rules(packs, days, asked):
        asks = dependencies_of(pack, rule)
        if {source for source, _ in asks.columns} & present:
            for name in asks.lists & set(names):
                rules[name] |= {(pack.id, rule.name, standing) for standing in found}
    return sorted(rules.items())


def _point(name: str, field: str, text: str, step: Step, rules: set[tuple[str, str, Standing]]) -> OpenPoint:
    gap = MissingField(table=ScreeningList.table, id=name, field=field, settles=f"whether a party is on {name}")
    standings = order_standings(standing for _, _, standing in rules)
    said = NotEvaluated(rule="", reason=text, missing=[gap], standings=standings)
    return OpenPoint(said, (step,), about=tuple(sorted(rules)))
