"""The markets of the makers, as worlds."""

from __future__ import annotations

import json
from datetime import date
from importlib import import_module
from pathlib import Path

from tests.makers import Market

MAKERS = ("customs", "operators", "distributors")


def make_market(maker: str, seed: int, companies: int, schemes: int) -> Market:
    """The market of a maker."""
    market: Market = import_module(f"tests.makers.{maker}").make_market(seed, companies, schemes)
    return market


def last_day(market: Market) -> date:
    """The day of the last shipment."""
    return date.fromisoformat(max(row["date"] for row in market.tables["shipments"]))


def write_market(folder: Path, market: Market) -> Path:
    """The market as a folder of JSON lines."""
    folder.mkdir(parents=True)
    for table, rows in market.tables.items():
        if rows:
            text = "\n".join(json.dumps(row) for row in rows)
            (folder / f"{table}.jsonl").write_text(f"{text}\n", encoding="utf-8")
    return folder
