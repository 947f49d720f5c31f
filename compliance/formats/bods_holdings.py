"""The holdings in one company, each counted once: what `bods` says of direct, indirect and doubtful interests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Protocol

from compliance.formats.account import Account
from compliance.formats.words import hull, percent_text
from compliance.units import Interval, interval

WIDENED = "holdings that several records tell differently: as wide as all of them"


@dataclass(frozen=True, slots=True)
class Holding:
    """A share of a company for a time, as one record tells it; `reason` is why there is no `party`."""

    party: str
    reason: str
    interest: str
    directness: str
    percent: str
    start: str
    end: str
    component: bool
    chain: str
    line: int
    record: str
    statement: str

    def fields(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def range(self) -> Interval:
        """What it says in percent."""
        return interval(self.percent, top=100)

    def meets(self, other: Holding) -> bool:
        """Whether both stand on some day."""
        return (not self.end or other.start < self.end) and (not other.end or self.start < other.end)


class Kin(Protocol):
    """What is known of parties beside their holdings in one company."""

    def is_company(self, party: str) -> bool:
        """Whether the party is no natural person."""
        ...

    def holds(self, party: str, company: str) -> bool:
        """Whether the party is told to hold something of the company."""
        ...


def settled(
    owned: str, holdings: Sequence[Holding], kin: Kin, account: Account, file: str
) -> Iterator[tuple[dict[str, str], int]]:
    """The rows of `stakes` in one company, each with its line, from holdings sorted by party and interest.

    An indirect interest without its links runs through one of the company's holders. Where its party is told to hold
    nothing of any of them, it may hold a part of each.
    """
    counted: list[Holding] = []
    for _, group in groupby(holdings, key=lambda held: (held.party, held.interest, held.directness == "indirect")):
        counted += _once(list(group), account, file)
    direct = [held for held in counted if held.directness != "indirect"]
    entities = {held.party for held in direct if held.party and kin.is_company(held.party)}
    for held in counted:
        percent = held.percent
        if held.directness == "indirect":
            if held.chain == "told":
                account.note("indirect interests are told link by link by their component records: not counted again")
                continue
            account.note("indirect interests without the links between: a holder of an unknown share")
            percent = "unknown"
            through = sorted(entities - {held.party}) if held.party else []
            if not any(kin.holds(held.party, entity) for entity in through):
                for entity in through:
                    account.note("holders of a company through whom an indirect interest in it may run: unknown shares")
                    yield (
                        _row(entity, replace(held, percent="unknown"), f"BODS {held.statement}, of {owned}"),
                        held.line,
                    )
        elif held.directness == "unknown" and entities - {held.party} and held.party:
            range_ = held.range
            if range_.low > 0:
                account.note("interests that may be direct or indirect, beside another entity: from nothing up")
            percent = percent_text(Interval(range_.low * 0, range_.high, False, range_.high_open))
        if not held.party:
            account.note("holders are not identified: a stake without an owner")
        told = held.percent if percent != held.percent else ""
        yield _row(owned, replace(held, percent=percent), f"BODS {held.statement}", told), held.line


def _row(owned: str, held: Holding, source: str, told: str = "") -> dict[str, str]:
    return {
        "owner": held.party, "owned": owned, "percent": held.percent, "interest": held.interest, "from": held.start,
        "to": held.end, "source": source, "x_directness": "" if held.directness == "direct" else held.directness,
        "x_told": told, "x_unidentified": held.reason,
    }  # fmt: skip


def _once(told: list[Holding], account: Account, file: str) -> list[Holding]:
    """The holdings of one party and interest; what another record tells of the same time is not added."""
    kept: list[Holding] = []
    for held in sorted(told, key=lambda item: (item.component, item.start, item.record)):
        same = [place for place, other in enumerate(kept) if other.record != held.record and other.meets(held)]
        if not same or not held.party:
            kept.append(held)
            continue
        for place in same:
            both = hull(kept[place].range, held.range)
            if both != kept[place].range:
                account.keep(file, held.line, WIDENED, f"`{held.record}` and `{kept[place].record}`")
                kept[place] = replace(kept[place], percent=percent_text(both))
        account.note("holdings are told by more than one record: counted once")
    return kept
