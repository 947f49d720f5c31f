"""Split evasion as groups: who is in one, by what they are linked, what they bought together against the limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from compliance.traces.evidence import held
from compliance.traces.group import Group, Link
from compliance.traces.links import Links, links
from compliance.traces.split import Split, candidates, splits
from compliance.traces.view import View
from compliance.units import show

PATTERN = "split_evasion"
PARENT = "parent"


def detect(view: View) -> Iterator[Group]:
    """Every group, the strongest first; see `split` for the definition and what is known to be found wrongly."""
    buyers, most = candidates(view.bought, view.limit, view.settings)
    if len(buyers) < 2:
        return
    things = held(view.world, view.ids, view.bought, view.as_of)
    linked = links(things, buyers, view.settings)
    for split in splits(view.bought, linked, buyers, most, view.limit, view.settings):
        group = _group(view, split, linked)
        if _held_together(view, group):
            yield group


def _held_together(view: View, group: Group) -> bool:
    """Whether evidence of several families holds the group, or one owner of the greater part of every member."""
    kinds = view.settings.kinds
    families = {kinds[link.kind].family for link in group.links} - set(view.settings.supporting)
    pairs = {(link.a, link.b) for link in group.links}
    by_parent = {(link.a, link.b) for link in group.links if link.kind == PARENT}
    return len(families) >= view.settings.number("families") or pairs == by_parent


def _group(view: View, split: Split, linked: Links) -> Group:
    lines = [line for line in split.window.lines if int(view.bought.buyer[line]) in split.members]
    orders = sorted(view.bought.line[line].as_py() for line in lines)
    found = tuple(_links(view, split, linked))
    names = [view.told(who) for who in split.members]
    kinds = ", ".join(dict.fromkeys(view.settings.kinds[link.kind].family for link in found))
    days = [int(view.bought.day[line]) for line in lines]
    total, limit = (show(Fraction(n, 1000)) for n in (split.window.tpp, view.limit))
    year = "in the calendar year" if split.window.is_year else "within a year"
    return Group(
        pattern=PATTERN,
        members=tuple(sorted(view.name(who) for who in split.members)),
        orders=tuple(orders),
        bits=split.bits,
        links=found,
        total=split.window.tpp,
        limit=view.limit,
        period=split.window.period,
        message=(
            f"{len(names)} buyers, each at or under {limit} TPP a year, received {total} TPP {year}, within "
            f"{max(days) - min(days) + 1} days, and share what one hand would ({kinds}): {', '.join(names)}."
        ),
        evidence=(
            ("what they share", split.linked),
            ("how much of the limit each fills", split.filled),
            ("how close in time they buy", split.timed),
            ("the odds against such a group", split.odds),
        ),
    )


def _links(view: View, split: Split, linked: Links) -> Iterator[Link]:
    """What the members that the group's tree joins share, pair by pair."""
    pairs = set(split.tree)
    one, other = linked.behind.column("a").to_numpy(), linked.behind.column("b").to_numpy()
    inside = np.isin(one, list(split.members)) & np.isin(other, list(split.members))
    rows = linked.behind.take(np.flatnonzero(inside)).to_pylist()
    by_pair: dict[tuple[int, int], list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        by_pair[row["a"], row["b"]].append(row)
    for a, b in sorted(pairs):
        for row in by_pair[a, b]:
            kind = str(row["kind"])
            detail = f"{view.settings.kinds[kind].text} {row['value']}, as {row['holders']} companies here"
            yield Link(kind, view.name(a), view.name(b), int(str(row["bits"])), detail)
