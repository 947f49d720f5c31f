"""The US Consolidated Screening List read into a world: parties, and the lists on which they stand.

Vessels and aircraft are no parties and are left out. Where a list does not say whether a party is a person or a
company, it stands as a company. A country of an address is not called a headquarters: it is kept in `x_countries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from compliance.errors import Problem
from compliance.formats.account import Account
from compliance.formats.csl_rows import Listed, read_csl
from compliance.formats.gathering import Gathering
from compliance.formats.opening import Progress, unwatched
from compliance.formats.words import joined

_NO_PARTIES = ("Vessel", "Aircraft")


def listed_parties(path: Path, account: Account, progress: Progress = unwatched) -> Iterator[Listed]:
    """The rows that are about parties; the others go to the account."""
    for row in read_csl(path, progress):
        account.read["rows"] += 1
        if isinstance(row, Problem):
            account.skip(row.file, row.line, "a row that cannot be read", row.message)
        elif row.kind in _NO_PARTIES:
            account.skip(str(path), row.line, f"no party: {row.kind.lower()}", row.name)
        else:
            if not row.kind:
                account.note("rows do not say whether they are about a person: they stand as companies")
            yield row


def import_csl(path: Path, gathering: Gathering, progress: Progress = unwatched) -> None:
    """Gathers the parties and listings of a file; raises `InputError` where it cannot be read."""
    account = gathering.account
    parties: dict[str, Listed] = {}
    for row in listed_parties(path, account, progress):
        before = parties.get(row.id)
        parties[row.id] = row if before is None else _together(before, row)
        gathering.put("listings", listing(row.id, row), str(path), row.line)
    for party, row in parties.items():
        kind = "people" if row.kind == "Individual" else "companies"
        gathering.put(kind, _party(party, row, kind), str(path), row.line)


def listing(party: str, row: Listed) -> dict[str, str]:
    """That a party stands on the list of a row."""
    return {
        "party": party, "list": row.list, "program": row.program, "license_policy": row.policy,
        "country": row.countries[0] if len(row.countries) == 1 else "",
        "from": row.start, "to": row.end if row.end > row.start else "",
        "x_license_requirement": row.requirement, "x_notice": row.notice,
        "x_source": f"Consolidated Screening List, {row.id}",
    }  # fmt: skip


def _party(party: str, row: Listed, kind: str) -> dict[str, str]:
    made = {
        "id": party,
        "name": row.name,
        "aliases": joined(list(row.aliases)),
        "x_countries": "; ".join(row.countries),
    }
    if kind == "people":
        return made
    told = {"address": row.address, "lei": row.lei, "registration": row.registrations[0] if row.registrations else ""}
    return made | told | {"x_kind": row.kind.lower() or "not told"}


def _together(one: Listed, other: Listed) -> Listed:
    """One party by two rows."""
    names = _distinct([*one.aliases, other.name, *other.aliases], {one.name})
    return replace(
        one,
        aliases=names,
        countries=_distinct([*one.countries, *other.countries]),
        kind=one.kind or other.kind,
        address=one.address or other.address,
        lei=one.lei or other.lei,
        registrations=_distinct([*one.registrations, *other.registrations]),
    )


def _distinct(texts: Iterable[str], without: Iterable[str] = ()) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(texts) if text not in without)
