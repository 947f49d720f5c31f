"""Matches of rules in columnar form; a match is materialised on access.

Rows that agree in everything that a rule's clauses ask are decided once, by both engines: a million lines ask few
distinct questions. Rows differ in the subject of the match and in the words of its message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.answers.lazy_sequences import ByPlace
from compliance.evaluation.lineage import TYPES, Lineage, LineageRow, LineageSlice, LineageTable
from compliance.evaluation.typed_facts import MeasuredValue
from compliance.plan.rule_plan import RulePlan
from compliance.plan.sql.scenarios import BEFORE, SCENE
from compliance.rulebook.packs import Pack
from compliance.sources.distinct_rows import Numbers, distinct_rows

Identity = tuple[str, str, str, str | None, str | None]
Key = tuple[str, str | None, str | None, str]
"""Whom a match about a total is about: id, key, period and scene."""
POLICY = "s.policy"
KEPT = 1_000
"""The matches of a rule up to so many are made once."""
_SORTED_BY = ("s.id", "s.key", "s.period", "s.table", "s.row", f"s.{SCENE}")


@dataclass(frozen=True)
class ClauseResult:
    """A clause of a rule: whether it holds (`None`: not known), and its numbers where it has some."""

    id: str
    text: str
    holds: bool | None
    exception: bool
    numbers: tuple[tuple[Any, MeasuredValue], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A match of a rule for one subject, certain or possible."""

    pack: Pack
    plan: RulePlan
    certain: bool
    id: str
    key: str | None
    period: str | None
    clauses: tuple[ClauseResult, ...]
    measured: MeasuredValue | None
    words: Mapping[str, Any]
    day: Any
    due_after: Any = None
    kind: str = ""
    review_policy: str | None = None
    flags: tuple[str, ...] = ()
    rows: Sequence[LineageRow] = ()
    counted: Lineage | None = None
    scene: str = BEFORE

    @property
    def rule(self) -> str:
        """The rule as answers name it."""
        return self.plan.rule.name

    @property
    def identity(self) -> Identity:
        """Two findings are the same one if pack, rule, subject and period agree (contracts 6, screening)."""
        return self.pack.id, self.rule, self.id, self.key, self.period

    @property
    def ordered(self) -> bool:
        """Whether the finding rests on a row of an order."""
        return self.rows.ordered if isinstance(self.rows, LineageSlice) else any(row.ordered for row in self.rows)


@dataclass(frozen=True)
class Pattern:
    """What is decided of rows that are alike in all that a rule asks of them."""

    certain: bool
    clauses: tuple[ClauseResult, ...]
    measured: MeasuredValue | None
    kind: str
    review_policy: str | None
    flags: tuple[str, ...]


def sort_candidates(rows: pa.Table) -> pa.Table:
    """The candidate rows of a rule by whom they are about; those alike in that by all that is asked of them."""
    if len(rows) < 2:
        return rows
    columns = {
        name: rows.column(name) for name in rows.column_names if not pa.types.is_null(rows.schema.field(name).type)
    }
    first = [name for name in _SORTED_BY if name in columns]
    rest = [name for name in columns if name not in first]
    keys = {name: pc.fill_null(columns[name].cast(pa.string()), "") for name in first} | {n: columns[n] for n in rest}
    if not keys:
        return rows
    sorting = [(name, "ascending") for name in (*first, *rest)]
    return rows.take(pc.sort_indices(pa.table(keys), sort_keys=sorting))


def distinct_candidates(rows: pa.Table) -> tuple[list[dict[str, Any]], Numbers]:
    """One row of each kind that are alike in all that a rule asks, and of each row which of them it is like."""
    if len(rows) == 1:
        return rows.to_pylist(), np.zeros(1, np.int64)
    asked = [n for n in rows.column_names if n == POLICY or not n.startswith(("s.", "w."))]
    firsts, which = distinct_rows((rows.column(name) for name in asked), len(rows))
    return rows.take(pa.array(firsts, pa.int64())).to_pylist(), which


