"""What a finding rests on beside its rows: citations, and the weakest of all the confidences that it leans on.

A finding is seen no better than the rule, the parameters, the lists of countries and parties, the chips and the state
of force that it goes through, those of the measures that it adds up included [contracts 1, confidence].
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from compliance.decisions.fields_behind import FieldsBehind
from compliance.decisions.matches import Found
from compliance.facts.compiler import Compiler
from compliance.facts.frames import Frame, Needs
from compliance.facts.licenses import LICENSED
from compliance.facts.plan import RulePlan
from compliance.facts.scene import Scene
from compliance.facts.sources import SOURCES
from compliance.rulebook.conditions import Condition, Test, leaves
from compliance.rulebook.models import Choice, Derived, Greatest, Keys, Measure, Plus, Times
from compliance.rulebook.packs import Pack, value_on
from compliance.rulebook.parameters import Parameter
from compliance.world.rule_file import CONFIDENCES, each_citation

NOWHERE = ""
"""A country that is on no list: how well it was seen rests on the whole list."""
CHIP = "chip."
LISTED = ("kin", "listed", "listed_kin")


@dataclass(frozen=True)
class Leaned:
    """What a rule leans on, whatever the rows: parameters, lists by the path that is asked, chips and licenses."""

    parameters: tuple[Parameter, ...]
    countries: tuple[tuple[str, str], ...]
    parties: tuple[str, ...]
    chips: bool
    licenses: bool
    """Whether it is asked if a license covers a line, which rests on what other lines take of it."""


_LEANED: dict[tuple[str, tuple[tuple[str, str], ...], str], Leaned] = {}


def citations(pack: Pack, plan: RulePlan, day: date) -> list[str]:
    """The citations of a rule and of the parameters that its clauses compare with on a day, each once."""
    found = [plan.rule.citation]
    for clause in plan.clauses:
        for leaf in clause.leaves:
            for parameter in _named(pack, plan, str(leaf.test.value)):
                entry = value_on(parameter, day)
                found += [entry[1].citation] if entry is not None else []
    return each_citation(*found)


def confidence(found: Found, scene: Scene, told: FieldsBehind, judged: Collection[date], force: str) -> str:
    """The weakest confidence of all that a finding leans on; `judged` are the days by whose law its rows are judged."""
    pack = found.pack
    leaned = leaned_on(pack, found.plan)
    every = [found.plan.rule.confidence, force]
    for parameter in leaned.parameters:
        entries = (value_on(parameter, day) for day in judged)
        every += [entry[1].confidence for entry in entries if entry is not None]
        every += [factor.confidence for factor in parameter.times]
    for name in leaned.parties:
        every.append(pack.party_lists[name].confidence)
    days = told.first_and_last() or judged
    for path, name in leaned.countries:
        for place in _places(path, found, told):
            every += [pack.lists.confidence(name, place, each) for each in days]
    if leaned.chips:
        every += _of_chips(told, scene)
    return max(every, key=CONFIDENCES.index)


def _places(path: str, found: Found, told: FieldsBehind) -> set[str]:
    """The countries that stand at a path where a row or the subject names them, else none in particular."""
    if path in ("id", "key"):
        return {str(getattr(found, path) or NOWHERE)}
    return {value or NOWHERE for value in told.distinct(path)} or {NOWHERE}


def _of_chips(told: FieldsBehind, scene: Scene) -> Iterator[str]:
    named = told.distinct_since("chip", scene.catalogue.stretch)
    for name, day in sorted((name, day) for name, day in named if name):
        yield scene.catalogue.controls.period(day).confidence
        for part in scene.catalogue.parts(name):
            yield scene.catalogue.at(part.chip, day).confidence


def leaned_on(pack: Pack, plan: RulePlan) -> Leaned:
    """What a rule leans on, with all the fields and measures that it goes through; worked out once."""
    key = pack.sha256, pack.overrides, plan.rule.id
    if key not in _LEANED:
        walk = _Walk(pack, plan)
        walk.tests((leaf.test for clause in plan.clauses for leaf in clause.leaves), plan.of)
        walk.measure(plan.of)
        due = plan.rule.then.due
        parameters = dict.fromkeys([*walk.named, *([due.days] if due else [])])
        _LEANED[key] = Leaned(
            tuple(parameter for name in parameters for parameter in _named(pack, plan, name)),
            tuple(sorted(walk.countries)),
            tuple(sorted(walk.parties & set(pack.party_lists))),
            walk.chips,
            walk.licenses,
        )
    return _LEANED[key]


def _named(pack: Pack, plan: RulePlan, text: str) -> tuple[Parameter, ...]:
    return (pack.parameter(text[1:], plan.rule),) if text.startswith("$") else ()


class _Walk:
    """Gathers what conditions ask, through the fields and measures of a pack."""

    def __init__(self, pack: Pack, plan: RulePlan) -> None:
        self.pack = pack
        self.plan = plan
        self.compiler = Compiler(pack)
        self.named: list[str] = []
        self.countries: set[tuple[str, str]] = set()
        self.parties: set[str] = set()
        self.chips = False
        self.licenses = False
        self._seen: set[tuple[str, str]] = set()

    def tests(self, tests: Iterable[Test], of: str) -> None:
        for test in tests:
            if test.op == "in_list":
                self.countries.add((test.path, str(test.value)))
            if str(test.value).startswith("$"):
                self.named.append(str(test.value))
                for factor in self.pack.parameter(str(test.value)[1:], self.plan.rule).times:
                    self.condition(factor.when, of)
            self.path(test.path, of)

    def condition(self, condition: Condition | None, of: str) -> None:
        if condition is None:
            return
        frame = Frame.of(of, Needs()) if of in SOURCES else Frame(None, {}, Needs(), of)
        self.tests(leaves(self.compiler.expanded(frame, condition)), of)

    def path(self, path: str, of: str) -> None:
        """What stands behind a path: a chip, a list of parties, a field of the pack, a flag, another measure."""
        if (of, path) in self._seen:
            return
        self._seen.add((of, path))
        self.chips = self.chips or f".{CHIP}" in f".{path}"
        self.licenses = self.licenses or path == LICENSED
        steps = path.split(".")
        self.parties |= {name for word, name in pairwise(steps) if word in LISTED}
        if steps[0] == "measure" and len(steps) > 1:
            self.measure(steps[1])
        measure = self.pack.definitions.measures.get(of)
        if measure is not None and path in measure.flags and measure.of is not None:
            self.condition(measure.flags[path], measure.of)
        field = self.pack.definitions.fields.get(of, {}).get(path)
        match field:
            case Plus(plus=paths) | Times(times=paths) | Greatest(greatest=paths):
                for each in paths:
                    self.path(each, of)
            case Derived(first=cases):
                for case in cases:
                    self.condition(case.when, of)
                    self.path(case.value, of)
            case str():
                self.path(field, of)

    def measure(self, name: str) -> None:
        """What a measure leans on: both sides of a ratio, its filter, what it adds up and for whom."""
        found = self.pack.definitions.measures.get(name)
        if found is None or ("measure", name) in self._seen:
            return
        self._seen.add(("measure", name))
        for side in (found.part, found.whole, found.to):
            if side is not None:
                self.measure(self._chosen(side))
        if found.of is not None:
            of = found.of
            self.condition(found.where, of)
            for path in (*self._amounts(found), *self._keys(found.by)):
                self.path(path, of)

    def _amounts(self, measure: Measure) -> tuple[str, ...]:
        summed = measure.sum or measure.max or ()
        return summed if isinstance(summed, tuple) else (self._chosen(summed),)

    def _keys(self, by: Keys | None) -> Iterator[str]:
        for key in (by.id, by.key) if by is not None else ():
            if key is not None:
                yield self._chosen(key)
        for end in (by.period or "").split("/") if by is not None else ():
            self.named += [end] if end.startswith("$") else []

    def _chosen(self, choice: str | Choice) -> str:
        if isinstance(choice, Choice):
            self.named.append(choice.choose)
        return self.pack.chosen(choice, self.plan.rule)
