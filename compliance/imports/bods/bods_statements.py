"""Statements of BODS put away on the disk by record, whatever their version and order.

Versions 0.2 and 0.3 name a record by its statements: a statement that replaces another is of the same record, which
the last of them names.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from compliance.imports.cleaners import tidy
from compliance.imports.import_report import ImportReport

_KINDS = {
    "entity": "entity", "person": "person", "relationship": "relationship", "entityStatement": "entity",
    "personStatement": "person", "ownershipOrControlStatement": "relationship",
}  # fmt: skip
_TABLES = """
CREATE TABLE statements (record TEXT, kind TEXT, day TEXT, place INTEGER, line INTEGER, closed INTEGER, content TEXT);
CREATE TABLE replaced (old TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID;
CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_written = json.JSONEncoder(default=str).encode
_FURTHEST = 10_000
UNDATED = "undated"
"""In place of the day of a closing that has none."""


class Statements:
    """All statements of a file; `base` is where they lie."""

    def __init__(self, base: sqlite3.Connection, account: ImportReport, file: str) -> None:
        self.base, self.account, self.file = base, account, file
        self._count = 0
        self._replaces = False
        base.executescript(_TABLES + "BEGIN;")

    def add(self, line: int, value: dict[str, Any]) -> None:
        """One statement; what cannot be read goes to the account."""
        kind = _KINDS.get(tidy(value.get("recordType") or value.get("statementType")))
        statement = tidy(value.get("statementId") or value.get("statementID"))
        if kind is None or not statement:
            lacks = "statementId" if kind else "recordType of entity, person or relationship"
            self.account.skip(self.file, line, f"no statement of BODS: it has no {lacks}", statement)
            return
        if self.base.execute("INSERT OR IGNORE INTO ids VALUES (?)", (statement,)).rowcount == 0:
            self.account.skip(self.file, line, "a statement whose id stands twice; the first counts", f"`{statement}`")
            return
        details = value.get("recordDetails")
        if not isinstance(details, dict):
            details = value
        for old in value.get("replacesStatements") or ():
            self._replaces = True
            self.base.execute("INSERT OR IGNORE INTO replaced VALUES (?, ?)", (tidy(old), statement))
        told = {**details, "statementId": statement} if kind == "relationship" else details
        self._count += 1
        self.base.execute(
            "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                tidy(value.get("recordId")) or statement, kind, tidy(value.get("statementDate")), self._count, line,
                tidy(value.get("recordStatus")) == "closed", _written(told),
            ),
        )  # fmt: skip

    def settle(self) -> None:
        """Gives every statement of an older version the name of its record; to be called when all are there."""
        if self._replaces:
            for (old,) in self.base.execute("SELECT old FROM replaced").fetchall():
                self.base.execute("UPDATE statements SET record = ? WHERE record = ?", (self.record(old), old))
        self.base.execute("CREATE INDEX by_record ON statements (kind, record, day, place)")

    def record(self, name: str) -> str:
        """The record that a name of a statement or of a record stands for."""
        if not self._replaces:
            return name
        for _ in range(_FURTHEST):
            found = self.base.execute("SELECT new FROM replaced WHERE old = ?", (name,)).fetchone()
            if found is None or found[0] == name:
                break
            name = found[0]
        return name

    def each(self, kind: str) -> Iterator[tuple[str, int, str, bool, dict[str, Any]]]:
        """Record, line, day, whether closed and content, the statements of one record one after the other."""
        told = "SELECT record, line, day, closed, content FROM statements WHERE kind = ? ORDER BY record, day, place"
        for record, line, when, closed, content in self.base.execute(told, (kind,)):
            yield record, line, when, bool(closed), json.loads(content)

    def parties(self, kind: str) -> Iterator[tuple[str, int, dict[str, Any], str]]:
        """Each entity or person by its latest statement that is not its closing, and the day of its closing."""
        for record, versions in groupby(self.each(kind), key=lambda told: told[0]):
            told = list(versions)
            _, line, _, _, content = next((one for one in reversed(told) if not one[3]), told[0])
            yield record, line, content, (told[-1][2] or UNDATED) if told[-1][3] else ""
