"""Compiles conditions and amounts of a pack to columns: derived fields, parameters by date, comparisons.

A condition compiles to a nullable truth value per row: null is not known.
"""

from __future__ import annotations

import operator
from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Any as Expression

from compliance.errors import UsageError, near
from compliance.plan.sql import expressions
from compliance.plan.sql.arithmetic import worked_out
from compliance.plan.sql.comparisons import ComparisonColumns, amount_holds, constant, ratio_holds, whole
from compliance.plan.sql.frames import ColumnExpr, Frame, Ratio, Requirements, equals
from compliance.plan.sql.interval_join import Get
from compliance.plan.sql.projection import ProjectedFrame
from compliance.rulebook.conditions import All, Any, Condition, Not, Test, leaves, rebuilt
from compliance.rulebook.packs import Pack
from compliance.rulebook.parameters import Parameter
from compliance.rulebook.rule_models import Chosen, DerivedField, Measure, Rule, Sum
from compliance.rulebook.word_search import mentions
from compliance.sources.column_types import SEPARATOR, WHOLE
from compliance.units import common_denominator, day, exact
from compliance.world.reference.countries import country

SCALES = {"TPP": 1000, "MW": 10**6}  # of a parameter's unit against the columns it is compared with


class Compiler:
    """The meaning of one pack's words in columns."""

    def __init__(self, pack: Pack, beside: bool = False) -> None:
        self.pack = pack
        self.beside = beside
        self.needs = Requirements()

    # ---- words

    def chosen(self, choice: Chosen, rule: Rule | None = None) -> str:
        """The word that a parameter picks, or the word itself."""
        return self.pack.chosen(choice, rule)

    def expand(self, frame: Frame, condition: Condition) -> Condition:
        """The condition with every field that stands for a condition, route or measure filter written out."""

        def change(test: Test) -> Condition:
            inner = self._stands_for(frame, test.path)
            if inner is None:
                return test
            if test.op != "is" or not isinstance(test.value, bool):
                raise UsageError(f"`{test.path}` is true or false")
            written = self.expand(frame, inner)
            return written if test.value else Not(written)

        return rebuilt(condition, change)

    def _stands_for(self, frame: Frame, path: str) -> Condition | None:
        fields = self.pack.definitions.fields
        own = fields.get(frame.title, {}).get(path)
        if own is not None:
            return None if isinstance(own, DerivedField | Sum | str) else own
        head, _, rest = path.partition(".")
        if head == "route" and rest:
            route = self.pack.definitions.routes.get(rest)
            if route is None:
                raise UsageError(f"unknown route `{rest}`.{near(rest, self.pack.definitions.routes)}")
            return All(tuple(route.conditions.values()))
        if head == "counted_in" and rest:
            return self.measure(rest).where or All(())
        prefix, _, last = path.rpartition(".")
        party = fields.get("party", {}).get(last)
        if prefix and isinstance(party, All | Any | Not | Test):
            return rebuilt(party, lambda t: replace(t, path=f"{prefix}.{t.path}"))
        return None

    def measure(self, name: str) -> Measure:
        measures = self.pack.definitions.measures
        if name not in measures:
            raise UsageError(f"pack `{self.pack.id}`: unknown measure `{name}`.{near(name, measures)}")
        return measures[name]

    def keyed_measure(self, name: str) -> Measure:
        """The measure that says whose totals those of a measure are: of a ratio that of its part."""
        measure = self.measure(name)
        while measure.by is None:
            measure = self.measure(self.chosen(measure.part or ""))
        return measure

    # ---- columns

    def column(self, frame: Frame, path: str) -> ColumnExpr:
        """A column of the frame, or a field of the pack that names a path or picks among paths."""
        fields = self.pack.definitions.fields.get(frame.title, {})
        head, dot, rest = path.partition(".")
        if isinstance(alias := fields.get(head), str):
            return self.column(frame, f"{alias}{dot}{rest}")
        if isinstance(sums := fields.get(path), Sum):
            return worked_out(sums, lambda p: self.column(frame, p), lambda paths: self.amount(frame, paths))
        if isinstance(frame, ProjectedFrame) and head != "measure":
            return frame.keep(path, self.column(frame.wide.base, path))
        derived = fields.get(path)
        if not isinstance(derived, DerivedField):
            return frame.column(path)
        parts = [(self.holds(frame, c.when) if c.when else None, self.column(frame, c.value)) for c in derived.first]

        def get(t: Expression) -> Expression:
            result = expressions.null("string")
            for when, found in reversed(parts):
                value = found.get(t)
                if when is None:
                    result = value
                    continue
                held = when(t)
                both = expressions.ifelse(value == result, value, value + SEPARATOR + result)
                result = expressions.cases((held, value), (held.isnull(), both), else_=result)
            return result

        return ColumnExpr("names", get)

    def amount(self, frame: Frame, paths: str | tuple[str, ...]) -> ColumnExpr:
        """The product of the amounts at these paths; `$name` is a parameter of the pack."""
        factors = [self._factor(frame, path) for path in ((paths,) if isinstance(paths, str) else paths)]
        for path, found in zip((paths,) if isinstance(paths, str) else paths, factors, strict=True):
            if found.kind != "amount":
                raise UsageError(f"`{path}` of `{frame.title}` is no amount")
        return ColumnExpr(
            "amount",
            low=lambda t: reduce(operator.mul, (f.low(t) for f in factors)),
            high=lambda t: reduce(operator.mul, (f.high(t) for f in factors)),
            scale=reduce(operator.mul, (f.scale for f in factors)),
        )

    def _factor(self, frame: Frame, path: str) -> ColumnExpr:
        if not path.startswith("$"):
            return self.column(frame, path)
        return self._parameter(frame, self.pack.parameter(path[1:]), None)

    # ---- conditions

    def holds(self, frame: Frame, condition: Condition, rule: Rule | None = None) -> Get:
        """The condition as a nullable truth value a row."""
        return self._tree(frame, condition, rule)

    def _field(self, frame: Frame, path: str, condition: Condition, rule: Rule | None) -> Get:
        """A field of the pack: a column of the wide rows, unless it depends on what is added up from them."""
        if not isinstance(frame, ProjectedFrame) or any(
            "measure." in t.path for t in leaves(self.expand(frame, condition))
        ):
            return self._tree(frame, condition, rule)
        return frame.field(f"is {path}", lambda: self._tree(frame, condition, rule))

    def _tree(self, frame: Frame, condition: Condition, rule: Rule | None) -> Get:
        match condition:
            case Test():
                return self.leaf(frame, condition, rule)
            case Not(item):
                inner = self._tree(frame, item, rule)
                return lambda t: ~inner(t)
            case All(items):
                parts = [self._tree(frame, item, rule) for item in items]
                return lambda t: reduce(operator.and_, (p(t) for p in parts), expressions.literal(True))
            case Any(items):
                parts = [self._tree(frame, item, rule) for item in items]
                return lambda t: reduce(operator.or_, (p(t) for p in parts), expressions.literal(False))

    def leaf(self, frame: Frame, test: Test, rule: Rule | None = None) -> Get:
        """One question as a nullable truth value a row."""
        inner = self._stands_for(frame, test.path)
        if inner is not None:
            held = self._field(frame, test.path, inner, rule)
            return held if test.value else (lambda t: ~held(t))
        if test.path.startswith("?"):
            return lambda t: expressions.null("boolean")
        if test.op in ("gt", "ge", "lt", "le"):
            return self.compare(frame, test, rule).holds
        if isinstance(frame, ProjectedFrame) and not test.path.startswith("measure."):
            asked = f"{test.path} {test.op} {test.value!r}".replace('"', r"\x22")  # INVARIANT: no name holds a quote
            return frame.flag(asked, lambda: self.leaf(frame.wide.base, test, rule))
        found = self.column(frame, test.path)
        if test.op == "same":
            other = self.column(frame, str(test.value))
            return lambda t: found.get(t) == other.get(t)
        if test.op == "given":
            given = found.get if found.kind != "amount" else found.high
            return (lambda t: given(t).notnull()) if test.value else (lambda t: given(t).isnull())
        if test.op == "in_list":
            if found.kind != "place":
                raise UsageError(f"`{test.path}` is no place, so it is on no list of countries")
            return frame.in_list(test.path, found, str(test.value))
        if found.kind == "flag":
            if not isinstance(test.value, bool):
                raise UsageError(f"`{test.path}` is true or false")
            return found.get if test.value else (lambda t: ~found.get(t))
        if found.kind in ("amount", "date"):
            such = f"`{test.path}: {{gt: 10}}`" if found.kind == "amount" else f"`{test.path}: {{lt: 2026-07-01}}`"
            raise UsageError(f"`{test.path}` is compared with `ge`, `gt`, `le` or `lt`, as in {such}")
        if test.op == "mentions":
            patterns = mentions(str(word) for word in test.value)  # type: ignore[attr-defined]

            def mentioned(t: Expression) -> Expression:
                text = expressions.call_function(expressions.FOLDED, found.get(t))
                return reduce(operator.or_, (text.re_search(one) for one in patterns))

            return mentioned
        named = [str(item) for item in test.value] if test.op == "in" else [str(test.value)]  # type: ignore[attr-defined]
        if found.kind == "place":
            _are_places(test.path, named, self.pack.lists.names)
        options = [equals(found, item) for item in named]
        return lambda t: reduce(operator.or_, (option(t) for option in options))

    # ---- comparisons

    def compare(self, frame: Frame, test: Test, rule: Rule | None = None) -> ComparisonColumns:
        """A comparison of a date or an amount with a parameter, a number or another path."""
        ratio = self.ratio(frame, test.path)
        found = None if ratio else self.column(frame, test.path)
        if found is not None and found.kind == "date":
            return self._dates(frame, found, test, rule)
        if found is not None and found.kind != "amount":
            raise UsageError(f"`{test.path}` is no amount")
        limit = self.limit(frame, test, rule)
        if ratio is not None:
            return ComparisonColumns(ratio_holds(ratio, limit, test.op), ratio, limit)
        assert found is not None
        return ComparisonColumns(amount_holds(found, limit, test.op), found, limit)

    def ratio(self, frame: Frame, path: str) -> Ratio | None:
        """The two sides of a ratio where the path leads to one (the totals of a ratio measure)."""
        if path.startswith("measure."):
            return frame.ratio(path)
        if path != "measure" or "part" not in frame.columns:
            return None
        other = "to" if "to" in frame.columns else "rest"
        return Ratio(frame.column("part"), frame.column(other), other == "to")

    def limit(self, frame: Frame, test: Test, rule: Rule | None) -> ColumnExpr:
        text = str(test.value)
        if text.startswith("$"):
            return self._parameter(frame, self.pack.parameter(text[1:], rule), rule)
        try:
            return constant(exact(text), 1)
        except ValueError as wrong:
            if text[:1].isalpha() or text[:1] == "_":
                if text in self.pack.definitions.parameters or (rule is not None and text in rule.parameters):
                    raise UsageError(f"`{text}` is a parameter; write `${text}`") from None
                return self.column(frame, text)
            raise UsageError(f"`{test.path}`: {wrong}") from None

    def _parameter(self, frame: Frame, parameter: Parameter, rule: Rule | None) -> ColumnExpr:
        values = [(v.from_ or date.min, Fraction(str(parameter.number(v.value)))) for v in parameter.values]
        factors = [(self.holds(frame, f.when, rule), f.factor) for f in parameter.times]
        scale = SCALES.get(parameter.unit, 1)
        fine = common_denominator([v * scale * f for _, v in values for f in (Fraction(1), *(x for _, x in factors))])

        def number(t: Expression, low: bool) -> Expression:
            newest_first = sorted(values, reverse=True)
            result = expressions.cases(
                *((t.date >= expressions.literal(since), whole(int(v * scale * fine))) for since, v in newest_first),
                else_=expressions.null(WHOLE),
            )
            for holds, factor in factors:
                held, times = holds(t), result * whole(factor.numerator) // whole(factor.denominator)
                open_ = (expressions.least if low else expressions.greatest)(result, times)
                result = expressions.cases((held, times), (held.isnull(), open_), else_=result)
            return result.cast(WHOLE)

        return ColumnExpr("amount", low=lambda t: number(t, True), high=lambda t: number(t, False), scale=scale * fine)

    def _dates(self, frame: Frame, found: ColumnExpr, test: Test, rule: Rule | None) -> ComparisonColumns:
        text = str(test.value)
        if text.startswith("$"):
            value = self.pack.parameter(text[1:], rule)
            text = value.values[-1].value
        try:
            at = expressions.literal(day(text))
        except ValueError:
            raise UsageError(f"`{test.path}` is compared with a day, such as 2025-06-30; `{text}` is none") from None
        compare = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}[test.op]
        nothing = constant(Fraction(0), 1)
        return ComparisonColumns(lambda t: compare(found.get(t), at), nothing, nothing)


def _are_places(path: str, named: Iterable[str], lists: Container[str]) -> None:
    """Raises `UsageError` for what is no country, which no row could ever be in."""
    for word in named:
        try:
            country(word)
        except ValueError as wrong:
            listed = f"`{word}` is a list of countries; write `{path}: {{in: {word}}}`"
            raise UsageError(f"`{path}`: {listed if word in lists else wrong}") from None
