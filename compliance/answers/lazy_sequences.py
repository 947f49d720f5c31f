"""Sequences whose parts are made when they are asked for, some at a time by their places."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

import numpy as np

from compliance.sources.distinct_rows import Numbers

T = TypeVar("T")
AT_ONCE = 4_096
"""Parts that are made together while many are gone through."""


class ByPlace(Sequence[T]):
    """Parts that are made when they are asked for; equal to any sequence of the same parts."""

    @abstractmethod
    def parts_at(self, places: Numbers) -> Sequence[T]:
        """The parts at these places, of which none is before the first or past the last."""

    def only(self, places: Numbers) -> Iterator[T]:
        """The parts at these places, not all made at once."""
        for start in range(0, len(places), AT_ONCE):
            yield from self.parts_at(places[start : start + AT_ONCE])

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        every = np.arange(len(self))
        if isinstance(place, slice):
            return list(self.only(every[place]))
        return self.parts_at(every[[place]])[0]

    def __iter__(self) -> Iterator[T]:
        return self.only(np.arange(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(list(self))
