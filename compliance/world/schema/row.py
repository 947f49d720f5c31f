"""A row of a table: frozen, exact, and knowing where it was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from compliance.units import Interval, show
from compliance.world.schema.field_kinds import Names
from compliance.world.schema.field_values import PARTY_FIELDS, PartyDescription

_EXTRA = "x_"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row was read: the file as the user named it, and the line counted from 1 (0: none)."""

    file: str
    line: int


NOWHERE = Origin("<python>", 0)


def _schema(schema: dict[str, Any]) -> None:
    schema.get("properties", {}).pop(_EXTRA, None)
    schema["patternProperties"] = {"^x_": {}}


class Row(BaseModel):
    """What every table's rows share. Fields are the contract's; what is not known is `None`.

    `extra` holds the columns that begin with `x_`. Two rows are equal if their table and content are,
    wherever they were read.
    """

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        json_schema_extra=_schema,
        protected_namespaces=(),
    )
    table: ClassVar[str] = ""
    key: ClassVar[tuple[str, ...]] = ()
    """The fields that name a row; no two rows of a table may agree in them."""

    extra: dict[str, str] = Field(default_factory=dict, alias=_EXTRA, repr=False)
    _origin: Origin | None = PrivateAttr(default=None)
    _content: str | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _prepare(cls, values: Any) -> Any:
        """Drop what is empty, gather `x_` columns, and fold `consignee.name` into a description."""
        if not isinstance(values, Mapping):
            return values
        kept: dict[str, Any] = {}
        extra: dict[str, str] = {}
        for key, value in values.items():
            given = value.strip() if isinstance(value, str) else value
            if given is None or given == "" or given == [] or given == {}:
                continue
            if key[:2] == _EXTRA:
                if key == _EXTRA and isinstance(given, Mapping):
                    extra.update(given)
                else:
                    extra[str(key)] = (
                        given if isinstance(given, str) else json.dumps(given, sort_keys=True, default=str)
                    )
            elif "." in key and cls._describes(key):
                party, _, part = key.partition(".")
                told = kept.setdefault(party, {})
                if not isinstance(told, dict):
                    raise ValueError(f"`{party}` is named by id and described by `{key}`; keep one")
                told[part] = given
            elif isinstance(kept.get(key), dict):
                raise ValueError(f"`{key}` is named by id and described by `{key}.*`; keep one")
            else:
                kept[str(key)] = given
        if extra:
            kept[_EXTRA] = extra
        return kept

    @classmethod
    def _describes(cls, key: str) -> bool:
        party, _, part = key.partition(".")
        return part in PARTY_FIELDS and party in describable_fields(cls)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        values = self.__dict__
        start, end = values.get("from_"), values.get("to")
        if start is not None and end is not None and start >= end:
            raise ValueError(f"`from` {start} is not before `to` {end}; `to` is the first day that no longer counts")
        return self

    @property
    def origin(self) -> Origin:
        """Where the row was read."""
        return self._origin or NOWHERE

    def at(self, origin: Origin) -> Self:
        """This row, read at `origin`."""
        copy = self.model_copy()
        copy._origin = origin
        return copy

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; `update` names attributes (`from_`), and is not checked."""
        copy = super().model_copy(update=update, deep=deep)
        copy._content = None
        return copy

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The contract's names of the fields, in its order."""
        return tuple(_attributes(cls))

    def value(self, column: str) -> Any:
        """The value of a field by the contract's name; raises `KeyError` if the table has no such field."""
        return self.__dict__[_attributes(type(self))[column]]

    @property
    def content(self) -> str:
        """The row as canonical JSON: what is known and not the default, by the contract's names, sorted."""
        if self._content is None:
            defaults = _defaults(type(self))
            known = {
                name: plain(self.__dict__[attribute])
                for name, attribute, default in defaults
                if self.__dict__[attribute] != default
            }
            known.update(self.extra)
            self._content = json.dumps(known, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return self._content

    @property
    def sha256(self) -> str:
        """The hash of table and content; it names a row that has no id."""
        return sha256(f"{self.table}\n{self.content}".encode()).hexdigest()

    @property
    def name_of_row(self) -> str:
        """The row's id, or its content hash where it has none."""
        named = self.__dict__.get(self.key[0]) if self.key else None
        return named if isinstance(named, str) else self.sha256

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return self.table == other.table and self.content == other.content

    def __hash__(self) -> int:
        return hash((self.table, self.content))


def plain(value: object) -> Any:
    """A field's value as JSON without numbers: exact decimals or `n/d`, ISO dates, `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | Fraction):
        return show(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Interval):
        return value.notation
    if isinstance(value, PartyDescription):
        return {name: told for name, told in asdict(value).items() if told is not None}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return None


@cache
def _attributes(table: type[Row]) -> dict[str, str]:
    """Attribute by the contract's name of the field."""
    return {field.alias or name: name for name, field in table.model_fields.items() if field.alias != _EXTRA}


@cache
def _defaults(table: type[Row]) -> tuple[tuple[str, str, Any], ...]:
    return tuple(
        (name, attribute, table.model_fields[attribute].get_default(call_default_factory=True))
        for name, attribute in _attributes(table).items()
    )


@cache
def describable_fields(table: type[Row]) -> frozenset[str]:
    """The fields of a table whose party may be described instead of named."""
    return frozenset(name for name, field in table.model_fields.items() if PartyDescription in leaves(field.annotation))


@cache
def references(table: type[Row]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The fields of a table that name another row, each with the tables in which it may be."""
    return tuple(
        (name, mark.tables)
        for name, field in table.model_fields.items()
        for mark in [*field.metadata, *leaves(field.annotation)]
        if isinstance(mark, Names)
    )


def leaves(annotation: Any) -> list[Any]:
    """The types and the marks of which a type is made."""
    parts = get_args(annotation)
    return [leaf for part in parts for leaf in leaves(part)] if parts else [annotation]
