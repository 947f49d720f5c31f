"""The shapes of a headroom's JSON: by route for one consignee or operator, or a table of all operators of a world."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from compliance.answers.answer import Decision, DecisionReason, FindingSubject, MissingField, NotEvaluated
from compliance.answers.closed_words import OutcomeWord, PolicyWord, PostureWord, TopicWord
from compliance.rulebook.legal_standing import Standing
from compliance.versions import SCHEMA_VERSION
from compliance.world.schema.schema_words import Day, Exact, document

Certainty = Literal["definite", "possible"]
Reading = Literal["limited", "no_limit_found", "not_known", "not_counted"]

MOST_ASKED = 10**9
"""Up to so many units a headroom is sought."""
ASKED = "(headroom)"
"""The id of the order that is asked about, which is a purchase of its own."""
UNCLAIMED = "none"
"""The route of an order that claims no authorization."""


class Shape(BaseModel):
    """A part of the answer, which has these fields and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def __getitem__(self, name: str) -> Any:
        """A part by the name that it has in JSON."""
        for field, about in type(self).model_fields.items():
            if name == (about.alias or field):
                return getattr(self, field)
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The same, or the default where there is no such part."""
        try:
            return self[name]
        except KeyError:
            return default


class Reply(Shape):
    """An answer as a whole."""

    schema_version: str = SCHEMA_VERSION

    def json_text(self) -> str:
        """As JSON, indented, ending in a new line."""
        return self.model_dump_json(indent=2, by_alias=True) + "\n"


class PackReference(Shape):
    """A pack that was asked."""

    id: str
    sha256: str


class UncountedPack(Shape):
    """A pack of which no finding counts here, and why."""

    pack: str
    standing: Standing
    why: str


class BindingRule(Shape):
    """The rule that binds after `units`, and what one unit more would give."""

    rule: str
    pack: str
    units: int | None
    certainty: Certainty
    measure: Exact | None
    limit: Exact | None
    unit: str | None
    message: str


class LineRequirement(Shape):
    """A finding about a single unit of at least `license_required`: no quantity is small enough to go without."""

    rule: str
    pack: str
    standing: Standing
    outcome: OutcomeWord
    certainty: Certainty
    review_policy: PolicyWord | None
    message: str
    citation: str


class OneUnit(Shape):
    """What a screening of one unit decides in each standing, because of which rules, what it needs, and what is open.

    `because` is of the decisions, reviews and open rules too; `not_evaluated` is what could bind the quantity.
    """

    enforced: Decision
    written: Decision
    summary: Decision
    because: list[DecisionReason]
    needs: list[LineRequirement]
    not_evaluated: list[NotEvaluated]


class RemainingLimit(Shape):
    """What is left of a limit that adds up and on which the route draws, by what is on record.

    `used` is the most that may be; null where nothing bounds it. `counted`: whether its standing counts in the answer;
    `units` are how many of the chip fit into what is left.
    """

    account: str
    rule: str
    pack: str
    standing: Standing
    counted: bool
    topic: TopicWord
    citation: str
    holder: str
    key: str
    period: str
    limit: Exact
    used: Exact | None
    left: Exact | None
    unit: str
    units: int | None


class RouteHeadroom(Shape):
    """How many units one authorization leaves; `units` null: nothing binds. `megawatts` is there with an operator.

    `reading` says what `units` means: a limit (`limited`), none that counts was found (`no_limit_found`), something
    that was not evaluated could still bind (`not_known`), or no pack asked about can count (`not_counted`).
    """

    authorization: str
    units: int | None
    binding: BindingRule | None
    next: BindingRule | None
    megawatts: Exact | None = None
    reading: Reading
    one_unit: OneUnit
    left: list[RemainingLimit]


class Headroom(Reply):
    """The headroom of one consignee or operator, by route: without an authorization named, each that the packs know."""

    as_of: Day
    posture: PostureWord
    packs: list[PackReference]
    standings: list[Standing]
    not_counted: list[UncountedPack]
    chip: str
    consignee: str
    country: str
    routes: list[RouteHeadroom]
    assumptions: list[str]

    def json_text(self) -> str:
        """As JSON, indented, ending in a new line, as the command line gives it: `megawatts` only where it is told."""
        unasked = {n: {"megawatts"} for n, one in enumerate(self.routes) if "megawatts" not in one.model_fields_set}
        return self.model_dump_json(indent=2, by_alias=True, exclude={"routes": unasked}) + "\n"

    @property
    def route(self) -> RouteHeadroom:
        """The route asked for; of all routes that of an order which claims no authorization."""
        return next((route for route in self.routes if route.authorization == UNCLAIMED), self.routes[0])

    @property
    def units(self) -> int | None:
        """How many more by that route; `None` where nothing binds."""
        return self.route.units

    @property
    def why(self) -> str:
        """What one more would give, or that nothing binds, with the packs that were not counted."""
        bound = self.route.binding
        if bound is None:
            left_out = "".join(f"; {one.pack} is not counted: {one.why}" for one in self.not_counted)
            open_points = self.route.one_unit.not_evaluated
            unknown = f"; not known, as {open_points[0].reason}" if open_points else ""
            return f"nothing that counts binds up to {MOST_ASKED:,} units{unknown}{left_out}"
        return f"{bound.pack}/{bound.rule} ({bound.certainty}): {bound.message}"


class Amounts(Shape):
    """So many units of the chip, also as megawatts and TPP where those are known; null: no limit found."""

    units: int | None
    megawatts: Exact | None
    tpp: Exact | None


class NextRuleAmounts(Amounts):
    """So much more at home, and the next rule binds instead."""

    rule: str | None


class HomeCapacityEffect(Shape):
    """What one more at home opens there, how much opens the next unit, how much all up to the next rule.

    `next` and `until` are proven by screens with as many and with one less; null: not proven, or no rule follows.
    """

    each: Exact
    next: Amounts | None
    until: NextRuleAmounts | None


class RuleHeadroom(Amounts):
    """How much a rule lets the operator install in the country: `units` whatever the unknown is, `most` at best."""

    rule: str
    pack: str
    subject: FindingSubject
    most: Amounts
    certainty: Certainty
    measure: Exact | None
    limit: Exact | None
    unit: str | None
    message: str
    missing: list[MissingField]
    at_home: HomeCapacityEffect | None


class AmountRange(Shape):
    """An amount from the least to the most that it may be; `high` null: nothing bounds it."""

    value: Exact
    high: Exact | None


class InstalledCapacity(Shape):
    """IT megawatts of sites, and TPP of installed chips of 3A090.a."""

    megawatts: AmountRange
    tpp: AmountRange


class OperatorRow(Amounts):
    """A family of operators by its ultimate parent; `candidates`: who that may be where it is not determined."""

    operator: str
    candidates: list[str]
    headquarters: str | None
    home: InstalledCapacity
    abroad: InstalledCapacity
    there: InstalledCapacity
    authorization: str
    certainty: Certainty | None
    binding: str | None
    share: Exact | None
    rooms: list[RuleHeadroom]


class OperatorTable(Reply):
    """Who can still build how much in a country: the operators with the most room first."""

    as_of: Day
    posture: PostureWord
    packs: list[PackReference]
    standings: list[Standing]
    not_counted: list[UncountedPack]
    chip: str
    country: str
    authorization: str | None
    operators: list[OperatorRow]


def schema_of(title: str, shape: Any) -> dict[str, Any]:
    """The JSON Schema of an answer of this shape, or of one of several."""
    return document(title.lower(), {"title": title, **TypeAdapter(shape).json_schema(mode="serialization")})


def headroom_schema() -> dict[str, Any]:
    """The JSON Schema of both shapes."""
    return schema_of("Headroom", Headroom | OperatorTable)
