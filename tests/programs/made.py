"""A small world for programs, and answers without the lines of rows."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from compliance import Answer, Screener, World

DAY = date(2026, 6, 30)
PACKS = ["us_affiliates"]
TABLES: dict[str, list[dict[str, Any]]] = {
    "companies": [
        {"id": "acme", "headquarters": "MY", "name": "Acme Data Sdn Bhd", "lei": "5493001KJTIIGC8Y1R12"},
        {"id": "bay", "headquarters": "SG"},
        {"id": "han", "headquarters": "CN"},
    ],
    "stakes": [{"owner": "han", "owned": "bay", "percent": 40}],
    "listings": [{"party": "acme", "list": "UVL"}, {"party": "han", "list": "EntityList"}],
    "sites": [{"id": "kul", "operator": "acme", "country": "MY"}],
    "shipments": [
        {
            "id": "s1", "date": "2026-02-01", "consignee": "acme", "to_country": "MY", "chip": "H100", "quantity": 1500,
            "authorization": "LPP",
        }
    ],
}  # fmt: skip
ORDER: dict[str, Any] = {
    "id": "po-1", "date": "2026-06-30", "consignee": "acme", "to_country": "MY", "chip": "H100", "quantity": 300,
    "authorization": "LPP",
}  # fmt: skip


def opened(**more: Any) -> Screener:
    return Screener(World.of(**{**TABLES, **more}), PACKS, DAY)


def plain(answer: Answer) -> Any:
    """The answer without files and lines, which are another for the same row given in another way."""
    said = json.loads(answer.json_text())
    for finding in said["findings"]:
        for row in finding["evidence"]["rows"]:
            row["file"] = row["line"] = None
    return said
