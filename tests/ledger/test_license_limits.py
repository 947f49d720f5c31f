"""The `limit_tpp` of a license is an account: what is reserved under it never passes it, the same on both stores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compliance import Screener
from compliance.decisions.accounts.touched import find_claims
from compliance.ledger.ledger import Ledger
from tests.ledger.test_accounts import H100, claims, family, screener
from tests.ledger.test_rescreening import changed, reserved
from tests.ledger.test_reservations import refused
from tests.packs import line

LIMIT = "authorizations/limit_tpp/{}"
TPP = 15_824


def paper(name: str = "lic", **fields: Any) -> dict[str, Any]:
    return {"id": name, "holder": "sub", "kind": "license", "state": "granted", "limit_tpp": 1000 * TPP, **fields}


@pytest.fixture
def asked(tmp_path: Path) -> Screener:
    papers = [paper(), paper("open", limit_tpp=None)]
    shipped = line("s1", "sub", "MY", 100, "2026-02-01", authorization="license", authorization_id="lic")
    return screener(tmp_path, ["us_ai_diffusion"], **family(authorizations=papers, shipments=[shipped]))


def under(name: str) -> dict[str, str]:
    return {"authorization": "license", "authorization_id": name}


def test_a_license_is_not_oversold_by_two_reservations(ledger: Ledger, asked: Screener) -> None:
    reserved(ledger, asked, "o1", 600, **under("lic"))
    with refused("no_room") as told:
        reserved(ledger, asked, "o2", 600, **under("lic"))
    reserved(ledger, asked, "o3", 300, **under("lic"))
    reserved(ledger, asked, "o4", 600, **under("open"))

    refusal = told.value
    assert (refusal.account, refusal.room, refusal.unit) == (LIMIT.format("lic"), str(300 * TPP), "TPP")
    [balance] = ledger.balances(holder="lic")
    assert (balance.recorded, balance.reserved, balance.room) == (100 * H100, 900 * H100, 0)


def test_a_license_lets_through_what_it_states_and_not_a_unit_more(asked: Screener) -> None:
    def took(quantity: int) -> tuple[int, int | None, int | None, bool]:
        lines = [line(f"o{n}", "sub", "MY", quantity, "2026-06-01", **under("lic")) for n in (1, 2)]
        one = claims(find_claims(asked, lines))[LIMIT.format("lic")]
        return one.capacity, one.recorded, one.taken, one.binds

    assert took(450) == (1000 * H100, 100 * H100, 900 * H100, True)
    assert took(451)[2] == 902 * H100
    for quantity, needed in ((450, []), (451, ["o2"])):
        lines = [line(f"o{n}", "sub", "MY", quantity, "2026-06-01", **under("lic")) for n in (1, 2)]
        found = asked.screen(lines).findings
        assert [one.subject.id for one in found if one.outcome == "license_required"] == needed


def test_a_line_in_the_place_of_another_takes_nothing_of_the_license_unless_it_is_more(asked: Screener) -> None:
    def took(quantity: int) -> int:
        order = line("o1", "sub", "MY", quantity, "2026-06-01", replaces="s1", **under("lic"))
        found = claims(find_claims(asked, order)).get(LIMIT.format("lic"))
        return 0 if found is None else found.taken or 0

    assert (took(100), took(101)) == (0, 101 * H100)


def test_a_line_that_names_a_license_and_claims_none_takes_nothing_of_it(asked: Screener) -> None:
    order = line("o1", "sub", "MY", 8, "2026-06-01", authorization="LPP", authorization_id="lic")

    assert LIMIT.format("lic") not in claims(find_claims(asked, order))


def test_tpp_that_is_not_known_is_not_reserved_under_a_limit(tmp_path: Path) -> None:
    chips = [{"name": "Mystery", "data_center": "true"}]
    asked = screener(tmp_path, ["us_ai_diffusion"], **family(chips=chips, authorizations=[paper()]))
    order = {**line("o1", "sub", "MY", 8, "2026-06-01", **under("lic")), "chip": "Mystery"}

    assert claims(find_claims(asked, order))[LIMIT.format("lic")].taken is None


def test_what_ships_under_a_license_is_counted_once(ledger: Ledger, asked: Screener) -> None:
    first = reserved(ledger, asked, "o1", 600, **under("lic"))
    ledger.commit(first, at=ledger.reservation(first).at, by="desk")
    changed(ledger, asked, {"shipments": [line("o1", "sub", "MY", 600, "2026-06-01", **under("lic"))]})

    [balance] = ledger.balances(holder="lic")
    assert (balance.recorded, balance.committed, balance.room) == (700 * H100, 0, 300 * H100)


def test_a_license_that_is_cut_down_leaves_no_room(ledger: Ledger, asked: Screener) -> None:
    reserved(ledger, asked, "o1", 600, **under("lic"))
    changed(
        ledger,
        asked,
        {"authorizations": [paper(limit_tpp=500 * TPP)]},
        {"authorizations": [{"id": "lic"}]},
    )

    [balance] = ledger.balances(holder="lic")
    assert (balance.capacity, balance.room) == (500 * H100, -200 * H100)
    with refused("no_room"):
        reserved(ledger, asked, "o2", 1, **under("lic"))
