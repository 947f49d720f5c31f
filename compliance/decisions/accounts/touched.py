"""The accounts that an order touches, out of one evaluation of the world with the order and without it.

What an order takes is what it adds to the total, or what its own lines add if that is more: the second matters where
the total is the greatest of any so many days. Of such a limit there is one account a holder, and takes of whatever
days add up in it: a sum over all days is never less than that of any window, so it never oversells. What has shipped
counts in it as on record, where the exact windows are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from compliance.decisions.accounts.account import Account, Claim
from compliance.decisions.answer import OUTCOMES
from compliance.decisions.bounds import PAPERS
from compliance.decisions.left_open import judged_days
from compliance.decisions.orders import OrdersGiven, order_lines
from compliance.decisions.parties import resolve
from compliance.decisions.screener import Screener
from compliance.decisions.stage import catalogue_of, postures_of, scene_of
from compliance.engine.facts import Amount
from compliance.facts.account_plans import AccountPlan, PackAccounts, accounts_of
from compliance.facts.beside import BEFORE, SCENE
from compliance.facts.plan import Leaf
from compliance.facts.rowwise import workspace
from compliance.facts.rowwise.source_text import Unwritten
from compliance.facts.scene import Scene
from compliance.facts.tables import Tables
from compliance.rulebook.models import Rule
from compliance.rulebook.packs import Pack
from compliance.rulebook.standing import STANDINGS, Standing, standing_on
from compliance.world.fields import LINE_TABLES
from compliance.world.row import Row
from compliance.world.tables import Order

BINDING: tuple[Standing, ...] = ("enforced", "written")
"""The standings whose limits stand in the way of a reservation where nothing else is set."""
BESIDE, WITH = "beside", "with"
"""The scenes: the world with the open orders that count together with the order, and with the order too."""
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Touched:
    """What an order takes of which accounts, and which limits that it touches are no accounts, a sentence each."""

    claims: tuple[Claim, ...]
    no_accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose limits are accounts: the packs that count though no law, how rules stand, from which outcome on."""

    named: frozenset[str]
    days: tuple[date, ...]
    postures: tuple[str, ...]
    binding: frozenset[str]
    fail_on: str

    def standing(self, pack: Pack, rule: Rule) -> Standing | None:
        """The strictest standing of a rule on the days; `None` where it keeps no account on any."""
        parts = [part for part in pack.rules if part.name == rule.name]
        reach = OUTCOMES[: OUTCOMES.index(self.fail_on) + 1]
        if rule.topic == PAPERS or not any(part.then.outcome in reach for part in parts):
            return None
        found = {standing_on(pack.force_of(rule), day, self.postures) for day in self.days}
        return next((one for one in STANDINGS if one in found), None)

    def binds(self, pack: Pack, standing: Standing) -> bool:
        """Whether a limit of this standing stands in the way."""
        return pack.id in self.named if standing == "summary" else standing in self.binding


def touched(
    screener: Screener, orders: OrdersGiven, *, beside: Sequence[OrdersGiven] = (),
    binding: Collection[Standing] = BINDING, fail_on: str = "license_required",
) -> Touched:  # fmt: skip
    """The accounts that an order touches in the world of a Screener, what is on record there and what it takes.

    `beside` are orders of open reservations that count together with this one (of the same purchase). A rule's limit
    stands in the way where its standing on the day is one of `binding`; a pack that is no law only where it was named.
    Raises `OrderError` as a screening does.
    """
    world = screener.world
    catalogue = catalogue_of(world)
    own = order_lines(world, catalogue, orders)
    ids = {line.name_of_row for line in own}
    others = [line for one in beside for line in order_lines(world, catalogue, one) if line.name_of_row not in ids]
    scene = _scene(screener, [*others, *own])
    scenes = {BEFORE: [], BESIDE: _names(others), WITH: _names([*others, *own])}
    claims: dict[str, Claim] = {}
    sentences: dict[str, None] = {}
    asked = _asked(screener, judged_days(scene), binding, fail_on)
    for pack, accounts, tables in _each_pack(screener, scene, scenes):
        for plan in accounts.accounts:
            standing = asked.standing(pack, plan.rule)
            if standing is not None:
                for claim in _claims(pack, plan, tables, standing, asked.binds(pack, standing)):
                    _keep(claims, claim)
        for other in accounts.others:
            if asked.standing(pack, other.rule) is not None and any(
                row[f"s.{SCENE}"] == WITH for row in tables.run(other.sql)
            ):
                sentences[f"`{pack.id}/{other.rule.name}` keeps no account: {other.why}; the screening tells of it"] = (
                    None
                )
    return Touched(tuple(claims[name] for name in sorted(claims)), tuple(sentences))


def on_record(
    screener: Screener, names: Collection[str], *, binding: Collection[Standing] = BINDING,
    fail_on: str = "license_required",
) -> dict[str, Claim]:  # fmt: skip
    """Of accounts by name what the law gives and what the world of a Screener has on record, as claims of nothing.

    An account of which the world has nothing on record is left out.
    """
    scene = _scene(screener, [])
    asked = _asked(screener, judged_days(scene), binding, fail_on)
    found: dict[str, Claim] = {}
    for pack, accounts, tables in _each_pack(screener, scene, {BEFORE: []}):
        for plan in accounts.accounts:
            standing = asked.standing(pack, plan.rule) or "written"
            for row in tables.run(plan.sql):
                account = _account(pack, plan, standing, row)
                if account.name in names and row[f"{plan.leaf.name}.limit"] is not None:
                    total = _amount(plan.leaf, row).high
                    bound = asked.binds(pack, standing) and asked.standing(pack, plan.rule) is not None
                    _keep(found, Claim(account, capacity(plan.leaf, row), total, 0, bound))
    return found


