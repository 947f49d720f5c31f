"""Resolves parties that a line describes by LEI, registration or name, or adds them to the world.

An identifier decides. A name is scored and reported; it never decides more than a review. Where several parties may be
meant, the lists of all of them count for the one that is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from compliance.evaluation.party_directory import PartyMatch, directory_of
from compliance.world.schema.column_table import Table
from compliance.world.schema.field_values import PartyDescription
from compliance.world.schema.row import Row
from compliance.world.schema.tables import Company
from compliance.world.schema.text_columns import texts_of
from compliance.world.world import World

FIELDS = (
    "exporter", "purchaser", "intermediate_consignee", "consignee", "end_user", "operator", "charged_to",
    "forwarder", "payer",
)  # fmt: skip
_SHOWN = 8
"""So many parties with a like name are named; of more their number is told."""


@dataclass(frozen=True)
class ResolvedWorld:
    """A world in which every party of a line has an id, with notes on how each was resolved.

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


def resolve(world: World, tables: Sequence[str] = ("shipments",)) -> ResolvedWorld:
    """Gives every described party of these tables an id: that of a party of the world, else a new one."""
    return _Resolving(world, tables).on(ResolvedWorld(world, (), None, ()))


def resolve_orders(world: World, base: ResolvedWorld, orders: Sequence[Row]) -> ResolvedWorld:
    """The same of a world with orders, from what `base` decided about its shipments."""
    unmatched = None if base.unmatched is None else base.unmatched.replace("orders", orders)
    with_orders = ResolvedWorld(base.world.replace("orders", orders), base.notes, unmatched, base.doubts)
    resolving = _Resolving(world.replace("orders", orders), ("orders",))
    if resolving.listings():  # some may have been counted for a shipment
        return resolve(world.replace("orders", orders), ("shipments", "orders"))
    return resolving.on(with_orders)


class _Resolving:
    """What is decided about the described parties of some tables of a world."""

    def __init__(self, world: World, tables: Sequence[str]) -> None:
        self.world = world
        self.tables = tables
        described = sorted(set().union(*(_collect_descriptions(world.rows(table)) for table in tables)), key=repr)
        matches = directory_of(world).match(described) if described else ()
        self.matches = dict(zip(described, matches, strict=True))
        self.own = {one: f"({_description_text(one) or 'unnamed'})" for one in described}

    def listings(self, sure_only: bool = False) -> Sequence[Row]:
        """The listings of others whom a description may mean, for the party that it is taken for."""
        return _listings_of_others(self.world, [m for m in self.matches.values() if m.sure or not sure_only])

    def on(self, before: ResolvedWorld) -> ResolvedWorld:
        """The world, and what was decided before about others of its tables, with what is decided here."""
        if not self.matches:
            return before
        alone = [one for one, match in self.matches.items() if match.parties and not match.sure]
        new = [one for one, match in self.matches.items() if not match.parties]
        taken = {one: m.parties[0] if m.parties else self.own[one] for one, m in self.matches.items()}
        known = self._with_ids(before.world, new, taken, self.listings())
        notes = tuple(sorted({*before.notes, *(_note(one, match) for one, match in self.matches.items())}))
        doubts = (*before.doubts, *_doubts(self.world, self.tables, self.matches))
        if not alone and before.unmatched is None:
            return ResolvedWorld(known, notes, None, doubts)
        apart = {one: self.own[one] if one in alone else party for one, party in taken.items()}
        unmatched = before.world if before.unmatched is None else before.unmatched
        return ResolvedWorld(
            known, notes, self._with_ids(unmatched, [*new, *alone], apart, self.listings(sure_only=True)), doubts
        )

    def _with_ids(
        self,
        world: World,
        new: Iterable[PartyDescription],
        ids: Mapping[PartyDescription, str],
        listings: Sequence[Row],
    ) -> World:
        """A world with companies for descriptions that are new to it, and an id for every party described."""
        there = world.by_id(Company.table)
        own = {self.own[one]: one for one in new}
        more = [_company(party, one) for party, one in own.items() if party not in there]
        with_companies = world.with_rows(Company.table, more) if more else world
        return _with_listings(_with_ids(with_companies, self.tables, ids), listings)


def _doubts(world: World, tables: Iterable[str], matches: Mapping[PartyDescription, PartyMatch]) -> Iterator[Doubt]:
    """The descriptions that no identifier settles, with the rows that hold them."""
    lines: dict[PartyDescription, list[tuple[str, str]]] = {}
    for table in tables:
        rows = world.rows(table)
        for place in rows.described_places if isinstance(rows, Table) else range(len(rows)):
            row = rows[place]
            for one in {getattr(row, field) for field in FIELDS}:
                if isinstance(one, PartyDescription):
                    lines.setdefault(one, []).append((table, row.name_of_row))
    for one, found in sorted(lines.items(), key=lambda item: repr(item[0])):
        match = matches[one]
        if not match.sure:
            taken, reason = (match.parties[0], match.reasons[0]) if match.parties else (None, "")
            yield Doubt(_description_text(one) or "unnamed", taken, reason, tuple(sorted(found)))


def _with_listings(world: World, rows: Sequence[Row]) -> World:
    return world.with_rows("listings", rows) if rows else world


def _note(described: PartyDescription, match: PartyMatch) -> str:
    """What a description is taken for, with everybody else whom it may mean."""
    shown = _description_text(described)
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


def _collect_descriptions(rows: Sequence[Row]) -> set[PartyDescription]:
    places = rows.described_places if isinstance(rows, Table) else range(len(rows))
    told = (getattr(rows[place], field) for place in places for field in FIELDS)
    return {one for one in told if isinstance(one, PartyDescription)}


def _with_ids(world: World, tables: Iterable[str], ids: Mapping[PartyDescription, str]) -> World:
    """The world with an id for every party that a line of these tables describes."""
    for table in tables:
        rows = world.rows(table)
        if isinstance(rows, Table):
            changed: Sequence[Row] = rows.changed(
                {place: _identify_parties(rows[place], ids.__getitem__) for place in rows.described_places}
            )
        else:
            changed = [_identify_parties(row, ids.__getitem__) for row in rows]
        world = world.replace(table, changed)
    return world


def _identify_parties(line: Row, id_of: Callable[[PartyDescription], str]) -> Row:
    given = {field: getattr(line, field) for field in FIELDS}
    update = {field: id_of(value) for field, value in given.items() if isinstance(value, PartyDescription)}
    return line.model_copy(update=update).at(line.origin) if update else line


def _company(party: str, described: PartyDescription) -> Row:
    given = {
        "id": party, "name": described.name, "headquarters": described.country, "lei": described.lei,
        "registration": described.registration, "address": described.address,
    }  # fmt: skip
    return Company.model_validate({key: value for key, value in given.items() if value})


def _description_text(described: PartyDescription) -> str:
    parts = (described.name, described.country, described.lei, described.registration)
    return ", ".join(part for part in parts if part)
