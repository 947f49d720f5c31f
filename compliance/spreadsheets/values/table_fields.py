"""What the fields of a table hold, as a sheet may give them: kinds of values, and which a row needs."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.world.schema.field_kinds import Names
from compliance.world.schema.field_values import PARTY_FIELDS
from compliance.world.schema.row import describable_fields, leaves, references
from compliance.world.schema.tables import TABLES

COUNT, NUMBER, SHARE, DATE, COUNTRY = "count", "number", "share", "date", "country"
PRODUCT, PARTY, WORD, TEXT, LIST, ID = "product", "party", "word", "text", "list", "id"
LINK = "link"
"""What a row of a sheet of relations says of its two parties."""
LINKS = ("relation", "state", "subject_type", "object_type")
"""Fields of sheets of stakes that no row of a world keeps: what the first party is to the second, and whether it is."""

OWNER_TYPE, VOTES = "owner_type", "votes"
"""Fields of sheets of stakes that say more of a row: whether the owner is a person, and its share of the votes."""

_COUNTS = frozenset({"quantity", "employees", "rows"})
_NUMBERS = frozenset({"value_usd", "it_mw", "facility_mw", "capital_usd", "price_usd", "limit_tpp"})
_DATES = frozenset(
    {"date", "from", "to", "incorporated", "dissolved", "reactivated", "last_filing", "known_from", "born"}
)
_COUNTRIES = frozenset({"headquarters", "jurisdiction", "nationality", "residence"})
_IDLE = frozenset({"value_usd", "price_usd", "description", "line", "purchase", "source", "business", "serials"})
"""Fields that no finding rests on alone; a cell of them that is not read leaves its row as it is."""
POWER = frozenset({"it_mw", "facility_mw"})
SEATED = frozenset({("stakes", "owner"), ("stakes", "owned"), ("holdings", "site")})
"""Fields that name a company or site, and beside which its country may stand."""
LEADS = {"stakes": "owner", "roles": "person", "orders": "chip", "shipments": "chip", "holdings": "chip"}
"""The field of which each one makes a row of its own, and without which columns beside another table make none."""
MONEY = frozenset({"value_usd", "price_usd", "capital_usd"})


_BESIDE_STAKES = {OWNER_TYPE: LINK, VOTES: SHARE}


@dataclass(frozen=True, slots=True)
class TableField:
    """A field of a table as the column of a sheet gives it; `part` is what of a party it says."""

    table: str
    name: str
    kind: str
    part: str = ""

    @property
    def column(self) -> str:
        """The name of the column of a world."""
        return f"{self.name}.{self.part}" if self.part else self.name

    @property
    def decides(self) -> bool:
        """Whether a finding may rest on it."""
        return self.name not in _IDLE

    @property
    def required(self) -> bool:
        """Whether a row cannot be without it."""
        found = next((f for n, f in TABLES[self.table].model_fields.items() if (f.alias or n) == self.name), None)
        return found is not None and found.is_required()


def table_field(table: str, field: str) -> TableField | None:
    """A field by its name, `consignee.name`, or of a table beside it, `stakes.owner`; `None` where there is none."""
    head, _, part = field.partition(".")
    if head in TABLES and part:
        inner = table_field(head, part)
        return None if inner is None or (inner.part and inner.kind != COUNTRY) else inner
    model = TABLES[table]
    if table == "stakes" and field in LINKS:
        return TableField(table, field, LINK)
    if table == "stakes" and field in _BESIDE_STAKES:
        return TableField(table, field, _BESIDE_STAKES[field])
    if head not in model.columns():
        return None
    if head in describable_fields(model):
        return (
            TableField(table, head, PARTY if part != "country" else COUNTRY, part or "name")
            if (part in (*PARTY_FIELDS, "id", ""))
            else None
        )
    if part:
        seated = part == "country" and (table, head) in SEATED
        return TableField(table, head, COUNTRY, part) if seated else None
    return TableField(table, head, _kind(table, head))


def _kind(table: str, name: str) -> str:
    if name == "id":
        return ID
    if name == "chip":
        return PRODUCT
    if name == "percent":
        return SHARE
    for kind, names in ((COUNT, _COUNTS), (NUMBER, _NUMBERS), (DATE, _DATES), (COUNTRY, _COUNTRIES)):
        if name in names:
            return kind
    if name == "country" or name.endswith("_country"):
        return COUNTRY
    if any(name == each for each, _ in references(TABLES[table])):
        return PARTY
    field = next(f for n, f in TABLES[table].model_fields.items() if (f.alias or n) == name)
    if name in ("status", "interest", "movement", "authorization", "means", "kind", "activity"):
        return WORD
    return LIST if any(leaf is tuple for leaf in leaves(field.annotation)) or name in ("aliases", "serials") else TEXT


def names_companies(table: str, name: str) -> bool:
    """Whether a field names a company or a person by id."""
    return any(each == name and "companies" in tables for each, tables in references(TABLES[table]))


def names_sites(table: str, name: str) -> bool:
    """Whether a field names a site by id."""
    return any(each == name and "sites" in tables for each, tables in references(TABLES[table]))


__all__ = ["MONEY", "POWER", "Names", "TableField", "names_companies", "names_sites", "table_field"]
