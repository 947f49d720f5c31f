"""What is asked of an opened world by what stands below the Screener: accounts, headrooms, the first unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from compliance.answers.answer import Answer
from compliance.rulebook.packs import Pack
from compliance.world.schema.row import Row
from compliance.world.world import World


class OpenedWorld(Protocol):
    """A world with the packs, the day and the posture by which it is judged, and the screening of lines against it."""

    packs: tuple[Pack, ...]
    as_of: date
    posture: str

    @property
    def world(self) -> World:
        """The world as it stands."""

    @property
    def named_packs(self) -> tuple[str, ...]:
        """The packs that were asked for by name, which count though they are no law."""

    def screen_lines(self, lines: Sequence[Row]) -> Answer:
        """Screens lines that count together."""
