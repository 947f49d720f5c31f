"""What is said of a company beside the verdict of a capture test; which flags and when, the test says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

from compliance.ownership.capture import influence
from compliance.ownership.capture.capture_test import FlagRule, Situation
from compliance.ownership.capture.cascade import highest, lowest
from compliance.ownership.capture.open_facts import Unknowns
from compliance.ownership.capture.verdict import Capture
from compliance.ownership.register import Register
from compliance.ownership.stake_bounds import Tally
from compliance.ownership.stake_cells import stands
from compliance.units import FIRST_DAY

OVER = "over_100_percent"
REMAINDER = "undisclosed_remainder"
CIRCULAR = "circular_support"
CYCLE = "ownership_cycle"
OF_SUMS = (OVER, REMAINDER, CIRCULAR, CYCLE)
"""What the sums themselves show; every test says it."""


def _ever_tied(register: Register, one: str, other: str, rule: FlagRule) -> bool:
    """Whether two parties have a tie of the rule's kinds at any time: who was family then is near still."""
    return any(row.kind in rule.ties and other in (row.party, row.other) for row in register.ties_of.get(one, ()))


class Above(Protocol):
    """What is known of those who are, or ever were, upstream of a party."""

    def families(self, party: str, day: date) -> Sequence[str]:
        """The possible ultimate parents of a party on a day."""
        ...

    def endings(self, party: str, day: date) -> Sequence[date]:
        """The days up to this one on which a stake or control upstream ended, the last first."""
        ...

    def earlier(self, capture: Capture, party: str, day: date) -> Capture:
        """The same test on an earlier day by those who are listed in this one, as far as it goes about a party."""
        ...

    def listed_under(self, head: str, capture: Capture) -> Sequence[str]:
        """The parties that are listed in a capture, and of which this other one is the ultimate parent."""
        ...

    def in_circle(self, party: str, day: date) -> bool:
        """Whether a company owns a part of itself on a day."""
        ...


