"""The shapes of the JSON of `own`, `chips`, `diff` and `patterns` [contracts 6 and 7]."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from compliance.answers.answer import Finding, LegalForce, NotEvaluated, Quantity
from compliance.answers.closed_words import ConfidenceWord, PostureWord
from compliance.answers.headroom_answer import PackReference, Reply, Shape, schema_of
from compliance.ownership.capture.verdict import UNDISCLOSED
from compliance.world.schema.reviewed_signs import Pattern
from compliance.world.schema.schema_words import Day, Exact, one_of

# ---- own


class DecidingUnknown(Shape):
    """A stake that is not known, and how many verdicts it would settle; null: not counted."""

    owner: str | None
    owned: str
    settles: int | None


class CaptureVerdict(Shape):
    """What a capture test says of a party; `low` and `high` in percent; `applies` joins it with the force."""

    verdict: Literal["captured", "not_captured", "undetermined"]
    limb: Literal["listed", "ownership", "control"] | None
    low: Exact
    high: Exact
    low_open: bool
    high_open: bool
    applies: bool | None


class PathLink(Shape):
    """A link of a path; `percent` null: control by other means, or a holder of whom nothing is disclosed."""

    owner: str
    owned: str
    percent: str | None


class ExplainedVerdict(CaptureVerdict):
    """The verdict of a party with what it rests on.

    Where the path is too long, `path_left_out` links of it at least are not told, after the first.
    """

    force: LegalForce
    flags: list[str]
    path: list[PathLink]
    path_left_out: int = 0
    deciding_unknowns: list[DecidingUnknown]


class UltimateParent(Shape):
    """The ultimate parent of a party."""

    verdict: Literal["determined", "undetermined"]
    parent: str | None
    headquarters: str | None
    candidates: list[str]
    flags: list[str]


class EffectiveShare(Shape):
    """A share as a fraction of one; `share` null: only its bounds are known."""

    share: Exact | None
    low: Exact
    high: Exact
    flags: list[str]


class BeneficialOwner(Shape):
    """Who stands behind a party with a share over the threshold, for certain or on some completion."""

    owner: str
    kind: str
    certain: bool
    share: Exact | None
    low: Exact
    high: Exact


class BeneficialOwnership(Shape):
    """Those behind a party, and the part of it of which nobody is known."""

    owners: list[BeneficialOwner]
    untraced: Exact
    flags: list[str]


class _Own(Reply):
    test: str
    as_of: Day
    undisclosed: Annotated[str, one_of(*UNDISCLOSED)]


class OwnCaptures(_Own):
    """A capture test by party."""

    posture: PostureWord
    parties: dict[str, ExplainedVerdict]


class OwnParents(_Own):
    """Ultimate parents by party."""

    parties: dict[str, UltimateParent]


class OwnShares(_Own):
    """The shares of one owner by party."""

    owner: str
    parties: dict[str, EffectiveShare]


class OwnBeneficial(_Own):
    """Beneficial owners by party."""

    threshold: str
    parties: dict[str, BeneficialOwnership]


# ---- chips


class ChipFigures(Shape):
    """The figures of a chip on the day; null: not known."""

    tpp: Exact | None
    performance_density: Exact | None
    zone: Annotated[str, one_of("a", "b", "none")] | None
    basis: str | None
    routes: list[str]
    data_center: bool | None
    confidence: ConfidenceWord
    notes: list[str]


class ChipsAnswer(Reply):
    """Chips by the name that was asked."""

    as_of: Day
    chips: dict[str, ChipFigures]


# ---- diff


class DiffSide(Shape):
    """One side of a comparison."""

    packs: list[PackReference]
    as_of: Day
    posture: PostureWord


class FindingChange(Shape):
    """The same finding on both sides."""

    before: Finding
    after: Finding


class Changes(Shape):
    """Findings that one side has and the other not, or has otherwise."""

    appear: list[Finding]
    go: list[Finding]
    change: list[FindingChange]


class RecurringDealChanges(Changes):
    """The same for one unit of each kind of dealing on record, done again on each day."""

    dealings: int


class LawChange(Shape):
    """What of the law is another on the second day."""

    pack: str | None
    rule: str | None
    kind: Literal["force", "parameter", "date", "list"]
    name: str
    before: str
    after: str
    citation: str
    confidence: ConfidenceWord
    note: str


class PartyChange(Shape):
    """A party of which a capture test says another thing, or counts on one side only."""

    party: str
    pack: str
    test: str
    flags: list[str]
    path: list[PathLink]
    before: CaptureVerdict
    after: CaptureVerdict


class DiffAnswer(Changes, Reply):
    """What changes from one side to the other."""

    from_: DiffSide = Field(alias="from")
    to: DiffSide
    law: list[LawChange]
    parties: list[PartyChange]
    repeated: RecurringDealChanges | None
    not_evaluated: list[NotEvaluated]


# ---- patterns


class EvidenceItem(Shape):
    """A part of the evidence in bits."""

    what: str
    bits: Exact


class GroupLink(Shape):
    """What two parties share (`value`), or what leads from one to the other; `weight` in bits."""

    kind: str
    a: str
    b: str
    weight: Exact
    detail: str
    value: str | None


class PatternGroup(Shape):
    """A pattern found, for a person to weigh; `score` in bits over even odds."""

    pattern: Annotated[str, one_of(*get_args(Pattern))]
    outcome: Literal["review"]
    members: list[str]
    orders: list[str]
    score: Exact
    probability: str
    evidence: list[EvidenceItem]
    links: list[GroupLink]
    total: Quantity
    limit: Quantity
    period: str
    message: str
    flags: list[str]


class PatternsAnswer(Reply):
    """The patterns of a world, the strongest evidence first; `flags` are those of all groups."""

    as_of: Day
    groups: list[PatternGroup]
    flags: list[str]
    assumptions: list[str]


def own_schema() -> dict[str, Any]:
    """The JSON Schema of all that `own` answers."""
    return schema_of("Own", OwnCaptures | OwnParents | OwnShares | OwnBeneficial)


def chips_schema() -> dict[str, Any]:
    """The JSON Schema of `chips`."""
    return schema_of("Chips", ChipsAnswer)


def diff_schema() -> dict[str, Any]:
    """The JSON Schema of `diff`."""
    return schema_of("Diff", DiffAnswer)


def patterns_schema() -> dict[str, Any]:
    """The JSON Schema of `patterns`."""
    return schema_of("Patterns", PatternsAnswer)
