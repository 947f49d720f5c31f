"""What changes later, over HTTP and by the client: amendments, goods that came back, what was found harmless."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.errors import OrderError
from compliance.ledger.ledger_problems import LedgerError
from compliance.records.checker import verify
from compliance.records.reading import LogReader
from compliance.records.replay import replay
from compliance.service.client import Client, ServiceError

from .running import Running, running

WORLD = """\
as_of: 2026-11-20
companies:
  - {id: seller, name: Seller Inc., headquarters: US}
  - {id: m, name: M Sdn Bhd, headquarters: MY}
screening_lists: [{list: EntityList}, {list: MEU}, {list: SDN}]
"""
PACK = "us_ai_diffusion"
UNTIL = datetime(2099, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("changes")
    with running(folder, "--posture", "as-written", world=WORLD, pack=PACK) as made:
        yield made


@pytest.fixture
def client(service: Running) -> Iterator[Client]:
    with Client(service.url) as made:
        yield made


def order(number: str, quantity: int, **more: object) -> dict[str, object]:
    return {
        "id": number, "date": "2026-11-20", "exporter": "seller", "from_country": "US", "consignee": "m",
        "to_country": "MY", "chip": "H100", "quantity": quantity, "authorization": "LPP", **more,
    }  # fmt: skip


def reserved(client: Client, account: str) -> int:
    return int(next((one.reserved for one in client.balances() if one.account == account), "0"))


def lpp_account(client: Client) -> str:
    return next(one.account for one in client.balances(holder="m"))


def test_an_amendment_takes_what_it_takes_and_is_decided_anew(service: Running, client: Client) -> None:
    made = client.reserve("amend", order("a-1", 100))
    account = lpp_account(client)
    before = reserved(client, account)
    after = client.amend(made.id, "amend/1", order("a-1", 40), by="A. Rahman", reason="fewer")
    again = client.amend(made.id, "amend/1", order("a-1", 40), by="A. Rahman", reason="fewer")
    log = LogReader(service.records)
    [decision] = [one for one in log.read(kinds=("decision",)) if one.body.get("amends") == made.id]
    [act] = [one.body for one in log.read(kinds=("act",)) if one.body["act"] == "amend"]

    assert before - reserved(client, account) == 60 * 15_824
    assert (after.id, again.id, after.state) == (made.id, made.id, "reserved")
    assert decision.body["orders"][0]["quantity"] == "40"
    assert '"a-1"' in replay(service.records, str(decision.number))
    assert (act["by"], act["reason"], act["reservation"]) == ("A. Rahman", "fewer", made.id)
    assert not verify(service.records).problems


def test_an_amendment_without_room_leaves_all_as_it_is(client: Client) -> None:
    made = client.reserve("no-room", order("n-1", 10))
    account = lpp_account(client)
    before = reserved(client, account)
    with pytest.raises(LedgerError) as refusal:
        client.amend(made.id, "no-room/1", order("n-1", 1_000_000))

    assert refusal.value.code == "no_room"
    assert reserved(client, account) == before


def test_an_amendment_is_of_the_same_purchase(client: Client) -> None:
    made = client.reserve("purchase", order("p-1", 1, purchase="PO-1"))
    with pytest.raises(LedgerError) as refusal:
        client.amend(made.id, "purchase/1", order("p-1", 1, purchase="PO-2"))

    assert refusal.value.code == "bad_request"


def test_an_amendment_of_a_line_without_a_purchase_is_of_that_line(client: Client) -> None:
    made = client.reserve("alone", order("i-1", 2))
    with pytest.raises(LedgerError) as refusal:
        client.amend(made.id, "alone/1", order("i-2", 2))

    assert refusal.value.code == "bad_request"
    assert client.amend(made.id, "alone/2", order("i-1", 1)).state == "reserved"


def test_an_order_of_which_a_party_left_the_world_is_not_committed(client: Client) -> None:
    added = {"companies": [{"id": "gone", "name": "Gone Sdn Bhd", "headquarters": "MY"}]}
    client.change_world(add=added)
    made = client.reserve("gone", order("g-1", 2, consignee="gone"))
    client.change_world(remove={"companies": [{"id": "gone"}]})
    with pytest.raises(OrderError, match="gone"):
        client.commit(made.id)

    assert client.reservation(made.id).state == "reserved"
    client.change_world(add=added)
    assert client.commit(made.id).state == "committed"


def test_goods_that_came_back_are_free_again(client: Client) -> None:
    made = client.reserve("return", order("r-1", 10))
    account = lpp_account(client)
    with pytest.raises(LedgerError, match="not committed"):
        client.take_back(made.id, "return/0", reason="too soon")
    client.commit(made.id)
    some = client.take_back(made.id, "return/1", {account: str(4 * 15_824)}, by="A. Rahman", reason="four came back")
    same = client.take_back(made.id, "return/1", {account: str(4 * 15_824)}, by="A. Rahman", reason="four came back")
    taken = {one.account: one.taken for one in same.accounts}
    with pytest.raises(LedgerError) as much:
        client.take_back(made.id, "return/2", {account: "999999999"}, reason="more than there is")
    with pytest.raises(LedgerError) as fine:
        client.take_back(made.id, "return/3", {account: "1/7"}, reason="a seventh")
    with pytest.raises(LedgerError) as other:
        client.take_back(made.id, "return/4", {"none": "1"}, reason="of another")

    assert (some.state, taken[account]) == ("committed", str(6 * 15_824))
    assert {one.value.code for one in (much, fine, other)} == {"bad_request"}
    assert client.take_back(made.id, "return/5", reason="all").state == "returned"


def test_what_was_found_harmless_stands_until_it_is_withdrawn(service: Running, client: Client) -> None:
    facts = {"address": "1 Raffles Place"}
    made = client.trust("party/m", facts, until=UNTIL, code="false_match", reason="other register", by="A. Rahman")
    stands = client.known_good("party/m")
    gone = client.withdraw(made.id, by="N. Okafor", reason="found to be wrong")
    told = [one.body for one in LogReader(service.records).read(kinds=("known_good",))]

    assert [(one.id, one.state, one.facts) for one in stands] == [(made.id, "stands", facts)]
    assert gone.state == "withdrawn"
    assert [(one["act"], one["by"], one["reason"]) for one in told] == [
        ("trust", "A. Rahman", "other register"), ("withdraw", "N. Okafor", "found to be wrong"),
    ]  # fmt: skip


def test_a_code_that_is_none_and_an_entry_that_is_none_are_refused(client: Client) -> None:
    with pytest.raises(LedgerError) as code:
        client.trust("party/m", {}, until=UNTIL, code="because", reason="r", by="b")
    with pytest.raises(LedgerError) as entry:
        client.withdraw("g-none", by="b", reason="r")
    with pytest.raises((LedgerError, ServiceError)):
        client.trust("party/m", {}, until=datetime(2020, 1, 1, tzinfo=UTC), code="false_match", reason="r", by="b")

    assert (code.value.code, entry.value.code) == ("bad_request", "unknown_hold")
