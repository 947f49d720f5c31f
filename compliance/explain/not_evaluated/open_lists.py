"""Screening lists that rules ask about and that say nothing for certain: not loaded, not read whole, or old.

No party is cleared of them. Each order line is judged by its own day (contracts 2): what is said of it in an order
book is what is said of it alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.errors import join_first
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.explain.rule_dependencies import dependencies_of
from compliance.rulebook.known_lists import oldest_days, screening_lists
from compliance.rulebook.legal_standing import Standing, applied_rules, order_standings
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.tables import Listing, Order, ScreeningList, Unread
from compliance.world.world import World

LOAD = (
    "Load these lists and match the parties to them (`compliance import csl --match`), or state in `screening_lists` "
    "that they were screened: {items}."
)
RENEW = "Load newer lists and screen again: {items}."
CORRECT = "Correct these rows in the file of the list, import it again and screen again: {items}."
MOST_NAMED = 3

Rules = set[tuple[str, str, Standing]]


@dataclass(frozen=True)
class _Gap:
    """What is wrong with a list on a day, and what to do about it."""

    field: str
    text: str
    step: Step
    tells_packs: bool = False
    """Whether the packs that ask for the list are named."""


@dataclass
class _OpenList:
    """What a list leaves open, and on which lines; those of the last day say it for all."""

    last: _Gap
    rules: Rules = field(default_factory=set)
    lines: dict[str, OpenPoint] = field(default_factory=dict)


def open_lists(scene: EvaluationContext, packs: Sequence[Pack], asked: Sequence[str]) -> Iterator[OpenPoint]:
    """A point for each list that a rule asks about and that leaves open who is on it."""
    loaded = scene.world.values(Listing.table, "list") | scene.world.values(ScreeningList.table, "list")
    needed = screening_lists()
    absent = {name: meaning for name, meaning in needed.items() if name not in loaded}
    days, parts = days_of_lists(scene.world), _unread_rows(scene.world)
    some = {name: parts.get(name, []) + parts.get("", []) for name in {*parts, *(needed if "" in parts else ())} - {""}}

    def absence_gap(name: str, day: date) -> _Gap:
        return _Gap("list", f"the list `{name}` ({absent[name]}) is not loaded", Step(LOAD, name), tells_packs=True)

    def age_gap(name: str, day: date) -> _Gap | None:
        of = days[name]
        if of is None or (age := (day - of).days) <= oldest_days():
            return None  # that it was screened is enough, in whatever state [contracts 9]
        text = (
            f"the list `{name}` is of {of}, {age:,} days before {day}: who was put on it since is not known "
            f"(more than {oldest_days()} days; a setting, not law)"
        )
        return _Gap("as_of", text, Step(RENEW, f"{name} of {of}"))

    def part_gap(name: str, day: date) -> _Gap:
        rows = join_first(some[name], MOST_NAMED, str, "; ")
        text = f"the list `{name}` was not read whole, and a party may be on what is missing: {rows}"
        return _Gap("rows", text, Step(CORRECT, rows))

    yield from _points(scene, packs, asked, absent, absence_gap)
    yield from _points(scene, packs, asked, some, part_gap)
    yield from _points(scene, packs, asked, days, age_gap)


def lists_taken_for_current(scene: EvaluationContext, packs: Sequence[Pack], asked: Sequence[str]) -> Iterator[str]:
    """The lists that rules ask about and that are taken for current: those without a day, and those of a later one."""
    days, lines = days_of_lists(scene.world), _lines_by_day(scene)
    first, last = min(lines, default=scene.as_of), max(lines, default=scene.as_of)
    asked_for = _rules_asking(scene, packs, {scene.as_of, *lines}, asked, days)
    if undated := [name for name in asked_for if days[name] is None]:
        yield f"{', '.join(undated)}: loaded with no day stated, and taken for current on {last}"
    for name in asked_for:
        if (day := days[name]) is not None and day > first:
            yield f"{name}: the list is of {day}, after {first}; who was taken off it in between is not known"


def days_of_lists(world: World) -> dict[str, date | None]:
    """The screening lists that a world says were loaded, each with its newest day."""
    rows = sorted(world.each(ScreeningList), key=lambda row: (row.list, row.as_of or date.min))
    return {row.list: row.as_of for row in rows}


def _unread_rows(world: World) -> Mapping[str, list[str]]:
    """What was not read of each list, in the words of its import; of which list it was may not be known."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in world.each(Unread):
        if row.table_ == ScreeningList.table:
            found[row.id or ""].append(row.text or "a row that cannot be read")
    return {name: sorted(texts) for name, texts in found.items()}


def _lines_by_day(scene: EvaluationContext) -> dict[date, list[str]]:
    """The order lines by their days; in an audit the day of the question, and no lines."""
    found: dict[date, list[str]] = defaultdict(list)
    for line in scene.world.each(Order) if scene.orders else ():
        found[line.date].append(line.id)
    return found or {scene.as_of: []}


def _points(
    scene: EvaluationContext,
    packs: Sequence[Pack],
    asked: Sequence[str],
    names: Collection[str],
    gap_on: Callable[[str, date], _Gap | None],
) -> Iterator[OpenPoint]:
    """A point for each of these lists that has a gap on some day on which a rule asks for it."""
    found: dict[str, _OpenList] = {}
    for day, lines in sorted(_lines_by_day(scene).items()):
        gaps = {name: gap for name in names if (gap := gap_on(name, day)) is not None}
        for name, rules in _rules_asking(scene, packs, {scene.as_of, day}, asked, gaps).items():
            one = found.setdefault(name, _OpenList(gaps[name]))
            one.last = gaps[name]
            one.rules |= rules
            one.lines |= dict.fromkeys(lines, _point(name, gaps[name], rules))
    for name, one in sorted(found.items()):
        whole = _point(name, one.last, one.rules)
        yield _of_lines(whole, one.lines) if scene.orders else whole


def _of_lines(whole: OpenPoint, lines: Mapping[str, OpenPoint]) -> OpenPoint:
    return OpenPoint(whole.said, whole.steps, frozenset(lines), whole.about, own=lines)


def _rules_asking(
    scene: EvaluationContext,
    packs: Sequence[Pack],
    days: Collection[date],
    asked: Sequence[str],
    names: Collection[str],
) -> dict[str, Rules]:
    """Those of the lists that a rule asks about, each with the rules and their standings."""
    if not names:
        return {}
    present, wanted = scene.rows.present(), set(names)
    rules: dict[str, Rules] = defaultdict(set)
    for pack, rule, found in applied_rules(packs, days, asked):
        asks = dependencies_of(pack, rule)
        if asks.lists & wanted and {source for source, _ in asks.columns} & present:
            for name in asks.lists & wanted:
                rules[name] |= {(pack.id, rule.name, standing) for standing in found}
    return dict(sorted(rules.items()))


def _point(name: str, gap: _Gap, rules: Rules) -> OpenPoint:
    missing = MissingField(table=ScreeningList.table, id=name, field=gap.field, settles=f"whether a party is on {name}")
    standings = order_standings(standing for _, _, standing in rules)
    who = ", ".join(sorted({pack for pack, _, _ in rules}))
    text = f"{gap.text}: {who} cannot tell whether a party is on it" if gap.tells_packs else gap.text
    said = NotEvaluated(rule="", reason=text, missing=[missing], standings=standings)
    return OpenPoint(said, (gap.step,), about=tuple(sorted(rules)))
