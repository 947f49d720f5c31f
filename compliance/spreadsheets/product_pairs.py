"""Products that two columns of a row tell: a number and a description that do not agree are asked together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from compliance.spreadsheets.files.cells import Cell, is_number
from compliance.spreadsheets.values.column_values import is_code, text_of

BESIDE = " | "
"""Parts the words of two columns where they are asked together."""


@dataclass(frozen=True, slots=True)
class Goods:
    """What words surely mean: the chips and how many of each; `vague` where the form is not told and was taken."""

    parts: tuple[tuple[str, int], ...]
    vague: bool = False
    family: str = ""

    @property
    def counts(self) -> list[int]:
        """How many of each chip."""
        return [count for _, count in self.parts]


class MeantGoods(Protocol):
    """What words mean (`None`: not surely anything), and whether they may mean something."""

    def goods(self, word: str) -> Goods | None: ...

    def hints(self, word: str) -> bool: ...

    def is_sold_with(self, word: str, goods: Goods) -> bool: ...


def pair_products(own: Sequence[Cell], others: Iterable[Sequence[Cell]], meant: MeantGoods) -> list[Cell]:
    """The cells of a column of products; where another column of products says more or something else, both."""
    cells = list(own)
    for other in others:
        made = {pair: _of_both(*pair, meant) for pair in set(zip(cells, other, strict=True))}
        cells = [made[pair] for pair in zip(cells, other, strict=True)]
    return cells


def _of_both(own: Cell, other: Cell, meant: MeantGoods) -> Cell:
    one, two = text_of(own), text_of(other)
    if not two or one == two or (is_number(other) and not one):
        return own
    beside, mine = meant.goods(two), meant.goods(one) if one else None
    if beside is None:
        return f"{one}{BESIDE}{two}" if one and mine is None and meant.hints(two) and not meant.hints(one) else own
    if not one:
        return other
    if mine is None:
        tells = (is_code(own) and not meant.hints(one)) or meant.is_sold_with(one, beside)
        return other if tells else f"{one}{BESIDE}{two}"
    if mine.parts == beside.parts:
        return own
    if mine.family == beside.family and mine.vague is not beside.vague and mine.counts == beside.counts:
        return other if mine.vague else own
    return f"{one}{BESIDE}{two}"
