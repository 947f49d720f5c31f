"""Over generated worlds: orders that the accounts let through, one after the other, break no limit that is an account.

The slow way decides: all orders that were let through are screened together as one.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from compliance.answers.answer import OUTCOMES
from compliance.decisions.accounts.kept_scenes import KeptScenes
from compliance.decisions.accounts.touched import Lines, find_claims, touched_each
from compliance.decisions.headroom.breakpoints import PAPERS
from compliance.decisions.screener import Screener
from compliance.plan.account_plans import accounts_of
from compliance.rulebook.packs import load_packs
from compliance.sources.source_catalogue import SOURCES
from compliance.world.world import World
from tests.packs import on
from tests.worlds import AS_OF, Tables, lines, worlds

PACKS = load_packs(["diffusion_headline", "us_ai_diffusion"])
REACH = OUTCOMES[: OUTCOMES.index("license_required") + 1]
ACCOUNTS = {
    (pack.id, plan.rule.name)
    for pack in PACKS
    for plan in accounts_of(pack, frozenset(SOURCES)).accounts
    if plan.rule.topic != PAPERS
}
FEW = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def never_oversold(tables: Tables, orders: Tables) -> None:
    screener = Screener(World.of(**tables), PACKS, on(AS_OF))
    room: dict[str, int] = {}
    through: list[dict[str, str]] = []
    for order in orders:
        beside = [[other] for other in through if order.get("purchase") and other.get("purchase") == order["purchase"]]
        claims = find_claims(screener, order, beside=beside).claims
        for claim in claims:
            recorded = claim.capacity if claim.recorded is None else claim.recorded
            room.setdefault(claim.name, claim.capacity - recorded)
        if any(claim.binds and (claim.taken is None or claim.taken > room[claim.name]) for claim in claims):
            continue
        for claim in claims:
            room[claim.name] -= claim.taken or 0
        through.append(order)
    if not through:
        return

    broken = [
        (finding.pack, finding.rule, finding.subject.id, finding.measure, finding.limit)
        for finding in screener.screen(through).findings
        if (finding.pack, finding.rule) in ACCOUNTS and finding.outcome in REACH
        if finding.effect in ("new", "worsened") and finding.limit is not None  # a part of the rule may be no limit
    ]

    assert broken == []


def kept_is_whole(tables: Tables, orders: Tables) -> None:
    """What is told by what is kept of a world is what is told by going through all of it."""
    screener = Screener(World.of(**tables), PACKS, on(AS_OF))
    catalogue = KeptScenes.of(screener.world).catalogue
    read = {}
    for number, order in enumerate(orders):
        same = [[o] for o in orders[:number] if order.get("purchase") and o.get("purchase") == order["purchase"]]
        read[str(number)] = Lines.read(screener.world, catalogue, order, same)

    assert touched_each(screener, read) == touched_each(screener, read, whole=True)


@FEW
@given(worlds(), lines(4, "o", 4).filter(bool))
def test_what_is_kept_of_a_world_tells_what_the_whole_would(tables: Tables, orders: Tables) -> None:
    kept_is_whole(tables, orders)


@FEW
@given(worlds(), lines(4, "o", 6).filter(bool))
def test_orders_that_the_accounts_let_through_break_no_limit(tables: Tables, orders: Tables) -> None:
    never_oversold(tables, orders)


@pytest.mark.night
@settings(FEW, max_examples=1000, derandomize=False)
@given(worlds(), lines(4, "o", 8).filter(bool))
def test_so_do_those_of_many_worlds(tables: Tables, orders: Tables) -> None:
    never_oversold(tables, orders)
    kept_is_whole(tables, orders)
