"""Epoch AI's table of GPU clusters (`gpu_clusters.csv`, CC BY 4.0) read into a world.

Each row becomes what it says and no more; what it leaves open stays open.

- A place is a `site`, its chips `holdings` there: `installed` from the first operational date, `planned`
  without a day, and `retired` from the day on which the place was closed. Phases are netted
  (`epoch_phases`).
- A quantity is exact where the row is confirmed, from none to all where it is only likely, and a range
  where Epoch has rounded it. It is never made up from power, cost or performance.
- `Power Capacity (MW)` is the peak power of the whole facility: chips x thermal design power x 1.82 for the
  servers x the site's own overhead (epoch.ai/data/gpu-clusters-documentation/estimation), or what the owner
  reports. So it is `facility_mw`; `it_mw` stays unknown. A plan has no megawatts yet: they are kept in
  `x_planned_facility_mw`.
- H100 equivalents are computed from the catalogue, never read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

from compliance.errors import Problem
from compliance.imports.epoch.epoch_phases import Site, sites
from compliance.imports.epoch.epoch_rows import UNKNOWN_CHIP, Cluster, read_clusters
from compliance.imports.epoch.epoch_tables import MEASURE, equivalents, stem, tables_of
from compliance.imports.world_writer import write_world as write_tables
from compliance.units import Interval
from compliance.world.reference.chip_catalogue import Catalogue

CREDIT = "Epoch AI, 'Data on GPU Clusters', epoch.ai/data/gpu-clusters, CC BY 4.0"
_SHOWN = 3


@dataclass(frozen=True)
class EpochImport:
    """What was read: rows by table, all as text, ready for `write_world`.

    `skipped` holds every row that was left out, its reason before the colon; `notes` what was assumed and
    found; `counts` how many rows became what: `rows` = `imported` + `skipped`, and each of these is the sum
    of its kinds. `equivalents` is what stands in each country in H100 equivalents (an empty name: no
    country given).
    """

    tables: dict[str, list[dict[str, str]]]
    skipped: list[Problem]
    notes: list[str]
    counts: dict[str, int]
    equivalents: dict[str, Interval] = field(default_factory=dict)


def import_epoch_clusters(folder: Path, catalogue: Catalogue) -> EpochImport:
    """The world of `gpu_clusters.csv` in a folder; the same file gives the same bytes.

    Raises `InputError` where the file cannot be read at all. A bad row is among the skipped.
    """
    rows, problems = read_clusters(folder, catalogue)
    skipped = [Problem(bad.file, bad.line, f"cannot be read: {bad.message}") for bad in problems]
    kept: list[Cluster] = []
    for row in rows:
        reason = _left_out(row)
        if reason:
            skipped.append(Problem(row.file, row.line, reason))
        else:
            kept.append(row)
    found, notes = sites(kept, rows)
    tables = tables_of(found)
    counts = {"rows": len(rows) + len(problems), "imported": len(kept), "skipped": len(skipped)}
    for status, number in sorted(Counter(row.status for row in kept).items()):
        counts[f"imported: {status.casefold()}"] = number
    for reason, number in sorted(Counter(_reason(problem) for problem in skipped).items()):
        counts[f"skipped: {reason}"] = number
    counts.update({table: len(rows) for table, rows in tables.items()})
    day = max((row.start for row in kept if row.start), default=date.min)
    told = [*_notes(kept, found, rows), *notes]
    return EpochImport(tables, sorted(skipped), told, counts, equivalents(found, catalogue, day))


def write_world(imported: EpochImport, path: Path) -> None:
    """Write it to a folder of CSV, or to one YAML file; raises `UsageError` where that cannot be."""
    write_tables(imported.tables, path, about=[f"From {CREDIT}.", *imported.notes])


def report(imported: EpochImport) -> str:
    """What was read and left out, with why, and what was assumed: for a user to read."""
    counts = imported.counts
    lines = [f"{counts['rows']} rows read: {counts['imported']} imported, {counts['skipped']} left out."]
    kinds = [key for key in counts if key.startswith("imported: ")]
    lines += [f"  {counts[key]:>5}  {key.partition(': ')[2]}" for key in kinds]
    made = ", ".join(f"{counts[table]} {table}" for table in imported.tables)
    lines += [f"They make {made}.", "", "Left out"]
    by_reason: dict[str, list[Problem]] = {}
    for problem in imported.skipped:
        by_reason.setdefault(_reason(problem), []).append(problem)
    for reason, problems in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        lines.append(f"  {len(problems):>5}  {reason}")
        for problem in problems[:_SHOWN]:
            lines.append(f"         line {problem.line}: {problem.message.partition(': ')[2]}")
        if len(problems) > _SHOWN:
            lines.append(f"         and {len(problems) - _SHOWN} more")
    lines += ["", "Assumed and found", *(f"  - {note}" for note in imported.notes)]
    lines += ["", f"Standing, in {MEASURE} equivalents by the catalogue (of known kind and number)"]
    largest = sorted(imported.equivalents.items(), key=lambda item: (-(item[1].high or 0), item[0]))
    for country, total in largest[:10]:
        high = total.high or Fraction(0)
        lines.append(f"  {country or '--'}  {round(total.low):>9,} to {round(high):>9,}")
    return "\n".join([*lines, "", f"Source: {CREDIT}."])


def _left_out(row: Cluster) -> str:
    """Why a row is not imported, or nothing."""
    of = f" of `{row.duplicate_of[0]}`" if row.duplicate_of else "; Epoch does not say of what"
    if row.excluded:
        return f"excluded: `{row.name}`, by Epoch itself"
    if row.duplicate:
        return f"possible duplicate: `{row.name}`{of}"
    if row.certainty == "Unlikely":
        return f"unlikely: `{row.name}` probably does not exist or never will, by Epoch's own judgement"
    if row.single == "No":
        return f"several places in one row: `{row.name}` is a sum whose parts may stand in other rows"
    if row.status == "Decommissioned" and not row.countable:
        return f"closed, with nothing to count: `{row.name}`"
    if row.status == "Existing" and not row.standard and row.single == "Yes":
        return f"outside Epoch's analysis: `{row.name}`, for no reason that another column gives"
    return ""


def _reason(problem: Problem) -> str:
    return problem.message.partition(": ")[0]


def _notes(kept: Sequence[Cluster], found: Sequence[Site], rows: Sequence[Cluster]) -> Iterator[str]:
    """What was assumed, and what a reader should know, each with how many rows it touches."""
    phased = [site for site in found if len(site.rows) > 1]
    likely = sum(row.certainty == "Likely" for row in kept)
    standing = [row for row in kept if row.status != "Planned"]
    reported = sum(row.power_reported for row in standing)
    unnamed = sum(row.unnamed != 0 for row in kept)
    yield f"{sum(len(site.rows) for site in phased)} rows are phases of {len(phased)} places, netted by day."
    yield f"{likely} rows are likely and not confirmed: a quantity is from none to all of what they give."
    hidden = sum(row.anonymous for row in kept)
    yield f"{hidden} anonymized rows have no owner, and numbers rounded to one significant figure."
    yield f"{sum(not row.owners for row in kept)} rows name no owner: such a place has no operator."
    yield f"{sum(len(row.owners) > 1 for row in kept)} rows name several owners: one holder, shares unknown."
    yield "Whoever owns a cluster is taken to operate it: the file names no operator."
    yield f"{unnamed} rows name no kind for some chips or no number: they stand as `{UNKNOWN_CHIP}`."
    yield (
        f"Megawatts are the facility's: {reported} of {len(standing)} standing rows report them, others"
        " have Epoch's estimate or none. They are exact even where a row is only likely."
    )
    yield "Plans count no chips and no megawatts: see `planned` holdings and `x_planned_facility_mw`."
    yield f"{sum(row.single != 'Yes' for row in kept)} rows may be several clusters: Epoch leaves it open."
    yield f"{sum(row.start is None for row in standing)} standing rows have no first day: they stand always."
    yield f"{sum(not row.country for row in kept)} rows give no country: what they hold counts for none."
    names = {row.name.casefold() for row in kept}
    lost = sum(row.duplicate and not any(of.casefold() in names for of in row.duplicate_of) for row in rows)
    yield f"{lost} possible duplicates are of no row that is imported: they may be missing here."
    yield from _note_unlinked_phases(kept)
    for row in kept:
        yield from (f"line {row.line}, `{row.name}`: {remark}" for remark in row.remarks)


def _note_unlinked_phases(kept: Sequence[Cluster]) -> Iterator[str]:
    """Rows whose names say that they are phases of one cluster, and which no column links."""
    alike: dict[str, list[Cluster]] = {}
    for row in kept:
        if stem(row.name) != row.name and not row.earlier and not row.later:
            alike.setdefault(stem(row.name), []).append(row)
    for name, phases in sorted(alike.items()):
        if len(phases) > 1:
            listed = ", ".join(str(row.line) for row in phases)
            yield f"`{name}` has phases that no column links (lines {listed}): each is a place of its own."
