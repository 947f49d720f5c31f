"""How well patterns are found in made-up markets, beside three plain ways, over seeds not used for tuning.

Type `python tests/bench/bench_patterns.py --companies 100000 --schemes 20 200 --seeds 101 102 ...`, or
`pytest -m bench -s tests/bench/bench_patterns.py` for the whole. A group finds a scheme if it holds at least half of
the scheme's members and at least half of its own members are of the scheme (its other companies included); a scheme
found twice counts once, and the second group is no false alert. Recall at 50 is over the first 50 groups, all
patterns together, as `patterns` orders them. Intervals are Student's, 95 %, over seeds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from time import perf_counter
from typing import Any, NamedTuple

import pytest
from baselines import BASELINES

from compliance.generate.write import generate_market
from compliance.patterns.find import patterns
from compliance.world.reading import load_world

HELD_OUT = tuple(range(101, 111))
STUDENT = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
OWN = "patterns"


class Score(NamedTuple):
    """What was found of one pattern in one world."""

    alerts: int
    right: int
    schemes: int
    found: int
    early: int
    innocent_over: int

    @property
    def precision(self) -> float:
        return self.right / self.alerts if self.alerts else float("nan")

    @property
    def kindly(self) -> float:
        """Precision where honest groups that are over the limit in total are no false alerts."""
        return (self.right + self.innocent_over) / self.alerts if self.alerts else float("nan")

    @property
    def recall(self) -> float:
        return self.found / self.schemes if self.schemes else float("nan")

    @property
    def first(self) -> float:
        return self.early / self.schemes if self.schemes else float("nan")

    @property
    def f1(self) -> float:
        both = self.precision + self.recall if self.alerts and self.schemes else 0.0
        return 2 * self.precision * self.recall / both if both else 0.0


def finds(group: Sequence[str], scheme: Mapping[str, Any]) -> bool:
    """The rule of matching: at least half of the scheme, and at least half of the group."""
    mine, its = set(group), set(scheme["members"])
    return 2 * len(mine & its) >= len(its) and 2 * len(mine & (its | {*scheme["related"]})) >= len(mine)


def score(
    alerts: Sequence[Sequence[str]],
    early: Iterable[int],
    schemes: Sequence[Mapping[str, Any]],
    innocent: Sequence[Mapping[str, Any]],
) -> tuple[Score, list[Mapping[str, Any]], list[int]]:
    """The score, the schemes missed, and the places of false alerts; `early` are the places among the first 50."""
    of: dict[str, list[int]] = {}
    for place, scheme in enumerate(schemes):
        for member in (*scheme["members"], *scheme["related"]):
            of.setdefault(member, []).append(place)
    first, found, wrong, over = set(early), {}, [], 0
    honest = [set(label["members"]) for label in innocent if label["kind"] == "group_over"]
    for place, group in enumerate(alerts):
        hit = {s for member in group for s in of.get(member, ()) if finds(group, schemes[s])}
        for scheme_place in hit:
            found[scheme_place] = found.get(scheme_place, False) or place in first
        if not hit:
            wrong.append(place)
            over += any(2 * len(set(group) & members) >= len(group) for members in honest)
    right = len(alerts) - len(wrong)
    missed = [scheme for place, scheme in enumerate(schemes) if place not in found]
    return Score(len(alerts), right, len(schemes), len(found), sum(found.values()), over), missed, wrong


def cause(group: Sequence[str], labels: Mapping[str, Any]) -> str:
    """What a false alert is made of."""
    mine = set(group)
    for label in labels["innocent"]:
        if len(mine & set(label["members"])) * 2 >= len(mine):
            return f"innocent: {label['kind']}"
    parts = [s for s in labels["schemes"] if mine & {*s["members"], *s["related"]}]
    if len(parts) > 1:
        return "several schemes merged"
    if parts:
        return f"part of a {parts[0]['pattern']} with innocents"
    kinds = {label["kind"] for label in labels["innocent"] if mine & set(label["members"])}
    return f"background with {', '.join(sorted(kinds))}" if kinds else "background alone"


class Run(NamedTuple):
    """One world looked at: scores by way and pattern, and what went wrong."""

    scores: dict[tuple[str, str, str], Score]
    causes: Counter[str]
    missed: Counter[str]
    seconds: float
    groups: int


def look(
    folder: Path,
    companies: int,
    lines: int,
    schemes: int,
    seed: int,
    difficulty: str,
    only: Sequence[str],
    with_baselines: bool = True,
) -> Run:
    """Makes a world, looks at it, and scores what was found."""
    place = folder / f"{companies}-{schemes}-{seed}-{difficulty}"
    generate_market(companies, lines, seed, place, schemes=schemes, difficulty=difficulty, only=only)
    labels = json.loads((folder / f"{place.name}.labels.json").read_text(encoding="utf-8"))
    world = load_world(place)
    started = perf_counter()
    groups = patterns(world)["groups"]
    seconds = perf_counter() - started
    scores, causes, missed = {}, Counter[str](), Counter[str]()
    planted = sorted({s["pattern"] for s in labels["schemes"]} | {g["pattern"] for g in groups})
    for pattern in planted:
        places = [n for n, group in enumerate(groups) if group["pattern"] == pattern]
        early = [n for n, at in enumerate(places) if at < 50]
        mine = [s for s in labels["schemes"] if s["pattern"] == pattern]
        alerts = [groups[n]["members"] for n in places]
        scores[OWN, pattern, difficulty], lost, wrong = score(alerts, early, mine, labels["innocent"])
        causes.update(f"{pattern}: {cause(alerts[n], labels)}" for n in wrong)
        missed.update(f"{pattern} {s['difficulty']} {s['kind']}: {'+'.join(s['channels'])}" for s in lost)
    for name, find in BASELINES.items() if with_baselines and "split_evasion" in planted else ():
        mine = [s for s in labels["schemes"] if s["pattern"] == "split_evasion"]
        alerts = find(world)
        scores[name, "split_evasion", difficulty], _, _ = score(alerts, range(50), mine, labels["innocent"])
    return Run(scores, causes, missed, seconds, len(groups))


def interval(values: Sequence[float]) -> str:
    """The mean, and half of the 95 % interval, over seeds where there is a value."""
    known = [value for value in values if value == value]
    if not known:
        return "      -      "
    half = STUDENT.get(len(known), 2.0) * stdev(known) / len(known) ** 0.5 if len(known) > 1 else 0.0
    return f"{mean(known):5.3f} ±{half:5.3f} "


def report(runs: Sequence[Run]) -> str:
    """A table of scores over seeds, then what was missed and what false alerts are made of."""
    said = [
        f"{'way':20} {'pattern':26} {'level':7} {'precision':13} {'honest groups':13} {'recall':13} "
        f"{'F1':13} {'recall at 50':13} alerts"
    ]
    for key in sorted({key for run in runs for key in run.scores}, key=lambda k: (k[1], k[0] != OWN, k[0])):
        mine = [run.scores[key] for run in runs if key in run.scores]
        figures = [[getattr(s, name) for s in mine] for name in ("precision", "kindly", "recall", "f1", "first")]
        said.append(
            f"{key[0]:20} {key[1]:26} {key[2]:7} "
            + " ".join(interval(f) for f in figures)
            + f" {mean(s.alerts for s in mine):.1f}"
        )
    said.append(
        f"seconds of patterns: {mean(run.seconds for run in runs):.1f}; groups: "
        f"{mean(run.groups for run in runs):.1f} a world"
    )
    for title, name in (("false alerts", "causes"), ("missed", "missed")):
        total = sum((getattr(run, name) for run in runs), Counter[str]())
        said += [f"{title}, all seeds:", *(f"  {count:5} {what}" for what, count in total.most_common(15))]
    return "\n".join(said)


@pytest.mark.bench
@pytest.mark.parametrize("schemes", [20, 200])
def test_split_evasion_at_medium_difficulty_is_found_better_than_by_each_baseline(schemes: int, tmp_path: Path) -> None:
    runs = [look(tmp_path, 100_000, 100_000, schemes, seed, "medium", ["split_evasion"]) for seed in HELD_OUT]
    print(f"\n{schemes} schemes in 100,000 companies\n{report(runs)}")

    f1 = {key[0]: mean(run.scores[key].f1 for run in runs) for key in runs[0].scores}
    assert all(f1[OWN] > value for name, value in f1.items() if name != OWN)


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--companies", type=int, default=100_000)
    parser.add_argument("--shipments", type=int)
    parser.add_argument("--schemes", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--seeds", type=int, nargs="+", default=HELD_OUT)
    parser.add_argument("--difficulty", nargs="+", default=["medium"])
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    for difficulty in options.difficulty:
        for schemes in options.schemes:
            with tempfile.TemporaryDirectory() as folder:
                lines = options.shipments or options.companies
                runs = [
                    look(Path(folder), options.companies, lines, schemes, seed, difficulty, options.only)
                    for seed in options.seeds
                ]
            print(
                f"\n{schemes} schemes ({difficulty}) in {options.companies:,} companies, {lines:,} shipments, "
                f"seeds {options.seeds}\n{report(runs)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
