"""Places that only one pack covers: without that pack, nothing that touches them is reported clean.

A pack names them as `covers_places`, a list of countries of its own, such as those under embargo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.errors import quote_some
from compliance.explain.next_steps import Step
from compliance.explain.not_evaluated.open_points import OpenPoint
from compliance.rulebook.packs import Pack, load_packs
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.source_catalogue import SOURCES
from compliance.world.reference.country_lists import CountryLists
from compliance.world.schema.field_kinds import PARTIES
from compliance.world.schema.text_columns import texts_of

TOUCHED = ("lines", "services", "transfers", "stored", "installed")
"""The sources whose rows are of a place or with parties of one."""
SEATS = {"companies": ("headquarters", "jurisdiction"), "people": ("residence", "nationality")}
MOVED = "headquarters"
MOST_NAMED = 3
MOST_MISSING = 200


@cache
def _covering() -> tuple[tuple[Pack, str], ...]:
    return tuple((pack, pack.file.covers_places) for pack in load_packs() if pack.file.covers_places)


def uncovered_places(scene: EvaluationContext, packs: Sequence[Pack]) -> Iterator[OpenPoint]:
    """A point for each pack that was not asked, and that alone decides about places that rows touch."""
    asked = {pack.id for pack in packs}
    for pack, name in _covering():
        if pack.id in asked:
            continue
        seated = _parties_by_place(scene, pack.lists.members(name))
        rows = sorted({row for source in TOUCHED for row in _touching(scene, source, pack.lists, name, seated)})
        if not rows:
            continue
        title = pack.lists.title(name)
        who = quote_some([row for _, row in rows], MOST_NAMED)
        reason = f"{who}: {title} ({pack.file.basis}), and the pack `{pack.id}` was not asked"
        missing = [
            MissingField(table=table, id=row, field="to_country", settles=f"what {pack.file.basis} asks")
            for table, row in rows[:MOST_MISSING]
        ]
        step = Step("Ask the packs that decide about these places: {items}.", pack.id)
        lines = frozenset(row for _, row in rows) if scene.orders else None
        yield OpenPoint(NotEvaluated(rule="", reason=reason, missing=missing), (step,), lines)


def _touching(
    scene: EvaluationContext, source: str, lists: CountryLists, name: str, seated: Mapping[str, Set[str]]
) -> Iterator[tuple[str, str]]:
    """The rows of a source, by table and id, that go to one of the places or name a party of one on their day.

    `seated` are the parties that ever had a seat there, each with its places.
    """
    if source not in scene.rows.present():
        return
    rows = scene.asked_rows(source)
    places = [column for column, kind in SOURCES[source].items() if kind.kind == "place"]
    parties = [column for column, kind in SOURCES[source].items() if kind.kind == "party"]
    values = {**dict.fromkeys(places, lists.members(name)), **dict.fromkeys(parties, seated.keys())}
    touched = reduce(pc.or_, (_among(rows.column(column), held) for column, held in values.items()))
    for row in rows.filter(touched).select(["table", "id", "date", *places, *parties]).to_pylist():
        found = {row[column] for column in places} | {
            place for column in parties if row[column] for place in seated.get(row[column], ())
        }
        if any(place and lists.holds(name, place, row["date"] or scene.as_of) for place in found):
            yield row["table"], row["id"]


def _among(column: pa.ChunkedArray, values: Iterable[str]) -> Any:
    held = pc.is_in(column.cast(pa.string()), value_set=pa.array(sorted(values), pa.string()))
    return pc.fill_null(held, False)


def _parties_by_place(scene: EvaluationContext, places: frozenset[str]) -> dict[str, set[str]]:
    """The parties that have or had a seat in one of the places, each with those places."""
    found: dict[str, set[str]] = {}
    tables = [(table, "id", field) for table in PARTIES for field in SEATS[table]] + [(MOVED, "company", "country")]
    for table, key, field in tables:
        if not len(scene.world.rows(table)):
            continue
        columns = scene.world.columns(table)
        if field not in columns.column_names:
            continue
        kept = columns.filter(_among(columns.column(field), places))
        pairs = zip(texts_of(kept.column(key)).to_pylist(), texts_of(kept.column(field)).to_pylist(), strict=True)
        for party, place in pairs:
            found.setdefault(party, set()).add(place)
    return found
