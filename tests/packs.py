"""Packs written for one test: files of YAML in a folder, read as a user's own pack is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import Pack, load_pack
from compliance.world.world import World

PACK = """
id: {id}
title: A pack of a test
basis: a test
confidence: design
force:
  - {{from: 2020-01-01, state: in_force, citation: a test, confidence: design}}
"""


def pack_of(folder: Path, **files: str) -> Pack:
    """A pack of these files; `definitions` and the rules by their names."""
    own = folder / "own"
    own.mkdir(parents=True, exist_ok=True)
    (own / "pack.yaml").write_text(PACK.format(id="own"), encoding="utf-8")
    for name, text in files.items():
        (own / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    return load_pack(own, rules_folder() / "shared")


def line(
    name: str, consignee: str, to_country: str, quantity: int, day: str = "2025-06-01", **more: str
) -> dict[str, str]:
    """A row of shipments or orders of H100."""
    return {
        "id": name, "date": day, "consignee": consignee, "to_country": to_country, "chip": "H100",
        "quantity": str(quantity), "movement": "export", **more,
    }  # fmt: skip


def on(text: str) -> date:
    return date.fromisoformat(text)


def world(**tables: list[dict[str, str]]) -> World:
    return World.of(**tables)
