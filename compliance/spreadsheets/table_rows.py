"""The rows of a world that sheets give: ids made, parties found, what is beside a table put into its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from compliance.spreadsheets.column_groups import table_beside
from compliance.spreadsheets.files.cells import CellNote, Place
from compliance.spreadsheets.map_file import IN_WORLD, NOT_READ
from compliance.spreadsheets.party_names import PartyNames
from compliance.spreadsheets.relation_rows import Relation, is_of_person, is_relation, of_votes, read_relation
from compliance.spreadsheets.repeated_rows import add_up
from compliance.spreadsheets.sheet_reading import SheetReading
from compliance.spreadsheets.values.column_reading import SAME
from compliance.spreadsheets.values.table_fields import LEADS, VOTES
from compliance.world.schema.field_values import PARTY_FIELDS
from compliance.world.schema.row import describable_fields
from compliance.world.schema.tables import TABLES

_FIRST = ("companies", "sites")
"""Tables whose rows others name; they are made first."""
_HOLDER = {"stakes": "owned", "holdings": "site", "roles": "company"}
"""The field by which a row of a table beside another names the row that it stands in."""
_PARTS = ("id", *PARTY_FIELDS)
_REFERENCES = {
    "stakes": {"owner": "companies", "owned": "companies"},
    "sites": {"operator": "companies", "owner": "companies"},
    "holdings": {"site": "sites", "owner": "companies"},
    "roles": {"person": "people", "company": "companies"},
    "ties": {"party": "people", "other": "people"},
}


_APART = ("lei", "registration", "headquarters", "jurisdiction")
"""What tells companies of one name apart."""


class Draft(NamedTuple):
    """A row of a sheet, its values, and those of rows of other tables that stand in it."""

    row: int
    values: dict[str, str]
    beside: dict[str, dict[str, str]]
    is_new: bool = True
    """Whether no row before it describes the same company or site."""


@dataclass
class MadeRow:
    """A row as text by column, and where it was read: the sheet and its row from 0."""

    values: dict[str, str]
    sheet: SheetReading
    row: int


@dataclass
class MadeTables:
    """Rows by table, and what is to be said."""

    tables: dict[str, list[MadeRow]] = field(default_factory=dict)
    notes: list[tuple[SheetReading, CellNote]] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    companies: PartyNames = field(default_factory=PartyNames)
    sites: PartyNames = field(default_factory=PartyNames)
    people: PartyNames = field(default_factory=PartyNames)
    unread: list[dict[str, str]] = field(default_factory=list)
    """Relations that are not read, for the table of this name, by both parties."""
    _related: dict[tuple[str, ...], dict[str, str]] = field(default_factory=dict)
    _line_names: set[str] = field(default_factory=set)
    _described: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """The values of companies and sites by table and id."""
    by_name: bool = False
    """Whether a party of a line that is named as one of `companies`, letter by letter, is that one."""

    def add_sheets(self, sheets: list[SheetReading]) -> None:
        """Makes the rows of sheets, first of those that others name."""
        numbered = sorted(_of(sheets, ("companies",)), key=lambda each: not _has_ids(each))
        for some in (numbered, _of(sheets, ("sites",)), _of(sheets, _FIRST, others=True)):
            drafts = [(reading, self._drafts(reading)) for reading in some]
            for reading, rows in drafts:
                self._place(reading, rows)

    def _drafts(self, reading: SheetReading) -> list[Draft]:
        """The rows of a sheet before other rows are looked up; companies and sites are known from then on."""
        places, columns = reading.rows()
        self.notes += [(reading, note) for note in reading.notes]
        for remark in reading.remarks:
            self.remarks[f"sheet `{reading.sheet.name}`: {remark}"] += 1
        table = reading.map.table
        constants = {key: value for key, value in reading.map.constants.items() if value not in ("", NOT_READ)}
        known = describable_fields(TABLES[table])
        same = {key: constants.pop(key) for key in sorted(known) if constants.get(key) in known}
        names = list(columns)
        ids = self._line_ids(reading, places, columns) if TABLES[table].key == ("id",) and _is_line(table) else None
        parties = sorted({name.partition(".")[0] for name in (*names, *same)} & known)
        trusted = {each.about.name for each in reading.columns if each.map.options.get("party") == IN_WORLD}
        has_beside = any(table_beside(name) in _HOLDER for name in names)
        kept: list[Draft] = []
        for place, row in enumerate(places):
            values = dict(constants)
            values.update({name: text for name in names if (text := columns[name][place])})
            if ids is not None:
                values["id"] = ids[place]
            for key, party in same.items():
                parts = {part: values.get(f"{party}.{part}") for part in _PARTS}
                values.update({f"{key}.{part}": text for part, text in parts.items() if text})
            for party in parties:
                _same_party(values, party)
            for party in parties:
                self._party(values, party, reading, row, self.by_name or party in trusted)
            beside = self._take_beside(values) if has_beside else {}
            if table not in _FIRST or self._described_once(table, values, reading, row):
                kept.append(Draft(row, values, beside))
            elif beside:
                kept.append(Draft(row, values, beside, is_new=False))
        return kept

    def _place(self, reading: SheetReading, rows: list[Draft]) -> None:
        """Puts rows into their tables, with the ids of those that they name."""
        table = reading.map.table
        told = any(each.about.name == "relation" for each in reading.columns)
        for row, values, beside, is_new in rows:
            if table == "stakes" and (told or is_relation(values)):
                self._relate(read_relation(values, told), reading, row)
            elif is_new:
                self._add_row(table, values, reading, row)
            for other, found in beside.items():
                self._add_beside(other, found, values, reading, row)

    def _relate(self, found: Relation, reading: SheetReading, row: int) -> None:
        """Puts what a row of relations says into its table, once where it is told from both sides."""
        values = found.values
        if found.why:
            ids = [self._party_id("companies", values.get(key, ""), key, reading, row) for key in ("owner", "owned")]
            self._note(reading, row, "relation", found.words, found.why)
            dates = {key: values[key] for key in ("from", "to") if key in values}
            for one, other in (ids, ids[::-1]):
                self.unread.append(
                    {"table": "stakes", "id": one, "field": "row", "text": found.words, "other": other} | dates
                )
        if not found.table:
            if not found.why:
                self.remarks["relations that no rule asks for are left"] += 1
            return
        if found.table == "stakes" and is_of_person(values):
            found.of_person = "owner"
        votes = of_votes(values) if found.table == "stakes" else {}
        if found.of_person:
            values[found.of_person] = self._party_id("people", values[found.of_person], found.of_person, reading, row)
        self._refer(found.table, values, reading, row)
        same = (found.table, *(values.get(key, "") for key in values if key not in ("percent", "source")))
        before = self._related.setdefault(same, values)
        if before is values:
            self.tables.setdefault(found.table, []).append(MadeRow(values, reading, row))
            self._add_votes(votes, values, reading, row)
        elif before.setdefault("percent", values.get("percent", "")) != values.get("percent", before["percent"]):
            self._note(reading, row, "percent", values["percent"], f"is `{before['percent']}` from the other side")

    def _line_ids(self, reading: SheetReading, places: list[int], columns: dict[str, list[str]]) -> list[str]:
        """An id for each line: its own, else purchase and line, else the row of the sheet."""
        empty = [""] * len(places)
        own, bought, line = (columns.get(name, empty) for name in ("id", "purchase", "line"))
        told = [a or (f"{b}-{c}" if b and c else b) for a, b, c in zip(own, bought, line, strict=True)]
        times = Counter(told)
        found = []
        for text, row in zip(told, places, strict=True):
            named = text if text and times[text] == 1 else f"{text or 'row'}-{row + 1}"
            if named in self._line_names:
                named = f"{reading.sheet.name}-{named}"
            whole = named
            for nth in range(2, len(places) + 2):
                if named not in self._line_names:
                    break
                named = f"{whole}-{nth}"
            self._line_names.add(named)
            found.append(named)
        return found

    def _party(self, values: dict[str, str], party: str, reading: SheetReading, row: int, by_name: bool) -> None:
        """A party of a line: the id where the number is that of one, else its description."""
        number, name = values.pop(f"{party}.id", ""), values.get(f"{party}.name", "")
        found = self.companies.by_number(number) if number else None
        if found is not None and not self.companies.agrees(found, name):
            told = f"`{number}` is `{self.companies.names[found]}` among the companies, and `{name}` here"
            self._note(reading, row, party, number, told)
            values["x_wrong"] = "true"
            return
        if found is None and name and by_name:
            same = self.companies.by_name(name)
            found = same[0] if len(same) == 1 else None
            if found is not None:
                self.remarks[f"`{party}`: lines whose party is a company by its name, letter by letter"] += 1
            if len(same) > 1:
                self.remarks[f"`{name}` is the name of {len(same)} companies; left as a name"] += 1
        if found is not None:
            for key in [key for key in values if key.startswith(f"{party}.")]:
                del values[key]
            values[party] = found
            return
        if not number and not name and not values.get(party):
            self._keep_unnamed(values, party, reading, row)
        if number:
            values[f"x_{party}_number"] = number
            if not name:
                values[f"{party}.name"] = number
                self.remarks[f"`{party}`: numbers that no company of the world has stand as names"] += 1

    def _keep_unnamed(self, values: dict[str, str], party: str, reading: SheetReading, row: int) -> None:
        """Keeps the country or address of a party of whom no name is told under names of its own, and says so."""
        parts = {part: values.get(f"{party}.{part}", "") for part in _PARTS}
        if any(parts.values()) and not parts["lei"] and not parts["registration"]:
            for part, text in parts.items():
                if values.pop(f"{party}.{part}", None):
                    values[f"x_{party}_{part}"] = text
                    self._note(
                        reading, row, f"{party}.{part}", text, "is told of a party without a name; write who it is"
                    )

    def _take_beside(self, values: dict[str, str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for key in list(values):
            table, mark, name = key.partition(".")
            if mark and table_beside(table) in _HOLDER:
                found.setdefault(table, {})[name] = values.pop(key)
        return found

    def _described_once(self, table: str, values: dict[str, str], reading: SheetReading, row: int) -> bool:
        """Gives a company or site its id; whether it was not there before.

        One that is told again gives what was not told, and what it tells in another way is noted.
        """
        known = self.companies if table == "companies" else self.sites
        named, name = values.get("id", ""), values.get("name", "")
        if not named and not name:
            return True
        if not named:
            same = known.by_name(name)
            if len(same) > 1:
                self._note(
                    reading, row, "name", name, f"`{name}` is the name of {len(same)} of `{table}`; write its id"
                )
            named = same[0] if len(same) == 1 else name
            named = self._id_apart(table, named, values, reading, row)
        values["id"] = named
        before = self._described.setdefault((table, named), values)
        if before is values:
            known.add(named, name)
            return True
        add_up(reading.columns, before, values)
        differ = [key for key, value in values.items() if value and before.get(key, value) != value]
        for key in differ:
            told = f"`{named}` stands twice in `{table}`, with `{key}` `{before[key]}` before; the first counts"
            self._note(reading, row, key, values[key], told)
        before.update({key: value for key, value in values.items() if key not in before})
        return False

    def _id_apart(self, table: str, named: str, values: dict[str, str], reading: SheetReading, row: int) -> str:
        """The id of a company of a name that another has: its own where what tells companies apart differs."""
        before = self._described.get((table, named), {})
        apart = [key for key in _APART if values.get(key) and before.get(key, values[key]) != values[key]]
        if table != "companies" or not apart:
            return named
        told = f"is the name of two companies, with `{apart[0]}` `{before[apart[0]]}` and `{values[apart[0]]}`; "
        self._note(reading, row, "name", values["name"], told + "they are read as two: write the id of each")
        return f"{named} ({values[apart[0]]})"

    def _refer(self, table: str, values: dict[str, str], reading: SheetReading, row: int, holder: str = "") -> None:
        for name, other in _REFERENCES.get(table, {}).items():
            country = values.pop(f"{name}.country", "")
            if values.get(name) and name != holder:
                values[name] = self._party_id(other, values[name], name, reading, row)
                if country and values[name]:
                    self._add_seat(other, values[name], country, name, reading, row)
            elif country:
                told = f"is the country of `{name}`, of whom no name is told; write who it is"
                self._note(reading, row, name, country, told)

    def _add_seat(self, table: str, named: str, country: str, name: str, reading: SheetReading, row: int) -> None:
        """Gives a company or site that another row names the country that stands beside its name."""
        if table == "companies" and named in self.people.names:
            told = f"is the country of `{named}`, a person: its nationality or where it lives? Write it in `people`"
            self._note(reading, row, name, country, told)
            return
        about, field_name = self._described[(table, named)], "headquarters" if table == "companies" else "country"
        if about.setdefault(field_name, country) != country:
            told = f"is the country of `{named}` here, and `{about[field_name]}` in another row"
            self._note(reading, row, name, country, told)

    def _party_id(self, table: str, text: str, name: str, reading: SheetReading, row: int) -> str:
        """The id of a company or site by number or name; one that no sheet describes is made, with its name alone."""
        known = {"companies": self.companies, "sites": self.sites, "people": self.people}[table]
        found = known.by_number(text) if len(known.by_name(text)) < 2 else None
        others = self.people if table == "companies" else self.companies
        if found is None and table != "sites":  # who holds a role may hold a share as well
            found = others.by_number(text)
        if found is not None:
            return found
        same = known.by_name(text)
        if not same and table != "sites":
            same = others.by_name(text)
        if len(same) == 1:
            return same[0]
        if len(same) > 1:
            self._note(reading, row, name, text, f"`{text}` is the name of {len(same)} of `{table}`; write its id")
            return ""
        known.add(text, text)
        values = {"id": text, "name": text}
        self._described[(table, text)] = values
        self.tables.setdefault(table, []).append(MadeRow(values, reading, row))
        self.remarks[f"`{table}` that no sheet describes stand by their name alone"] += 1
        return text

    def _add_beside(
        self, table: str, found: dict[str, str], values: Mapping[str, str], reading: SheetReading, row: int
    ) -> None:
        """A row of a table that stands in the columns of another."""
        table = table_beside(table)
        if not found.get(LEADS[table]):
            if (country := found.pop("owner.country", "")) and country != values.get("headquarters"):
                told = "is the country of an owner of whom no name is told; write who it is"
                self._note(reading, row, "owner", country, told)
            if table == "holdings" and (count := found.get("quantity", "")) not in ("", "0"):
                self._note(reading, row, "quantity", count, "counts units, and no chip is told; write which")
            shares = [share for key in ("percent", VOTES) if (share := found.get(key, "unknown")) != "unknown"]
            if table == "stakes" and shares:
                self.remarks["shares without a holder stand as stakes of nobody known"] += 1
            else:
                return
        self._add_row(table, {**found, _HOLDER[table]: values["id"]}, reading, row, _HOLDER[table])

    def _add_row(self, table: str, values: dict[str, str], reading: SheetReading, row: int, holder: str = "") -> None:
        """Puts a row into its table, and beside a stake the votes that the same row tells; `holder` is an id."""
        if table == "stakes" and is_of_person(values) and values.get("owner"):
            values["owner"] = self._party_id("people", values["owner"], "owner", reading, row)
        votes = of_votes(values) if table == "stakes" else {}
        self._refer(table, values, reading, row, holder)
        self.tables.setdefault(table, []).append(MadeRow(values, reading, row))
        self._add_votes(votes, values, reading, row)

    def _add_votes(self, votes: dict[str, str], stake: dict[str, str], reading: SheetReading, row: int) -> None:
        """Puts the votes of a stake into a row of their own, of the same parties."""
        if votes:
            made = {key: text for key, text in votes.items() if not key.endswith(".country")}
            made.update({key: stake[key] for key in ("owner", "owned") if key in stake})
            self.tables["stakes"].append(MadeRow(made, reading, row))

    def _note(self, reading: SheetReading, row: int, name: str, words: str, message: str) -> None:
        columns = {each.about.column: each.column for each in reading.columns}
        columns |= {each.about.name: each.column for each in reversed(reading.columns) if each.about.name == name}
        column = columns.get(f"{name}.country", 0) if message.startswith("is the country") else columns.get(name, 0)
        self.notes.append((reading, CellNote(Place(row, column), words, message, name, True)))

    def by_place(self) -> dict[tuple[int, int], MadeRow]:
        """The first row made of each row of each sheet, by the identity of the sheet."""
        found: dict[tuple[int, int], MadeRow] = {}
        for table in (*_FIRST, *self.tables):
            for row in self.tables.get(table, ()):
                if row.sheet.map.table == table:
                    found.setdefault((id(row.sheet), row.row), row)
        return found

    def rows(self, table: str) -> Iterator[MadeRow]:
        """The rows of a table."""
        yield from self.tables.get(table, ())


def _of(sheets: Sequence[SheetReading], tables: Sequence[str], others: bool = False) -> list[SheetReading]:
    """The sheets of these tables, or of all others."""
    return [each for each in sheets if (each.map.table in tables) is not others]


def _same_party(values: dict[str, str], party: str) -> None:
    """Puts the party that a word for another names into its place: an end user `same as customer` is the purchaser."""
    told = next((text for part in ("name", "id") if (text := values.get(f"{party}.{part}", "")).startswith(SAME)), "")
    if told:
        for part in _PARTS:
            values.pop(f"{party}.{part}", None)
            if found := values.get(f"{told.removeprefix(SAME)}.{part}"):
                values[f"{party}.{part}"] = found


def _has_ids(reading: SheetReading) -> bool:
    return any(column.field == "id" for column in reading.map.columns)


def _is_line(table: str) -> bool:
    return table in ("orders", "shipments")
