"""The other side of `by_hand`: loads and audits a folder, and prints what it found, its times and memory, as JSON."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from time import perf_counter
from typing import Any

from compliance.decisions.answer import Answer
from compliance.decisions.audit import audit
from compliance.decisions.evaluate import evaluate
from compliance.decisions.stage import scene_of
from compliance.rulebook.packs import Pack, load_packs
from compliance.world.reading import load_world
from compliance.world.world import World

TOTALS = {"country_cap": ("cap", 1), "lpp_yearly_limit": ("lpp", 1000), "country_allocation": ("allocation", 1000)}
NO_LIMIT = {"cap": "0", "lpp_limit": "0", "allocation": "0"}


def found_over(answer: Answer) -> dict[str, dict[str, int]]:
    """The totals that the answer finds over their limit, in the units of `by_hand`."""
    found: dict[str, dict[str, int]] = {name: {} for name, _ in TOTALS.values()}
    for finding in answer.findings:
        if finding.rule in TOTALS and finding.certainty == "definite" and finding.measure is not None:
            name, scale = TOTALS[finding.rule]
            found[name][_key(name, finding.subject)] = int(Fraction(finding.measure.value) * scale)
    return found


def totals(world: World, packs: Sequence[Pack], day: date) -> dict[str, dict[str, int]]:
    """Every total that is more than nothing: what the rules find where nothing at all is allowed."""
    found: dict[str, dict[str, int]] = {name: {} for name, _ in TOTALS.values()}
    strict = [pack.with_parameters(NO_LIMIT) for pack in packs]
    for one in evaluate(scene_of(world, day, day, orders=False), strict, set(TOTALS), determine=False).found:
        if one.certain and one.measured is not None:
            name, scale = TOTALS[one.rule]
            found[name][_key(name, one)] = int(one.measured.low * scale)
    return found


def _key(name: str, subject: Any) -> str:
    return f"{subject.id} {subject.period}" if name == "lpp" else str(subject.id)


if __name__ == "__main__":
    packs = load_packs(["diffusion_headline", "us_ai_diffusion"])
    said: dict[str, Any] = {}
    start = perf_counter()
    world = load_world(sys.argv[1])
    said["load"] = perf_counter() - start
    for part in ("audit", "second audit"):
        start = perf_counter()
        answer = audit(world, packs, date.fromisoformat(sys.argv[2]))
        said[part] = perf_counter() - start
    start = perf_counter()
    day = date.fromisoformat(sys.argv[2])
    evaluate(scene_of(world, day, day, orders=False), packs, set(TOTALS), determine=False, behind=False)
    said["totals alone"] = perf_counter() - start
    said["over"] = found_over(answer)
    said["findings"] = len(answer.findings)
    said["remedies"] = sum(len(finding.remedy) for finding in answer.findings)
    said["kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said["totals"] = totals(world, packs, day)
    print(json.dumps(said))
