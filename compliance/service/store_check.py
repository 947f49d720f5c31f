"""Whether a store and a folder of records belong together: neither is served beside one that is empty or exchanged."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.errors import UsageError
from compliance.ledger.ledger import Ledger
from compliance.ledger.ledger_problems import LedgerError
from compliance.records.decision_index import DecisionIndex
from compliance.records.log import RecordLog
from compliance.service.settings import ServiceSettings

_LOOKED_AT = 100
"""So many of the last reservations on record are looked for in the store."""


def require_same_history(settings: ServiceSettings, ledger: Ledger, log: RecordLog) -> None:
    """Raises `UsageError` where the store does not hold what is on record, or where there are no records of it.

    A store is written before the records are, so that it may be ahead of them and never behind.
    """
    told = next(_missing(ledger, log), None)
    if told is not None:
        raise UsageError(
            f"the store `{ledger.store.name}` is not the one of the records `{settings.records}`: {told}; give both of "
            "one service, or begin another `--records` folder beside this store"
        )
    if not log.head().number and not settings.new_records and ledger.reservations(most=1):
        raise UsageError(
            f"the store `{ledger.store.name}` has reservations, and there are no records in `{settings.records}`; give "
            "the folder of their records, or begin a new one with `--new-records`"
        )


def _missing(ledger: Ledger, log: RecordLog) -> Iterator[str]:
    """What is on record and not in the store."""
    head = log.head()
    last = log.get(head.world) if head.world else None
    if last is not None:
        revision, sha256 = int(last.body["revision"]), last.body["sha256"]
        after = ledger.changes_since(revision - 1)
        if not after:
            yield f"revision {revision} of the world is on record, and the store is at {ledger.revision()[0]}"
        elif after[0][:2] != (revision, sha256):
            yield f"revision {revision} of the world is another one there"
    for name in DecisionIndex(log).last_reservations(_LOOKED_AT):
        try:
            ledger.reservation(name)
        except LedgerError as wrong:
            if wrong.code != "unknown_reservation":
                raise
            yield f"the reservation `{name}` is on record and not in the store"
