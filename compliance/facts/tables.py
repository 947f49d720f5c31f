"""The tables that plans run on, built for one world and day: sources, entities, attributes of parties by date.

What is asked of a party at a date comes as rows of intervals (`from`, `to`), cut only on the days on which something
upstream of the party changes, so that a million lines cost one dated join and not a million look-ups.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from compliance.facts import restructured
from compliance.facts.attributes import Attributes
from compliance.facts.entities import chip_facts, holds_on, models
from compliance.facts.frames import Needs, schema, view
from compliance.facts.plan import PackPlan
from compliance.facts.rows import Rows
from compliance.facts.sources import ENTITIES, PARTY, PARTY_NAMED, SEPARATOR, SOURCES, UNKNOWN
from compliance.ownership.graph import Ownership
from compliance.world.chips import Catalogue
from compliance.world.row import NOWHERE, Origin
from compliance.world.tables import Certification, ModelLocation, WeightTransfer
from compliance.world.world import World

WHOLE = pa.decimal128(38, 0)
ARROW = {"string": pa.string(), "boolean": pa.bool_(), "date": pa.date32(), "decimal(38, 0)": WHOLE}


@dataclass(frozen=True)
class Scene:
    """What an evaluation looks at: a world, its ownership and chips, the day, and whether orders count."""

    world: World
    ownership: Ownership
    catalogue: Catalogue
    as_of: date
    day: date
    orders: bool
    _origins: dict[tuple[str, str], Origin] = field(default_factory=dict)

    def origin(self, table: str, name: str) -> Origin:
        """Where a row was read."""
        if not self._origins:
            for each in self.world.tables:
                for row in self.world.rows(each):
                    self._origins[each, row.name_of_row] = row.origin
        return self._origins.get((table, name), NOWHERE)

    def changed(self, world: World) -> Scene:
        """The same scene of a world in which no stake, control, listing or chip is different."""
        return Scene(world, self.ownership, self.catalogue, self.as_of, self.day, self.orders)


def arrow(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pa.Table:
    """Rows as columns of the given types."""
    gathered: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name, values in gathered.items():
            values.append(row.get(name))
    return pa.table({name: pa.array(values, ARROW[columns[name]]) for name, values in gathered.items()})


class Tables:
    """All built tables of one evaluation of one pack, registered in a database of their own."""

    def __init__(self, scene: Scene, plan: PackPlan, rows: Rows) -> None:
        self.scene = scene
        self.plan = plan
        self.pack = plan.pack
        self.attributes = Attributes(scene.world, scene.ownership, plan.pack)
        self.rows = rows
        self.database = duckdb.connect()
        self.database.execute("SET threads = 1; SET preserve_insertion_order = false")
        self.places: set[str] = set()
        self.parties: set[str] = set()
        self.chips: set[str] = set()

    def prepare(self, queries: Iterable[str]) -> None:
        """Builds what these queries read, and the tables and views between."""
        names, needs = self.plan.reads(queries), self.plan.needs
        for source in sorted(needs.sources):
            if source in names:
                self._source(source)
        self._entities(names)
        if "party_at" in names:
            self._parties_at(sorted(needs.party, key=_names_first))
        self._register("asked", [{"date": self.scene.day}], {"date": "date"})
        if "papers" in names:
            self._papers(needs)
        if "place_at" in names:
            self._places_at(needs)
        for statement in self.plan.statements:
            if statement.name in names:
                self.database.execute(f'CREATE {statement.kind.upper()} "{statement.name}" AS {statement.sql}')

    def run(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a compiled plan."""
        found: list[dict[str, Any]] = self.database.sql(sql).to_arrow_table().to_pylist()
        return found

    def add(self, name: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """One more table, such as the keys whose evidence is asked for."""
        self._register(name, rows, columns)

    def close(self) -> None:
        self.database.close()

    def _register(self, name: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        self.database.register(view(name), arrow(rows, columns))

    def _source(self, source: str) -> None:
        kinds = {name: column.kind for name, column in SOURCES[source].items()}
        rows = self.rows.of(source)
        for row in rows:
            for name, kind in kinds.items():
                value = row.get(name)
                if value is None:
                    continue
                if kind == "place":
                    self.places.add(value)
                elif kind == "party":
                    self.parties.add(value)
                elif kind == "chip":
                    self.chips.add(value)
        self._register(source, rows, schema(SOURCES[source]))

    def _entities(self, names: Collection[str]) -> None:
        dated = {"from": "date", "to": "date"}
        if "chip_at" in names:
            rows = list(chip_facts(self.scene.catalogue, self.chips))
            self.places |= {r["designer_country"] for r in rows if r["designer_country"]}
            self._register("chip_at", rows, {"chip": "string", **dated, **schema(ENTITIES["chip"])})
        if "site_at" in names:
            sites: list[Any] = list(self.scene.world.rows("sites"))
            kept = [
                {"site": s.id, "country": s.country, "operator": s.operator or s.owner, "owner": s.owner or s.operator}
                for s in sites
            ]
            self.places |= {s["country"] for s in kept if s["country"]}
            self.parties |= {p for s in kept for p in (s["operator"], s["owner"]) if p}
            self._register("site_at", kept, {"site": "string", **schema(ENTITIES["site"])})
        if "model_at" in names:
            known = list(models(self.scene.world))
            self.parties |= {m["developer"] for m in known if m["developer"]}
            self._register("model_at", known, {"model": "string", **schema(ENTITIES["model"])})

    # ---- parties

    def _parties_at(self, attributes: Sequence[str]) -> None:
        columns = {a: PARTY.get(a) or PARTY_NAMED[a.partition(".")[0]] for a in attributes}
        for attribute in attributes:
            if columns[attribute].kind == "names":  # these lead to further parties
                for party in sorted(self._reached()):
                    for day in (date.min, *self.scene.ownership.days(party)):
                        self.parties |= set((self.attributes.of(attribute, party, day) or "").split(SEPARATOR)) - {""}
        rows = [row for party in sorted(self._reached()) for row in self._party_rows(party, attributes)]
        places = [a for a in attributes if columns[a].kind == "place"]
        self.places |= {row[a] for row in rows for a in places if row[a] is not None}
        types = {a: "boolean" if columns[a].kind == "flag" else "string" for a in attributes}
        self._register("party_at", rows, {"party": "string", "from": "date", "to": "date", **types})

    def _party_rows(self, party: str, attributes: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The attributes of a party, a row for each stretch of days on which none of them changes."""
        days = {day for a in attributes if a.partition(".")[0] in PARTY_NAMED for day in self.attributes.listing_days()}
        days.update(restructured.days(self.attributes.changes, attributes, party))
        cuts = sorted({date.min, *self.scene.ownership.days(party), *days})
        since, last = date.min, {a: self.attributes.of(a, party, date.min) for a in attributes}
        for begins in cuts[1:]:
            now = {a: self.attributes.of(a, party, begins) for a in attributes}
            if now != last:
                yield {"party": party, "from": since, "to": begins, **last}
                since, last = begins, now
        yield {"party": party, "from": since, "to": date.max, **last}

    def _reached(self) -> set[str]:
        """Parties of rows, and holders that they lead to."""
        holders: set[str] = set()
        for row in self.scene.world.rows("listings"):
            listing: Any = row
            holders.add(listing.party)
        return {*self.parties, *holders}

    # ---- places, arrangements, certifications

    def _papers(self, needs: Needs) -> None:
        """What stands on record for each row; a certification that does not is not known, never refused."""
        kept = dict.fromkeys(self._certificates()) if needs.certified else {}
        rows = [{"paper": p, "table": t, "row": r, "holds": True} for p, t, r in kept]
        for name in sorted(needs.permitted):
            for line in self.rows.raw_lines():
                parties = [line.end_user or line.consignee, line.operator or line.end_user or line.consignee]
                holds = self.attributes.permitted(name, [p for p in parties if p], line.to_country, line.date)
                rows.append({"paper": f"permitted.{name}", "table": line.table, "row": line.id, "holds": holds})
        self._register("papers", rows, {"paper": "string", "table": "string", "row": "string", "holds": "boolean"})

    def _certificates(self) -> Iterator[tuple[str, str, str]]:
        by_party: dict[str, list[Certification]] = {}
        for paper in self.scene.world.each(Certification):
            by_party.setdefault(paper.party, []).append(paper)
        for line in self.rows.raw_lines():
            parties = {line.consignee, line.end_user, line.operator, line.purchaser, line.exporter}
            for paper in (p for party in sorted(filter(None, parties)) for p in by_party.get(party, ())):
                if _covers(paper, line):
                    yield f"certified.{paper.kind}", line.table, line.id
        for sent in self.scene.world.each(WeightTransfer):
            for paper in by_party.get(sent.to_party or "", ()):
                if _covers(paper, sent):
                    yield f"certified.{paper.kind}", sent.table, sent.id
        for kept in self.scene.world.each(ModelLocation):
            for paper in by_party.get(kept.holder or "", ()):
                if paper.shipment is None and (paper.to is None or self.scene.day < paper.to):
                    yield f"certified.{paper.kind}", kept.table, kept.name_of_row

    def _places_at(self, needs: Needs) -> None:
        """Which lists each place is on and which arrangements hold there, a row for each stretch of days."""
        arranged: list[Any] = list(self.scene.world.rows("arrangements"))
        days = {day for name in needs.lists for day in self.pack.lists.days(name)}
        days |= {day for a in arranged for day in (a.from_, a.to) if day is not None}
        cuts = sorted({date.min, *days})
        rows = []
        for place in sorted(self.places):
            for begins, ends in zip(cuts, (*cuts[1:], date.max), strict=True):
                row: dict[str, Any] = {"place": place, "from": begins, "to": ends}
                row |= {name: self._in_list(name, place, begins) for name in needs.lists}
                row |= {
                    f"arranged.{kind}": any(
                        a.kind == kind and a.country == place and holds_on(a, begins) for a in arranged
                    )
                    for kind in needs.arranged
                }
                rows.append(row)
        names = [*sorted(needs.lists), *(f"arranged.{kind}" for kind in sorted(needs.arranged))]
        columns = {"place": "string", "from": "date", "to": "date", **dict.fromkeys(names, "boolean")}
        self._register("place_at", rows, columns)

    def _in_list(self, name: str, place: str, day: date) -> bool | None:
        answers = {
            None if piece == UNKNOWN else self.pack.lists.holds(name, piece, day) for piece in place.split(SEPARATOR)
        }
        return answers.pop() if len(answers) == 1 else None


def _names_first(attribute: str) -> tuple[bool, str]:
    """Attributes that lead to further parties come first, so that those have attributes too."""
    column = PARTY.get(attribute) or PARTY_NAMED[attribute.partition(".")[0]]
    return column.kind != "names", attribute


def _covers(paper: Any, line: Any) -> bool:
    """Whether a certification is for this line: named for it, or of its party and valid on its date."""
    if paper.shipment is not None:
        return bool(paper.shipment == line.id)
    return (paper.date is None or paper.date <= line.date) and (paper.to is None or line.date < paper.to)
