"""Whether a pack's own cases notice small wrongs in it: each mutant is run through them until one fails.

A mutant that every case is content with survives, unless the solver proves that no row tells it from the pack: then
it is no wrong at all.

Only the rules that a wrong can reach and that a case asks about are evaluated anew, and the determinations if it
reaches them; what the others say of a case is kept from the pack as it is, where evaluating them apart is seen to say
the same as all of them together. A case that asks about none of these is content without being run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from compliance.authoring.cases.case_diff import mismatches, patterns
from compliance.authoring.cases.case_ranking import CaseRanker
from compliance.authoring.cases.case_runs import Case, CaseFile, case_files
from compliance.authoring.mutants import Mutant, mutants
from compliance.authoring.proofs import Proofs
from compliance.errors import ComplianceError
from compliance.plan.plan_cache import forget, plan_of
from compliance.plan.rowwise.workspace import forget_programs
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Rule
from compliance.sources.parties.list_membership import LISTED, UNIDENTIFIED, ListMemberships
from compliance.sources.source_catalogue import SOURCES

Fate = Literal["noticed", "survived", "equivalent"]
IN_PARTS = ("audit", "screen")
"""The runs whose answer is made of what each rule says."""
BY_RULE = frozenset({"findings", "absent", "only", "determinations"})
"""Rule-level fields that a topic-only case can observe, by topic."""
WITHOUT_RULES = ("own", "chips")
PROGRAMS = 1_000
"""So many row programs are kept from mutant to mutant."""
FIRST = 12
"""So many cases, the likeliest, are asked before the solver is, and the others only where it proves nothing."""


@dataclass(frozen=True)
class MutantResult:
    """A mutant and what became of it; `by` is the case that noticed, `number` counts the `of` mutants of the pack."""

    mutant: Mutant
    fate: Fate
    by: str
    number: int
    of: int


def run_mutants(
    pack: Pack, asked: Callable[[Mutant], bool] = lambda mutant: True, since: int = 1
) -> Iterator[MutantResult]:
    """Each mutant of the pack (for which `asked` says so) with its fate, in the order of the pack.

    `since` is the number of the first one, for going on where somebody stopped.
    """
    likely = CaseRanker([(path, case) for path in case_files([pack.folder]) for case in _readable(path)])
    own, answers = Proofs(pack), Answers(pack, likely.cases)
    every = list(mutants(pack))
    for number, mutant in enumerate(every, start=1):
        if number >= since and asked(mutant):
            fate, by = _fate(mutant, likely, own, answers)
            forget(mutant.pack)
            forget_programs(PROGRAMS)
            yield MutantResult(mutant, fate, by, number, len(every))


def _fate(mutant: Mutant, likely: CaseRanker, own: Proofs, answers: Answers) -> tuple[Fate, str]:
    """What becomes of a mutant, and the case that noticed it."""
    waiting = iter(likely.to_notice(mutant))
    found = next((one for one in islice(waiting, FIRST) if answers.fails(mutant, *one)), None)
    if found is None and _same(own, mutant):
        return "equivalent", ""
    found = found or next((one for one in waiting if answers.fails(mutant, *one)), None)
    if found is None:
        return "survived", ""
    likely.record_detection(mutant, found[1])
    return "noticed", found[1].label


def _readable(path: Path) -> Iterator[Case]:
    yield from (case for _, case in CaseFile(path).cases() if isinstance(case, Case))


Part = tuple[frozenset[str], bool]
"""The names of some rules, and whether the determinations are asked for with them."""


class Answers:
    """What a pack says to its cases as it is, so that a mutant is asked for what can differ."""

    def __init__(self, pack: Pack, cases: Iterable[tuple[Path, Case]]) -> None:
        self.pack = pack
        self._sources = _sources(cases)
        self._whole: dict[int, Mapping[str, Any]] = {}
        self._apart: dict[tuple[int, Part], bool] = {}

    def fails(self, mutant: Mutant, path: Path, case: Case) -> bool:
        """Whether the case notices the mutant."""
        if case.run in WITHOUT_RULES or (case.packs and mutant.pack.id not in case.packs):
            return False
        rules = [rule for rule in self.pack.rules if rule.id in mutant.reaches]
        in_parts = case.run in IN_PARTS and case.packs and not case.with_.get("parameters")
        if in_parts and not asks(case, rules, mutant.determines):
            return False
        part = asked_part(case, rules, mutant.determines)
        if not in_parts or not self._told_apart(part, path, case):
            return bool(CaseFile(path, {mutant.pack.id: mutant.pack}).check_case(case))
        try:
            return bool(list(mismatches(case.expect, self._of(mutant.pack, part, path, case))))
        except ComplianceError:
            return True

    def _told_apart(self, part: Part, path: Path, case: Case) -> bool:
        """Whether the rules of this part say the same without the others."""
        key = id(case), part
        if key not in self._apart:
            whole = self._as_it_is(path, case)
            self._apart[key] = _sort_answer(self._of(self.pack, part, path, case)) == _sort_answer(whole)
        return self._apart[key]

    def _as_it_is(self, path: Path, case: Case) -> Mapping[str, Any]:
        if id(case) not in self._whole:
            self._plan(self.pack)
            self._whole[id(case)] = CaseFile(path, {self.pack.id: self.pack}).answer(case)
        return self._whole[id(case)]

    def _of(self, pack: Pack, part: Part, path: Path, case: Case) -> Mapping[str, Any]:
        """The answer of the pack as it is, with what this part of `pack` says instead."""
        whole, (names, determines) = self._as_it_is(path, case), part
        if not names and not determines:
            return whole
        shared = pack.definitions if determines else pack.definitions.model_copy(update={"requirements": {}})
        few = replace(pack, rules=tuple(rule for rule in pack.rules if rule.name in names), definitions=shared)
        few = replace(few, sha256=f"{pack.sha256} {sorted(names)} {determines}")
        self._plan(few)
        alone = case.model_copy(update={"packs": (pack.id,)})
        anew = CaseFile(path, {pack.id: few}).answer(alone)
        kept = [f for f in whole["findings"] if f["pack"] != pack.id or f["rule"] not in names]
        ids = {rule.id for rule in few.rules} | names
        findings = [*kept, *anew["findings"]]
        others = [made for made in whole["determinations"] if made["pack"] != pack.id or not determines]
        return {
            **whole,
            "findings": findings,
            "determinations": [*others, *(anew["determinations"] if determines else ())],
            "flags": sorted({flag for finding in findings for flag in finding["flags"]}),
            "not_evaluated": [
                *(left for left in whole["not_evaluated"] if left["rule"] not in ids),
                *(left for left in anew["not_evaluated"] if left["rule"]),
            ],
        }

    def _plan(self, pack: Pack) -> None:
        """Has one plan of a pack for whatever the worlds of the cases have."""
        plan_of(pack, self._sources, margins=False)


def _sources(cases: Iterable[tuple[Path, Case]]) -> frozenset[str]:
    """All that the worlds of these cases have, together."""
    found = {*SOURCES, UNIDENTIFIED}
    for path, case in cases:
        with suppress(ComplianceError):
            found |= {f"{LISTED}{row.name}" for row in ListMemberships(CaseFile(path).world(case)).rows}
    return frozenset(found)


def asks(case: Case, rules: Iterable[Rule], determines: bool) -> bool:
    """Whether a case can tell one thing that these rules say, or the determinations, from another."""
    if not _by_rule(case):
        return True
    if determines and "determinations" in case.expect:
        return True
    asked = [pattern for key in ("findings", "absent", "only") for pattern in patterns(case.expect.get(key, ()))]
    told = {(rule.topic, rule.name) for rule in rules}
    return any(
        pattern.get("topic", topic) == topic and pattern.get("rule", name) == name
        for pattern in asked
        for topic, name in told
    )


def asked_part(case: Case, rules: Iterable[Rule], determines: bool) -> Part:
    """Of these rules and the determinations, the part that a case can tell from another."""
    if not _by_rule(case):
        return frozenset(rule.name for rule in rules), determines
    names = frozenset(rule.name for rule in rules if asks(case, [rule], False))
    return names, determines and "determinations" in case.expect


def _by_rule(case: Case) -> bool:
    return BY_RULE.issuperset(case.expect) and case.expect.get("findings") != []


def _sort_answer(answer: Mapping[str, Any]) -> list[list[str]]:
    lists = (answer[part] for part in ("findings", "determinations", "not_evaluated", "flags"))
    return [sorted(json.dumps(one, sort_keys=True) for one in each) for each in lists]


def _same(own: Proofs, mutant: Mutant) -> bool:
    """Whether no row tells the mutant from the pack; what cannot be decided is not proven."""
    try:
        return own.same(Proofs(mutant.pack))
    except (ComplianceError, TimeoutError):
        return False
