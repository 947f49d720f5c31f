"""Checks of packs with the meaning of their words: `rules check` as a user has it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from compliance.authoring import lint
from compliance.errors import InputError, Problem, UsageError
from compliance.plan.planner import Planner
from compliance.plan.sql.frames import Frame
from compliance.plan.subject_kinds import check_subject_kind
from compliance.rulebook.conditions import Condition, Test, rebuilt
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Rule
from compliance.sources.source_catalogue import SOURCES

PARTY = "party"
SOME_PARTY = ("lines", "consignee")
"""Where a field of parties is tried."""


def check(paths: Sequence[str | Path] = ()) -> list[Problem]:
    """All that is wrong in these packs (in all without any): schema, names, leftovers, and what does not compile."""
    return lint.check(paths, CompileCheck)


class CompileCheck:
    """The words of a pack, tried one by one on the compiler of plans."""

    tables: Collection[str] = SOURCES

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.planner = Planner(pack)

    def question(self, of: str, asked: Condition, rule: Rule | None) -> str | None:
        """What is wrong with a question about the rows of a table or the totals of a measure."""
        if of == PARTY:
            of, party = SOME_PARTY
            asked = rebuilt(asked, lambda test: Test(f"{party}.{test.path}", test.op, test.value))
        try:
            self.planner.compiler.holds(self._frame(of), asked, rule)
        except UsageError as wrong:
            return str(wrong)
        return None

    def path(self, of: str, path: str) -> str | None:
        """What is wrong with a path that must lead to a column."""
        if of == PARTY:
            of, party = SOME_PARTY
            path = f"{party}.{path}"
        try:
            if self.planner.compiler.ratio(self._frame(of), path) is None:
                self.planner.compiler.column(self._frame(of), path)
        except UsageError as wrong:
            return str(wrong)
        return None

    def subject(self, rule: Rule) -> str | None:
        """What is wrong with what a rule calls its subject."""
        try:
            return check_subject_kind(self.planner.totals, rule)
        except UsageError:
            return None  # what names the subject is itself wrong, and told at its place

    def whole(self) -> list[Problem]:
        """What is wrong when every rule is compiled."""
        try:
            Planner(self.pack).plan()
        except InputError as wrong:
            return list(wrong.problems)
        return []

    def _frame(self, of: str) -> Frame:
        return self.planner.totals.frame(of)
