"""Dated lists of countries, as rule data gives them: country groups, tiers, destinations of an exception.

A list says from when to when each country is on it, with where that is written and how well it was seen; it
may take in other lists. An empty `from` is open: the membership holds as far back as anyone asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from compliance.errors import InputError, Problem, UsageError, near
from compliance.world.io import rule_file
from compliance.world.io.rule_file import CONFIDENCES, Cited, Confidence, Country, OpenDay, RuleDataModel


class Member(RuleDataModel):
    """A country on a list for a time; what is left out stands at the list."""

    country: Country
    from_: Annotated[OpenDay, Field(alias="from")] = None
    to: OpenDay = None
    citation: Cited | None = None
    confidence: Confidence | None = None
    note: str = ""


def _member(node: object) -> object:
    return {"country": node} if isinstance(node, str) else node


class ListEntry(RuleDataModel):
    """One list as written.

    `from` is that of every member that gives none of its own; `seen` is the day of the text that was read,
    before which a membership is memory.
    """

    title: Cited
    citation: Cited
    confidence: Confidence
    from_: Annotated[OpenDay, Field(alias="from")] = None
    countries: tuple[Annotated[Member, BeforeValidator(_member)], ...] = ()
    lists: tuple[str, ...] = ()
    seen: OpenDay = None
    note: str = ""

    @model_validator(mode="after")
    def _holds_something(self) -> ListEntry:
        if not self.countries and not self.lists:
            raise ValueError("a list needs `countries` or `lists`")
        for member in self.countries:
            start = member.from_ or self.from_
            if start and member.to and member.to <= start:
                raise ValueError(f"`{member.country}` ends on {member.to}, not after its first day {start}")
        return self


@dataclass(frozen=True, slots=True)
class CountryMembership:
    """A country's time on a list: from `start` to before `end`."""

    country: str
    start: date | None
    end: date | None
    citation: str
    confidence: Confidence
    seen: date | None

    def holds(self, day: date) -> bool:
        """Whether the day lies in this time."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def sure(self, day: date) -> Confidence:
        """How well this membership was seen as it stood on the day."""
        return _weaker(self.confidence, "memory") if self.seen and day < self.seen else self.confidence


def _weaker(*found: Confidence) -> Confidence:
    return max(found, key=CONFIDENCES.index)


class CountryLists:
    """Every list of countries by name, with all that it takes in resolved."""

    def __init__(self, entries: dict[str, ListEntry], stays: dict[str, tuple[CountryMembership, ...]]) -> None:
        self._entries = entries
        self._stays = stays
        self._by_country: dict[tuple[str, str], list[CountryMembership]] = {}
        self._sure: dict[tuple[str, str, date], Confidence] = {}
        self._parts: dict[str, set[str]] = {}
        for name, held in stays.items():
            for stay in held:
                self._by_country.setdefault((name, stay.country), []).append(stay)

    @classmethod
    def load(cls, files: Iterable[Path]) -> CountryLists:
        """Reads lists from files. Raises `InputError` with every problem of every file."""
        entries: dict[str, ListEntry] = {}
        places: dict[str, tuple[str, int]] = {}
        problems: list[Problem] = []
        for path in sorted(files):
            for name, node, line in _read_lists(path, problems):
                if name in entries:
                    also = f"the list `{name}` is also in {places[name][0]}"
                    problems.append(Problem(str(path), line, also))
                    continue
                try:
                    entries[name] = rule_file.parse(ListEntry, node, str(path), name)
                except InputError as wrong:
                    problems += wrong.problems
                places[name] = (str(path), line)
        stays: dict[str, tuple[CountryMembership, ...]] = {}
        for name, entry in entries.items():
            for other in entry.lists:
                if other not in places:
                    file, line = places[name]
                    problems.append(Problem(file, line, f"no list `{other}`.{near(other, places)}"))
            if name in _reachable_lists(name, entries):
                problems.append(Problem(*places[name], f"the list `{name}` takes in itself"))
        if problems:
            raise InputError(problems)
        for name in entries:
            stays[name] = _resolve_members(name, entries)
        return cls(entries, stays)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all lists, sorted."""
        return tuple(sorted(self._entries))

    def holds(self, name: str, country: str, day: date) -> bool:
        """Whether the country is on the list on the day. Raises `UsageError` for an unknown list."""
        self._entry(name)
        return any(stay.holds(day) for stay in self._by_country.get((name, country), ()))

    def countries(self, name: str, day: date) -> tuple[str, ...]:
        """The countries on the list on the day, sorted."""
        self._entry(name)
        return tuple(sorted({stay.country for stay in self._stays[name] if stay.holds(day)}))

    def members(self, name: str) -> frozenset[str]:
        """The countries that are or ever were on the list."""
        self._entry(name)
        return frozenset(stay.country for stay in self._stays[name])

    def days(self, name: str) -> tuple[date, ...]:
        """The days on which the list changes, sorted."""
        self._entry(name)
        ends = (day for stay in self._stays[name] for day in (stay.start, stay.end))
        return tuple(sorted({day for day in ends if day is not None}))

    def confidence(self, name: str, country: str, day: date) -> Confidence:
        """How well it was seen that the country is, or is not, on the list on the day.

        That it is not rests on the whole list; where it came or went, on that change too.
        """
        key = name, country, day
        if key not in self._sure:
            self._sure[key] = self._confidence(name, country, day)
        return self._sure[key]

    def _confidence(self, name: str, country: str, day: date) -> Confidence:
        entry = self._entry(name)
        stays = self._by_country.get((name, country), [])
        now = [stay.sure(day) for stay in stays if stay.holds(day)]
        if now:
            return min(now, key=CONFIDENCES.index)
        parts = [self._entries[part] for part in self._with_parts(name)]
        unseen: list[Confidence] = ["memory" for part in parts if part.seen and day < part.seen]
        known = [part.confidence for part in parts] + [stay.confidence for stay in stays]
        return _weaker(entry.confidence, *unseen, *known)

    def _with_parts(self, name: str) -> set[str]:
        """The list and those of which it is made."""
        if name not in self._parts:
            self._parts[name] = {name} | _reachable_lists(name, self._entries)
        return self._parts[name]

    def citation(self, name: str, country: str | None = None, day: date | None = None) -> str:
        """Where the list is written; with a country and a day, where that membership is."""
        entry = self._entry(name)
        if country is not None and day is not None:
            for stay in self._by_country.get((name, country), ()):
                if stay.holds(day):
                    return stay.citation
        return entry.citation

    def title(self, name: str) -> str:
        """What the list is, in words."""
        return self._entry(name).title

    def _entry(self, name: str) -> ListEntry:
        if name not in self._entries:
            raise UsageError(f"no list of countries `{name}`.{near(name, self._entries)}")
        return self._entries[name]


def _read_lists(path: Path, problems: list[Problem]) -> Iterator[tuple[str, object, int]]:
    try:
        node = rule_file.read_rule_file(path)
    except InputError as wrong:
        problems += wrong.problems
        return
    if not isinstance(node, dict):
        problems.append(Problem(str(path), 1, "a file of lists is a mapping from the name of each list"))
        return
    for name in node:
        yield str(name), node[name], rule_file.line_of(node, (str(name),))


def _reachable_lists(name: str, entries: dict[str, ListEntry]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        entry = entries.get(waiting.pop())
        for other in entry.lists if entry else ():
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _resolve_members(name: str, entries: dict[str, ListEntry]) -> tuple[CountryMembership, ...]:
    return tuple(
        CountryMembership(
            member.country,
            member.from_ or entries[part].from_,
            member.to,
            member.citation or entries[part].citation,
            member.confidence or entries[part].confidence,
            entries[part].seen,
        )
        for part in sorted({name} | _reachable_lists(name, entries))
        for member in entries[part].countries
    )
