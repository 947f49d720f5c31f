"""What the columns of a sheet most likely are, by their names and by their values, each with a confidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten

from rapidfuzz import fuzz, process

from compliance.imports.cleaners import countries_in
from compliance.spreadsheets.files.header import ColumnName, Header
from compliance.spreadsheets.map_file import ASK, NOT_READ, ColumnMap, SheetMap
from compliance.spreadsheets.repeated_columns import GroupedColumn, period_columns, product_columns, repeated_columns
from compliance.spreadsheets.rival_columns import ask_rivals, keep_apart
from compliance.spreadsheets.unknown_columns import UNKNOWN, ask_unknown
from compliance.spreadsheets.values.column_values import ColumnValues
from compliance.spreadsheets.values.table_fields import (
    COUNT,
    COUNTRY,
    DATE,
    ID,
    PARTY,
    PRODUCT,
    SHARE,
    TEXT,
    WORD,
    TableField,
    table_field,
)  # fmt: skip
from compliance.spreadsheets.values.trade_words import Vocabulary, fold_title
from compliance.spreadsheets.values.unit_text import factor_told

_FITS, _SURE, _LIKE = 0.5, 0.9, 88
_TITLED = 1.5
_KNOWN_PRODUCTS = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column as a field; the best sort first."""

    rank: int
    misfit: float
    column: int
    field: str
    language: str = ""
    is_blank: bool = False
    """Whether the column holds no value, and gives way to one that does."""

    @property
    def key(self) -> tuple[bool, int, float, int, str]:
        """Where it stands among others."""
        return (self.is_blank, self.rank, self.misfit, self.column, self.field)


_SUBJECT = {"owner": 1, "owned": 2}
"""From which rank on a word for a field names a party of a relation, of whom another column says what it is."""
_OF_SUBJECTS = ("relation", "subject_type", "object_type")


@dataclass
class Proposal:
    """A sheet as one table: the columns, the fields that it lacks, and how well it fits."""

    table: str
    columns: dict[int, Candidate]
    lacks: list[str]
    score: float
    beside: dict[int, Candidate] = field(default_factory=dict)
    """Columns whose name means a field that another column gives better."""
    groups: dict[int, GroupedColumn] = field(default_factory=dict)
    """Columns that make rows of their own."""


def propose(
    header: Header, values: Mapping[int, ColumnValues], table: str, vocabulary: Vocabulary, where: Iterable[str]
) -> Proposal:
    """The sheet as this table; `where` are the names of sheet and file and the titles."""
    found: list[Candidate] = []
    groups = repeated_columns(header, values, table, vocabulary)
    for name in header.columns:
        if name.column in groups:
            continue
        for meaning in vocabulary.meanings(table, name.lookups):
            for about in _fields_of(table, meaning.field, values[name.column]):
                kind = _kind_of_values(about)
                if about.kind == SHARE and factor_told(name.title, about, vocabulary)[0]:
                    kind = "number"
                fit = values[name.column].fit(kind)
                full = f"{about.table}.{about.column}" if about.table != table else about.column
                rank = meaning.rank if about.kind != PRODUCT else 0
                if about.kind == PRODUCT:
                    fit = (
                        0.5 + fit / 2
                        if values[name.column].fit("text") >= _FITS and not _numeric(values[name.column])
                        else 0.0
                    )
                if fit >= _FITS:
                    blank = not values[name.column].sample
                    found.append(Candidate(rank, round(1 - fit, 3), name.column, full, meaning.language, blank))
    found = keep_apart(found)
    found += [each for each in _product_columns(header, values, table, found) if each.column not in groups]
    chosen: dict[int, Candidate] = {}
    taken: dict[str, int] = {}
    beside: dict[int, Candidate] = {}
    for column, grouped in groups.items():
        taken.setdefault(grouped.field, column)
    for candidate in sorted(found, key=lambda each: each.key):
        if candidate.column in chosen:
            continue
        if candidate.field in taken:
            beside.setdefault(candidate.column, candidate)
            continue
        chosen[candidate.column] = candidate
        taken[candidate.field] = candidate.column
        beside.pop(candidate.column, None)
    for candidate in _doubtful_owners(chosen, taken, header, table, vocabulary):
        del chosen[candidate.column], taken[candidate.field]
    if "quantity" not in taken and (periods := period_columns(header, values, table, vocabulary)):
        periods = {column: grouped for column, grouped in periods.items() if column not in chosen}
        groups = {**groups, **periods}
        taken.update({grouped.field: column for column, grouped in periods.items()})
    if not {"chip", "holdings.chip"} & taken.keys() and (
        products := product_columns(header, values, table, vocabulary)
    ):
        groups = {**groups, **products}
        chosen = {column: each for column, each in chosen.items() if column not in products}
        taken.update({each.field: column for column, each in products.items()})
        taken["chip"] = min(products)
    subjects = [each for each in chosen.values() if each.rank >= _SUBJECT.get(each.field, each.rank + 1)]
    if not subjects:
        chosen = {column: each for column, each in chosen.items() if each.field not in _OF_SUBJECTS}
    shape = vocabulary.tables[table]
    lacks = ["relation"] if table == "stakes" and subjects and "relation" not in taken else []
    lacks += [need for need in shape.get("needs", ()) if need not in taken]
    if (one := shape.get("needs_one")) and not any(need in taken for need in one):
        lacks.append(" or ".join(one))
    if table in ("companies", "sites") and not {"id", "name"} & taken.keys():
        lacks.append("name")
    titled = any(fold_title(word) in fold_title(text) for text in where for word in vocabulary.titles(table))
    score = (
        len(groups) + sum(1 - each.misfit / 2 for each in chosen.values()) - 3 * len(lacks) + (_TITLED if titled else 0)
    )
    return Proposal(table, chosen, lacks, score, beside, groups)


