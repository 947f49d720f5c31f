"""A party: its names, listings, owners and what it owns, verdicts, orders, decisions and rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from compliance.decisions.setup import ownership_of
from compliance.errors import UsageError
from compliance.ownership.register import Register
from compliance.ownership.stake_cells import UNNAMED
from compliance.records.decision_index import PARTY_FIELDS
from compliance.service.desk.name_matches import matches_of
from compliance.service.desk.views.graph import graph_view
from compliance.service.desk.views.queue import of_decision
from compliance.service.shared_world import WorldState
from compliance.service.worker import Worker
from compliance.world.schema.row import Row
from compliance.world.world import World

_MOST = 50
_SHOWN_APART = ("id", "name", "aliases")


class UnknownPartyError(UsageError):
    """There is no party of that id."""


def party_view(worker: Worker, party: str, test: str) -> dict[str, Any]:
    """All that the page of a party shows. Raises `UnknownPartyError`."""
    state = worker.operations.world.current()
    world, day = state.screener.world, state.screener.as_of
    row = world.party(party)
    if row is None:
        raise UnknownPartyError(f"the world has no company and no person `{party}`")
    register = ownership_of(world).register
    matches = matches_of(worker, state, party)
    listings, graph = listings_of(world, register, party, day), graph_view(state, [party], test)
    lists = [
        f"{row.value('list')}{f' of {at}' if (at := row.value('as_of')) else ''}"
        for row in world.rows("screening_lists")
    ]
    return {
        "lists": lists,
        "id": party,
        "name": row.name or party,
        "kind": "company" if party in register.companies else "person",
        "aliases": list(row.aliases),
        "fields": list(_fields(row)),
        "listings": listings,
        "owners": _owners(world, register, party, day),
        "owned": _owned_parties(world, register, party, day),
        "roles": _roles(world, register, party, day),
        "graph": graph,
        "headline": _headline(lists, party, listings, graph),
        "undecided": sum(one["stands"] is None for one in matches),
        "rows": _rows_of(world, party),
        "decisions": [of_decision(one, world) for one in worker.operations.decisions.page(party=party, most=_MOST)],
        "balances": [one.said() for one in worker.operations.balances(holder=party)],
        "matches": matches,
        "as_of": day.isoformat(),
    }


def _headline(
    lists: Sequence[str], party: str, listings: Sequence[Mapping[str, str]], graph: Mapping[str, Any] | None
) -> str:
    """What stands against a party, in one line."""
    if listings:
        return f"Listed: {', '.join(dict.fromkeys(one['list'] for one in listings))}"
    verdicts = {test: found[party]["verdict"] for test, found in (graph or {}).get("verdicts", {}).items()}
    told = "On no list of this world itself" if lists else "On no list, for no screening list is loaded"
    for word, said in (("captured", "captured through its owners by the test"), ("undetermined", "undetermined by")):
        tests = [test for test, verdict in verdicts.items() if verdict == word]
        if tests:
            told += f"; {said} {', '.join(tests)}"
    return told


def _fields(row: Row) -> Iterator[tuple[str, str]]:
    for name in row.columns():
        value = row.value(name)
        if value not in (None, (), [], "") and name not in _SHOWN_APART:
            yield name.replace("_", " "), str(value)


def listings_of(world: World, register: Register, party: str, day: date) -> list[dict[str, str]]:
    """The lists that name a party on the day, each with the day of the list."""
    dates = {row.value("list"): str(row.value("as_of") or "") for row in world.rows("screening_lists")}
    found = register.day(day).rows(register.listings_of, party)
    return [
        {
            "list": str(one.value("list")),
            "program": str(one.value("program") or ""),
            "from": str(one.value("from") or ""),
            "as_of": dates.get(one.value("list"), ""),
        }
        for one in found
    ]


def _party_label(world: World, party: str) -> dict[str, str]:
    row = world.party(party)
    return {"id": party if row else "", "name": (row.name if row else None) or party or "somebody not identified"}


def _owners(world: World, register: Register, party: str, day: date) -> list[dict[str, str]]:
    if party not in register.companies:
        return []
    on = register.day(day)
    found = [
        {
            **_party_label(world, "" if held.owner == UNNAMED else held.owner),
            "how": f"{held.percent} % of {column.interest}",
        }
        for column in on.columns(party)
        for held in column.held
    ]
    return found + [
        {**_party_label(world, one), "how": means.replace("_", " ")} for one, means in on.controllers(party)
    ]


def _owned_parties(world: World, register: Register, party: str, day: date) -> list[dict[str, str]]:
    on = register.day(day)
    found = [
        {**_party_label(world, owned), "how": f"{share} % of {interest}"}
        for owned, interest, share in on.holdings(party)
    ]
    found += [{**_party_label(world, one), "how": means.replace("_", " ")} for one, means in on.controlled(party)]
    return found[: 4 * _MOST]


def _roles(world: World, register: Register, party: str, day: date) -> list[dict[str, str]]:
    on = register.day(day)
    inside = [{**_party_label(world, r.person), "how": str(r.value("role"))} for r in on.rows(register.roles_in, party)]
    return inside + [
        {**_party_label(world, r.company), "how": str(r.value("role"))} for r in on.rows(register.roles_of, party)
    ]


def _rows_of(world: World, party: str) -> list[dict[str, Any]]:
    """The orders and shipments on record that name the party, the last ones first."""
    import pyarrow.compute as pc

    found: list[dict[str, Any]] = []
    for table in ("orders", "shipments"):
        columns = world.columns(table)
        named = [pc.fill_null(pc.equal(columns[f], party), False) for f in PARTY_FIELDS if f in columns.column_names]
        if not named or not columns.num_rows:
            continue
        either = named[0]
        for one in named[1:]:
            either = pc.or_(either, one)
        names = [
            n for n in ("id", "date", "quantity", "chip", "to_country", "authorization") if n in columns.column_names
        ]
        chosen = columns.filter(either).select(names)
        rows = chosen.sort_by([("date", "descending")]).slice(0, _MOST).to_pylist() if "date" in names else []
        found += [{"table": table, **row} for row in rows]
    return found


def parties_like(state: WorldState, text: str, most: int) -> list[dict[str, str]]:
    """The companies and people whose id, name or alias holds a text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found: list[dict[str, str]] = []
    for table in ("companies", "people"):
        columns = state.screener.world.columns(table)
        if not columns.num_rows:
            continue
        either: Any = None
        for name in ("id", "name", "aliases"):
            if name in columns.column_names:
                column = columns[name].cast(pa.string())
                one = pc.fill_null(pc.match_substring(column, text, ignore_case=True), False)
                either = one if either is None else pc.or_(either, one)
        names = [name for name in ("id", "name", "headquarters", "nationality") if name in columns.column_names]
        for row in columns.filter(either).select(names).slice(0, most - len(found)).to_pylist():
            country = row.get("headquarters") or row.get("nationality") or ""
            found.append({"id": row["id"], "name": row.get("name") or row["id"], "country": country, "table": table})
    return found
