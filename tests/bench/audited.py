"""The other side of `by_hand`: loads and audits a folder, and prints what it found, its times and memory, as JSON."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from time import perf_counter
from typing import Any

from compliance.answers.answer import Answer
from compliance.decisions.audit import audit
from compliance.decisions.setup import scene_of
from compliance.evaluation.evaluate import evaluate
from compliance.plan.plan_cache import plan_of
from compliance.rulebook.packs import Pack, load_packs
from compliance.world.io.load import load_world
from compliance.world.world import World

RULES = {
    "country_cap": ("cap", 1),
    "lpp_yearly_limit": ("lpp", 1000),
    "country_allocation": ("allocation", 1000),
    "split_purchase": ("small purchases", 1),
    "small_purchase_exemption": ("purchase", 1),
}
"""The rules about totals of shipments, which total each is about, and in how many units of `by_hand` it is told."""
NO_LIMIT = {"cap": "0", "lpp_limit": "0", "allocation": "0"}
WHOLE = ("country_cap", "lpp_yearly_limit", "country_allocation")
"""Those of which every total is found where nothing at all is allowed."""


def found_over(answer: Answer) -> dict[str, dict[str, int]]:
    """The totals that the answer finds over their limit, in the units of `by_hand`."""
    found: dict[str, dict[str, int]] = {name: {} for name, _ in RULES.values()}
    for finding in answer.findings:
        if finding.rule in RULES and finding.certainty == "definite" and finding.measure is not None:
            name, scale = RULES[finding.rule]
            found[name][_key(name, finding.subject)] = int(Fraction(finding.measure.value) * scale)
    return found


def totals(world: World, packs: Sequence[Pack], day: date) -> dict[str, dict[str, int]]:
    """Every total that is more than nothing: what the rules find where nothing at all is allowed."""
    found: dict[str, dict[str, int]] = {RULES[rule][0]: {} for rule in WHOLE}
    strict = [pack.with_parameters(NO_LIMIT) for pack in packs]
    for one in evaluate(scene_of(world, day, day, orders=False), strict, set(WHOLE), determine=False).found:
        if one.certain and one.measured is not None:
            name, scale = RULES[one.rule]
            found[name][_key(name, one)] = int(one.measured.low * scale)
    return found


def _key(name: str, subject: Any) -> str:
    return f"{subject.id} {subject.period}" if name == "lpp" else str(subject.id)


def timed(said: dict[str, Any], part: str, work: Callable[[], Any]) -> Any:
    """Does the work and notes how long it took, in seconds."""
    start = perf_counter()
    found = work()
    said[part] = perf_counter() - start
    return found


if __name__ == "__main__":
    packs = load_packs(["diffusion_headline", "us_ai_diffusion"])
    day = date.fromisoformat(sys.argv[2])
    said: dict[str, Any] = {}
    world = timed(said, "load", lambda: load_world(sys.argv[1]))
    present = scene_of(world, day, day, orders=False).rows.present()
    timed(said, "plans", lambda: [plan_of(pack, present, margins=False) for pack in packs])
    timed(
        said, "every rule and total",
        lambda: evaluate(scene_of(world, day, day, orders=False), packs, determine=False, behind=False),
    )  # fmt: skip
    answer = timed(said, "audit", lambda: audit(world, packs, day))
    said["over"] = found_over(answer)
    said["findings"] = len(answer.findings)
    said["remedies"] = sum(len(finding.remedy) for finding in answer.findings)
    said["kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said["totals"] = totals(world, packs, day)
    print(json.dumps(said))
