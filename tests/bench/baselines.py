"""Three plain ways to find split evasion, to compare with: one owner, one address, everything that touches.

Each makes groups of companies and alerts on a group if its members, each at or under the limit in every calendar
year, are together over it in some 365 days under the exemption. The larger the total, the earlier the alert.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import networkx as nx
import numpy as np

from compliance.world.world import World

LIMIT = 26_900_000
TPP = {"H100": 15_824, "H200": 15_824, "B200": 36_000, "L40S": 5_864, "A100": 4_992}
Alerts = list[list[str]]


def _columns(world: World, table: str, *names: str) -> list[list[Any]]:
    columns = world.columns(table)
    return [columns[name].to_pylist() for name in names]


def purchases(world: World) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Days and TPP of what each consignee received under the exemption, in order of days."""
    days: dict[str, list[tuple[int, int]]] = {}
    names = ("consignee", "date", "chip", "quantity", "authorization", "status")
    for who, day, chip, count, claimed, status in zip(*_columns(world, "shipments", *names), strict=True):
        if claimed == "LPP" and status not in ("cancelled", "refused"):
            number = int(np.datetime64(str(day)).astype(int))
            days.setdefault(who, []).append((number, int(count) * TPP[chip]))
    return {who: (np.array([d for d, _ in sorted(rows)]), np.array([t for _, t in sorted(rows)]))
            for who, rows in days.items()}  # fmt: skip


def under(rows: tuple[np.ndarray, np.ndarray]) -> bool:
    """Whether a consignee is at or under the limit in each calendar year."""
    year = rows[0].astype("M8[D]").astype("M8[Y]").astype(int)
    return bool(np.bincount(year - year.min(), rows[1]).max() <= LIMIT)


def highest(members: list[str], bought: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> int:
    """The largest total of all members in 365 days."""
    day = np.concatenate([bought[m][0] for m in members])
    tpp = np.concatenate([bought[m][1] for m in members])[np.argsort(day, kind="stable")]
    day = np.sort(day)
    total = np.concatenate([[0], np.cumsum(tpp)])
    return int((total[1:] - total[np.searchsorted(day, day - 364)]).max())


def links(world: World, *kinds: str) -> Iterator[tuple[str, str]]:
    """A company and what it shares: the owner, the address, and so on, as text."""
    if "owner" in kinds:
        for owner, owned in zip(*_columns(world, "stakes", "owner", "owned"), strict=True):
            if owner:
                yield owned, owner
    if "director" in kinds:
        for person, company in zip(*_columns(world, "roles", "person", "company"), strict=True):
            yield company, person
    if "payer" in kinds:
        for who, payer in zip(*_columns(world, "shipments", "consignee", "payer"), strict=True):
            if payer:
                yield who, payer
    names = [name for name in ("address", "phone", "email", "registered_agent") if name in kinds]
    for company, *texts in zip(*_columns(world, "companies", "id", *names), strict=True):
        for name, text in zip(names, texts, strict=True):
            if text and text != "none":
                whole = str(text).casefold()
                yield company, f"{name}: {whole.partition('@')[2] if name == 'email' else whole}"


def _alerts(groups: Iterator[list[str]], world: World) -> Alerts:
    bought = {who: rows for who, rows in purchases(world).items() if under(rows)}
    found = []
    for group in groups:
        buyers = sorted(m for m in group if m in bought)
        if len(buyers) > 1 and (total := highest(buyers, bought)) > LIMIT:
            found.append((-total, buyers))
    return [members for _, members in sorted(found)]


def _by_value(world: World, kind: str) -> Iterator[list[str]]:
    groups: dict[str, set[str]] = {}
    for company, value in links(world, kind):
        groups.setdefault(value, set()).add(company)
    for members in groups.values():
        yield sorted(members)


def common_owner(world: World) -> Alerts:
    """Companies with one direct owner, whatever it holds."""
    return _alerts(_by_value(world, "owner"), world)


def shared_address(world: World) -> Alerts:
    """Companies with one address, capitals aside."""
    return _alerts(_by_value(world, "address"), world)


def connected(world: World) -> Alerts:
    """Whatever hangs together by owners, directors, addresses, telephones, e-mail domains, agents and payers."""
    graph = nx.Graph()
    graph.add_edges_from(links(world, "owner", "director", "address", "phone", "email", "registered_agent", "payer"))
    return _alerts((sorted(part) for part in nx.connected_components(graph)), world)


BASELINES = {"common direct owner": common_owner, "shared address": shared_address, "connected": connected}
