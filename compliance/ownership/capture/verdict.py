"""Who is captured by listed owners on a day, as the tests of packs define it: three-valued, with bounds.

Least fixed points decide [OFAC FAQ 401]: a captured owner's stake counts in full, any other's for nothing.
The one on the lowest completion says who is captured, the one on the highest who may be; between them lies
`undetermined`. Where parties are not added up [OFSI 4.1.4] each listed person has fixed points of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from compliance.ownership.capture.capture_test import CaptureTest
from compliance.ownership.capture.cascade import Frame, Run, circular, highest, lowest
from compliance.ownership.register import Register
from compliance.ownership.stake_bounds import Column, RangeEnd

__all__ = ["UNDISCLOSED", "Capture", "CaptureAnswer", "CaptureTest", "Person", "Step", "Unknown"]

Verdict = Literal["captured", "not_captured", "undetermined"]
Limb = Literal["listed", "ownership", "control"]
UNDISCLOSED = ("closed", "red_flag", "open")
"""Who may hold what nobody disclosed: nobody listed; an owner who is known to hold something; anybody."""


@dataclass(frozen=True, slots=True)
class Step:
    """A link of a path: what an owner holds, such as `50` or `>25-50`; `None` if it controls otherwise."""

    owner: str
    owned: str
    percent: str | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that is not known and on which a verdict rests: the stake of `owner` in `owned`.

    An empty `owner` is a holder who is not identified (or nobody disclosed); `owner` and `owned` alike: under
    which program the party is listed. `settles` counts the companies whose verdict this fact alone would
    settle if it turned out at the better of its two ends; `None` where that would be too long to count.
    """

    owner: str
    owned: str
    settles: int | None


@dataclass(frozen=True, slots=True)
class CaptureAnswer:
    """The verdict on a party, the limb that captures it, and the stakes of captured owners.

    `left_out` links of the path at least are not told, after the first ones.
    """

    party: str
    verdict: Verdict
    limb: Limb | None
    low: RangeEnd
    high: RangeEnd
    flags: tuple[str, ...] = ()
    path: tuple[Step, ...] = ()
    left_out: int = 0
    deciding_unknowns: tuple[Unknown, ...] = ()


@dataclass(frozen=True)
class Person:
    """Who counts as one owner, and whom it captures on the lowest and on the highest completion."""

    low: Run
    high: Run


