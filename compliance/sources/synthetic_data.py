"""Synthetic data that models generate and other models train on, by the day on which it is judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from compliance.sources.column_types import SHARES
from compliance.sources.entities import amount, bases
from compliance.world.schema.tables import SyntheticInput
from compliance.world.world import World


def synthetic(world: World, day: date, dealings: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row for the data of a model on the day, and on that of each transfer or service that deals with the model.

    A maker may be published between two of them, and each is judged by its own date.
    """
    if not world.rows(SyntheticInput.table):
        return
    days: defaultdict[str, set[date]] = defaultdict(set)
    for dealing in dealings:
        days[dealing["model"]].add(dealing["date"])
    models = world.by_id("models")
    for made in world.each(SyntheticInput):
        low, high = amount(made.operations)
        least, most = amount(made.share, SHARES)
        found = {
            "table": "synthetic_inputs", "id": made.name_of_row, "ordered": False, "model": made.model,
            "source_model": made.source_model, "share.low": least, "share.high": most,
            "operations.low": low, "operations.high": high, "published": made.published,
            "own_base": made.source_model in (made.model, *bases(models, made.model)),
        }  # fmt: skip
        yield from ({**found, "date": one} for one in sorted({day, *days[made.model]}))
