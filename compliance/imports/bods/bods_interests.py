"""Interests of BODS as what they are here, and the history of one relationship out of its statements.

A later statement about the same record replaces the one before it. What changed counts from the later interest's
own start where that is later than the one before, else from the day of the statement; what a statement no longer
names, and what a closed record named, ends on the day of that statement unless it says when.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from compliance.imports.cleaners import number, percent_text, percentage, tidy
from compliance.imports.date_ranges import when

UNKNOWN = "unknownInterest"
STAKES = {
    "shareholding": "shares",
    "votingRights": "votes",
    "beneficiaryOfLegalArrangement": "shares",
    UNKNOWN: "shares",
}
CONTROLS = {
    "appointmentOfBoard": "board_majority", "otherInfluenceOrControl": "wishes", "controlByLegalFramework": "wishes",
    "rightsGrantedByContract": "agreement", "conditionalRightsGrantedByContract": "agreement",
    "controlViaCompanyRulesOrArticles": "agreement", "trustee": "agreement",
}  # fmt: skip
ROLES = {
    "boardMember": "director", "boardChair": "director", "seniorManagingOfficial": "executive",
    "settlor": "settlor", "protector": "protector",
}  # fmt: skip
TIES = {"nominee": "nominee", "nominator": "nominee"}
KNOWN = (*STAKES, *CONTROLS, *ROLES, *TIES)
"""Any other interest (rights to profit or to assets, words not known here) is a share of up to what it says."""
_OLD = {
    "influenceOrControl": "otherInfluenceOrControl", "settlorOfTrust": "settlor", "trusteeOfTrust": "trustee",
    "protectorOfTrust": "protector", "beneficiaryOfTrust": "beneficiaryOfLegalArrangement",
    "otherInfluenceOrControlOfTrust": "otherInfluenceOrControl", "unpublishedInterest": UNKNOWN, "": UNKNOWN,
}  # fmt: skip
"""Words of older versions, and those that say no more than that there is an interest."""


@dataclass(frozen=True, slots=True)
class Interest:
    """One interest; `percent` is the text of a range, `unread` a share that is no percentage."""

    kind: str
    directness: str
    percent: str
    start: str
    end: str
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What one statement says of a relationship, on its day."""

    statement: str
    line: int
    day: str
    closed: bool
    interests: tuple[Interest, ...]


def interests(given: Iterable[Mapping[str, Any]]) -> Iterator[Interest]:
    """The interests of a statement, in the words of version 0.4."""
    for item in given:
        word = re.sub(r"-(\w)", lambda found: found[1].upper(), tidy(item.get("type")))
        directness = tidy(item.get("directOrIndirect") or item.get("interestLevel"))
        kind = _OLD.get(word, word)
        share = item.get("share") if kind != UNKNOWN else None
        found = _share(share) if isinstance(share, dict) and share else ""
        yield Interest(
            kind,
            directness if directness in ("direct", "indirect") else "unknown",
            found or "unknown",
            _date_text(item.get("startDate")),
            _date_text(item.get("endDate")),
            "" if found or not share else tidy(json.dumps(share, default=str))[:80],
        )


def _date_text(value: Any) -> str:
    """A day as ISO has it, the year or the month of one, else what was written; nothing where that stands for none."""
    found = when(value)
    if found.first is None or found.last is None:
        return found.unread
    last = found.last.isoformat()
    month_end = (found.last + timedelta(days=1)).day == 1
    if found.first == found.last:
        return last
    if found.first.isoformat() == f"{last[:4]}-01-01" and last.endswith("12-31"):
        return last[:4]
    return last[:7] if found.first.isoformat() == f"{last[:7]}-01" and month_end else found.unread


def _share(share: Mapping[str, Any]) -> str:
    """The share as a percentage: exact, or between ends that belong to it or do not; nothing if it is none."""
    if share.get("exact") is not None:
        found = percentage(share["exact"], share["exact"])
    else:
        low, low_open = _end(share, "minimum", "exclusiveMinimum")
        high, high_open = _end(share, "maximum", "exclusiveMaximum")
        if (low, high) == (None, None):
            return ""
        found = percentage(low, high, low_open, high_open)
    return percent_text(found) if found else ""


def _end(share: Mapping[str, Any], end: str, exclusive: str) -> tuple[Any, bool]:
    """An end and whether it is left out: a number of its own in 0.4, before that a mark on the other one."""
    mark = share.get(exclusive)
    if isinstance(mark, bool) or mark is None:
        return share.get(end), mark is True and share.get(end) is not None
    if share.get(end) is None:
        return mark, True
    one, other = number(share[end]), number(mark)
    if one is None or other is None:
        return share[end], False
    stricter = other >= one if end == "minimum" else other <= one
    return (mark, True) if stricter else (share[end], False)


@dataclass(frozen=True, slots=True)
class DatedInterest:
    """An interest for a time, and the statement that says so."""

    interest: Interest
    start: str
    end: str
    version: Version


def history(versions: Sequence[Version]) -> list[DatedInterest]:
    """What the statements about one relationship, in the order of their days, say of each time."""
    past: list[DatedInterest] = []
    now: dict[tuple[str, str, int], DatedInterest] = {}
    for version in versions:
        named: dict[tuple[str, str, int], Interest] = {}
        for interest in version.interests:
            count = sum(key[:2] == (interest.kind, interest.directness) for key in named)
            named[interest.kind, interest.directness, count] = interest
        for key in [key for key in now if version.closed or key not in named]:
            last = now.pop(key)
            end = (named[key].end if key in named else "") or last.end or version.day
            past.append(replace(last, end=end))
        if version.closed:
            if not past:
                past += [DatedInterest(i, i.start, i.end or version.day, version) for i in version.interests]
            continue
        for key, interest in named.items():
            before = now.get(key)
            now[key] = DatedInterest(interest, interest.start, interest.end, version)
            if before is None:
                continue
            if (before.interest.percent, before.start) == (interest.percent, interest.start):
                continue
            if before.interest.percent == interest.percent and not interest.start:
                now[key] = replace(now[key], start=before.start)
                continue
            since = interest.start if interest.start > before.start else version.day
            now[key] = replace(now[key], start=since)
            past.append(replace(before, end=min(filter(None, (before.end, since)), default="")))
    told = [*past, *now.values()]
    return [item for item in told if not item.end or not item.start or item.start < item.end or _own_days(item)]


def _own_days(told: DatedInterest) -> bool:
    """Whether the days are what the interest itself says, though they are the wrong way round."""
    return (told.start, told.end) == (told.interest.start, told.interest.end) and told.start > told.end
