"""Whether the direct holdings of a file make up an indirect one: from its party to the company, link by link.

A chain carries no more than the narrowest of its links. For the times at which all chains together carry less than the
indirect interest says, they do not explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from compliance.units import Interval

_LAST = "9999"


@dataclass(frozen=True, slots=True)
class Link:
    """A direct holding of an owner in a company, for a time."""

    owner: str
    company: str
    size: Interval
    start: str
    end: str

    def stands(self, start: str, end: str) -> bool:
        """Whether it stands for the whole of a time."""
        return self.start <= start and (end or _LAST) <= (self.end or _LAST)


def not_carried(
    party: str, company: str, least: Fraction, start: str, end: str, links: Iterable[Link]
) -> Iterator[tuple[str, str]]:
    """The parts of a time at which links do not carry `least` percent of the company from the party."""
    every = [link for link in links if link.size.high != 0]
    days = sorted({day for link in every for day in (link.start, link.end or _LAST) if start < day < (end or _LAST)})
    ends = [start, *days, end or _LAST]
    open_since = None
    for begin, until in pairwise(ends):
        standing = [link for link in every if link.stands(begin, until)]
        if _carry(party, company, least, standing):
            if open_since is not None:
                yield open_since, begin
            open_since = None
        elif open_since is None:
            open_since = begin
    if open_since is not None:
        yield open_since, end


def _carry(party: str, company: str, least: Fraction, links: list[Link]) -> bool:
    """Whether links that stand on one day carry so much: the widest way to each holder of the company, added up."""
    widest = {party: Fraction(100)}
    waiting = [party]
    while waiting:
        owner = waiting.pop()
        for link in links:
            if link.owner == owner and link.company != company:
                carried = min(widest[owner], _most(link))
                if carried > widest.get(link.company, 0):
                    widest[link.company] = carried
                    waiting.append(link.company)
    last = [
        min(widest[k.owner], _most(k)) for k in links if k.company == company and k.owner in widest.keys() - {party}
    ]
    return bool(last) and least <= sum(last)


def _most(link: Link) -> Fraction:
    return Fraction(100) if link.size.high is None else link.size.high
