"""Columns that contend: two that may be one field, and those that stand apart from the table; all are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from compliance.spreadsheets.files.header import ColumnName, Header
from compliance.spreadsheets.files.workbook import Sheet
from compliance.spreadsheets.map_file import ASK, NOT_READ, ColumnMap, SheetMap
from compliance.spreadsheets.values.column_values import ColumnValues
from compliance.spreadsheets.values.table_fields import COUNT, COUNTRY, DATE, PARTY, SHARE, table_field
from compliance.spreadsheets.values.trade_words import Vocabulary

_COMPARED = frozenset({COUNT, COUNTRY, SHARE, DATE})
_DATED = 0.9
_OF_CONSIGNEE, _OF_END_USER = ("consignee", "to_country"), ("end_user", "end_use_country")


class FieldClaim(Protocol):
    """A column as a field; of two for a field the one of the lesser `rank` is read."""

    @property
    def column(self) -> int: ...

    @property
    def field(self) -> str: ...

    @property
    def rank(self) -> int: ...


Claims = TypeVar("Claims", bound=FieldClaim)


def keep_apart(found: Sequence[Claims]) -> list[Claims]:
    """Leaves a column that may be of the consignee or of the end user to the end user where another is the consignee.

    An ultimate consignee beside who the goods are shipped to is no other name of the same party.
    """
    ends = {each.column for each in found if _head(each) in _OF_END_USER}
    names_user = any(each.field in ("end_user.name", "end_user.id") for each in found)
    alone = {(_head(each), each.rank) for each in found if each.column not in ends}
    kept: list[Claims] = []
    for each in found:
        taken = any(head == _head(each) and rank <= each.rank for head, rank in alone)
        other = {one.field for one in found if one.column == each.column and _head(one) in _OF_END_USER}
        if _head(each) in _OF_CONSIGNEE and other and taken and (names_user or other != {"end_user.country"}):
            continue
        kept.append(each)
    return kept


def _head(claim: FieldClaim) -> str:
    return claim.field.partition(".")[0]


Claim = tuple[str, int]
"""A field that the name of a column means, and how well it says so: the least best."""


def ask_rivals(
    about: SheetMap,
    header: Header,
    values: Mapping[int, ColumnValues],
    chosen: Mapping[int, Claim],
    beside: Mapping[int, Claim],
    vocabulary: Vocabulary,
) -> None:
    """Asks which column is a field where two say so as well, and hold different values."""
    columns = {name.column: name for name in header.columns}
    for column, (field, rank) in chosen.items():
        name = columns[column]
        rivals = [columns[other] for other, claim in beside.items() if claim[0] == field]
        rivals = [each for each in rivals if _contends(about.table, field, rank, beside[each.column][1], name, each)]
        if field == "date" and rank > 1 and vocabulary.takes_parties(about.table):
            rivals += _date_columns(header, values, {*chosen, *beside}, vocabulary)
        rivals = [each for each in rivals if _differ(values[each.column], values[column])]
        if not rivals:
            continue
        told = " and ".join(f"`{each.title}` ({each.letter})" for each in (name, *rivals))
        is_party = vocabulary.takes_parties(about.table) and field.partition(".")[0] in vocabulary.party_fields
        other = f"{_OTHER_PARTY}, or `-`" if is_party else "`-` for the other"
        for each in (name, *rivals):
            made = about.column(each.title, each.nth)
            if made is not None:
                made.field = ASK
                made.comments["field"] = f"{told} differ: write `{field}` for the one that is meant, {other}"


_OTHER_PARTY = "for the other what it is, such as `end_user.name`, `intermediate_consignee.name` or `payer.name`"


def _differ(one: ColumnValues, two: ColumnValues) -> bool:
    """Whether both columns tell something, and not the same."""
    return bool(one.sample and two.sample) and one.places.keys() != two.places.keys()


def _contends(table: str, field: str, rank: int, other: int, name: ColumnName, rival: ColumnName) -> bool:
    found = table_field(table, field)
    if found is None or not found.decides:
        return False
    if name.title == rival.title:
        return True
    if found.kind == DATE and field == "date":
        return rank <= 1 and other <= 1
    return found.kind == PARTY or (found.kind in _COMPARED and rank == other)


def _date_columns(
    header: Header, values: Mapping[int, ColumnValues], known: set[int], vocabulary: Vocabulary
) -> Iterator[ColumnName]:
    """Columns of dates of which nothing is known."""
    for name in header.columns:
        held = values[name.column]
        if name.column in known or not held.sample or vocabulary.is_not_read(name.lookups):
            continue
        if held.fit("date") >= _DATED and held.fit("number") < 1:
            yield name


def set_apart(sheet: Sheet, header: Header, about: SheetMap, beside: Mapping[int, str]) -> None:
    """Asks for the columns that would be read and that empty columns part from most others.

    Where a column of the others was left for one of these, which `beside` tells by its field, it is read instead.
    """
    blocks: list[list[ColumnName]] = []
    for name in header.columns:
        if not blocks or _are_apart(sheet, header.first, blocks[-1][-1].column, name.column):
            blocks.append([])
        blocks[-1].append(name)
    if len(blocks) < 2:
        return
    main = max(blocks, key=lambda block: len(_columns_read(block, about)))
    for block in blocks:
        for name in _columns_read(block, about) if block is not main else ():
            column = about.column(name.title, name.nth)
            if column is not None and (own := _own_column(main, about, beside, column.field)) is not None:
                own.field, column.field = column.field, NOT_READ
                own.comments["column"] = f"confidence 1.00: by its name; `{column.title}` ({name.letter}) stands apart"
                column.comments["column"] = f"{name.letter}; stands apart from the table, which has its own"
            elif column is not None and column.field != ASK:
                told = f"stands apart from the table: write `{column.field}` if each row of it has this, else `-`"
                column.comments["field"] = told
                column.field = ASK


def _own_column(
    block: Sequence[ColumnName], about: SheetMap, beside: Mapping[int, str], field: str
) -> ColumnMap | None:
    """The column of a block that is this field too, and was left for another."""
    column = next((about.column(name.title, name.nth) for name in block if beside.get(name.column) == field), None)
    return column if column is not None and column.field == NOT_READ else None


def _columns_read(block: list[ColumnName], about: SheetMap) -> list[ColumnName]:
    found = [(name, about.column(name.title, name.nth)) for name in block]
    return [name for name, column in found if column is not None and column.field != NOT_READ]


def _are_apart(sheet: Sheet, first: int, left: int, right: int) -> bool:
    """Whether there are columns between two, all of them empty."""
    return right - left > 1 and not any(cell != "" for cells in sheet.rows[first:] for cell in cells[left + 1 : right])
