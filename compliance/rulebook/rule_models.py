"""What stands in rule files: parameters, measures, rules, routes, policies and packs, as strict models.

Adding a rule means adding YAML of these shapes, with its source and its cases beside it; no Python is written.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from compliance import units
from compliance.rulebook.conditions import Condition
from compliance.rulebook.field_types import (
    Asked,
    Citation,
    Confidence,
    Name,
    Outcome,
    Period,
    ReviewPolicy,
    RuleModel,
    Switch,
    Topic,
    Unit,
    as_condition,
)
from compliance.rulebook.force import ForceEntry
from compliance.rulebook.parameters import Parameter


class Choice(RuleModel):
    """One of several words, picked by a parameter of unit `word`."""

    choose: Annotated[str, Field(pattern=r"^\$[a-z][a-z0-9_]*$")]
    among: dict[str, str]


Chosen = str | Choice


class Keys(RuleModel):
    """What a total is kept for: its holder, a second key, and a period."""

    id: Chosen
    key: Chosen | None = None
    period: Period | None = None


class Plus(RuleModel):
    """A field that is the sum of several amounts of a row."""

    plus: Annotated[tuple[str, ...], Field(min_length=1)]


class Times(RuleModel):
    """A field that is the product of several amounts of a row."""

    times: Annotated[tuple[str, ...], Field(min_length=1)]


class Minus(RuleModel):
    """A field that is one amount of a row less another."""

    minus: Annotated[tuple[str, ...], Field(min_length=2, max_length=2)]


class Days(RuleModel):
    """A field that is the number of days from one date of a row to another."""

    days: Annotated[tuple[str, ...], Field(min_length=2, max_length=2)]


class Greatest(RuleModel):
    """A field that is the greatest of several amounts of a row."""

    greatest: Annotated[tuple[str, ...], Field(min_length=2)]


Sum = Plus | Times | Minus | Days | Greatest
"""A field that is worked out from amounts and dates of its row."""
SUMS: dict[str, type[Sum]] = {"plus": Plus, "times": Times, "minus": Minus, "days": Days, "greatest": Greatest}


class DerivedField(RuleModel):
    """A field of a table made from others: the value of the first case that holds."""

    first: Annotated[tuple[Case, ...], Field(min_length=1)]


class Case(RuleModel):
    when: Asked | None = None
    value: str


class Measure(RuleModel):
    """What to add up: of which table, which rows, for whom. Compiles to one columnar plan."""

    text: str
    unit: Unit
    of: Name | None = None
    where: Asked | None = None
    sum: Chosen | tuple[str, ...] | None = None
    count: str | None = None
    max: str | None = None
    by: Keys | None = None
    flags: dict[Name, Asked] = {}
    members: str | None = None
    before_last: Switch = False
    rolling_days: Annotated[
        int | None,
        BeforeValidator(lambda text: units.whole(str(text))),
        WithJsonSchema({"type": ["string", "integer"]}),
    ] = None
    part: Chosen | None = None
    whole: Chosen | None = None
    to: Chosen | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Measure:
        if self.part is not None:
            if (self.whole is None) == (self.to is None) or self.of is not None:
                raise ValueError("a ratio has `part` and one of `whole` (of which it is a part) or `to`")
        elif self.of is None or self.by is None or [self.sum, self.count, self.max].count(None) != 2:
            raise ValueError(
                "a measure has `of`, `by` and one of `sum`, `count` or `max`, or it is a ratio with `part`"
            )
        return self


class Remedy(RuleModel):
    """A change that cures: `remove` units from the last lines or holdings, or `add` capacity at a place."""

    action: Literal["remove", "add"]
    place: str | None = None
    text: str


class Due(RuleModel):
    """The day by which something is due: so many days after a date of the row."""

    after: str
    days: Annotated[str, Field(pattern=r"^\$[a-z][a-z0-9_]*$")]


class Then(RuleModel):
    """What follows; `flags_where` are flags with the question that raises each beside the finding.

    `review_policy_of` is a path of the row that leads to a review policy. A `license_required` that states neither has
    the first of the pack's review policies that holds of its row. `next` says in plain words what to do about it.
    """

    outcome: Outcome
    message: str
    review_policy: ReviewPolicy | None = None
    review_policy_of: str | None = None
    flags: tuple[Name, ...] = ()
    flags_where: dict[Name, Asked] = {}
    remedy: tuple[Remedy, ...] = ()
    due: Due | None = None
    next: str = ""


class Subject(RuleModel):
    """Whom a finding is about; `id` and `key` are paths of the row (a total has its own).

    `kind` is a word, or several with the question that picks each: the first that is not answered no.
    """

    kind: str | dict[Name, Asked]
    id: str | None = None
    key: str | None = None
    period: str | None = None


class Rule(RuleModel):
    """One rule: named clauses over the rows of a table or over a measure, what follows, and its source.

    Rules that are `part_of` one share its name in answers: a finding that moves between them is the same finding.
    `force` is the rule's own standing in law where it is not that of its pack. Where what it asks is not known, the
    answer says that it possibly holds, or with `where_unknown: not_evaluated` that it was not evaluated.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    topic: Topic
    citation: Citation
    confidence: Confidence
    source: str = ""
    of: Chosen
    subject: Subject
    when: Annotated[dict[str, Asked], Field(min_length=1)]
    unless: dict[str, Asked] = {}
    measure: str | None = None
    part_of: Name | None = None
    then: Then
    parameters: dict[str, Parameter] = {}
    monotone: tuple[Literal["chips", "stakes", "listings"], ...] = ()
    where_unknown: Literal["possible", "not_evaluated"] = "possible"
    force: tuple[ForceEntry, ...] = ()
    assumes: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _open_only_where_mild(self) -> Rule:
        if self.where_unknown == "not_evaluated" and self.then.outcome != "review":
            raise ValueError("`where_unknown: not_evaluated` is for rules whose outcome is `review`")
        return self

    @property
    def name(self) -> str:
        """The rule as answers name it."""
        return self.part_of or self.id


