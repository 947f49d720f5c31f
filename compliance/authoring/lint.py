"""What is wrong or left over in packs, beyond what a reader of one file can see.

Names that nothing defines (parameters, lists, measures, paths, flags, placeholders of messages), definitions that
nothing uses, rules that no case beside them names. Each has its file and line, and a near name if there is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from compliance.authoring.reference_check import Document, Meaning, ReferenceCheck, keys, parameters_in, scalars
from compliance.errors import InputError, Problem, UsageError, near
from compliance.rulebook.conditions import leaves
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.load_errors import LoadErrors
from compliance.rulebook.monotonicity import removable
from compliance.rulebook.packs import CASES, PACK_FILE, SHARED, Pack, load_pack, pack_ids
from compliance.rulebook.rule_models import Definitions, Rule, slug
from compliance.world.io import rule_file
from compliance.world.io.rule_file import line_of as line_at
from compliance.world.io.yaml_nodes import line_of

FLAGS = "flags.yaml"
SAID = ("subject", "key", "period", "measure", "limit", "over")
"""What any message may name beside the paths of its rows."""
CURE = ("quantity", "subject", "key", "period")
"""What the text of a remedy may name."""

_QUOTED = re.compile("`([^`]+)`")
_BRACES = re.compile(r"{([^{}]*)}")
_PATH = re.compile(r"[A-Za-z_][A-Za-z_0-9]*(\.[A-Za-z_0-9-]+)*")
_UNUSED = ("parameters", "measures", "fields")


def check(paths: Sequence[str | Path] = (), meaning: Callable[[Pack], Meaning] | None = None) -> list[Problem]:
    """All that is wrong in these packs, or folders of packs; in all that ship without any.

    Raises `UsageError` for a path at which there is no pack.
    """
    problems: list[Problem] = []
    for folder in pack_folders(paths):
        problems += _lint_folder(folder, meaning)
    return sorted(set(problems))


def pack_folders(paths: Sequence[str | Path] = ()) -> list[Path]:
    """The pack folders that these paths or ids mean; a file means the pack in which it lies."""
    found: list[Path] = []
    for path in paths or [rules_folder()]:
        place = rules_folder() / path if not Path(path).exists() and str(path) in pack_ids() else Path(path)
        around = [p for p in (place, *place.absolute().parents) if (p / PACK_FILE).is_file()]
        inside = sorted(p.parent for p in place.glob(f"*/{PACK_FILE}"))
        if not (around[:1] or inside):
            raise UsageError(f"`{path}` is no pack and holds none.{near(str(path), pack_ids())}")
        found += around[:1] or inside
    return list(dict.fromkeys(found))


def shared_folder(folder: Path) -> Path:
    """What the packs beside a pack share; where there is nothing beside it, what ships."""
    beside = folder.parent / SHARED
    return beside if beside.is_dir() else rules_folder() / SHARED


def _lint_folder(folder: Path, meaning: Callable[[Pack], Meaning] | None) -> list[Problem]:
    shared = shared_folder(folder)
    gathered = LoadErrors(mending=True)
    try:
        pack = load_pack(folder, shared, gathered)
    except InputError as wrong:
        return list(wrong.problems)
    lint = _Lint(pack, shared, meaning(pack) if meaning else None, gathered.problems)
    lost = lint.lost()
    return [*gathered.problems, *(one for one in lint.problems() if lost.isdisjoint(_QUOTED.findall(one.message)))]


class _Lint:
    """The checks of one pack that can be read; `before` is what was wrong in that."""

    def __init__(self, pack: Pack, shared: Path, meaning: Meaning | None, before: Sequence[Problem] = ()) -> None:
        self.pack = pack
        self.before = before
        self.meaning = meaning
        self.asked = ReferenceCheck(pack, meaning)
        self.cases: list[Document] = []
        self.rules: list[tuple[Document, Rule]] = []
        self.definitions: list[Document] = []
        self.others: list[Document] = []
        self.unread: list[Problem] = []
        self.flags = self._registry(shared / FLAGS)
        common = [shared / "definitions.yaml"] if (shared / "definitions.yaml").is_file() else []
        rules = {rule.id: rule for rule in pack.rules}
        for path in (*common, *sorted(pack.folder.rglob("*.yaml"))):
            if path.name.endswith(CASES) or path.parent.name == "cases":
                self._read_cases(path)
                continue
            node = rule_file.read_rule_file(path)
            if not isinstance(node, Mapping) or path.parent.name == "lists":
                continue
            document = Document(path, node)
            if path.name == PACK_FILE:
                self.others.append(document)
            elif str(node.get("id")) in rules:
                self.rules.append((document, rules[str(node["id"])]))
            else:
                self.definitions.append(document)

    def lost(self) -> frozenset[str]:
        """The names that a file defines and the pack lacks, as what they stand for is wrong and was told."""
        kept = self.pack.definitions
        there = {*kept.parameters, *kept.measures, *kept.routes, *(n for of in kept.fields.values() for n in of)}
        there |= {name for rule in self.pack.rules for name in rule.parameters}
        nodes = [document.node for document in (*self.definitions, *(document for document, _ in self.rules))]
        defined = (
            name for node in nodes for section in (*_UNUSED, "routes") for name, _ in _defined_names(node, section)
        )
        return frozenset(defined) - there

    def problems(self) -> Iterator[Problem]:
        """Everything, in no order."""
        yield from self.unread
        named = [problem for document in self.definitions for problem in self.asked.definitions(document)]
        for document, rule in self.rules:
            named += [*self.asked.rule(document, rule), *self._message(document, rule), *self._units(document, rule)]
            yield from (*self._check_flags(document), *self._clauses(document), *self._check_cases(document, rule))
            yield from self._monotone(document, rule)
        for document in self.others:
            yield from self._check_flags(document)
        yield from named
        yield from self._find_unused()
        if self.meaning is not None and not named and not self.before:
            yield from self.meaning.whole()

    # ---- what is read

    def _read_cases(self, path: Path) -> None:
        try:
            node = rule_file.read_rule_file(path)
        except InputError as wrong:
            self.unread += wrong.problems
            return
        for case in node if isinstance(node, list) else ():
            if isinstance(case, Mapping):
                self.cases.append(Document(path, case))

    def _registry(self, path: Path) -> frozenset[str] | None:
        """The ids of all flags; `None` where there is no registry."""
        if not path.is_file():
            return None
        try:
            node = rule_file.read_rule_file(path)
        except InputError as wrong:
            self.unread += wrong.problems
            return None
        inner = node.get("flags", node) if isinstance(node, Mapping) else node
        if isinstance(inner, Mapping):
            return frozenset(inner)
        listed = inner if isinstance(inner, list) else []
        return frozenset(str(item["id"]) for item in listed if isinstance(item, Mapping) and "id" in item)

    # ---- single checks

    def _message(self, document: Document, rule: Rule) -> Iterator[Problem]:
        then = document.node.get("then")
        line = line_at(then, ("message",))
        for word in _BRACES.findall(rule.then.message):
            if word in SAID:
                continue
            if not _PATH.fullmatch(word):
                yield Problem(document.file, line, f"`{{{word}}}` is no placeholder; one is `{{measure}}`")
                continue
            told = self._no_word(rule, word)
            if told is not None:
                hint = near(word, SAID)
                yield Problem(
                    document.file, line, f"the message names `{{{word}}}`, but {told.partition('.')[0]}.{hint}"
                )
        remedies = then.get("remedy") if isinstance(then, Mapping) else None
        for remedy in remedies if isinstance(remedies, list) else ():
            for word in _BRACES.findall(str(remedy.get("text", ""))) if isinstance(remedy, Mapping) else ():
                if word not in CURE:
                    told = f"a remedy cannot name `{{{word}}}`; one of {', '.join(CURE)}.{near(word, CURE)}"
                    yield Problem(document.file, line_at(remedy, ("text",)), told)

    def _units(self, document: Document, rule: Rule) -> Iterator[Problem]:
        """A total is compared with a parameter of its own unit."""
        measure = self.pack.definitions.measures.get(str(rule.of))
        known = {**self.pack.definitions.parameters, **rule.parameters}
        if measure is None:
            return
        tests = [test for asked in (*rule.when.values(), *rule.unless.values()) for test in leaves(asked)]
        for test in tests:
            parameter = known.get(str(test.value).removeprefix("$"))
            if test.path == "measure" and parameter is not None and parameter.unit != measure.unit:
                name = str(test.value)
                line = next((line_of(text) for text in scalars(document.node) if text == name), 0)
                told = f"`{name}` is in {parameter.unit}, and `{rule.of}`, with which it is compared, in {measure.unit}"
                yield Problem(document.file, line, told)

    def _no_word(self, rule: Rule, word: str) -> str | None:
        """What is wrong with a path that a message names."""
        if self.meaning is None:
            return None
        ofs = [rule.of] if isinstance(rule.of, str) else list(rule.of.among.values())
        known = [of for of in ofs if of in self.meaning.tables or of in self.pack.definitions.measures]
        return next((told for of in known if (told := self.meaning.path(of, word)) is not None), None)

    def _check_flags(self, document: Document) -> Iterator[Problem]:
        if self.flags is None:
            return
        for flag in _flags_of(document.node):
            if flag not in self.flags:
                yield Problem(document.file, line_of(flag), f"unknown flag `{flag}`.{near(str(flag), self.flags)}")

    def _clauses(self, document: Document) -> Iterator[Problem]:
        first: dict[str, str] = {}
        for section in ("when", "unless"):
            clauses = document.node.get(section)
            for text in clauses if isinstance(clauses, Mapping) else ():
                before = first.setdefault(slug(text), f"{section} {text}")
                if before != f"{section} {text}":
                    told = f"the clause `{text}` has the name of another, `{slug(text)}`"
                    yield Problem(document.file, line_at(clauses, (text,)), told)

    def _monotone(self, document: Document, rule: Rule) -> Iterator[Problem]:
        told = removable(self.pack, rule) if "chips" in rule.monotone else None
        if told is not None:
            line = line_at(document.node, ("monotone",))
            text = f"more `chips` can remove a finding of the rule; leave them out of `monotone`. {told}"
            yield Problem(document.file, line, text)

    def _check_cases(self, document: Document, rule: Rule) -> Iterator[Problem]:
        if document.node.get("topic") != rule.topic:
            return  # it has none that is known, and was told so
        for case in self.cases:
            expect = case.node.get("expect")
            findings = expect.get("findings") if isinstance(expect, Mapping) else None
            for finding in findings if isinstance(findings, list) else ():
                if not isinstance(finding, Mapping) or finding.get("topic") != rule.topic:
                    continue
                if finding.get("rule") in (None, rule.id, rule.part_of):
                    return
        told = f"no case of the pack has a finding of `{rule.topic}`; write one in `{rule.id}{CASES}`"
        yield Problem(document.file, line_at(document.node, ("topic",)), told)

    def _find_unused(self) -> Iterator[Problem]:
        documents = [*(d for d, _ in self.rules), *self.definitions]
        parameters = {n for d in documents for text in scalars(d.node) for n in parameters_in(text)}
        words = {word for document in documents for word in _referenced_words(document.node)}
        for document in self.definitions:
            for section in _UNUSED:
                for name, holder in _defined_names(document.node, section):
                    if name not in (parameters if section == "parameters" else words):
                        told = f"nothing uses `{name}` of `{section}`"
                        yield Problem(document.file, line_at(holder, (name,)), told)
        for document, _ in self.rules:
            used = {name for text in scalars(document.node) for name in parameters_in(text)}
            for name, holder in _defined_names(document.node, "parameters"):
                if name not in used:
                    told = f"the rule does not use its parameter `{name}`"
                    yield Problem(document.file, line_at(holder, (name,)), told)


def _defined_names(node: Mapping[str, object], section: str) -> Iterator[tuple[str, object]]:
    """The names that a section defines, each with the mapping in which it stands; fields are by table."""
    entries = node.get(section)
    holders = list(entries.values()) if isinstance(entries, Mapping) and section == "fields" else [entries]
    for holder in holders:
        for name in holder if isinstance(holder, Mapping) else ():
            yield name, holder


def _referenced_words(node: Mapping[str, object]) -> Iterator[str]:
    """Every step of every path and name in a document, but for the names where they are defined."""
    bodies: list[object] = [value for key, value in node.items() if key not in Definitions.model_fields]
    for section in Definitions.model_fields:
        bodies += [holder[name] for name, holder in _defined_names(node, section) if isinstance(holder, Mapping)]
    bodies.append(node.get("review_policies"))
    texts = [text for body in bodies for text in (*keys(body), *scalars(body))]
    texts += [word for text in texts for word in _BRACES.findall(text)]
    for text in texts:
        if _PATH.fullmatch(text):
            yield from text.split(".")


def _flags_of(node: object) -> Iterator[str]:
    """The flags that a rule, a state of force or a capture test raises."""
    if isinstance(node, list):
        for item in node:
            yield from _flags_of(item)
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in ("flags", "flags_where") and isinstance(value, list | Mapping):
                yield from value
            else:
                yield from _flags_of(value)