def _doubtful_owners(
    chosen: Mapping[int, Candidate], taken: Mapping[str, int], header: Header, table: str, vocabulary: Vocabulary
) -> list[Candidate]:
    """Owners that nothing but the name of their column tells, which may name somebody of the seller's own."""
    if "stakes.owner" not in taken or "stakes.percent" in taken:
        return []
    titles = {name.column: fold_title(name.lookups[0]) for name in header.columns}
    doubted = {word for _, fields, words in vocabulary.open_columns if "stakes.owner" in fields for word in words}
    return [each for each in chosen.values() if each.field == "stakes.owner" and titles[each.column] in doubted]


def _product_columns(
    header: Header, values: Mapping[int, ColumnValues], table: str, found: Sequence[Candidate]
) -> list[Candidate]:
    """Columns of any name whose values are products that are surely known."""
    about = table_field(table, "chip")
    if about is None or about.kind != PRODUCT:
        return []
    named = {each.column for each in found}
    fits = {name.column: values[name.column].fit("product") for name in header.columns if values[name.column].sample}
    return [
        Candidate(0, round((1 - fit) / 2, 3), column, "chip")
        for column, fit in fits.items()
        if fit >= _KNOWN_PRODUCTS and column not in named
    ]


def _numeric(values: ColumnValues) -> bool:
    return values.fit("number") >= _SURE


def _fields_of(table: str, meaning: str, values: ColumnValues) -> list[TableField]:
    """The fields that a meaning may be, by the values: a party by its number or by its name."""
    about = table_field(table, meaning)
    if about is None:
        return []
    if about.kind == PARTY and about.part and "." not in meaning:
        by_number = values.fit("code") >= _SURE
        return [TableField(about.table, about.name, PARTY, "id" if by_number else "name")]
    return [about]


def _kind_of_values(about: TableField) -> str:
    """How the values of a field are tested."""
    if about.kind == PARTY:
        return "text" if about.part == "id" else "party" if about.part else "reference"
    if about.kind == ID:
        return "code" if about.table in ("companies", "sites") else "text"
    if about.kind == TEXT:
        return about.name if about.name in ("email", "website", "line") else "name" if about.name == "name" else "text"
    if about.kind == WORD:
        return about.name if about.name == "interest" else "text"
    return about.kind


