"""One script of requests, done on SQLite and on PostgreSQL, gets the same answers and leaves the same rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance.decisions.accounts.account import Claim
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_problems import LedgerError
from compliance.ledger.reservations import ReservationResult
from compliance.ledger.world_revisions import Reclaim
from tests.ledger.limits import account, after, claim, lines

STEPS = 200
HOLDERS = ("acme", "Zeta", "é", "a/b", "a_b", "B")


def script(ledger: Ledger, seed: int) -> list[Any]:
    """Requests at random, some of them repeated or wrong, and what was answered."""
    chance, told, names = random.Random(seed), list[Any](), list[str]()
    for step in range(STEPS):
        try:
            answer = _request(ledger, chance, step, names)()
            if isinstance(answer, ReservationResult):
                names.append(answer.reservation.id)
            told.append(answer)
        except LedgerError as refusal:
            told.append((refusal.code, str(refusal), refusal.account, refusal.room, refusal.lacking))
    rows = ledger.movements(most=100_000)
    told.append([(m.at, m.kind, m.reservation, m.account, m.source, m.target, m.amount) for m in rows])
    told += [ledger.balances(), ledger.reservations(most=1000), ledger.check(), ledger.changes_since(0)]
    return [*told, [[(a.at, a.kind, a.by, a.reason) for a in ledger.acts(name)] for name in sorted(set(names))]]


def _request(ledger: Ledger, chance: random.Random, step: int, names: list[str]) -> Callable[[], Any]:
    at, key = (
        after(seconds=step * 30 - chance.choice([0] * 8 + [20, 500])),
        f"k{chance.choice([step, chance.randrange(40)])}",
    )
    claims, ends = _claims(chance), after(seconds=step * 30 + 300)
    name, who = chance.choice(names) if names else "r-none", {"at": at, "by": "desk"}
    current, then = ledger.revision()[0], after(seconds=chance.randrange(STEPS * 30))
    doing: list[Callable[[], Any]] = [
        *[lambda: ledger.reserve(key, lines(key), claims, revision=current, expires=ends, **who)] * 6,
        lambda: ledger.reserve(key, lines("p", purchase="p"), claims, revision=current, beside=names[:1], **who),
        lambda: ledger.reserve(key, lines(key), claims, revision=77, **who),
        lambda: ledger.commit(name, **who),
        lambda: ledger.release(name, reason="x", **who),
        lambda: ledger.amend(name, key, lines("o"), claims, revision=current, **who),
        lambda: ledger.take_back(name, key, None, reason="x", **who),
        lambda: ledger.expire(at),
        lambda: _advanced(ledger, chance, at),
        lambda: ledger.balances(at=then),
    ]
    return chance.choice(doing)


def _claims(chance: random.Random) -> list[Claim]:
    holders = chance.sample(HOLDERS, chance.choice([0, 1, 1, 2, 3]))
    made = [claim(chance.randint(0, 60), holder, binds=chance.random() < 0.9) for holder in holders]
    return made if chance.random() < 0.97 else [*made, claim(None, "unknown")]


def _advanced(ledger: Ledger, chance: random.Random, at: Any) -> Any:
    opened = {account(h).name: claim(0, h, recorded=chance.randint(0, 60_000)) for h in HOLDERS[:4]}
    there = ledger.reservations(["reserved", "committed"], most=1000)
    claims = {one.id: Reclaim(one.orders, _claims(chance) if chance.random() < 0.2 else None) for one in there}
    shipped = [name for name in claims if chance.random() < 0.1]
    return ledger.advance(ledger.revision()[0], "hash", opened, claims, shipped, at=at, by="admin", change="{}")


@pytest.mark.parametrize("seed", range(3))
def test_both_stores_answer_the_same(seed: int, tmp_path: Path, postgres: str, made: Callable[[str], str]) -> None:
    answers = []
    for url in (str(tmp_path / "ledger.db"), made(postgres)):
        ledger = Ledger.open(url)
        answers.append(script(ledger, seed))
        ledger.close()

    for number, (one, other) in enumerate(zip(*answers, strict=True)):
        assert one == other, number
    codes = {one[0] for one in answers[0] if isinstance(one, tuple) and isinstance(one[0], str)}
    assert {"no_room", "stale_world", "clock_set_back"} <= codes
