"""Rows that a world may hold twice: where two say the same, or almost, nothing may hang on which stands first."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.makers import Tables

Row = dict[str, Any]
WITHOUT_ID = (
    "headquarters", "roles", "stakes", "controls", "ties", "listings", "site_power", "holdings", "arrangements",
    "certifications", "inspections", "synthetic_inputs", "model_locations",
)  # fmt: skip
ALMOST = {
    "country": ("MY", "SG", "CN", "AE"), "percent": ("50", ">50", "25-50", "unknown"), "quantity": ("16", "8-900"),
    "it_mw": ("3", "40"), "license_policy": ("policy_of_denial", "case_by_case"), "from": ("2025-01-01", "2024-03-05"),
    "means": ("board_seat", "agreement"),
}  # fmt: skip
CONTACTS = ("phone", "address", "email", "website", "registered_agent", "registration")


def add_doubles(tables: Tables, seed: int) -> Tables:
    """The same world with some rows told twice, alike or almost, and companies that share names, ids, and contacts."""
    rng = Random(seed)
    found = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    for name in sorted({*WITHOUT_ID} & {*found}):
        rows = found[name]
        found[name] = [
            *rows,
            *(_almost(dict(row), rng) for row in rng.sample(rows, min(len(rows), max(3, len(rows) // 4)))),
        ]
    companies = found["companies"]
    for row in rng.sample(companies, min(len(companies), 6)):
        other = rng.choice(companies)
        for field in CONTACTS:
            if field in other and rng.random() < 0.5:
                row[field] = other[field]
    lines = found["shipments"]
    for row in rng.sample(lines, min(len(lines), 4)):
        other = rng.choice(lines)
        for field in ("date", "consignee", "chip", "to_country"):
            if field in other:
                row[field] = other[field]
    return found


def add_twins(tables: Tables, seed: int) -> Tables:
    """The same world with companies of one name in other letters, and lines that describe a party by that name."""
    rng = Random(seed)
    found = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    companies = [row for row in found["companies"] if row.get("name")]
    for number, row in enumerate(rng.sample(companies, min(len(companies), 4))):
        twin = {"id": f"twin-{number}", "name": row["name"].upper(), "headquarters": rng.choice(("MY", "CN", "SG"))}
        found["companies"].append(twin)
        found["listings"] = [*found.get("listings", ()), {"party": twin["id"], "list": "EntityList"}][-60:]
        rng.choice(found["shipments"])["end_user"] = {"name": row["name"].title()}
    return found


def _almost(row: Row, rng: Random) -> Row:
    """The row, or with one field changed."""
    fields = sorted({*ALMOST} & {*row})
    if fields and rng.random() < 0.7:
        field = rng.choice(fields)
        row[field] = rng.choice(ALMOST[field])
        if field == "from":
            row.pop("to", None)
    return row
