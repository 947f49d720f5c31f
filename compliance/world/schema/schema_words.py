"""How JSON Schemas tell of days, numbers and closed words; the values themselves are text that was checked before."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import WithJsonSchema

from compliance.versions import SCHEMA_VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DAY_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_NUMBER = r"[+-]?([0-9][0-9_]*(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
NUMBER_PATTERN = f"^{_NUMBER}(/{_NUMBER})?$"
"""A number as it may be given: `33.33333`, `1e26`, `26_900_000`, `7100/1001`."""

DAY: dict[str, Any] = {"type": "string", "format": "date", "pattern": DAY_PATTERN}
EXACT: dict[str, Any] = {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+|/[0-9]+)?$"}
"""A number as it is told."""

Day = Annotated[str, WithJsonSchema(DAY)]
Exact = Annotated[str, WithJsonSchema(EXACT)]


def one_of(*words: str) -> WithJsonSchema:
    """A text that is one of these words."""
    return WithJsonSchema({"type": "string", "enum": [*words]})


def document(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema with its dialect and its name, which changes with the version of the answers."""
    return {"$schema": DIALECT, "$id": f"urn:compliance:schema:{name}:{SCHEMA_VERSION}", **schema}
