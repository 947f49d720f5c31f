"""What the search for patterns takes for granted, read from `rules/shared/patterns.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from compliance import units
from compliance.errors import UsageError, near
from compliance.rulebook.field_types import RuleModel
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.parameters import DatedValue, Parameter
from compliance.world.io import rule_file

FILE = "patterns.yaml"


class Kind(RuleModel):
    """A kind of evidence: how often, in percent, what is looked for shows it, how a sentence says so, and its flag.

    It is counted among the companies of which this kind is known, or the kind `among`, told before it.
    """

    family: str
    flag: str = ""
    among: str = ""
    of_one_hand: Annotated[Fraction, BeforeValidator(lambda text: units.exact(str(text)))]
    text: str


class ShellSignKind(Kind):
    """A sign of a shell: also how many buyers at large show it, in percent, where a world holds too few to count."""

    at_large: Annotated[Fraction, BeforeValidator(lambda text: units.exact(str(text)))]


class PatternFile(RuleModel):
    """The file as written."""

    parameters: dict[str, Parameter]
    kinds: dict[str, Kind]
    signs: dict[str, ShellSignKind]
    secrecy: tuple[str, ...]
    forwarder_words: tuple[str, ...]
    computing_words: tuple[str, ...]
    supporting: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """The kinds of evidence, and each parameter's value by name; `changed` names those that the user set."""

    kinds: Mapping[str, Kind]
    signs: Mapping[str, ShellSignKind]
    secrecy: tuple[str, ...]
    forwarder_words: tuple[str, ...]
    computing_words: tuple[str, ...]
    supporting: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    changed: tuple[str, ...] = ()

    @classmethod
    def load(cls, changes: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
        """The file that ships, with the user's changes; raises `UsageError` for a name that it does not have."""
        path = (folder or rules_folder() / "shared") / FILE
        found = rule_file.parse(PatternFile, rule_file.read_rule_file(path), str(path))
        parameters = dict(found.parameters)
        for name, text in (changes or {}).items():
            if name not in parameters:
                raise UsageError(f"--set {name}: patterns have no such parameter.{near(name, parameters)}")
            try:
                parameters[name].number(text)
            except ValueError as wrong:
                raise UsageError(f"--set {name}: {wrong}") from None
            value = DatedValue(value=text, citation="set by the user", confidence="design")
            parameters[name] = parameters[name].model_copy(update={"values": (value,)})
        words = found.secrecy, found.forwarder_words, found.computing_words, found.supporting
        return cls(found.kinds, found.signs, *words, parameters, tuple(sorted(changes or {})))

    def number(self, name: str) -> Fraction:
        """The value of a parameter that is a number."""
        value = self.parameters[name].number(self.parameters[name].values[-1].value)
        assert isinstance(value, Fraction)
        return value

    def numbers(self, name: str) -> tuple[Fraction, ...]:
        """The values of a parameter that lists several."""
        return tuple(units.exact(word) for word in self.parameters[name].values[-1].value.split())
