"""The findings of an audit in the order of the answer; a finding is explained on access.

A rule may match half of a million lines. Counts, sort keys and groups come from the columns; only findings that are
read are explained.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.answers.answer import OUTCOMES, Finding
from compliance.evaluation.lineage_fields import LineageFields
from compliance.evaluation.matches import Match, RuleMatches
from compliance.explain.finding_kinds import FindingsMadeWhenAsked, Head
from compliance.explain.findings import applying, flags_of, left_open_rule, subject_of, weakest_force
from compliance.explain.provenance import citations, confidence
from compliance.rulebook.legal_standing import STANDINGS, Standing, standing_of
from compliance.rulebook.packs import Pack
from compliance.sources.distinct_rows import Numbers, distinct_rows
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.io.rule_file import CONFIDENCES

KEPT = 2_000
"""So many findings are kept once they were explained."""


class RuleFindings:
    """The matches of a rule that are findings: those that apply in a posture asked about, and were not left open."""

    def __init__(
        self,
        matches: RuleMatches,
        scene: EvaluationContext,
        asked: tuple[str, ...],
        explain: Callable[[Match], Finding],
    ) -> None:
        self.matches = matches
        self._explain = explain
        self._explained: dict[int, Finding] = {}
        self.rule = matches.plan.rule
        self.pack: Pack = matches.pack
        self.scene = scene
        self.day_of, days = matches.days()
        self.days: list[date] = [day or scene.as_of for day in days]
        self.states = [applying(self.pack, self.rule, day, asked) for day in self.days]
        sure = np.array([any(state.applies for state in states.values()) for states in self.states], dtype=bool)
        there = np.array([bool(states) for states in self.states], dtype=bool)[self.day_of]
        open_ = ~matches.certain if left_open_rule(self.rule) else np.zeros(len(matches), dtype=bool)
        self.definite: Numbers = matches.certain & sure[self.day_of]
        self.places: Numbers = np.flatnonzero(there & ~open_)

    def explained(self, places: Sequence[int]) -> dict[int, Finding]:
        """What the findings at these places say; the first that were asked for are kept."""
        new = [place for place in places if place not in self._explained]
        matches = self.matches.only(np.array(new, np.int64))
        made = {place: self._explain(found) for place, found in zip(new, matches, strict=True)}
        for place in new[: max(0, KEPT - len(self._explained))]:
            self._explained[place] = made[place]
        return {place: made.get(place) or self._explained[place] for place in places}

    def head(self, day: int, definite: bool) -> Head:
        """What is counted of the findings of a day."""
        certainty = "definite" if definite else "possible"
        enforced = self.pack.force_of(self.rule).enforced(self.days[day])
        states = self.states[day]
        standing = standing_of(str(next(iter(states.values())).state), enforced)
        named = self.pack.id, self.rule.name, self.rule.then.outcome
        return Head(*named, certainty, tuple(states), standing, enforced)

    def flags(self, pattern: int, day: int) -> set[str]:
        """The flags of the findings of a pattern on a day."""
        return flags_of(self.rule, self.matches.patterns[pattern].flags, self.states[day])

    def subjects(self) -> pa.Array:
        """Whom the findings are about, as the answer names them."""
        kept = pa.array(self.places)
        if not any(pattern.kind == "group" for pattern in self.matches.patterns):
            return self.matches.texts(self.matches.id_column).take(kept)
        return pa.array([subject_of(found).id for found in self.matches.only(self.places)], pa.string())

    def sameness(self, pattern: int, day: int) -> object:
        """What findings that a report tells together have in common; whom they are about, and their figures, differ."""
        kind = self.matches.patterns[pattern]
        held = tuple((clause.id, clause.holds) for clause in kind.clauses)
        said = kind.review_policy, kind.measured is not None, held, tuple(sorted(self.flags(pattern, day)))
        return (*said, tuple(self.states[day]), tuple(citations(self.pack, self.matches.plan, self.days[day])))

    @cached_property
    def alone(self) -> Numbers:
        """Of each match whether it is told by itself: it rests on several rows, or something is due on a day."""
        return (self.matches.single_rows < 0) | (self.rule.then.due is not None)

    def weakest(self, places: Numbers) -> str:
        """The weakest confidence of the findings at these places, each of which rests on a single row."""
        first = self.matches[int(places[0])]
        days = np.unique(self.day_of[places]).tolist()
        force = max((weakest_force(self.states[day]) for day in days), key=CONFIDENCES.index)
        told = LineageFields.at(first.rows, self.matches.single_rows[places], self.scene.world)
        return confidence(first, self.scene, told, {self.days[day] for day in days}, force)


class Findings(FindingsMadeWhenAsked):
    """Findings in the order of an answer: outcome, rule, subject; each once, definite where it is.

    `rules` are those behind them; of each finding `of` says which rule, `at` the place among its matches.
    """

    def __init__(self, rules: Sequence[RuleFindings], of: Numbers, at: Numbers) -> None:
        self.rules = rules
        self.of = of
        self.at = at

    @classmethod
    def gather(cls, rules: Iterable[RuleFindings]) -> Findings:
        """All findings of these rules, in order."""
        kept = [rule for rule in rules if len(rule.places)]
        return cls(kept, *_in_order(kept))

    def __len__(self) -> int:
        return len(self.of)

    def parts_at(self, places: Numbers) -> list[Finding]:
        """What the findings at these places say."""
        asked = list(zip(self.of[places].tolist(), self.at[places].tolist(), strict=True))
        made = {
            number: self.rules[number].explained([place for rule, place in asked if rule == number])
            for number in sorted({rule for rule, _ in asked})
        }
        return [made[number][place] for number, place in asked]

    def select(self, places: Numbers) -> Findings:
        """The findings at these places, in their order."""
        return Findings(self.rules, self.of[places], self.at[places])

    @cached_property
    def definite(self) -> Numbers:
        """Of each finding whether it is definite."""
        return self._gather(lambda rule: rule.definite)

    @cached_property
    def days(self) -> Numbers:
        """Of each finding the number of its day among those of its rule."""
        return self._gather(lambda rule: rule.day_of)

    @cached_property
    def patterns(self) -> Numbers:
        """Of each finding the number of its pattern among those of its rule."""
        return self._gather(lambda rule: rule.matches.which)

    def _gather(self, column: Callable[[RuleFindings], Numbers]) -> Numbers:
        found = np.zeros(len(self), np.int64)
        for number, rule in enumerate(self.rules):
            own = self.of == number
            found[own] = column(rule)[self.at[own]]
        return found

    def heads(self) -> list[tuple[Head, int]]:
        """What is counted of the findings, with how many are alike in it."""
        firsts, which = _kinds(self.of, self.days, self.definite)
        counts = np.bincount(which, minlength=len(firsts)).tolist()
        heads = (self.rules[self.of[n]].head(int(self.days[n]), bool(self.definite[n])) for n in firsts.tolist())
        return list(zip(heads, counts, strict=True))

    def flags(self) -> set[str]:
        """The flags of all findings."""
        firsts, _ = _kinds(self.of, self.days, self.patterns)
        kinds = ((self.rules[self.of[n]], int(self.patterns[n]), int(self.days[n])) for n in firsts.tolist())
        return {flag for rule, pattern, day in kinds for flag in rule.flags(pattern, day)}

    def of_rules(self, wanted: Callable[[RuleFindings], bool]) -> Numbers:
        """The places of the findings of some of the rules."""
        numbers = [number for number, rule in enumerate(self.rules) if wanted(rule)]
        return np.flatnonzero(np.isin(self.of, numbers))

    def by_standing(self) -> Iterator[tuple[Standing, Findings]]:
        """The findings of each standing."""
        firsts, which = _kinds(self.of, self.days)
        kinds = [self.rules[self.of[n]].head(int(self.days[n]), definite=True).standing for n in firsts.tolist()]
        for standing in STANDINGS:
            own = np.array([kind == standing for kind in kinds], dtype=bool)
            yield standing, self.select(np.flatnonzero(own[which]) if len(self) else which)

    def by_outcome(self) -> Iterator[tuple[str, int, Findings]]:
        """The findings of each outcome, the strictest first: how many are definite, which come first."""
        outcomes = np.array([OUTCOMES.index(rule.rule.then.outcome) for rule in self.rules], np.int64)[self.of]
        for number, outcome in enumerate(OUTCOMES):
            places = np.flatnonzero(outcomes == number)
            definite = self.definite[places].astype(bool)
            yield outcome, int(definite.sum()), self.select(np.concatenate([places[definite], places[~definite]]))

    def alike(self) -> list[Findings]:
        """Findings of one rule about single rows, with the same clauses holding, as one group; the others alone."""
        firsts, which = _kinds(self.of, self.days, self.definite, self.patterns)
        same: dict[object, int] = {}
        group = np.zeros(len(firsts), np.int64)
        for number, n in enumerate(firsts.tolist()):
            rule, day = self.rules[self.of[n]], int(self.days[n])
            sameness = int(self.of[n]), bool(self.definite[n]), rule.sameness(int(self.patterns[n]), day)
            group[number] = same.setdefault(sameness, len(same))
        alone = self._gather(lambda rule: rule.alone)
        groups = np.where(alone != 0, len(same) + np.arange(len(self)), group[which]) if len(self) else group
        order = np.argsort(groups, kind="stable")
        starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
        parts = np.split(order, starts[1:])
        return [self.select(part) for part in sorted(parts, key=lambda part: int(part[0])) if len(part)]

    def weakest(self) -> str:
        """The weakest confidence of these findings, which are alike."""
        rule: RuleFindings = self.rules[self.of[0]]
        return rule.weakest(self.at)


def _kinds(*columns: Numbers) -> tuple[Numbers, Numbers]:
    """The first of each combination of numbers, and of each place which combination it has."""
    return distinct_rows((pa.array(column) for column in columns), len(columns[0]))


def _in_order(rules: Sequence[RuleFindings]) -> tuple[Numbers, Numbers]:
    """The findings in the order of an answer, by rule and place: each once, the definite and strictest of each."""
    if not rules:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    of = np.concatenate([np.full(len(rule.places), number) for number, rule in enumerate(rules)])
    at = np.concatenate([rule.places for rule in rules])
    possible = np.concatenate([~rule.definite[rule.places].astype(bool) for rule in rules])
    names = sorted({rule.rule.name for rule in rules})
    packs = sorted({rule.pack.id for rule in rules})
    outcome = np.array([OUTCOMES.index(rule.rule.then.outcome) for rule in rules])[of]
    name = np.array([names.index(rule.rule.name) for rule in rules])[of]
    pack = np.array([packs.index(rule.pack.id) for rule in rules])[of]
    about = [_ranks([rule.subjects() for rule in rules])]
    about += [
        _ranks([rule.matches.texts(c).take(pa.array(rule.places)) for rule in rules]) for c in ("s.key", "s.period")
    ]
    by_certainty = np.lexsort((at, of, *about[::-1], name, outcome, possible))
    firsts, _ = _kinds(*(ranks[by_certainty] for ranks in (pack, name, *about)))
    kept = by_certainty[np.sort(firsts)]
    order = kept[np.lexsort((of[kept], possible[kept], *(a[kept] for a in about[::-1]), name[kept], outcome[kept]))]
    return of[order], at[order]


def _ranks(parts: Sequence[pa.Array]) -> Numbers:
    """The texts as numbers in the order of the texts, null as the empty one."""
    texts = pc.fill_null(pa.concat_arrays(parts), "")
    if texts.null_count == len(texts) or pc.count_distinct(texts).as_py() == 1:
        return np.zeros(len(texts), np.int64)
    ranks: Numbers = pc.rank(texts, tiebreaker="dense").to_numpy().astype(np.int64)
    return ranks


def places_of(findings: Sequence[Finding], rules: Collection[tuple[str, str]]) -> tuple[list[int], list[int]]:
    """The places of the findings of some rules, named by pack and rule; and of those of other rules on their topics."""
    if not isinstance(findings, Findings):
        own = [n for n, finding in enumerate(findings) if (finding.pack, finding.rule) in rules]
        topics = {findings[n].topic for n in own}
        mine = set(own)
        return own, [n for n, finding in enumerate(findings) if n not in mine and finding.topic in topics]

    def is_one(rule: RuleFindings) -> bool:
        return (rule.pack.id, rule.rule.name) in rules

    topics = {rule.rule.topic for rule in findings.rules if is_one(rule)}
    others = findings.of_rules(lambda rule: not is_one(rule) and rule.rule.topic in topics)
    return findings.of_rules(is_one).tolist(), others.tolist()


def without(findings: Sequence[Finding], places: Collection[int]) -> Sequence[Finding]:
    """The findings but those at these places."""
    if isinstance(findings, Findings):
        return findings.select(np.setdiff1d(np.arange(len(findings)), np.array(sorted(places), np.int64)))
    return [finding for n, finding in enumerate(findings) if n not in places]
