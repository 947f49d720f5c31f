"""Traces a path from a row to the fields that are missing: table, row and field.

The tracer evaluates a condition on a row in plain Python, only as far as it takes to find its open questions.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import date
from operator import ge, gt, le, lt
from typing import Any as Value

from compliance.answers.answer import MissingField
from compliance.explain.missing.missing_measure_data import UnknownOfMeasures
from compliance.explain.missing.missing_party_data import UnknownOfParties
from compliance.plan.sql.compiler import Compiler
from compliance.plan.sql.frames import Frame, Requirements
from compliance.rulebook.conditions import All, Any, Condition, Not, Test
from compliance.rulebook.packs import Pack, value_on
from compliance.rulebook.rule_models import Days, DerivedField, Greatest, Measure, Minus, Plus, Times
from compliance.sources.column_types import SEPARATOR
from compliance.sources.entities import OF_LINE, PARENT, bases, certifies, facts_of
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.inspections import known_kinds
from compliance.sources.source_catalogue import ENTITIES, SOURCES
from compliance.units import Interval
from compliance.world.schema.row import Row

STANDS_IN = {"end_user": ("consignee",), "operator": ("end_user", "consignee", "owner"), "holder": ("owner",)}
FIELDS = {
    ("chips", "tpp"): "throughput",
    ("chips", "zone"): "throughput",
    ("chips", "power_mw"): "power_kw",
    ("models", "operations"): "training_ops",
    ("models", "model"): "id",
    ("models", "base"): "base_model",
    ("listings", "begun"): "from",
    ("authorizations", "begun"): "from",
}  # what a user fills in for a column that is worked out
WORKED_OUT = {("orders", "it_mw"): "chip.power_mw", ("orders", "facility_mw"): "chip.power_mw"}
"""What a column of a row rests on where the row has no such field."""
TABLE_OF = {"site": "sites", "model": "models"}
OF_CHIPS = {"power_mw": "power_watts"}
FIGURES = ("throughput", "die_area_mm2", "data_center", "interconnect_gbs")
CERTIFY = (*OF_LINE, "to_party", "holder")
"""The parties of a row whose certifications count for it."""
COMPARE = {"gt": gt, "ge": ge, "lt": lt, "le": le}
KNOWN = object()
"""A value that is known, and of which only that is asked here."""

Gap = tuple[str, str, str]
"""The table, row and field to fill in."""
Asked = tuple[Value, set[Gap]]
"""A value, or whether a condition holds, and the gaps that leave it open."""


class MissingFieldTracer:
    """The gaps behind the answers of one pack about the rows of a scene."""

    def __init__(self, scene: EvaluationContext, pack: Pack) -> None:
        self.scene = scene
        self.world = scene.world
        self.pack = pack
        self.parties = UnknownOfParties(scene, pack)
        self.measures = UnknownOfMeasures(self)
        self._written: dict[tuple[str, Condition], Condition] = {}

    # ---- conditions

    def written(self, source: str, condition: Condition) -> Condition:
        """The condition with what the pack's fields stand for written out."""
        if (source, condition) not in self._written:
            expanded = Compiler(self.pack).expand(Frame.of(source, Requirements()), condition)
            self._written[source, condition] = expanded
        return self._written[source, condition]

    def of_condition(self, condition: Condition, source: str, row: Row | None, day: date) -> Asked:
        """Whether a written condition holds of a row (`KNOWN`: one or the other), and what leaves it open."""
        match condition:
            case Test():
                return self._of_test(condition, source, row, day)
            case Not(item):
                held, gaps = self.of_condition(item, source, row, day)
                return (not held if isinstance(held, bool) else held), gaps
            case All(items) | Any(items):
                decides = isinstance(condition, Any)
                parts = [self.of_condition(item, source, row, day) for item in items]
                if any(held is decides for held, _ in parts):
                    return decides, set()
                gaps = {gap for _, inner in parts for gap in inner}
                return (None if gaps else KNOWN if any(held is KNOWN for held, _ in parts) else not decides), gaps

    def _of_test(self, test: Test, source: str, row: Row | None, day: date) -> Asked:
        value, gaps = self.of_path(test.path, source, row, day)
        if test.op == "given":
            return (value is not None) is test.value, set()
        if test.op in ("gt", "ge", "lt", "le", "same") and str(test.value)[:1].isalpha():
            gaps |= self.of_path(str(test.value), source, row, day)[1]
        if gaps:
            return None, gaps
        if test.path == "date" and (held := self._of_day(test, day)) is not None:
            return held, gaps
        if not isinstance(value, str | bool):
            return KNOWN, gaps
        match test.op:
            case "is":
                return value == test.value, gaps
            case "in":
                return value in test.value, gaps  # type: ignore[operator]
            case "in_list":
                return self.pack.lists.holds(str(test.value), str(value), day), gaps
            case _:
                return KNOWN, gaps

    def _of_day(self, test: Test, day: date) -> bool | None:
        """How the day of a row compares with a day that is a parameter of the pack; `None` for another limit."""
        parameter = self.pack.definitions.parameters.get(str(test.value).removeprefix("$"))
        dated = value_on(parameter, day) if parameter is not None else None
        compare = COMPARE.get(test.op)
        return compare(day, dated[0]) if compare and dated and isinstance(dated[0], date) else None

    # ---- paths

    def of_path(self, path: str, source: str, row: Row | None, day: date) -> Asked:
        """The value at a path from a row, where it is a text or a truth value, and what is not known on the way."""
        if path.startswith("?"):
            return None, {("", "", path[1:])}
        if row is None:
            return KNOWN, set()
        if isinstance(derived := self.pack.definitions.fields.get(source, {}).get(path), DerivedField):
            return self._of_cases(derived, source, row, day)
        plain = self.written_out(source, path)
        if len(plain) > 1:
            return KNOWN, {gap for one in plain for gap in self.of_path(one, source, row, day)[1]}
        path = WORKED_OUT.get((row.table, plain[0]), plain[0]) if plain else path
        head, _, rest = path.partition(".")
        if head == "measure":
            return KNOWN, self.measures.of_row(rest, source, row, day)
        if head == "certified":
            held = self._has_certification(rest, row, day)
            return held, set() if held else {("certifications", row.name_of_row, rest.partition(".")[0])}
        if head == "stated":
            held = self._stated(rest, row, day)
            return held, {("certifications", row.name_of_row, rest)} if held is None else set()
        if head in ("noticed", "followed"):
            kind = rest.partition(".")[0]
            return None, set() if self._has_certification(kind, row, day) else {
                ("certifications", row.name_of_row, kind)
            }
        if head == "permitted":
            return KNOWN, set(self._permission_gaps(rest, row, day))
        if (row.table, head) == ("models", "operations"):
            return KNOWN, set(self._operations(row))
        return self._of_column(head, rest, source, row, day)

    def _of_cases(self, derived: DerivedField, source: str, row: Row, day: date) -> Asked:
        """The value of the first case that holds, and what leaves open which that is."""
        found: set[Gap] = set()
        decided = True
        for case in derived.first:
            asked: Asked = True, set()
            if case.when is not None:
                asked = self.of_condition(self.written(source, case.when), source, row, day)
            if asked[0] is False:
                continue
            value, gaps = self.of_path(case.value, source, row, day)
            found |= asked[1] | gaps
            if asked[0] is True:
                return (value if decided else KNOWN), found
            decided = False
        return KNOWN, found

    def _of_column(self, head: str, rest: str, source: str, row: Row, day: date) -> Asked:
        field = FIELDS.get((row.table, head), head)
        value: Value = getattr(row, field, None)
        for other in STANDS_IN.get(head, ()):
            value = value if value is not None else getattr(row, other, None)
        if value is None or (isinstance(value, Interval) and not value.known):
            has = field in type(row).columns()
            return None, {(row.table, row.name_of_row, field)} if has else set()
        kind = _kind(head)
        if not rest:
            return (value if isinstance(value, str | bool) else KNOWN), set()
        match kind:
            case "party":
                return self.parties.of(str(value), rest, day)
            case "chip":
                return self._of_chips(str(value), rest, day)
            case "site" | "model":
                return self.of_path(rest, kind, self.world.by_id(TABLE_OF[kind]).get(str(value)), day)
            case _:
                return KNOWN, set()

    def written_out(self, source: str, path: str) -> tuple[str, ...]:
        """The paths that a field of the pack adds or multiplies or picks among, or the path itself."""
        fields = self.pack.definitions.fields.get(source, {})
        head, dot, rest = path.partition(".")
        if isinstance(alias := fields.get(head), str):
            return self.written_out(source, f"{alias}{dot}{rest}")
        match fields.get(path):
            case (
                Plus(plus=paths) | Times(times=paths) | Minus(minus=paths) | Days(days=paths) | Greatest(greatest=paths)
            ):
                return tuple(each for each in paths if not each.startswith("$"))
            case DerivedField(first=cases):
                return tuple(case.value for case in cases)
            case _:
                return (path,)

    # ---- what rows lead to

    def _operations(self, model: Value) -> Iterator[Gap]:
        """What is not known of the operations of a model: its own, else those of its base and of the tuning."""
        known = self.world.by_id("models")
        for name in (model.id, *bases(known, model.id)):
            row: Value = known.get(name)
            if row is None or (row.training_ops is None and row.base_model is None):
                yield "models", name, "training_ops"
                return
            if row.training_ops is not None:
                return
            if row.tuning_ops is None:
                yield "models", name, "tuning_ops"

    def sides(self, measure: Measure) -> Iterator[Measure]:
        """A measure, or both sides of a ratio."""
        if measure.part is None:
            yield measure
            return
        for side in (measure.part, measure.whole or measure.to or ""):
            yield from self.sides(self.pack.definitions.measures[self.pack.chosen(side)])

    def of_amount(self, measure: Measure, row: Row | None, day: date) -> set[Gap]:
        """What is not known of what a row adds to a measure."""
        summed = measure.sum or measure.max or ()
        paths = summed if isinstance(summed, tuple) else (self.pack.chosen(summed),)
        return {gap for path in paths for gap in self.of_path(path, measure.of or "", row, day)[1]}

    def of_filter(self, measure: Measure, row: Row | None, day: date) -> set[Gap]:
        """What leaves open whether a row counts in a measure, and for whom."""
        if measure.of is None or measure.of not in SOURCES:
            return set()
        found: set[Gap] = set()
        if measure.where is not None:
            held, gaps = self.of_condition(self.written(measure.of, measure.where), measure.of, row, day)
            if held is False:
                return set()
            found |= gaps
        keys = (measure.by.id, measure.by.key) if measure.by is not None else ()
        for key in keys:
            if key is not None:
                found |= self.of_path(self.pack.chosen(key), measure.of, row, day)[1]
        return found

    def _has_certification(self, asked: str, row: Row, day: date) -> bool | None:
        """Whether the one who is asked for, else somebody, has a certification of the kind for the row; never false."""
        kind, _, role = asked.partition(".")
        if not role and self._stated(kind, row, day):
            return True
        parties = set(self._signers(role, row, day)) if role else {getattr(row, column, None) for column in CERTIFY}
        return any(certifies(paper, day) for paper in self._papers(kind, row, parties)) or None

    def _stated(self, kind: str, row: Row, day: date) -> bool | None:
        """Whether a line states a certification itself; not known where those on record do not hold on the day."""
        if kind not in known_kinds(getattr(row, "certifications", ())):
            return False
        parties = {getattr(row, column, None) for column in CERTIFY} | set(self._signers(PARENT, row, day))
        held = [certifies(paper, day) for paper in self._papers(kind, row, parties)]
        return True if any(held) or not held else None

    def _papers(self, kind: str, row: Row, parties: Container[Value]) -> Iterator[Value]:
        """The certifications of a kind of some parties that are for a row, or for no line alone."""
        papers: Value = self.world.rows("certifications")
        return (
            paper
            for paper in papers
            if paper.kind == kind and paper.party in parties and paper.shipment in (None, row.name_of_row)
        )

    def _signers(self, role: str, row: Row, day: date) -> Sequence[str]:
        """The party of a line that is asked to sign; nobody where it is not known."""
        if role != PARENT:
            return [party] if (party := getattr(row, role, None)) is not None else []
        consignee = getattr(row, "consignee", None)
        parent = None if consignee is None else self.scene.attributes(self.pack).of(PARENT, consignee, day)
        return [] if parent is None or SEPARATOR in parent else [parent]

    def _permission_gaps(self, name: str, row: Value, day: date) -> Iterator[Gap]:
        for listed in self.world.rows("listings"):
            one: Value = listed
            if one.list == name and one.country is None:
                yield "listings", one.name_of_row, "country"
        for column in ("consignee", "end_user", "operator"):
            if (party := getattr(row, column, None)) is not None:
                yield from self.parties.of(party, "family", day)[1]

    def _of_chips(self, name: str, asked: str, day: date) -> Asked:
        parts = [self._of_chip(chip, asked, day) for chip, _ in self.scene.rows.chips(name)]
        return parts[0] if len(parts) == 1 else (KNOWN, {gap for _, gaps in parts for gap in gaps})

    def _of_chip(self, name: str, asked: str, day: date) -> Asked:
        """What the law makes of a chip, or the first figure that is missing to work it out."""
        facts = facts_of(self.scene.catalogue, name, day)
        value = getattr(facts, OF_CHIPS.get(asked, asked), None)
        if value is not None:
            return (value if isinstance(value, str | bool) else KNOWN), set()
        own = FIELDS.get(("chips", asked), asked)
        chip: Value = self.world.by_id("chips").get(name)
        if chip is None:
            return None, {("chips", name, own)}
        known = chip.throughput is not None or chip.published_tpp is not None
        for figure in (own,) if own != "throughput" else FIGURES:
            if getattr(chip, figure) is None and not (figure == "throughput" and known):
                return None, {("chips", name, figure)}
        return None, {("chips", name, own)}


def to_missing_fields(gaps: set[Gap], settles: str) -> Iterator[MissingField]:
    """The gaps as an answer tells them."""
    for table, name, field in gaps:
        yield MissingField(table=table, id=name, field=field, settles=settles)


def _kind(column: str) -> str:
    return next((found[column].kind for found in (*SOURCES.values(), *ENTITIES.values()) if column in found), "text")
