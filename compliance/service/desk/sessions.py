"""Who signed in, kept in the ledger's store so that every worker knows it; of a session only a hash stands there."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from compliance.ledger.double_entry import microseconds
from compliance.ledger.stores.store import Store

LONGEST = timedelta(hours=12)
"""A session ends then, whatever is done in it."""
IDLE = timedelta(minutes=30)
"""A session ends when nobody asked for a page for so long."""
_NOTED = timedelta(minutes=1)
_TOKEN_LENGTH = 43


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds: the hash of the key that was signed in with."""

    token: str
    key_sha256: str


class Sessions:
    """The sessions of a store; every method takes the instant, and any thread and process may ask."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, key_sha256: str, at: datetime, instead_of: str = "") -> str:
        """Begins a session and gives its token, which stands nowhere else; another one of the browser ends."""
        token, now = secrets.token_urlsafe(32), microseconds(at)
        over = microseconds(at - IDLE), microseconds(at - LONGEST)

        def work(rows: object) -> None:
            run = rows.run  # type: ignore[attr-defined]
            run("DELETE FROM desk_sessions WHERE seen <= ? OR made <= ? OR token = ?", *over, _hash(instead_of))
            run(
                "INSERT INTO desk_sessions (token, key_sha256, made, seen) VALUES (?, ?, ?, ?)",
                *(_hash(token), key_sha256, now, now),
            )

        self._store.write(work)
        return token

    def find(self, token: str, at: datetime) -> Session | None:
        """The session of a token that holds at an instant; that it was asked for is noted once a minute."""
        if len(token) != _TOKEN_LENGTH:
            return None
        name = _hash(token)
        read = self._store.read(
            lambda rows: rows.run("SELECT key_sha256, made, seen FROM desk_sessions WHERE token = ?", name)
        )
        if not read:
            return None
        key, made, seen = read[0]
        if made <= microseconds(at - LONGEST) or seen <= microseconds(at - IDLE):
            self.end(token)
            return None
        if seen <= microseconds(at - _NOTED):
            now = microseconds(at)
            self._store.write(lambda rows: rows.run("UPDATE desk_sessions SET seen = ? WHERE token = ?", now, name))
        return Session(token, key)

    def end(self, token: str) -> None:
        """Ends a session, in every worker."""
        self._store.write(lambda rows: rows.run("DELETE FROM desk_sessions WHERE token = ?", _hash(token)))


def form_token(token: str) -> str:
    """What a form carries that only pages of this session can know."""
    return hmac.new(token.encode(), b"form", sha256).hexdigest()


def fits(token: str, given: str) -> bool:
    """Whether a form carries what the pages of the session do."""
    return bool(token) and hmac.compare_digest(form_token(token).encode(), given.encode("utf-8", "replace"))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
