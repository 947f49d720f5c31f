"""The JSON Schema of rule files, for editors: a rule, definitions that rules share, or the file of a pack."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from compliance.rulebook.packs import PackFile
from compliance.rulebook.rule_models import Definitions, Rule
from compliance.world.schema.schema_words import DAY_PATTERN, document

_FILES = (Rule, Definitions, PackFile)


def rule_schema() -> dict[str, Any]:
    """What a YAML file in a pack's folder may hold (lists and cases have shapes of their own)."""
    _, schema = models_json_schema([(model, "validation") for model in _FILES], by_alias=True)
    found: dict[str, Any] = _as_text(
        {
            "title": "rule file",
            "anyOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in _FILES],
            "$defs": schema["$defs"],
        }
    )
    return document("rule", found)


def _as_text(node: Any) -> Any:
    """The schema with every scalar open to what YAML makes of it: all are read as text, quoted or not."""
    if isinstance(node, list):
        return [_as_text(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _as_text(item) for key, item in node.items()}
    if found.get("format") == "date":
        found["pattern"] = DAY_PATTERN
    if found.get("type") in ("string", "integer", "number", "boolean"):
        found["type"] = ["string", "number", "boolean"]
    return found
