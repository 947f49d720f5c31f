"""The answer to an audit or a screening: one JSON shape for the command line, the library and any service.

Values are decimal strings or `n/d`; lists are sorted; the same inputs give the same bytes (contracts 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, PlainSerializer, WrapValidator

from compliance.answers import closed_words as words
from compliance.answers.deferred_parts import MadeWhenAsked, keep_deferred, list_in_full
from compliance.rulebook.legal_standing import STANDINGS, Standing
from compliance.versions import SCHEMA_VERSION
from compliance.world.schema.schema_words import Day, Exact, document

KEEP = WrapValidator(keep_deferred)
"""Has parts that are made when they are asked for stay as they are."""
Certainty = Literal["definite", "possible"]
Effect = Literal["new", "worsened", "unchanged", "eased"]
OUTCOMES = ("violation", "license_required", "review")
Decision = Literal["prohibited", "license_required", "review", "unknown", "nothing_found"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
"""The strictest first."""


class Said(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class StandingSaid(Said):
    """A state of a pack in law from a day on: what its text says, and what the authority applied where that differs.

    `enforced` is the state as enforced, `unconfirmed` where it is not known whether the text is applied.
    """

    since: Day | None
    state: words.StateSaid
    enforced: words.EnforcedSaid
    citation: str
    confidence: words.ConfidenceSaid
    note: str = ""


class PackSaid(Said):
    """A pack, its state on the day, and how that came about."""

    id: str
    version: str
    sha256: str
    force: words.OnDay
    history: list[StandingSaid] = []


class WorldSaid(Said):
    sha256: str


class SubjectSaid(Said):
    """Whom a finding is about: the holder of a limit, a line, a service, a model; with its second key and period."""

    kind: str
    id: str
    key: str | None = None
    period: str | None = None


class ForceSaid(Said):
    """The standing in law of a finding on its day; `enforced` as in a `StandingSaid`, where it is told."""

    state: words.StateSaid
    since: Day | None
    citation: str
    enforced: words.EnforcedSaid | None = None


class Quantity(Said):
    """A measured value, and the most that it may be: the same where it is known, `null` where nothing bounds it."""

    value: Exact
    unit: str
    high: Exact | None = None


class LimitSaid(Said):
    value: Exact
    unit: str
    inclusive: bool
    source: str


class ClauseSaid(Said):
    """A clause, whether it holds (`null`: not known), and for numbers by how much."""

    id: str
    text: str
    holds: bool | None
    value: Exact | None = None
    limit: Exact | None = None
    distance: Exact | None = None


class PathStep(Said):
    owner: str | None
    owned: str
    percent: str


class RowSaid(Said):
    table: words.TableSaid
    id: str
    file: str
    line: int


class Evidence(Said):
    """The rows that were added up, sorted; `count` counts them all where only the first are listed."""

    rows: Annotated[Sequence[RowSaid], KEEP, PlainSerializer(list_in_full, list[RowSaid])]
    count: int


class RemedySaid(Said):
    """The smallest change that cures, proven by evaluating again with it and with one unit less."""

    text: str
    action: str
    quantity: Exact
    unit: str


class MissingSaid(Said):
    table: str
    id: str
    field: str
    settles: str


class FindingSaid(Said):
    """What a rule says of a subject, with all that it rests on."""

    rule: str
    pack: str
    topic: words.TopicSaid
    subject: SubjectSaid
    outcome: words.OutcomeSaid
    review_policy: words.PolicySaid | None
    certainty: Certainty
    posture: list[words.OnePosture]
    standing: Standing
    force: ForceSaid
    measure: Quantity | None
    limit: LimitSaid | None
    message: str
    clauses: list[ClauseSaid]
    path: Annotated[Sequence[PathStep], KEEP, PlainSerializer(list_in_full, list[PathStep])]
    evidence: Evidence
    citations: list[str]
    flags: list[str]
    confidence: words.ConfidenceSaid
    remedy: Annotated[Sequence[RemedySaid], KEEP, PlainSerializer(list_in_full, list[RemedySaid])]
    missing: Annotated[Sequence[MissingSaid], KEEP, PlainSerializer(list_in_full, list[MissingSaid])]
    effect: Effect | None = None
    before: Quantity | None = None
    after: Quantity | None = None
    due: Day | None = None


class ConditionSaid(Said):
    text: str
    met: bool | None


class RouteSaid(Said):
    kind: str
    title: str
    available: bool | None
    claimed: bool
    citation: str
    conditions: list[ConditionSaid]


class DeterminationSaid(Said):
    """What is required of one line, which routes are open to it, and how an application would be reviewed."""

    table: words.TableSaid
    id: str
    pack: str
    posture: words.PostureSaid
    requirements: list[str]
    routes: list[RouteSaid]
    review_policy: words.PolicySaid | None


class NotEvaluated(Said):
    """What could not be evaluated and why, with what would settle it, and in which standings it could decide."""

    rule: str
    reason: str
    missing: list[MissingSaid] = []
    standings: list[Standing] = list(STANDINGS)


class ReasonSaid(Said):
    """A rule that leads to a decision in a standing; `rule` is empty where something could not be evaluated."""

    rule: str
    pack: str
    standing: Standing
    decision: Decision


class DecisionSaid(Said):
    """What may be done with a line of an order, with an order (`id` is `*`) or with a world, in each standing.

    `unknown` also stands where no rule of a standing was asked. `next` says in plain words what to do.
    """

    table: str
    id: str
    enforced: Decision
    written: Decision
    summary: Decision
    because: list[ReasonSaid]
    next: list[str]


class NotEncodedSaid(Said):
    pack: str
    clause: str


ALL = "*"
"""The id of an order, or a world, as a whole."""
_MADE_ONE_BY_ONE = ("findings", "determinations")
"""The fields of an answer that may be made when they are asked for, in their order."""


class Answer(Said):
    """What is said of a world, or of an order: decisions, findings, routes, and what was left open."""

    schema_version: str = SCHEMA_VERSION
    as_of: Day
    posture: words.PostureSaid
    packs: list[PackSaid]
    world: WorldSaid
    assumptions: list[str]
    decisions: list[DecisionSaid]
    findings: Annotated[Sequence[FindingSaid], KEEP, PlainSerializer(list_in_full, list[FindingSaid])]
    determinations: Annotated[
        Sequence[DeterminationSaid],
        KEEP,
        PlainSerializer(list_in_full, list[DeterminationSaid]),
    ]
    flags: list[str]
    not_evaluated: list[NotEvaluated]
    not_encoded: list[NotEncodedSaid]

    @property
    def decision(self) -> DecisionSaid:
        """The decision about the order as a whole, of an audit that about the world."""
        return next(one for one in self.decisions if one.id == ALL)

    def json_text(self) -> str:
        """Canonical JSON, indented, ending in a new line."""
        return "".join(self.json_parts())

    def json_parts(self) -> Iterator[str]:
        """The same in pieces: of many findings and determinations one is written after the other."""
        made = [name for name in _MADE_ONE_BY_ONE if isinstance(getattr(self, name), MadeWhenAsked)]
        rest = self.model_copy(update={name: [] for name in made}).model_dump_json(indent=2)
        for name in made:
            before, mark, rest = rest.partition(f'"{name}": []')
            yield before
            found: MadeWhenAsked[Any] = getattr(self, name)
            if not found:
                yield mark
                continue
            yield mark[:-1]
            for number, item in enumerate(found.json_items()):
                yield (",\n" if number else "\n") + item
            yield "\n  ]"
        yield rest + "\n"


def answer_schema() -> dict[str, Any]:
    """The JSON Schema of an answer."""
    return document("answer", Answer.model_json_schema(mode="serialization"))
