"""Every field that a rule, a measure or a filter may name, as the compiler knows it.

Tables come first, then the attributes that a column of a type leads to (`consignee.headquarters`), then the totals of a
pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from compliance.errors import UsageError, near
from compliance.plan.sql.aggregate import AggregateCompiler
from compliance.plan.sql.compiler import Compiler
from compliance.plan.subject_kinds import kind_at
from compliance.rulebook.conditions import All, Any, Condition, Not, Test
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import COUNTRIES, SHARED, Pack
from compliance.rulebook.prose.terms import TABLES
from compliance.rulebook.prose.wording import Wording
from compliance.rulebook.rule_models import FieldDefinition
from compliance.sources.column_types import Column, Kind
from compliance.sources.parties.party_columns import PARTY, PARTY_NAMED
from compliance.sources.source_catalogue import ENTITIES, PLACE_NAMED, ROW_NAMED, SOURCES
from compliance.world.reference.country_lists import CountryLists

TYPES: dict[Kind, str] = {
    "text": "text", "flag": "true or false", "date": "day", "place": "country", "names": "parties", "party": "party",
    "site": "site", "model": "model", "chip": "chip", "amount": "number",
}  # fmt: skip
"""What an author calls the kinds of columns."""
ROW, LISTS = "row", "lists"
LED_TO: dict[str, tuple[str, tuple[Mapping[str, Column], ...]]] = {
    ROW: ("what else may be asked of a row of any table", (ROW_NAMED,)),
    "party": ("what a party leads on to, at the row's date, such as `consignee.headquarters`", (PARTY, PARTY_NAMED)),
    "country": ("what a country leads on to; `{in: LIST}` asks whether it is on a list", (PLACE_NAMED,)),
    **{kind: (f"what a {kind} leads on to, such as `{kind}.{next(iter(c))}`", (c,)) for kind, c in ENTITIES.items()},
}
"""What stands behind the dot of a path, by the type of what stands before it."""
TOTAL = {
    "id": "whose total it is",
    "key": "the second thing that it is kept for",
    "date": "the day by whose law it is judged",
    "period": "the time that it is kept for",
    "measure": "the total",
    "before_last": "the total before its last line",
    "part": "the part",
    "rest": "the whole without the part",
    "to": "what the part is compared with",
}
"""What the columns of a measure's totals say; its flags have a question each."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name (what stands in capitals is to be filled in), type, unit and meaning; `pack` if it has one."""

    field: str
    type: str
    unit: str
    meaning: str
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a table, of what a column leads on to, or of the totals of a pack's measure."""

    table: str
    meaning: str
    fields: tuple[Field, ...]


def fields(packs: Sequence[Pack] = (), table: str | None = None) -> list[Fields]:
    """The fields of every table, with those of these packs; or of one `table`, and what its columns lead on to.

    Raises `UsageError` for a table that there is not.
    """
    every = [*_tables(packs), *(one for pack in packs for one in _totals(pack))]
    if table is None:
        return every
    found = [one for one in every if one.table == table]
    if not found:
        names = [one.table for one in every]
        known = ", ".join((*SOURCES, *LED_TO, LISTS))
        raise UsageError(f"there is no table `{table}`; one of {known}, or a measure of a pack.{near(table, names)}")
    types = {field.type for one in found for field in one.fields} - {table}
    types |= {ROW} if table in SOURCES else set()
    return [*found, *(one for one in every if one.table in types)]


def _tables(packs: Sequence[Pack]) -> Iterator[Fields]:
    own = [(pack, AggregateCompiler(Compiler(pack))) for pack in packs]
    for table, columns in SOURCES.items():
        more = chain.from_iterable(_own(pack, totals, table) for pack, totals in own)
        yield Fields(table, TABLES[table], (*_describe_columns(columns), *more))
    for name, (meaning, parts) in LED_TO.items():
        theirs = (_of_party(pack) for pack in packs) if name == "party" else ()
        yield Fields(
            name, meaning, (*(f for part in parts for f in _describe_columns(part)), *chain.from_iterable(theirs))
        )
    said = "what may stand for LIST and TEST; for LIST also a list of the world's `listings`, such as UVEU"
    yield Fields(LISTS, said, tuple(dict.fromkeys(_lists(packs))))


