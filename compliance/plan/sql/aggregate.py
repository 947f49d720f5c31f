"""Compiles measures: the rows that count, their holders, and totals as intervals.

`counted` gives the rows of a measure (the evidence of a finding), `totals` their sums: `low` over rows that count for
certain, `high` over all that may; `opens` counts unbounded amounts. A row with several possible holders counts for
each, never for certain.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import Any as Expression

from compliance.errors import UsageError
from compliance.plan.sql import expressions, relations
from compliance.plan.sql.aggregate_ref import MeasuredRows, MeasuredTotals
from compliance.plan.sql.aggregate_schema import KEYS, AggregateSchema, cross_join_date, ratio, rolling
from compliance.plan.sql.comparisons import whole
from compliance.plan.sql.compiler import Compiler
from compliance.plan.sql.frames import ColumnExpr, Frame, view
from compliance.plan.sql.interval_join import Get
from compliance.plan.sql.materialize import SOME, Statement
from compliance.plan.sql.projection import SourceProjection
from compliance.plan.sql.scenarios import SCENE
from compliance.rulebook.prose.terms import OF_MEASURE
from compliance.rulebook.rule_models import Keys, Measure
from compliance.sources.column_types import SEPARATOR, UNKNOWN, WHOLE, Kind
from compliance.sources.source_catalogue import SEVERAL_PLACES, SOURCES

ROWS = "rows"
MIXED = "mixed"


class AggregateCompiler:
    """Compiles the measures of one pack."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.wide: dict[str, SourceProjection] = {}
        self._made: dict[str, tuple[Expression, AggregateSchema]] = {}
        self._counted: dict[str, tuple[Expression, AggregateSchema]] = {}
        self._statements: list[Statement] = []
        self._candidates: dict[str, list[Get]] = {}

    # ---- frames in which measures can be asked for

    def frame(self, of: str) -> Frame:
        """A frame over the rows of a table, or over the totals of a measure."""
        if of in self.compiler.pack.definitions.measures:
            table, shape = self.totals(of)
            return MeasuredTotals(table, shape.columns(), self, of)
        if of not in self.wide:
            self.wide[of] = SourceProjection(Frame.of(of, self.compiler.needs), self.compiler.beside)
        return MeasuredRows(self.wide[of], self)

    def statements(self) -> tuple[Statement, ...]:
        """What to make before the rules' own queries, in order: wide rows first, then the totals."""
        rows = [(w, w.statement()) for w in self.wide.values()]
        wide = [Statement(w.name, "table", sql(made), tuple(made.columns), w.title, own=w.own) for w, made in rows]
        some = [self._restrict_source(source, asked) for source, asked in self._candidates.items()]
        return (*wide, *some, *self._statements)

    def candidates(self, frame: Frame, asked: Get) -> None:
        """Restricts the relation to rows that can satisfy at least one rule.

        Of very many rows they are a table of their own, so that each question is asked of all rows once.
        """
        if isinstance(frame, MeasuredRows) and not frame.joined:
            self._candidates.setdefault(frame.title, []).append(asked)
            frame.rows = view(f"some.{frame.title}")

    def _restrict_source(self, source: str, asked: list[Get]) -> Statement:
        rows = self.wide[source].table()
        made = rows.filter(reduce(lambda a, b: a | b, (get(rows) for get in asked)))
        return Statement(view(f"some.{source}"), SOME, sql(made), tuple(rows.columns), source, self.wide[source].name)

    def _made_as(self, name: str, kind: str, expression: Expression, source: str | None = None) -> Expression:
        """The expression as a named view or table of the database; of the rows of a `source` if it is one row each."""
        at = view(name)
        columns = tuple(expression.columns) if source is not None else None
        self._statements.append(Statement(at, kind, sql(expression), columns, source))
        return relations.table(expression.kinds, name=at)

    # ---- rows

    def counted(self, name: str) -> tuple[Expression, AggregateSchema]:
        """The rows that a measure counts or may count: keys, amounts, whether for certain, and what they are."""
        measure = self.compiler.measure(name)
        if measure.part is not None:
            return self.counted(self.compiler.chosen(measure.whole or measure.to or ""))
        if name not in self._counted:
            rows, shape = self._rows(measure)
            self._counted[name] = self._made_as(f"counted.{name}", "view", rows, measure.of), shape
        return self._counted[name]

    def _rows(self, measure: Measure) -> tuple[Expression, AggregateSchema]:
        assert measure.of is not None
        assert measure.by is not None
        if measure.of in self.compiler.pack.definitions.measures:
            raise UsageError(OF_MEASURE.format(measure.of))
        frame = self.frame(measure.of)
        keys, kinds = self.keys(frame, measure.by)
        amount = self._amount(frame, measure)
        where = self.compiler.holds(frame, measure.where) if measure.where else lambda t: expressions.literal(True)
        flags = {f"f.{flag}": self.compiler.holds(frame, asked) for flag, asked in measure.flags.items()}
        distinct = self._distinct(frame, measure)
        if measure.count == ROWS and MIXED in SOURCES[measure.of]:
            flags[MIXED] = frame.column(MIXED).get
        table = frame.table()
        rows = table.select(
            **{column: get(table) for column, get in keys.items()},
            table=table["table"],
            row=table["id"],
            date=table["date"],
            ordered=table["ordered"],
            sure=where(table),
            low=amount.low(table).cast(WHOLE),
            high=amount.high(table).cast(WHOLE),
            what=distinct(table),
            **{flag: get(table) for flag, get in flags.items()},
        )
        rows = rows.filter(rows.sure.fill_null(True)).mutate(sure=rows.sure.fill_null(False))
        paths = {"id": self.compiler.chosen(measure.by.id), "key": measure.by.key}
        for column, kind in kinds.items():
            if kind == "names" or paths.get(column) in SEVERAL_PLACES:
                rows = _one_by_one(rows, column)
        rows = rows.filter(rows.id.notnull())
        shape = AggregateSchema(
            kinds["id"], kinds.get("key"), "period" in keys, amount.scale, "", tuple(measure.flags),
            measure.before_last,
        )  # fmt: skip
        return rows, shape

    def keys(self, frame: Frame, by: Keys) -> tuple[dict[str, Get], dict[str, Kind]]:
        """Whose total a row belongs to: its key columns and their kinds."""
        found = self.compiler.column(frame, self.compiler.chosen(by.id))
        keys: dict[str, Get] = {"id": found.get}
        kinds: dict[str, Kind] = {"id": found.kind}
        if by.key is not None:
            found_key = self.compiler.column(frame, self.compiler.chosen(by.key))
            keys["key"], kinds["key"] = found_key.get, found_key.kind
        if by.period is not None:
            keys["period"] = self._period(by.period)
        if self.compiler.beside:
            keys[SCENE] = lambda t: t[SCENE]
        return keys, kinds

    def _period(self, period: str) -> Get:
        match period:
            case "year":
                return lambda t: t.date.year().cast("string")
            case "quarter":
                return lambda t: t.date.year().cast("string") + "-Q" + t.date.quarter().cast("string")
            case "half":
                return lambda t: t.date.year().cast("string") + expressions.ifelse(t.date.month() <= 6, "-H1", "-H2")
            case "day":
                return lambda t: t.date.cast("string")
        ends = [self.compiler.pack.parameter(end[1:]).values[-1].value for end in period.split("/")]
        return lambda t: expressions.literal("/".join(ends))

    def _amount(self, frame: Frame, measure: Measure) -> ColumnExpr:
        if measure.max is not None:
            return self.compiler.amount(frame, measure.max)
        if measure.sum is None:
            one = whole(1)
            return ColumnExpr("amount", low=lambda t: one, high=lambda t: one)
        if isinstance(measure.sum, tuple):
            return self.compiler.amount(frame, measure.sum)
        return self.compiler.amount(frame, self.compiler.chosen(measure.sum))

    def _distinct(self, frame: Frame, measure: Measure) -> Get:
        path = measure.members or measure.count
        if path is None or path == ROWS:
            return lambda t: t["table"] + "/" + t["id"]
        return self.compiler.column(frame, path).get

    # ---- totals

    def _counted_alike(self, measure: Measure) -> tuple[Expression, AggregateSchema] | None:
        """Reuses the row set of a measure with the same source, filter and grouping."""
        if measure.count in (None, ROWS):
            return None
        alike = {"of": measure.of, "where": measure.where, "by": measure.by, "flags": measure.flags}
        for name, (rows, shape) in self._counted.items():
            other = self.compiler.measure(name)
            same = all(getattr(other, field) == value for field, value in alike.items())
            if same and (other.members or other.count) == measure.count:
                return rows, replace(shape, scale=1, before_last=measure.before_last)
        return None

    def totals(self, name: str) -> tuple[Expression, AggregateSchema]:
        """What a measure adds up to for each of its keys."""
        if name not in self._made:
            measure = self.compiler.measure(name)
            rows, shape = self._ratio(measure) if measure.part is not None else self._plain(name, measure)
            self._made[name] = self._made_as(f"total.{name}", "table", rows), shape
        return self._made[name]

    def _ratio(self, measure: Measure) -> tuple[Expression, AggregateSchema]:
        against = measure.whole or measure.to or ""
        return ratio(
            measure, self.totals(self.compiler.chosen(measure.part or "")), self.totals(self.compiler.chosen(against))
        )

    def _plain(self, name: str, measure: Measure) -> tuple[Expression, AggregateSchema]:
        rows, shape = self._counted_alike(measure) or self.counted(name)
        if measure.rolling_days is not None:
            return rolling(rows, shape, measure.rolling_days)
        keys = [c for c in KEYS if c in rows.columns]
        if measure.count is not None:
            if MIXED in rows.columns:  # INVARIANT: any other line is one row, under any of the keys
                alone, of_mixed = ~rows[MIXED], expressions.ifelse(rows[MIXED], rows.what, expressions.null("string"))
                low = rows.count(where=alone & rows.sure) + of_mixed.nunique(where=rows.sure)
                closed = rows.count(where=alone) + of_mixed.nunique()
            elif not shape.flags and not measure.before_last:
                # each thing once, which is faster than to keep those that are sure apart
                rows = _each_once(rows, keys)
                low, closed = rows.what.count(where=rows.sure), rows.what.count()
            else:
                low, closed = rows.what.nunique(where=rows.sure), rows.what.nunique()
            maybe, opens = closed, expressions.literal(0)
            sure_closed, sure_opens = low, opens
        elif measure.max is not None:
            low, closed, maybe = rows.low.max(where=rows.sure), rows.high.max(), rows.low.max()
            sure_closed, opens = rows.high.max(where=rows.sure), rows.high.isnull().sum()
            sure_opens = (rows.high.isnull() & rows.sure).sum()
        else:
            low, closed = rows.low.sum(where=rows.sure), rows.high.sum()
            opens = rows.high.isnull().sum()
            maybe = rows.low.sum()
            sure_closed = rows.high.sum(where=rows.sure)
            sure_opens = (rows.high.isnull() & rows.sure).sum()
        more: dict[str, Expression] = {"ordered": rows.ordered.any()} if self.compiler.beside else {}
        for flag in shape.flags:
            held = rows[f"f.{flag}"]
            held_surely = (held.fill_null(False) & rows.sure).any()
            held_perhaps = held.fill_null(True).any()
            more[flag] = expressions.cases(
                (held_surely, True), (~held_perhaps, False), else_=expressions.null("boolean")
            )
        grouped = rows.group_by(keys).agg(
            low=low, closed=closed, opens=opens, maybe=maybe, sure_closed=sure_closed, sure_opens=sure_opens, **more
        )
        if measure.before_last:
            grouped = _beside_last(grouped, rows, keys)
        low, closed = grouped.low.cast(WHOLE).fill_null(whole(0)), grouped.closed.cast(WHOLE).fill_null(whole(0))
        high = expressions.ifelse(grouped.opens > 0, expressions.null(WHOLE), closed)
        columns = {
            "measure.low": low,
            "measure.high": high,
            "measure.maybe": grouped.maybe.cast(WHOLE).fill_null(whole(0)),
            "closed": closed,
            "sure_closed": grouped.sure_closed.cast(WHOLE).fill_null(whole(0)),
            "sure_opens": grouped.sure_opens.cast(WHOLE).fill_null(whole(0)),
            "opens": grouped.opens.cast(WHOLE).fill_null(whole(0)),
        }
        if measure.before_last:
            columns["before_last.low"] = low - grouped["last.low"].fill_null(whole(0))
            columns["before_last.high"] = high - grouped["last.high"]
        if self.compiler.beside:
            columns["ordered"] = grouped.ordered
        return cross_join_date(grouped.select(*keys, *shape.flags, **columns)), shape


