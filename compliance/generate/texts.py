"""Columns of text, drawn or counted: words, days, numbered ids, decimals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def words(draw: np.random.Generator, choices: Sequence[str], share: Sequence[float] | None, rows: int) -> np.ndarray:
    """Words drawn by their shares, which need not add to one."""
    weights = None if share is None else np.array(share) / sum(share)
    return np.array(choices, dtype=object)[draw.choice(len(choices), rows, p=weights)]


def dates(draw: np.random.Generator, first: int, last: int, rows: int) -> np.ndarray:
    """Days from the first of January of one year to the last day of another, as ISO text."""
    start, end = (np.datetime64(f"{year}-01-01", "D").astype(int) for year in (first, last + 1))
    every = np.arange(start, end).astype("datetime64[D]").astype(str).astype(object)
    found: np.ndarray = every[draw.integers(0, len(every), rows)]
    return found


def number_ids(prefix: str, count: int) -> np.ndarray:
    """Ids of one length, such as `co-0000001`."""
    return np.char.add(f"{prefix}-", np.char.zfill(np.arange(count).astype(str), 7)).astype(object)


def decimals(hundredths: np.ndarray) -> np.ndarray:
    """Whole hundredths as decimals: 2550 is `25.50`."""
    every = np.arange(int(hundredths.max(initial=0)) + 1)
    text = np.array([f"{n // 100}.{n % 100:02d}" if n % 100 else str(n // 100) for n in every], dtype=object)
    found: np.ndarray = text[hundredths]
    return found


def megawatts(value: float) -> str:
    """Megawatts to the kilowatt; without zeros at the end, which could part thousands."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
