"""Every question that a pack's files ask, at its line, held against what there is to ask about.

The meaning of a path in tables is known to a layer above, which is handed in (`Meaning`); without one only names that
the pack itself defines are looked up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from compliance.errors import Problem, near
from compliance.rulebook.conditions import All, Any, Condition, Not, Test
from compliance.rulebook.language import COMPARISONS, LanguageError, condition
from compliance.rulebook.packs import Pack
from compliance.rulebook.prose.terms import OF_MEASURE, TABLES
from compliance.rulebook.rule_models import SUMS, Rule
from compliance.world.io.rule_file import line_of as line_at
from compliance.world.io.yaml_nodes import LocatedDict, line_of

PARTY = "party"
_NESTED = ("all", "any", "not")
_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class Meaning(Protocol):
    """What a pack's words mean in tables: `None` where a word means something, else what is wrong."""

    tables: Collection[str]

    def question(self, of: str, asked: Condition, rule: Rule | None) -> str | None:
        """Of a question about the rows of a table or the totals of a measure."""

    def path(self, of: str, path: str) -> str | None:
        """Of a path that leads to a column."""

    def subject(self, rule: Rule) -> str | None:
        """Of what a rule calls its subject."""

    def whole(self) -> list[Problem]:
        """Of all rules as they are compiled."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a pack as read, with its lines."""

    path: Path
    node: Mapping[str, object]

    @property
    def file(self) -> str:
        return str(self.path)


