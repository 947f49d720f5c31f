"""Problems of all files of a pack, gathered and raised together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from compliance.errors import InputError, Problem
from compliance.world import rule_file
from compliance.world.places import CountryLists

Model = TypeVar("Model", bound=BaseModel)


class Gathered:
    """Reads what can be read; `problems` holds what is wrong in the rest."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, path: Path) -> object:
        """What a file holds; `None` where it cannot be read."""
        try:
            return rule_file.read(path)
        except InputError as wrong:
            self.problems += wrong.problems
            return None

    def model(self, model: type[Model], node: object, file: str, called: str = "") -> Model | None:
        """What a file holds, as a model; `None` where something is wrong in it."""
        try:
            return rule_file.parse(model, node, file, called)
        except InputError as wrong:
            self.problems += wrong.problems
            return None

    def models(self, model: type[Model], node: Mapping[str, object], file: str) -> dict[str, Model]:
        """The good entries of a mapping of names to models."""
        found = {name: self.model(model, entry, file, name) for name, entry in node.items()}
        return {name: entry for name, entry in found.items() if entry is not None}

    def countries(self, files: Sequence[Path]) -> CountryLists:
        """The lists of countries of these files; none at all where something is wrong in them."""
        try:
            return CountryLists.load(files)
        except InputError as wrong:
            self.problems += wrong.problems
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
