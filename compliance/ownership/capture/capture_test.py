"""What a test of ownership asks, as packs define it: lists, threshold, limbs and flags.

No test is written in Python.

In `pack.yaml` under `capture`, one entry a test:

    ofac:
      title: ...
      lists: [{list: SDN}]                       # with `programs`, only listings under one of them count
      threshold: [{percent: 50, inclusive: true}]   # dated by `from`; the last that has begun applies
      aggregate: true                            # false: each listed person alone
      joint: [joint_arrangement]                 # without aggregation: ties that make several parties one person
      interests: {capture: [shares]}             # stakes in votes are influence then, and capture nothing
      controls: {means: [board_majority]}        # means that capture beside ownership
      foreign_only: true                         # companies of `home` are not captured and pass ownership on
      home: US
      flags: {listed_owner: {when: [owner]}}     # what is said beside the verdict, and when

`rules/shared/parent.yaml` has one `ParentTest`: what is said beside the answer to who the ultimate parent is.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from compliance.ownership.stake_bounds import WHOLE, Bar
from compliance.units import FIRST_DAY
from compliance.world.io import rule_file
from compliance.world.io.rule_file import Amount, Cited, Confidence, Count, Country, OpenDay, RuleDataModel, Truth
from compliance.world.schema.parties import INTERESTS, Interest, Means, TieKind

Situation = Literal[
    "owner",
    "minority_owner",
    "unknown_share",
    "control",
    "role",
    "overlap",
    "tie",
    "proxy",
    "former_owner",
    "home_affiliate",
    "formerly_captured",
    "transfer",
    "sister",
    "owner_at_majority",
]
"""When a flag is raised about a company; the test says of whom (listed parties, or listed countries).

- `owner`: one of them, or a company captured by them, holds a stake
- `minority_owner`: such stakes that do not capture (or are no majority), exactly half among them
- `owner_at_majority`: a stake of exactly the bar of the parent test
- `unknown_share`: such an owner's share is not known and could decide, or nothing at all is known of it
- `control`: one of them controls by one of `means`
- `role`: one of them has one of `roles` in the company
- `overlap`: somebody has one of `roles` in the company and in one of them
- `tie`: the party has a tie of one of the kinds `ties` to one of them
- `proxy`: somebody with a tie of one of the kinds `proxy_ties` to one of them, or a company that such parties
  capture, holds a stake, controls by one of `means` or has one of `roles` in the company
- `home_affiliate`: a company of `home` that would be captured if it were foreign
- `former_owner`: one of them held more than `percent` until an earlier day, and holds nothing since
- `formerly_captured`: captured on an earlier day by ownership of parties that are still listed
- `transfer`: a listed owner's stake went to a party with one of `ties`, or for at most `token_usd`, after the
  listing or within `days` before it
