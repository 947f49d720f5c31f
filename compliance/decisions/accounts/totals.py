"""The totals of accounts, of a world and of orders beside it, each in a scene of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from compliance.decisions.accounts.kept_scenes import MOST, KeptScenes
from compliance.decisions.opened_world import OpenedWorld
from compliance.engine.facts import Amount
from compliance.plan.account_plans import AccountPlan, PackAccounts, accounts_of
from compliance.plan.plan_tables import Tables
from compliance.plan.rowwise import workspace
from compliance.plan.rowwise.source_text import Unwritten
from compliance.plan.rule_plan import Leaf
from compliance.plan.sql.scenarios import BEFORE, SCENE, untag
from compliance.plan.tables_of_plan import most_rows
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext

BESIDE, WITH = "beside", "with"
"""The scenes: the world with the open orders that count together with the order, and with the order too."""
Key = tuple[str, str, str]
"""Holder, second key and period of a total."""


def present_in(kept: KeptScenes, scene: EvaluationContext) -> frozenset[str]:
    """The sources that have rows in a scene, or in the world of which it is a part."""
    there = scene.rows.present()
    return there | kept.present(scene.day) if kept.is_kept(scene) else there


def each_pack(
    opened: OpenedWorld, kept: KeptScenes, scene: EvaluationContext, scenes: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Pack, PackAccounts, Tables]]:
    """The accounts of each pack, with the tables on which their queries run."""
    present = present_in(kept, scene)
    pairs = [{SCENE: name, "order": row} for name, orders in scenes.items() for row in orders or (None,)]
    for pack in opened.packs:
        accounts = accounts_of(pack, present)
        if not accounts.accounts and not accounts.others:
            continue
        queries = [query for plan in accounts.accounts for query in (plan.sql, plan.own)]
        queries += [other.sql for other in accounts.others]
        kept.share_parties(scene, accounts.plan.needs.party)
        tables = _tables(scene, accounts, pairs, queries)
        try:
            yield pack, accounts, tables
        finally:
            tables.close()


def _tables(
    scene: EvaluationContext, accounts: PackAccounts, pairs: Sequence[Mapping[str, Any]], queries: Sequence[str]
) -> Tables:  # fmt: skip
    """The tables prepared; of few rows without a database, as an evaluation has them."""
    many = most_rows(scene.rows, accounts.plan, len({p[SCENE] for p in pairs}))
    for few in (True, False) if many <= workspace.FEW else (False,):
        tables = Tables(scene, accounts.plan, scene.rows, few=few)
        try:
            tables.add("scenes", pairs, {SCENE: "string", "order": "string"})
            tables.prepare(queries)
        except Unwritten:
            tables.close()
            continue
        return tables
    raise AssertionError("the database prepares all that there is")


class RecordedTotal(NamedTuple):
    """A total on record: its upper bound, and whether its limit applies to and binds its holder."""

    high: int | None
    applies: bool
    binds: bool


NOTHING = RecordedTotal(0, True, False)
Record = Mapping[Key, RecordedTotal]


def recorded_totals(
    opened: OpenedWorld, kept: KeptScenes, pack: Pack, accounts: PackAccounts, horizon: date
) -> list[Record]:  # fmt: skip
    """Of each account plan of a pack the totals of what is on record up to a day; kept with the world."""
    key = (horizon, opened.as_of, pack.sha256, pack.overrides, accounts.plan.sources)
    found: list[Record] | None = kept.recorded.pop(key, None)
    if found is None:
        scene = kept.scene_on_record(horizon, opened.as_of)
        kept.share_parties(scene, accounts.plan.needs.party)
        pairs = [{SCENE: BEFORE, "order": None}]
        tables = _tables(scene, accounts, pairs, [plan.sql for plan in accounts.accounts])
        try:
            found = [_record(plan, tables) for plan in accounts.accounts]
        finally:
            tables.close()
    kept.recorded[key] = found
    while len(kept.recorded) > MOST * len(opened.packs):
        kept.recorded.popitem(last=False)
    return found


def _record(plan: AccountPlan, tables: Tables) -> Record:
    return {
        key_of(plan, row): RecordedTotal(
            amount(plan.leaf, row).high, row["applies"] is not False, row["binds"] is not False
        )
        for row in tables.run(plan.sql)
    }


class Totals:
    """The totals of an account plan by scene and key, and what rows of orders add to each."""

    def __init__(self, plan: AccountPlan, tables: Tables, record: Record | None = None) -> None:
        self.plan = plan
        self.record = record
        """What is on record, where the tables hold a part of it; the whole of it stands in them without."""
        self.rows: dict[str, dict[Key, dict[str, Any]]] = defaultdict(dict)
        self.added: dict[str, dict[Key, int | None]] = defaultdict(dict)
        for row in tables.run(plan.sql):
            self.rows[row[f"s.{SCENE}"]][key_of(plan, row)] = row
        for row in tables.run(plan.own):
            of_scene, key = self.added[row[f"s.{SCENE}"]], key_of(plan, row)
            before = of_scene.get(key, 0)
            of_scene[key] = None if row["opens"] or before is None else before + int(row["high"] or 0)

    def high(self, scene: str, key: Key) -> int | None:
        """The most that a total may be; nothing where nothing counts."""
        row = self.rows[scene].get(key)
        return 0 if row is None else amount(self.plan.leaf, row).high

    def recorded(self, key: Key) -> int | None:
        """The most that is on record; `None` if nothing bounds it."""
        return self.high(BEFORE, key) if self.record is None else self.record.get(key, NOTHING).high

    def applies(self, key: Key, row: Mapping[str, Any]) -> bool:
        """Whether the limit is one for the holder, or may become one."""
        return row["applies"] is not False and (self.record is None or self.record.get(key, NOTHING).applies)

    def binds(self, key: Key, row: Mapping[str, Any]) -> bool:
        """Whether it stands in the way by what the order is, or by what is on record."""
        return row["binds"] is not False or (self.record is not None and self.record.get(key, NOTHING).binds)

    def taken(self, number: int, key: Key) -> int | None:
        """What an order takes of a total at most; `None` if nothing bounds it."""
        beside = f"{BESIDE}{number}"
        own, others = self.added[f"{WITH}{number}"].get(key, 0), self.added[beside].get(key, 0)
        if own is None:
            return None
        own = max(0, own - (others or 0))
        after = self.high(f"{WITH}{number}", key)
        before = self.high(beside if key in self.rows[beside] else BEFORE, key)
        return own if after is None or before is None else max(own, after - before)


def capacity(leaf: Leaf, row: Mapping[str, Any]) -> int:
    """The most parts that the limit of a row lets through; where the limit is not known for certain, by the lower."""
    limit = int(row[f"{leaf.name}.limit"])
    most, rest = divmod(limit * leaf.scale, leaf.limit_scale)
    return most - (1 if leaf.test.op == "ge" and not rest else 0)


def amount(leaf: Leaf, row: Mapping[str, Any]) -> Amount:
    low, high = row[f"{leaf.name}.low"], row[f"{leaf.name}.high"]
    return Amount(int(low or 0), None if high is None else int(high))


def key_of(plan: AccountPlan, row: Mapping[str, Any]) -> Key:
    period = f"{plan.days}-days" if plan.days is not None else row.get("s.period")
    return str(untag(row["s.id"])), str(untag(row.get("s.key")) or ""), str(period or "")
