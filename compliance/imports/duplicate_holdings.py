"""Holdings of one owner in one company that are told more than once, each counted once.

Rows with a `teller` (a source, a record) tell a holding: what several tellers say of one day is one holding, as wide
as they differ, and what says no size gives way to what does. Several rows of one teller on one day may be lots, or
one holding told again: from the least of them to all together. Rows without a teller are lots and add up; only two
that are the same in all may be one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise

from compliance.imports.cleaners import HUNDRED, hull, percent_text
from compliance.units import Interval, interval

Row = dict[str, str]
UNKNOWN = Interval(Fraction(0), HUNDRED)
_LAST = "9999-99-99"


def counted_once(told: Sequence[tuple[str, Mapping[str, str]]]) -> tuple[list[Row], str]:
    """The rows of one owner, company and interest as they count, of those with their tellers; and what was found."""
    lots = [dict(row) for teller, row in told if not teller]
    rest = [(teller, dict(row)) for teller, row in told if teller]
    alike, repeated = _without_repeats(lots)
    if len(rest) < 2 or not _meet([row for _, row in rest]):
        return [*alike, *(row for _, row in rest)], repeated
    return [*alike, *_by_time(rest)], repeated or "holdings are told by more than one record or source: counted once"


def _without_repeats(rows: list[Row]) -> tuple[list[Row], str]:
    """Lots, where those that are the same in size and days may be one holding that is told again."""
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row["percent"], row.get("from", ""), row.get("to", "")].append(row)
    made = []
    for (percent, _, _), same in found.items():
        first = dict(same[0])
        if len(same) > 1 and first.get("owner"):
            one = interval(percent, top=100)
            first |= {"percent": percent_text(_up_to(one, [one] * len(same))), "source": _sources(same)}
            made.append(first | {"x_told": f"{percent}, {len(same)} times"})
        else:
            made += same
    again = len(made) < len(rows)
    return (
        made,
        "rows are told again, the same in all: one holding or several, from one to all of them" if again else "",
    )


def _meet(rows: Sequence[Row]) -> bool:
    """Whether two rows stand on one day."""
    ordered = sorted((row.get("from", ""), row.get("to") or _LAST) for row in rows)
    return any(after[0] < before[1] for before, after in pairwise(ordered))


def _by_time(told: Sequence[tuple[str, Row]]) -> list[Row]:
    """What the tellers say together of each time between the days on which one of them changes."""
    days = sorted({day for _, row in told for day in (row.get("from", ""), row.get("to") or _LAST)})
    made: list[Row] = []
    for start, end in pairwise(days):
        standing = [(t, row) for t, row in told if row.get("from", "") <= start and end <= (row.get("to") or _LAST)]
        if not standing:
            continue
        percent = percent_text(_together(standing))
        first = min((row for _, row in standing), key=lambda row: sorted(row.items()))
        row = first | {"percent": percent, "source": _sources([row for _, row in standing])}
        row |= {"from": start, "to": "" if end == _LAST else end}
        before = made[-1] if made else {}
        if before.get("to") == start and start and before.get("percent") == percent:
            made[-1] = before | {"to": row["to"], "source": _sources([before, row])}
        else:
            made.append(row)
    return made


def _together(standing: Sequence[tuple[str, Row]]) -> Interval:
    by_teller: dict[str, list[Interval]] = {}
    for teller, group in groupby(sorted(standing, key=lambda one: one[0]), key=lambda one: one[0]):
        by_teller[teller] = [interval(row["percent"], top=100) for _, row in group]
    said = {teller: known for teller, every in by_teller.items() if (known := [p for p in every if p != UNKNOWN])}
    sizes = [_up_to(min(every, key=lambda p: p.low), every) for every in (said or by_teller).values()]
    found = sizes[0]
    for other in sizes[1:]:
        found = hull(found, other)
    return found


def _up_to(least: Interval, every: Sequence[Interval]) -> Interval:
    """From the least of the sizes to all of them together, which is never over the whole."""
    if len(every) == 1:
        return least
    high = sum((HUNDRED if one.high is None else one.high for one in every), Fraction(0))
    if high > HUNDRED:
        return Interval(least.low, HUNDRED, least.low_open)
    return Interval(least.low, high, least.low_open, any(one.high_open for one in every))


def _sources(rows: Sequence[Row]) -> str:
    found = dict.fromkeys(part for row in rows for part in row.get("source", "").split("; ") if part)
    return "; ".join([*found][:_MOST_NAMED]) + (
        f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    )


_MOST_NAMED = 5
