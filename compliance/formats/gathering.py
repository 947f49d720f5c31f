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
from pathlib import Path

from pydantic import ValidationError

from compliance.formats.account import Account
from compliance.world.tables import TABLES

_NAMING = {
    "stakes": ("owner", "owned"), "controls": ("controller", "company"), "roles": ("person", "company"),
    "ties": ("party", "other"), "listings": ("party", ""), "headquarters": ("", "company"),
}  # fmt: skip
"""The fields of a table that name a party of either kind, and that name a company (a tie names two of either)."""


_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


class Gathering:
    """The rows of a world to be; `folder` is a place of its own that the caller takes away."""

    def __init__(self, folder: Path, account: Account) -> None:
        self.account = account
        self.made: dict[str, int] = {}
        self._columns: dict[str, dict[str, None]] = {}
        self.base = base = sqlite3.connect(folder / "gathered.sqlite", isolation_level=None)
        base.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE;"
            "CREATE TABLE parties (id TEXT PRIMARY KEY, kind TEXT, content TEXT) WITHOUT ROWID;"
            "CREATE TABLE rows (kind TEXT, party TEXT, company TEXT, content TEXT); BEGIN;"
        )

    def put(self, table: str, row: Mapping[str, str], file: str, line: int) -> bool:
        """Adds a row; whether it could be added. What is wrong with one goes to the account."""
        given = {column: value for column, value in row.items() if value}
        try:
            TABLES[table].model_validate(given)
        except ValidationError as error:
            self.account.skip(file, line, f"a row of `{table}` that cannot be read", _told(error))
            return False
        self._columns.setdefault(table, {}).update(dict.fromkeys(given))
        content = _written(given)
        if table in ("companies", "people"):
            done = self.base.execute("INSERT OR IGNORE INTO parties VALUES (?, ?, ?)", (given["id"], table, content))
            if done.rowcount == 0:
                self.account.skip(file, line, "a party whose id stands twice; the first counts", f"`{given['id']}`")
                return False
            return True
        party, company = _NAMING[table]
        named = (given.get(party, ""), given.get(company, ""))
        self.base.execute("INSERT INTO rows VALUES (?, ?, ?, ?)", (table, *named, content))
        return True

    def has(self, party: str) -> bool:
        """Whether this party has been described."""
        return self.base.execute("SELECT 1 FROM parties WHERE id = ?", (party,)).fetchone() is not None

    def write(self, folder: Path) -> None:
        """Writes a table a file into the folder."""
        self._settle()
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
        if table in ("companies", "people"):
            found = self.base.execute("SELECT content FROM parties WHERE kind = ? ORDER BY id", (table,))
        else:
            told = "SELECT content FROM rows WHERE kind = ? ORDER BY company, party, content"
            found = self.base.execute(told, (table,))
        for (content,) in found:
            yield json.loads(content)

    def _settle(self) -> None:
        """Gives everybody who is named a row, and drops what is owned of a natural person."""
        base, account = self.base, self.account
        told = "a row about a natural person as if it were a company"
        is_person = "IN (SELECT id FROM parties WHERE kind = 'people')"
        for kind, company in base.execute(
            f"SELECT kind, company FROM rows WHERE kind <> 'ties' AND company {is_person}"
        ):
            account.skip("", 0, told, f"`{company}` in `{kind}`")
        base.execute(f"DELETE FROM rows WHERE kind <> 'ties' AND company {is_person}")
        missing = (
            "SELECT id FROM (SELECT party AS id FROM rows UNION SELECT company FROM rows)"
            " WHERE id <> '' AND id NOT IN (SELECT id FROM parties)"
        )
        for (party,) in base.execute(missing).fetchall():
            base.execute("INSERT INTO parties VALUES (?, 'companies', ?)", (party, json.dumps({"id": party})))
            self._columns.setdefault("companies", {})["id"] = None
            account.note("parties are named and not described: each stands as a company by its id alone")


def _told(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    field = str(found["loc"][0]) if found["loc"] else ""
    cause = found.get("ctx", {}).get("error", found["msg"])
    return f"`{field}`: {cause}" if field else str(cause)
