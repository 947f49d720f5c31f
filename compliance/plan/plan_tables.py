"""Tables for the plans of one world and day: sources, entities, and attributes of parties by date.

Attributes of a party are rows of date intervals, cut only on days when something upstream of the party changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from compliance.plan import databases
from compliance.plan.databases import Database
from compliance.plan.paper_queries import query_for_lines, query_of_stated
from compliance.plan.party_table import PartyTable, values_of
from compliance.plan.rowwise.workspace import Workspace
from compliance.plan.rule_plan import PackPlan
from compliance.plan.spark import SparkEngine
from compliance.plan.sql.frames import PLACE, Requirements, view
from compliance.plan.sql.materialize import Materialization, Statement, plan_materializations
from compliance.sources.column_types import SEPARATOR, UNKNOWN, Column, stored_types
from compliance.sources.entities import OF_LINE, PARENT, certifies, chip_facts, holds_on, models, powers
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.parties import restructured_parties
from compliance.sources.parties.party_attributes import Attributes
from compliance.sources.parties.party_columns import party_column
from compliance.sources.source_catalogue import ENTITIES, SOURCES
from compliance.sources.source_tables import SourceTables
from compliance.sources.to_arrow import to_arrow
from compliance.stages import Stages
from compliance.world.schema.tables import Certification, ModelLocation, WeightTransfer


class Tables:
    """All built tables of one evaluation of one pack, registered in a database of their own."""

    def __init__(
        self,
        scene: EvaluationContext,
        plan: PackPlan,
        rows: SourceTables,
        few: bool = False,
        stages: Stages | None = None,
        engine: SparkEngine | None = None,
    ) -> None:
        self.scene = scene
        self.plan = plan
        self.pack = plan.pack
        self.attributes = scene.attributes(plan.pack)
        self.rows = rows
        self.few = few
        self.stages = stages
        self.engine = engine
        self._asked: list[str] = []
        self._keys = ""
        self.database: Database | Workspace = Workspace() if few else Database()
        self.places: set[str] = set()
        self.parties: set[str] = set()
        self.chips: set[str] = set()

    def prepare(self, queries: Iterable[str]) -> None:
        """Builds what these queries read, and the tables and views between; with stages, when one of them is asked."""
        self._asked += queries
        if self.stages is None:
            self._prepare()

    def _prepare(self) -> None:
        asked, self._asked = self._asked, []
        if not asked:
            return
        self._build(self.plan.reads(asked))
        self._make(self._makings(asked))
        if isinstance(self.database, Workspace):
            self.database.compile(asked)

    def _build(self, names: Collection[str]) -> None:
        """Builds the tables of the world among these."""
        needs = self.plan.needs
        for source in sorted(needs.sources):
            if source in names:
                self._source(source)
        self._entities(names)
        if "party_at" in names or ("papers" in names and needs.party):
            self._parties_at(sorted(needs.party, key=_names_first))
        self._register("asked", [{"date": self.scene.day}], {"date": "date"})
        if "papers" in names:
            self._papers(needs, "lines" in names)
        if "place_at" in names:
            self._places_at(needs)

    def _makings(self, asked: Sequence[str]) -> Sequence[Materialization]:
        """How the tables and views between what is built and these queries are made."""
        names = self.plan.reads(asked)
        return plan_materializations([s for s in self.plan.statements if s.name in names], asked, self._many)

    def _make(self, statements: Sequence[Materialization]) -> None:
        totals = (
            self.engine.totals(self.database, statements)
            if self.engine and isinstance(self.database, Database)
            else None
        )
        for made in statements:
            if totals is not None and made.kind == "view":
                totals.view(made)
            added = (
                totals.total(made) if totals is not None and made.statement.name.startswith(view("total.")) else None
            )
            if added is not None:
                self.database.give(made.statement.name, added)
            elif made.own and isinstance(self.database, Database):
                rows = self.rows.of(made.statement.source or "").select(made.own)
                self.database.widen(made.statement.name, rows, made.sql)
            else:
                self.database.make(made.kind, made.statement.name, made.sql, self._many(made.statement))
        if totals is not None:
            totals.close()

    def _many(self, statement: Statement) -> bool:
        return statement.source is not None and len(self.rows.of(statement.source)) > databases.MANY

    def run(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a compiled plan."""
        self._prepare()
        return self.database.rows(sql)

    def columns(self, sql: str, many: bool = False) -> pa.Table:
        """The same as columns; where rows are few, but not these, by a database."""
        del many
        if self.stages is None:
            return self.database.columns(sql)
        name = f"{self.pack.sha256} {self.pack.overrides!r} {self._keys} {sql}"
        return self.stages.table(name, lambda: self._prepared_database().columns(sql))

    def _prepared_database(self) -> Database | Workspace:
        self._prepare()
        return self.database

    def batches(self, sql: str) -> Iterator[pa.Table]:
        """The same some at a time, so that they need not all be in memory."""
        self._prepare()
        return self.database.batches(sql) if isinstance(self.database, Database) else iter([self.columns(sql)])

    def many(self, sql: str, most: int) -> bool:
        """Whether a query may give more rows than so many; where all rows are few it does not."""
        del sql, most
        return not self.few

    def made(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Columns of a table that was prepared."""
        self._prepare()
        return self.database.held(name, columns)

    def add(self, name: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """One more table, such as the keys whose evidence is asked for."""
        if self.stages is not None:
            rows = list(rows)
            self._keys = sha256(repr([*map(dict, rows)]).encode()).hexdigest()
        self._register(name, rows, columns)

    def close(self) -> None:
        self.database.close()

    def _register(self, name: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        self.database.give(view(name), to_arrow(rows, columns))

    def _source(self, source: str) -> None:
        table = self.rows.of(source)
        self._meet(source, table)
        self.database.give(view(source), table.append_column(PLACE, pa.array(np.arange(len(table)))))

    def _meet(self, source: str, table: pa.Table) -> None:
        """Notes the places, parties and chips of which more must be known."""
        for name, column in SOURCES[source].items():
            found = {"place": self.places, "party": self.parties, "chip": self.chips}.get(column.kind)
            if found is not None and not pa.types.is_null(table.column(name).type):
                found |= {value for value in table.column(name).unique().to_pylist() if value is not None}

    def _entities(self, names: Collection[str]) -> None:
        if "chip_at" in names:
            rows = list(chip_facts(self.scene.catalogue, self.chips))
            self.places |= {r["designer_country"] for r in rows if r["designer_country"]}
            self._register("chip_at", rows, CHIP_SHAPE)
        if "site_at" in names:
            kept = list(site_rows(self.scene))
            self.places |= {s["country"] for s in kept if s["country"]}
            self.parties |= {p for s in kept for p in (s["operator"], s["owner"]) if p}
            self._register("site_at", kept, SITE_SHAPE)
        if "model_at" in names:
            known = list(models(self.scene.world))
            self.parties |= {m["developer"] for m in known if m["developer"]}
            self._register("model_at", known, {"model": "string", **_DATED, **stored_types(ENTITIES["model"])})

    # ---- parties

    def _parties_at(self, attributes: Sequence[str]) -> None:
        columns, types = party_shape(attributes)
        key = self.pack.sha256, self.pack.overrides, *attributes
        made = self.rows.of_parties.setdefault(key, PartyTable(types))
        leading = [name for name, column in columns.items() if column.kind == "names"]
        with made.growing:  # another thread may ask for the same parties
            if self.stages is not None and not made.parties:
                made.restore(self.stages.table(f"parties {key!r}", lambda: self._grown(made, attributes, leading)))
            self._grown(made, attributes, leading)
            found = made.of(self._reachable_parties(), leading) if self.few else made.rows
        for name, column in columns.items():
            if column.kind == "place":
                self.places.update(values_of(found, name))
        self.database.give(view("party_at"), found)

    def _grown(self, made: PartyTable, attributes: Sequence[str], leading: Sequence[str]) -> pa.Table:
        """All rows of parties, with those that are not there yet."""
        waiting = self._reachable_parties() - made.parties
        while waiting:  # some attributes name further parties
            rows = (self._party_rows(party, attributes, self.attributes) for party in sorted(waiting))
            more = made.add(waiting, chain.from_iterable(rows))
            named = {name for column in leading for text in values_of(more, column) for name in text.split(SEPARATOR)}
            waiting = named - made.parties - {UNKNOWN}
        return made.rows

    def _party_rows(self, party: str, attributes: Sequence[str], asked: Attributes) -> Iterator[dict[str, Any]]:
        """The attributes of a party, a row for each stretch of days on which none of them changes."""
        days = set(asked.days(party, attributes))
        days.update(restructured_parties.days(asked.changes, attributes, party))
        cuts = sorted({date.min, *days})
        since, last = date.min, asked.all(attributes, party, date.min)
        for begins in cuts[1:]:
            now = asked.all(attributes, party, begins)
            if now != last:
                yield {"party": party, "from": since, "to": begins, **last}
                since, last = begins, now
        yield {"party": party, "from": since, "to": date.max, **last}

    def _reachable_parties(self) -> set[str]:
        """Parties of rows, and holders that they lead to."""
        listings: Any = self.scene.world.rows("listings")
        return {*self.parties, *(row.party for row in listings)}

    # ---- places, arrangements, certifications

    def _papers(self, needs: Requirements, of_lines: bool) -> None:
        """What stands on record for each row; a certification that does not is not known, never refused."""
        columns = {"paper": "string", "table": "string", "row": "string", "holds": "boolean"}
        kept = dict.fromkeys(self._certificates()) if needs.papers["certified"] else {}
        own = self.rows.stated() if of_lines and (needs.papers["certified"] or needs.papers["stated"]) else []
        rows = [{"paper": p, "table": t, "row": r, "holds": True} for p, t, r in kept]
        self.database.give("papers_of_others", to_arrow(rows, columns))
        told = of_lines and (own or self.scene.world.rows("certifications"))
        asked = list(self._of_lines(needs, own)) if told else []
        known = [name for name in sorted(needs.papers["permitted"]) if of_lines and self.attributes.candidates(name)]
        asked += [self._permitted_lines(name) for name in known]
        self.database.make("view", "papers", " UNION ALL ".join(["FROM papers_of_others", *asked]))

    def _of_lines(self, needs: Requirements, own: Sequence[Mapping[str, str]]) -> Iterator[str]:
        """The papers that are for a line: that it states, or of a party of it, naming it or no line, valid on its date.

        `noticed` asks how long before it they were given, `followed` whether one was given on its day or later.
        """
        papers = [
            {"kind": paper.kind, "party": paper.party, "shipment": paper.shipment, "from": paper.date, "to": paper.to}
            for paper in self.scene.world.each(Certification)
        ]
        types = {"kind": "string", "party": "string", "shipment": "string", "from": "date", "to": "date"}
        self._register("certificates", papers, types)
        valid = """coalesce(c."from" <= l.date, true) AND coalesce(l.date < c."to", true)"""
        self._register("stated", own, {"kind": "string", "table": "string", "row": "string"})
        parents = ("p.parent",) if "parent" in needs.party else ()
        told = query_for_lines("c.kind", valid, "true", (*OF_LINE, *parents))
        if needs.papers["stated"]:
            yield query_of_stated("stated", told)
        signers = {word.partition(".")[2] for word in needs.papers["certified"]}
        if "" in signers:
            yield query_for_lines("'certified.' || c.kind", "true", valid, OF_LINE, query_of_stated("certified", told))
        for role in sorted(signers - {""}):
            who = parents if role == PARENT else (role,)
            yield query_for_lines(f"'certified.' || c.kind || '.{role}'", "true", valid, who)
        for word in sorted(needs.papers["noticed"]):
            kind, _, days = word.partition(".")
            before = f"""date_diff('day', c."from", l.date) >= {int(days)}"""
            yield query_for_lines(f"'noticed.{word}'", before, f"c.kind = '{kind}' AND {valid}", OF_LINE)
        for kind in sorted(needs.papers["followed"]):
            later = f"""c.kind = '{kind}' AND c."from" BETWEEN l.date AND DATE '{self.scene.day.isoformat()}'"""
            yield query_for_lines(f"'followed.{kind}'", "true", later, (*OF_LINE, *parents))

    def _permitted_lines(self, name: str) -> str:
        """The lines for whose country a party is listed, or may be; asked once where nothing changes in between."""
        parties = ("end_user", "operator")
        known = {p for row in self.run("SELECT DISTINCT end_user, operator FROM lines") for p in row.values() if p}
        days = {date.min, *self.attributes.listing_days([name])}
        days |= {day for p in (*known, *self.attributes.candidates(name)) for day in self.scene.ownership.days(p)}
        self._register(f"cuts.{name}", [{"from": day} for day in sorted(days)], {"from": "date"})
        same = " AND ".join(f"p.{c} IS NOT DISTINCT FROM l.{c}" for c in (*parties, "to_country"))
        at = f'ASOF JOIN "{view(f"cuts.{name}")}" AS c ON l.date >= c."from"'
        asked = self.run(f'SELECT DISTINCT {", ".join(parties)}, to_country, c."from" FROM lines AS l {at}')
        for row in asked:
            named = [p for p in (row["end_user"], row["operator"]) if p]
            row["holds"] = self.attributes.is_permitted(name, named, row["to_country"], row["from"])
        told = [row for row in asked if row["holds"] is not False]
        types = {**dict.fromkeys((*parties, "to_country"), "string"), "from": "date", "holds": "boolean"}
        self._register(f"permitted.{name}", told, types)
        once = "" if self.rows.one_each else "DISTINCT"
        return f"""SELECT {once} 'permitted.{name}', l."table", l.id, p.holds FROM lines AS l {at}
            JOIN "{view(f"permitted.{name}")}" AS p ON p."from" = c."from" AND {same}"""

    def _certificates(self) -> Iterator[tuple[str, str, str]]:
        by_party: dict[str, list[Certification]] = {}
        for paper in self.scene.world.each(Certification):
            by_party.setdefault(paper.party, []).append(paper)
        for sent in self.scene.world.each(WeightTransfer):
            for paper in by_party.get(sent.to_party or "", ()):
                if paper.shipment in (None, sent.id) and certifies(paper, sent.date):
                    yield f"certified.{paper.kind}", sent.table, sent.id
        for kept in self.scene.world.each(ModelLocation):
            for paper in by_party.get(kept.holder or "", ()):
                if paper.shipment is None and certifies(paper, self.scene.day):
                    yield f"certified.{paper.kind}", kept.table, kept.name_of_row

    def _places_at(self, needs: Requirements) -> None:
        """Which lists each place is on and which arrangements hold there, a row for each stretch of days."""
        rows = (row for place in sorted(self.places) for row in self._place_rows(place, needs))
        self._register("place_at", rows, place_shape(needs))

    def _place_rows(self, place: str, needs: Requirements) -> Iterator[dict[str, Any]]:
        arranged, cuts = self._cuts_of_places
        for begins, ends in zip(cuts, (*cuts[1:], date.max), strict=True):
            row: dict[str, Any] = {"place": place, "from": begins, "to": ends}
            row |= {name: self._in_list(name, place, begins) for name in needs.lists}
            row |= {
                f"arranged.{kind}": any(a.kind == kind and a.country == place and holds_on(a, begins) for a in arranged)
                for kind in needs.arranged
            }
            yield row

    @cached_property
    def _cuts_of_places(self) -> tuple[list[Any], list[date]]:
        """The arrangements of the world, and the days on which one of them or a list of places may change."""
        arranged: list[Any] = list(self.scene.world.rows("arrangements"))
        days = {day for name in self.plan.needs.lists for day in self.pack.lists.days(name)}
        days |= {day for a in arranged for day in (a.from_, a.to) if day is not None}
        return arranged, sorted({date.min, *days})

    def _in_list(self, name: str, place: str, day: date) -> bool | None:
        answers = {
            None if piece == UNKNOWN else self.pack.lists.holds(name, piece, day) for piece in place.split(SEPARATOR)
        }
        return answers.pop() if len(answers) == 1 else None


_DATED = {"from": "date", "to": "date"}
CHIP_SHAPE = {"chip": "string", **_DATED, **stored_types(ENTITIES["chip"])}
SITE_SHAPE = {"site": "string", **stored_types(ENTITIES["site"])}


def party_shape(attributes: Iterable[str]) -> tuple[dict[str, Column], dict[str, str]]:
    """The columns for these attributes of parties, and all stored columns of the table."""
    columns = {a: column for a in attributes if (column := party_column(a)) is not None}
    return columns, {"party": "string", **_DATED, **stored_types(columns)}


def place_shape(needs: Requirements) -> dict[str, str]:
    """The stored columns of the table of places."""
    names = [*sorted(needs.lists), *(f"arranged.{kind}" for kind in sorted(needs.arranged))]
    return {"place": "string", **_DATED, **dict.fromkeys(names, "boolean")}


def site_rows(scene: EvaluationContext) -> Iterator[dict[str, Any]]:
    """The sites of a world as rules see them."""
    for site, it, whole in powers(scene.world, scene.day):
        yield {
            "site": site.id, "country": site.country, "operator": site.operator or site.owner,
            "owner": site.owner or site.operator, "it_mw.low": it[0], "it_mw.high": it[1],
            "facility_mw.low": whole[0], "facility_mw.high": whole[1],
            "veu_security": site.veu_security, "address": site.address,
        }  # fmt: skip


def _names_first(attribute: str) -> tuple[bool, str]:
    """Attributes that lead to further parties come first, so that those have attributes too."""
    return (column := party_column(attribute)) is None or column.kind != "names", attribute
