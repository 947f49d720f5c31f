"""Balances of accounts of which nothing was ever reserved: their limit, and what is on record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from compliance.service.client import Client

from .running import Running, running
from .test_changes import PACK, WORLD, order

TPP = 15_824
NAME = "us_ai_diffusion/lpp_yearly_limit/m/2026"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    sold = """shipments:
  - {id: s-1, date: 2026-02-01, exporter: seller, from_country: US, consignee: m, to_country: MY, chip: H100,
     quantity: 100, authorization: LPP}
"""
    folder = tmp_path_factory.mktemp("balances")
    with running(folder, "--posture", "as-written", world=WORLD + sold, pack=PACK) as made:
        yield made


def test_an_account_of_which_nothing_was_reserved_tells_its_limit_and_what_is_on_record(service: Running) -> None:
    with Client(service.url) as client:
        [before] = client.balances(holder="m")
        assert [one.account for one in client.balances(account=NAME)] == [NAME]
        assert not client.balances(holder="seller")
        assert not client.balances(country="DE")
        made = client.reserve("k", order("o-1", 10))
        [after] = client.balances(holder="m")
        client.release(made.id)
        [freed] = client.balances(holder="m")

    assert (before.account, before.limit, before.used) == (NAME, "26900000", str(100 * TPP))
    assert (before.reserved, before.left) == ("0", str(26_900_000 - 100 * TPP))
    assert (after.used, after.reserved) == (before.used, str(10 * TPP))
    assert freed == before


def test_what_is_on_record_in_another_world_is_told_at_once(service: Running) -> None:
    with Client(service.url) as client:
        client.change_world(add={"companies": [{"id": "n", "name": "N Sdn Bhd", "headquarters": "MY"}]})
        assert not client.balances(holder="n")
        client.change_world(add={"shipments": [order("s-2", 7, consignee="n")]})

        assert [one.used for one in client.balances(holder="n")] == [str(7 * TPP)]