def _lists(packs: Sequence[Pack]) -> Iterator[Field]:
    """Lists of countries and parties, and tests of ownership; without packs the lists that all packs share."""
    shared = rules_folder() / SHARED / COUNTRIES
    for lists in (pack.lists for pack in packs) if packs else (CountryLists.load([shared]),):
        for name in sorted(lists.names):
            yield Field(name, "list of countries", "", lists.title(name))
    for pack in packs:
        for name, listed in pack.party_lists.items():
            yield Field(name, "list of parties", "", listed.title, pack.id)
        for name, test in pack.file.capture.items():
            yield Field(name, "test of ownership", "", test.title, pack.id)


def _describe_columns(columns: Mapping[str, Column]) -> Iterator[Field]:
    """Columns; the meaning of one that takes a name begins with the word for that name."""
    for name, column in columns.items():
        after, mark, meaning = column.meaning.partition("; ")
        named = bool(mark) and after.isupper()
        path = f"{name}.{after}" if named else name
        yield Field(path, TYPES[column.kind], column.unit, meaning if named else column.meaning)


def _own(pack: Pack, totals: AggregateCompiler, table: str) -> Iterator[Field]:
    """The fields that a pack adds to a table, with its routes, and the measures and filters over its rows."""
    wording, definitions = Wording(pack, brief=True), pack.definitions
    for name, field in definitions.fields.get(table, {}).items():
        kind = "flag" if isinstance(field, Test | All | Any | Not) else kind_at(totals, table, name) or "text"
        yield Field(name, TYPES[kind], "", _means(wording, field, name, table), pack.id)
    for name, route in definitions.routes.items():
        if table in route.of:
            yield Field(f"route.{name}", TYPES["flag"], "", f"it meets the conditions of {route.title}", pack.id)
    for name, measure in definitions.measures.items():
        if totals.compiler.keyed_measure(name).of == table:
            said = f"the total to which the row belongs: {measure.text}"
            yield Field(f"measure.{name}", TYPES["amount"], measure.unit, said, pack.id)
            yield Field(f"counted_in.{name}", TYPES["flag"], "", f"it is counted in `{name}`", pack.id)


def _of_party(pack: Pack) -> Iterator[Field]:
    for name, field in pack.definitions.fields.get("party", {}).items():
        yield Field(name, TYPES["flag"], "", _means(Wording(pack, brief=True), field, name, "party"), pack.id)


def _means(wording: Wording, field: FieldDefinition, name: str, table: str) -> str:
    """What a field of a pack says, in the words of its definition."""
    if not isinstance(field, Test | All | Any | Not):
        return wording.path(name, table)
    return _sentence(wording, field, table)


def _sentence(wording: Wording, asked: Condition, table: str, yes: bool = True, inside: bool = False) -> str:
    """A condition (or its contrary) in one line."""
    match asked:
        case Not(item):
            return _sentence(wording, item, table, not yes, inside)
        case All(items) | Any(items) if len(items) > 1:
            joined = " and " if isinstance(asked, All) == yes else " or "
            told = joined.join(_sentence(wording, item, table, yes, inside=True) for item in items)
            return f"({told})" if inside else told
        case _:
            return " ".join(line.strip() for line in wording.condition(asked, table, yes=yes))


def _totals(pack: Pack) -> Iterator[Fields]:
    """The totals of each measure of a pack."""
    totals, wording = AggregateCompiler(Compiler(pack)), Wording(pack, brief=True)
    for name, measure in pack.definitions.measures.items():
        found = []
        for column, held in totals.totals(name)[1].columns().items():
            flag = measure.flags.get(column)
            said = f"for some row, {_means(wording, flag, column, measure.of or '')}" if flag else TOTAL[column]
            unit = measure.unit if column in ("measure", "before_last") else ""
            found.append(Field(column, TYPES[held.kind], unit, said, pack.id))
        if measure.part is not None:
            found.append(Field("measure", TYPES["amount"], measure.unit, "the share itself", pack.id))
        yield Fields(name, f"totals of {pack.id}: {measure.text}", tuple(found))
