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

from compliance.errors import InputError, Problem
from compliance.imports.lists.csl import listing
from compliance.imports.lists.list_matching import LIKELY, Candidate, Parties
from compliance.imports.lists.match_decisions import Verdict, Verdicts
from compliance.imports.world_writer import new_folder, put_about
from compliance.units import Interval
from compliance.world.schema.row import Row, plain
from compliance.world.schema.tables import TABLES, ScreeningList, Unread
from compliance.world.world import World

_SHOWN = 20
LISTED = "x_listed"
"""The list's own id of the entry that a row of `listings` or of `unread` comes from."""
COLUMNS = (
    "party", "listed", "verdict", "until", "by", "note", "x_score", "x_compared", "x_name", "x_listed_name", "x_lists",
    "x_legal_forms", "x_countries",
)  # fmt: skip


@dataclass
class MatchedListings:
    """Rows of `listings` that are decided, the candidates that are not, and decisions to look at again."""

    listings: list[dict[str, str]] = field(default_factory=list)
    undecided: list[Candidate] = field(default_factory=list)
    gone: list[dict[str, str]] = field(default_factory=list)
    """Rows of `unread`: parties decided to be the same as an entry that the lists do not carry now."""
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

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
        lines += ["", *self.told] if self.told else []
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


def match(world: World, parties: Parties, verdicts: Verdicts, day: date, likely: int = LIKELY) -> MatchedListings:
    """What is decided on a day about the parties of a world, and what is not.

    Raises `InputError` where two decisions that count are about one entry now, and decide otherwise.
    """
    made = MatchedListings()
    left = _on_the_lists(world, parties, verdicts, day, made)
    there = {(row.value("party"), row.value("list"), row.value("program")) for row in world.rows("listings")}
    for candidate in parties.beside(world, likely):
        verdict = left.pop((candidate.party, candidate.listed), None)
        if verdict is None and not candidate.is_decided:
            made.undecided.append(candidate)
            made.counts["likely matches are not decided: no listing"] += 1
        elif verdict is None or verdict.same:
            how = f"by {candidate.by}" if verdict is None else "by a person"
            made.counts[f"matches are decided {how}: the same"] += 1
            _list(made, parties, candidate.party, candidate.listed, verdict, there)
        else:
            made.counts["matches are decided by a person: different"] += 1
    for (_, listed), verdict in left.items():
        if verdict.same:
            made.counts["matches are decided by a person: the same"] += 1
            _list(made, parties, verdict.party, listed, verdict, there)
    if parties.numbers_differ:
        made.counts["pairs of like names have other numbers in them: no match"] = parties.numbers_differ
    made.undecided.sort(key=lambda c: (-c.score, c.party, c.listed))
    return made


def _on_the_lists(
    world: World, parties: Parties, verdicts: Verdicts, day: date, made: MatchedListings
) -> dict[tuple[str, str], Verdict]:
    """The decisions that count on the day, by party and by the id that the listed one has now."""
    found: dict[tuple[str, str], Verdict] = {}
    problems: list[Problem] = []
    for verdict in verdicts.values():
        who = _about(world, verdict)
        if not verdict.stands(day):
            made.counts["decisions have run out: open again"] += 1
            made.told.append(f"Ran out on {verdict.until}, open again: {who}.")
            continue
        now = parties.resolve(verdict.listed, verdict.listed_name)
        if len(now) != 1:
            gone = f"{who}: {'several entries' if now else 'no entry'} of the lists carr{'y' if now else 'ies'} it now"
            if verdict.same:
                made.counts["adjudicated entries are no longer listed: review them"] += 1
                hint = "review whether it was delisted or has a new entry, and end this decision by `until`"
                made.told.append(f"{verdict.file}:{verdict.line}: {gone}; {hint}.")
                made.gone.append({"table": "listings", "id": verdict.party, "field": "party", "text": gone})
            else:
                made.counts["decisions are about parties that the lists do not name"] += 1
                made.told.append(f"{gone}.")
            continue
        (listed,) = now
        if listed != verdict.listed or _called_otherwise(parties, listed, verdict):
            made.told.append(f"{who}: the list calls it `{parties.names(listed)[0]}` (`{listed}`) now.")
        before = found.setdefault((verdict.party, listed), verdict)
        if before.same != verdict.same:
            told = f"{who}, and the entry is `{listed}` now, about which line {before.line} decides otherwise"
            problems.append(Problem(verdict.file, verdict.line, told))
    if problems:
        raise InputError(problems)
    return found


