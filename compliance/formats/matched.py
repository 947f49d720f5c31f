"""A world with the listings of those of its parties that are listed, and who is left for a person to look at.

What an identifier or a person decides becomes a listing. A likely match is no listing: it is told, with what was
compared, until somebody decides.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from compliance.formats.csl import listing
from compliance.formats.matching import LIKELY, Candidate, Parties
from compliance.formats.names import knows_forms_by
from compliance.formats.verdicts import Verdict, Verdicts
from compliance.formats.writing import new_folder, put_about
from compliance.units import Interval
from compliance.world.row import Row, plain
from compliance.world.tables import TABLES
from compliance.world.world import World

_SHOWN = 20
COLUMNS = (
    "party", "listed", "verdict", "until", "by", "note", "x_score", "x_compared", "x_name", "x_listed_name", "x_lists",
    "x_legal_forms", "x_countries",
)  # fmt: skip


@dataclass
class Matched:
    """Rows of `listings` that are decided, and the candidates that are not."""

    listings: list[dict[str, str]] = field(default_factory=list)
    undecided: list[Candidate] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def table(self) -> str:
        """The candidates as CSV: a file of decisions with the verdicts left open."""
        text = io.StringIO()
        out = csv.writer(text, lineterminator="\n")
        out.writerow(COLUMNS)
        for c in self.undecided:
            compared = (c.score, c.by, c.name, c.listed_name, c.lists, c.forms, c.countries)
            out.writerow([c.party, c.listed, "", "", "", "", *compared])
        return text.getvalue()

    def text(self) -> str:
        """What was decided and what was not, for a user to read."""
        lines = [f"{count:>7,}  {told}" for told, count in sorted(self.counts.items())]
        lines.append(f"Legal forms are known by {knows_forms_by()}.")
        if self.undecided:
            lines += [
                "",
                "For a person to decide; the likeness is of names, from 0 to 100, and says nothing of owners:",
            ]
        for c in self.undecided[:_SHOWN]:
            lines.append(f"  {c.score:>3}  {c.party}: `{c.name}` and `{c.listed_name}` ({c.lists}, {c.listed})")
            lines.append(f"       legal forms {c.forms}, countries {c.countries}")
        if len(self.undecided) > _SHOWN:
            lines.append(f"       and {len(self.undecided) - _SHOWN:,} more")
        return "\n".join(lines) + "\n"


def match(world: World, parties: Parties, verdicts: Verdicts, day: date, likely: int = LIKELY) -> Matched:
    """What is decided on a day about the parties of a world, and what is not."""
    made = Matched()
    left = dict(verdicts)
    there = {(row.value("party"), row.value("list"), row.value("program")) for row in world.rows("listings")}
    for candidate in parties.beside(world, likely):
        verdict = left.pop((candidate.party, candidate.listed), None)
        if verdict is not None and not verdict.stands(day):
            made.counts["decisions have run out: open again"] += 1
            verdict = None
        if verdict is None and not candidate.decided:
            made.undecided.append(candidate)
            made.counts["likely matches are not decided: no listing"] += 1
        elif verdict is None or verdict.same:
            how = f"by {candidate.by}" if verdict is None else "by a person"
            made.counts[f"matches are decided {how}: the same"] += 1
            _list(made, parties, candidate.party, candidate.listed, verdict, there)
        else:
            made.counts["matches are decided by a person: different"] += 1
    for verdict in left.values():
        if verdict.listed not in parties.rows:
            made.counts["decisions are about parties that the lists do not name"] += 1
        elif verdict.same and verdict.stands(day):
            made.counts["matches are decided by a person: the same"] += 1
            _list(made, parties, verdict.party, verdict.listed, verdict, there)
    if parties.numbers_differ:
        made.counts["pairs of like names have other numbers in them: no match"] = parties.numbers_differ
    made.undecided.sort(key=lambda c: (-c.score, c.party, c.listed))
    return made


def _list(
    made: Matched, parties: Parties, party: str, listed: str, verdict: Verdict | None, there: set[tuple[str, Any, Any]]
) -> None:
    for row in parties.rows[listed]:
        if (party, row.list, row.program or None) not in there:
            there.add((party, row.list, row.program or None))
            told = listing(party, row)
            made.listings.append({**told, "x_decided_by": verdict.by if verdict else "identifier", "x_listed": listed})


def write_matched(source: Path, world: World, made: Matched, output: Path) -> None:
    """Writes the world with its new listings to a new folder, all else as it is.

    Raises `UsageError` where the place cannot be written.
    """
    with new_folder(output) as folder:
        if source.is_dir() and all(Path(row.origin.file).stem == "listings" for row in world.rows("listings")):
            for path in sorted(source.iterdir()):
                if path.is_file() and not path.name.startswith(".") and path.stem not in ("listings", "README"):
                    shutil.copyfile(path, folder / path.name)
        else:
            for table in TABLES:
                if world.rows(table) and table != "listings":
                    _json(folder / f"{table}.json", map(told, world.rows(table)))
            if world.as_of:
                (folder / "world.yaml").write_text(f"as_of: {world.as_of}\n", encoding="utf-8")
        rows = [*map(told, world.rows("listings")), *made.listings]
        if rows:
            _json(folder / "listings.json", ({key: value for key, value in row.items() if value} for row in rows))
        put_about(folder, [f"{source.name} with listings matched to it.", made.text()])


def told(row: Row) -> dict[str, Any]:
    """A row as a file of a world has it."""
    given = {name: row.value(name) for name in row.columns()}
    kept = {name: _open(value) if isinstance(value, Interval) else plain(value) for name, value in given.items()}
    return {name: value for name, value in (kept | row.extra).items() if value not in (None, [], {})}


def _open(value: Interval) -> str:
    """A range as a user writes it, also where nothing bounds it."""
    if value.high is not None:
        return str(value)
    return f">{plain(value.low)}" if value.low_open else "unknown"


def _json(path: Path, rows: Iterable[Mapping[str, Any]] | Sequence[Mapping[str, Any]]) -> None:
    text = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f"[\n  {text}\n]\n", encoding="utf-8")