def sheet_map(
    name: str, header: Header, proposal: Proposal, values: Mapping[int, ColumnValues], vocabulary: Vocabulary
) -> SheetMap:
    """The map of a proposal; a column that is only likely to be a field is asked."""
    columns = []
    likely = _likely(header, proposal, values, vocabulary)
    for each in header.columns:
        candidate = proposal.columns.get(each.column)
        if grouped := proposal.groups.get(each.column):
            column = ColumnMap(each.title, grouped.field, each.nth, grouped.options)
            column.comments["column"] = f"{each.letter}; confidence 1.00: by its name; a row of its own with its group"
            if grouped.day == ASK:
                told = f"of which day are the lines of `{each.title}`? Write it, such as 2026-12-31"
                told += ", or `-` as its field where it adds up other columns"
                column.comments["day"] = f"{each.letter}: {told}"
        elif candidate is not None:
            column = ColumnMap(each.title, candidate.field, each.nth)
            how = "by its name" if candidate.language else "by its values"
            spoken = f", {candidate.language}" if candidate.language else ""
            column.comments["column"] = f"{each.letter}; confidence {1 - candidate.misfit / 2:.2f}: {how}{spoken}"
            if alone := _field_alone(each, candidate.field, proposal.table, header, vocabulary):
                told = f"stands right of `{each.group}`, and nothing tells how far that reaches"
                column.comments["field"] = f"{told}: write `{candidate.field}` if it belongs there, else `{alone}`"
                column.field = ASK
            elif candidate.field.rpartition(".")[2] == "percent" and _has_owners(proposal):
                told = f"which of the owners has this share? Write `{candidate.field}` and `group:` with its number"
                column.comments["field"] = f"{told}, else `-`"
                column.field = ASK
        elif each.column in likely:
            meant, why, confidence = likely[each.column]
            column = ColumnMap(each.title, ASK, each.nth)
            column.comments["column"] = f"{each.letter}; confidence {confidence:.2f}"
            column.comments["field"] = f"{why}; write `{meant}` if it is, else `-`"
        else:
            column = ColumnMap(each.title, NOT_READ, each.nth)
            column.comments["column"] = f"{each.letter}; {_why_not(each, proposal, vocabulary)}"
        columns.append(column)
    made = SheetMap(name, proposal.table, tuple(row + 1 for row in header.rows), columns)
    read = {each.column: (each.field, each.rank) for each in proposal.columns.values()}
    beside = {each.column: (each.field, each.rank) for each in proposal.beside.values()}
    ask_rivals(made, header, values, read, beside, vocabulary)
    ask_unknown(made, header.columns, values, vocabulary)
    return made


def _has_owners(proposal: Proposal) -> bool:
    """Whether several columns name owners, each of a row of its own."""
    return any(each.field.rpartition(".")[2] == "owner" for each in proposal.groups.values())


def _field_alone(name: ColumnName, field: str, table: str, header: Header, vocabulary: Vocabulary) -> str:
    """Another field that a column is by its own name, if its group stands beside it and may not reach it.

    Of a name that stands several times each belongs to its own group.
    """
    if not name.is_beside or fold_title(name.lookups[0]) == fold_title(name.own):
        return ""
    if sum(each.own == name.own for each in header.columns) > 1:
        return ""
    alone = {meaning.field for meaning in vocabulary.meanings(table, (name.own,))}
    alone = {each for each in alone if each.removesuffix(".name") != field.removesuffix(".name")}
    return next(iter(sorted(alone)), "")


def _why_not(name: ColumnName, proposal: Proposal, vocabulary: Vocabulary) -> str:
    if name.column in proposal.beside:
        return f"`{proposal.beside[name.column].field}` is read from another column"
    if vocabulary.is_not_read(name.lookups):
        return "nothing that a rule asks for"
    return UNKNOWN


