"""Rows of a world gathered on the disk, in any order and of any number, and written as a folder of CSV.

INVARIANTS: what is in memory does not grow with the rows. The same rows give the same bytes, whatever their order.
Who a row names is in the world: a party that nothing describes stands in it by its id alone, and is counted. A row
that would make the world unreadable is refused by the world's own models before it is gathered.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from compliance.imports.cleaners import day, percent_text
from compliance.imports.consolidation import settle
from compliance.imports.date_ranges import Span
from compliance.imports.import_report import ImportReport
from compliance.units import Interval, interval
from compliance.world.schema.tables import TABLES, ScreeningList, Unread

_NAMING = {
    "stakes": ("owner", "owned"), "controls": ("controller", "company"), "roles": ("person", "company"),
    "ties": ("party", "other"), "listings": ("party", ""), "headquarters": ("", "company"), "unread": ("", ""),
    "screening_lists": ("", ""),
}  # fmt: skip
"""The fields of a table that name a party of either kind, and that name a company (a tie names two of either)."""
PARTIES = ("companies", "people")

written = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


class RowBuffer:
    """The rows of a world to be; `folder` is a place of its own that the caller takes away."""

    def __init__(self, folder: Path, account: ImportReport) -> None:
        self.account = account
        self.made: dict[str, int] = {}
        self._columns: dict[str, dict[str, None]] = {}
        self.base = base = sqlite3.connect(folder / "gathered.sqlite", isolation_level=None)
        base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE;"
            "CREATE TABLE parties (id TEXT PRIMARY KEY, kind TEXT, content TEXT) WITHOUT ROWID;"
            "CREATE TABLE rows (kind TEXT, party TEXT, company TEXT, content TEXT, teller TEXT);"
            "CREATE TABLE gone (party TEXT PRIMARY KEY, day TEXT, successor TEXT, why TEXT) WITHOUT ROWID; BEGIN;"
        )

    def put(self, table: str, row: Mapping[str, str], file: str, line: int, teller: str = "") -> bool:
        """Adds a row; whether it could be added. What is wrong with one goes to the account.

        `teller` is the source or the record that tells of a stake, where several may tell of the same one.
        """
        given = {column: value for column, value in row.items() if value}
        try:
            TABLES[table].model_validate(given)
        except ValidationError as error:
            told = _error_text(error)
            self.account.skip(file, line, f"a row of `{table}` that cannot be read", told, table)
            if table != Unread.table:
                party, company = _NAMING.get(table, ("", "id"))
                self.keep_unread(table, given.get(company) or given.get(party, ""), "", told, given.get(party, ""))
            return False
        self._columns.setdefault(table, {}).update(dict.fromkeys(given))
        content = written(given)
        if table in PARTIES:
            done = self.base.execute("INSERT OR IGNORE INTO parties VALUES (?, ?, ?)", (given["id"], table, content))
            if done.rowcount == 0:
                told = f"`{given['id']}`"
                self.account.skip(file, line, "a party whose id stands twice; the first counts", told, table)
                return False
            return True
        party, company = _NAMING[table]
        named = (given.get(party, ""), given.get(company, ""))
        self.base.execute("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", (table, *named, content, teller))
        return True

    def put_dated(self, table: str, row: Mapping[str, str], time: Span, file: str, line: int, teller: str = "") -> None:
        """Adds a row for the days on which it stands for certain, and keeps the days of doubt in `unread`.

        On those a stake counts from nothing to what it says, and no other row counts at all.
        """
        party, company = _NAMING[table]
        if time.certain is not None:
            self.put(table, {**row, "from": time.certain[0], "to": time.certain[1]}, file, line, teller)
        elif not time.doubts:
            self.account.skip(file, line, "begins and ends on one day: it stood on none", row.get("source", ""), table)
        for doubt in time.doubts:
            days = {"from": doubt.start, "to": doubt.end}
            held = {"id": row.get(company) or row[party], "other": row.get(party, "") if company else ""}
            told = {"field": doubt.field, "text": doubt.text, **days}
            self.account.keep(
                file, line, "days that leave open when it stood: in doubt between", f"`{doubt.text}`", table
            )
            self.put(Unread.table, {"table": table, **held, **told}, file, line)
            if table == "stakes" and not (days["from"] == days["to"] == "" and time.certain):
                low_open = interval(row["percent"], top=100)
                doubtful = percent_text(Interval(Fraction(0), low_open.high, False, low_open.high_open))
                self.put(table, {**row, **days, "percent": doubtful, "x_told": row["percent"]}, file, line, teller)

    def unread(
        self, table: str, party: str, field: str, text: str, file: str, line: int, reason: str,
        other: str = "", start: str = "",
    ) -> None:  # fmt: skip
        """Keeps what was not read of a party and could decide, from a day on; the account says why by `reason`."""
        self.account.keep(file, line, reason, f"`{party}`: `{text}`" if party else f"`{text}`", table)
        self.keep_unread(table, party, field, text, other, start)

    def keep_unread(
        self, table: str, party: str, field: str, text: str, other: str, start: str = "", end: str = ""
    ) -> None:
        """The row alone; days that are not whole leave that end open."""
        row = {"table": table, "id": party, "field": field or "row", "text": text[:_LONGEST], "other": other}
        self.put(Unread.table, row | {"from": day(start), "to": day(end)}, "", 0)

    def gone(self, party: str, day: str, successor: str = "", why: str = "") -> None:
        """From the day on (empty: at all times) the party is no more; its holdings are its successor's, if any."""
        self.base.execute("INSERT OR IGNORE INTO gone VALUES (?, ?, ?, ?)", (party, day, successor, why))

    def has(self, party: str) -> bool:
        """Whether this party has been described."""
        return self.base.execute("SELECT 1 FROM parties WHERE id = ?", (party,)).fetchone() is not None

    def complete(self, party: str, values: Mapping[str, str]) -> bool:
        """Fills in what a party lacks; whether it could be filled in."""
        found = self.base.execute("SELECT kind, content FROM parties WHERE id = ?", (party,)).fetchone()
        row = json.loads(found[1]) if found else {}
        if found is None or any(row.get(name) for name, value in values.items() if value) or not any(values.values()):
            return False
        row |= {name: value for name, value in values.items() if value}
        self.column(found[0], *row)
        self.base.execute("UPDATE parties SET content = ? WHERE id = ?", (written(row), party))
        return True

    def write(self, folder: Path) -> None:
        """Writes a table a file into the folder."""
        settle(self)
        for row in self.account.lists_loaded():
            self.put(ScreeningList.table, row, "", 0)
        for row in self.account.lists_not_whole():
            self.put(Unread.table, row, "", 0)
        for table in TABLES:
            columns = self._columns.get(table)
            if not columns:
                continue
            known = [column for column in TABLES[table].columns() if column in columns]
            header = [*known, *sorted(column for column in columns if column not in known)]
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file, lineterminator="\n")
                out.writerow(header)
                count = 0
                for row in self._rows(table):
                    out.writerow([row.get(column, "") for column in header])
                    count += 1
            if count:
                self.made[table] = count
            else:
                (folder / f"{table}.csv").unlink()

    def close(self) -> None:
        """Lets go of the disk."""
        self.base.close()

    def _rows(self, table: str) -> Iterator[dict[str, str]]:
        if table in PARTIES:
            found = self.base.execute("SELECT content FROM parties WHERE kind = ? ORDER BY id", (table,))
        else:
            told = "SELECT content FROM rows WHERE kind = ? ORDER BY company, party, content"
            found = self.base.execute(told, (table,))
        for (content,) in found:
            yield json.loads(content)

    def column(self, table: str, *names: str) -> None:
        """Says that a table has these columns."""
        self._columns.setdefault(table, {}).update(dict.fromkeys(names))


_LONGEST = 400


def _error_text(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    field = str(found["loc"][0]) if found["loc"] else ""
    cause = found.get("ctx", {}).get("error", found["msg"])
    return f"`{field}`: {cause}" if field else str(cause)