class ReferenceCheck:
    """Checks the questions of one pack; gives problems."""

    def __init__(self, pack: Pack, meaning: Meaning | None) -> None:
        self.pack = pack
        self.meaning = meaning
        self.measures = pack.definitions.measures
        self.fields = pack.definitions.fields

    # ---- whole files

    def rule(self, document: Document, rule: Rule) -> Iterator[Problem]:
        """A rule's questions, paths, placeholders and the like."""
        node, file = document.node, document.file
        ofs = list(_words(node.get("of")))
        yield from self._tables(file, ofs)
        for section in ("when", "unless"):
            clauses = node.get(section) or {}
            for asked in clauses.values() if isinstance(clauses, Mapping) else ():
                yield from self.asked(file, asked, ofs, rule)
        subject = node.get("subject")
        if self.meaning is not None and (wrong := self.meaning.subject(rule)) is not None:
            yield Problem(file, line_at(subject, ("kind",)), wrong)
        for _, asked in (*_mapping(_get(subject, "kind")), *_mapping(_get(node, "then", "flags_where"))):
            yield from self.asked(file, asked, ofs, rule)
        due = _get(node, "then", "due")
        then = node.get("then")
        paths = ((subject, "id"), (subject, "key"), (subject, "period"), (node, "measure"), (due, "after"))
        for at, path in (*paths, (then, "review_policy_of")):
            if isinstance(at, Mapping) and at.get(path):
                yield from self._path(file, line_at(at, (path,)), ofs, str(at[path]))
        for remedy in _list(_get(node, "then", "remedy")):
            if isinstance(remedy, Mapping) and remedy.get("place"):
                yield from self._list(file, line_at(remedy, ("place",)), str(remedy["place"]))
        yield from self._parameters(file, {k: v for k, v in node.items() if k not in ("title", "note")}, rule)

    def definitions(self, document: Document) -> Iterator[Problem]:
        """The questions of shared fields, measures, requirements, routes and review policies."""
        node, file = document.node, document.file
        for table, fields in _mapping(node.get("fields")):
            for _, field in _mapping(fields):
                yield from self._field(file, table, field)
        for _, measure in _mapping(node.get("measures")):
            yield from self._measure(file, measure)
        for section in ("requirements", "routes"):
            for _, entry in _mapping(node.get(section)):
                yield from self._determining(file, entry)
        for entry in _list(node.get("review_policies")):
            yield from self._determining(file, entry)
        yield from self._parameters(file, node, None)

    def _measure(self, file: str, node: object) -> Iterator[Problem]:
        ofs = list(_words(_get(node, "of")))
        yield from self._tables(file, ofs)
        yield from (Problem(file, line_of(of), OF_MEASURE.format(of)) for of in ofs if of in self.measures)
        for side in ("part", "whole", "to"):
            for name in _words(_get(node, side)):
                yield from self._check_name(file, line_of(name), "measure", str(name), self.measures)
        yield from self.asked(file, _get(node, "where"), ofs, None)
        for _, asked in _mapping(_get(node, "flags")):
            yield from self.asked(file, asked, ofs, None)
        by = _get(node, "by")
        found = [_get(node, name) for name in ("sum", "max", "members")]
        found += [_get(by, "id"), _get(by, "key")]
        found += [_get(node, "count")] if _get(node, "count") != "rows" else []
        for path in (word for entry in found for word in _words(entry)):
            yield from self._path(file, line_of(path), ofs, str(path))

    def _determining(self, file: str, node: object) -> Iterator[Problem]:
        ofs = list(_words(_get(node, "of"))) or ["lines"]
        yield from self._tables(file, ofs)
        yield from self.asked(file, _get(node, "when"), ofs, None)
        for _, asked in _mapping(_get(node, "conditions")):
            yield from self.asked(file, asked, ofs, None)

    def _field(self, file: str, of: str, node: object) -> Iterator[Problem]:
        amounts = [path for shape in SUMS for path in _list(_get(node, shape))]
        for path in (each for each in amounts if not str(each).startswith("$")):
            yield from self._path(file, line_of(path), [of], str(path))
        cases = _list(_get(node, "first"))
        if cases:
            for case in cases:
                yield from self.asked(file, _get(case, "when"), [of], None)
                if _get(case, "value"):
                    yield from self._path(file, line_at(case, ("value",)), [of], str(_get(case, "value")))
        elif isinstance(node, str):
            yield from self._path(file, line_of(node), [of], str(node))
        elif not amounts:
            yield from self.asked(file, node, [of], None)

    # ---- questions

    def asked(self, file: str, node: object, ofs: list[str], rule: Rule | None) -> Iterator[Problem]:
        """The questions of a condition, each at its own line."""
        for item in _list(node):
            yield from self.asked(file, item, ofs, rule)
        for key, value in _mapping(node):
            if key in _NESTED:
                yield from self.asked(file, value, ofs, rule)
            elif key != "not_known":
                yield from self._question(file, LocatedDict({key: value}), line_at(node, (key,)), ofs, rule)

    def _question(
        self, file: str, node: LocatedDict, line: int, ofs: list[str], rule: Rule | None
    ) -> Iterator[Problem]:
        ((path, value),) = node.items()
        problems = list(self._check_head(file, path, line))
        for asked in [value] if not isinstance(value, Mapping) else value.values():
            words = asked if isinstance(asked, list) and asked else [asked]
            if not all(isinstance(word, str) and word for word in words):
                problems.append(Problem(file, line, f"`{path}` is asked about nothing that can be compared"))
        for test, limit in _mapping(value):
            if test in ("in", "not_in") and isinstance(limit, str):
                problems += self._list(file, line_at(value, (test,)) or line, str(limit))
            if test in COMPARISONS and str(limit).startswith("$"):
                known = {*self.pack.definitions.parameters, *(rule.parameters if rule else ())}
                if str(limit)[1:] not in known:
                    return  # said by `_parameters`
        if problems:
            yield from problems
            return
        try:
            meant = condition(node)
        except LanguageError:
            return  # said where the file is read
        for of in ofs:
            told = self._check_meaning(of, path, meant, rule)
            if told is not None and _speaks_of(told, (path, *scalars(value))):
                yield Problem(file, line, told)

    def _check_meaning(self, of: str, path: str, asked: Condition, rule: Rule | None) -> str | None:
        if self.meaning is None or (of not in self.meaning.tables and of not in (*self.measures, PARTY)):
            return None
        prefix, _, last = path.rpartition(".")
        own = self.fields.get(of, {}).get(path)
        theirs = self.fields.get(PARTY, {}).get(last) if prefix else None
        for field in (own, theirs):
            if not isinstance(field, Test | All | Any | Not):
                continue
            if not isinstance(asked, Test) or not isinstance(asked.value, bool) or asked.op != "is":
                return f"`{path}` is true or false"
            return self.meaning.path(of, prefix) if field is theirs else None
        return self.meaning.question(of, asked, rule)

    def _check_head(self, file: str, path: str, line: int) -> Iterator[Problem]:
        """The measure or route that a path begins with."""
        head, _, rest = path.partition(".")
        name = rest.partition(".")[0]
        if head in ("measure", "counted_in") and name:
            yield from self._check_name(file, line, "measure", name, self.measures)
        if head == "route":
            yield from self._check_name(file, line, "route", rest, self.pack.definitions.routes)

    def _path(self, file: str, line: int, ofs: Iterable[str], path: str) -> Iterator[Problem]:
        yield from (said := list(self._check_head(file, path, line)))
        if self.meaning is None or said or path == "measure":
            return
        for of in ofs:
            known = of in self.meaning.tables or of in self.measures
            told = self.meaning.path(of, path) if known else None
            if told is not None and _speaks_of(told, (path,)):
                yield Problem(file, line, told)

    # ---- names

    def _tables(self, file: str, ofs: Iterable[str]) -> Iterator[Problem]:
        for of in ofs if self.meaning is not None else ():
            known = (*self.meaning.tables, *self.measures) if self.meaning else ()
            if of not in known:
                meant = next((name for name, text in TABLES.items() if of in re.findall(r"\w+", text)), None)
                hint = f" Did you mean `{meant}`, {TABLES[meant]}?" if meant else near(of, known)
                yield Problem(file, line_of(of), f"there is no table or measure `{of}`.{hint}")

    def _list(self, file: str, line: int, name: str) -> Iterator[Problem]:
        yield from self._check_name(file, line, "list", name, self.pack.lists.names)

    def _check_name(self, file: str, line: int, kind: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
        if name not in (names := set(known)):
            yield Problem(file, line, f"unknown {kind} `{name}`.{near(name, names)}")

    def _parameters(self, file: str, node: object, rule: Rule | None) -> Iterator[Problem]:
        known = {*self.pack.definitions.parameters, *(rule.parameters if rule else ())}
        for text in scalars(node):
            for name in (name for name in parameters_in(text) if name not in known):
                owner = next((one.id for one in self.pack.rules if name in one.parameters), None)
                told = f"unknown parameter `{name}`{f'; it is of the rule `{owner}` alone' if owner else ''}"
                hint = (not owner and near(name, known)) or " Write it under `parameters:` of this file."
                yield Problem(file, line_of(text), f"{told}.{hint}")


def _speaks_of(told: str, words: Iterable[str]) -> bool:
    """Whether what is wrong is wrong in these words, and not in a definition that they lead to."""
    quoted = re.findall("`([^`]+)`", told.partition(" Did you mean")[0])
    return any(word in text for word in quoted for text in words)


def parameters_in(text: str) -> list[str]:
    """The parameters that a text names: `$limit`, or the two of a period `$start/$end`."""
    return _PARAMETER.findall(text) if text.startswith("$") else []


def scalars(node: object) -> Iterator[str]:
    """Every text of a document, from top to bottom; keys apart."""
    if isinstance(node, str):
        yield node
    for item in _list(node):
        yield from scalars(item)
    for _, value in _mapping(node):
        yield from scalars(value)


def keys(node: object) -> Iterator[str]:
    """Every key of a document."""
    for item in _list(node):
        yield from keys(item)
    for key, value in _mapping(node):
        yield key
        yield from keys(value)


def _words(node: object) -> Iterator[str]:
    """A word, each of a list, or each of those among which a parameter picks."""
    if isinstance(node, str) and node:
        yield node
    for item in _list(node):
        yield from _words(item)
    for _, word in _mapping(_get(node, "among")):
        yield from _words(word)


def _list(node: object) -> list[object]:
    return node if isinstance(node, list) else []


def _mapping(node: object) -> list[tuple[str, object]]:
    return list(node.items()) if isinstance(node, Mapping) else []


def _get(node: object, *steps: str) -> object:
    for step in steps:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node
