"""Decides which claimed licenses cover which lines (contracts 6, a claimed license).

A license covers a line if it is on record, granted and valid on the line's date, held by a party of the line, for its
country or for none, and has room: the lines that claim it are counted by date, then id, up to its `limit_tpp`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from compliance.sources.entities import holds_on
from compliance.units import show
from compliance.world.schema.tables import Authorization, Shipment
from compliance.world.world import World

LICENSE = "license"
LICENSED = "licensed"
"""The column of a line that says whether a granted license covers it."""
THOUSANDTHS = 1000


@dataclass(frozen=True)
class Lack:
    """What does not fit about a claimed license: the table, row and field, and why in words."""

    table: str
    id: str
    field: str
    why: str


class Licenses:
    """The licenses of a world against the lines that claim them.

    `used` says of each line under a license with a limit how much TPP is used up with it (`coverage.used`).
    """

    def __init__(self, world: World, used: Mapping[str, int | None]) -> None:
        self._papers = {paper.id: paper for paper in world.each(Authorization)}
        self._used = used

    def lacks(self, line: Shipment) -> Lack | None:
        """What keeps a license from covering a line, or `None` where one covers it."""
        if line.authorization != LICENSE:
            return Lack(line.table, line.id, "authorization", "no license is claimed")
        if line.authorization_id is None:
            return Lack(line.table, line.id, "authorization_id", "which license covers the line")
        paper = self._papers.get(line.authorization_id)
        if paper is None:
            return Lack(
                "authorizations", line.authorization_id, "id", "whether there is such a license; none is on record"
            )
        wrong = self._unfit(paper, line) or self._short(paper, line)
        return None if wrong is None else Lack("authorizations", paper.id, *wrong)

    def _unfit(self, paper: Authorization, line: Shipment) -> tuple[str, str] | None:
        if paper.kind != LICENSE:
            return "kind", f"it is no license but {paper.kind}"
        if paper.state != "granted":
            return "state", f"it is {paper.state or 'not known to be granted'}"
        if not holds_on(paper, line.date):
            early = paper.from_ is not None and line.date < paper.from_
            return "from" if early else "to", f"it does not hold on {line.date}"
        parties = (
            line.exporter, line.purchaser, line.intermediate_consignee, line.consignee, line.end_user, line.operator
        )  # fmt: skip
        if paper.holder not in parties:
            return "holder", f"its holder `{paper.holder}` is no party of the line"
        if paper.country is not None and paper.country != line.to_country:
            return "country", f"it is for {paper.country}, the line goes to {line.to_country}"
        return None

    def _short(self, paper: Authorization, line: Shipment) -> tuple[str, str] | None:
        if paper.limit_tpp is None:
            return None
        used = self._used.get(line.id)
        if used is None:
            return "limit_tpp", "it has a limit, and the TPP of a line under it is not known"
        over = Fraction(used, THOUSANDTHS) - paper.limit_tpp
        return ("limit_tpp", f"with this line it is {show(over)} TPP over its limit") if over > 0 else None
