"""Many desks at once against limits that fit half of what they want, killed at random and started again.

A desk writes down what was acknowledged to it in a file that outlives it (one write a line), takes up where that file
ends, and tries what it does not know the outcome of again with the same key. `examine` holds the ledger against these
files. `python -m tests.ledger.storm URL NUMBER ...` is one desk.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from compliance.decisions.accounts.account import Account, Claim
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_problems import LedgerError

COUNTRIES = 20
LIFE = timedelta(seconds=1)
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Storm:
    """How many desks and orders, in which store; an order has up to nine units for a country, and some for a buyer."""

    url: str
    folder: Path
    desks: int
    orders: int
    seed: int = 1

    def units(self, order: int) -> int:
        return random.Random(f"{self.seed} units {order}").randint(1, 9)

    def claims(self, order: int) -> list[Claim]:
        units, chance = self.units(order), random.Random(f"{self.seed} accounts {order}")
        names = [f"C{chance.randrange(COUNTRIES)}"] + ([f"B{chance.randrange(5)}"] if chance.random() < 0.5 else [])
        half = 5 * self.orders // COUNTRIES // 2
        caps = {"C": half, "B": 5 * self.orders // 2 // 5 // 2}
        return [
            Claim(Account("p", "cap", name, "", "2026", "country", "units", 1), caps[name[0]] + 7, 7, units)
            for name in names
        ]

    def fate(self, order: int) -> str:
        """What a desk does with a reservation: ships it, drops it, or forgets it."""
        return random.Random(f"{self.seed} fate {order}").choices(["commit", "release", "forget"], [6, 2, 2])[0]

    def told(self, desk: int) -> Path:
        return self.folder / f"desk-{desk}.txt"


def run_desk(storm: Storm, desk: int) -> None:
    """One desk: its orders in turn, from the first of which nothing is written down."""
    file = storm.told(desk)
    known = _acknowledged(file)
    out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    ledger = _opened(storm)
    for order in range(desk, storm.orders, storm.desks):
        key, lines = f"k{order}", [{"id": f"o{order}", "quantity": storm.units(order)}]
        done = known.get(order, {})
        if {"refused", "end"} & done.keys():
            continue
        name = done.get("reserve")
        if name is None:
            asked = partial(ledger.reserve, key, lines, storm.claims(order), by="d")
            try:
                name = _patiently(lambda asked=asked: asked(at=_now(), expires=_now() + LIFE)).reservation.id
            except LedgerError as refusal:
                if refusal.code != "no_room":
                    raise
                os.write(out, f"{order} refused -\n".encode())
                continue
            os.write(out, f"{order} reserve {name}\n".encode())
        fate = storm.fate(order)
        if fate != "forget":
            try:
                act = partial(ledger.commit if fate == "commit" else ledger.release, name, by="d")
                state = _patiently(lambda act=act: act(at=_now())).state
            except LedgerError as refusal:
                if refusal.code not in ("reservation_expired", "wrong_state"):
                    raise
                state = "expired"
            os.write(out, f"{order} {state} -\n".encode())
        os.write(out, f"{order} end -\n".encode())


def _patiently(work: Callable[[], Any]) -> Any:
    """Tries again where the store was away: with the same key that is always safe."""
    while True:
        try:
            return work()
        except LedgerError as refusal:
            if refusal.code != "store_away":
                raise


def _opened(storm: Storm) -> Ledger:
    found: Ledger = _patiently(lambda: Ledger.open(storm.url, tolerance=timedelta(minutes=10)))
    return found


def _now() -> datetime:
    return datetime.now(UTC)


def _acknowledged(file: Path) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for line in file.read_text().splitlines() if file.exists() else ():
        order, word, value = line.split(" ")
        found.setdefault(int(order), {})[word] = value
    return found


def rage(storm: Storm, kills: int, disturb: Callable[[random.Random], None] | None = None) -> Counter[str]:
    """Runs all desks to their ends, killing about so many at random moments; `disturb` does other harm beside."""
    chance, counts = random.Random(storm.seed), Counter[str]()
    Ledger.open(storm.url).close()
    desks = {desk: _started(storm, desk) for desk in range(storm.desks)}
    ledger, last = _opened(storm), time.monotonic()
    while desks:
        time.sleep(chance.uniform(0, 0.1))
        for desk, process in list(desks.items()):
            if process.poll() is None:
                continue
            if process.returncode == 0:
                del desks[desk]
            elif process.returncode == -signal.SIGKILL:
                desks[desk] = _started(storm, desk)
            else:
                raise AssertionError(f"desk {desk} ended with {process.returncode}")
        if desks and counts["killed"] < kills:
            desks[chance.choice(list(desks))].send_signal(signal.SIGKILL)
            counts["killed"] += 1
            if disturb is not None:
                disturb(chance)
        if time.monotonic() - last > 0.5:
            counts["expired"] += len(_patiently(lambda: ledger.expire(_now())))
            last = time.monotonic()
    ledger.close()
    return counts


def _started(storm: Storm, desk: int) -> subprocess.Popen[bytes]:
    words = [storm.url, str(storm.folder), storm.desks, storm.orders, storm.seed, desk]
    command = [sys.executable, "-m", "tests.ledger.storm", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def examine(storm: Storm) -> Counter[str]:
    """Holds the ledger against what the desks were told; raises `AssertionError` for anything that is not as told."""
    ledger = _opened(storm)
    ledger.expire(_now() + 2 * LIFE)
    assert ledger.check() == []
    stands, page = {}, ledger.reservations(most=1000)
    while page:
        stands.update({one.key: one for one in page})
        page = ledger.reservations(after=page[-1].id, most=1000)
    told = {order: acks for desk in range(storm.desks) for order, acks in _acknowledged(storm.told(desk)).items()}
    assert len(told) == storm.orders, "an order was never answered"
    used: Counter[str] = Counter()
    for order, acks in told.items():
        one = stands.pop(f"k{order}", None)
        assert ("reserve" in acks) == (one is not None), f"order {order}: told {acks}, stands {one}"
        if one is None:
            continue
        assert acks["reserve"] == one.id
        state = next(iter(acks.keys() & {"committed", "released", "expired"}), "expired")
        assert one.state == state, f"order {order}: told {acks}, it is {one.state}"
        if state == "committed":
            used.update({claim.name: storm.units(order) for claim in storm.claims(order)})
    assert stands == {}, "a reservation that nobody was told of"
    for balance in ledger.balances():
        assert balance.reserved == 0, f"{balance} is still reserved"
        assert balance.committed == used[balance.account.name], f"{balance}: {used[balance.account.name]} were told"
        assert balance.room >= 0
        assert _lowest_room(ledger, balance.account.name) >= 0, f"{balance} was over its limit at some moment"
    counts = Counter(state for acks in told.values() for state in acks if state not in ("end", "reserve"))
    ledger.close()
    return counts


def _lowest_room(ledger: Ledger, name: str) -> int:
    room, lowest, after = 0, 0, 0
    while rows := ledger.movements(account=name, after=after, most=10_000):
        for row in rows:
            room += row.amount * ((row.target == "room") - (row.source == "room"))
            lowest = min(lowest, room)
        after = rows[-1].number
    return lowest


if __name__ == "__main__":
    url, folder, *numbers = sys.argv[1:]
    desks, orders, seed, desk = map(int, numbers)
    run_desk(Storm(url, Path(folder), desks, orders, seed), desk)
