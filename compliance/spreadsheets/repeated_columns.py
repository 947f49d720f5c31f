"""Columns that a sheet has several times, `Shareholder 1 | % 1 | Shareholder 2 | % 2`: each group is a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compliance.spreadsheets.files.header import ColumnName, Header
from compliance.spreadsheets.values.column_values import ColumnValues
from compliance.spreadsheets.values.date_text import period_day
from compliance.spreadsheets.values.numbered_names import digits_for_ordinals, first_number, without_number
from compliance.spreadsheets.values.table_fields import LEADS
from compliance.spreadsheets.values.trade_words import Vocabulary, fold_title

_FOLLOW = {
    "stakes": ("percent", "owner.country", "interest", "price_usd", "from", "to", "source"),
    "roles": ("from", "to"),
    "orders": ("quantity", "value_usd", "eccn", "description", "line"),
    "holdings": ("quantity", "status"),
}
_BESIDE = {"companies": ("stakes", "roles"), "sites": ("holdings",)}
"""The tables whose rows stand in the columns of another."""
_FITS = 0.5
_LEAST = 2


Meant = tuple[str, str]
"""A field and a role; empty where a name means none."""


@dataclass(frozen=True, slots=True)
class GroupedColumn:
    """A column as a field of a row of its own, which the columns of one `group` make; `options` are for its map."""

    field: str
    group: str
    role: str = ""
    day: str = ""
    chip: str = ""

    @property
    def options(self) -> dict[str, str]:
        """What the map says of it."""
        return {key: text for key in ("group", "role", "day", "chip") if (text := getattr(self, key))}


def repeated_columns(
    header: Header, values: Mapping[int, ColumnValues], table: str, vocabulary: Vocabulary
) -> dict[int, GroupedColumn]:
    """The columns of a sheet, read as a table, that make rows of their own."""
    found: dict[int, GroupedColumn] = {}
    for row_table in dict.fromkeys((*_BESIDE.get(table, ()), table)):
        if row_table not in LEADS:
            continue
        prefix = "" if row_table == table else f"{row_table}."
        for column, (field, group, role) in _groups(header, row_table, table, values, vocabulary).items():
            found.setdefault(column, GroupedColumn(prefix + field, group, role))
    return found


Member = tuple[str, str, str]
"""A field, its group, and the role that it is in."""


def _groups(
    header: Header, row_table: str, table: str, values: Mapping[int, ColumnValues], vocabulary: Vocabulary
) -> dict[int, Member]:
    lead, follow = LEADS[row_table], _FOLLOW.get("orders" if row_table == "shipments" else row_table, ())
    words = _RowWords(row_table, table, vocabulary)
    plain = {name.column: words.field_of(name.own) for name in header.columns}
    leads: dict[int, Member] = {}
    others: dict[int, Member] = {}
    bases = set[str]()
    for name in header.columns:
        for base, nth in _bases(name):
            field, role = words.field_of(base)
            if field == lead and values[name.column].fit("text") >= _FITS:
                leads.setdefault(name.column, (lead, nth, role))
            elif field in follow:
                others.setdefault(name.column, (field, nth, ""))
                bases.add(fold_title(base))
            if field:
                break
    if row_table == "roles":
        leads.update({c: (lead, "", role) for c, (field, role) in plain.items() if field == lead and c not in leads})
        return {**leads, **_days_of_roles(header, leads, table, vocabulary)}
    if not leads:
        if _is_repeated(header, plain, lead):
            return _by_place(header, lead, follow, plain)
        return _by_name(header, lead, follow, plain) if (row_table, table) == ("stakes", "companies") else {}
    if row_table != "stakes" and len(leads) < _LEAST:
        return {}
    groups = {nth for _, nth, _ in leads.values()}
    if (first := first_number(next(iter(groups)))) not in groups:
        column = next((c for c, (field, _) in plain.items() if field == lead and c not in leads), None)
        if column is not None:
            leads[column] = (lead, first, "")
            for name in header.columns:
                if fold_title(name.own) in bases and name.column not in others:
                    others[name.column] = (plain[name.column][0], first, "")
    if row_table == "stakes":
        more = [name for name in header.columns if plain[name.column][0] == lead and name.column not in leads]
        leads.update({name.column: (lead, name.title, "") for name in more})
    numbered = {field for field, _, _ in others.values()}
    nearest = ""
    for name in header.columns:
        field, _ = plain[name.column]
        if name.column in leads:
            nearest = leads[name.column][1]
        elif field in follow and field not in numbered and nearest and _times(plain, field) >= _LEAST:
            taken = (field, nearest, "") in others.values()
            others.update({} if taken else {name.column: (field, nearest, "")})
    groups = {nth for _, nth, _ in leads.values()}
    return {**leads, **{c: each for c, each in others.items() if each[1] in groups or each[0] == "percent"}}


def _days_of_roles(
    header: Header, leads: Mapping[int, Member], table: str, vocabulary: Vocabulary
) -> dict[int, Member]:
    """The days from and to which a person holds a role, each of the role that stands left of it."""
    found: dict[int, Member] = {}
    nearest: Member | None = None
    for name in header.columns:
        nearest = leads.get(name.column, nearest)
        days = [each.field.partition(".") for each in vocabulary.meanings(table, name.lookups)]
        day = next((field for row_table, _, field in days if row_table == "roles" and field in _FOLLOW["roles"]), "")
        if nearest is not None and day and (day, *nearest[1:]) not in found.values():
            found[name.column] = (day, *nearest[1:])
    return found


def _times(plain: Mapping[int, Meant], field: str) -> int:
    return sum(each == field for each, _ in plain.values())


def _is_repeated(header: Header, plain: Mapping[int, Meant], lead: str) -> bool:
    """Whether a name that leads stands several times, letter by letter."""
    titles = Counter(fold_title(name.title) for name in header.columns if plain[name.column][0] == lead)
    return any(count >= _LEAST for count in titles.values())


def _by_place(header: Header, lead: str, follow: tuple[str, ...], plain: Mapping[int, Meant]) -> dict[int, Member]:
    """Groups by where columns stand: each from one that leads to the next, or all with the nth of their name."""
    titles = Counter(fold_title(name.title) for name in header.columns)
    found: dict[int, Member] = {}
    place = 0
    before: list[ColumnName] = []
    for name in header.columns:
        field, role = plain[name.column]
        times = titles[fold_title(name.title)]
        if field == lead and times >= _LEAST:
            place += 1
            found[name.column] = (lead, str(place), role)
        elif field in follow and times >= _LEAST:
            if not place:
                before.append(name)
            elif (field, str(place), "") not in found.values():
                found[name.column] = (field, str(place), "")
    if any(titles[fold_title(name.title)] == place for name in before):  # `% | Owner | % | Owner`
        for name in header.columns:
            field, _ = plain[name.column]
            if field in follow and titles[fold_title(name.title)] == place:
                found[name.column] = (field, str(name.nth), "")
    return found


def _by_name(header: Header, lead: str, follow: tuple[str, ...], plain: Mapping[int, Meant]) -> dict[int, Member]:
    """Groups of owners of several names, `Parent | Ultimate parent`: to each what begins with its name or is beside it.

    What stands beside the last of several that have none is of one of them, and is left.
    """
    leads = {name.column: name for name in header.columns if plain[name.column][0] == lead}
    if len(leads) < _LEAST:
        return {}
    found = {column: (lead, name.title, "") for column, name in leads.items()}
    for name in header.columns:
        field, _ = plain[name.column]
        if field not in follow:
            continue
        by_name = [each for each in leads.values() if fold_title(name.own).startswith(fold_title(each.own))]
        before = leads.get(name.column - 1)
        owner = max(by_name, key=lambda each: len(each.own), default=before)
        if owner is None or (owner is before and not by_name and plain.get(name.column - 2, ("", ""))[0] == lead):
            continue
        if (field, owner.title, "") not in found.values():
            found[name.column] = (field, owner.title, "")
    return found


def _bases(name: ColumnName) -> Iterator[tuple[str, str]]:
    """What a name of a column is without a number in it, and the number, also with that of its group."""
    for text in dict.fromkeys((f"{digits_for_ordinals(name.group)} {name.own}".strip(), name.own, *name.lookups)):
        yield from without_number(text)


@dataclass(frozen=True)
class _RowWords:
    """What names without a number mean for rows of a table that stand in the columns of another, or of the same."""

    row_table: str
    table: str
    vocabulary: Vocabulary

    def field_of(self, base: str) -> Meant:
        """The field that a name means, and the role that it names: `Shareholder`, `Shareholder %`, `%`."""
        if self.row_table == "roles":
            role = self.vocabulary.role_of(base)
            return ("person", role) if role else ("", "")
        if field := self._field(base):
            return field, ""
        words = base.split()
        lead = LEADS[self.row_table]
        for place in range(1, len(words)):
            if self._field(" ".join(words[:place])) == lead:
                rest = " ".join(words[place:])
                field = self._field(rest) or {"name": lead}.get(self.vocabulary.part_of(rest), "")
                if field:
                    return field, ""
        return "", ""

    def _field(self, word: str) -> str:
        prefix = "" if self.row_table == self.table else f"{self.row_table}."
        for meaning in self.vocabulary.meanings(self.table, (word,)):
            if meaning.field.startswith(prefix):
                return meaning.field.removeprefix(prefix)
        if self.row_table != "stakes":
            return ""
        meant = {meaning.field for meaning in self.vocabulary.meanings("stakes", (word,))}
        found = next((field for field in ("owner", *_FOLLOW["stakes"]) if field in meant), "")
        return found or ("owner.country" if self.vocabulary.part_of(word) == "country" else "")


def period_columns(
    header: Header, values: Mapping[int, ColumnValues], table: str, vocabulary: Vocabulary
) -> dict[int, GroupedColumn]:
    """Columns of numbers that days or periods name, if a line of each has its own number of units."""
    if not vocabulary.takes_parties(table):
        return {}
    found: dict[int, GroupedColumn] = {}
    for name in header.columns:
        day = period_day(name.own)
        if day and values[name.column].fit("count") >= _FITS:
            found[name.column] = GroupedColumn("quantity", name.title, day=day)
    return found if len(found) >= _LEAST else {}


def product_columns(
    header: Header, values: Mapping[int, ColumnValues], table: str, vocabulary: Vocabulary
) -> dict[int, GroupedColumn]:
    """Columns of numbers that products name, `H100 | H200`: how many of each, a row of its own."""
    beside = "holdings." if table == "sites" else ""
    if not (beside or table == "holdings" or vocabulary.takes_parties(table)):
        return {}
    counted = f"{beside}quantity"
    found: dict[int, GroupedColumn] = {}
    for name in header.columns:
        held = values[name.column]
        meant = [each.field for each in vocabulary.meanings(table, (name.own,))]
        own = _without_word(name.own, counted, table, vocabulary)
        if held.known_product(own):
            if held.fit("count") >= _FITS:
                found[name.column] = GroupedColumn(counted, name.title, chip=own)
        elif meant and held.known_product(name.group):
            if meant[0] == counted:
                found[name.column] = GroupedColumn(counted, name.group, chip=name.group)
            elif meant[0].removeprefix(beside) in _FOLLOW["holdings" if beside else "orders"]:
                found[name.column] = GroupedColumn(meant[0], name.group)
    if not any(each.field == counted and values[column].sample for column, each in found.items()):
        return {}
    return found


def _without_word(name: str, field: str, table: str, vocabulary: Vocabulary) -> str:
    """A name without a word for a field at its end or beginning: `A100 Qty` is `A100`."""
    first, _, rest = name.partition(" ")
    head, _, last = name.rpartition(" ")
    for word, left in ((last, head), (first, rest)):
        if left and any(each.field == field for each in vocabulary.meanings(table, (word.strip("()[]"),))):
            return left
    return name
