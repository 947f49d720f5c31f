"""The other side of `by_hand`: loads and audits a folder, and prints what it found, its times and memory, as JSON."""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from fractions import Fraction
from time import perf_counter
from typing import Any

from compliance.decisions.answer import Answer
from compliance.decisions.audit import audit
from compliance.rulebook.packs import load_packs
from compliance.world.reading import load_world

TOTALS = {"country_cap": ("cap", 1), "lpp_yearly_limit": ("lpp", 1000), "country_allocation": ("allocation", 1000)}


def totals(answer: Answer) -> dict[str, dict[str, int]]:
    """The totals that are over their limit, in the units of `by_hand`."""
    found: dict[str, dict[str, int]] = {name: {} for name, _ in TOTALS.values()}
    for finding in answer.findings:
        if finding.rule in TOTALS and finding.certainty == "definite" and finding.measure is not None:
            name, scale = TOTALS[finding.rule]
            key = f"{finding.subject.id} {finding.subject.period}" if name == "lpp" else finding.subject.id
            found[name][key] = int(Fraction(finding.measure.value) * scale)
    return found


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
    said["totals"] = totals(answer)
    said["findings"] = len(answer.findings)
    said["remedies"] = sum(len(finding.remedy) for finding in answer.findings)
    said["kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(said))
