"""What can be proven of a pack's conditions for every row at once, with the solver z3.

That every rule can hold and every clause of it decides something; that rules which share a name never hold together;
that no row that needs a license is left without a review policy; that two packs ask the same. What refutes one of
them is shown as a row. A total, a list of parties and an attribute are taken as free: what is proven holds whatever
they are, and what is refuted is so for some row, though perhaps for none that a world could hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Literal, get_args, get_origin

import z3

from compliance.authoring.solver_formulas import Logic, Word
from compliance.errors import UsageError
from compliance.plan.planner import Planner
from compliance.rulebook.conditions import All, Any, Condition, Not, leaves
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Days, Measure, Minus, Rule
from compliance.sources.source_catalogue import SOURCES
from compliance.world.schema.tables import TABLES

TABLE_OF = {"lines": "shipments", "services": "compute_services"}
"""The world's table behind a source, where its words have a fixed choice."""


@dataclass(frozen=True)
class Counterexample:
    """Something that does not hold of every row, with a row of which it does not (path to value)."""

    where: str
    told: str
    row: tuple[tuple[str, str], ...] = ()


class Proofs:
    """The proofs of one pack, on one day if a list's members are to be those of a day."""

    def __init__(self, pack: Pack, day: date | None = None) -> None:
        self.pack = pack
        self.day = day
        self.planner = Planner(pack)

    def counterexamples(self) -> Iterator[Counterexample]:
        """All that is refuted, in the order of the pack."""
        for rule in self.pack.rules:
            yield from self._alive(rule)
        for one, other in combinations(self.pack.rules, 2):
            if one.name == other.name and self._of(one) == self._of(other):
                yield from self._apart(one, other)
        yield from self._check_determinations()

    def asked(self) -> dict[str, tuple[str, Rule | None, Condition]]:
        """Every condition of the pack, fields written out, by where it stands, with what it is asked of."""
        found: dict[str, tuple[str, Rule | None, Condition]] = {}
        shared = self.pack.definitions
        for rule in self.pack.rules:
            found[f"rule {rule.id}"] = self._of(rule), rule, _whole(rule)
            for flag, condition in rule.then.flags_where.items():
                found[f"rule {rule.id}, flag {flag}"] = self._of(rule), rule, condition
        for name, measure in shared.measures.items():
            if measure.of is not None and measure.where is not None:
                found[f"measure {name}"] = measure.of, None, measure.where
            for flag, condition in measure.flags.items():
                found[f"flag {flag} of measure {name}"] = str(measure.of), None, condition
        for name, requirement in shared.requirements.items():
            for of in requirement.of:
                found[f"requirement {name}, of {of}"] = of, None, requirement.when
        for name, route in shared.routes.items():
            for of in route.of:
                for text, condition in route.conditions.items():
                    found[f"route {name}, {text}, of {of}"] = of, None, condition
        for number, policy in enumerate(shared.review_policies):
            for of in policy.of:
                found[f"review policy {number + 1}, of {of}"] = of, None, policy.when or All(())
        return {where: (of, rule, self._expand(of, asked)) for where, (of, rule, asked) in found.items()}

    # ---- what is proven

    def _alive(self, rule: Rule) -> Iterator[Counterexample]:
        of, where = self._of(rule), f"rule {rule.id}"
        logic = self._logic(of, rule)
        if logic.possible(logic.held(self._expand(of, _whole(rule))).true) is None:
            yield Counterexample(where, "holds of no row")
            return
        free = self._logic(of, rule, whatever_limits=True)  # a floor that floats may pass a limit some day
        held_by = {text: free.held(self._expand(of, asked)) for text, asked in rule.when.items()}
        held_by |= {text: free.held(self._expand(of, Not(asked))) for text, asked in rule.unless.items()}
        for text, held in held_by.items():
            others = [h.true for t, h in held_by.items() if t != text]
            asked = rule.when.get(text)
            if rule.measure and asked is not None and any(t.path == rule.measure for t in leaves(asked)):
                continue  # it is there to show the measure against its limit
            if free.possible(*others, z3.Not(held.true)) is None:
                yield Counterexample(where, f"clause `{text}` decides nothing: where the others hold, it does")

    def _apart(self, one: Rule, other: Rule) -> Iterator[Counterexample]:
        of = self._of(one)
        logic = self._logic(of, one)
        both = [logic.held(self._expand(of, _whole(rule))).true for rule in (one, other)]
        row = logic.possible(*both)
        if row is not None and one.then.outcome != other.then.outcome:
            told = f"both `{one.id}` ({one.then.outcome}) and `{other.id}` ({other.then.outcome}) hold"
            yield Counterexample(f"rule {one.name}", told, tuple(logic.shown(row).items()))

    def _check_determinations(self) -> Iterator[Counterexample]:
        shared = self.pack.definitions
        for of in dict.fromkeys(of for r in shared.requirements.values() for of in r.of):
            policies = [p for p in shared.review_policies if of in p.of]
            if not policies or any(policy.when is None for policy in policies):
                continue  # an application is answered by its routes; a policy for all the rest leaves nothing out
            logic = self._logic(of, None)
            needed = [logic.held(self._expand(of, r.when)).true for r in shared.requirements.values() if of in r.of]
            reached = [logic.held(self._expand(of, p.when)).true for p in policies if p.when is not None]
            row = logic.possible(z3.Or(needed), *(z3.Not(held) for held in reached))
            if row is not None:
                told = f"a row of `{of}` needs a license and no review policy is said"
                yield Counterexample("review policies", told, tuple(logic.shown(row).items()))

    def same(self, other: Proofs) -> bool:
        """Whether no row tells this pack from the other by any of their conditions; limits are compared as they are.

        What is added up for whom and for how long must be the same: no condition tells it. Where some list could tell
        them apart, the pack's own lists are asked, for each stretch of days on which none of them changes.
        """
        if self._added_up() != other._added_up():
            return False
        mine, theirs = self.asked(), other.asked()
        if mine.keys() != theirs.keys() or self.pack.parameters() != other.pack.parameters():
            return False
        for where, (of, rule, condition) in mine.items():
            other_condition = theirs[where][2]
            if condition == other_condition or self._logic(of, rule).same(condition, other_condition):
                continue
            if not self._same_by_lists(of, rule, condition, other_condition):
                return False
        return True

    def _same_by_lists(self, of: str, rule: Rule | None, one: Condition, other: Condition) -> bool:
        """Whether no row tells the conditions apart with the pack's lists as they are, on any day."""
        asked = (test for condition in (one, other) for test in leaves(condition) if test.op == "in_list")
        names = {str(test.value) for test in asked if self._is_one_place(of, test.path)}
        if not names or of not in SOURCES:  # a row of a table has a date, a total may have none
            return False
        days = sorted({day for name in names for day in self.pack.lists.days(name)})
        for since, until in pairwise((date.min, *days, date.max)):
            logic = self._logic(of, rule, at=since)
            logic.between("date", since, until)
            if not logic.same(one, other):
                return False
        return True

    def _added_up(self) -> dict[str, Measure]:
        measures = self.pack.definitions.measures
        return {name: one.model_copy(update={"where": None, "flags": {}}) for name, one in measures.items()}

    # ---- words

    def _of(self, rule: Rule) -> str:
        return self.planner.compiler.chosen(rule.of, rule)

    def _expand(self, of: str, condition: Condition) -> Condition:
        return self.planner.compiler.expand(self.planner.totals.frame(of), condition)

    def _logic(self, of: str, rule: Rule | None, whatever_limits: bool = False, at: date | None = None) -> Logic:
        def members(path: str, name: str) -> Sequence[str] | None:
            day = self.day or (at if self._is_one_place(of, path) else None)
            return None if day is None else self.pack.lists.countries(name, day)

        def limits(name: str) -> Sequence[Fraction | date]:
            if whatever_limits:
                return ()
            parameter = self.pack.parameter(name, rule)
            values = [parameter.number(dated.value) for dated in parameter.values]
            factors = [Fraction(1), *(factor.factor for factor in parameter.times)]
            numbers = [v * f for v in values if isinstance(v, Fraction) for f in factors]
            return [*numbers, *(v for v in values if isinstance(v, date))]

        return Logic(lambda path: self._word(of, path), limits, members)

    def _is_one_place(self, of: str, path: str) -> bool:
        """Whether a place of a row stands at the path, never several possible ones."""
        named = self.pack.definitions.fields.get(of, {}).get(path, path)
        column = SOURCES.get(of, {}).get(named) if isinstance(named, str) else None
        return column is not None and column.kind == "place"

    def _word(self, of: str, path: str) -> Word:
        frame = self.planner.totals.frame(of)
        if path.startswith("measure") and self.planner.compiler.ratio(frame, path) is not None:
            return Word("amount")
        kind = self.planner.compiler.column(frame, path).kind
        if kind in ("amount", "date", "flag"):
            field = self.pack.definitions.fields.get(of, {}).get(path)
            return Word(kind, signed=isinstance(field, Minus | Days))
        return _choices(of, path)


def _whole(rule: Rule) -> Condition:
    """The condition of a rule: every clause, and no exception."""
    clauses = tuple(rule.when.values())
    return All((*clauses, Not(Any(tuple(rule.unless.values()))))) if rule.unless else All(clauses)


def _choices(of: str, path: str) -> Word:
    """The words that a column of a source may hold, where the table names them."""
    table = TABLE_OF.get(of, of)
    model = TABLES.get(table)
    if of not in SOURCES or model is None or path not in model.model_fields:
        return Word("text")
    annotation = model.model_fields[path].annotation
    options = [annotation, *get_args(annotation)]
    words = [word for option in options if get_origin(option) is Literal for word in get_args(option)]
    always = type(None) not in get_args(annotation)
    return Word("text", tuple(words), always and bool(words))


def proofs(pack: Pack, day: date | None = None) -> list[Counterexample]:
    """All that is refuted of a pack. Raises `UsageError` where its conditions cannot be read."""
    try:
        return list(Proofs(pack, day).counterexamples())
    except TimeoutError as late:
        raise UsageError(f"pack `{pack.id}`: {late}") from None
