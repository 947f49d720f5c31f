"""Whether a limit stands in the way of what a reservation takes: said at once, and the same as long as it takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance import Screener
from compliance.ledger.ledger import Ledger
from tests.ledger.limits import AT, claim, lines
from tests.ledger.test_accounts import family, screener
from tests.ledger.test_rescreening import changed, order, reserved

CAP = "diffusion_headline/small_purchase_exemption/o1"


@pytest.fixture
def asked(tmp_path: Path) -> Screener:
    return screener(tmp_path, ["diffusion_headline"], **family())


def binds(ledger: Ledger, name: str, account: str = CAP) -> tuple[bool, bool]:
    """Whether an account binds, by a reservation and by its balance."""
    [draw] = [one for one in ledger.reservation(name).accounts if one.account.name == account]
    return draw.binds, ledger.balances(accounts=[account])[0].binds


def test_a_limit_that_is_only_counted_stays_so_through_every_act(ledger: Ledger, asked: Screener) -> None:
    made = reserved(ledger, asked, "o1", 8, authorization="license")
    states = [binds(ledger, made)]
    ledger.commit(made, at=AT, by="desk")
    states.append(binds(ledger, made))
    shipment = order("o1", 8, authorization="license")
    changed(ledger, asked, {"shipments": [shipment]})
    states.append(binds(ledger, made))
    changed(ledger, asked, {}, {"shipments": [{"id": "o1"}]})
    states.append(binds(ledger, made))
    ledger.take_back(made, "back", None, at=AT, by="desk", reason="goods came back")
    states.append(binds(ledger, made))

    assert states == [(False, False)] * len(states)


def test_a_limit_that_is_only_counted_stays_so_when_the_world_changes(ledger: Ledger, asked: Screener) -> None:
    """Another line of the purchase is on record, which does not claim the exemption either."""
    lot = "diffusion_headline/small_purchase_exemption/lot"
    changed(ledger, asked, {"shipments": [order("s1", 4, authorization="license", purchase="lot")]})
    made = reserved(ledger, asked, "o1", 8, authorization="license", purchase="lot")
    before = binds(ledger, made, lot)
    changed(ledger, asked, {"companies": [{"id": "new", "name": "New"}]})

    assert (before, binds(ledger, made, lot)) == ((False, False), (False, False))


def test_a_limit_that_binds_only_later_says_so_then(ledger: Ledger, asked: Screener) -> None:
    """Another line of the purchase claims the exemption, so that its limit is one for the whole purchase."""
    lot = "diffusion_headline/small_purchase_exemption/lot"
    made = reserved(ledger, asked, "o1", 8, authorization="license", purchase="lot")
    before = binds(ledger, made, lot)
    told = changed(ledger, asked, {"shipments": [order("s1", 4, authorization="LPP", purchase="lot")]})

    assert (before, binds(ledger, made, lot)) == ((False, False), (True, True))
    assert [one.after["accounts"][0]["binds"] for one in told.changed if one.id == made] == [True]


def test_an_amendment_of_the_same_amount_may_bind_or_not(ledger: Ledger) -> None:
    made = ledger.reserve("k", lines("o"), [claim(30, binds=False)], at=AT, by="desk").reservation.id
    for number, bound in enumerate((True, False)):
        ledger.amend(made, f"a{number}", lines("o"), [claim(30, binds=bound)], at=AT, by="desk")

        [draw] = ledger.reservation(made).accounts
        assert (draw.taken, draw.binds) == (30_000, bound)
    assert not ledger.check()


@pytest.mark.parametrize("act", ["release", "expire"])
def test_what_has_ended_tells_what_it_took_as_it_was(ledger: Ledger, act: str) -> None:
    made = ledger.reserve("k", lines("o"), [claim(30, binds=False)], at=AT, by="desk", expires=None).reservation
    if act == "release":
        ledger.release(made.id, at=AT, by="desk")
    else:
        assert made.expires is not None
        ledger.expire(made.expires)

    assert [(one.taken, one.binds) for one in ledger.reservation(made.id).accounts] == [(0, False)]