def _likely(
    header: Header, proposal: Proposal, values: Mapping[int, ColumnValues], vocabulary: Vocabulary
) -> dict[int, tuple[str, str, float]]:
    """Columns that may be fields which no other column is: by a name near to a known one, or by their values."""
    taken = {candidate.field for candidate in proposal.columns.values()}
    taken |= {grouped.field for grouped in proposal.groups.values()}
    free = [
        each
        for each in header.columns
        if not any(each.column in known for known in (proposal.columns, proposal.beside, proposal.groups))
    ]
    found: dict[int, tuple[str, str, float]] = {}
    words = dict(vocabulary.words_of(proposal.table))
    for each in free:
        if asked := _open_column(each, proposal, taken, vocabulary):
            found[each.column] = (*asked, 0.4)
            taken.add(asked[0])
            continue
        if vocabulary.is_not_read(each.lookups):
            continue
        if odd := _odd_column(each, proposal.table, taken, values, vocabulary):
            why = f"its name is a word for `{odd}`, and few of its values look like one"
            found[each.column] = (odd, why, 0.3)
            taken.add(odd)
            continue
        near = process.extractOne(fold_title(each.lookups[0]), list(words), scorer=fuzz.ratio, score_cutoff=_LIKE)
        about = table_field(proposal.table, words[near[0]]) if near is not None else None
        if near is None or about is None or about.table != proposal.table or about.column in taken:
            continue
        if values[each.column].fit(_kind_of_values(about)) >= _SURE:
            why = f"its name is near to a word for `{about.column}`"
            found[each.column] = (about.column, why, round(near[1] / 200, 2))
            taken.add(about.column)
    named = {field.partition(".")[0] for field in taken}
    for need, kind in _BY_VALUES:
        about = table_field(proposal.table, need)
        if about is None or about.name in named or need not in vocabulary.tables[proposal.table]["fields"]:
            continue
        for each in free:
            held = values[each.column]
            if each.column in found or not held.sample or vocabulary.is_not_read(each.lookups):
                continue
            if kind == "code" and each is not header.columns[0]:
                continue
            if kind == "key" and (each is not header.columns[0] or proposal.table not in ("companies", "sites")):
                continue
            if held.fit(kind) >= _LOOKS_LIKE and (kind != "share" or held.fit("date") < _FITS):
                found[each.column] = (need, f"its values look like `{need}`", 0.4)
                named.add(about.name)
                break
    if vocabulary.takes_parties(proposal.table):
        for each in free:
            if each.column in found or vocabulary.is_not_read(each.lookups):
                continue
            texts = (value for value in values[each.column].known if isinstance(value, str))
            if told := next(filter(countries_in, texts), ""):
                found[each.column] = (
                    "end_use_country` or `end_use",
                    _MENTIONS.format(shorten(told, _SHOWN, placeholder=" ...")),
                    0.2,
                )
    return found


_MENTIONS = "not known what it is, and `{}` names a country: does it say where, or for what, the goods are used?"
_SHOWN = 60


def _odd_column(
    name: ColumnName, table: str, taken: set[str], values: Mapping[int, ColumnValues], vocabulary: Vocabulary
) -> str:
    """The field that a column is by its name and not by its values, if a finding may rest on it."""
    if not values[name.column].sample:
        return ""
    for meaning in vocabulary.meanings(table, name.lookups):
        about = table_field(table, meaning.field)
        if about is None or about.kind not in (COUNTRY, DATE, COUNT, SHARE) or not about.decides:
            continue
        if about.table == table and about.column not in taken:
            return about.column
    return ""


def _open_column(
    name: ColumnName, proposal: Proposal, taken: set[str], vocabulary: Vocabulary
) -> tuple[str, str] | None:
    """The field that a column may be whose name alone does not say it, and what is asked."""
    fields = vocabulary.tables[proposal.table]["fields"]
    grouped = {each.field for each in proposal.groups.values()}
    for asks, meant, words in vocabulary.open_columns:
        may_be = [field for field in meant if field not in grouped]
        if fold_title(name.lookups[0]) in words and may_be and taken.isdisjoint(may_be) and set(may_be) <= set(fields):
            return "` or `".join(may_be), asks
    return None


_LOOKS_LIKE = 0.8
_BY_VALUES = (
    ("chip", "product"), ("holdings.chip", "product"),
    ("to_country", "country"), ("headquarters", "country"), ("country", "country"), ("date", "date"),
    ("id", "key"), ("purchase", "code"), ("quantity", "count"), ("percent", "share"),
)  # fmt: skip
"""Fields that a column may be by its values alone, which is asked."""


def choose_table(proposals: Sequence[Proposal]) -> Proposal | None:
    """The table that fits best; `None` where none has what it needs."""
    whole = [each for each in proposals if not each.lacks]
    return max(whole, key=lambda each: each.score, default=None)  # of equal ones the first


__all__ = ["COUNTRY", "Candidate", "Proposal", "choose_table", "propose", "sheet_map"]
