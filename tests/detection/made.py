"""Small worlds to look for patterns in: a scheme of four buyers, and a shell with one sign at a time."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from compliance.detection.detectors import patterns
from compliance.detection.pattern_context import View
from compliance.detection.pattern_settings import Settings
from compliance.world.io.load import parse_world
from compliance.world.world import World

AS_OF = "2025-12-31"
Tables = dict[str, list[dict[str, Any]]]


def world(tables: Tables, as_of: str = AS_OF) -> World:
    return parse_world({"as_of": as_of, **{k: [{n: str(v) for n, v in r.items()} for r in rows] for k, rows in
                                           tables.items()}}, "made.yaml")  # fmt: skip


def found(tables: Tables, *only: str, as_of: str = AS_OF, **parameters: str) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = patterns(world(tables, as_of), None, only, parameters)["groups"]
    return groups


def view(tables: Tables) -> View:
    made = world(tables)
    assert made.as_of is not None
    return View(made, made.as_of, Settings.load())


def line(number: object, consignee: str, day: str, quantity: int = 1600, **more: object) -> dict[str, Any]:
    return {
        "id": f"s{number}", "date": day, "from_country": "US", "consignee": consignee, "to_country": "MY",
        "chip": "H100", "quantity": quantity, "movement": "export", "authorization": "LPP", **more,
    }  # fmt: skip


def buyer(name: str, **more: object) -> dict[str, Any]:
    return {"id": name, "name": f"{name} Sdn Bhd", "headquarters": "MY", "incorporated": "2010-01-01", **more}


def scheme(**more: object) -> Tables:
    """Four buyers of 1,600 H100 in nine days, at one address and with one telephone; and an honest fifth."""
    names = ("a", "b", "c", "d")
    shared = {"address": "Unit 4, 88 Jalan Ampang, Kuala Lumpur", "phone": "+60 3 5550 1000", **more}
    return deepcopy({
        "companies": [*(buyer(name, **shared) for name in names), buyer("e", phone="+60 3 5550 2222")],
        "shipments": [*(line(n, name, f"2025-06-0{n}") for n, name in enumerate(names, 1)),
                      line(5, "e", "2025-06-04")],
    })  # fmt: skip