class CaptureFlags:
    """The flags of one test on `day`; `above` tells of those upstream of a party."""

    def __init__(self, capture: Capture, unknowns: Unknowns, day: date, above: Above) -> None:
        self.capture = capture
        self.unknowns = unknowns
        self.day = capture.register.day(day)
        self.above = above
        self._watched: dict[tuple[str, ...], frozenset[str]] = {}
        self._above: dict[str, set[str]] = {}
        self._below: set[str] | None = None
        self._resting: dict[tuple[str, ...], set[str]] = {}
        self._standing_in: dict[tuple[tuple[str, ...], tuple[str, ...]], Set[str]] = {}
        self._asked: dict[Situation, Callable[[str, FlagRule], bool]] = {
            "owner": lambda p, rule: influence.owners(self.day, p, self._is_watched(rule)),
            "minority_owner": self._minority,
            "unknown_share": self._unknown_share,
            "control": lambda p, rule: influence.controls(self.day, p, rule, self._is_watched(rule)),
            "role": lambda p, rule: influence.roles(self.day, p, rule, self._is_watched(rule)),
            "overlap": lambda p, rule: influence.overlap(self.day, p, rule, self._is_watched(rule)),
            "tie": lambda p, rule: self._has_tie(p, rule.ties, rule),
            "proxy": lambda p, rule: influence.proxy(self.day, p, rule, self._proxies(rule).__contains__),
            "former_owner": lambda p, rule: influence.former_owners(self.day, p, rule, self._is_watched(rule)),
            "home_affiliate": lambda p, _: p in capture.maybe and capture.at_home(p),
            "formerly_captured": lambda p, _: self._formerly(p),
            "transfer": self._transfer,
            "sister": lambda p, _: self._sister(p),
        }

    def of(self, party: str) -> tuple[str, ...]:
        """The flags of a party, sorted."""
        return tuple(sorted(flag for flag in {*self.capture.test.flags, *OF_SUMS} if self.has(flag, party)))

    def has(self, flag: str, party: str) -> bool:
        """Whether a party has a flag; what the others need is not worked out."""
        capture = self.capture
        rule = capture.test.flags.get(flag)
        if party not in capture.register.companies:  # a person is held by nobody, and may have a tie
            return rule is not None and "tie" in rule.when and self._is_raised("tie", party, rule)
        if rule is not None and any(self._is_raised(when, party, rule) for when in rule.when):
            return True
        match flag:
            case "over_100_percent":
                return capture.over(party)
            case "circular_support":
                return party in capture.circular
            case "ownership_cycle":
                return self.above.in_circle(party, capture.day.day)
            case "undisclosed_remainder":
                outside = party not in capture.sure and not capture.at_home(party)
                return outside and (party in capture.elsewise) != (party in capture.maybe)
            case _:
                return False

    def _is_raised(self, when: Situation, party: str, rule: FlagRule) -> bool:
        if rule.beside_capture and self.capture.verdict(party) == "captured":
            return False
        asked = self._asked.get(when)
        return asked is not None and asked(party, rule)

    def _is_watched(self, rule: FlagRule) -> influence.Those:
        """Whether a party is listed or surely captured; with `lists`, by those on them."""
        if rule.lists:
            return self._watch(rule.lists).__contains__
        return lambda party: party in self.capture.sure or self.capture.listed(party) is True

    def _watch(self, lists: tuple[str, ...]) -> frozenset[str]:
        """Who stands on these lists, and what they own by the threshold of the test."""
        if lists not in self._watched:
            register = self.capture.register
            frame = self.capture.frame
            whole = self.capture.whole or frame.region is None
            every = frame.inside_of(register.listings_of.keys()) if whole else self._with_people(frame.region or ())
            seeds = [
                party for party in every if any(row.list in lists for row in self.day.rows(register.listings_of, party))
            ]
            self._watched[lists] = frozenset(lowest(self.capture.frame, seeds).members())
        return self._watched[lists]

    def _has_tie(self, party: str, kinds: Collection[str], rule: FlagRule) -> bool:
        """Whether the party has a tie of one of these kinds to one of those, whichever side of it they are."""
        those = self._is_watched(rule)
        return influence.ties(self.day, party, kinds, those, those)

    def _proxies(self, rule: FlagRule) -> Set[str]:
        """Who has such a tie to one of those or left them, and what such parties possibly capture."""
        key = rule.proxy_ties, rule.lists
        if key not in self._standing_in:
            register, frame, those = self.capture.register, self.capture.frame, self._is_watched(rule)
            tied = register.ties_of.keys()
            every = sorted(tied) if frame.region is None else sorted(self._with_people(frame.region) & tied)
            seeds = [party for party in every if not those(party) and self._has_tie(party, rule.proxy_ties, rule)]
            sold = {cell.owned for one in self.capture.sure for cell in register.cells_by(one)}
            seeds += [
                company
                for company in sorted(sold)
                if frame.inside(company)
                and not those(company)
                and influence.former_owners(self.day, company, rule, those)
            ]
            found = highest(frame, seeds, highest(frame, ())).ranks if seeds else ()
            self._standing_in[key] = frozenset((*seeds, *found))
        return self._standing_in[key]

    def _with_people(self, region: Iterable[str]) -> set[str]:
        """The parties of a region, the people who have roles in them, and where else those have roles."""
        register = self.capture.register
        inside = set(region)
        people = {row.person for party in inside for row in register.roles_in.get(party, ())}
        return {*inside, *people, *(row.company for person in people for row in register.roles_of.get(person, ()))}

    def _minority(self, party: str, rule: FlagRule) -> bool:
        """Whether such owners hold something that, as far as it is disclosed, stays under the bar."""
        those = self._is_watched(rule)
        closed = replace(self.capture.frame, undisclosed="closed")
        found = False
        for column in self.day.columns(party):
            mine = [[h.percent] for h in column.held if h.owner and those(h.owner)]
            together = [[share for shares in mine for share in shares]] if self.capture.test.aggregate else mine
            tallies = [Tally.of(shares) for shares in together]
            if any(closed.possibly(column, tally) for tally in tallies):
                return False
            found = found or any(tally.holders for tally in tallies)
        return found

    def _unknown_share(self, party: str, rule: FlagRule) -> bool:
        those = self._is_watched(rule)
        if self.capture.verdict(party) == "undetermined" and self._rests_on(party, rule):
            return True
        return not those(party) and any(
            holder.percent.low == 0 and holder.percent.high == 100 and those(holder.owner)
            for column in self.day.columns(party)
            for holder in column.held
        )

    def _rests_on(self, party: str, rule: FlagRule) -> bool:
        """Whether an open verdict rests on the unknown share of one of those."""
        if rule.lists not in self._resting:
            self._resting[rule.lists] = self.unknowns.resting_on(self._is_watched(rule))
        found = self._resting[rule.lists]
        return self.unknowns.rests(party, self._is_watched(rule)) or any(
            one in found for one in self.unknowns.upstream(party)
        )

    def _formerly(self, party: str) -> bool:
        """Whether parties that are listed today captured the company on an earlier day."""
        if party in self.capture.sure or not self._ever_below(party):
            return False
        befores = (end - timedelta(days=1) for end in self.above.endings(party, self.day.day))
        return any(self.above.earlier(self.capture, party, before).verdict(party) == "captured" for before in befores)

    def _ever_below(self, party: str) -> bool:
        """Whether a listed party was upstream on any day; worked out for all parties of a capture at once."""
        if not self.capture.whole:
            return True
        if self._below is None:
            seeds = self.capture.seeds.items()
            self._below = self.capture.register.ever_below(p for p, surely in seeds if surely)
        return party in self._below

    def _transfer(self, party: str, rule: FlagRule) -> bool:
        """Whether a listed owner's stake went to a relative or nominee, or for next to nothing."""
        register = self.capture.register
        rows = [row for row in register.stakes_in(party) if row.owner is not None]
        near = timedelta(days=rule.days)
        for gone in rows:
            if gone.to is None or gone.to > self.day.day or not gone.owner:
                continue
            since = self._listed_since(gone.owner)
            if since is None or gone.to + near < since:
                continue
            for new in rows:
                if new.owner == gone.owner or new.from_ is None or not new.owner or new.from_ > self.day.day:
                    continue
                token = new.price_usd is not None and new.price_usd <= rule.token_usd
                tied = _ever_tied(register, gone.owner, new.owner, rule)
                if gone.to <= new.from_ <= gone.to + near and (token or tied):
                    return True
        return False

    def _listed_since(self, party: str) -> date | None:
        register = self.capture.register
        begun = [
            row.from_ or FIRST_DAY
            for row in register.listings_of.get(party, ())
            if self.capture.test.listed(row.list, row.program) and stands(row, self.day.day)
        ]
        return min(begun, default=None)

    def _sister(self, party: str) -> bool:
        """Whether the company has the ultimate parent of a listed party that it is not itself above."""
        if self.capture.verdict(party) == "captured":
            return False
        heads = self.above.families(party, self.day.day)
        if len(heads) != 1 or heads[0] == party:
            return False
        return any(party not in self._forebears(other) for other in self.above.listed_under(heads[0], self.capture))

    def _forebears(self, party: str) -> set[str]:
        if party not in self._above:
            self._above[party] = self.capture.upstream([party])
        return self._above[party]
