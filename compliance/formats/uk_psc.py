"""UK records of people with significant control read into a world: the snapshot of Companies House, JSON a line.

A nature of control is a band of shares or of votes: over 25 to 50, over 50 to under 75, 75 to 100 percent. The right
to a majority of the board and significant influence are controls. A person who exists and is not named is a stake
without an owner. Natures held as a trustee or through a firm count as the person's own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from compliance.formats.gathering import Gathering
from compliance.formats.opening import Progress, unwatched
from compliance.formats.records import read_records
from compliance.formats.words import country, day, tidy

BANDS = {
    "25-to-50-percent": ">25-50",
    "50-to-75-percent": ">50-<75",
    "75-to-100-percent": "75-100",
    "more-than-25-percent": ">25",
}
INTERESTS = {"ownership-of-shares": "shares", "voting-rights": "votes", "right-to-share-surplus-assets": "shares"}
_BANDED = re.compile(rf"(?:part-)?({'|'.join(INTERESTS)})-({'|'.join(BANDS)})(?:-.+)?")
CONTROLS = {"right-to-appoint-and-remove": "board_majority", "significant-influence-or-control": "wishes"}
_NOBODY = ("no-individual-or-entity-with-signficant-control", "no-individual-or-entity-with-significant-control")
_PARTS_OF_IT = ("england", "wales", "scotland", "northern ireland", "england and wales", "great britain")


def import_uk_psc(path: Path, gathering: Gathering, progress: Progress = unwatched) -> None:
    """Gathers the world of a file of records; raises `InputError` where it cannot be read."""
    account, file = gathering.account, str(path)
    gathering.base.execute("CREATE TABLE IF NOT EXISTS subjects (id TEXT PRIMARY KEY) WITHOUT ROWID")
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


class _Record:
    """One record on its way into tables."""

    def __init__(self, gathering: Gathering, file: str, line: int, number: str, data: dict[str, Any]) -> None:
        self.gathering, self.file, self.line, self.number, self.data = gathering, file, line, number, data
        self.account = gathering.account
        links = data.get("links")
        self.link = tidy(links.get("self")) if isinstance(links, dict) else ""
        self.kind = tidy(data.get("kind"))

    def add(self) -> None:
        """Who controls the company, or what is said instead."""
        start, end = day(self.data.get("notified_on")), day(self.data.get("ceased_on") or self.data.get("ceased"))
        if start and end and start >= end:
            self.account.skip(self.file, self.line, "a record that ends before it begins", self.link)
            return
        dated = {"from": start, "to": end, "source": f"UK PSC {self.link or self.number}"}
        self.gathering.base.execute("INSERT OR IGNORE INTO subjects VALUES (?)", (self.number,))
        statement = tidy(self.data.get("statement"))
        if "exemptions" in self.kind:
            self._unnamed("exempt", dated)
        elif statement in _NOBODY:
            self.account.note("companies say that nobody has significant control: no stake")
        elif statement or "super-secure" in self.kind:
            self._unnamed(statement or "super-secure", dated)
        else:
            self._natures(self._party(), dated)

    def _unnamed(self, reason: str, dated: dict[str, str]) -> None:
        self.account.note("holders are not identified: a stake without an owner")
        row = {"owned": self.number, "percent": "unknown", "x_unidentified": reason}
        self.gathering.put("stakes", row | dated, self.file, self.line)

    def _natures(self, party: str, dated: dict[str, str]) -> None:
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
                    row = {"owner": party, "owned": self.number, "interest": made[0], "percent": made[1]}
                    self.gathering.put("stakes", row | dated | {"x_nature": nature}, self.file, self.line)
            elif means:
                made = ("", means)
                if made not in told:
                    row = {"controller": party, "company": self.number, "means": means}
                    self.gathering.put("controls", row | dated | {"x_nature": nature}, self.file, self.line)
            else:
                self.account.skip(self.file, self.line, "a nature of control that is not known here", f"`{nature}`")
                continue
            told.add(made)
        if not natures:
            self.account.keep(self.file, self.line, "no nature of control: an unknown share", self.link)
            row = {"owner": party, "owned": self.number, "percent": "unknown"}
            self.gathering.put("stakes", row | dated, self.file, self.line)

    def _own_id(self, name: str) -> str:
        """The id that Companies House gives the person in this company; the same person has another elsewhere."""
        given = self.link.rpartition("/")[2]
        return f"{self.number}-{given or name}"

    def _party(self) -> str:
        """The person, or the company by its number where that is of Companies House."""
        name, address = tidy(self.data.get("name")), _address(self.data.get("address"))
        if "individual" in self.kind:
            party = self._own_id(name)
            row = {
                "id": party, "name": name, "x_born": _month(self.data.get("date_of_birth")), "x_address": address,
                "nationality": _place(self.data.get("nationality")),
                "x_nationality": tidy(self.data.get("nationality")),
                "residence": _place(self.data.get("country_of_residence")),
            }  # fmt: skip
            if not self.gathering.has(party):
                self.gathering.put("people", row, self.file, self.line)
            return party
        told = self.data.get("identification")
        told = told if isinstance(told, dict) else {}
        number = tidy(told.get("registration_number")).upper()
        where = f"{tidy(told.get('place_registered'))} {tidy(told.get('country_registered'))}".casefold()
        known = re.fullmatch(r"[A-Z]{2}\d{6}|\d{1,8}", number) and re.search(
            r"companies house|england|wales|united kingdom|scotland", where
        )
        party = number.zfill(8) if known else self._own_id(name)
        country_ = "GB" if known else _place(told.get("country_registered"))
        row = {
            "id": party,
            "name": name,
            "registration": party if known else number,
            "jurisdiction": country_,
            "address": address,
        }
        if not self.gathering.has(party):
            self.gathering.put("companies", row, self.file, self.line)
        return party


def _address(given: object) -> str:
    parts = ("premises", "address_line_1", "address_line_2", "locality", "region", "postal_code", "country")
    return ", ".join(filter(None, (tidy(given.get(part)) for part in parts))) if isinstance(given, dict) else ""


def _place(given: object) -> str:
    word = tidy(given)
    return "GB" if word.casefold().replace("&", "and") in _PARTS_OF_IT else country(word)


def _month(given: object) -> str:
    if not isinstance(given, dict) or not isinstance(given.get("year"), int):
        return ""
    month = given.get("month")
    return f"{given['year']:04d}-{month:02d}" if isinstance(month, int) else f"{given['year']:04d}"
