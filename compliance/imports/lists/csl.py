"""The US Consolidated Screening List read into a world: parties, and the lists on which they stand.

Vessels and aircraft are no parties and are left out. Where a list does not say whether a party is a person or a
company, it stands as a company. A country of an address is not called a headquarters: it is kept in `x_countries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from compliance.errors import InputError, Problem
from compliance.imports.cleaners import join_text
from compliance.imports.date_ranges import when
from compliance.imports.import_report import ImportReport
from compliance.imports.lists.csl_rows import ScreeningEntry, UnreadEntry, read_csl
from compliance.imports.open_file import Progress, ignore_progress
from compliance.imports.row_buffer import RowBuffer

_NO_PARTIES = ("Vessel", "Aircraft")


def listed_parties(path: Path, account: ImportReport, progress: Progress = ignore_progress) -> Iterator[ScreeningEntry]:
    """The rows that are about parties; the others go to the account, and those that cannot be read to `unread`."""
    for row in read_csl(path, progress, account.list_days):
        account.read["rows"] += 1
        if isinstance(row, UnreadEntry):
            account.skip_entry(str(path), row.line, "a row that cannot be read", row.reason, row.name, row.list)
            continue
        account.lists[row.list] += 1
        if row.kind in _NO_PARTIES:
            account.skip(str(path), row.line, f"no party: {row.kind.lower()}", row.name, "listings")
            continue
        if not row.kind:
            account.note("rows do not say whether they are about a person: they stand as companies")
        for column in row.ignored:
            account.note(f"the column `{column[:40]}` is not read")
        for field, text, reason in row.unread:
            account.keep(str(path), row.line, f"`{field}`: {reason}", f"`{row.name}`: `{text}`", "companies")
        yield row
    if not account.read["rows"]:
        account.note("the file holds no rows: nobody is on it")


def import_csl(path: Path, gathering: RowBuffer, progress: Progress = ignore_progress) -> None:
    """Gathers the parties and listings of a file; raises `InputError` where it cannot be read."""
    account = gathering.account
    parties: dict[str, ScreeningEntry] = {}
    for row in listed_parties(path, account, progress):
        before = parties.get(row.id)
        parties[row.id] = row if before is None else _together(before, row)
        gathering.put_dated("listings", listing(row.id, row), row.time, str(path), row.line)
    if not account.read["rows"]:
        raise InputError([Problem(str(path), 0, "holds no rows: a valid answer, and nobody is on it")])
    for party, row in parties.items():
        kind = "people" if row.kind == "Individual" else "companies"
        gathering.put(kind, _party(party, row, kind), str(path), row.line)
        for field, text, _ in row.unread:
            gathering.keep_unread(kind, party, field, text, "")


def listing(party: str, row: ScreeningEntry) -> dict[str, str]:
    """That a party stands on the list of a row; where its days are in doubt, on all on which it may."""
    start, end = row.time.certain or ("", "")
    if row.time.certain is None and row.time.doubts:
        start, end = row.time.doubts[0].start, row.time.doubts[-1].end
    return {
        "party": party, "list": row.list, "program": row.program, "license_policy": row.policy,
        "country": row.countries[0] if len(row.countries) == 1 else "", "from": start, "to": end,
        "x_license_requirement": row.requirement, "x_notice": row.notice,
        "x_source": f"Consolidated Screening List, {row.id}",
    }  # fmt: skip


def _party(party: str, row: ScreeningEntry, kind: str) -> dict[str, str]:
    made = {
        "id": party,
        "name": row.name,
        "aliases": join_text(list(row.aliases)),
        "x_countries": "; ".join(row.countries),
    }
    if kind == "people":
        born = when(*row.born)
        nation = row.nationalities[0] if row.nationalities else ""
        return made | {
            "nationality": nation, "x_nationalities": "; ".join(row.nationalities[1:]),
            "born": born.text, "x_born": born.unread,
        }  # fmt: skip
    numbers = [number.number for number in row.registrations]
    told = {"address": row.address, "lei": row.lei, "registration": numbers[0] if numbers else ""}
    return made | told | {"x_kind": row.kind.lower() or "not told"}


def _together(one: ScreeningEntry, other: ScreeningEntry) -> ScreeningEntry:
    """One party by two rows."""
    names = _distinct([*one.aliases, other.name, *other.aliases], {one.name})
    return replace(
        one,
        aliases=names,
        countries=_distinct([*one.countries, *other.countries]),
        kind=one.kind or other.kind,
        address=one.address or other.address,
        lei=one.lei or other.lei,
        registrations=tuple(dict.fromkeys([*one.registrations, *other.registrations])),
        nationalities=_distinct([*one.nationalities, *other.nationalities]),
        born=_distinct([*one.born, *other.born]),
        unread=tuple(dict.fromkeys([*one.unread, *other.unread])),
    )


def _distinct(texts: Iterable[str], without: Iterable[str] = ()) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(texts) if text not in without)
