"""FollowTheMoney entities, one a line, read into a world.

Legal entities and people are parties; `Ownership` becomes stakes, `Directorship` roles, `Family` ties, `Sanction`
listings by the list that its data set is (`ftm_lists.csv`), else by the authority that it names. What other schemas
say is left out. An owner of an entity without `percentage` holds an unknown share.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from compliance.formats.gathering import Gathering
from compliance.formats.opening import Progress, unwatched
from compliance.formats.records import read_records
from compliance.formats.words import country, day, joined, lei, percent_text, percentage, tidy

_PEOPLE = ("Person",)
_COMPANIES = ("Company", "Organization", "LegalEntity", "PublicBody", "Asset")
_NUMBER = r"(\d+(?:[.,]\d+)?)"


def import_ftm(path: Path, gathering: Gathering, progress: Progress = unwatched) -> None:
    """Gathers the world of a file of entities; raises `InputError` where it cannot be read."""
    account, file = gathering.account, str(path)
    for record in read_records(path, progress=progress):
        account.read["entities"] += 1
        if record.wrong:
            account.skip(file, record.line, "an entity that cannot be read", record.wrong)
            continue
        given = record.value.get("properties")
        name, schema = tidy(record.value.get("id")), tidy(record.value.get("schema"))
        if not name or not isinstance(given, dict):
            account.skip(file, record.line, "no entity of FollowTheMoney: it has no `id` or no `properties`", schema)
            continue
        _Entity(gathering, file, record.line, name, schema, given, record.value.get("datasets")).add()


class _Entity:
    """One entity on its way into tables."""

    def __init__(
        self, gathering: Gathering, file: str, line: int, name: str, schema: str, given: Mapping[str, Any], sets: Any
    ) -> None:
        self.gathering, self.file, self.line = gathering, file, line
        self.name, self.schema, self.given = name, schema, given
        self.sets = [tidy(word) for word in sets] if isinstance(sets, list) else []
        self.source = f"FollowTheMoney {name}"

    def add(self) -> None:
        """Adds it to the table that its schema is for, or says that there is none."""
        links = {"Ownership": self._stake, "Directorship": self._role, "Family": self._tie, "Sanction": self._listing}
        if self.schema in _PEOPLE:
            self._person()
        elif self.schema in _COMPANIES:
            self._company()
        elif self.schema in links:
            links[self.schema]()
        else:
            self.gathering.account.skip(
                self.file, self.line, f"a schema that no table of a world holds: {self.schema[:40]}", self.name
            )

    def all(self, *names: str) -> list[str]:
        """The texts of properties."""
        values = (self.given.get(name) for name in names)
        texts = [text for value in values for text in (value if isinstance(value, list) else [value])]
        return [text for text in map(tidy, texts) if text]

    def one(self, *names: str) -> str:
        """The first text of properties, or nothing."""
        return next(iter(self.all(*names)), "")

    def _country(self, *names: str) -> str:
        return next(filter(None, map(country, self.all(*names))), "")

    def _dated(self) -> dict[str, str]:
        start, end = day(self.one("startDate")), day(self.one("endDate"))
        if start and end and start >= end:
            self.gathering.account.keep(self.file, self.line, "ends before it begins: its days are left out", self.name)
            return {}
        return {"from": start, "to": end}

    def _put(self, table: str, row: dict[str, str]) -> None:
        self.gathering.put(table, row, self.file, self.line)

    def _person(self) -> None:
        names = self.all("name", "alias", "weakAlias", "previousName")
        born = self.one("birthDate")
        self._put("people", {
            "id": self.name, "name": next(iter(names), ""), "aliases": joined(names[1:]),
            "nationality": self._country("nationality", "citizenship"), "residence": self._country("country"),
            "born": day(born), "x_born": "" if day(born) else born, "x_topics": joined(self.all("topics")),
        })  # fmt: skip

    def _company(self) -> None:
        names = self.all("name", "alias", "weakAlias", "previousName")
        self._put("companies", {
            "id": self.name, "name": next(iter(names), ""), "aliases": joined(names[1:]),
            "jurisdiction": self._country("jurisdiction"), "headquarters": self._country("mainCountry"),
            "incorporated": day(self.one("incorporationDate")), "dissolved": day(self.one("dissolutionDate")),
            "address": self.one("address"), "phone": self.one("phone"), "email": self.one("email"),
            "website": self.one("website"), "lei": next(filter(None, map(lei, self.all("leiCode"))), ""),
            "registration": self.one("registrationNumber", "ogrnCode", "uscCode", "idNumber"),
            "activity": "government" if self.schema == "PublicBody" else "",
            "x_countries": joined([code for code in map(country, self.all("country")) if code]),
            "x_topics": joined(self.all("topics")),
        })  # fmt: skip

    def _ends(self, one: str, other: str) -> tuple[str, str]:
        """The parties of a link, or nothing with the account told."""
        found = self.one(one), self.one(other)
        if not all(found):
            self.gathering.account.skip(self.file, self.line, f"{self.schema} without `{one}` or `{other}`", self.name)
            return "", ""
        return found

    def _stake(self) -> None:
        owned, owner = self.one("asset"), self.one("owner")
        if not owned:
            self._ends("owner", "asset")
            return
        written = self.one("percentage")
        percent = percent_of(written)
        if written and not percent:
            told = "a share that is no percentage: it stands as unknown"
            self.gathering.account.keep(self.file, self.line, told, f"`{written}`")
        if not owner:
            self.gathering.account.note("holders are not identified: a stake without an owner")
        row = {"owner": owner, "owned": owned, "percent": percent or "unknown", "source": self.source}
        self._put("stakes", row | self._dated() | {"x_role": self.one("role", "ownershipType")})

    def _role(self) -> None:
        person, company = self._ends("director", "organization")
        if person:
            row = {"person": person, "company": company, "role": "director", "x_source": self.source}
            self._put("roles", row | self._dated() | {"x_role": self.one("role")})

    def _tie(self) -> None:
        party, other = self._ends("person", "relative")
        if party:
            row = {"party": party, "other": other, "kind": "family", "source": self.source}
            self._put("ties", row | self._dated() | {"x_relationship": self.one("relationship")})

    def _listing(self) -> None:
        party = self.one("entity")
        known = next((lists()[name] for name in self.sets if name in lists()), "")
        word = known or self.one("authority", "program") or next(iter(self.sets), "")
        if not party or not word:
            self.gathering.account.skip(
                self.file, self.line, "Sanction without `entity`, or of no authority", self.name
            )
            return
        if not known:
            self.gathering.account.note("sanctions of lists that have no word here: listed by their authority")
        row = {"party": party, "list": word, "program": joined(self.all("program")), "x_source": self.source}
        self._put("listings", row | self._dated())


def percent_of(written: str) -> str:
    """The percentage that a text says: `51`, `51,5 %`, `25-50`, `>25`, `up to 50`; nothing where it says none."""
    text = written.replace("%", " ").strip().casefold()
    for pattern, low, high, low_open, high_open in _WRITTEN:
        found = re.fullmatch(pattern, text)
        if found:
            numbers = [number.replace(",", ".") for number in found.groups()]
            bottom, top = (None if place is None else numbers[place] for place in (low, high))
            made = percentage(bottom, top, low_open, high_open)
            return percent_text(made) if made else ""
    return ""


_WRITTEN: tuple[tuple[str, int | None, int | None, bool, bool], ...] = (
    (_NUMBER, 0, 0, False, False),
    (rf"{_NUMBER}\s*[-–]\s*{_NUMBER}", 0, 1, False, False),
    (rf"(?:>|more than|over)\s*{_NUMBER}", 0, None, True, False),
    (rf"(?:>=|at least)\s*{_NUMBER}", 0, None, False, False),
    (rf"(?:<|less than|under)\s*{_NUMBER}", None, 0, False, True),
    (rf"(?:<=|up to|at most)\s*{_NUMBER}", None, 0, False, False),
)


@cache
def lists() -> dict[str, str]:
    """The word for a list by the data set of OpenSanctions that it is."""
    text = files("compliance.formats").joinpath("ftm_lists.csv").read_text(encoding="utf-8")
    return {row["dataset"]: row["list"] for row in csv.DictReader(text.splitlines())}