class RuleMatches(ByPlace[Match]):
    """The matches of one rule, in the order of their subjects.

    `patterns` tell what is decided of rows that are alike, `which` of each row which of them it is.
    """

    def __init__(self, pack: Pack, plan: RulePlan, rows: pa.Table, patterns: Sequence[Pattern], which: Numbers) -> None:
        self.pack = pack
        self.plan = plan
        self.rows = rows
        self.patterns = patterns
        self.which = which
        self.lineage: Mapping[Key, Lineage] | None = None
        """The rows behind the totals of each match, where they were fetched."""

    @cached_property
    def certain(self) -> Numbers:
        """Of each match whether it holds for certain."""
        return np.array([pattern.certain for pattern in self.patterns], dtype=bool)[self.which]

    @cached_property
    def id_column(self) -> str:
        """The column that names whom a match is about."""
        return "s.group" if "s.group" in self.rows.column_names else "s.id"

    def texts(self, name: str) -> pa.Array:
        """A column of the candidate rows as text, all null where there is none."""
        if name not in self.rows.column_names:
            return pa.nulls(len(self), pa.string())
        return self.rows.column(name).cast(pa.string()).combine_chunks()

    def days(self) -> tuple[Numbers, list[Any]]:
        """Of each match which of the days it is judged by, and the days; `None` is the day of the question."""
        if "s.date" not in self.rows.column_names:
            return np.zeros(len(self), np.int64), [None]
        coded = self.rows.column("s.date").combine_chunks().dictionary_encode()
        days = [*coded.dictionary.to_pylist(), None]
        return coded.indices.fill_null(len(days) - 1).to_numpy().astype(np.int64), days

    @cached_property
    def keys(self) -> list[Key]:
        """Whom each match is about, as the rows behind a total are named."""
        columns = [self.texts(name).to_pylist() for name in (self.id_column, "s.key", "s.period", f"s.{SCENE}")]
        return [(name, key, period, scene or BEFORE) for name, key, period, scene in zip(*columns, strict=True)]

    def identities(self) -> list[Identity]:
        """The identity of each match, with none of them made."""
        head = self.pack.id, self.plan.rule.name
        return [(*head, name, key, period) for name, key, period, _ in self.keys]

    @cached_property
    def single_rows(self) -> Numbers:
        """Of each match where the one row behind it stands in the columns that they share; -1 where there are more."""
        if self.plan.shape is None:
            return np.arange(len(self))
        told = (self.lineage[key] for key in self.keys) if self.lineage is not None else ()
        of_one = (one.rows.part.start if one.count == 1 and isinstance(one.rows, LineageSlice) else -1 for one in told)
        return np.fromiter(of_one, np.int64) if self.lineage is not None else np.full(len(self), -1)

    def __len__(self) -> int:
        return len(self.which)

    @cached_property
    def _of_row(self) -> list[str]:
        """The columns that differ from row to row."""
        more = (f"w.{word}" for word in self.plan.words)
        named = (self.id_column, "s.key", "s.period", "s.date", "s.due", f"s.{SCENE}", *more)
        return [name for name in dict.fromkeys(named) if name in self.rows.column_names]

    @cached_property
    def _columns(self) -> LineageTable:
        """Of a rule about single rows, the row behind each match."""
        count = len(self)
        ones = pa.repeat(pa.scalar(1, TYPES["low"]), count)
        columns = {
            "table": self.texts("s.table"), "id": self.texts("s.row"), "date": self.rows.column("s.date"),
            "ordered": pc.fill_null(self.rows.column("s.ordered").cast(pa.bool_()), False),
            "sure": pa.array(self.certain), "low": ones, "high": ones, "what": pa.nulls(count, pa.string()),
            "inside": pa.repeat(pa.scalar(True), count),
        }  # fmt: skip
        return LineageTable(pa.table({name: columns[name] for name in TYPES}))

    @property
    def single_columns(self) -> pa.Table:
        """The same as columns named as in `LineageRow`."""
        return self._columns.columns

    def parts_at(self, places: Numbers) -> list[Match]:
        """The matches at these places."""
        if len(self) > KEPT or (self.lineage is None and self.plan.shape is not None):
            return self._make_at(places)
        kept = self._matches_made
        if missing := [place for place in places.tolist() if place not in kept]:
            kept.update(zip(missing, self._make_at(np.array(missing, np.int64)), strict=True))
        return [kept[place] for place in places.tolist()]

    @cached_property
    def _matches_made(self) -> dict[int, Match]:
        """The matches that were made, by place, where they are few and nothing is added to them any more."""
        return {}

    def _make_at(self, places: Numbers) -> list[Match]:
        rows = self.rows.select(self._of_row).take(pa.array(places, pa.int64())).to_pylist()
        return [self._made(place, row) for place, row in zip(places.tolist(), rows, strict=True)]

    def _made(self, place: int, row: Mapping[str, Any]) -> Match:
        pattern = self.patterns[self.which[place]]
        period = None if row.get("s.period") is None else str(row["s.period"])
        key: Key = (row[self.id_column], row.get("s.key"), period, row.get(f"s.{SCENE}") or BEFORE)
        counted = self.lineage[key] if self.lineage is not None else None
        single: Sequence[LineageRow] = self._columns.rows(place, place + 1) if self.plan.shape is None else ()
        return Match(
            pack=self.pack,
            plan=self.plan,
            certain=pattern.certain,
            id=key[0],
            key=key[1],
            period=period,
            clauses=pattern.clauses,
            measured=pattern.measured,
            words={word: row[f"w.{word}"] for word in self.plan.words},
            day=row.get("s.date"),
            due_after=row.get("s.due"),
            kind=pattern.kind,
            review_policy=pattern.review_policy,
            flags=pattern.flags,
            rows=single if counted is None else counted.rows,
            counted=counted,
            scene=key[3],
        )


class Matches(ByPlace[Match]):
    """All matches of an evaluation, rule by rule."""

    def __init__(self, rules: Iterable[RuleMatches] = ()) -> None:
        self.rules = [rule for rule in rules if len(rule)]

    def __len__(self) -> int:
        return sum(map(len, self.rules))

    def parts_at(self, places: Numbers) -> list[Match]:
        """The matches at these places, of each rule those that are together at once."""
        starts = np.cumsum([0, *map(len, self.rules)])
        of = np.searchsorted(starts, places, side="right") - 1
        breaks = np.flatnonzero(np.diff(of)) + 1
        parts = zip(np.split(of, breaks), np.split(places, breaks), strict=True)
        return [one for rule, own in parts if len(own) for one in self.rules[rule[0]].parts_at(own - starts[rule[0]])]
