"""What is said of a company beside its ultimate parent: influence that a majority test does not see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol

from compliance.ownership.capture import influence
from compliance.ownership.capture.capture_test import FlagRule, ParentTest
from compliance.ownership.register import Day, Register
from compliance.ownership.stake_bounds import Column, HolderStake


class Countries(Protocol):
    """Dated lists of countries."""

    def holds(self, name: str, country: str, day: date) -> bool | None:
        """Whether the country is on the list on the day."""
        ...

    def days(self, name: str) -> Iterable[date]:
        """The days on which the list changes."""
        ...


class ParentFlags:
    """The flags of the parent test; `families` gives the possible ultimate parents of a party on a day."""

    def __init__(
        self,
        register: Register,
        test: ParentTest,
        countries: Countries | None,
        families: Callable[[str, date], Sequence[str]],
    ) -> None:
        self.register = register
        self.test = test
        self.countries = countries
        self.families = families

    @property
    def days(self) -> Iterable[date]:
        """The days on which the list of countries changes."""
        name = self.test.flag_countries
        return () if name is None or self.countries is None else self.countries.days(name)

    def of(self, party: str, on: date, parents: Sequence[str]) -> set[str]:
        """The flags of a party with these possible ultimate parents."""
        if not self.test.flags:
            return set()
        day = self.register.day(on)
        own = {party, *(parents if len(parents) == 1 else ())}
        above = self._with_owners(party, day) if any(rule.of_owners for rule in self.test.flags.values()) else {party}
        return {
            flag
            for flag, rule in self.test.flags.items()
            if any(self._is_said(one, rule, day, own) for one in (above if rule.of_owners else (party,)))
        }

    def _is_said(self, party: str, rule: FlagRule, day: Day, own: set[str]) -> bool:
        of_person = party not in self.register.companies  # held by nobody, and may have a tie
        return any(self._is_raised(when, party, rule, day, own) for when in rule.when if when == "tie" or not of_person)

    def _with_owners(self, party: str, day: Day) -> set[str]:
        """The party, and all who may hold most of it, directly or through others."""
        found, waiting = {party}, [party]
        while waiting:
            held = (holder for column in day.columns(waiting.pop()) for holder in column.held if holder.owner)
            above = {h.owner for h in held if h.percent.high is None or h.percent.high >= self.test.percent} - found
            found |= above
            waiting += above
        return found

    def _is_raised(self, when: str, party: str, rule: FlagRule, day: Day, own: set[str]) -> bool:
        def those(other: str) -> bool:
            """Of a listed country, or listed, and not of the party's own family."""
            families = self.families(other, day.day)
            if own & {other, *(families if len(families) == 1 else ())}:
                return False
            return self._sits_in_list(other, families, day) or (not rule.countries and self._is_listed(other, day))

        match when:
            case "owner":
                return influence.owners(day, party, those)
            case "minority_owner":
                return self._holds(day, party, those, at_bar=False)
            case "owner_at_majority":
                return self._holds(day, party, those, at_bar=True)
            case "control":
                return influence.controls(day, party, rule, those)
            case "role":
                return influence.roles(day, party, rule, those)
            case "overlap":
                return influence.overlap(day, party, rule, those)
            case "tie":
                return self._has_tie(party, rule.ties, day, those)
            case "proxy":
                return influence.proxy(day, party, rule, lambda other: self._stands_in(other, rule, day, those))
            case "former_owner":
                return influence.former_owners(day, party, rule, those)
            case _:
                return False

    def _has_tie(self, party: str, kinds: Collection[str], day: Day, those: influence.Those) -> bool:
        return influence.ties(day, party, kinds, those, lambda other: self._is_listed(other, day))

    def _stands_in(self, party: str, rule: FlagRule, day: Day, those: influence.Those) -> bool:
        """Whether the party, or somebody who may hold most of it, has such a tie to one of those or left them."""
        return any(
            self._has_tie(one, rule.proxy_ties, day, those) or influence.former_owners(day, one, rule, those)
            for one in self._with_owners(party, day)
        )

    def _sits_in_list(self, party: str, families: Sequence[str], day: Day) -> bool:
        """Whether the party, or a possible ultimate parent of it, sits in a country of the list."""
        name = self.test.flag_countries
        if name is None or self.countries is None:
            return False
        seats = {seat for one in (party, *families) for seat in day.seats(one)}
        return any(self.countries.holds(name, seat, day.day) for seat in seats)

    def seated(self, on: date) -> Iterator[str]:
        """All parties that sit in a country of the list."""
        name, countries, day = self.test.flag_countries, self.countries, self.register.day(on)
        if name is None or countries is None:
            return
        held: dict[str, bool] = {}
        for party in (*self.register.companies, *self.register.people):
            seats = day.seats(party)
            held.update({seat: bool(countries.holds(name, seat, on)) for seat in seats if seat not in held})
            if any(held[seat] for seat in seats):
                yield party

    def _is_listed(self, party: str, day: Day) -> bool:
        rows = day.rows(self.register.listings_of, party)
        return any(row.list in self.test.lists for row in rows)

    def _holds(self, day: Day, party: str, those: influence.Those, at_bar: bool) -> bool:
        """Whether one of those holds something, with exactly the bar or with another share."""
        for column in day.columns(party):
            theirs = {h.owner for h in column.held if h.owner and h.percent.high != 0 and those(h.owner)}
            if theirs and (theirs & self._halves(day, column) if at_bar else theirs - self._halves(day, column)):
                return True
        return False

    def _halves(self, day: Day, column: Column) -> set[str]:
        """Who has exactly the bar, alone or with the holders of one family."""
        named = [holder for holder in column.held if holder.owner]
        families: dict[str, list[HolderStake]] = {}
        for holder in named:
            heads = self.families(holder.owner, day.day)
            families.setdefault(heads[0] if len(heads) == 1 else holder.owner, []).append(holder)
        together = [held for held in families.values() if self._at_bar(held)]
        return {h.owner for held in (*together, *([h] for h in named if self._at_bar([h]))) for h in held}

    def _at_bar(self, held: Sequence[HolderStake]) -> bool:
        known = all(holder.percent.known for holder in held)
        return known and sum(holder.percent.low for holder in held) == self.test.percent
