"""What a detector of shells finds: a buyer and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compliance.detection.groups.group import Link


@dataclass(frozen=True)
class Sign:
    """A buyer (its place) that shows a sign, in words; to whom it leads; buyers of one `key` are told as one group.

    `chance` is how likely buyers at large come to it, where that is worked out and not counted.
    """

    who: int
    told: str
    links: tuple[Link, ...] = ()
    key: str = ""
    chance: Fraction | None = None
