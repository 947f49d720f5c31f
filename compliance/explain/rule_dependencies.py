"""Dependencies of a rule, through fields and measures: lists, capture tests, columns and parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from compliance.plan.sql.compiler import Compiler
from compliance.plan.sql.frames import Frame, Requirements
from compliance.rulebook.conditions import Condition, Test, leaves
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Choice, DerivedField, Greatest, Keys, Measure, Plus, Rule, Times
from compliance.sources.licenses import LICENSED
from compliance.sources.source_catalogue import SOURCES

CHIP = "chip."
LISTED = ("kin", "listed", "listed_kin", "once", "shares_address", "shares_people", "takes_over")
CAPTURED = ("captured", "limb", "owners", "policy")


class RuleDependencies:
    """What a rule asks, through the fields and measures of its pack, whatever the rows.

    `countries` are lists of countries by the path that is asked; `parties` the lists of parties; `captures` the capture
    tests; `columns` the columns of sources that are read, as pairs of source and column.
    """

    def __init__(self, pack: Pack, rule: Rule) -> None:
        self.pack = pack
        self.rule = rule
        self.compiler = Compiler(pack)
        self.named: list[str] = []
        self.countries: set[tuple[str, str]] = set()
        self.parties: set[str] = set()
        self.captures: set[str] = set()
        self.columns: set[tuple[str, str]] = set()
        self.chips = False
        self.licenses = False
        self._seen: set[tuple[str, str]] = set()
        of = pack.chosen(rule.of, rule)
        for condition in (*rule.when.values(), *rule.unless.values()):
            self.condition(condition, of)
        self.measure(of)

    @property
    def lists(self) -> frozenset[str]:
        """The lists of parties of a world that it asks about, those of its capture tests included."""
        found: set[str] = set()
        for name in self.parties:
            own = self.pack.party_lists.get(name)
            found |= {name} if own is None else set(own.names)
        for name in self.captures & set(self.pack.file.capture):
            found |= {entry.list for entry in self.pack.file.capture[name].lists}
        return frozenset(found)

    def tests(self, tests: Iterable[Test], of: str) -> None:
        for test in tests:
            if test.op == "in_list":
                self.countries.add((test.path, str(test.value)))
            if str(test.value).startswith("$"):
                self.named.append(str(test.value))
                for factor in self.pack.parameter(str(test.value)[1:], self.rule).times:
                    self.condition(factor.when, of)
            self.path(test.path, of)

    def condition(self, condition: Condition | None, of: str) -> None:
        if condition is None:
            return
        frame = Frame.of(of, Requirements()) if of in SOURCES else Frame(None, {}, Requirements(), of)
        self.tests(leaves(self.compiler.expand(frame, condition)), of)

    def path(self, path: str, of: str) -> None:
        """What stands behind a path: a chip, a list of parties, a field of the pack, a flag, another measure."""
        if (of, path) in self._seen:
            return
        self._seen.add((of, path))
        self.chips = self.chips or f".{CHIP}" in f".{path}"
        self.licenses = self.licenses or path == LICENSED
        steps = path.split(".")
        self.parties |= {name for word, name in pairwise(steps) if word in LISTED}
        self.captures |= {name for word, name in pairwise(steps) if word in CAPTURED}
        if steps[0] in SOURCES.get(of, {}):
            self.columns.add((of, steps[0]))
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
            case DerivedField(first=cases):
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
                self.measure(self._choose(side))
        if found.of is not None:
            of = found.of
            self.condition(found.where, of)
            for path in (*self._amounts(found), *self._keys(found.by)):
                self.path(path, of)

    def _amounts(self, measure: Measure) -> tuple[str, ...]:
        summed = measure.sum or measure.max or ()
        return summed if isinstance(summed, tuple) else (self._choose(summed),)

    def _keys(self, by: Keys | None) -> Iterator[str]:
        for key in (by.id, by.key) if by is not None else ():
            if key is not None:
                yield self._choose(key)
        for end in (by.period or "").split("/") if by is not None else ():
            self.named += [end] if end.startswith("$") else []

    def _choose(self, choice: str | Choice) -> str:
        if isinstance(choice, Choice):
            self.named.append(choice.choose)
        return self.pack.chosen(choice, self.rule)


_DEPENDENCIES: dict[tuple[str, tuple[tuple[str, str], ...], str], RuleDependencies] = {}


def dependencies_of(pack: Pack, rule: Rule) -> RuleDependencies:
    """What a rule of a pack asks; worked out once."""
    key = pack.sha256, pack.overrides, rule.id
    if key not in _DEPENDENCIES:
        _DEPENDENCIES[key] = RuleDependencies(pack, rule)
    return _DEPENDENCIES[key]
