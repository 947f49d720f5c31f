"""What a service is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from compliance.decisions.accounts.touched import BINDING
from compliance.rulebook.legal_standing import Standing

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked: bytes of a request, lines of an order, requests a second of each key.

    In `request_seconds` the head of a request must be there, and in as many more its body.
    `waiting` requests of a worker wait for their turn; more are refused, as more than `connections` are.
    """

    body_bytes: int = 2 * 2**20
    upload_bytes: int = 8 * 2**20
    header_bytes: int = 16 * 2**10
    request_seconds: float = 20
    lines: int = 1_000
    waiting: int = 256
    connections: int = 1_000
    per_second: int = 3_000
    stop_seconds: int = 30


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """A world with what is asked of it, where the service listens, and where it keeps its ledger and its records."""

    world: str
    store: str
    records: Path
    packs: tuple[str, ...] = ()
    as_of: date | None = None
    posture: str = "both"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    keys: Path | None = None
    signing_key: Path | None = None
    two_persons: str = ""
    """From which decision on a release takes two persons; empty: one is enough."""
    new_records: bool = False
    """Whether records may begin anew beside a store that has reservations."""
    limits: Limits = field(default_factory=Limits)

    @property
    def binding(self) -> tuple[Standing, ...]:
        """The standings whose limits stand in the way of a reservation."""
        return ("enforced",) if self.posture == "as-enforced" else BINDING
