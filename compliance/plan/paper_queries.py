"""Queries for the papers of lines: certificates of their parties, and what lines state themselves."""

from __future__ import annotations

from collections.abc import Iterable


def query_for_lines(paper: str, holds: str, where: str, parties: Iterable[str], *more: str) -> str:
    """The query for a kind of papers by line; of several that are for one line, one that holds is enough."""
    of_parties = (
        f"""SELECT {paper} AS paper, l."table", l.id AS row, {holds} AS holds FROM {_lines_with(party)}
        JOIN certificates AS c ON {party if "." in party else f"l.{party}"} = c.party
        WHERE coalesce(c.shipment = l.id, true) AND {where}"""
        for party in parties
    )
    each = " UNION ".join((*of_parties, *more))
    one = "CASE WHEN bool_or(holds) THEN true WHEN count(holds) = count(*) THEN false END"
    return f"""SELECT paper, "table", row, {one} AS holds FROM ({each}) GROUP BY ALL"""


def query_of_stated(word: str, told: str) -> str:
    """The query for the papers that lines state themselves; not known where those on record do not hold on the day."""
    return f"""SELECT '{word}.' || s.kind AS paper, s."table", s.row,
        CASE WHEN coalesce(r.holds, true) THEN true END AS holds FROM stated AS s
        LEFT JOIN ({told}) AS r ON r.paper = s.kind AND r."table" = s."table" AND r.row = s.row"""


def _lines_with(party: str) -> str:
    """The lines, beside the attributes of the consignee where one of those is asked for."""
    if "." not in party:
        return "lines AS l"
    return 'lines AS l JOIN party_at AS p ON p.party = l.consignee AND l.date >= p."from" AND l.date < p."to"'
