"""The Beneficial Ownership Data Standard, versions 0.2 to 0.4, read into a world.

- Only direct interests add up. An indirect one is left out for the time in which direct ones make it up link by
  link; where they do not, its holder stands as a holder of an unknown share.
- An interest of a kind that no table holds (rights to profit or to assets, words not known here) is a share of up to
  what it says, told with the other shares of its holder and not added to them.
- What a party holds after its record was closed is held by somebody who is not identified.
- An interest that may be direct or indirect counts in full only where no other entity holds a part of the company:
  else the two may be the same shares, and it counts from nothing to what it says.
- One holding told by several records is one holding, of all that they say where they differ.
- A holder who is not identified is a stake without an owner.
- Of a record only what its latest statement says counts from then on; see `bods_interests`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from compliance.imports.bods.bods_chains import Link, not_carried
from compliance.imports.bods.bods_holdings import Holding, build_stakes
from compliance.imports.bods.bods_interests import (
    CONTROLS,
    KNOWN,
    ROLES,
    STAKES,
    TIES,
    UNKNOWN,
    DatedInterest,
    Version,
    history,
    interests,
)
from compliance.imports.bods.bods_parties import company, person, unidentified_reason
from compliance.imports.bods.bods_statements import Statements
from compliance.imports.cleaners import day, tidy
from compliance.imports.date_ranges import span, when
from compliance.imports.json_records import read_records
from compliance.imports.open_file import Progress, ignore_progress
from compliance.imports.party_values import PartyValues
from compliance.imports.row_buffer import RowBuffer

_HOLDINGS = """
CREATE TABLE nobody (id TEXT PRIMARY KEY, reason TEXT) WITHOUT ROWID;
CREATE TABLE owned (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE holdings (company TEXT, party TEXT, interest TEXT, directness TEXT, component INTEGER, start TEXT,
  record TEXT, content TEXT);
"""
_BY_COMPANY = "CREATE INDEX by_company ON holdings (company, party)"
_written = json.JSONEncoder(ensure_ascii=False).encode
_NO_OWNERS = "noBeneficialOwners"
_MOST_ABOVE = 5_000
"""Parties above one company that are looked at for the links of an indirect interest."""


def import_bods(path: Path, gathering: RowBuffer, progress: Progress = ignore_progress) -> None:
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

    def __init__(self, statements: Statements, gathering: RowBuffer, file: str) -> None:
        self.statements, self.gathering, self.file = statements, gathering, file
        self.base, self.account = gathering.base, gathering.account

    def run(self) -> None:
        """Parties first, then who holds what of whom."""
        for record, _, _, _, content in self.statements.each("relationship"):
            owned = self._party_record(content.get("subject"))[0]
            self.base.execute("INSERT OR IGNORE INTO owned VALUES (?)", (owned,))
            del record
        for kind in ("entity", "person"):
            for party, line, content, closed in self.statements.parties(kind):
                self._party(kind, party, line, content)
                self._end(kind, party, line, content, closed)
        for record, versions in groupby(self.statements.each("relationship"), key=lambda told: told[0]):
            self._relationship(record, list(versions))
        told = (
            "SELECT company, content FROM holdings ORDER BY company, party, interest, component, start, record, content"
        )
        self.base.execute(_BY_COMPANY)
        rows = self.base.execute(told)
        for owned, group in groupby(rows, key=lambda row: row[0]):
            holdings = [Holding(**json.loads(content)) for _, content in group]
            for row, held in build_stakes(owned, holdings, self, self.account, self.file):
                time = span(when(held.start), when(held.end))
                self.gathering.put_dated("stakes", row, time, self.file, held.line)
                if held.directness == "indirect" and held.party:
                    text = f"indirect {held.kind} {row['x_told']}".strip()
                    self.gathering.keep_unread(
                        "stakes", row["owned"], "interest", text, held.party, held.start, held.end
                    )

    def _party(self, kind: str, party: str, line: int, content: dict[str, Any]) -> None:
        reason = unidentified_reason(content)
        if reason:
            self.base.execute("INSERT OR IGNORE INTO nobody VALUES (?, ?)", (party, reason))
            if not self._exists("owned", party):
                self.account.note("parties are not identified: what they hold is a stake without an owner")
                return
        table = "companies" if kind == "entity" else "people"
        values = PartyValues(self.gathering, table, party, self.file, line)
        row = company(content, values) if kind == "entity" else person(content, values)
        self.gathering.put(table, row, self.file, line)

    def _end(self, kind: str, party: str, line: int, content: dict[str, Any], closed: str) -> None:
        """When a party was dissolved, died, or its record was closed."""
        dissolved = when(content.get("dissolutionDate"), content.get("deathDate")).text
        if dissolved:
            self.gathering.gone(party, dissolved, why=f"dissolved {dissolved}")
        elif day(closed):
            self.gathering.gone(party, day(closed), why=f"record closed {day(closed)}")
        elif closed:
            table = "companies" if kind == "entity" else "people"
            reason = "a record that is closed, nobody says when: taken for a party that is there"
            self.gathering.unread(table, party, "dissolved", "closed", self.file, line, reason)

    def _relationship(self, record: str, versions: list[tuple[str, int, str, bool, dict[str, Any]]]) -> None:
        _, line, _, _, last = versions[-1]
        owned, why_not = self._party_record(last.get("subject"))
        if not owned:
            self.account.skip(self.file, line, "an interest in a company that is not identified", why_not)
            return
        party, reason = self._party_record(last.get("interestedParty"))
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
        for item in found:
            self._row(item, owned, party, reason, record, last.get("isComponent") is True)

    def _interests(self, content: dict[str, Any], line: int) -> tuple[Any, ...]:
        given = content.get("interests")
        found = []
        for interest in interests(item for item in given if isinstance(item, dict)) if isinstance(given, list) else ():
            if interest.kind not in KNOWN:
                reason = "an interest that no table of a world holds: a share of up to what it says"
                self.account.keep(self.file, line, reason, f"`{interest.kind}`", "stakes")
            if interest.unread:
                reason = "a share that is no percentage: it stands as unknown"
                self.account.keep(self.file, line, reason, interest.unread, "stakes")
            found.append(interest)
        return tuple(found)

    def _without_interests(self, owned: str, party: str, reason: str, version: Version) -> None:
        """A relationship that says no more than that there is one, or why it is not told."""
        if reason == _NO_OWNERS:
            self.account.note("companies say that they have no beneficial owner: no stake")
        elif not version.closed:
            holding = Holding(
                party,
                reason,
                "shares",
                "unknown",
                "unknown",
                "",
                "",
                False,
                version.line,
                "",
                version.statement,
                UNKNOWN,
            )
            self._hold(owned, holding)

    def _row(self, told: DatedInterest, owned: str, party: str, reason: str, record: str, component: bool) -> None:
        interest, line = told.interest, told.version.line
        source = {"source": f"BODS {told.version.statement}", "x_interest": interest.kind}
        if interest.kind in STAKES or interest.kind not in KNOWN:
            made = Holding(
                party, reason, STAKES.get(interest.kind, "shares"), interest.directness, interest.percent, told.start,
                told.end, component, line, record, told.version.statement, interest.kind, interest.kind not in KNOWN,
            )  # fmt: skip
            self._hold(owned, made)
            return
        time = span(when(told.start), when(told.end))
        if not party:
            why = "an influence of somebody who is not identified"
            self.gathering.unread("controls", owned, "controller", interest.kind, self.file, line, why)
        elif interest.kind in CONTROLS:
            row = {"controller": party, "company": owned, "means": CONTROLS[interest.kind]} | source
            self.gathering.put_dated("controls", row, time, self.file, line)
        elif interest.kind in ROLES:
            row = {"person": party, "company": owned, "role": ROLES[interest.kind], "x_source": source["source"]}
            self.gathering.put_dated("roles", row | {"x_interest": interest.kind}, time, self.file, line)
        else:
            row = {"party": party, "other": owned, "kind": TIES[interest.kind]} | source
            self.gathering.put_dated("ties", row, time, self.file, line)

    def _hold(self, owned: str, made: Holding) -> None:
        key = (owned, made.party, made.interest, made.directness, made.component, made.start, made.record)
        content = _written(made.fields())
        self.base.execute("INSERT INTO holdings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*key, content))

    def _party_record(self, given: Any) -> tuple[str, str]:
        """The record of a party, or why none is named."""
        if isinstance(given, dict):
            for key in ("describedByEntityStatement", "describedByPersonStatement"):
                if tidy(given.get(key)):
                    return self.statements.record(tidy(given[key])), ""
            inner = given.get("unspecified")
            told = inner if isinstance(inner, dict) else given
            word = re.sub(r"-(\w)", lambda found: found[1].upper(), tidy(told.get("reason")))
            return "", word or "unknown"
        name = tidy(given)
        return (self.statements.record(name), "") if name else ("", "unknown")

    def _exists(self, table: str, party: str) -> bool:
        return self.base.execute(f"SELECT 1 FROM {table} WHERE id = ?", (party,)).fetchone() is not None

    def is_company(self, party: str) -> bool:
        """Whether the party is no natural person."""
        found = self.base.execute("SELECT kind FROM parties WHERE id = ?", (party,)).fetchone()
        return bool(party) and (found is None or found[0] == "companies")

    def not_conveyed(self, company: str, held: Holding) -> list[tuple[str, str]]:
        """The times of an indirect holding at which the direct ones from its party to the company do not make it up."""
        return list(not_carried(held.party, company, held.range.low, held.start, held.end, self._links(company)))

    def _links(self, company: str) -> Iterator[Link]:
        """The direct holdings upstream of a company, of those interests that are shares or votes."""
        seen, waiting = {company}, [company]
        while waiting and len(seen) < _MOST_ABOVE:
            told = "SELECT content FROM holdings WHERE company = ? AND party <> '' AND directness <> 'indirect'"
            for (content,) in self.base.execute(told, (below := waiting.pop(),)).fetchall():
                held = Holding(**json.loads(content))
                if held.at_most:
                    continue
                yield Link(held.party, below, held.range, held.start, held.end)
                if held.party not in seen:
                    seen.add(held.party)
                    waiting.append(held.party)
