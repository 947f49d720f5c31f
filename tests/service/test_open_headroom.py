"""A headroom of the service counts what is reserved and committed: what is left can be reserved, and no more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from compliance.answers.headroom_answer import RouteHeadroom
from compliance.ledger.ledger_problems import LedgerError
from compliance.service.client import Client
from tests.cli.commands import environment

from .running import Running, running
from .test_changes import PACK, WORLD, order

TPP = 15_824


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("room"), "--posture", "as-written", world=WORLD, pack=PACK) as made:
        yield made


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("bytes"), "--posture", "as-written", world=WORLD, pack=PACK) as made:
        yield made


def test_what_is_reserved_and_committed_is_no_longer_left(service: Running) -> None:
    with Client(service.url) as client:

        def room() -> RouteHeadroom:
            return client.headroom(chip="H100", consignee="m", exporter="seller", authorization="LPP").route

        before = room()
        assert before.units == 1699
        made = client.reserve("k1", order("h-1", 1600))
        client.commit(made.id)
        client.reserve("k2", order("h-2", 60))
        after = room()
        [limit] = after.left

        assert (after.units, after.reading, limit.units) == (39, "limited", 39)
        assert limit.used == str(1660 * TPP)
        assert limit.left == str(26_900_000 - 1660 * TPP)
        assert after.binding is not None
        assert before.binding is not None
        assert (after.binding.rule, after.binding.units) == (before.binding.rule, 39)
        with pytest.raises(LedgerError):
            client.reserve("k3", order("h-3", 40))
        client.reserve("k4", order("h-4", 39))
        assert room().units == 0


@pytest.mark.parametrize(
    "asked", [{"consignee": "m"}, {"consignee": "m", "authorization": "LPP"}, {"operator": "m", "country": "MY"}]
)
def test_the_service_gives_the_bytes_of_the_command_line(untouched: Running, asked: dict[str, str]) -> None:
    with untouched.client() as client:
        over_http = client.post("/v1/headroom", json={"chip": "H100", **asked}).text
    options = [word for name, value in asked.items() for word in (f"--{name}", value)]
    words = ["headroom", "world.yaml", "--chip", "H100", "--pack", PACK, "--posture", "as-written", *options]
    done = subprocess.run(
        [sys.executable, "-m", "compliance", *words, "--format", "json"],
        cwd=untouched.folder, env=environment({}), capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert over_http == done.stdout
    assert ('"megawatts"' in over_http) is ("operator" in asked)
