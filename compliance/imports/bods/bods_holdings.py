"""The holdings in one company, each counted once: what `bods` says of direct, indirect and doubtful interests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Protocol

from compliance.imports.cleaners import hull, percent_text
from compliance.imports.import_report import ImportReport
from compliance.imports.percentages import up_to
from compliance.units import Interval, interval

WIDENED = "holdings that several records tell differently: as wide as all of them"


@dataclass(frozen=True, slots=True)
class Holding:
    """A share of a company for a time, as one record tells it; `reason` is why there is no `party`.

    With `at_most` it is an interest of another kind than a share: of up to so many percent.
    """

    party: str
    reason: str
    interest: str
    directness: str
    percent: str
    start: str
    end: str
    component: bool
    line: int
    record: str
    statement: str
    kind: str
    at_most: bool = False

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

    def not_conveyed(self, company: str, held: Holding) -> list[tuple[str, str]]:
        """The times of an indirect holding at which the direct ones from its party to the company do not make it up."""
        ...


def build_stakes(
    owned: str, holdings: Sequence[Holding], kin: Kin, account: ImportReport, file: str
) -> Iterator[tuple[dict[str, str], Holding]]:
    """The rows of `stakes` in one company, each with its holding, from holdings sorted by party and interest.

    An indirect interest that direct ones do not make up runs through one of the company's holders: its party may hold a
    part of each.
    """
    counted: list[Holding] = []
    for _, group in groupby(holdings, key=lambda held: (held.party, held.interest, held.directness == "indirect")):
        counted += _once(list(group), account, file)
    direct = [held for held in counted if held.directness != "indirect"]
    entities = {held.party for held in direct if held.party and kin.is_company(held.party)}
    for held in counted:
        percent = held.percent
        if held.directness == "indirect":
            apart = kin.not_conveyed(owned, held)
            if not apart:
                account.note("indirect interests are told link by link by direct ones: not counted again")
            for start, end in apart:
                account.note("indirect interests without the links between: a holder of an unknown share")
                open_ = replace(held, percent="unknown", start=start, end=end)
                yield _row(owned, open_, f"BODS {held.statement}", held.percent), open_
                for entity in sorted(entities - {held.party}) if held.party else ():
                    account.note("holders of a company through whom an indirect interest in it may run: unknown shares")
                    yield _row(entity, open_, f"BODS {held.statement}, of {owned}"), open_
            continue
        if held.directness == "unknown" and entities - {held.party} and held.party:
            range_ = held.range
            if range_.low > 0:
                account.note("interests that may be direct or indirect, beside another entity: from nothing up")
            percent = percent_text(Interval(range_.low * 0, range_.high, False, range_.high_open))
        if not held.party:
            account.note("holders are not identified: a stake without an owner")
        told = held.percent if percent != held.percent else ""
        yield _row(owned, replace(held, percent=percent), f"BODS {held.statement}", told), held


def _row(owned: str, held: Holding, source: str, told: str = "") -> dict[str, str]:
    return {
        "owner": held.party, "owned": owned, "percent": held.percent, "interest": held.interest, "source": source,
        "x_interest": "" if held.kind in _PLAIN else held.kind, "x_told": told, "x_unidentified": held.reason,
        "x_directness": "" if held.directness == "direct" else held.directness,
    }  # fmt: skip


_PLAIN = ("shareholding", "votingRights")


def _once(told: list[Holding], account: ImportReport, file: str) -> list[Holding]:
    """The holdings of one party and interest; what another record tells of the same time is not added."""
    kept: list[Holding] = []
    for held in sorted(told, key=lambda item: (item.at_most, item.component, item.start, item.record)):
        same = [place for place, other in enumerate(kept) if _may_be_one(other, held) and other.meets(held)]
        if not same or not held.party:
            kept.append(replace(held, percent=up_to(held.percent)) if held.at_most else held)
            continue
        for place in same:
            both = (
                hull(kept[place].range, held.range) if not held.at_most else _widen_share(kept[place].range, held.range)
            )
            if both != kept[place].range:
                account.keep(file, held.line, WIDENED, f"`{held.record}` and `{kept[place].record}`", "stakes")
                kept[place] = replace(kept[place], percent=percent_text(both))
        account.note("holdings are told by more than one record: counted once")
    return kept


def _may_be_one(one: Holding, other: Holding) -> bool:
    """Whether two holdings of one party may be the same: told by two records, or as interests of two kinds."""
    return one.record != other.record or other.at_most or one.kind != other.kind


def _widen_share(one: Interval, other: Interval) -> Interval:
    """A share, up to what another interest says where that is more."""
    wide = hull(one, other)
    return Interval(one.low, wide.high, one.low_open, wide.high_open)
