"""Problems of all files of a pack, gathered and raised together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from compliance.errors import InputError, Problem
from compliance.world.io import rule_file
from compliance.world.reference.country_lists import CountryLists

Model = TypeVar("Model", bound=BaseModel)


class LoadErrors:
    """Reads what can be read; `problems` holds what is wrong in the rest.

    With `mending` a file whose words or keys are wrong is read as if they were others, so that the rest of it can be
    checked too; nothing else may come of it.
    """

    def __init__(self, mending: bool = False) -> None:
        self.problems: list[Problem] = []
        self.mending = mending
        self._lost = False

    @property
    def stops(self) -> bool:
        """True if the loaded definitions are incomplete."""
        return self._lost if self.mending else bool(self.problems)

    def stop(self, problems: Iterable[Problem]) -> None:
        """Notes problems with which nothing else of the pack can be checked."""
        found = tuple(problems)
        self.problems += found
        self._lost = self._lost or bool(found)

    def read(self, path: Path) -> object:
        """What a file holds; `None` where it cannot be read."""
        try:
            return rule_file.read_rule_file(path)
        except InputError as wrong:
            self.stop(wrong.problems)
            return None

    def model(self, model: type[Model], node: object, file: str, called: str = "") -> Model | None:
        """What a file holds, as a model; `None` where something is wrong in it."""
        try:
            return rule_file.parse(model, node, file, called)
        except InputError as wrong:
            found = mend_model(model, node) if self.mending else None
            if found is None:
                self.stop(wrong.problems)
            else:
                self.problems += wrong.problems
            return found

    def models(self, model: type[Model], node: Mapping[str, object], file: str) -> dict[str, Model]:
        """The good entries of a mapping of names to models."""
        found = {name: self.model(model, entry, file, name) for name, entry in node.items()}
        return {name: entry for name, entry in found.items() if entry is not None}

    def countries(self, files: Sequence[Path]) -> CountryLists:
        """The lists of countries of these files; none at all where something is wrong in them."""
        try:
            return CountryLists.load(files)
        except InputError as wrong:
            self.stop(wrong.problems)
            return CountryLists({}, {})

    def defined_once(
        self, node: Mapping[str, object], file: str, defined: dict[tuple[str, str], tuple[str, int]]
    ) -> None:
        """Notes where names are defined, in `defined`; a name that stands in two files is a problem."""
        for section, names in node.items():
            for name in names if isinstance(names, Mapping) and section != "fields" else ():
                at = (file, rule_file.line_of(names, (name,)))
                before = defined.setdefault((section, name), at)
                if before != at:
                    told = f"`{name}` of `{section}` stands at {before[0]}:{before[1]} already"
                    self.problems.append(Problem(*at, told))


_ROUNDS = 4
"""How often what was put right may show what else is wrong."""


def mend_model(model: type[Model], node: object) -> Model | None:
    """`node` as a model with what is wrong in it left out, or of the words that may stand there the first.

    `None` where not enough is right.
    """
    whole = deepcopy(node)
    for _ in range(_ROUNDS):
        try:
            return model.model_validate(whole)
        except ValidationError as wrong:
            errors = wrong.errors(include_url=False)
            inner = [e for e in errors if not any(_within(other["loc"], e["loc"]) for other in errors)]
            for error in reversed(inner):
                _mend(whole, dict(error))
    return None


def _within(inner: tuple[str | int, ...], outer: tuple[str | int, ...]) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _mend(node: Any, error: dict[str, Any]) -> None:
    """Leaves out what an error of validation is about; puts a word where one is missing or is none of those known."""
    holder: Any = None
    last: Any = None
    for step in error["loc"]:
        if _has(node, step):
            holder, last, node = node, step, node[step]
    known = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
    if error["type"] == "missing":
        if isinstance(node, dict):
            node[error["loc"][-1]] = "?"
    elif holder is not None and error["type"] == "literal_error" and known:
        holder[last] = known[0]
    elif holder is not None:
        del holder[last]


def _has(node: object, step: str | int) -> bool:
    listed = isinstance(node, list) and isinstance(step, int) and step < len(node)
    return listed or (isinstance(node, Mapping) and step in node)
