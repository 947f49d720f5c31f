"""Counts findings by kind, for summaries and the exit status."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from compliance.answers.answer import OUTCOMES, Answer, Finding, NotEvaluated
from compliance.answers.deferred_parts import LazyParts
from compliance.errors import UsageError
from compliance.rulebook.force import UNCONFIRMED
from compliance.rulebook.legal_standing import Standing

RuleKey = tuple[str, str]
"""A rule by its pack and name."""
PAPERS = "reporting"
"""The topic of certifications, notices and reports that fall due, which limit no quantity [contracts 6]."""
EASED = "eased"
"""The effect of an order on a finding that it makes less, or cures: such a finding counts for nothing."""


class Head(NamedTuple):
    """What is counted of findings: those alike in it are one kind."""

    pack: str
    rule: str
    outcome: str
    certainty: str
    posture: tuple[str, ...]
    standing: Standing
    enforced: str | None
    effect: str | None = None


def head_of(finding: Finding) -> Head:
    """What is counted of a finding."""
    kind = finding.pack, finding.rule, finding.outcome, finding.certainty, tuple(finding.posture), finding.standing
    return Head(*kind, finding.force.enforced, finding.effect)


class FindingsMadeWhenAsked(LazyParts[Finding]):
    """Findings of which what is counted is known without making them."""

    @abstractmethod
    def heads(self) -> list[tuple[Head, int]]:
        """What is counted of the findings, with how many are alike in it."""

    @abstractmethod
    def flags(self) -> set[str]:
        """The flags of all findings."""


def heads(findings: Sequence[Finding]) -> list[tuple[Head, int]]:
    """What is counted of findings, with how many are alike in it."""
    if isinstance(findings, FindingsMadeWhenAsked):
        return findings.heads()
    return list(Counter(map(head_of, findings)).items())


def rules_of(kinds: Iterable[tuple[Head, int]]) -> frozenset[RuleKey]:
    """The rules that findings of these kinds are of."""
    return frozenset((head.pack, head.rule) for head, _ in kinds)


def flags_in(findings: Sequence[Finding]) -> set[str]:
    """The flags of findings."""
    if isinstance(findings, FindingsMadeWhenAsked):
        return findings.flags()
    return {flag for finding in findings for flag in finding.flags}


def require_outcome(word: str) -> None:
    """Raises `UsageError` for an outcome that is none."""
    if word not in OUTCOMES:
        raise UsageError(f"`{word}` is no outcome; one of {', '.join(OUTCOMES)}")


def exit_status(answer: Answer, fail_on: str = OUTCOMES[-1], named: Collection[str] = ()) -> int:
    """1 if a definite finding is at or over `fail_on`, else 3 if a possible one or a gap could be, else 0.

    Findings of standing `enforced` count, in posture `as-written` those of `written` too; those of packs that are not
    law only where they were `named` (contracts 6). One of which it is not confirmed that it is enforced is possible.
    """
    require_outcome(fail_on)
    reach = OUTCOMES[: OUTCOMES.index(fail_on) + 1]
    kinds = [kind for kind, _ in heads(answer.findings) if kind.outcome in reach and kind.effect != EASED]
    counted = [kind for kind in kinds if counts(kind, answer.posture, named)]
    confirmed = [kind for kind in counted if answer.posture != "both" or kind.enforced != UNCONFIRMED]
    if any(kind.certainty == "definite" for kind in confirmed):
        return 1
    return 3 if counted or gaps_within(answer, fail_on, named) else 0


def gaps_within(answer: Answer, fail_on: str, named: Collection[str]) -> list[NotEvaluated]:
    """What was not evaluated, counts, and could give an outcome at or over `fail_on`."""
    # a rule that was left open is one whose outcome is the last; a line that was left out may give any
    asked = counted_standings(answer.posture, named)
    left = [one for one in answer.not_evaluated if not one.rule or fail_on == OUTCOMES[-1]]
    return [one for one in left if not asked.isdisjoint(one.standings)]


def counted_standings(posture: str, named: Collection[str]) -> set[Standing]:
    """The standings that count for the exit status in a posture; `named` packs that are not law count."""
    found: set[Standing] = {"enforced"}
    if posture == "as-written":
        found.add("written")
    if named:
        found.add("summary")
    return found


def counts(finding: Finding | Head, posture: str, named: Collection[str]) -> bool:
    """Whether a finding counts for the exit status in this posture."""
    if finding.standing == "summary":
        return finding.pack in named
    return finding.standing in counted_standings(posture, ())
