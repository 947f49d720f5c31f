"""The answer to an audit or a screening: one JSON shape for the command line, the library and any service.

Values are decimal strings or `n/d`; lists are sorted; the same inputs give the same bytes (contracts 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, PlainSerializer, WrapValidator

from compliance.answers import closed_words as words
from compliance.answers.deferred_parts import LazyParts, keep_deferred, list_in_full
from compliance.rulebook.legal_standing import STANDINGS, Standing
from compliance.versions import SCHEMA_VERSION
from compliance.world.schema.field_values import WHOLE
from compliance.world.schema.schema_words import Day, Exact, document

KEEP = WrapValidator(keep_deferred)
"""Has parts that are made when they are asked for stay as they are."""
Certainty = Literal["definite", "possible"]
Effect = Literal["new", "worsened", "unchanged", "eased"]
OUTCOMES = ("violation", "license_required", "review")
Decision = Literal["prohibited", "license_required", "review", "unknown", "nothing_found"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
"""The strictest first."""


class AnswerModel(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class LegalState(AnswerModel):
    """A state of a pack in law from a day on: what its text says, and what the authority applied where that differs.

    `enforced` is the state as enforced, `unconfirmed` where it is not known whether the text is applied.
    """

    since: Day | None
    state: words.StateWord
    enforced: words.EnforcedWord
    citation: str
    confidence: words.ConfidenceWord
    note: str = ""


class PackStatus(AnswerModel):
    """A pack, its state on the day, and how that came about."""

    id: str
    version: str
    sha256: str
    force: words.StateOnDate
    history: list[LegalState] = []


class WorldDigest(AnswerModel):
    sha256: str


class FindingSubject(AnswerModel):
    """Whom a finding is about: the holder of a limit, a line, a service, a model; with its second key and period."""

    kind: str
    id: str
    key: str | None = None
    period: str | None = None


class LegalForce(AnswerModel):
    """The standing in law of a finding on its day; `enforced` as in a `LegalState`, where it is told."""

    state: words.StateWord
    since: Day | None
    citation: str
    enforced: words.EnforcedWord | None = None


class Quantity(AnswerModel):
    """A measured value, and the most that it may be: the same where it is known, `null` where nothing bounds it."""

    value: Exact
    unit: str
    high: Exact | None = None


class Limit(AnswerModel):
    value: Exact
    unit: str
    inclusive: bool
    source: str


class Clause(AnswerModel):
    """A clause, whether it holds (`null`: not known), and for numbers by how much."""

    id: str
    text: str
    holds: bool | None
    value: Exact | None = None
    limit: Exact | None = None
    distance: Exact | None = None


class PathStep(AnswerModel):
    owner: str | None
    owned: str
    percent: str


class EvidenceRow(AnswerModel):
    table: words.TableWord
    id: str
    file: str
    line: int


class Evidence(AnswerModel):
    """The rows that were added up, sorted; `count` counts them all where only the first are listed."""

    rows: Annotated[Sequence[EvidenceRow], KEEP, PlainSerializer(list_in_full, list[EvidenceRow])]
    count: int


class FindingRemedy(AnswerModel):
    """The smallest change that cures, proven by evaluating again with it and with one unit less."""

    text: str
    action: str
    quantity: Exact
    unit: str


class MissingField(AnswerModel):
    table: str
    id: str
    field: str
    settles: str


class Finding(AnswerModel):
    """What a rule says of a subject, with all that it rests on."""

    rule: str
    pack: str
    topic: words.TopicWord
    subject: FindingSubject
    outcome: words.OutcomeWord
    review_policy: words.PolicyWord | None
    certainty: Certainty
    posture: list[words.OnePosture]
    standing: Standing
    force: LegalForce
    measure: Quantity | None
    limit: Limit | None
    message: str
    clauses: list[Clause]
    path: Annotated[Sequence[PathStep], KEEP, PlainSerializer(list_in_full, list[PathStep])]
    evidence: Evidence
    citations: list[str]
    flags: list[str]
    confidence: words.ConfidenceWord
    remedy: Annotated[Sequence[FindingRemedy], KEEP, PlainSerializer(list_in_full, list[FindingRemedy])]
    missing: Annotated[Sequence[MissingField], KEEP, PlainSerializer(list_in_full, list[MissingField])]
    effect: Effect | None = None
    before: Quantity | None = None
    after: Quantity | None = None
    due: Day | None = None


class RouteCondition(AnswerModel):
    text: str
    met: bool | None


class LicenseRoute(AnswerModel):
    kind: str
    title: str
    available: bool | None
    claimed: bool
    citation: str
    conditions: list[RouteCondition]


class Determination(AnswerModel):
    """What is required of one line, which routes are open to it, and how an application would be reviewed."""

    table: words.TableWord
    id: str
    pack: str
    posture: words.PostureWord
    requirements: list[str]
    routes: list[LicenseRoute]
    review_policy: words.PolicyWord | None


class NotEvaluated(AnswerModel):
    """What could not be evaluated and why, with what would settle it, and in which standings it could decide."""

    rule: str
    reason: str
    missing: list[MissingField] = []
    standings: list[Standing] = list(STANDINGS)


class DecisionReason(AnswerModel):
    """A rule that leads to a decision in a standing; `rule` is empty where something could not be evaluated."""

    rule: str
    pack: str
    standing: Standing
    decision: Decision


class DecisionByStanding(AnswerModel):
    """What may be done with a line of an order, with an order (`id` is `*`) or with a world, in each standing.

    `unknown` also stands where no rule of a standing was asked. `next` says in plain words what to do.
    """

    table: str
    id: str
    enforced: Decision
    written: Decision
    summary: Decision
    because: list[DecisionReason]
    next: Annotated[Sequence[str], KEEP, PlainSerializer(list_in_full, list[str])]


class NotEncodedClause(AnswerModel):
    pack: str
    clause: str


ALL = WHOLE
"""The id of an order, or a world, as a whole."""
_MADE_ONE_BY_ONE = ("findings", "determinations")
"""The fields of an answer that may be made when they are asked for, in their order."""


class Answer(AnswerModel):
    """What is said of a world, or of an order: decisions, findings, routes, and what was left open."""

    schema_version: str = SCHEMA_VERSION
    as_of: Day
    posture: words.PostureWord
    packs: list[PackStatus]
    world: WorldDigest
    assumptions: list[str]
    decisions: list[DecisionByStanding]
    findings: Annotated[Sequence[Finding], KEEP, PlainSerializer(list_in_full, list[Finding])]
    determinations: Annotated[
        Sequence[Determination],
        KEEP,
        PlainSerializer(list_in_full, list[Determination]),
    ]
    flags: list[str]
    not_evaluated: list[NotEvaluated]
    not_encoded: list[NotEncodedClause]

    @property
    def decision(self) -> DecisionByStanding:
        """The decision about the order as a whole, of an audit that about the world."""
        return next(one for one in self.decisions if one.id == ALL)

    def json_text(self) -> str:
        """Canonical JSON, indented, ending in a new line."""
        return "".join(self.json_parts())

    def json_parts(self) -> Iterator[str]:
        """The same in pieces: of many findings and determinations one is written after the other."""
        made = [name for name in _MADE_ONE_BY_ONE if isinstance(getattr(self, name), LazyParts)]
        rest = self.model_copy(update={name: [] for name in made}).model_dump_json(indent=2)
        for name in made:
            before, mark, rest = rest.partition(f'"{name}": []')
            yield before
            found: LazyParts[Any] = getattr(self, name)
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