def _beside_last(grouped: Expression, rows: Expression, keys: list[str]) -> Expression:
    """Totals beside what their last line adds, by date, then id; a product of several kinds of chips is one line."""
    line = rows.group_by([*keys, "date", "table", "row"]).agg(
        low=rows.low.sum(where=rows.sure), high=rows.low.sum(), sure=rows.sure.any()
    )
    order = line.date.cast("string") + " " + line.row
    # a line that may not count does not make the one before it the last but one
    last = line.group_by(keys).agg(
        **{"last.low": line.low.argmax(order, where=line.sure), "last.high": line.high.argmax(order)}
    )
    last = last.rename({f"last@{key}": key for key in keys})
    joined = grouped.left_join(last, [grouped[key].identical_to(last[f"last@{key}"]) for key in keys])
    return joined.drop(*(f"last@{key}" for key in keys))


def _each_once(rows: Expression, keys: list[str]) -> Expression:
    """What is counted for each of the keys, once, and whether it counts for certain."""
    return rows.group_by([*keys, "what"]).agg(sure=rows.sure.any(), ordered=rows.ordered.any())


def _one_by_one(rows: Expression, column: str) -> Expression:
    """A row for each of several values in a column but `UNKNOWN`, none of them certain; few rows have several."""
    several = rows[column].contains(SEPARATOR)
    apart = rows.filter(several).mutate(sure=False, **{column: rows[column].split(SEPARATOR)}).unnest(column)
    return rows.filter(~several).union(apart.filter(apart[column] != UNKNOWN))


def sql(relation: Expression) -> relations.Query:
    """The relation as a query of DuckDB."""
    return relations.Query.of(relations.query(relation))
