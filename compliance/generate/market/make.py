"""A market from its numbers: background, look-alikes, schemes, honest purchases; as tables and labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from compliance.generate.market.knobs import DIFFICULTIES
from compliance.generate.market.lookalikes import add_lookalikes
from compliance.generate.market.market_purchases import buy_quietly, last_day
from compliance.generate.market.real import put_register, put_stakes
from compliance.generate.market.rows import PARTIES, Array, Market, Rows
from compliance.generate.market.seats import seat
from compliance.generate.market.shared import CHANNELS
from compliance.generate.market.shells import SHELLS, plant_shell
from compliance.generate.market.sites import add_sites
from compliance.generate.market.society import settle_society
from compliance.generate.market.splits import PATTERN, plant_split
from compliance.generate.texts import number_ids

PATTERNS = (PATTERN, *SHELLS)


def make_market(
    companies: int,
    lines: int,
    seed: int,
    schemes: int,
    difficulty: str = "medium",
    only: Sequence[str] = (),
    background: Path | None = None,
    stakes: Path | None = None,
) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """Tables by name, and labels: schemes with members and shipments, and the innocent that look like them.

    Schemes go round: every second one is split evasion, by each channel in turn, the others each shell pattern in
    turn; `only` picks patterns. `difficulty` may be `all`: each in turn.
    """
    market = Market(companies, seed)
    kind = seat(market)
    if background is not None:
        put_register(market, background)
    settle_society(market, kind)
    if background is not None:
        put_register(market, background, names=True)
    if stakes is not None:
        put_stakes(market, stakes)
    market.settle()
    innocent = add_lookalikes(market)
    _plant(market, schemes, difficulty, only)
    buy_quietly(market, max(0, lines - len(market.lines)))
    add_sites(market)
    return _finish(market, innocent)


def _plant(market: Market, schemes: int, difficulty: str, only: Sequence[str]) -> None:
    chosen = [name for name in PATTERNS if not only or name in only]
    shells = [name for name in chosen if name != PATTERN]
    splits = 0
    for number in range(schemes):
        level = DIFFICULTIES[number // 2 % 3] if difficulty == "all" else difficulty
        if PATTERN in chosen and (number % 2 == 0 or not shells):
            plant_split(market, level, list(CHANNELS)[splits % len(CHANNELS)])
            splits += 1
        else:
            done = number - splits
            plant_shell(market, level, shells[done % len(shells)])


def _finish(market: Market, innocent: list[dict[str, object]]) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    order, human = market.draw.permutation(market.size), market.draw.permutation(market.persons)
    ids, people = number_ids("co", market.size)[order], number_ids("pe", market.persons)[human]
    party = np.concatenate([ids, people, np.array([""], dtype=object)])
    tables = {"companies": _companies(market, ids, order), "people": _people(market, people, human)}
    tables["stakes"] = _remaining_rows(market, market.stakes, market.settled, "owned", party, ("owner", "owned"))
    tables["roles"] = _remaining_rows(market, market.roles, market.served, "company", party, ("person", "company"))
    tables["shipments"], orders = _shipments(market, party)
    for name, rows in market.more.items():
        said = [{key: party[int(v[1:])] if v.startswith("#") else v for key, v in row.items()} for row in rows]
        columns = sorted({key for row in said for key in row})
        tables[name] = pa.table({key: pa.array([row.get(key, "") for row in said], pa.string()) for key in columns})
    for number, label in enumerate(market.labels):
        label["id"] = f"scheme-{number:04d}"
        label["shipments"] = orders.get(number, [])
    for label in [*market.labels, *innocent]:
        for part in ("members", "related"):
            if part in label:
                label[part] = sorted(str(ids[n]) for n in label[part])
    return tables, {"as_of": str(last_day()), "schemes": market.labels, "innocent": innocent}


def _text(values: Array) -> pa.Array:
    if values.dtype.kind == "M":
        return pa.array(values).cast(pa.string())
    return pa.array(values.astype(object, copy=False), pa.string())


def _companies(market: Market, ids: Array, order: Array) -> pa.Table:
    columns = {"id": ids, **market.text, **market.days}
    table = pa.table({name: _text(values) for name, values in columns.items()})
    return table.take(pa.array(np.argsort(order)))


def _people(market: Market, ids: Array, order: Array) -> pa.Table:
    columns = {name: np.concatenate(blocks) for name, blocks in market.people.items()}
    table = pa.table({name: _text(values) for name, values in {"id": ids, **columns}.items()})
    return table.take(pa.array(np.argsort(order)))


def _remaining_rows(
    market: Market, rows: Rows, settled: int, whose: str, party: Array, parties: Sequence[str]
) -> pa.Table:
    """Rows without those that companies of a scheme had before; in an order that says nothing."""
    columns = {name: rows.column(name) for name in rows.names}
    of = columns[whose].astype(np.int64)
    before = sum(len(block[whose]) for block in rows.blocks[:settled])
    keep = of >= 0
    keep[:before] &= ~market.taken[of[:before]]
    for name in parties:
        columns[name] = party[columns[name].astype(np.int64)]
    order = market.draw.permutation(np.flatnonzero(keep))
    return pa.table({name: _text(values[order]) for name, values in columns.items()})


def _shipments(market: Market, party: Array) -> tuple[pa.Table, dict[int, list[str]]]:
    """Shipments by date, and those of each scheme."""
    columns = {name: market.lines.column(name) for name in market.lines.names}
    if not len(columns["day"]):
        return pa.table({"id": pa.array([], pa.string())}), {}
    rows = market.draw.permutation(len(columns["day"]))
    rows = rows[np.argsort(columns["day"][rows], kind="stable")]
    ids = number_ids("s", len(rows))
    scheme = columns.pop("scheme").astype(np.int64)[rows]
    orders = {int(n): [str(i) for i in ids[scheme == n]] for n in np.unique(scheme[scheme >= 0])}
    for name in PARTIES:
        columns[name] = party[columns[name].astype(np.int64)]
    columns["quantity"] = columns["quantity"].astype(np.int64).astype(str)
    columns["date"] = columns.pop("day")
    shown = {name: _text(values[rows]) for name, values in columns.items()}
    return pa.table({"id": _text(ids), **{n: v for n, v in shown.items() if any(v.unique().to_pylist())}}), orders
