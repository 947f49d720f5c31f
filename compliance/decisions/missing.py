"""What is not known and would settle a finding: the table, row and field to fill in, from the path that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compliance.decisions.answer import MissingSaid
from compliance.decisions.evaluate import ClauseResult, Found
from compliance.facts.licenses import LICENSE
from compliance.facts.rows import Rows
from compliance.facts.sources import ENTITIES, SOURCES
from compliance.facts.tables import Scene
from compliance.world.row import Row
from compliance.world.world import World

STANDS_IN = {"end_user": ("consignee",), "operator": ("end_user", "consignee"), "holder": ("owner",)}
FIELDS = {"tpp": "throughput", "zone": "throughput", "power_mw": "power_kw", "operations": "training_ops"}
TABLE_OF = {"site": "sites", "model": "models", "chip": "chips"}


def missing(found: Found, scene: Scene) -> list[MissingSaid]:
    """Every gap behind a finding, sorted; nothing where all is known."""
    world = scene.world
    gaps: set[MissingSaid] = set()
    for clause in found.clauses:
        gaps |= set(_of_clause(found, clause, world))
    gaps |= set(_of_license(found, scene))
    return sorted(gaps, key=lambda gap: (gap.table, gap.id, gap.field))


def _of_clause(found: Found, clause: ClauseResult, world: World) -> Iterator[MissingSaid]:
    for path in clause.unknown:
        if path.startswith("?"):
            yield MissingSaid(table="", id="", field=path[1:], settles=clause.text)
        elif found.plan.shape is None:
            for counted in found.rows:
                yield from _along(path, _row(world, counted.table, counted.id), clause.text, world)
        else:
            yield from _of_total(found, path, clause, world)


def _of_total(found: Found, path: str, clause: ClauseResult, world: World) -> Iterator[MissingSaid]:
    if path.startswith("id."):
        yield from _party(found.id, path.partition(".")[2], clause.text, world)
        return
    pack = found.pack
    measure = pack.definitions.measures[found.plan.of]
    while measure.part is not None:
        measure = pack.definitions.measures[pack.chosen(measure.whole or measure.to or "")]
    summed = measure.sum or measure.max or ()
    paths = summed if isinstance(summed, tuple) else (pack.chosen(summed),)
    for counted in found.rows:
        if counted.high is not None and counted.sure:
            continue
        row = _row(world, counted.table, counted.id)
        gaps = [gap for one in paths for gap in _along(one, row, clause.text, world)] if counted.high is None else []
        yield from gaps or [
            MissingSaid(table=counted.table, id=counted.id, field="whether it counts", settles=clause.text)
        ]


def _row(world: World, table: str, name: str) -> Row | None:
    return next((r for r in world.rows(table) if r.name_of_row == name), None) if table in world.tables else None


def _along(path: str, row: Row | None, settles: str, world: World) -> Iterator[MissingSaid]:
    """The gap on the way that a path takes from a row."""
    if row is None:
        return
    head, _, rest = path.partition(".")
    value: Any = getattr(row, head, None)
    for other in STANDS_IN.get(head, ()):
        value = value if value is not None else getattr(row, other, None)
    if head in ("capacity", "site") and value is None and row.table == "sites":
        value = row.name_of_row
    if value is None or not rest:
        if value is None:
            yield MissingSaid(table=row.table, id=row.name_of_row, field=FIELDS.get(head, head), settles=settles)
        return
    kinds = [columns[head].kind for columns in (*SOURCES.values(), *ENTITIES.values()) if head in columns]
    kind = kinds[0] if kinds else "text"
    if kind == "party":
        yield from _party(str(value), rest, settles, world)
    elif kind in TABLE_OF:
        table = TABLE_OF[kind]
        inner = world.by_id(table).get(str(value))
        word = rest.partition(".")[0]
        known = getattr(inner, word, None) is not None
        if inner is not None and known:
            yield from _along(rest, inner, settles, world)
        else:
            yield MissingSaid(table=table, id=str(value), field=FIELDS.get(word, word), settles=settles)


def _party(party: str, asked: str, settles: str, world: World) -> Iterator[MissingSaid]:
    """What is not known of a party: its headquarters, or the stakes that decide its parent."""
    company: Any = world.party(party)
    if "headquarters" in asked and getattr(company, "headquarters", None) is None:
        yield MissingSaid(table="companies", id=party, field="headquarters", settles=settles)
    if "parent" in asked or asked.startswith(("family", "kin", "listed_kin")):
        yield MissingSaid(table="stakes", id=party, field="percent", settles=settles)


def _of_license(found: Found, scene: Scene) -> Iterator[MissingSaid]:
    """What does not fit about a license that a line claims (contracts 6, a claimed license)."""
    if not any(leaf.test.path == "licensed" for c in found.plan.clauses for leaf in c.leaves):
        return
    licenses = Rows(scene.world, scene.catalogue, scene.day, scene.orders).licenses()
    for counted in found.rows:
        line: Any = _row(scene.world, counted.table, counted.id)
        if line is not None and line.authorization == LICENSE and (why := licenses.lacks(line)):
            yield MissingSaid(
                table="authorizations",
                id=line.authorization_id or "",
                field=why,
                settles="whether the license covers it",
            )