Tables = Annotated[
    tuple[Name, ...],
    BeforeValidator(lambda node: (node,) if isinstance(node, str) else node),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
"""One table, or several whose rows are asked the same."""


class Requirement(RuleModel):
    """A license requirement on the rows of a table."""

    text: str
    citation: Citation
    confidence: Confidence
    of: Tables = ("lines",)
    when: Asked


class Route(RuleModel):
    """A license exception or validated end user: open to a row whose every condition is met."""

    title: str
    kind: str = ""
    citation: Citation
    confidence: Confidence
    of: Tables = ("lines",)
    conditions: Annotated[dict[str, Asked], Field(min_length=1)]


class Policy(RuleModel):
    """The review policy of a license application; the first that holds applies."""

    policy: ReviewPolicy
    citation: Citation
    confidence: Confidence
    of: Tables = ("lines",)
    when: Asked | None = None


class NotEncoded(RuleModel):
    """A clause of the law that the pack does not encode; every answer repeats it."""

    clause: str
    citation: str = ""
    why: str = ""


FieldDefinition = Annotated[
    Condition | DerivedField | Sum | str,
    BeforeValidator(lambda node: _field(node)),
    WithJsonSchema({"type": ["string", "object", "array"], "minProperties": 1}),
]


def _field(node: object) -> Condition | DerivedField | Sum | str:
    """A field of the pack's own: another name for a path, a pick among paths, a sum of amounts, or a condition."""
    if isinstance(node, str):
        return str(node)
    if isinstance(node, dict) and set(node) == {"first"}:
        return DerivedField.model_validate(node)
    if isinstance(node, dict) and len(node) == 1 and (shape := SUMS.get(str(*node))) is not None:
        return shape.model_validate(node)
    return as_condition(node)


class Definitions(RuleModel):
    """Shared by the rules of a pack: parameters, derived fields by table, measures, requirements, routes, policies."""

    parameters: dict[str, Parameter] = {}
    fields: dict[Name, dict[Name, FieldDefinition]] = {}
    measures: dict[Name, Measure] = {}
    requirements: dict[Name, Requirement] = {}
    routes: dict[Name, Route] = {}
    review_policies: tuple[Policy, ...] = ()


DerivedField.model_rebuild()


def slug(text: str) -> str:
    """The id of a clause, from its words."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
