"""The answer to an audit or a screening: one JSON shape for the command line, the library and any service.

Values are decimal strings or `n/d`; lists are sorted; the same inputs give the same bytes (contracts 6).
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, overload

from pydantic import BaseModel, ConfigDict, PlainSerializer, WrapValidator

from compliance.rulebook.force import UNCONFIRMED

SCHEMA_VERSION = "1"
Certainty = Literal["definite", "possible"]
Effect = Literal["new", "worsened", "unchanged", "eased"]
OUTCOMES = ("violation", "license_required", "review")


class Said(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class StandingSaid(Said):
    """A state of a pack in law from a day on: what its text says, and what the authority applied where that differs.

    `enforced` is the state as enforced, `unconfirmed` where it is not known whether the text is applied.
    """

    since: str | None
    state: str
    enforced: str
    citation: str
    confidence: str
    note: str = ""


class PackSaid(Said):
    """A pack, its state on the day, and how that came about."""

    id: str
    version: str
    sha256: str
    force: str
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

    state: str
    since: str | None
    citation: str
    enforced: str | None = None


class Quantity(Said):
    """A measured value, and the most that it may be: the same where it is known, `null` where nothing bounds it."""

    value: str
    unit: str
    high: str | None = None


class LimitSaid(Said):
    value: str
    unit: str
    inclusive: bool
    source: str


class ClauseSaid(Said):
    """A clause, whether it holds (`null`: not known), and for numbers by how much."""

    id: str
    text: str
    holds: bool | None
    value: str | None = None
    limit: str | None = None
    distance: str | None = None


class PathStep(Said):
    owner: str | None
    owned: str
    percent: str


T = TypeVar("T")


def nested_json(one: BaseModel) -> str:
    """A part of an answer as it stands in a list of its indented JSON; only the line ends of JSON itself are seen."""
    return "    " + one.model_dump_json(indent=2).replace("\n", "\n    ")


class MadeWhenAsked(Sequence[T]):
    """Parts of an answer that are made when they are asked for; a copy or a pickle of them is a list."""

    def json_items(self) -> Iterator[str]:
        """Each as it stands in the indented JSON of an answer."""
        for one in self:
            yield nested_json(one)  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[list[T]], tuple[list[T]]]:
        return list, (list(self),)

    def __repr__(self) -> str:
        return repr(list(self))


class Deferred(MadeWhenAsked[T]):
    """Parts that are worked out together, once, when the first of them is asked for."""

    def __init__(self, make: Callable[[], Sequence[T]]) -> None:
        self._make: Callable[[], Sequence[T]] | None = make
        self._parts: Sequence[T] = ()

    @property
    def parts(self) -> Sequence[T]:
        """All of them."""
        make = self._make
        if make is not None:
            self._parts = make()
            self._make = None
        return self._parts

    def __len__(self) -> int:
        return len(self.parts)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        return self.parts[place]


def _as_it_is(value: Any, check: Any) -> Any:
    """What is made when it is asked for is not made to be checked."""
    return value if isinstance(value, MadeWhenAsked) else check(value)


def _in_full(value: Sequence[Any]) -> list[Any]:
    return list(value)


class RowSaid(Said):
    table: str
    id: str
    file: str
    line: int


class Evidence(Said):
    """The rows that were added up, sorted; `count` counts them all where only the first are listed."""

    rows: Annotated[Sequence[RowSaid], WrapValidator(_as_it_is), PlainSerializer(_in_full, list[RowSaid])]
    count: int


class RemedySaid(Said):
    """The smallest change that cures, proven by evaluating again with it and with one unit less."""

    text: str
    action: str
    quantity: str
    unit: str


class MissingSaid(Said):
    table: str
    id: str
    field: str
    settles: str


class FindingSaid(Said):
    rule: str
    pack: str
    topic: str
    subject: SubjectSaid
    outcome: str
    review_policy: str | None
    certainty: Certainty
    posture: list[str]
    force: ForceSaid
    measure: Quantity | None
    limit: LimitSaid | None
    message: str
    clauses: list[ClauseSaid]
    path: Annotated[Sequence[PathStep], WrapValidator(_as_it_is), PlainSerializer(_in_full, list[PathStep])]
    evidence: Evidence
    citations: list[str]
    flags: list[str]
    confidence: str
    remedy: Annotated[Sequence[RemedySaid], WrapValidator(_as_it_is), PlainSerializer(_in_full, list[RemedySaid])]
    missing: Annotated[Sequence[MissingSaid], WrapValidator(_as_it_is), PlainSerializer(_in_full, list[MissingSaid])]
    effect: Effect | None = None
    before: Quantity | None = None
    after: Quantity | None = None
    due: str | None = None


class Head(NamedTuple):
    """What is counted of findings: those alike in it are one kind."""

    pack: str
    rule: str
    outcome: str
    certainty: str
    posture: tuple[str, ...]
    enforced: str | None
    effect: str | None = None


def head_of(finding: FindingSaid) -> Head:
    """What is counted of a finding."""
    kind = finding.pack, finding.rule, finding.outcome, finding.certainty, tuple(finding.posture)
    return Head(*kind, finding.force.enforced, finding.effect)


class FindingsMadeWhenAsked(MadeWhenAsked[FindingSaid]):
    """Findings of which what is counted is known without making them."""

    @abstractmethod
    def heads(self) -> list[tuple[Head, int]]:
        """What is counted of the findings, with how many are alike in it."""

    @abstractmethod
    def flags(self) -> set[str]:
        """The flags of all findings."""


def heads(findings: Sequence[FindingSaid]) -> list[tuple[Head, int]]:
    """What is counted of findings, with how many are alike in it."""
    if isinstance(findings, FindingsMadeWhenAsked):
        return findings.heads()
    return list(Counter(map(head_of, findings)).items())


def flags_in(findings: Sequence[FindingSaid]) -> set[str]:
    """The flags of findings."""
    if isinstance(findings, FindingsMadeWhenAsked):
        return findings.flags()
    return {flag for finding in findings for flag in finding.flags}


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

    table: str
    id: str
    pack: str
    posture: str
    requirements: list[str]
    routes: list[RouteSaid]
    review_policy: str | None


class NotEvaluated(Said):
    rule: str
    reason: str
    missing: list[MissingSaid] = []


class NotEncodedSaid(Said):
    pack: str
    clause: str


_MADE_ONE_BY_ONE = ("findings", "determinations")
"""The fields of an answer that may be made when they are asked for, in their order."""


class Answer(Said):
    schema_version: str = SCHEMA_VERSION
    as_of: str
    posture: str
    packs: list[PackSaid]
    world: WorldSaid
    assumptions: list[str]
    findings: Annotated[Sequence[FindingSaid], WrapValidator(_as_it_is), PlainSerializer(_in_full, list[FindingSaid])]
    determinations: Annotated[
        Sequence[DeterminationSaid], WrapValidator(_as_it_is), PlainSerializer(_in_full, list[DeterminationSaid])
    ]
    flags: list[str]
    not_evaluated: list[NotEvaluated]
    not_encoded: list[NotEncodedSaid]

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
    return Answer.model_json_schema(mode="serialization")


def exit_status(answer: Answer, fail_on: str, not_law: frozenset[str]) -> int:
    """1 if a definite finding is at or over `fail_on`, else 3 if a possible one or a gap could be, else 0.

    With posture `both` only findings as enforced, and those of packs that are not law, count (contracts 6); one of
    which it is not confirmed that it is enforced is possible.
    """
    reach = OUTCOMES[: OUTCOMES.index(fail_on) + 1]
    kinds = [kind for kind, _ in heads(answer.findings) if kind.outcome in reach and kind.effect != "eased"]
    counted = [kind for kind in kinds if counts(kind, answer.posture, not_law)]
    confirmed = [kind for kind in counted if answer.posture != "both" or kind.enforced != UNCONFIRMED]
    if any(kind.certainty == "definite" for kind in confirmed):
        return 1
    # a rule that was left open is one whose outcome is the last; a line that was left out may give any
    left = [one for one in answer.not_evaluated if not one.rule or OUTCOMES[-1] in reach]
    return 3 if counted or left else 0


def counts(finding: FindingSaid | Head, posture: str, not_law: frozenset[str]) -> bool:
    """Whether a finding counts for the exit status in this posture."""
    return posture != "both" or "as-enforced" in finding.posture or finding.pack in not_law
