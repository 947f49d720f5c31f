"""The limits of licenses as accounts: the lines that claim a license use up its `limit_tpp` (contracts 6).

A line counts in its own right, whatever its date and whether the license covers it otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from compliance.decisions.accounts.account import Account, Claim
from compliance.decisions.accounts.kept_scenes import KeptScenes
from compliance.sources.license_utilization import find_tpp_under_licenses
from compliance.sources.licenses import LICENSE, THOUSANDTHS
from compliance.sources.replacements import find_replacements
from compliance.sources.shipment_lines import line_columns
from compliance.world.schema.field_kinds import LINE_TABLES
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Authorization, Order, Shipment
from compliance.world.world import World

TABLE, FIELD = Authorization.table, "limit_tpp"


def claim_licenses(kept: KeptScenes, lines: Sequence[Row]) -> Iterator[Claim]:
    """What these lines take of the limits of the licenses that they claim, by the license."""
    claimed = (line.value("authorization_id") for line in lines if line.value("authorization") == LICENSE)
    named = {str(paper) for paper in claimed if paper is not None}
    papers = _find_limits(kept.world, named)
    if papers:
        taken = _sum_tpp(kept, kept.world.replace(Order.table, list(lines)), Order.table)
        for name, most in sorted(papers.items()):
            if taken.get(name, 0) != 0:
                yield Claim(_account(name), most, on_record(kept).get(name, 0), taken[name])


def open_licenses(kept: KeptScenes, names: Collection[str] | None) -> dict[str, Claim]:
    """Of accounts by name, or of all, what licenses grant and what is on record under them, as claims of nothing."""
    accounts = {_account(paper): most for paper, most in _find_limits(kept.world).items()}
    used = on_record(kept)
    return {
        one.name: Claim(one, most, used.get(one.holder, 0), 0)
        for one, most in accounts.items()
        if names is None or one.name in names
    }


def on_record(kept: KeptScenes) -> Mapping[str, int | None]:
    """Of each license with a limit the TPP in thousandths of what is on record under it; kept with the world."""
    if kept.under_licenses is None:
        kept.under_licenses = _sum_tpp(kept, kept.world, Shipment.table)
    return kept.under_licenses


def _sum_tpp(kept: KeptScenes, world: World, table: str) -> Mapping[str, int | None]:
    [part] = line_columns(world, kept.catalogue, date.max, [table])
    if part.given("replaces") is not None:
        parts = line_columns(world, kept.catalogue, date.max, LINE_TABLES)
        [part] = [one for one in parts if one.table == table]
        part.replacement = find_replacements(parts).of(part)
    found: dict[str, int | None] = defaultdict(int)
    for name, tpp in find_tpp_under_licenses(world, [part]):
        before = found[name]
        found[name] = None if tpp is None or before is None else before + tpp
    return found


def _find_limits(world: World, names: Collection[str] | None = None) -> dict[str, int]:
    """The licenses with a limit, and the most thousandths of TPP that each lets through."""
    return {
        paper.id: int(paper.limit_tpp * THOUSANDTHS // 1)
        for paper in world.each(Authorization)
        if paper.kind == LICENSE and paper.limit_tpp is not None and (names is None or paper.id in names)
    }


def _account(name: str) -> Account:
    return Account(TABLE, FIELD, name, "", "", "authorization", "TPP", THOUSANDTHS)