def _about(world: World, verdict: Verdict) -> str:
    """A decision by the names of both parties."""
    party = world.party(verdict.party)
    own = f"`{verdict.party}`" + (f" (`{party.name}`)" if party is not None and party.name else "")
    other = f"`{verdict.listed}`" + (f" (`{verdict.listed_name}`)" if verdict.listed_name else "")
    return f"{own} is decided to be {'the same as' if verdict.same else 'another than'} {other}"


def _called_otherwise(parties: Parties, listed: str, verdict: Verdict) -> bool:
    return bool(verdict.listed_name) and verdict.listed_name not in parties.names(listed)


def _list(
    made: MatchedListings,
    parties: Parties,
    party: str,
    listed: str,
    verdict: Verdict | None,
    there: set[tuple[str, Any, Any]],
) -> None:
    for row in parties.rows[listed]:
        if (party, row.list, row.program or None) not in there:
            there.add((party, row.list, row.program or None))
            told = listing(party, row)
            made.listings.append({**told, "x_decided_by": verdict.by if verdict else "identifier", LISTED: listed})


def write_matched(
    source: Path,
    world: World,
    made: MatchedListings,
    output: Path,
    loaded: Iterable[dict[str, str]] = (),
    not_whole: Iterable[dict[str, str]] = (),
) -> None:
    """Writes the world with its new listings to a new folder, all else as it is.

    `loaded` are the lists that were read as rows of `screening_lists`, `not_whole` what is missing of them as rows of
    `unread`. What an earlier import of them left open is replaced. Raises `UsageError` where the place cannot be
    written.
    """
    lists = list(loaded)
    world = world.replace(Unread.table, _still_open(world, {row["list"] for row in lists}))
    with new_folder(output) as folder:
        anew = {"listings": made.listings, "unread": [*_open_questions(made), *not_whole], "screening_lists": lists}
        if source.is_dir() and all(Path(row.origin.file).stem == table for table in anew for row in world.rows(table)):
            for path in sorted(source.iterdir()):
                if path.is_file() and not path.name.startswith(".") and path.stem not in (*anew, "README"):
                    shutil.copyfile(path, folder / path.name)
        else:
            for table in TABLES:
                if world.rows(table) and table not in anew:
                    _json(folder / f"{table}.json", map(row_as_given, world.rows(table)))
            if world.as_of:
                (folder / "world.yaml").write_text(f"as_of: {world.as_of}\n", encoding="utf-8")
        for table, more in anew.items():
            rows = [*map(row_as_given, world.rows(table)), *more]
            if rows:
                _json(folder / f"{table}.json", ({key: value for key, value in row.items() if value} for row in rows))
        put_about(folder, [f"{source.name} with listings matched to it.", made.text()])


def _open_questions(made: MatchedListings) -> list[dict[str, str]]:
    """What the world does not hold because nobody has decided it, or a decision is to be reviewed (contracts 9)."""
    return [*map(_open_question, made.undecided), *made.gone]


def _still_open(world: World, lists: set[str]) -> list[Row]:
    """The rows of `unread` that a match to these lists does not answer anew."""
    return [
        row
        for row in world.each(Unread)
        if LISTED not in row.extra and not (row.table_ == ScreeningList.table and (not row.id or row.id in lists))
    ]


def _open_question(candidate: Candidate) -> dict[str, str]:
    compared = f"{candidate.by} {candidate.score} of 100, not decided"
    text = f"`{candidate.name}` may be `{candidate.listed_name}` on {candidate.lists} ({candidate.listed}): {compared}"
    return {"table": "listings", "id": candidate.party, "field": "party", "text": text, LISTED: candidate.listed}


def row_as_given(row: Row) -> dict[str, Any]:
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
