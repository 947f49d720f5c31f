"""Companies that an order brings: answered as in a world that always had them, and nothing of them is kept."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.ownership.added_companies import OwnershipBeside
from compliance.ownership.ownership_graph import Ownership
from compliance.units import FIRST_DAY
from compliance.world.schema.tables import Company
from compliance.world.world import World

from .packs import countries, parent_test, regimes
from .test_standings import DAYS
from .test_wide import any_large


def said(ownership: Ownership, party: str) -> list[Any]:
    """All that a pack asks of a party, on every day, and the captures of every test."""
    found: list[Any] = [ownership.days(party), ownership.register.place(party), party in ownership.register.companies]
    for on in (FIRST_DAY, *DAYS[1:4]):
        found += [ownership.since(party, on), ownership.cluster_since(party, on), list(ownership.endings(party, on))]
        found += [ownership.families(party, on), ownership.surely_under(party, on), ownership.parent(party, on)]
        found += [ownership.seats(party, on), ownership.seat(party, on), ownership.in_circle(party, on)]
        for regime in regimes().values():
            judge = ownership.judge(regime.test, party, on, alone=True)
            found += [judge.capture.verdict(party), sorted(judge.flags(on).of(party))]
    return found


@settings(max_examples=8, deadline=None)
@given(st.integers(min_value=0, max_value=2**32), st.sampled_from([0, 10**9]))
def test_it_is_as_if_they_had_always_been_there(seed: int, least: int) -> None:
    rng = random.Random(seed)
    tables = any_large(rng)
    before = Ownership(World.of(None, **tables), parent_test(), countries(), least)
    asked = [*rng.sample([row["id"] for row in tables["companies"]], 4), "p", "new1", "new2"]
    for seats in (("CN", "US"), ("AE", None)):  # another order brings others of the same name
        more = [{"id": f"new{n}", "name": "New", "headquarters": seat} for n, seat in enumerate(seats, 1)]
        world = World.of(None, **{**tables, "companies": [*tables["companies"], *more]})
        beside = OwnershipBeside(before, world, world.each(Company)[-2:])
        whole = Ownership(world, parent_test(), countries(), least)
        rng.shuffle(asked)
        for party in asked:
            assert said(beside, party) == said(whole, party), party
        assert list(beside.register.companies) == list(whole.register.companies)
        for field in ("id", "headquarters", "lei"):
            assert list(beside.register.companies.texts(field)) == list(whole.register.companies.texts(field))
            assert beside.register.companies.text("new1", field) == whole.register.companies.text("new1", field)
    assert not before.register.known("new1")
