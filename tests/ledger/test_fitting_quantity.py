"""How many units of an order fit: a quantity that fits, of which one more does not, the same on both stores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compliance import Screener
from compliance.ledger.fitting_quantity import find_fitting_quantity, find_units_that_fit
from compliance.ledger.ledger import Ledger
from compliance.ledger.order_reservations import reserve_order
from tests.ledger.limits import AT, after
from tests.ledger.test_accounts import family, screener
from tests.ledger.test_reservations import refused
from tests.packs import line


@pytest.fixture
def headline(tmp_path: Path) -> Screener:
    shipped = line("s1", "other", "MY", 48_300, "2026-02-01", purchase="big", authorization="none")
    return screener(tmp_path, ["diffusion_headline"], **family(shipments=[shipped]))


def order(name: str, quantity: int, **more: str) -> list[dict[str, Any]]:
    return [line(name, "acme", "MY", quantity, "2026-06-01", **{"authorization": "none", **more})]


def reserve(ledger: Ledger, asked: Screener, lines: list[dict[str, Any]], **more: Any) -> str:
    made = reserve_order(
        ledger, asked, lines[0]["id"], lines, at=AT, by="desk", revision=0, binding=("summary",), **more
    )
    return made.reservation.id


def test_what_fits_of_a_purchase_in_parts_fits_and_one_more_does_not(ledger: Ledger, headline: Screener) -> None:
    reserve(ledger, headline, order("o1", 1600, purchase="p"))
    with refused("no_room"):
        reserve(ledger, headline, order("o2", 1700, purchase="p"))

    fits = find_units_that_fit(ledger, headline, order("o2", 1700, purchase="p"), now=AT)

    assert fits is not None
    assert 0 < fits < 1700
    with refused("no_room"):
        reserve(ledger, headline, order("o3", fits + 1, purchase="p"))
    reserve(ledger, headline, order("o4", fits, purchase="p"))
    assert find_units_that_fit(ledger, headline, order("o5", 9, purchase="p"), now=AT) == 0


def test_what_a_reservation_holds_is_free_for_its_amendment_and_what_is_overdue_for_all(
    ledger: Ledger, tmp_path: Path
) -> None:
    asked = screener(tmp_path, ["us_ai_diffusion"], **family())
    first = order("o1", 1000, authorization="LPP")
    made = reserve_order(ledger, asked, "k1", first, at=AT, by="desk", revision=0, expires=after(hours=1))

    def fits(now: Any = AT, amends: str = "") -> int | None:
        return find_units_that_fit(ledger, asked, order("o2", 5000, authorization="LPP"), now=now, amends=amends)

    assert (fits(), fits(amends=made.reservation.id), fits(after(hours=1))) == (699, 1699, 1699)
    assert find_units_that_fit(ledger, asked, [*first, *first], now=AT) is None
    assert find_fitting_quantity(ledger, asked, order("o3", 1, authorization="LPP")[0], 10**9, now=AT) == 699
