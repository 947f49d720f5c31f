"""Replays one unit of each recurring deal under the law of another date.

A line is judged by the law of its own date, so that a change of law leaves what is on record as it was. What the
change means for business as usual shows when each kind of dealing is taken once more, one unit of it, on the day:
lines that differ in nothing but their day, paper and quantity; chips that stand at a site, brought there once more;
services and transfers of weights. Only findings about such a dealing itself are told, not totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from compliance.answers.answer import EvidenceRow, Finding
from compliance.decisions.audit import by_name_alone, each_once
from compliance.decisions.headroom.probe_order import home_order
from compliance.decisions.setup import postures_of, scene_of
from compliance.evaluation.described_parties import resolve
from compliance.evaluation.evaluate import evaluate
from compliance.evaluation.matches import Match
from compliance.explain.findings import build_finding
from compliance.plan.sql.scenarios import MARK, tag, untag
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.shipment_lines import NOT_LINES
from compliance.world.schema.field_kinds import LINE_TABLES
from compliance.world.schema.row import Row
from compliance.world.schema.tables import ComputeService, Holding, Order, WeightTransfer
from compliance.world.world import World

SAME = (
    "exporter", "from_country", "purchaser", "intermediate_consignee", "consignee", "end_user", "operator", "site",
    "to_country", "chip", "movement", "authorization", "authorization_id", "charged_to", "forwarder", "payer",
    "payer_country", "end_use_country",
)  # fmt: skip
"""Lines that agree in these are one kind of dealing; the others say which one of them it was."""
STANDING = ("installed", "boxed", "planned")


@dataclass(frozen=True)
class RecurringDeals:
    """Kinds of recurring deals, each represented by one row, by the id of its replay."""

    lines: Mapping[str, Order]
    services: Mapping[str, ComputeService]
    transfers: Mapping[str, WeightTransfer]
    rows: Mapping[str, tuple[str, str]]
    """Table and id of the row on record behind each."""

    def __len__(self) -> int:
        return len(self.lines) + len(self.services) + len(self.transfers)

    def on(self, world: World, day: date) -> World:
        """The world with each of them done on the day, as well as all that is on record."""
        dated: Iterator[Row] = (_again(line, name, date=day) for name, line in self.lines.items())
        done = world.replace("orders", list(dated))
        if self.services:
            begun = (_again(one, name, from_=day, to=None) for name, one in self.services.items())
            done = done.with_rows("compute_services", list(begun))
        if self.transfers:
            done = done.with_rows("weight_transfers", [_again(t, n, date=day) for n, t in self.transfers.items()])
        return done


def dealings(world: World, until: date) -> RecurringDeals:
    """The kinds of dealings on record up to the day, and all that are ordered; the latest row stands for its kind."""
    lines: dict[str, Order] = {}
    rows: dict[str, tuple[str, str]] = {}

    def kept(name: str, table: str, row: Row) -> str:
        again = tag(name, table)
        rows[again] = table, row.name_of_row
        return again

    for table, row in _kinds(world, until):
        lines[kept(row.name_of_row, table, row)] = _unit(row)
    for holding, order in _site_exports(world):
        name = f"{holding.site}, {holding.chip}"
        if tag(name, "holdings") not in rows:
            lines[kept(name, "holdings", holding)] = order
    services = {kept(s.id, s.table, s): s for s in world.each(ComputeService) if s.from_ is None or s.from_ <= until}
    transfers = {kept(t.id, t.table, t): t for t in world.each(WeightTransfer) if t.date <= until}
    return RecurringDeals(lines, services, transfers, rows)


def _kinds(world: World, until: date) -> Iterator[tuple[str, Row]]:
    """Of each kind of line the latest, an order before a shipment."""
    latest: dict[tuple[str | None, ...], tuple[bool, str, str, int]] = {}
    for table in LINE_TABLES:
        columns = world.columns(table)
        same = [n for n in columns.column_names if n in SAME or (n.partition(".")[0] in SAME and "." in n)]
        keys = zip(*(columns.column(n).to_pylist() for n in sorted(same)), strict=True)
        told = (columns.column(n).to_pylist() for n in ("date", "id", "status"))
        for place, (key, day, name, status) in enumerate(zip(keys, *told, strict=True)):
            if status not in NOT_LINES and (table == "orders" or day <= until.isoformat()):
                found = table == "orders", day, name, place
                latest[key] = max(latest.get(key, found), found)
    for ordered, _, _, place in sorted(latest.values(), key=lambda found: found[:3]):
        table = "orders" if ordered else "shipments"
        yield table, world.rows(table)[place]


def _unit(row: Row) -> Order:
    """One unit of the same, on a purchase and paper of its own."""
    given = {name: row.value(name) for name in SAME}
    return Order.model_construct(**{**_NOTHING, **given, "id": "", "date": date.min, "quantity": 1}).at(row.origin)


_NOTHING = {name: field.get_default(call_default_factory=True) for name, field in Order.model_fields.items()}


def _site_exports(world: World) -> Iterator[tuple[Holding, Order]]:
    """One more of the chips that stand or are planned at a site, exported there."""
    for holding in world.each(Holding):
        site: Any = world.by_id("sites").get(holding.site)
        if holding.status in STANDING and site is not None and site.country is not None:
            operator = site.operator or site.owner
            given = {
                **home_order(), "to_country": site.country, "site": site.id, "chip": holding.chip,
                "consignee": operator, "operator": operator, "end_user": holding.owner or operator,
            }  # fmt: skip
            told = {**_NOTHING, **given, "id": "", "date": date.min, "quantity": 1}
            yield holding, Order.model_construct(**told).at(holding.origin)


def _again(row: Row, name: str, **update: Any) -> Row:
    return row.model_copy(update={"id": name, **update}).at(row.origin)


def findings(world: World, found: RecurringDeals, packs: Sequence[Pack], day: date, posture: str) -> list[Finding]:
    """What is found about each kind of dealing if it is done on the day, in the names of the rows on record."""
    asked = postures_of(posture)
    resolved = resolve(found.on(world, day), LINE_TABLES)
    told = each_once(_about(found, scene_of(resolved.world, day, day, orders=True), packs, asked))
    if resolved.unmatched is None:
        return told
    return by_name_alone(told, _about(found, scene_of(resolved.unmatched, day, day, orders=True), packs, asked))


def _about(
    found: RecurringDeals, scene: EvaluationContext, packs: Sequence[Pack], asked: tuple[str, ...]
) -> Iterable[Finding]:
    for one in evaluate(scene, packs, determine=False).found:
        if MARK in one.id and (finding := build_finding(_untag_match(one), scene, asked, [])) is not None:
            rows = [_row(row, found) for row in finding.evidence.rows]
            evidence = finding.evidence.model_copy(update={"rows": sorted(rows, key=lambda row: (row.table, row.id))})
            missing = [gap.model_copy(update=_row_reference(gap.table, gap.id, found)) for gap in finding.missing]
            yield finding.model_copy(update={"evidence": evidence, "missing": missing})


def _untag_match(found: Match) -> Match:
    words = {word: untag(text) for word, text in found.words.items()}
    return replace(found, id=untag(found.id), key=untag(found.key), words=words)


def _row(row: EvidenceRow, found: RecurringDeals) -> EvidenceRow:
    return row.model_copy(update=_row_reference(row.table, row.id, found))


def _row_reference(table: str, name: str, found: RecurringDeals) -> dict[str, str]:
    table, name = found.rows.get(name, (table, name))
    return {"table": table, "id": name}