- `sister`: it has the parent of a listed party
"""


class ListedOn(RuleDataModel):
    """A list whose parties count; with `programs`, only those listed under one of them.

    An empty program of such a listing is not known, so the party is possibly listed.
    """

    list: str
    programs: tuple[str, ...] = ()
    citation: Cited | None = None
    confidence: Confidence | None = None

    def counts(self, program: str | None) -> bool | None:
        """Whether a listing under this program counts; several programs of one listing are parted by `;`."""
        if not self.programs:
            return True
        if program is None:
            return None
        return any(word.strip() in self.programs for word in program.split(";"))


class Threshold(RuleDataModel):
    """The percentage that captures, from a day on."""

    from_: Annotated[OpenDay, Field(alias="from")] = None
    percent: Amount
    inclusive: Truth
    citation: Cited | None = None
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _of_hundred(self) -> Threshold:
        if not 0 < self.percent <= WHOLE:
            raise ValueError("`percent` must be over 0 and at most 100")
        return self


class ControlLimb(RuleDataModel):
    """The means of control that capture as ownership does."""

    means: tuple[Means, ...]
    citation: Cited | None = None
    confidence: Confidence | None = None


class InterestLimb(RuleDataModel):
    """The interests of which a stake that reaches the threshold captures, each added up apart."""

    capture: Annotated[tuple[Interest, ...], Field(min_length=1)] = INTERESTS
    citation: Cited | None = None
    confidence: Confidence | None = None


class FlagRule(RuleDataModel):
    """When a flag is raised (one of the situations is enough), and what the situations need to know.

    `lists` says whose influence counts, where not that of the test; `countries: true` that of parties of the
    test's `flag_countries` alone; `beside_capture` that nothing is said of a captured company; `of_owners` that it is
    said of a company too whose owner, by what may be the test's percent or more, it is said of.
    """

    when: Annotated[tuple[Situation, ...], Field(min_length=1)]
    lists: tuple[str, ...] = ()
    countries: Truth = False
    beside_capture: Truth = False
    of_owners: Truth = False
    means: tuple[Means, ...] = ()
    roles: tuple[str, ...] = ()
    ties: tuple[TieKind, ...] = ()
    proxy_ties: tuple[TieKind, ...] = ()
    days: Count = 1
    token_usd: Amount = Fraction(0)
    percent: Amount = Fraction(0)
    citation: Cited | None = None
    confidence: Confidence | None = None
    note: str = ""


class CaptureTest(RuleDataModel):
    """Which companies are caught by their owners: one regime's answer, as data."""

    title: str = ""
    lists: Annotated[tuple[ListedOn, ...], Field(min_length=1)]
    threshold: Annotated[tuple[Threshold, ...], Field(min_length=1)]
    aggregate: Truth
    joint: tuple[TieKind, ...] = ()
    interests: InterestLimb = InterestLimb()
    controls: ControlLimb | None = None
    foreign_only: Truth = False
    home: Country | None = None
    flags: dict[str, FlagRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> CaptureTest:
        if self.foreign_only and self.home is None:
            raise ValueError("`foreign_only` needs `home`, the country whose companies are not foreign")
        starts = [threshold.from_ or FIRST_DAY for threshold in self.threshold]
        if len(set(starts)) < len(starts):
            raise ValueError("two thresholds begin on the same day")
        return self

    def bar(self, day: date) -> Bar:
        """The threshold of the day: the last that has begun, the earliest before all of them."""
        in_order = sorted(self.threshold, key=lambda t: t.from_ or FIRST_DAY)
        begun = [t for t in in_order if (t.from_ or FIRST_DAY) <= day]
        now = begun[-1] if begun else in_order[0]
        return Bar(now.percent, now.inclusive)

    def since(self, day: date) -> date:
        """The last day up to this one on which a threshold began; the first of all days where none has."""
        return max((t.from_ for t in self.threshold if t.from_ is not None and t.from_ <= day), default=FIRST_DAY)

    def listed(self, name: str, program: str | None) -> bool | None:
        """Whether a listing on this list under this program counts; `None` where that is not known."""
        answers = [entry.counts(program) for entry in self.lists if entry.list == name]
        return True if True in answers else None if None in answers else False

    @property
    def capturing(self) -> frozenset[str]:
        """The means of control that capture."""
        return frozenset(self.controls.means if self.controls else ())


MAJORITY = WHOLE / 2
"""More than half is what a majority means."""


class ParentTest(RuleDataModel):
    """Who the ultimate parent is: the company that holds over `percent`, or consolidates the accounts.

    `flag_countries` (a list of countries) and `lists` say whose influence is flagged.
    """

    percent: Amount = MAJORITY
    consolidates: tuple[Means, ...] = ("accounting_parent",)
    citation: Cited | None = None
    confidence: Confidence | None = None
    seen: OpenDay = None
    flag_countries: str | None = None
    lists: tuple[str, ...] = ()
    flags: dict[str, FlagRule] = Field(default_factory=dict)


def load_parent_test(path: Path) -> ParentTest:
    """The parent test of a rule file; raises `InputError` with all that is wrong in it."""
    return rule_file.read_as(ParentTest, path)
