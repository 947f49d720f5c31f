"""What is kept of a world without orders for one day: the totals of each pack, and what its rules find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial

import numpy as np

from compliance.decisions.finding_comparison import strictness
from compliance.decisions.split_detection import KeptSearch
from compliance.evaluation.evaluate import each_pack, match
from compliance.evaluation.matches import Identity, Match, Matches, RuleMatches
from compliance.plan.kept.kept_pack import KeptPack, asked_of
from compliance.plan.plan_cache import plan_of
from compliance.plan.plan_tables import Tables
from compliance.plan.rowwise.queries import relations_of
from compliance.plan.rule_plan import PackPlan
from compliance.plan.tables_of_plan import on_tables
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.parties.pattern_signs import reads_signs
from compliance.sources.source_catalogue import ORDERED

Subject = tuple[str, str | None, str | None]
"""Whom a match is about: id, key and period."""


class KeptMatches:
    """The matches of one rule on a world without orders, found by whom they are about."""

    def __init__(self, matches: RuleMatches) -> None:
        self.matches = matches
        self.about_rows = matches.plan.shape is None

    @cached_property
    def _places(self) -> Mapping[Subject, int]:
        """Of each subject where the first match stands, of several the first that is certain."""
        found: dict[Subject, int] = {}
        certain = self.matches.certain.tolist()
        for at, (name, key, period, _) in enumerate(self.matches.keys):
            there = found.setdefault((name, key, period), at)
            if certain[at] and not certain[there]:
                found[name, key, period] = at
        return found

    @cached_property
    def rows(self) -> frozenset[str]:
        """The rows of which the rule was found to hold."""
        return frozenset(self.matches.texts("s.row").to_pylist())

    def about(self, subject: Subject) -> Match | None:
        """The strictest match about a subject."""
        at = self._places.get(subject)
        return None if at is None else self.matches[at]

    def of_rows(self, rows: Collection[str]) -> Iterator[Match]:
        """The matches that rest on one of these rows."""
        names = self.matches.texts("s.row").to_pylist()
        yield from self.matches.only(np.array([at for at, name in enumerate(names) if name in rows], np.int64))


class KeptEvaluation:
    """A pack on a world without orders: its totals, and what its rules find."""

    def __init__(self, pack: KeptPack, found: Matches) -> None:
        self.pack = pack
        self.found = {matches.plan.rule.id: KeptMatches(matches) for matches in found.rules}
        """The matches of each rule that has some."""

    @classmethod
    def of(cls, scene: EvaluationContext, pack: Pack) -> KeptEvaluation:
        """Evaluates a pack, and keeps what counts in its totals."""
        plan = plan_of(pack, scene.rows.present() | ORDERED, margins=False)
        return on_tables(scene, plan, partial(cls._build, plan))

    @classmethod
    def _build(cls, plan: PackPlan, tables: Tables) -> KeptEvaluation:
        try:
            tables.prepare(asked_of(plan))
            return cls(KeptPack(plan, tables.scene, tables), match(plan, plan.rules, tables.columns))
        finally:
            tables.close()


class KeptWorld:
    """What is kept of a world for one day, for a number of packs."""

    def __init__(self, scene: EvaluationContext, packs: Sequence[Pack]) -> None:
        self.scene = scene
        self.search = KeptSearch(scene)
        scene.rows.present()
        self.packs = each_pack(lambda pack: KeptEvaluation.of(scene, pack), packs, scene.rows)

    @property
    def reads_signs(self) -> bool:
        """Whether a pack asks what a search for patterns found of parties."""
        return any(reads_signs(kept.pack.plan.needs.party) for kept in self.packs)

    @cached_property
    def _by_rule(self) -> Mapping[tuple[str, str], list[KeptMatches]]:
        """The matches by pack and rule, as answers name it."""
        found: dict[tuple[str, str], list[KeptMatches]] = defaultdict(list)
        for kept in self.packs:
            for one in kept.found.values():
                found[kept.pack.plan.pack.id, one.matches.plan.rule.name].append(one)
        return found

    def was(self, identity: Identity, about_rows: bool | None = None) -> Match | None:
        """The strictest match without orders that is the same finding; `about_rows` picks the rules about rows, or not.

        `None` where nothing is found.
        """
        pack, rule, *subject = identity
        kept = (one for one in self._by_rule.get((pack, rule), ()) if about_rows in (None, one.about_rows))
        found = (one.about((subject[0] or "", subject[1], subject[2])) for one in kept)
        return min(filter(None, found), key=strictness, default=None)

    def sets_against_totals(self, found: Match) -> bool:
        """Whether a match rests on totals besides its own row."""
        kept = next(one.pack for one in self.packs if one.pack.plan.pack is found.pack)
        return any(name in kept.totals for name in relations_of(found.plan.sql))