def _asked(screener: Screener, days: Iterable[date], binding: Collection[Standing], fail_on: str) -> Asked:
    named = frozenset(screener.named)
    return Asked(named, tuple(days), postures_of(screener.posture), frozenset(binding), fail_on)


def _scene(screener: Screener, lines: Sequence[Row]) -> Scene:
    resolved = resolve(screener.world.replace("orders", lines), LINE_TABLES)
    horizon = max([screener.as_of, *(order.date for order in resolved.world.each(Order))])
    return scene_of(resolved.world, screener.as_of, horizon, orders=True)


def _names(lines: Iterable[Row]) -> list[str]:
    return [line.name_of_row for line in lines]


def _each_pack(
    screener: Screener, scene: Scene, scenes: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Pack, PackAccounts, Tables]]:
    """The accounts of each pack, with the tables on which their queries run."""
    present = frozenset(scene.rows.present())
    pairs = [{SCENE: name, "order": row} for name, orders in scenes.items() for row in orders or (None,)]
    for pack in screener.packs:
        accounts = accounts_of(pack, present)
        if not accounts.accounts and not accounts.others:
            continue
        queries = [query for plan in accounts.accounts for query in (plan.sql, plan.own)]
        queries += [other.sql for other in accounts.others]
        tables = _tables(scene, accounts, pairs, queries)
        try:
            yield pack, accounts, tables
        finally:
            tables.close()


def _tables(
    scene: Scene, accounts: PackAccounts, pairs: Sequence[Mapping[str, Any]], queries: Sequence[str]
) -> Tables:  # fmt: skip
    """The tables prepared; of few rows without a database, as an evaluation has them."""
    sources = accounts.plan.needs.sources
    many = max((len(scene.rows.of(source)) for source in sources), default=0) * len({p[SCENE] for p in pairs})
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


def _claims(pack: Pack, plan: AccountPlan, tables: Tables, standing: Standing, binds: bool) -> Iterator[Claim]:
    totals: dict[_Key, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in tables.run(plan.sql):
        totals[_key(plan, row)][row[f"s.{SCENE}"]] = row
    added: dict[_Key, dict[str, int | None]] = defaultdict(lambda: defaultdict(int))
    for row in tables.run(plan.own):
        key, scene = _key(plan, row), row[f"s.{SCENE}"]
        before = added[key][scene]
        added[key][scene] = None if row["opens"] or before is None else before + int(row["high"] or 0)
    for key, by_scene in totals.items():
        if (found := by_scene.get(WITH)) is None:
            continue
        row = found
        if row["applies"] is False or row[f"{plan.leaf.name}.limit"] is None:
            continue
        took = taken(plan.leaf, by_scene, added[key])
        if took == 0:
            continue
        recorded = _amount(plan.leaf, by_scene[BEFORE]).high if BEFORE in by_scene else 0
        bound = binds and row["binds"] is not False
        yield Claim(_account(pack, plan, standing, row), capacity(plan.leaf, row), recorded, took, bound)


def taken(leaf: Leaf, totals: Mapping[str, Mapping[str, Any]], added: Mapping[str, int | None]) -> int | None:
    """What an order takes at most, of the totals and of what rows of orders add, by scene; `None` if unbounded."""
    own, beside = added.get(WITH, 0), added.get(BESIDE, 0)
    after = _amount(leaf, totals[WITH]).high
    if own is None:
        return None
    own = max(0, own - (beside or 0))
    before = next((_amount(leaf, totals[scene]).high for scene in (BESIDE, BEFORE) if scene in totals), 0)
    return own if after is None or before is None else max(own, after - before)


def capacity(leaf: Leaf, row: Mapping[str, Any]) -> int:
    """The most parts that the limit of a row lets through; where the limit is not known for certain, by the lower."""
    limit = int(row[f"{leaf.name}.limit"])
    most, rest = divmod(limit * leaf.scale, leaf.limit_scale)
    return most - (1 if leaf.test.op == "ge" and not rest else 0)


def _amount(leaf: Leaf, row: Mapping[str, Any]) -> Amount:
    low, high = row[f"{leaf.name}.low"], row[f"{leaf.name}.high"]
    return Amount(int(low or 0), None if high is None else int(high))


def _key(plan: AccountPlan, row: Mapping[str, Any]) -> _Key:
    period = f"{plan.days}-days" if plan.days is not None else row.get("s.period")
    return str(row["s.id"]), str(row.get("s.key") or ""), str(period or "")


def _account(pack: Pack, plan: AccountPlan, standing: Standing, row: Mapping[str, Any]) -> Account:
    holder, key, period = _key(plan, row)
    kind = plan.rule.subject.kind
    word = kind if isinstance(kind, str) else next(iter(kind))
    return Account(pack.id, plan.rule.name, holder, key, period, word, plan.unit, plan.leaf.scale, standing)


def _keep(claims: dict[str, Claim], claim: Claim) -> None:
    """Of the parts of a rule that share an account, the strictest counts."""
    other = claims.get(claim.name)
    if other is None:
        claims[claim.name] = claim
        return
    claims[claim.name] = replace(
        claim,
        capacity=min(claim.capacity, other.capacity),
        recorded=_greater(claim.recorded, other.recorded),
        taken=_greater(claim.taken, other.taken),
        binds=claim.binds or other.binds,
    )


def _greater(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)
