"""A thousand names beside the real screening list, and the same compared by rapidfuzz alone, in one run.

Type `pytest -m bench -s tests/bench/bench_names.py`. Times are of the processor.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from time import process_time

import numpy as np
import pytest
from rapidfuzz import fuzz, process, utils

from compliance.imports.import_report import ImportReport
from compliance.imports.lists.csl import listed_parties
from compliance.imports.lists.csl_rows import ScreeningEntry
from compliance.imports.lists.list_matching import LIKELY, Parties
from compliance.world.world import World
from tests.imports.reading import shared

pytestmark = pytest.mark.bench
NAMES = 1_000
SECONDS = 5


def changed(name: str, random: Random) -> str:
    """A name as somebody else writes it: turned round, joined, or with a letter less."""
    words = name.split()
    place = random.randrange(len(words))
    match random.randrange(4):
        case 0:
            random.shuffle(words)
        case 1 if len(words) > 1:
            words[place - 1 : place + 1] = ["".join(words[place - 1 : place + 1])] if place else words[:1]
        case 2 if len(words[place]) > 8:
            words[place] = words[place][:4] + words[place][5:]
    return " ".join(words)


def asked(rows: list[ScreeningEntry]) -> list[tuple[str, str]]:
    """Listed companies, each with one of its names as somebody else writes it."""
    random = Random(7)
    chosen = random.sample([row for row in rows if row.kind != "Individual"], NAMES)
    return [(row.id, changed(random.choice([row.name, *row.aliases]), random)) for row in chosen]


def test_a_thousand_names_against_the_screening_list(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(shared("csl/screening_list_2026-07-31.parquet"))
    rows = list(listed_parties(path, ImportReport("")))
    names = asked(rows)
    world = World.of(companies=[{"id": f"c{n}", "name": name} for n, (_, name) in enumerate(names)])

    start = process_time()
    parties = Parties(listed_parties(path, ImportReport("")))
    prepared = process_time() - start
    found = list(parties.beside(world))
    ours = process_time() - start

    start = process_time()
    texts = [(row.id, utils.default_process(name)) for row in rows for name in (row.name, *row.aliases)]
    plain = [utils.default_process(name) for _, name in names]
    alike = process.cdist(plain, [text for _, text in texts], scorer=fuzz.token_sort_ratio, dtype=np.uint8)
    bare = process_time() - start

    right = {(f"c{n}", listed) for n, (listed, _) in enumerate(names)}
    shown = {(candidate.party, candidate.listed) for candidate in found}
    near = {(f"c{n}", texts[place][0]) for n, place in np.argwhere(alike >= LIKELY).tolist()}
    with capsys.disabled():
        print(f"\n{NAMES:,} names, {len(texts):,} listed ones: seconds, entries found of {NAMES:,}, entries shown")
        print(f"  here      {ours:6.1f} ({prepared:.1f} to read and index)  {len(right & shown):5,}  {len(shown):6,}")
        print(f"  rapidfuzz {bare:6.1f} (the list is read before)   {len(right & near):5,}  {len(near):6,}")

    assert ours <= SECONDS
    assert len(right & shown) >= len(right & near)
    assert len(shown) <= len(near)
