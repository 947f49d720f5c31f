"""What can be wrong with a request to the ledger, and with its store: one class, a code out of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compliance.errors import ComplianceError, one_line

if TYPE_CHECKING:
    from compliance.ledger.ledger_answers import AccountDraw

Code = Literal[
    "no_room", "key_reused", "stale_world", "unknown_reservation", "wrong_state", "reservation_expired", "bad_request",
    "clock_set_back", "unknown_amount", "unknown_hold", "store_url", "store_full", "store_read_only",
    "store_damaged", "store_away", "store_newer", "on_hold", "changed_meanwhile",
]  # fmt: skip

CODES: dict[Code, tuple[int, str]] = {
    "no_room": (409, "order less, wait until a reservation ends, or apply for a license for the rest"),
    "key_reused": (409, "take a key of its own for every order; the same key only repeats the same order"),
    "stale_world": (409, "screen the order again on the world as it is now, and reserve with its revision"),
    "unknown_reservation": (404, "correct the id"),
    "unknown_hold": (404, "correct the id"),
    "wrong_state": (409, "look at the state first"),
    "reservation_expired": (409, "reserve anew"),
    "on_hold": (409, "have the hold decided first"),
    "changed_meanwhile": (409, "look at what was done, and decide again"),
    "bad_request": (422, "correct the request"),
    "unknown_amount": (409, "state the quantity and the chip, so that what the order takes is known"),
    "clock_set_back": (409, "set the clock of this machine right"),
    "store_url": (422, "name a file, or `postgresql://user@host/database`"),
    "store_full": (507, "make room on the disk; nothing of the request was written"),
    "store_read_only": (503, "let this user write the file and its folder; nothing of the request was written"),
    "store_damaged": (503, "restore the file from a copy; nothing was written"),
    "store_away": (503, "try again with the same key: if the request was written it gives the same answer"),
    "store_newer": (503, "run the version that wrote the store, or a later one"),
}
"""Of each code the HTTP status that fits and what to do."""


class LedgerError(ComplianceError):
    """Why the ledger refuses, with nothing half-written; `code` is one of `CODES`.

    Where an account has no room, `account` names it, `room` is what is left of it and `asked` what the order takes,
    both exact and in its `unit`; `lacking` are all accounts that have none; `ended` are
    the overdue reservations that ended in vain to make room.
    """

    lacking: tuple[AccountDraw, ...] = ()
    ended: tuple[str, ...] = ()

    def __init__(
        self, code: Code, message: str, *, account: str = "", room: str = "", asked: str = "", unit: str = ""
    ) -> None:
        self.code = code
        self.message = one_line(message)
        self.account, self.room, self.asked, self.unit = account, room, asked, unit
        super().__init__(f"{self.message}; {self.hint}")

    @property
    def status(self) -> int:
        """The HTTP status that fits."""
        return CODES[self.code][0]

    @property
    def hint(self) -> str:
        """What to do."""
        return CODES[self.code][1]
