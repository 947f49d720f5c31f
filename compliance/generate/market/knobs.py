"""The knobs of a made-up market, published as data: `knobs.yaml`, and words for names in `pools.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

DIFFICULTIES = ("easy", "medium", "hard")


@cache
def load(name: str) -> dict[str, Any]:
    """The values of a file beside this module."""
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Level:
    """The knobs of `scheme` or `shell` at one difficulty, drawn from by name."""

    part: str
    difficulty: str
    draw: np.random.Generator

    def value(self, knob: str) -> Any:
        """The knob as it stands: a number, or a pair."""
        return load("knobs.yaml")[self.part][knob][self.difficulty]

    def whole(self, knob: str) -> int:
        """A whole number in the knob's range, both ends included."""
        low, high = self.value(knob)
        return int(self.draw.integers(low, high + 1))

    def part_of(self, knob: str) -> float:
        """A number in the knob's range."""
        low, high = self.value(knob)
        return float(self.draw.uniform(low, high))

    def happens(self, knob: str) -> bool:
        """Whether what has the knob's probability happens."""
        return bool(self.draw.random() < self.value(knob))


def table() -> str:
    """All knobs as text: what schemes and shells do at each difficulty, and how the innocent look."""
    lines = []
    for part in ("scheme", "shell"):
        lines += [part, f"  {'knob':16} {'easy':>12} {'medium':>12} {'hard':>12}  what"]
        for name, knob in load("knobs.yaml")[part].items():
            shown = " ".join(f"{_knob_text(knob[level]):>12}" for level in DIFFICULTIES)
            lines.append(f"  {name:16} {shown}  {knob['about']}")
    lines.append("innocent")
    for name, value in load("knobs.yaml")["innocent"].items():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        lines += [f"  {name + ('.' + key if key else ''):32} {_knob_text(v)}" for key, v in inner]
    return "\n".join(lines)


def _knob_text(value: object) -> str:
    if isinstance(value, list):
        return "-".join(str(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{k} {_knob_text(v)}" for k, v in value.items())
    return str(value)
