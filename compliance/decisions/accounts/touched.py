"""The accounts that an order touches, out of one evaluation of the world with the order and without it.

What an order takes is what it adds to the total, or what its own lines add if that is more: the second matters where
the total is the greatest of any so many days. Of such a limit there is one account a holder, and takes of whatever
days add up in it: a sum over all days is never less than that of any window, so it never oversells. What has shipped
counts in it as on record, where the exact windows are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

import pyarrow.compute as pc

from compliance.answers.answer import OUTCOMES
from compliance.decisions.accounts.account import Account, Claim
from compliance.decisions.accounts.kept_scenes import KeptScenes
from compliance.decisions.accounts.license_limits import claim_licenses, open_licenses
from compliance.decisions.accounts.replacing_lines import count_replacing_lines
from compliance.decisions.accounts.totals import (
    BESIDE,
    WITH,
    Record,
    Totals,
    amount,
    capacity,
    each_pack,
    key_of,
    present_in,
    recorded_totals,
)
from compliance.decisions.not_evaluated import judged_days
from compliance.decisions.opened_world import OpenedWorld
from compliance.decisions.order_input import OrdersGiven, order_lines
from compliance.decisions.scenario_batch import MOST_ROWS
from compliance.decisions.setup import postures_of
from compliance.explain.finding_kinds import PAPERS
from compliance.plan.account_plans import AccountPlan, accounts_of
from compliance.plan.sql.scenarios import BEFORE, SCENE, tag
from compliance.rulebook.legal_standing import STANDINGS, Standing, standing_on
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Rule
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.source_catalogue import ORDERED
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Order
from compliance.world.world import World

Name = TypeVar("Name", bound=Hashable)
BINDING: tuple[Standing, ...] = ("enforced", "written")
"""The standings whose limits stand in the way of a reservation where nothing else is set."""
TOGETHER = 2_000
"""So many orders are asked about in one evaluation, as far as its rows are no more than `MOST_ROWS`."""


@dataclass(frozen=True, slots=True)
class AccountClaims:
    """Claims of an order on accounts, and a sentence for each limit it touches that is no account."""

    claims: tuple[Claim, ...]
    no_accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountScope:
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


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of an order, and those of open orders that count together with it."""

    own: tuple[Row, ...]
    beside: tuple[Row, ...] = ()

    @classmethod
    def read(
        cls, world: World, catalogue: Catalogue, orders: OrdersGiven, beside: Iterable[OrdersGiven] = ()
    ) -> Lines:  # fmt: skip
        """Reads and checks an order and those beside it. Raises `OrderError` as a screening does.

        A line that may be more than what it replaces replaces nothing here: it counts in full.
        """
        own = order_lines(world, catalogue, orders)
        ids = {line.name_of_row for line in own}
        others = (line for one in beside for line in order_lines(world, catalogue, one))
        lines = [*own, *(line for line in others if line.name_of_row not in ids)]
        counted = count_replacing_lines(world, catalogue, lines)
        return cls(tuple(counted[: len(own)]), tuple(counted[len(own) :]))

    @property
    def last(self) -> date:
        """The latest of their dates."""
        return max(cast(Order, line).date for line in (*self.own, *self.beside))


def find_claims(
    opened: OpenedWorld, orders: OrdersGiven, *, beside: Sequence[OrdersGiven] = (),
    binding: Collection[Standing] = BINDING, fail_on: str = "license_required",
) -> AccountClaims:  # fmt: skip
    """The accounts that an order touches in an opened world, what is on record there and what it takes.

    `beside` are orders of open reservations that count together with this one (of the same purchase). A rule's limit
    stands in the way where its standing on the day is one of `binding`; a pack that is no law only where it was named.
    Raises `OrderError` as a screening does.
    """
    world = opened.world
    lines = Lines.read(world, KeptScenes.of(world).catalogue, orders, beside)
    return touched_each(opened, {"": lines}, binding=binding, fail_on=fail_on)[""]


