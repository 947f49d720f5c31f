"""Records with anything in place of anything: what comes of them is a world that loads, or a message."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance import load_world
from compliance.errors import InputError
from compliance.imports.bods.bods import import_bods
from compliance.imports.import_run import import_world
from compliance.imports.lists.csl import import_csl
from compliance.imports.registers.ftm import import_ftm
from compliance.imports.registers.uk_psc import import_uk_psc

from .reading import ROOT

GIVEN = Path(__file__).parent / "given"
JUNK: list[Any] = [
    None, 17, 3.5, "", [], {}, "x" * 300, [1, "a", {}], {"a": 1}, True, "\ud800\x07", "2020-13-45", -1, 10**30, [[]],
    "NaN", 'a;b,c"\n', "=1+1",
]  # fmt: skip


def lines(name: str) -> list[Any]:
    return [json.loads(line) for line in (GIVEN / name).read_text().splitlines() if line.count("{") == line.count("}")]


READERS: dict[str, tuple[Callable[..., None], list[Any]]] = {
    "bods": (import_bods, json.loads((ROOT / "fixtures" / "owners_by_statements.json").read_text())),
    "ftm": (import_ftm, lines("entities.ftm.json")),
    "uk_psc": (import_uk_psc, lines("psc.jsonl")),
    "csl": (import_csl, json.loads((GIVEN / "consolidated.json").read_text())["results"]),
}


def spoiled(value: Any, chance: random.Random) -> Any:
    if chance.random() < 0.08:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        return {key: spoiled(item, chance) for key, item in value.items() if chance.random() > 0.04}
    return [spoiled(item, chance) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", READERS)
def test_junk_is_a_world_that_loads_or_a_message(kind: str, tmp_path: Path) -> None:
    read, records = READERS[kind]
    loaded = 0
    for seed in range(30):
        path, made = tmp_path / f"{seed}.json", tmp_path / str(seed)
        path.write_text(json.dumps([spoiled(record, random.Random(f"{seed} {n}")) for n, record in enumerate(records)]))
        try:
            import_world(made, "junk", lambda gathering, path=path: read(path, gathering))  # type: ignore[misc]
        except InputError:
            assert not made.exists()
            continue
        load_world(made)
        loaded += 1

    assert loaded > 20
