"""Dependency analysis of lines: those on which the finding about one subject can depend.

A total depends on the lines of its holder. A filter that reads another total (the purchase of a line) also depends on
the lines that share that total. Otherwise only licenses with a limit link lines; `explain.finding_slice` follows those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compliance.plan.rule_plan import RulePlan
from compliance.plan.sql.frames import view
from compliance.plan.sql.materialize import Statement
from compliance.plan.sql.relations import NAME
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import DerivedField
from compliance.sources.source_catalogue import SHIPPED, SOURCES

LINES = "lines"
EVERY = "*"
"""Stands for the columns of a line where any line may name the subject, as any consignee may stand under a parent."""


@dataclass(frozen=True)
class Reach:
    """The columns in which a line may name the subject, and then, step by step, those that link it to others."""

    own: frozenset[str]
    links: tuple[frozenset[str], ...]
    one_total: bool = False
    """Whether the rule asks of its subject one total alone, and no ratio, which is of two."""


def reach(pack: Pack, rule: RulePlan, statements: Iterable[Statement]) -> Reach | None:
    """The reach of a rule about a total; `None` where it cannot be told."""
    if rule.shape is None or rule.source in SHIPPED - {LINES}:
        return None
    made = {statement.name: statement.sql for statement in statements}
    if any(_totals([made[name]]) for name in made if name.startswith(view("wide."))):
        return None
    measures = {view(name): measure for name, measure in pack.definitions.measures.items()}
    steps: list[frozenset[str]] = []
    level = first = _level(_totals([rule.sql]), made)
    while level and len(steps) <= len(made):
        columns: set[str] = set()
        for name in level:
            measure = measures[name]
            if measure.of in SHIPPED - {LINES}:
                return None
            if measure.by is None or measure.of != LINES:
                continue
            found = _columns(pack, pack.chosen(measure.by.id))
            if found is None:
                return None
            columns |= found
        steps.append(frozenset(columns))
        level = _level(_totals(_counting_queries(level, made)), made)
    return Reach(steps[0], tuple(steps[1:]), len(first) == 1) if steps else None


def _totals(statements: Iterable[str]) -> set[str]:
    """The totals that statements read, by the names of their measures."""
    start = view("total.")
    return {name.removeprefix(start) for sql in statements for name in NAME.findall(sql) if name.startswith(start)}


def _counting_queries(totals: set[str], made: Mapping[str, str]) -> list[str]:
    """What says which rows count in these totals; several may count the same rows."""
    start = view("counted.")
    read = {name for total in totals for name in NAME.findall(made[view(f"total.{total}")]) if name.startswith(start)}
    return [made[name] for name in sorted(read)]


def _level(names: set[str], made: Mapping[str, str]) -> set[str]:
    """These totals and those of which they are made, as a ratio is of two."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        found |= waiting
        waiting = _totals(made[view(f"total.{name}")] for name in waiting) - found
    return found


def _columns(pack: Pack, path: str) -> set[str] | None:
    """The columns of a line from which a key may come; `None` where it is made in another way."""
    if path in SOURCES[LINES]:
        return {path}
    party, _, attribute = path.partition(".")
    if attribute == "parent" and SOURCES[LINES].get(party, SOURCES[LINES]["id"]).kind == "party":
        return {EVERY}
    field = pack.definitions.fields.get(LINES, {}).get(path)
    if not isinstance(field, DerivedField):
        return None
    parts = [_columns(pack, case.value) for case in field.first]
    return None if None in parts else {name for part in parts if part is not None for name in part}
