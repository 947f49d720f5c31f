"""What templates take: plain data, already in the words that people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from compliance.reports.text.lineage_table import RowTable


@dataclass(frozen=True)
class StandingLine:
    """What one standing of the law comes to: its name in words, the decision, and the first reason."""

    name: str
    word: str
    why: str
    decides: bool


@dataclass(frozen=True)
class Banner:
    """The decision about an order, one of its lines or a world: `word` of the contract, what it means, and of whom."""

    word: str
    meaning: str
    about: str
    note: str = ""
    standings: Sequence[StandingLine] = ()
    reasons: Sequence[str] = ()
    owners: Sequence[str] = ()
    next: Sequence[str] = ()


@dataclass(frozen=True)
class LineView:
    """The decision about one line of an order book."""

    id: str
    word: str
    about: str
    why: str
    standings: Sequence[StandingLine] = ()


@dataclass(frozen=True)
class ClauseView:
    """A clause: whether it holds as a sign and in words, its text, its numbers."""

    sign: str
    holds: str
    text: str
    numbers: str = ""


@dataclass(frozen=True)
class FindingView:
    """A finding, or several that say the same of single rows; `anchor` names it within a page."""

    number: int
    anchor: str
    count: int
    outcome: str
    certainty: str
    effect: str
    title: str
    about: str
    message: str
    facts: Sequence[tuple[str, Sequence[str]]]
    """What is measured, missing, due and so on: a label and what it says."""
    clauses: Sequence[ClauseView] = ()
    tables: Sequence[RowTable] = ()
    citations: Sequence[str] = ()
    confidence: str = ""
    standing: str = ""
    rule: str = ""
    flags: Sequence[str] = ()


@dataclass(frozen=True)
class FindingRow:
    """A finding in the table of all; `anchor` leads to where it is told in full, if it is."""

    number: int
    standing: str
    outcome: str
    certainty: str
    effect: str
    rule: str
    title: str
    about: str
    measured: str
    anchor: str = ""


@dataclass(frozen=True)
class FindingsOfRule:
    """The findings of one rule that are told in full, and how many are not."""

    title: str
    rule: str
    count: int
    findings: Sequence[FindingView]
    more: int = 0


@dataclass(frozen=True)
class FindingsOfStanding:
    """The findings of one standing by rule."""

    name: str
    count: int
    rules: Sequence[FindingsOfRule] = field(default_factory=list)