class Capture:
    """One test on one day: of the whole world, of a cluster `within` it, or of `parties` and all upstream of them.

    With `among`, only parties of which it is true count as listed.
    """

    def __init__(
        self,
        register: Register,
        test: CaptureTest,
        day: date,
        undisclosed: str = "closed",
        parties: Iterable[str] | None = None,
        among: Callable[[str], bool] | None = None,
        within: Set[str] | None = None,
    ) -> None:
        self.register = register
        self.test = test
        self.day = register.day(day)
        self.among = among
        interests = test.interests.capture
        self.frame = Frame(
            self.day, test.bar(day), test.capturing, frozenset(test.joint), undisclosed, interests, within
        )
        self.whole = parties is None
        if parties is not None:
            region = self.upstream(self._near(parties))
            if any(rule.proxy_ties for rule in test.flags.values()):
                ever = {other for party in region for other in register.upstream(party)}  # ties and former owners too
                region = self.upstream(region | ever)
            self.frame = replace(self.frame, region=frozenset(region))
        self.persons = self._persons(self.frame)

    def _near(self, parties: Iterable[str]) -> set[str]:
        """The parties and whom flags about them ask of: their people and where else those are, holders, ties."""
        register, found = self.register, set(parties)
        people = {row.person for party in found for row in register.roles_in.get(party, ())}
        elsewhere = {row.company for person in people for row in register.roles_of.get(person, ())}
        tied = {end for party in found for row in register.ties_of.get(party, ()) for end in (row.party, row.other)}
        held = {cell.owner for party in found for cell in register.cells_in(party) if cell.owner}
        return found | people | elsewhere | tied | held

    def upstream(self, parties: Iterable[str]) -> set[str]:
        """The parties and whoever holds, controls, or is one with somebody upstream of them."""
        found = set(parties)
        waiting = list(found)
        while waiting:
            for party in self.frame.as_one(waiting.pop()):
                owners = [h.owner for column in self.day.columns(party) for h in column.held if h.owner]
                for other in (party, *owners, *(c for c, _ in self.day.controllers(party))):
                    if other not in found:
                        found.add(other)
                        waiting.append(other)
        return found

    def listed(self, party: str) -> bool | None:
        """Whether the party is on a list that counts; `None` where its program is not known."""
        if self.among is not None and not self.among(party):
            return False
        rows = self.day.rows(self.register.listings_of, party)
        answers = [self.test.listed(row.list, row.program) for row in rows]
        return True if True in answers else None if None in answers else False

    @cached_property
    def seeds(self) -> dict[str, bool]:
        """The parties that are listed, and whether surely."""
        answers = {party: self.listed(party) for party in self.frame.inside_of(self.register.listings_of.keys())}
        return {party: bool(answer) for party, answer in answers.items() if answer is not False}

    def _persons(self, frame: Frame) -> list[Person]:
        sure = [party for party, surely in self.seeds.items() if surely]
        if self.test.aggregate:
            return [Person(lowest(frame, sure), highest(frame, self.seeds))]
        base = highest(frame, ())
        persons = [Person(lowest(frame, ()), base)]
        seen: set[str] = set()
        for party in self.seeds:
            if party not in seen:
                one = [p for p in frame.as_one(party) if p in self.seeds]
                seen.update(one)
                low = lowest(frame, [p for p in one if self.seeds[p]])
                persons.append(Person(low, highest(frame, one, base)))
        return persons

    @cached_property
    def _about(self) -> dict[str, list[Person]]:
        """The persons who hold or capture anything in a company."""
        found: dict[str, dict[int, Person]] = {}
        for number, person in enumerate(self.persons[1:]):
            for run in (person.low, person.high):
                for company in (*run.ranks, *(key[0] for key in run.tallies)):
                    found.setdefault(company, {})[number] = person
        return {company: list(persons.values()) for company, persons in found.items()}

    def about(self, party: str) -> list[Person]:
        """Whom to ask about a party: the first (all together, or the unidentified), and who holds in it."""
        return [self.persons[0], *self._about.get(party, ())]

    @cached_property
    def sure(self) -> frozenset[str]:
        """The listed, and who is owned or controlled by them on every completion, foreign or not."""
        return frozenset(party for person in self.persons for party in person.low.members())

    @cached_property
    def maybe(self) -> frozenset[str]:
        """The same on the highest completion."""
        return frozenset(party for person in self.persons for party in person.high.members())

    def at_home(self, party: str) -> bool:
        """Whether `foreign_only` keeps it out: it is of `home` by jurisdiction, else by headquarters."""
        if not self.test.foreign_only or party not in self.register.companies:
            return False
        return (self.register.place(party).jurisdiction or self.day.seat(party)) == self.test.home

    def verdict(self, party: str) -> Verdict:
        """Whether the party is captured; a listed one always is."""
        listed = self.seeds.get(party)
        if listed:
            return "captured"
        if party in self.sure and not self.at_home(party):
            return "captured"
        if listed is False or (party in self.maybe and not self.at_home(party)):
            return "undetermined"
        return "not_captured"

    def limb(self, party: str) -> Limb | None:
        """By what a captured party is captured: listed, else owned, else controlled."""
        if self.verdict(party) != "captured":
            return None
        if self.seeds.get(party):
            return "listed"
        owned = any(self.frame.surely(c, p.low.tally(c)) for c in self.columns(party) for p in self.about(party))
        return "ownership" if owned else "control"

    def columns(self, party: str) -> tuple[Column, ...]:
        """The interests in a company of which stakes capture it; none in a person."""
        found = self.day.columns(party) if party in self.register.companies else ()
        return tuple(column for column in found if self.frame.captures(column))

    def sums(self, party: str) -> tuple[RangeEnd, RangeEnd]:
        """The stakes of captured owners on the lowest and highest completion, of the highest single person.

        Of the interests that count the one that captures, else the one that may, else the higher.
        """
        found = [(self._sums(column, party)) for column in self.columns(party)]
        if not found:
            return RangeEnd(), RangeEnd()
        *_, high, low = max(found, key=lambda f: (f[0], f[1], f[2].as_high(), f[3].as_low()))
        return low, high

    def _sums(self, column: Column, party: str) -> tuple[bool, bool, RangeEnd, RangeEnd]:
        persons = self.about(party)
        lows = [person.low.tally(column) for person in persons]
        highs = [person.high.tally(column) for person in persons]
        return (
            any(self.frame.surely(column, tally) for tally in lows),
            any(self.frame.possibly(column, tally) for tally in highs),
            max((self.frame.highest(column, tally) for tally in highs), key=RangeEnd.as_high),
            max((tally.lowest() for tally in lows), key=RangeEnd.as_low),
        )

    @cached_property
    def elsewise(self) -> frozenset[str]:
        """Who may be captured if undisclosed stakes are read as `red_flag` does (where so, as `closed`)."""
        other = "red_flag" if self.frame.undisclosed == "closed" else "closed"
        persons = self._persons(replace(self.frame, undisclosed=other))
        return frozenset(party for person in persons for party in person.high.members())

    @cached_property
    def circular(self) -> frozenset[str]:
        """Who is not captured and would be if circles of companies could hold themselves up."""
        found: set[str] = set()
        for person in self.persons:
            if person.high.seeds:
                found |= circular(self.frame, person.high)
        return frozenset(found - self.maybe)

    def over(self, party: str) -> bool:
        """Whether stakes of over 100 percent leave open what captured or possible owners hold."""
        return any(
            column.over and person.high.tally(column).holders > 0
            for column in self.columns(party)
            for person in self.about(party)
        )
