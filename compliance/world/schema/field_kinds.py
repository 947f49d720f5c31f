"""The kinds of values that a table's fields hold, for pydantic: exact, frozen, and all read from text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, PlainValidator, StringConstraints, WithJsonSchema

from compliance.units import Interval
from compliance.world.reference.countries import country
from compliance.world.schema import field_values
from compliance.world.schema.field_values import LONGEST_ID, PARTY_FIELDS, PartyDescription, number
from compliance.world.schema.schema_words import DAY, NUMBER_PATTERN

PARTIES = ("companies", "people")
LINE_TABLES = ("shipments", "orders")
_SEEN = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\u202A-\u202E\u2066-\u2069]*$"
_SEEN_IN_ONE_LINE = (
    r"^[^\x00-\x1F\x7F-\x9F\xAD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]+$"
)


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a field whose text is the id of a row of one of these tables."""

    tables: tuple[str, ...]


_NUMBER = WithJsonSchema({"type": ["string", "number"], "pattern": NUMBER_PATTERN})
_RANGE = WithJsonSchema({"type": ["string", "number"], "description": "`5`, `5-9`, `>5`, `<9` or `unknown`"})
_COUNTRY: dict[str, Any] = {"type": "string", "pattern": "^[A-Z]{2}$", "description": "ISO 3166-1"}
_TEXTS = {"type": "array", "items": {"type": ["string", "number"]}}
_BY_FORMAT = {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
_DESCRIPTION = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in PARTY_FIELDS},
    "additionalProperties": False,
}


def _or_text(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "string"}, schema]})


_EXACT = (int, Fraction)
_EXACT_OR_RANGE = (int, Fraction, Interval)

Text = Annotated[str, StringConstraints(pattern=_SEEN)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID, pattern=_SEEN_IN_ONE_LINE)]
PartyId = Annotated[Id, Names(PARTIES)]
CompanyId = Annotated[Id, Names(("companies",))]
SiteId = Annotated[Id, Names(("sites",))]
ModelId = Annotated[Id, Names(("models",))]
OrderId = Annotated[Id, AfterValidator(field_values.order_id)]
LineId = Annotated[Id, Names(LINE_TABLES)]
Country = Annotated[str, PlainValidator(country), WithJsonSchema(_COUNTRY)]
Day = Annotated[date, PlainValidator(field_values.day), WithJsonSchema(DAY)]
EventDay = Annotated[date, PlainValidator(field_values.event_day), WithJsonSchema(DAY)]
Truth = Annotated[bool, PlainValidator(field_values.truth), WithJsonSchema({"type": ["boolean", "string"]})]
Several = Annotated[tuple[str, ...], PlainValidator(field_values.several), _or_text(_TEXTS)]
Number = Annotated[Fraction, PlainValidator(number(field_values.exact, _EXACT)), _NUMBER]
Amount = Annotated[Fraction, PlainValidator(number(field_values.amount, _EXACT)), _NUMBER]
LargeAmount = Annotated[Fraction, PlainValidator(field_values.large_amount), _NUMBER]
Count = Annotated[int, PlainValidator(number(field_values.count, _EXACT)), _NUMBER]
Units = Annotated[int, PlainValidator(number(field_values.unit_count, _EXACT)), _NUMBER]
Some = Annotated[int, PlainValidator(number(field_values.positive_count, _EXACT)), _NUMBER]
Megawatts = Annotated[Fraction, PlainValidator(number(field_values.decimals(6), _EXACT)), _NUMBER]
Kilowatts = Annotated[Fraction, PlainValidator(number(field_values.decimals(3), _EXACT)), _NUMBER]
Share = Annotated[Fraction, PlainValidator(number(field_values.share, _EXACT)), _NUMBER]
Percent = Annotated[Interval, PlainValidator(number(field_values.percent, _EXACT_OR_RANGE)), _RANGE]
Range = Annotated[Interval, PlainValidator(number(field_values.quantity_range, _EXACT_OR_RANGE)), _RANGE]
Throughput = Annotated[dict[str, Fraction], PlainValidator(field_values.throughput), _or_text(_BY_FORMAT)]
Party = Annotated[str | PartyDescription, PlainValidator(field_values.party), Names(PARTIES), _or_text(_DESCRIPTION)]
