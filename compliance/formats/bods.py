"""The Beneficial Ownership Data Standard, versions 0.2 to 0.4, read into a world.

- Only direct interests add up. An indirect one is left out where its component records tell the same shares link
  by link; where they do not, its holder stands as a holder of an unknown share.
- An interest that may be direct or indirect counts in full only where no other entity holds a part of the company:
  else the two may be the same shares, and it counts from nothing to what it says.
- One holding told by several records is one holding, of all that they say where they differ.
- A holder who is not identified is a stake without an owner.
- Of a record only what its latest statement says counts from then on; see `bods_interests`.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from compliance.formats.bods_holdings import Holding, settled
from compliance.formats.bods_interests import CONTROLS, KNOWN, ROLES, STAKES, TIES, Told, Version, history, interests
from compliance.formats.bods_parties import company, person, unidentified
from compliance.formats.bods_statements import Statements
from compliance.formats.gathering import Gathering
from compliance.formats.opening import Progress, unwatched
from compliance.formats.records import read_records
from compliance.formats.words import day, tidy

_HOLDINGS = """
CREATE TABLE nobody (id TEXT PRIMARY KEY, reason TEXT) WITHOUT ROWID;
CREATE TABLE owned (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE holdings (company TEXT, party TEXT, interest TEXT, directness TEXT, component INTEGER, start TEXT,
  record TEXT, content TEXT);
"""
_written = json.JSONEncoder(ensure_ascii=False).encode
_NO_OWNERS = "noBeneficialOwners"


def import_bods(path: Path, gathering: Gathering, progress: Progress = unwatched) -> None:
    """Gathers the world of a file of statements: a JSON list, or one statement a line.

    Raises `InputError` where the file cannot be read; a statement that cannot is in the account.
    """
    account, file = gathering.account, str(path)
    statements = Statements(gathering.base, account, file)
    gathering.base.executescript(_HOLDINGS + "BEGIN;")
    for record in read_records(path, progress=progress):
        account.read["statements"] += 1
        if record.wrong:
            account.skip(file, record.line, "a statement that cannot be read", record.wrong)
        else:
            statements.add(record.line, record.value)
    statements.settle()
    _Reading(statements, gathering, file).run()


class _Reading:
    """The statements of a file on their way into tables."""

    def __init__(self, statements: Statements, gathering: Gathering, file: str) -> None:
        self.statements, self.gathering, self.file = statements, gathering, file
        self.base, self.account = gathering.base, gathering.account

    def run(self) -> None:
        """Parties first, then who holds what of whom."""
        for record, _, _, _, content in self.statements.each("relationship"):
            owned = self._named(content.get("subject"))[0]
            self.base.execute("INSERT OR IGNORE INTO owned VALUES (?)", (owned,))
            del record
        for kind in ("entity", "person"):
            for party, line, content in self.statements.parties(kind):
                self._party(kind, party, line, content)
        for record, versions in groupby(self.statements.each("relationship"), key=lambda told: told[0]):
            self._relationship(record, list(versions))
        told = (
            "SELECT company, content FROM holdings ORDER BY company, party, interest, component, start, record, content"
        )
        rows = self.base.execute(told)
        for owned, group in groupby(rows, key=lambda row: row[0]):
            holdings = [Holding(**json.loads(content)) for _, content in group]
            for row, line in settled(owned, holdings, self, self.account, self.file):
                self.gathering.put("stakes", row, self.file, line)

    def _party(self, kind: str, party: str, line: int, content: dict[str, Any]) -> None:
        reason = unidentified(content)
        if reason:
            self.base.execute("INSERT OR IGNORE INTO nobody VALUES (?, ?)", (party, reason))
            if not self._exists("owned", party):
                self.account.note("parties are not identified: what they hold is a stake without an owner")
                return
        row = company(party, content) if kind == "entity" else person(party, content)
        self.gathering.put("companies" if kind == "entity" else "people", row, self.file, line)

    def _relationship(self, record: str, versions: list[tuple[str, int, str, bool, dict[str, Any]]]) -> None:
        _, line, _, _, last = versions[-1]
        owned, why_not = self._named(last.get("subject"))
        if not owned:
            self.account.skip(self.file, line, "an interest in a company that is not identified", why_not)
            return
        party, reason = self._named(last.get("interestedParty"))
        unknown = self.base.execute("SELECT reason FROM nobody WHERE id = ?", (party,)).fetchone()
        if unknown and not self._exists("owned", party):
            party, reason = "", unknown[0]
        told = [
            Version(tidy(content["statementId"]), line, day(when), closed, self._interests(content, line))
            for _, line, when, closed, content in versions
        ]
        found = history(told)
        if not any(content.get("interests") for *_, content in versions):
            self._without_interests(owned, party, reason, told[-1])
        component, chain = self._chain(last)
        for item in found:
            if item.end and item.start >= item.end:
                self.account.skip(self.file, item.version.line, "an interest that ends before it begins", f"`{record}`")
            else:
                self._row(item, owned, party, reason, record, component, chain)

    def _interests(self, content: dict[str, Any], line: int) -> tuple[Any, ...]:
        given = content.get("interests")
        found = []
        for interest in interests(item for item in given if isinstance(item, dict)) if isinstance(given, list) else ():
            if interest.kind not in KNOWN:
                reason = "an interest that no table of a world holds"
                self.account.skip(self.file, line, reason, f"`{interest.kind}`")
            else:
                if interest.unread:
                    reason = "a share that is no percentage: it stands as unknown"
                    self.account.keep(self.file, line, reason, interest.unread)
                found.append(interest)
        return tuple(found)

    def _without_interests(self, owned: str, party: str, reason: str, version: Version) -> None:
        """A relationship that says no more than that there is one, or why it is not told."""
        if reason == _NO_OWNERS:
            self.account.note("companies say that they have no beneficial owner: no stake")
        elif not version.closed:
            holding = Holding(
                party, reason, "shares", "unknown", "unknown", "", "", False, "", version.line, "", version.statement
            )
            self._hold(owned, holding)

    def _row(self, told: Told, owned: str, party: str, reason: str, record: str, component: bool, chain: str) -> None:
        interest, line = told.interest, told.version.line
        source = f"BODS {told.version.statement}"
        dated = {"from": told.start, "to": told.end}
        if interest.kind in STAKES:
            made = Holding(
                party, reason, STAKES[interest.kind], interest.directness, interest.percent, told.start, told.end,
                component, chain, line, record, told.version.statement,
            )  # fmt: skip
            self._hold(owned, made)
            return
        if interest.directness == "indirect" and chain == "told":
            self.account.note("indirect interests are told link by link by their component records: not counted again")
            return
        if not party:
            self.account.skip(self.file, line, "an influence of somebody who is not identified", f"`{interest.kind}`")
        elif interest.kind in CONTROLS:
            row = {"controller": party, "company": owned, "means": CONTROLS[interest.kind], "source": source}
            self.gathering.put("controls", row | dated | {"x_interest": interest.kind}, self.file, line)
        elif interest.kind in ROLES:
            row = {"person": party, "company": owned, "role": ROLES[interest.kind], "x_source": source}
            self.gathering.put("roles", row | dated | {"x_interest": interest.kind}, self.file, line)
        else:
            row = {"party": party, "other": owned, "kind": TIES[interest.kind], "source": source}
            self.gathering.put("ties", row | dated | {"x_interest": interest.kind}, self.file, line)

    def _hold(self, owned: str, made: Holding) -> None:
        key = (owned, made.party, made.interest, made.directness, made.component, made.start, made.record)
        content = _written(made.fields())
        self.base.execute("INSERT INTO holdings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*key, content))

    def _named(self, given: Any) -> tuple[str, str]:
        """The record of a party, or why none is named."""
        if isinstance(given, dict):
            for key in ("describedByEntityStatement", "describedByPersonStatement"):
                if tidy(given.get(key)):
                    return self.statements.record(tidy(given[key])), ""
            inner = given.get("unspecified")
            told = inner if isinstance(inner, dict) else given
            return "", tidy(told.get("reason")) or "unknown"
        name = tidy(given)
        return (self.statements.record(name), "") if name else ("", "unknown")

    def _chain(self, content: dict[str, Any]) -> tuple[bool, str]:
        """Whether this is a link of a longer chain, and whether its own links are all there to be read."""
        given = content.get("componentRecords") or content.get("componentStatementIDs") or ()
        links = [tidy(link) for link in given] if isinstance(given, list) else []
        there = links and all(self._is_there(link) for link in links)
        return content.get("isComponent") is True, "told" if there else "missing" if links else ""

    def _is_there(self, link: str) -> bool:
        told = "SELECT 1 FROM statements WHERE kind = ? AND record = ?"
        name = self.statements.record(link)
        return any(self.base.execute(told, (kind, name)).fetchone() for kind in ("relationship", "entity", "person"))

    def _exists(self, table: str, party: str) -> bool:
        return self.base.execute(f"SELECT 1 FROM {table} WHERE id = ?", (party,)).fetchone() is not None

    def is_company(self, party: str) -> bool:
        """Whether the party is no natural person."""
        found = self.base.execute("SELECT kind FROM parties WHERE id = ?", (party,)).fetchone()
        return bool(party) and (found is None or found[0] == "companies")

    def holds(self, party: str, company: str) -> bool:
        """Whether the party is told to hold something of the company."""
        told = "SELECT 1 FROM holdings WHERE company = ? AND party = ?"
        return self.base.execute(told, (company, party)).fetchone() is not None
