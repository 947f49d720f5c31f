"""Parties that a line describes instead of naming: found by LEI, registration or name, or new to the world.

An identifier decides. A name is scored and shown; it never decides more than that somebody should look. Where several
parties of the world may be meant, the lists on which any of them stands count for the one that is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from compliance.decisions.directory import PartyMatch, directory_of
from compliance.world.columns import texts_of
from compliance.world.row import Row
from compliance.world.table import Table
from compliance.world.tables import Company
from compliance.world.values import PartyDescription
from compliance.world.world import World

FIELDS = (
    "exporter", "purchaser", "intermediate_consignee", "consignee", "end_user", "operator", "charged_to",
    "forwarder", "payer",
)  # fmt: skip
_SHOWN = 8
"""So many parties with a like name are named; of more their number is told."""


@dataclass(frozen=True)
class Resolved:
    """A world in which every party of a line has an id, and what was decided how.

    `unmatched` is the same world with every party that was matched by name alone standing for itself; `None` where
    none was. `doubts` are the parties of whom it is not known who they are.
    """

    world: World
    notes: tuple[str, ...]
    unmatched: World | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """A party that is described and not known for certain; `taken` is whom it is taken for, if anybody, and why.

    `lines` are the table and id of the rows that describe it.
    """

    shown: str
    taken: str | None
    reason: str
    lines: tuple[tuple[str, str], ...]


def resolve(world: World, tables: Sequence[str] = ("shipments",)) -> Resolved:
    """Gives every described party of these tables an id: that of a party of the world, else a new one."""
    described = sorted(set().union(*(_described(world.rows(table)) for table in tables)), key=repr)
    if not described:
        return Resolved(world, (), None, ())
    matches = dict(zip(described, directory_of(world).match(described), strict=True))
    own = {one: f"({_shown(one) or 'unnamed'})" for one in described}
    taken = {one: match.parties[0] if match.parties else own[one] for one, match in matches.items()}
    new = {own[one]: _company(own[one], one) for one in described if not matches[one].parties}
    alone = {own[one]: _company(own[one], one) for one in described if matches[one].parties and not matches[one].sure}
    known = _with_ids(world.with_rows("companies", new.values()) if new else world, tables, taken)
    known = _with_listings(known, _listings_of_others(world, matches.values()))
    notes = tuple(sorted(_note(one, match) for one, match in matches.items()))
    doubts = tuple(_doubts(world, tables, matches))
    if not alone:
        return Resolved(known, notes, None, doubts)
    apart = {one: taken[one] if match.sure or not match.parties else own[one] for one, match in matches.items()}
    unmatched = _with_ids(world.with_rows("companies", [*new.values(), *alone.values()]), tables, apart)
    sure = [match for match in matches.values() if match.sure]
    return Resolved(known, notes, _with_listings(unmatched, _listings_of_others(world, sure)), doubts)


def _doubts(world: World, tables: Iterable[str], matches: Mapping[PartyDescription, PartyMatch]) -> Iterator[Doubt]:
    """The descriptions that no identifier settles, with the rows that hold them."""
    lines: dict[PartyDescription, list[tuple[str, str]]] = {}
    for table in tables:
        rows = world.rows(table)
        for place in rows.described if isinstance(rows, Table) else range(len(rows)):
            row = rows[place]
            for one in {getattr(row, field) for field in FIELDS}:
                if isinstance(one, PartyDescription):
                    lines.setdefault(one, []).append((table, row.name_of_row))
    for one, found in sorted(lines.items(), key=lambda item: repr(item[0])):
        match = matches[one]
        if not match.sure:
            taken, reason = (match.parties[0], match.reasons[0]) if match.parties else (None, "")
            yield Doubt(_shown(one) or "unnamed", taken, reason, tuple(sorted(found)))


def _with_listings(world: World, rows: Sequence[Row]) -> World:
    return world.with_rows("listings", rows) if rows else world


def _note(described: PartyDescription, match: PartyMatch) -> str:
    """What a description is taken for, with everybody else whom it may mean."""
    shown = _shown(described)
    if not match.parties:
        return f"`{shown}` is new to this world: nothing is known of its owners"
    (party, *others), (reason, *reasons) = match.parties, match.reasons
    told = [f"`{other}` ({why})" for other, why in zip(others[:_SHOWN], reasons, strict=False)]
    if len(others) > _SHOWN:
        told.append(f"{len(others) - _SHOWN} more")
    more = f"; it may be {', '.join(told)} too, whose listings are counted" if told else ""
    return f"`{shown}` is taken for `{party}`: {reason}{more}"


def _listings_of_others(world: World, matches: Iterable[PartyMatch]) -> list[Row]:
    """The listings of all whom a description may mean, as those of the party that it is taken for."""
    taken: dict[str, set[str]] = {}
    for match in matches:
        for other in match.parties[1:]:
            taken.setdefault(other, set()).add(match.parties[0])
    if not taken:
        return []
    rows = world.rows("listings")
    parties = texts_of(world.columns("listings").column("party")).to_pylist()
    return [
        rows[place].model_copy(update={"party": one}).at(rows[place].origin)
        for place, party in enumerate(parties)
        for one in sorted(taken.get(party, ()))
    ]


def _described(rows: Sequence[Row]) -> set[PartyDescription]:
    places = rows.described if isinstance(rows, Table) else range(len(rows))
    told = (getattr(rows[place], field) for place in places for field in FIELDS)
    return {one for one in told if isinstance(one, PartyDescription)}


def _with_ids(world: World, tables: Iterable[str], ids: Mapping[PartyDescription, str]) -> World:
    """The world with an id for every party that a line of these tables describes."""
    for table in tables:
        rows = world.rows(table)
        if isinstance(rows, Table):
            changed: Sequence[Row] = rows.changed(
                {place: _identified(rows[place], ids.__getitem__) for place in rows.described}
            )
        else:
            changed = [_identified(row, ids.__getitem__) for row in rows]
        world = world.replace(table, changed)
    return world


def _identified(line: Row, id_of: Callable[[PartyDescription], str]) -> Row:
    given = {field: getattr(line, field) for field in FIELDS}
    update = {field: id_of(value) for field, value in given.items() if isinstance(value, PartyDescription)}
    return line.model_copy(update=update).at(line.origin) if update else line


def _company(party: str, described: PartyDescription) -> Row:
    given = {
        "id": party, "name": described.name, "headquarters": described.country, "lei": described.lei,
        "registration": described.registration, "address": described.address,
    }  # fmt: skip
    return Company.model_validate({key: value for key, value in given.items() if value})


def _shown(described: PartyDescription) -> str:
    parts = (described.name, described.country, described.lei, described.registration)
    return ", ".join(part for part in parts if part)
