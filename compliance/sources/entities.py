"""Entity tables that rows lead to: chips with figures by date, models with operations, licenses that cover a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from compliance.sources.column_types import BANDWIDTH, WATTS
from compliance.units import Interval
from compliance.world.reference.chip_catalogue import Catalogue, ChipFacts
from compliance.world.world import World

Amount = tuple[int | None, int | None]
UNKNOWN: Amount = (0, None)
OF_LINE = ("consignee", "end_user", "operator", "purchaser", "exporter")
"""The parties of a line whose certifications count for it where it does not matter who gave them."""
PARENT = "parent"
SIGNERS = (*OF_LINE, PARENT)
"""Whose certification may be asked for by its role; `parent` is the ultimate parent of the consignee."""


def amount(value: Fraction | int | Interval | None, scale: int = 1) -> Amount:
    """A value as the two ends of an interval in units of `scale`; not known is zero or more."""
    if value is None:
        return UNKNOWN
    if isinstance(value, Interval):
        low, high = value.low * scale, None if value.high is None else value.high * scale
        return int(-(-low // 1)), None if high is None else int(high // 1)
    number = value * scale
    return int(number // 1), int(-(-number // 1))


def contents(catalogue: Catalogue, name: str) -> tuple[tuple[str, int], ...]:
    """The chips that a name stands for, each with its count; nothing where the name is not known."""
    return tuple((part.chip.name, part.count) for part in catalogue.parts(name))


def strictest_chip(catalogue: Catalogue, name: str, day: date) -> str:
    """The chip in what a name stands for that is controlled most strictly on a day, so that none hides another.

    A chip of the first zone comes first, then one of which the zone is not known, then the other zones in their order;
    of one zone the chip of the highest TPP. The name itself where nothing is known of it.
    """
    zones = (*(zone.zone for zone in catalogue.controls.period(day).zones), catalogue.controls.outside)
    ranks: dict[str | None, int] = {zone: 2 * place for place, zone in enumerate(zones)} | {None: 1}

    def strictness(chip: str) -> tuple[int, int, str]:
        facts = facts_of(catalogue, chip, day)
        return ranks[facts.zone if facts else None], -((facts.tpp if facts else None) or 0), chip

    return min((chip for chip, _ in contents(catalogue, name)), key=strictness, default=name)


def facts_of(catalogue: Catalogue, name: str, day: date) -> ChipFacts | None:
    """The figures of a chip on a day."""
    chip = catalogue.find(name)
    return None if chip is None else catalogue.at(chip, day)


def holds_on(row: Any, day: date) -> bool:
    """Whether a row with `from` (inclusive) and `to` (exclusive) holds on a day."""
    return (row.from_ is None or row.from_ <= day) and (row.to is None or day < row.to)


def certifies(paper: Any, day: date) -> bool:
    """Whether a certification had been made by a day and not ended: it is filed before a shipment (15 CFR 740.27)."""
    return (paper.date is None or paper.date <= day) and (paper.to is None or day < paper.to)


def powers(world: World, day: date) -> Iterator[tuple[Any, Amount, Amount]]:
    """The sites with their power in watts on a day, of the computers and of the whole facility.

    Of the steps of a build-out that hold on the day the latest counts; where several begin on one day it is between
    the least and the most of them.
    """
    built: dict[str, list[Any]] = {}
    for row in world.rows("site_power"):
        dated: Any = row
        if not holds_on(dated, day):
            continue
        latest = built.get(dated.site)
        begins = dated.from_ or date.min
        if latest is None or begins > (latest[0].from_ or date.min):
            built[dated.site] = [dated]
        elif begins == (latest[0].from_ or date.min):
            latest.append(dated)
    for one in world.rows("sites"):
        site: Any = one
        steps = built.get(site.id, [site])
        yield site, _power(steps, site, "it_mw"), _power(steps, site, "facility_mw")


def _power(steps: Sequence[Any], site: Any, field: str) -> Amount:
    """A field of steps that hold at once, in watts; where one does not tell it, that of the site."""
    told = (getattr(step, field) for step in steps)
    lows, highs = zip(*(amount(getattr(site, field) if mw is None else mw, WATTS) for mw in told), strict=True)
    return min(lows), None if None in highs else max(highs)


def models(world: World) -> Iterator[dict[str, Any]]:
    """The models with their operations: their own, else those of the base and the tuning together (contracts 5).

    A model whose weights were published on a day has a row until then, of closed weights, and one from it on.
    """
    by_id: dict[str, Any] = dict(world.by_id("models"))

    def operations(name: str | None, seen: frozenset[str]) -> Amount:
        model = by_id.get(name or "")
        if model is None or name in seen:
            return UNKNOWN
        if model.training_ops is not None or model.base_model is None:
            return amount(model.training_ops)
        base, tuning = operations(model.base_model, seen | {model.id}), amount(model.tuning_ops)
        high = None if base[1] is None or tuning[1] is None else base[1] + tuning[1]
        return (base[0] or 0) + (tuning[0] or 0), high

    for model in by_id.values():
        found: dict[str, Any] = {
            "model": model.id, "developer": model.developer, "published": model.published,
            "base": model.base_model, "root": (bases(by_id, model.id) or (model.id,))[-1],
        }  # fmt: skip
        for name, value in (
            ("operations", operations(model.id, frozenset())),
            ("training_ops", amount(model.training_ops)),
            ("tuning_ops", amount(model.tuning_ops)),
        ):
            found[f"{name}.low"], found[f"{name}.high"] = value
        for weights, begins, ends in _weights(model):
            yield {**found, "weights": weights, "from": begins, "to": ends}


def _weights(model: Any) -> Iterator[tuple[str | None, date, date]]:
    """Whether the weights of a model are open, and from when until when; `closed` stands whatever was published."""
    if model.published is None or model.weights == "closed":
        yield model.weights, date.min, date.max
    else:
        yield "closed", date.min, model.published
        yield "open", model.published, date.max


def bases(models: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The models that a model was derived from, the nearest first."""
    found: list[str] = []
    base = getattr(models.get(name), "base_model", None)
    while base is not None and base not in found and base != name:
        found.append(base)
        base = getattr(models.get(base), "base_model", None)
    return tuple(found)


def chip_facts(catalogue: Catalogue, names: set[str]) -> Iterator[dict[str, Any]]:
    """The figures of chips between the days on which the parameters of control change."""
    for name in sorted(names):
        days = (date.min, *catalogue.days(), date.max)
        for begins, ends in pairwise(days):
            facts = facts_of(catalogue, name, begins)
            if facts is None or begins == ends:
                continue
            tpp, power = amount(facts.tpp), amount(facts.power_watts)
            bandwidth = amount(facts.memory_bandwidth_gbs, BANDWIDTH)
            yield {
                "chip": name, "from": begins, "to": ends, "tpp.low": tpp[0], "tpp.high": tpp[1], "zone": facts.zone,
                "data_center": facts.data_center, "power_mw.low": power[0], "power_mw.high": power[1],
                "memory_bandwidth_gbs.low": bandwidth[0], "memory_bandwidth_gbs.high": bandwidth[1],
                "designer_country": facts.designer_country,
            }  # fmt: skip