def touched_each(
    opened: OpenedWorld, orders: Mapping[Name, Lines], *, binding: Collection[Standing] = BINDING,
    fail_on: str = "license_required", whole: bool = False,
) -> dict[Name, AccountClaims]:  # fmt: skip
    """The same of several orders by name, each as if it were alone; many cost little more than one.

    With `whole` all that is on record is gone through again with each, against which tests hold what is kept of it.
    """
    found: dict[Name, AccountClaims] = {}
    by_horizon: dict[date, list[Name]] = defaultdict(list)
    for name, lines in orders.items():  # up to the latest date of an order lines count, so that these go together
        by_horizon[max(opened.as_of, lines.last)].append(name)
    for names in by_horizon.values():
        for first in range(0, len(names), TOGETHER):
            some = {name: orders[name] for name in names[first : first + TOGETHER]}
            found |= _claims_by_order(opened, some, binding, fail_on, whole)
    return found


def _claims_by_order(
    opened: OpenedWorld, orders: Mapping[Name, Lines], binding: Collection[Standing], fail_on: str, whole: bool
) -> dict[Name, AccountClaims]:  # fmt: skip
    scenes, rows = {BEFORE: list[str]()}, list[Row]()
    for number, lines in enumerate(orders.values()):
        for kind, some in ((BESIDE, lines.beside), (WITH, (*lines.beside, *lines.own))):
            if some:
                placed = [_tag_line(line, some, f"{kind}{number}") for line in some]
                scenes[f"{kind}{number}"] = [line.name_of_row for line in placed]
                rows += placed
    kept = KeptScenes.of(opened.world)
    with kept.lock:
        scene = kept.scene(rows, opened.as_of, part=True)
        part = not whole and kept.is_kept(scene) and _stand_alone(opened, kept, scene)
        if not part:
            scene = kept.scene(rows, opened.as_of)
        fits = max(1, MOST_ROWS // max(1, *(_standing(scene, source) for source in ORDERED)))
        if len(orders) > fits:  # what stands on record is in every scene
            names = list(orders)
            parts = ({name: orders[name] for name in names[at : at + fits]} for at in range(0, len(names), fits))
            return {
                name: one
                for some in parts
                for name, one in _claims_by_order(opened, some, binding, fail_on, whole).items()
            }
        return _asked_of(opened, kept, orders, scene, scenes, binding, fail_on, part)


def _standing(scene: EvaluationContext, source: str) -> int:
    """How many rows of a source are on record."""
    ordered = scene.rows.of(source).column("ordered")
    return len(ordered) - (pc.sum(ordered).as_py() or 0)


def _stand_alone(opened: OpenedWorld, kept: KeptScenes, scene: EvaluationContext) -> bool:
    """Whether of no account what is on record may count otherwise beside orders of another purchase."""
    present = present_in(kept, scene)
    return all(plan.alone for pack in opened.packs for plan in accounts_of(pack, present).accounts)


def _asked_of(
    opened: OpenedWorld, kept: KeptScenes, orders: Mapping[Name, Lines], scene: EvaluationContext,
    scenes: Mapping[str, Sequence[str]], binding: Collection[Standing], fail_on: str, part: bool,
) -> dict[Name, AccountClaims]:  # fmt: skip
    asked = [_account_scope(opened, {opened.as_of, *_dates(lines)}, binding, fail_on) for lines in orders.values()]
    claims: list[dict[str, Claim]] = [{} for _ in orders]
    sentences: list[dict[str, None]] = [{} for _ in orders]
    for number, lines in enumerate(orders.values()):
        claims[number] = {claim.name: claim for claim in claim_licenses(kept, lines.own)}
    for pack, accounts, tables in each_pack(opened, kept, scene, scenes):
        records: Sequence[Record | None] = [None] * len(accounts.accounts)
        if part:
            records = recorded_totals(opened, kept, pack, accounts, scene.day)
        for plan, record in zip(accounts.accounts, records, strict=True):
            totals = Totals(plan, tables, record)
            for number, one in enumerate(asked):
                standing = one.standing(pack, plan.rule)
                if standing is not None:
                    for claim in _claims(pack, totals, number, standing, one.binds(pack, standing)):
                        _keep(claims[number], claim)
        for other in accounts.others:
            there = {row[f"s.{SCENE}"] for row in tables.run(other.sql)}
            for number, one in enumerate(asked):
                if f"{WITH}{number}" in there and one.standing(pack, other.rule) is not None:
                    told = f"`{pack.id}/{other.rule.name}` keeps no account: {other.why}; the screening tells of it"
                    sentences[number][told] = None
    return {
        name: AccountClaims(tuple(claims[number][key] for key in sorted(claims[number])), tuple(sentences[number]))
        for number, name in enumerate(orders)
    }


def _tag_line(line: Row, together: Sequence[Row], scene: str) -> Row:
    """The line in its scene, under an id of that scene."""
    named: Any = line
    changes = {"id": tag(named.id, scene)}
    if named.replaces in {one.name_of_row for one in together}:
        changes["replaces"] = tag(named.replaces, scene)
    return line.model_copy(update=changes).at(line.origin)


def _dates(lines: Lines) -> set[date]:
    return {cast(Order, line).date for line in (*lines.own, *lines.beside)}


def on_record(
    opened: OpenedWorld, names: Collection[str] | None = None, *, binding: Collection[Standing] = BINDING,
    fail_on: str = "license_required",
) -> dict[str, Claim]:  # fmt: skip
    """What the law gives and what is on record of accounts by name, or of all, as claims that take nothing.

    An account of which the world has nothing on record is left out.
    """
    kept = KeptScenes.of(opened.world)
    with kept.lock:
        return _on_record(opened, kept, names, binding, fail_on)


def _on_record(
    opened: OpenedWorld, kept: KeptScenes, names: Collection[str] | None, binding: Collection[Standing], fail_on: str
) -> dict[str, Claim]:  # fmt: skip
    scene = kept.scene([], opened.as_of)
    asked = _account_scope(opened, judged_days(scene), binding, fail_on)
    found = open_licenses(kept, names)
    for pack, accounts, tables in each_pack(opened, kept, scene, {BEFORE: []}):
        for plan in accounts.accounts:
            keeps = asked.standing(pack, plan.rule)
            if keeps is None and names is None:
                continue  # its limit keeps no account on the day
            standing = keeps or "written"
            for row in tables.run(plan.sql):
                account = _account(pack, plan, standing, row)
                if (names is None or account.name in names) and row[f"{plan.leaf.name}.limit"] is not None:
                    total = amount(plan.leaf, row).high
                    bound = keeps is not None and asked.binds(pack, standing) and row["binds"] is not False
                    _keep(found, Claim(account, capacity(plan.leaf, row), total, 0, bound))
    return found


def _account_scope(
    opened: OpenedWorld, days: Iterable[date], binding: Collection[Standing], fail_on: str
) -> AccountScope:
    named = frozenset(opened.named_packs)
    return AccountScope(named, tuple(days), postures_of(opened.posture), frozenset(binding), fail_on)


def _claims(pack: Pack, totals: Totals, number: int, standing: Standing, binds: bool) -> Iterator[Claim]:
    plan = totals.plan
    for key, row in totals.rows[f"{WITH}{number}"].items():
        if row[f"{plan.leaf.name}.limit"] is None or not totals.applies(key, row):
            continue
        took = totals.taken(number, key)
        if took != 0:
            account, bound = _account(pack, plan, standing, row), binds and totals.binds(key, row)
            yield Claim(account, capacity(plan.leaf, row), totals.recorded(key), took, bound)


def _account(pack: Pack, plan: AccountPlan, standing: Standing, row: Mapping[str, Any]) -> Account:
    holder, key, period = key_of(plan, row)
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
