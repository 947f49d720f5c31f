"""Parties that a line describes instead of naming: found by LEI, registration or name, or new to the world.

An identifier decides. A name is scored and shown; it never decides more than that somebody should look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process, utils

from compliance.world.row import Row
from compliance.world.table import Table
from compliance.world.tables import Company
from compliance.world.values import PartyDescription
from compliance.world.world import World

FIELDS = (
    "exporter", "purchaser", "intermediate_consignee", "consignee", "end_user", "operator", "charged_to",
    "forwarder", "payer",
)  # fmt: skip
LIKELY = 88  # of 100, the token-sorted likeness from which a name is taken for a match


@dataclass(frozen=True)
class Resolved:
    """A world in which every party of a line has an id, and what was decided how.

    `unmatched` is the same world with every party that was matched by name alone standing for itself; `None` where
    none was.
    """

    world: World
    notes: tuple[str, ...]
    unmatched: World | None


def resolve(world: World, tables: Sequence[str] = ("shipments",)) -> Resolved:
    """Gives every described party of these tables an id: that of a company of the world, else a new one."""
    parties: dict[str, tuple[str, str]] = {}
    added: dict[str, Row] = {}
    alone: dict[str, Row] = {}
    notes: list[str] = []

    def named(described: PartyDescription) -> str:
        key = repr(described)
        if key not in parties:
            party, how = _match(world, described)
            own = f"({_shown(described) or 'unnamed'})"
            if party is None:
                party = own
                added[own] = _company(own, described)
                notes.append(f"`{_shown(described)}` is new to this world: nothing is known of its owners")
            else:
                notes.append(f"`{_shown(described)}` is taken for `{party}`: {how}")
                if how.startswith("name"):
                    alone[own] = _company(own, described)
            parties[key] = party, own
        return parties[key][0]

    matched = {table: _identified(world.rows(table), named) for table in tables}
    if not parties:
        return Resolved(world, (), None)
    known = _replaced(world.with_rows("companies", added.values()), matched)
    told = tuple(sorted(set(notes)))
    if not alone:
        return Resolved(known, told, None)
    apart = {key: own if own in alone else party for key, (party, own) in parties.items()}
    unmatched = {table: _identified(world.rows(table), lambda d: apart[repr(d)]) for table in tables}
    return Resolved(known, told, _replaced(world.with_rows("companies", [*added.values(), *alone.values()]), unmatched))


def _replaced(world: World, tables: Mapping[str, Sequence[Row]]) -> World:
    for table, rows in tables.items():
        world = world.replace(table, rows)
    return world


def _identified(rows: Sequence[Row], named: Any) -> Sequence[Row]:
    """The rows with an id for every party."""
    if not isinstance(rows, Table):
        return [_with_ids(row, named) for row in rows]
    return rows.changed({place: _with_ids(rows[place], named) for place in rows.described})


def _with_ids(order: Row, named: Any) -> Row:
    given = {field: getattr(order, field) for field in FIELDS}
    update = {field: named(value) for field, value in given.items() if isinstance(value, PartyDescription)}
    return order.model_copy(update=update).at(order.origin) if update else order


def _match(world: World, described: PartyDescription) -> tuple[str | None, str]:
    companies: list[Any] = list(world.rows("companies"))
    for field in ("lei", "registration"):
        value = getattr(described, field)
        found = [c.id for c in companies if value and getattr(c, field) == value]
        if len(found) == 1:
            return found[0], f"{field} {value}"
    if not described.name:
        return None, ""
    names = {(c.id, n): n for c in companies for n in (c.name, *c.aliases) if n and _same_place(c, described)}
    best = process.extractOne(described.name, names, scorer=fuzz.token_sort_ratio, processor=utils.default_process)
    if best is None or best[1] < LIKELY:
        return None, ""
    (party, name) = best[2]
    return party, f"name alone, `{name}`, likeness {round(best[1])} of 100"


def _same_place(company: Any, described: PartyDescription) -> bool:
    places = {company.headquarters, company.jurisdiction} - {None}
    return described.country is None or not places or described.country in places


def _company(party: str, described: PartyDescription) -> Row:
    given = {
        "id": party, "name": described.name, "headquarters": described.country, "lei": described.lei,
        "registration": described.registration, "address": described.address,
    }  # fmt: skip
    return Company.model_validate({key: value for key, value in given.items() if value})


def _shown(described: PartyDescription) -> str:
    parts = (described.name, described.country, described.lei, described.registration)
    return ", ".join(part for part in parts if part)
