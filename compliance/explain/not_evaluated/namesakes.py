"""Companies of a world that carry the name of a listed one: nobody has said that they are another (contracts 9).

Names are the same whatever their case, accents, signs and romanization. Two companies are known to be two where both
have a Legal Entity Identifier, or both a number of the register of one country, and these differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from compliance.names.letters import fold, plain_words
from compliance.world.schema.tables import Company, Listing, Unread
from compliance.world.world import World

PARTY = "party"


class _OfTables:
    """A world by its companies and listings alone: worlds that share these tables are one, whatever is ordered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._tables = world.tables.get(Company.table), world.tables.get(Listing.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _OfTables) and all(map(_is_same, self._tables, other._tables))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self._tables)))


def _is_same(one: object, other: object) -> bool:
    return one is other


def namesakes(world: World) -> Sequence[Unread]:
    """A row for each company and each listing of another of its name: that nobody has decided whether they are one."""
    return _namesakes(_OfTables(world)) if world.rows(Listing.table) else ()


@lru_cache(maxsize=2)
def _namesakes(tables: _OfTables) -> tuple[Unread, ...]:
    return tuple(_find(tables.world))


def _find(world: World) -> Iterator[Unread]:
    listings: dict[str, list[Listing]] = defaultdict(list)
    for listing in world.each(Listing):
        listings[listing.party].append(listing)
    columns = world.columns(Company.table)
    if not {"id", "name"} <= set(columns.column_names):
        return
    pairs = zip(columns["id"].to_pylist(), columns["name"].to_pylist(), strict=True)
    named = [(party, name) for party, name in pairs if name]
    listed = {_key(name) for party, name in named if party in listings} - {""}
    firsts = {_first(name) for party, name in named if party in listings}
    by_name: dict[str, list[str]] = defaultdict(list)
    for party, name in named:
        if _first(name) in firsts and (key := _key(name)) in listed:
            by_name[key].append(party)
    for key in sorted(listed):
        for other in sorted(party for party in by_name[key] if party in listings):
            for party in sorted(by_name[key]):
                if party != other and not _are_two(world.party(party), world.party(other)):
                    own = {(one.list, one.program) for one in listings.get(party, ())}
                    rows = (one for one in listings[other] if (one.list, one.program) not in own)
                    yield from (_row(party, world.party(party), one) for one in rows)


def _first(name: str) -> str:
    """What names of one key begin with, so that few keys are made."""
    return name[:1].casefold() if name[:1].isascii() and name[:1].isalpha() else ""


def _key(name: str) -> str:
    return " ".join(map(fold, plain_words(name)))


def _are_two(one: Any, other: Any) -> bool:
    """Whether identifiers say that two companies are not one."""
    if one.lei and other.lei:
        return bool(one.lei != other.lei)
    country = one.jurisdiction or one.headquarters
    same_register = country and country == (other.jurisdiction or other.headquarters)
    return bool(same_register and one.registration and other.registration and one.registration != other.registration)


def _row(party: str, row: Any, listing: Listing) -> Unread:
    text = (
        f"`{row.name}` may be the company of the same name on {listing.list} ({listing.party}): nobody has decided it"
    )
    from_, to = listing.from_, listing.to
    return Unread.model_construct(table_=Listing.table, id=party, field=PARTY, text=text, from_=from_, to=to)
