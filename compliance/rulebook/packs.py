"""Packs: folders of rule files, read whole, checked by schema, named by the hash of their content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import Field

from compliance.errors import InputError, Problem, UsageError, near
from compliance.ownership.capture.verdict import CaptureTest
from compliance.rulebook.field_types import Confidence, Name, RuleModel, Switch
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.force import ForceEntry, ForceHistory
from compliance.rulebook.language import line_of
from compliance.rulebook.load_errors import LoadErrors
from compliance.rulebook.parameters import DatedValue, Parameter
from compliance.rulebook.rule_models import Choice, Chosen, Definitions, NotEncoded, Rule
from compliance.world.io.rule_file import OpenDay
from compliance.world.reference.country_lists import CountryLists

PACK_FILE = "pack.yaml"
SHARED = "shared"
CASES = ".cases.yaml"
COUNTRIES = "country_groups.yaml"


class PackFile(RuleModel):
    """`pack.yaml`: what the pack is, its standing in law by date, and what it leaves out.

    `seen` is the day by which its sources were read: values and list entries without a day of their own stand by it.
    `covers_places` names a list of countries about which nothing is decided where this pack was not asked.
    """

    id: Name
    title: str
    basis: str
    confidence: Confidence
    law: Switch = True
    source: str = ""
    seen: OpenDay = None
    force: tuple[ForceEntry, ...]
    not_encoded: tuple[NotEncoded, ...] = ()
    capture: dict[Name, CaptureTest] = {}
    party_lists: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    covers_places: Name | None = None


class ListedParty(RuleModel):
    """A party of a pack's own list, known by an identifier that is compared exactly."""

    name: str
    lei: str = ""
    registration: str = ""
    from_: Annotated[OpenDay, Field(alias="from")] = None
    to: OpenDay = None
    citation: str = ""


NO_PROGRAM = "none"


