"""The rows that a finding adds up, as a table: which columns to show of each kind of row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from compliance.answers.answer import EvidenceRow, Finding
from compliance.reports.figures import number
from compliance.reports.phrases import plain, row_noun
from compliance.reports.report_context import ReportContext

MOST_ROWS = 10
LINES = ("date", "to_country", "chip", "quantity", "authorization", "consignee", "end_user")
GAP = 2
FEWEST = 4
"""Columns that are kept however little room there is."""
SHOWN: dict[str, tuple[str, ...]] = {
    "shipments": LINES,
    "orders": LINES,
    "holdings": ("site", "chip", "quantity", "status", "from", "owner"),
    "sites": ("country", "operator", "it_mw", "facility_mw", "owner", "name"),
    "site_power": ("site", "it_mw", "facility_mw", "from"),
    "weight_transfers": ("date", "model", "to_party", "to_country", "site"),
    "model_locations": ("model", "country", "site", "holder", "from"),
    "compute_services": ("provider", "customer", "purpose", "operations", "from", "workload_visibility", "model"),
    "authorizations": ("holder", "kind", "country", "state", "limit_tpp"),
    "companies": ("name", "headquarters"),
}
"""The columns of a table, the most telling first (of others all): where there is no room the last are left out."""
HEADS = {"to_country": "to", "authorization": "claims", "it_mw": "IT MW", "facility_mw": "facility MW"}
NUMBERS = frozenset({"line", "quantity", "it_mw", "facility_mw", "operations", "limit_tpp"})
_HASH = 64
"""The length of a content hash, which names a row that has no id."""


@dataclass(frozen=True)
class RowTable:
    """Rows of one table of the world: heads, cells, which columns are numbers, and how many rows are left out."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    more: int


def tables(
    findings: Sequence[Finding], background: ReportContext, room: int | None = None, beyond: int = 0
) -> Iterator[RowTable]:
    """The rows of these findings, each once, a table for each kind of row, not wider than `room` if that can be.

    `beyond` is how many more rows there are of findings that are not among these.
    """
    rows: dict[str, dict[str, EvidenceRow]] = {}
    for finding in findings:
        beyond += finding.evidence.count - len(finding.evidence.rows)
        for row in finding.evidence.rows:
            rows.setdefault(row.table, {})[row.id] = row
    for name, kept in rows.items():
        shown = list(kept.values())[:MOST_ROWS]
        more = len(kept) - len(shown) + (beyond if name == next(reversed(rows)) else 0)
        yield _table(name, shown, more, background, room)


def _table(name: str, rows: Sequence[EvidenceRow], more: int, background: ReportContext, room: int | None) -> RowTable:
    named = [name_of(row) for row in rows]
    columns = [(row_noun(name), named)] if any(named) else []
    for column in SHOWN.get(name) or background.columns(name, rows[0].id):
        cells = [background.told(name, row.id, column) for row in rows]
        if any(cells):
            columns.append((column, [number(cell) for cell in cells] if column in NUMBERS else cells))
    files = {row.file for row in rows}
    if len(files) == 1 and all(row.line for row in rows):
        columns.append(("line", [str(row.line) for row in rows]))
    else:
        columns.append(("read at", [place(row) for row in rows]))
    while room is not None and len(columns) > FEWEST and _width(columns) > room:
        del columns[-2]
    heads = tuple(HEADS.get(head, plain(head)) for head, _ in columns)
    right = tuple(head in NUMBERS for head, _ in columns)
    return RowTable(name, heads, tuple(zip(*(cells for _, cells in columns), strict=True)), right, more)


def _width(columns: Sequence[tuple[str, list[str]]]) -> int:
    """The cells that the columns take on one line."""
    return sum(max(map(cell_len, (HEADS.get(head, head), *cells))) + GAP for head, cells in columns) - GAP


def name_of(row: EvidenceRow) -> str:
    """The row's id; empty for a row that has none."""
    return "" if len(row.id) == _HASH else row.id


def place(row: EvidenceRow) -> str:
    """Where the row was read, with the last part of the file's name: `world.yaml:12`."""
    file = row.file.rsplit("/", 1)[-1]
    return f"{file}:{row.line}" if row.line else file
