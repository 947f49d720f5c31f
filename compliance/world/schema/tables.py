"""The tables of a world, one model each, with the fields of contracts section 3 in its order."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from compliance.world.schema.ai_models import ComputeService, Model, ModelLocation, SyntheticInput, WeightTransfer
from compliance.world.schema.installations import Chip, Holding, Inspection, Product, Site, SitePower
from compliance.world.schema.parties import (
    Company,
    Control,
    Headquarters,
    Listing,
    Person,
    Role,
    ScreeningList,
    Stake,
    Tie,
)
from compliance.world.schema.reviewed_signs import Sign
from compliance.world.schema.row import Origin, Row
from compliance.world.schema.schema_words import DAY, document
from compliance.world.schema.shipments import Arrangement, Authorization, Certification, Order, Shipment
from compliance.world.schema.unread_records import Unread

__all__ = [
    "TABLES",
    "Arrangement",
    "Authorization",
    "Certification",
    "Chip",
    "Company",
    "ComputeService",
    "Control",
    "Headquarters",
    "Holding",
    "Inspection",
    "Listing",
    "Model",
    "ModelLocation",
    "Order",
    "Origin",
    "Person",
    "Product",
    "Role",
    "Row",
    "ScreeningList",
    "Shipment",
    "Sign",
    "Site",
    "SitePower",
    "Stake",
    "SyntheticInput",
    "Tie",
    "Unread",
    "WeightTransfer",
    "world_schema",
]

_ALL: tuple[type[Row], ...] = (
    Company, Headquarters, Person, Role, Stake, Control, Tie, Listing, ScreeningList, Site, SitePower, Holding,
    Shipment, Order, Authorization, Arrangement, Certification, Inspection, Model, SyntheticInput, ModelLocation,
    WeightTransfer, ComputeService, Chip, Product, Sign, Unread,
)  # fmt: skip
TABLES: dict[str, type[Row]] = {model.table: model for model in _ALL}


def world_schema() -> dict[str, Any]:
    """The JSON Schema of a world in one file."""
    _, schema = models_json_schema([(model, "validation") for model in _ALL], by_alias=True)
    properties: dict[str, Any] = {"as_of": DAY}
    for name, model in TABLES.items():
        properties[name] = {"type": "array", "items": {"$ref": f"#/$defs/{model.__name__}"}}
    whole = {
        "title": "world",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "$defs": {model.__name__: schema["$defs"][model.__name__] for model in _ALL},
    }
    return document("world", whole)