class PartyList(RuleModel):
    """A dated list of parties; a listing of the world under `listing`, or one of `listings`, counts as being on it.

    With `program` only listings under that program count (`none`: those without one); a listing that states no end
    ends on `ends`.
    """

    title: str
    citation: str
    confidence: Confidence
    listing: str = ""
    listings: tuple[str, ...] = ()
    program: str = ""
    ends: OpenDay = None
    parties: tuple[ListedParty, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The lists of the world whose parties are on it."""
        return (*((self.listing,) if self.listing else ()), *self.listings)

    def counts(self, name: str, program: str | None) -> bool:
        """Whether a listing of the world on that list, under that program, counts."""
        under = not self.program or self.program == (program or NO_PROGRAM)
        return name in self.names and under


@dataclass(frozen=True)
class Pack:
    """A pack as read: its file, rules in the order of their ids, shared definitions and lists."""

    file: PackFile
    folder: Path
    rules: tuple[Rule, ...]
    definitions: Definitions
    lists: CountryLists
    party_lists: Mapping[str, PartyList]
    sha256: str
    overrides: tuple[tuple[str, str], ...] = ()
    places: Mapping[str, tuple[str, int]] = Field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.file.id

    @cached_property
    def force(self) -> ForceHistory:
        return ForceHistory(self.file.force)

    @cached_property
    def _forces(self) -> dict[str, ForceHistory]:
        """The standing of rules with one of their own, by the rule's id."""
        return {}

    def force_of(self, rule: Rule) -> ForceHistory:
        """The standing in law of a rule: its own, else that of the pack."""
        if not rule.force:
            return self.force
        kept = self._forces.get(rule.id)
        if kept is None or kept.entries is not rule.force:
            kept = self._forces[rule.id] = ForceHistory(rule.force)
        return kept

    def parameter(self, name: str, rule: Rule | None = None) -> Parameter:
        """The parameter of that name, of the rule first, then of the pack."""
        own = rule.parameters if rule else {}
        found = own.get(name) or self.definitions.parameters.get(name)
        if found is None:
            known = (*own, *self.definitions.parameters)
            where = f"rule `{rule.id}`" if rule else f"pack `{self.id}`"
            raise UsageError(f"{where}: unknown parameter `{name}`.{near(name, known)}")
        return found

    def chosen(self, choice: Chosen, rule: Rule | None = None) -> str:
        """The word that a parameter picks among several, or the word itself."""
        if not isinstance(choice, Choice):
            return choice
        word = self.parameter(choice.choose[1:], rule).values[-1].value
        if word not in choice.among:
            raise UsageError(f"`{choice.choose}` is `{word}`, one of {', '.join(choice.among)} is needed")
        return choice.among[word]

    def parameters(self) -> dict[str, Parameter]:
        """Every parameter by name, those of rules included."""
        found = dict(self.definitions.parameters)
        for rule in self.rules:
            found.update(rule.parameters)
        return dict(sorted(found.items()))

    def with_parameters(self, values: Mapping[str, str]) -> Pack:
        """A copy in which the named parameters have one value at all times; names it does not know are passed over."""
        mine = {name: text for name, text in values.items() if name in self.parameters()}
        if not mine:
            return self

        def changed(parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
            return {name: _overridden(p, mine[name], name) if name in mine else p for name, p in parameters.items()}

        return replace(
            self,
            rules=tuple(r.model_copy(update={"parameters": changed(r.parameters)}) for r in self.rules),
            definitions=self.definitions.model_copy(update={"parameters": changed(self.definitions.parameters)}),
            overrides=tuple(sorted(mine.items())),
        )


def _overridden(parameter: Parameter, text: str, name: str) -> Parameter:
    try:
        parameter.number(text)
    except ValueError as wrong:
        raise UsageError(f"--set {name}: {wrong}") from None
    value = DatedValue.model_validate(
        {"value": text, "citation": "set by the user", "confidence": "design", "note": "an assumption of this answer"}
    )
    return parameter.model_copy(update={"values": (value,), "times": ()})


def load_pack(folder: Path, shared: Path | None = None, gathered: LoadErrors | None = None) -> Pack:
    """Reads one pack folder; raises `InputError` with all problems of all its files, those of `gathered` before."""
    gathered = gathered or LoadErrors()
    files = sorted(p for p in folder.rglob("*.yaml") if not p.name.endswith(CASES) and "cases" not in p.parts)
    base = shared if shared is not None else folder.parent / SHARED
    common = sorted(base.glob("*.yaml")) if base.is_dir() else []
    digest = sha256()
    for path in (*common, *files):
        digest.update(f"{Path(*path.absolute().parts[-2:])}\0".encode() + path.read_bytes() + b"\0")
    if not (folder / PACK_FILE).is_file():
        raise UsageError(f"`{folder}` is no pack: it has no `{PACK_FILE}`")
    file: PackFile | None = None
    rules: list[Rule] = []
    parts: list[Definitions] = []
    party_lists: dict[str, PartyList] = {}
    countries: list[Path] = []
    places: dict[str, tuple[str, int]] = {}
    defined: dict[tuple[str, str], tuple[str, int]] = {}
    for path in (*common, *files):
        if path.name == COUNTRIES:
            countries.append(path)
            continue
        if path.parent == base and path.name != "definitions.yaml":
            continue
        node = gathered.read(path)
        name = str(path)
        if node is None:
            continue
        if path.name == PACK_FILE:
            file = gathered.model(PackFile, node, name)
        elif path.parent.name == "lists":
            entries = node.values() if isinstance(node, Mapping) else ()
            if isinstance(node, Mapping) and any(isinstance(e, Mapping) and _OF_PARTIES & e.keys() for e in entries):
                party_lists.update(gathered.models(PartyList, node, name))
            else:
                countries.append(path)
        elif isinstance(node, Mapping) and node and _RULES_OWN.isdisjoint(node):
            part = gathered.model(Definitions, node, name)
            gathered.defined_once(node, name, defined)
            parts += [part] if part else []
        else:
            rule = gathered.model(Rule, node, name)
            if rule is not None:
                gathered.stop(_check_rule_place(rule, node, path, places))
                places[rule.id] = (name, line_of(node))
                rules.append(rule)
    lists = gathered.countries(countries)
    if gathered.stops or file is None:
        raise InputError(gathered.problems)
    return Pack(
        file=file,
        folder=folder,
        rules=tuple(sorted(rules, key=lambda r: r.id)),
        definitions=_merge_definitions(parts),
        lists=lists,
        party_lists=party_lists,
        sha256=digest.hexdigest(),
        places=places,
    )


_OF_PARTIES = frozenset({"parties", "listing", "listings"})
"""The keys by which a list of parties is known from one of countries."""
_RULES_OWN = frozenset(Rule.model_fields) - frozenset(Definitions.model_fields)
"""The keys by which a rule file is known from definitions."""


def _check_rule_place(rule: Rule, node: object, path: Path, places: Mapping[str, tuple[str, int]]) -> Iterable[Problem]:
    line = line_of(node, "id")
    if rule.id in places:
        file, first = places[rule.id]
        yield Problem(str(path), line, f"the rule `{rule.id}` stands at {file}:{first} already")
    elif rule.id != path.stem:
        yield Problem(str(path), line, f"the rule `{rule.id}` must stand in a file `{rule.id}.yaml`")


def _merge_definitions(parts: Iterable[Definitions]) -> Definitions:
    whole = Definitions()
    for part in parts:
        fields = {table: {**whole.fields.get(table, {}), **part.fields.get(table, {})} for table in
                  (*whole.fields, *part.fields)}  # fmt: skip
        whole = Definitions.model_construct(
            parameters={**whole.parameters, **part.parameters},
            fields=fields,
            measures={**whole.measures, **part.measures},
            requirements={**whole.requirements, **part.requirements},
            routes={**whole.routes, **part.routes},
            review_policies=(*whole.review_policies, *part.review_policies),
        )
    return whole


def pack_ids(folder: Path | None = None) -> tuple[str, ...]:
    """The ids of all packs of a rules folder."""
    base = folder or rules_folder()
    return tuple(sorted(p.parent.name for p in base.glob(f"*/{PACK_FILE}")))


def load_packs(names: Sequence[str] = (), folder: Path | None = None) -> tuple[Pack, ...]:
    """The named packs (all of them without names); a name may also be the path of a pack folder."""
    if not isinstance(names, Sequence):
        given = "nothing (None)" if names is None else f"a value of type {type(names).__name__}"
        raise UsageError(f"packs are named by their ids, and {given} was given: pass a list of ids, or none for all")
    base = folder or rules_folder()
    known = pack_ids(base)
    found: list[Pack] = []
    problems: list[Problem] = []
    for name in [names] if isinstance(names, str) and names else names or known:
        path = base / name if name in known else Path(name)
        if not (path / PACK_FILE).is_file():
            raise UsageError(f"unknown pack `{name}`; there are {', '.join(known)}.{near(name, known)}")
        try:
            found.append(load_pack(path, base / SHARED))
        except InputError as wrong:
            problems += wrong.problems
    if problems:
        raise InputError(problems)
    return tuple(found)


def value_on(parameter: Parameter, day: date) -> tuple[Fraction | date | str, DatedValue] | None:
    """The value of a parameter on a day and the entry it comes from; `None` before the first."""
    begun = [value for value in parameter.values if value.from_ is None or value.from_ <= day]
    latest = max(begun, key=lambda value: value.from_ or date.min, default=None)
    return None if latest is None else (parameter.number(latest.value), latest)
