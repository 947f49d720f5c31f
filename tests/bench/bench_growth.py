"""How the time of an audit grows with each measure of a world, on the worlds of three makers, as an exponent.

    LARGEST=300000 pytest -m bench -s tests/bench/bench_growth.py

One measure at a time is taken four times as large: lines, companies, stakes, listings, days of listings. What is timed
is processor time of an audit under both diffusion packs with its report as text, in a process of its own; plans are
compiled before. The exponent is that of the two largest worlds, where what every run costs counts for little.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import log
from pathlib import Path
from types import ModuleType

import pytest

from tests.makers import Sizes, customs, distributors, operators

LARGEST = int(os.environ.get("LARGEST", "48000"))
SMALLEST = 3_000
STEP = 4
BAR = 1.15
AT_HAND = Sizes(companies=1_000, stakes=1_200, listings=200, days=20, lines=SMALLEST)
"""The world of which one measure at a time grows."""
PROGRAM = """
import json, resource, sys
from datetime import date
from time import process_time
from compliance.decisions.audit import audit
from compliance.decisions.setup import scene_of
from compliance.plan.plan_cache import plan_of
from compliance.reports.report_context import Background
from compliance.reports.text.text import text
from compliance.rulebook.packs import load_packs
from compliance.world.io.load import load_world

packs, day = load_packs(["diffusion_headline", "us_ai_diffusion"]), date(2026, 6, 30)
world = load_world(sys.argv[1])
present = scene_of(world, day, day, orders=False).rows.present()
for pack in packs:
    plan_of(pack, present, margins=False)
begun = process_time()
world = load_world(sys.argv[1])
answer = audit(world, packs, day)
text(answer, Background.of(world, packs, day, name="world"))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = {"seconds": process_time() - begun, "findings": len(answer.findings), "megabytes": memory // 1024}
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(told, file)
"""


def audited(maker: ModuleType, sizes: Sizes, folder: Path) -> dict[str, float]:
    """Processor time, findings and memory of an audit of a world of these sizes."""
    maker.write_large(folder, 1, sizes)
    told = folder.with_suffix(".json")  # not its output, to which any library may write
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder), str(told)], capture_output=True, text=True)
    assert done.returncode == 0, f"status {done.returncode}: {done.stdout}{done.stderr}"
    found: dict[str, float] = json.loads(told.read_text(encoding="utf-8"))
    return found


@pytest.mark.bench
@pytest.mark.parametrize("measure", Sizes._fields)
@pytest.mark.parametrize("maker", [customs, operators, distributors], ids=lambda maker: maker.__name__.split(".")[-1])
def test_an_audit_grows_with_the_world_and_no_faster(maker: ModuleType, measure: str, tmp_path: Path) -> None:
    least = AT_HAND._asdict()[measure]
    largest = LARGEST if measure == "lines" else LARGEST * least // SMALLEST
    sizes = [least]
    while sizes[-1] * STEP <= largest:
        sizes.append(sizes[-1] * STEP)
    if measure == "days":  # no more days than listings
        sizes = [size for size in sizes if size <= AT_HAND.listings]
    if len(sizes) < 2:
        pytest.skip("too few sizes to tell growth")
    told = []
    for size in sizes:
        found = audited(maker, AT_HAND._replace(**{measure: size}), tmp_path / str(size))
        told.append(found)
        print(f"{maker.__name__} {measure} {size:,}: {found}")
    exponent = log(told[-1]["seconds"] / told[-2]["seconds"]) / log(sizes[-1] / sizes[-2])
    print(f"exponent {exponent:.2f}")

    assert exponent <= BAR
