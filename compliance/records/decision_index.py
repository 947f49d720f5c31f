"""Finds decisions by number, party, state and reservation, in an index beside the log that may be made anew at will.

INVARIANT: nothing stands here that is not in the log. Whoever asks first reads what was added to the log since.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from compliance.ledger.holds import STRICTNESS
from compliance.records.durable_files import lock_file
from compliance.records.reading import LogReader, Position, Record

FILE, _LOCK = "index.sqlite", ".index.lock"
DECISIONS = ("decision", "reservation")
"""The kinds of records that hold an answer to orders."""
ACT = "act"
_ALL = "*"
OPEN = "open"
"""The state of a decision about which nobody did anything."""
PARTY_FIELDS = (
    "exporter", "purchaser", "intermediate_consignee", "consignee", "end_user", "operator", "charged_to", "forwarder",
    "payer",
)  # fmt: skip
_TABLES = """
CREATE TABLE IF NOT EXISTS place (segment INTEGER NOT NULL, offset INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS decisions (number INTEGER PRIMARY KEY, state TEXT NOT NULL, reservation TEXT,
    strictness INTEGER NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS by_state ON decisions (state, number);
CREATE INDEX IF NOT EXISTS by_strictness ON decisions (state, strictness DESC, number);
CREATE TABLE IF NOT EXISTS lines (line TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (line, number))
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_reservation ON decisions (reservation);
CREATE TABLE IF NOT EXISTS parties (party TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (party, number))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS acts (decision INTEGER NOT NULL, number INTEGER NOT NULL, segment INTEGER NOT NULL,
    offset INTEGER NOT NULL, PRIMARY KEY (decision, number)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class IndexedDecision:
    """A decision with its state, and the acts about it in their order."""

    record: Record
    state: str
    acts: tuple[Record, ...]

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        """The lines of the order that was decided on."""
        return order_lines_of(self.record.body)

    @property
    def whole(self) -> Mapping[str, Any]:
        """The decision about the order as a whole, by standing."""
        return next(one for one in self.record.body["decisions"] if one["id"] == _ALL)


def order_lines_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lines of an order on record, which may stand there as one line."""
    orders = body["orders"]
    return [orders] if isinstance(orders, Mapping) else list(orders)


class DecisionIndex:
    """The decisions of a log."""

    def __init__(self, log: LogReader) -> None:
        self._log = log
        self._path = log.folder / FILE

    def get(self, number: int) -> IndexedDecision | None:
        """A decision by its number."""
        with self._read_up_to_now() as rows:
            found = rows.execute("SELECT state, segment, offset FROM decisions WHERE number = ?", (number,)).fetchone()
            return None if found is None else self._load_decision(rows, number, *found)

    def of_reservation(self, name: str) -> IndexedDecision | None:
        """The decision with which a reservation was made."""
        with self._read_up_to_now() as rows:
            found = rows.execute(
                "SELECT number, state, segment, offset FROM decisions WHERE reservation = ? ORDER BY number", (name,)
            ).fetchone()
            return None if found is None else self._load_decision(rows, *found)

    def reservations(self) -> set[str]:
        """The ids of all reservations that are on record."""
        with self._read_up_to_now() as rows:
            read = rows.execute("SELECT reservation FROM decisions WHERE reservation IS NOT NULL")
            return {name for (name,) in read}

    def last_reservations(self, most: int) -> list[str]:
        """The ids of the reservations that came on record last."""
        asked = "SELECT reservation FROM decisions WHERE reservation IS NOT NULL ORDER BY number DESC LIMIT ?"
        with self._read_up_to_now() as rows:
            return [name for (name,) in rows.execute(asked, (most,))]

    def page(self, party: str = "", state: str = "", after: int = 0, most: int = 100) -> list[IndexedDecision]:
        """Decisions in their order, those after a number; of a party, in a state."""
        of_party = "JOIN parties USING (number) WHERE party = ? AND" if party else "WHERE"
        in_state = "AND state = ?" if state else ""
        with self._read_up_to_now() as rows:
            found = rows.execute(
                f"SELECT number, state, segment, offset FROM decisions {of_party} number > ? {in_state} "
                "ORDER BY number LIMIT ?",
                (*((party,) if party else ()), after, *((state,) if state else ()), most),
            ).fetchall()
            return [self._load_decision(rows, *one) for one in found]

    def unseen(self, least: str, most: int, skip: int = 0) -> list[IndexedDecision]:
        """Decisions of at least a strictness about which nobody did anything, the strictest and oldest first."""
        with self._read_up_to_now() as rows:
            found = rows.execute(
                "SELECT number, state, segment, offset FROM decisions WHERE state = ? AND strictness >= ? "
                "ORDER BY strictness DESC, number LIMIT ? OFFSET ?",
                (OPEN, STRICTNESS.index(least), most, skip),
            ).fetchall()
            return [self._load_decision(rows, *one) for one in found]

    def search(self, text: str, most: int) -> list[IndexedDecision]:
        """Decisions whose number it is, or that name a party, an order or a purchase with it, the last ones first."""
        like = "%" + re.sub(r"([%_!])", r"!\1", text) + "%"
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
        with self._read_up_to_now() as rows:
            found = rows.execute(
                "SELECT number, state, segment, offset FROM decisions WHERE number = ? OR number IN "
                "(SELECT number FROM parties WHERE party LIKE ? ESCAPE '!' UNION "
                "SELECT number FROM lines WHERE line LIKE ? ESCAPE '!') ORDER BY number DESC LIMIT ?",
                (number, like, like, most),
            ).fetchall()
            return [self._load_decision(rows, *one) for one in found]

    def _load_decision(
        self, rows: sqlite3.Connection, number: int, state: str, segment: int, offset: int
    ) -> IndexedDecision:
        acts = rows.execute("SELECT segment, offset FROM acts WHERE decision = ? ORDER BY number", (number,)).fetchall()
        return IndexedDecision(
            self._log.at(Position(segment, offset)), state, tuple(self._log.at(Position(*place)) for place in acts)
        )

    @contextmanager
    def _read_up_to_now(self) -> Iterator[sqlite3.Connection]:
        """The index with all that is in the log; one that is damaged is made anew."""
        with lock_file(self._log.folder / _LOCK):
            try:
                rows = self._open()
            except sqlite3.DatabaseError:
                self._path.unlink(missing_ok=True)
                rows = self._open()
        with closing(rows):
            yield rows

    def _open(self) -> sqlite3.Connection:
        rows = sqlite3.connect(self._path, timeout=60, isolation_level=None)
        try:
            rows.execute("PRAGMA synchronous = OFF")
            rows.executescript(_TABLES)
            place = Position(*(rows.execute("SELECT segment, offset FROM place").fetchone() or (0, 0)))
            if place.segment and place.segment not in self._log.segments():
                raise sqlite3.DatabaseError("the log began anew")
            rows.execute("BEGIN")
            start = place
            for line, end in self._log.lines(place):
                begin = Position(end.segment, end.offset - len(line) - 1)
                _add(rows, Record.parse(line), begin)
                place = end
            if place != start:
                rows.execute("DELETE FROM place")
                rows.execute("INSERT INTO place VALUES (?, ?)", (place.segment, place.offset))
            rows.execute("COMMIT")
        except BaseException:
            rows.close()
            raise
        return rows


def _add(rows: sqlite3.Connection, record: Record, place: Position) -> None:
    at = (place.segment, place.offset)
    if record.kind in DECISIONS:
        body = record.body
        reservation = (body.get("reservation") or {}).get("id")
        strictest = next((one["enforced"] for one in body["decisions"] if one["id"] == _ALL), STRICTNESS[0])
        values = (record.number, OPEN, reservation, STRICTNESS.index(strictest), *at)
        rows.execute("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?)", values)
        rows.executemany("INSERT OR IGNORE INTO lines VALUES (?, ?)", [(name, record.number) for name in _lines(body)])
        rows.executemany(
            "INSERT OR IGNORE INTO parties VALUES (?, ?)", [(party, record.number) for party in parties_of(body)]
        )
    elif record.kind == ACT and "decision" in record.body:
        body = record.body
        rows.execute("UPDATE decisions SET state = ? WHERE number = ?", (body["state"], int(body["decision"])))
        rows.execute("INSERT OR REPLACE INTO acts VALUES (?, ?, ?, ?)", (int(body["decision"]), record.number, *at))


def _lines(body: Mapping[str, Any]) -> list[str]:
    """The ids and the purchases of the lines of a decision."""
    return list(
        {str(line[name]): None for line in order_lines_of(body) for name in ("id", "purchase") if line.get(name)}
    )


def parties_of(body: Mapping[str, Any]) -> list[str]:
    """The parties that the lines of a decision name, by id, or by name where they are described."""
    found: dict[str, None] = {}
    for line in order_lines_of(body):
        for field in PARTY_FIELDS:
            named = line.get(field)
            if isinstance(named, Mapping):
                named = named.get("name")
            if isinstance(named, str) and named:
                found[named] = None
    return list(found)
