"""UK records of people with significant control read into a world: the snapshot of Companies House, JSON a line.

A nature of control is a band of shares or of votes: over 25 to 50, over 50 to under 75, 75 to 100 percent. The right
to a majority of the board and significant influence are controls; a nature that is not known here is a holder of an
unknown share. A person who exists and is not named is a stake without an owner; what a statement says is told by
`uk_psc_statements.csv`. Natures held as a trustee or through a firm count as the person's own.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from compliance.imports.cleaners import tidy
from compliance.imports.date_ranges import Span, When, span, when
from compliance.imports.json_records import read_records
from compliance.imports.open_file import Progress, ignore_progress
from compliance.imports.party_values import PartyValues
from compliance.imports.registers.uk_numbers import uk_number
from compliance.imports.row_buffer import RowBuffer

BANDS = {
    "25-to-50-percent": ">25-50",
    "50-to-75-percent": ">50-<75",
    "75-to-100-percent": "75-100",
    "more-than-25-percent": ">25",
}
INTERESTS = {"ownership-of-shares": "shares", "voting-rights": "votes", "right-to-share-surplus-assets": "shares"}
_BANDED = re.compile(rf"(?:part-)?({'|'.join(INTERESTS)})-({'|'.join(BANDS)})(?:-.+)?")
CONTROLS = {"right-to-appoint-and-remove": "board_majority", "significant-influence-or-control": "wishes"}
_NOMINEE = "registered-owner-as-nominee"
_READ = frozenset((
    "address", "ceased", "ceased_on", "country_of_residence", "date_of_birth", "etag", "exemptions", "identification",
    "kind", "links", "name", "name_elements", "nationality", "natures_of_control", "notified_on", "statement",
    "description", "linked_psc_name", "service_address", "principal_office_address", "usual_residential_address",
    "service_address_same_as_registered_office_address", "restrictions_notice_withdrawal_reason",
    "register_entry_date", "notification_date",
))  # fmt: skip
"""The fields of a record that are read, or that say nothing about who holds what."""


def import_uk_psc(path: Path, gathering: RowBuffer, progress: Progress = ignore_progress) -> None:
    """Gathers the world of a file of records; raises `InputError` where it cannot be read."""
    account, file = gathering.account, str(path)
    gathering.base.execute("CREATE TABLE IF NOT EXISTS subjects (id TEXT PRIMARY KEY) WITHOUT ROWID")
    gathering.base.execute("CREATE TABLE IF NOT EXISTS numbers (party TEXT, number TEXT, told TEXT, line INTEGER)")
    for record in read_records(path, progress=progress):
        account.read["records"] += 1
        data = record.value.get("data")
        number = tidy(record.value.get("company_number"))
        if record.wrong or not isinstance(data, dict):
            account.skip(file, record.line, "a record that cannot be read", record.wrong or "it has no `data`")
        elif tidy(data.get("kind")).startswith("totals#"):
            account.note("records are totals")
        elif not number:
            account.skip(file, record.line, "a record without `company_number`", tidy(data.get("kind")))
        else:
            _Record(gathering, file, record.line, number, data).add()
    for (company,) in gathering.base.execute("SELECT id FROM subjects ORDER BY id").fetchall():
        if not gathering.has(company):
            gathering.put("companies", {"id": company, "registration": company, "jurisdiction": "GB"}, file, 0)
    told = "SELECT party, number, told, line FROM numbers WHERE number IN (SELECT id FROM subjects) ORDER BY party"
    for party, number, told_by, line in gathering.base.execute(told).fetchall():
        reason = "a number of a company of this file, of a register that is not known: not taken for that company"
        gathering.unread("stakes", party, "owner", f"{number} {told_by}".strip(), file, line, reason)


class _Record:
    """One record on its way into tables."""

    def __init__(self, gathering: RowBuffer, file: str, line: int, number: str, data: dict[str, Any]) -> None:
        self.gathering, self.file, self.line, self.number, self.data = gathering, file, line, number, data
        self.account = gathering.account
        links = data.get("links")
        self.link = tidy(links.get("self")) if isinstance(links, dict) else ""
        self.kind = tidy(data.get("kind"))

    def add(self) -> None:
        """Who controls the company, or what is said instead."""
        end = when(self.data.get("ceased_on"))
        if end == When() and (flag := self.data.get("ceased")):
            end = (
                when(flag) if isinstance(flag, str) and when(flag).first else When(unread=f"ceased: {tidy(str(flag))}")
            )
        time = span(when(self.data.get("notified_on")), end)
        source = {"source": f"UK PSC {self.link or self.number}"}
        self.gathering.base.execute("INSERT OR IGNORE INTO subjects VALUES (?)", (self.number,))
        for name in sorted(self.data.keys() - _READ):
            if "sanction" not in name:
                self.account.note(f"the field `{name[:40]}` of a record is not read")
        statement = tidy(self.data.get("statement"))
        if "exemptions" in self.kind:
            self._put_unidentified("exempt", source, time)
        elif statement:
            self._statement(statement, source, time)
        elif "super-secure" in self.kind:
            self._put_unidentified("super-secure", source, time)
        else:
            self._natures(self._party(), source, time)

    def _statement(self, statement: str, source: dict[str, str], time: Span) -> None:
        """What a company says of holders that it does not name."""
        means = statements().get(statement.removesuffix("-partnership"))
        if means == "nobody":
            self.account.note("companies say that nobody has significant control: no stake")
        elif means == "nothing":
            self.account.note("statements that tell of no holder: no stake")
        else:
            if means is None:
                reason = "a statement that is not known here: a holder who is not identified"
                self.account.keep(self.file, self.line, reason, f"`{statement[:60]}`", "stakes")
            self._put_unidentified(statement, source, time)

    def _put_unidentified(self, reason: str, source: dict[str, str], time: Span) -> None:
        self.account.note("holders are not identified: a stake without an owner")
        row = {"owned": self.number, "percent": "unknown", "x_unidentified": reason}
        self.gathering.put_dated("stakes", row | source, time, self.file, self.line)

    def _natures(self, party: str, source: dict[str, str], time: Span) -> None:
        given = self.data.get("natures_of_control")
        natures = [tidy(nature) for nature in given] if isinstance(given, list) else []
        told: set[tuple[str, str]] = set()
        for nature in natures:
            band = _BANDED.fullmatch(nature)
            means = next((means for start, means in CONTROLS.items() if nature.startswith(start)), "")
            if band:
                self.account.note("bands may be held through others: taken as held directly")
                made = (INTERESTS[band[1]], BANDS[band[2]])
                if made not in told:
                    self._stake(party, {"interest": made[0], "percent": made[1], "x_nature": nature} | source, time)
            elif means:
                made = ("", means)
                if made not in told:
                    row = {"controller": party, "company": self.number, "means": means, "x_nature": nature}
                    self.gathering.put_dated("controls", row | source, time, self.file, self.line)
            elif nature.startswith(_NOMINEE):
                made = ("", "nominee")
                row = {"party": self.number, "other": party, "kind": "nominee", "x_nature": nature}
                self.gathering.put_dated("ties", row | source, time, self.file, self.line)
            else:
                made = ("", "unknown")
                reason = "a nature of control that is not known here: an unknown share"
                self.account.keep(self.file, self.line, reason, f"`{nature}`", "stakes")
                if made not in told:
                    self._stake(party, {"percent": "unknown", "x_nature": nature} | source, time)
            told.add(made)
        if not natures:
            self.account.keep(self.file, self.line, "no nature of control: an unknown share", self.link, "stakes")
            self._stake(party, {"percent": "unknown"} | source, time)

    def _stake(self, party: str, row: dict[str, str], time: Span) -> None:
        row = {"owner": party, "owned": self.number} | row
        self.gathering.put_dated("stakes", row, time, self.file, self.line, self.link or "the file")

    def _own_id(self, name: str) -> str:
        """The id that Companies House gives the person in this company; the same person has another elsewhere."""
        given = self.link.rpartition("/")[2]
        return f"{self.number}-{given or name}"

    def _party(self) -> str:
        """The person, or the company by its number where that is of Companies House."""
        party = self._individual() if "individual" in self.kind else self._corporate()
        for name, value in sorted(self.data.items()):
            if "sanction" in name and value not in (None, False, "", "false", "no"):
                reason = "the register says that a holder is sanctioned, and not on which list"
                told = f"{name}: {str(value).lower() if isinstance(value, bool) else tidy(str(value))}"
                self.gathering.unread("listings", party, "list", told, self.file, self.line, reason)
        return party

    def _individual(self) -> str:
        name = tidy(self.data.get("name"))
        party = self._own_id(name)
        if self.gathering.has(party):
            return party
        values = PartyValues(self.gathering, "people", party, self.file, self.line)
        row = {
            "id": party, "name": name, "x_born": _month(self.data.get("date_of_birth")),
            "x_address": _address(self.data.get("address")),
            "nationality": values.country("nationality", self.data.get("nationality")),
            "x_nationality": tidy(self.data.get("nationality")),
            "residence": values.country("residence", self.data.get("country_of_residence")),
        }  # fmt: skip
        self.gathering.put("people", row, self.file, self.line)
        return party

    def _corporate(self) -> str:
        name, address = tidy(self.data.get("name")), _address(self.data.get("address"))
        given = self.data.get("identification")
        told = given if isinstance(given, dict) else {}
        where, place = told.get("country_registered"), told.get("place_registered")
        written = tidy(told.get("registration_number")).upper()
        number, known = uk_number(written, where, place)
        party = number or self._own_id(name)
        if not number and not known and written:
            row = (party, written.zfill(8), f"{tidy(where)} {tidy(place)}".strip(), self.line)
            self.gathering.base.execute("INSERT INTO numbers VALUES (?, ?, ?, ?)", row)
        if not self.gathering.has(party):
            values = PartyValues(self.gathering, "companies", party, self.file, self.line)
            row_ = {
                "id": party, "name": name, "registration": number or written, "address": address,
                "jurisdiction": "GB" if number else values.country("jurisdiction", where),
                "x_registered_at": tidy(place), "x_country_registered": tidy(where),
            }  # fmt: skip
            self.gathering.put("companies", row_, self.file, self.line)
        return party


@cache
def statements() -> dict[str, str]:
    """What each statement says: that there is nobody, somebody who is not named, or nothing of either."""
    text = files("compliance.imports.registers").joinpath("uk_psc_statements.csv").read_text(encoding="utf-8")
    return {row["statement"]: row["means"] for row in csv.DictReader(text.splitlines())}


def _address(given: object) -> str:
    parts = ("premises", "address_line_1", "address_line_2", "locality", "region", "postal_code", "country")
    return ", ".join(filter(None, (tidy(given.get(part)) for part in parts))) if isinstance(given, dict) else ""


def _month(given: object) -> str:
    if not isinstance(given, dict) or not isinstance(given.get("year"), int):
        return ""
    month = given.get("month")
    return f"{given['year']:04d}-{month:02d}" if isinstance(month, int) else f"{given['year']:04d}"
