"""What stands in rule files: parameters, measures, rules, routes, policies and packs, as strict models.

Adding a rule means adding YAML of these shapes, with its source and its cases beside it; no Python is written.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from compliance import units
from compliance.rulebook import language
from compliance.rulebook.conditions import Condition

Outcome = Literal["violation", "license_required", "review"]
ReviewPolicy = Literal["presumption_of_approval", "case_by_case", "presumption_of_denial", "policy_of_denial"]
Confidence = Literal["verified", "secondary", "memory", "design"]
Unit = Literal["TPP", "accelerators", "operations", "MW", "percent", "parties", "lines", "days", "date", "word"]
Topic = Literal[
    "chip_control", "country_allocation", "small_order", "capacity_share", "installed_base", "weight_export",
    "training_oversight", "synthetic_data", "workload_visibility", "embargoed_parent", "destination_license",
    "license_exception", "review_policy", "named_party", "ownership", "control", "split_evasion", "shell_company",
    "diversion", "reporting",
]  # fmt: skip


def _condition(node: object) -> Condition:
    try:
        return language.condition(node)
    except language.LanguageError as wrong:
        raise PydanticCustomError("condition", "{text}", {"text": str(wrong), "line": wrong.line}) from None


def _day(node: object) -> date:
    return units.day(str(node))


def _true(node: object) -> bool:
    if str(node) not in ("true", "false"):
        raise ValueError(f"`{node}` is neither true nor false")
    return str(node) == "true"


Asked = Annotated[Condition, BeforeValidator(_condition)]
Day = Annotated[date, BeforeValidator(_day)]
Switch = Annotated[bool, BeforeValidator(_true)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Citation = Annotated[str, Field(min_length=3)]


class Written(BaseModel):
    """Anything that a person writes in a rule file."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class DatedValue(Written):
    """The value of a parameter from a day on, with where it comes from and how well that was seen."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    value: str
    citation: Citation
    confidence: Confidence
    note: str = ""


class Factor(Written):
    """A multiplication of a parameter where a condition holds, such as a doubled allocation."""

    factor: Annotated[Fraction, BeforeValidator(lambda text: units.exact(str(text)))]
    when: Asked
    citation: Citation
    confidence: Confidence


class Parameter(Written):
    """A limit, window, share or choice of a rule, as dated values with sources."""

    text: str
    unit: Unit
    values: Annotated[tuple[DatedValue, ...], Field(min_length=1)]
    times: tuple[Factor, ...] = ()
    one_of: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _readable(self) -> Parameter:
        for value in self.values:
            self.number(value.value)
        return self

    def number(self, text: str) -> Fraction | date | str:
        """The value as its unit says: a number, a day or a word."""
        if self.unit == "date":
            return units.day(text)
        if self.unit == "word":
            if self.one_of and text not in self.one_of:
                raise ValueError(f"`{text}` is not one of {', '.join(self.one_of)}")
            return text
        return units.exact(text)


class Choice(Written):
    """One of several words, picked by a parameter of unit `word`."""

    choose: Annotated[str, Field(pattern=r"^\$[a-z][a-z0-9_]*$")]
    among: dict[str, str]


Chosen = str | Choice


class Keys(Written):
    """What a total is kept for: its holder, a second key, and a period."""

    id: Chosen
    key: Chosen | None = None
    period: str | None = None


class Derived(Written):
    """A field of a table made from others: the value of the first case that holds."""

    first: Annotated[tuple[Case, ...], Field(min_length=1)]


class Case(Written):
    when: Asked | None = None
    value: str


class Measure(Written):
    """What to add up: of which table, which rows, for whom. Compiles to one columnar plan."""

    text: str
    unit: Unit
    of: Name | None = None
    where: Asked | None = None
    sum: Chosen | tuple[str, ...] | None = None
    count: str | None = None
    by: Keys | None = None
    flags: dict[Name, Asked] = {}
    members: str | None = None
    before_last: Switch = False
    rolling_days: Annotated[int | None, BeforeValidator(lambda text: units.whole(str(text)))] = None
    part: Chosen | None = None
    whole: Chosen | None = None
    to: Chosen | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Measure:
        if self.part is not None:
            if (self.whole is None) == (self.to is None) or self.of is not None:
                raise ValueError("a ratio has `part` and one of `whole` (of which it is a part) or `to`")
        elif self.of is None or self.by is None or (self.sum is None) == (self.count is None):
            raise ValueError("a measure has `of`, `by` and one of `sum` or `count`, or it is a ratio with `part`")
        return self


class Remedy(Written):
    """A change that cures: `remove` units from the last lines or holdings, or `add` capacity at a place."""

    action: Literal["remove", "add"]
    place: str | None = None
    text: str


class Then(Written):
    outcome: Outcome
    message: str
    review_policy: ReviewPolicy | None = None
    flags: tuple[Name, ...] = ()
    remedy: tuple[Remedy, ...] = ()


class Subject(Written):
    """Whom a finding is about; `id` and `key` are paths of the row (a total has its own)."""

    kind: str
    id: str | None = None
    key: str | None = None


class Rule(Written):
    """One rule: named clauses over the rows of a table or over a measure, what follows, and its source.

    Rules that are `part_of` one share its name in answers: a finding that moves between them is the same finding.
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
    assumes: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The rule as answers name it."""
        return self.part_of or self.id


class Requirement(Written):
    """A license requirement on the rows of a table."""

    text: str
    citation: Citation
    confidence: Confidence
    of: Name = "lines"
    when: Asked


class Route(Written):
    """A license exception or validated end user: open to a row whose every condition is met."""

    title: str
    kind: str = ""
    citation: Citation
    confidence: Confidence
    of: tuple[Name, ...] = ("lines",)
    conditions: Annotated[dict[str, Asked], Field(min_length=1)]


class Policy(Written):
    """The review policy of a license application; the first that holds applies."""

    policy: ReviewPolicy
    citation: Citation
    confidence: Confidence
    of: Name = "lines"
    when: Asked | None = None


class NotEncoded(Written):
    """A clause of the law that the pack does not encode; every answer repeats it."""

    clause: str
    citation: str = ""
    why: str = ""


FieldDefinition = Annotated[Condition | Derived | str, BeforeValidator(lambda node: _field(node))]


def _field(node: object) -> Condition | Derived | str:
    """A field of the pack's own: another name for a path, a pick among paths, or a condition."""
    if isinstance(node, str):
        return str(node)
    if isinstance(node, dict) and set(node) == {"first"}:
        return Derived.model_validate(node)
    return _condition(node)


class Definitions(Written):
    """Shared by the rules of a pack: parameters, derived fields by table, measures, requirements, routes, policies."""

    parameters: dict[str, Parameter] = {}
    fields: dict[Name, dict[Name, FieldDefinition]] = {}
    measures: dict[Name, Measure] = {}
    requirements: dict[Name, Requirement] = {}
    routes: dict[Name, Route] = {}
    review_policies: tuple[Policy, ...] = ()


Derived.model_rebuild()


def slug(text: str) -> str:
    """The id of a clause, from its words."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
