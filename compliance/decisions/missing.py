"""What is not known and would settle a finding: the table, row and field to fill in, from the path that was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from compliance.decisions.answer import MissingSaid
from compliance.decisions.evaluate import ClauseResult, Found
from compliance.facts.compiler import Compiler
from compliance.facts.entities import bases
from compliance.facts.frames import Frame, Needs
from compliance.facts.licenses import LICENSE
from compliance.facts.sources import ENTITIES, SOURCES
from compliance.facts.tables import Scene
from compliance.rulebook.conditions import leaves
from compliance.rulebook.models import Days, Derived, Greatest, Measure, Minus, Plus, Times
from compliance.rulebook.packs import Pack
from compliance.units import Interval
from compliance.world.row import Row
from compliance.world.tables import Company
from compliance.world.world import World

STANDS_IN = {"end_user": ("consignee",), "operator": ("end_user", "consignee"), "holder": ("owner",)}
FIELDS = {
    ("chips", "tpp"): "throughput",
    ("chips", "power_mw"): "power_kw",
    ("models", "operations"): "training_ops",
    ("listings", "begun"): "from",
    ("authorizations", "begun"): "from",
    ("companies", "email_domain"): "email",
    ("companies", "phone_elsewhere"): "phone",
    ("companies", "shares_address"): "address",
}  # what a user fills in for a column that is worked out
TABLE_OF = {"site": "sites", "model": "models"}
TABLES_OF = {"synthetic": "synthetic_inputs", "models": "models"}
FIGURES = ("throughput", "die_area_mm2", "data_center", "interconnect_gbs")


def missing(found: Found, scene: Scene) -> list[MissingSaid]:
    """Every gap behind a finding, sorted; nothing where all is known."""
    world = scene.world
    gaps: set[MissingSaid] = set()
    for clause in found.clauses:
        gaps |= set(_of_clause(found, clause, world))
    gaps |= set(_of_license(found, scene))
    return in_order(gaps)


def in_order(gaps: Iterable[MissingSaid]) -> list[MissingSaid]:
    """Gaps by the row and field to fill in, then by what they settle."""
    return sorted(gaps, key=lambda gap: (gap.table, gap.id, gap.field, gap.settles))


def _of_clause(found: Found, clause: ClauseResult, world: World) -> Iterator[MissingSaid]:
    for path in clause.unknown:
        if path.startswith("?"):
            yield MissingSaid(table="", id="", field=path[1:], settles=clause.text)
        elif found.plan.shape is None:
            for counted in found.rows:
                row = _row(world, counted.table, counted.id)
                for plain in _written_out(found.pack, found.plan.of, path):
                    if plain.startswith("party.") and found.key is not None and not hasattr(row, "party"):
                        yield from _party(found.key, plain.partition(".")[2], clause.text, world)
                        continue
                    yield from _along(plain, row, clause.text, world, found.pack)
        else:
            yield from _of_total(found, path, clause, world)


def _written_out(pack: Pack, of: str, path: str) -> tuple[str, ...]:
    """The paths that a field of the pack adds or multiplies, or the path itself."""
    fields = pack.definitions.fields.get(of, {})
    head, dot, rest = path.partition(".")
    if isinstance(alias := fields.get(head), str):
        return _written_out(pack, of, f"{alias}{dot}{rest}")
    match fields.get(path):
        case Plus(plus=paths) | Times(times=paths) | Minus(minus=paths) | Days(days=paths) | Greatest(greatest=paths):
            return tuple(each for each in paths if not each.startswith("$"))
        case Derived(first=cases):
            return tuple(case.value for case in cases)
        case _:
            return (path,)


def _of_total(found: Found, path: str, clause: ClauseResult, world: World) -> Iterator[MissingSaid]:
    if path.startswith("id.") and found.plan.shape is not None and found.plan.shape.id in TABLE_OF:
        holder = world.by_id(TABLE_OF[found.plan.shape.id]).get(found.id)
        yield from _along(path.partition(".")[2], holder, clause.text, world, found.pack)
        return
    if path.startswith("id."):
        yield from _party(found.id, path.partition(".")[2], clause.text, world)
        return
    pack = found.pack
    measures = list(_sides(pack, pack.definitions.measures[found.plan.of]))
    for counted in found.rows:
        if counted.sure and counted.high == counted.low and counted.inside:
            continue
        row = _row(world, counted.table, counted.id)
        asked = [] if counted.high == counted.low else [p for m in measures for p in _summed(pack, m)]
        asked += [] if counted.sure and counted.inside else [p for m in measures for p in _filtered(pack, m)]
        gaps = {gap for one in asked for gap in _along(one, row, clause.text, world, pack)}
        if not counted.sure and not gaps:
            gaps = {MissingSaid(table=counted.table, id=counted.id, field="whether it counts", settles=clause.text)}
        yield from gaps


def _sides(pack: Pack, measure: Measure) -> Iterator[Measure]:
    """A measure, or both sides of a ratio."""
    if measure.part is None:
        yield measure
        return
    for side in (measure.part, measure.whole or measure.to or ""):
        yield from _sides(pack, pack.definitions.measures[pack.chosen(side)])


def _summed(pack: Pack, measure: Measure) -> tuple[str, ...]:
    summed = measure.sum or measure.max or ()
    return summed if isinstance(summed, tuple) else (pack.chosen(summed),)


def _filtered(pack: Pack, measure: Measure) -> tuple[str, ...]:
    """The paths that decide whether a row counts in a measure."""
    if measure.where is None or measure.of is None or measure.of not in SOURCES:
        return ()
    written = Compiler(pack).expanded(Frame.of(measure.of, Needs()), measure.where)
    return tuple(dict.fromkeys(test.path for test in leaves(written)))


def _row(world: World, table: str, name: str) -> Row | None:
    return world.by_id(table).get(name) if table in world.tables else None


def _along(path: str, row: Row | None, settles: str, world: World, pack: Pack) -> Iterator[MissingSaid]:
    """The gap on the way that a path takes from a row."""
    head, _, rest = path.partition(".")
    if row is None or path.startswith("?"):
        return
    if head == "measure":
        yield from _of_parts(rest, row, settles, world, pack)
        return
    if (row.table, head) == ("models", "operations"):
        yield from _operations(row, settles, world)
        return
    value: Any = getattr(row, FIELDS.get((row.table, head), head), None)
    for other in STANDS_IN.get(head, ()):
        value = value if value is not None else getattr(row, other, None)
    unsure = value is None or (isinstance(value, Interval) and not value.known)
    if unsure and (head in type(row).columns() or (row.table, head) in FIELDS):
        yield MissingSaid(
            table=row.table, id=row.name_of_row, field=FIELDS.get((row.table, head), head), settles=settles
        )
    kind = _kind(head)
    if value is None or not rest:
        return
    if kind == "party":
        yield from _party(str(value), rest, settles, world)
    elif kind == "chip":
        yield from _chip(str(value), rest, settles, world)
    elif kind in TABLE_OF:
        yield from _along(rest, world.by_id(TABLE_OF[kind]).get(str(value)), settles, world, pack)


def _operations(model: Any, settles: str, world: World) -> Iterator[MissingSaid]:
    """What is not known of the operations of a model: its own, else those of its base and of the tuning."""
    known = world.by_id("models")
    for name in (model.id, *bases(known, model.id)):
        row: Any = known.get(name)
        if row is None or (row.training_ops is None and row.base_model is None):
            yield MissingSaid(table="models", id=name, field="training_ops", settles=settles)
            return
        if row.training_ops is not None:
            return
        if row.tuning_ops is None:
            yield MissingSaid(table="models", id=name, field="tuning_ops", settles=settles)


def _kind(column: str) -> str:
    return next((found[column].kind for found in (*SOURCES.values(), *ENTITIES.values()) if column in found), "text")


def _of_parts(name: str, row: Row, settles: str, world: World, pack: Pack) -> Iterator[MissingSaid]:
    """The gaps in the rows that are added up for a row, such as the data that a model was trained on."""
    measure = pack.definitions.measures[name.partition(".")[0]]
    table = TABLES_OF.get(measure.of or "")
    key = measure.by.id if measure.by is not None else ""
    if table is None or not isinstance(key, str):
        return
    for part in world.rows(table):
        if getattr(part, key, None) == getattr(row, key, ""):
            for path in (*_summed(pack, measure), *_filtered(pack, measure)):
                yield from _along(path, part, settles, world, pack)


def _chip(name: str, asked: str, settles: str, world: World) -> Iterator[MissingSaid]:
    """The first figure that is missing to work out what the law makes of a chip of the world."""
    chip: Any = world.by_id("chips").get(name)
    if chip is None:
        yield MissingSaid(table="chips", id=name, field=FIELDS.get(("chips", asked), asked), settles=settles)
        return
    own = FIELDS.get(("chips", asked), asked)
    figures = (own,) if own in type(chip).columns() and own != "throughput" else FIGURES
    known = chip.throughput is not None or chip.published_tpp is not None
    for figure in figures:
        if getattr(chip, figure) is None and not (figure == "throughput" and known):
            yield MissingSaid(table="chips", id=name, field=figure, settles=settles)
            return


def _party(party: str, asked: str, settles: str, world: World) -> Iterator[MissingSaid]:
    """What is not known of a party: its headquarters, or the stakes that decide its parent."""
    company: Any = world.party(party)
    if "headquarters" in asked and getattr(company, "headquarters", None) is None:
        yield MissingSaid(table="companies", id=party, field="headquarters", settles=settles)
    word = FIELDS.get(("companies", asked.partition(".")[0]), asked.partition(".")[0])
    if word in Company.columns() and word != "headquarters":
        yield MissingSaid(table="companies", id=party, field=word, settles=settles)
    if asked.startswith("signed."):  # a search is of all parties
        yield MissingSaid(table="signs", id="", field="found", settles=settles)
    if "parent" in asked or asked.startswith(("family", "kin", "listed_kin", "captured", "limb", "flagged")):
        yield MissingSaid(table="stakes", id=party, field="percent", settles=settles)


def _of_license(found: Found, scene: Scene) -> Iterator[MissingSaid]:
    """What does not fit about a license that a line claims (contracts 6, a claimed license)."""
    if not any(leaf.test.path == "licensed" for c in found.plan.clauses for leaf in c.leaves):
        return
    for counted in found.rows:
        line = _line(scene.world, counted.table, counted.id)
        if line is not None and line.authorization == LICENSE and (lack := scene.rows.licenses.lacks(line)):
            yield MissingSaid(table=lack.table, id=lack.id, field=lack.field, settles=lack.why)


def _line(world: World, table: str, name: str) -> Any:
    return _row(world, table, name)
