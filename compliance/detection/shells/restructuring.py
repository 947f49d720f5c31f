"""A buyer whose owners change near a listing, a refusal or its first order.

Definition. A stake of `owner_percent` or more in it begins or ends at most `restructured_days` before its first line
under the exemption, or after a line to it was refused, or around the first day of a listing of the owner who goes; the
day of its founding is no change. Source. Council Best Practices of 3 July 2024 (transfers near a designation). Known
false positives: genuine sales, financing rounds before a large order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign
from compliance.detection.upstream import Stake
from compliance.world.schema.text_columns import texts_of

SIGN = "restructuring"
FOUNDING = 30
Days = Mapping[str, Sequence[date]]


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer so restructured."""
    least = view.settings.number("owner_percent")
    listed = _days(view, "listings", "party", "from")
    refused = _days(view, "shipments", "consignee", "date", "refused")
    for who, founded in view.of_large("incorporated").items():
        company, first = view.name(who), view.first_day(who)
        for stake in view.above.get(company, ()):
            told = _near(view, stake, first, listed, refused.get(company, ())) if stake.reaches(least) else None
            if told is not None and (founded is None or (told[0] - date.fromisoformat(founded)).days > FOUNDING):
                yield Sign(who, f"changed owners on {told[0]}, {told[1]}")
                break


def _near(view: View, stake: Stake, first: date, listed: Days, refused: Sequence[date]) -> tuple[date, str] | None:
    """The day on which a stake begins or ends near such an event, and the event."""
    near = view.settings.number("restructured_days")
    for day in filter(None, (stake.ends, stake.begins)):
        if day > view.as_of:
            continue
        if 0 <= (first - day).days <= near:
            return day, f"{(first - day).days} days before it first bought"
        for refusal in refused:
            if 0 <= (day - refusal).days <= near:
                return day, f"{(day - refusal).days} days after it was refused"
        for listing in listed.get(stake.owner or "", ()) if day == stake.ends else ():
            if abs((day - listing).days) <= near:
                return day, f"{abs((day - listing).days)} days from the listing of its owner {stake.owner}"
    return None


def _days(view: View, table: str, party: str, day: str, status: str = "") -> Days:
    """The days of the rows of each party."""
    rows = view.world.columns(table)
    if status:
        rows = rows.filter(pc.equal(texts_of(rows.column("status")), status))
    rows = pa.table({"party": texts_of(rows.column(party)), "day": texts_of(rows.column(day))}).drop_null()
    found: dict[str, list[date]] = defaultdict(list)
    for one, when in sorted(zip(rows.column("party").to_pylist(), rows.column("day").to_pylist(), strict=True)):
        found[one].append(date.fromisoformat(when))
    return found
