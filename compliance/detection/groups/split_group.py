"""A group of buyers that pass the limit together, told with its links, its lines and what was weighed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compliance.detection.groups.group import Group, Link
from compliance.detection.groups.split_search import SplitGroup
from compliance.detection.pattern_context import View


def group_of(view: View, split: SplitGroup, pattern: str, why: str) -> Group:
    """The group under a pattern's name; `why` ends the sentence about it."""
    inside = set(split.members)
    lines = [line for line in split.window.lines if int(view.bought.buyer[line]) in inside]
    days = [int(view.bought.day[line]) for line in lines]
    total, limit = (f"{Decimal(n) / 1000:,} TPP" for n in (split.window.tpp, view.limit))
    year = "in the calendar year" if split.window.is_year else "within a year"
    found = tuple(_links(view, split))
    weighed = (("what they share", split.linked),) if not split.is_open else ()
    return Group(
        pattern=pattern,
        members=tuple(sorted(view.name(who) for who in split.members)),
        orders=tuple(sorted(view.bought.line[line].as_py() for line in lines)),
        bits=split.bits,
        links=found,
        total=split.window.tpp,
        limit=view.limit,
        period=split.window.period,
        message=(
            f"{len(inside)} buyers, each at or under {limit} a year, received {total} {year}, within "
            f"{max(days) - min(days) + 1} days, and {why}."
        ),
        evidence=(
            *weighed,
            ("how much of the limit each fills", split.filled),
            ("how close in time they buy", split.timed),
            ("the odds against such a group", split.odds),
        ),
        flags=tuple(sorted({f for link in found if (f := view.settings.kinds[link.kind].flag)})),
    )


def _links(view: View, split: SplitGroup) -> Iterator[Link]:
    """What the members that the group's tree joins share, pair by pair."""
    for (a, b), rows in view.shared_in_tree(split).items():
        for row in rows:
            text = f"{view.settings.kinds[row.kind].text} {row.value}, as {row.holders} companies here"
            yield Link(row.kind, view.name(a), view.name(b), row.bits, text, row.value)
