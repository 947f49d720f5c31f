"""Who owns whom in a world, by date: seats, ultimate parents, families, and who is captured by listed owners.

Everything is worked out upstream of the party that is asked about, and kept from one day on which something
changes there to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.ownership.capture.capture_flags import CYCLE, OVER
from compliance.ownership.capture.capture_test import ParentTest
from compliance.ownership.capture.dated_tests import Judge
from compliance.ownership.capture.verdict import Capture, CaptureAnswer, CaptureTest
from compliance.ownership.change_days import ChangingDays
from compliance.ownership.columnar import all_companies as every
from compliance.ownership.columnar.columnar_register import WideRegister, register_of
from compliance.ownership.columnar.prefilter import Proof
from compliance.ownership.linked_clusters import Clusters
from compliance.ownership.parents.parent_flags import Countries, ParentFlags
from compliance.ownership.parents.parent_search import UNIDENTIFIED, Standing
from compliance.ownership.parents.ultimate_parent import Parents
from compliance.world.world import World

FEW = 40
"""Up to so many parties upstream, a party is asked by itself, else with its whole cluster; the answers are the same."""


@dataclass(frozen=True, slots=True)
class ParentAnswer:
    """The ultimate parent of a party and where it sits; who may be it where that is not determined.

    `parent` and `headquarters` are `None` where they are not known; a party without parent is its own.
    """

    party: str
    verdict: Literal["determined", "undetermined"]
    parent: str | None
    headquarters: str | None
    candidates: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class Ownership:
    """Answers about the ownership of a world.

    `parent_test` and `countries` (dated lists of countries) only say which flags stand beside an ultimate
    parent. From `least` stakes on they are asked as columns (see `register_of`).
    """

    def __init__(
        self,
        world: World,
        parent_test: ParentTest | None = None,
        countries: Countries | None = None,
        least: int | None = None,
    ) -> None:
        self.world = world
        self.register = register_of(world, least)
        self.clusters = Clusters(self.register)
        self.changing = ChangingDays(self.register, self.clusters)
        self.parent_test = parent_test or ParentTest()
        self._parents = Parents(self.register, self.parent_test, self.since)
        self._flags = ParentFlags(self.register, self.parent_test, countries, self.families)
        self._families: dict[tuple[str, date], tuple[str, ...]] = {}
        self._answers: dict[tuple[str, date], ParentAnswer] = {}
        self._proofs: dict[date, Proof] = {}
        self._judges: dict[tuple[int, str, str | int, date], Judge] = {}
        self._by_head: dict[tuple[int, int, date], dict[str, list[str]]] = {}
        self._few: dict[str, bool] = {}
        self._earlier: dict[tuple[int, int | None, date, frozenset[str]], Capture] = {}
        self._tests: dict[int, CaptureTest] = {}

    def seat(self, party: str, day: date) -> str | None:
        """The country of the headquarters (of a person's residence) on the day; `None` is not known."""
        return self.register.day(day).seat(party)

    def seats(self, party: str, day: date) -> tuple[str, ...]:
        """The countries in which the headquarters may be on the day; none where nothing is known."""
        return self.register.day(day).seats(party)

    def days(self, party: str) -> tuple[date, ...]:
        """The days on which an answer about the party can change: of the rows about it and upstream."""
        return self.changing.days(party)

    def endings(self, party: str, day: date) -> Sequence[date]:
        """The days up to this one on which a stake or control upstream of the party ended, the last first."""
        return self.changing.endings(party, day)

    def since(self, party: str, day: date) -> date:
        """The last day up to this one on which an answer about the party may have changed."""
        return self.changing.since(party, day)

    def cluster_since(self, party: str, day: date) -> date:
        """The last day up to this one on which anything about anybody in the party's cluster changed."""
        return self.changing.cluster_since(party, day)

    def families(self, party: str, day: date) -> tuple[str, ...]:
        """The possible ultimate parents on the day: one where determined, the party itself if none.

        A name that begins with `?` stands for a holder of the company named after it who is not identified.
        """
        if (head := self._head(party, day)) is not None:
            return (head,)
        key = (party, self.since(party, day))
        if key not in self._families:
            standing = self._parents.standing(*key)
            every = self._possible(standing, key[1]) | standing.tops
            self._families[key] = self._parent_of(standing, key[1]) or tuple(sorted(self._parents.told_names(every)))
        return self._families[key]

    def surely_under(self, party: str, day: date) -> frozenset[str]:
        """The companies at the top of those that control the party on every completion of what is not known.

        It is itself where nobody does. Parties under the same ones are of one family, whoever else may stand above.
        """
        head = self._head(party, day)
        return self._parents.standing(party, day).tops if head is None else frozenset({head})

    def prove(self, day: date, proof: Proof) -> None:
        """Takes over parents that are proven, so that they need not be looked for."""
        self._proofs[day] = proof

    def _head(self, party: str, day: date) -> str | None:
        """The ultimate parent, where it is proven for the day."""
        proof = self._proofs.get(day)
        return None if proof is None else proof.heads.get(party)

    def _parent_of(self, standing: Standing, day: date) -> tuple[str, ...]:
        """The one ultimate parent, if that is determined."""
        if len(standing.tops) != 1 or not standing.firm <= standing.tops:
            return ()
        (top,) = standing.tops
        return (top,) if self._parents.standing(top, day).possible == standing.tops else ()

    def _possible(self, standing: Standing, day: date) -> frozenset[str]:
        """Who may be the ultimate parent; a top of which somebody has at least half is not its own."""
        above = {top: self._parents.standing(top, day) for top in standing.tops}
        held = {
            top
            for top, over in above.items()
            if any(top not in self._parents.standing(half, day).firm for half in over.halves)
        }
        return (standing.firm - standing.tops).union(*(over.possible for over in above.values())) - held

    def parent(self, party: str, day: date) -> ParentAnswer:
        """The ultimate parent of the party on the day."""
        key = (party, day)
        if key not in self._answers:
            self._answers[key] = self._parent(party, day)
        return self._answers[key]

    def _parent(self, party: str, day: date) -> ParentAnswer:
        proven = self._head(party, day) is not None
        standing = None if proven else self._parents.standing(party, day)
        one = self._parent_of(standing, day) if standing is not None else self.families(party, day)
        flags = self._flags.of(party, day, one or self.families(party, day))
        if self._in_circle(party, day, standing):
            flags.add(CYCLE)
        if any(column.over for column in self.register.day(day).columns(party)):
            flags.add(OVER)
        said = tuple(sorted(flags))
        if standing is None or one:
            return ParentAnswer(party, "determined", one[0], self.seat(one[0], day), (), said)
        named = {p for p in self._possible(standing, day) if not p.startswith(UNIDENTIFIED)}
        named = named or {half for top in standing.tops for half in self._parents.standing(top, day).halves}
        named = named or set(standing.tops)
        return ParentAnswer(party, "undetermined", None, None, tuple(sorted(named)), said)

    def _in_circle(self, party: str, day: date, standing: Standing | None) -> bool:
        if standing is None:
            return party in self._proofs[day].circles
        return standing.circle or any(self._parents.standing(top, day).ring for top in standing.tops)

    def parents(self, day: date) -> dict[str, ParentAnswer]:
        """The ultimate parent of every company on the day."""
        if isinstance(self.register, WideRegister):
            return every.parents(self, self.register, day)
        return {party: self.parent(party, day) for party in self.register.companies}

    def determined(self, party: str, parent: str, day: date) -> ParentAnswer:
        """The answer where the ultimate parent is proven and nothing is to be said beside it."""
        return ParentAnswer(party, "determined", parent, self.register.day(day).seat(parent))

    def seated(self, day: date) -> Iterator[str]:
        """The parties that sit in a country whose influence the parent test flags."""
        return self._flags.seated(day)

    @property
    def parent_flag_days(self) -> Iterable[date]:
        """The days on which the countries change whose influence the parent test flags."""
        return self._flags.days

    def capture(self, test: CaptureTest, party: str, day: date, undisclosed: str = "closed") -> CaptureAnswer:
        """Whether the party is captured by its owners under the test on the day."""
        since = max(self.since(party, day), test.since(day))
        self._tests[id(test)] = test
        key = id(test), undisclosed, party, since
        if key not in self._judges:
            self._judges.setdefault(key, Judge(Capture(self.register, test, since, undisclosed, [party]), self))
        return self._judges[key].answers(day, [party])[party]

    def judge(self, test: CaptureTest, party: str, day: date, alone: bool = False) -> Judge:
        """The test on a day for everybody in the party's cluster, what nobody disclosed being closed.

        With `alone` for the party itself, where few are ever upstream of it; its answers are the same.
        """
        number = self.clusters.number(party)
        one = number < 0 or (alone and self._few_above(party))
        key = id(test), "alone" if one else "cluster", party if one else number, day
        self._tests[id(test)] = test
        if key not in self._judges:
            asked = [party] if one else None
            within = None if one else self.clusters.of(party)
            self._judges.setdefault(key, Judge(Capture(self.register, test, day, parties=asked, within=within), self))
        return self._judges[key]

    def _few_above(self, party: str) -> bool:
        """Whether few are ever upstream of a party."""
        if party not in self._few:
            found = {party}
            waiting = [party]
            while waiting and len(found) <= FEW:
                above = set(self.register.upstream(waiting.pop())) - found
                found |= above
                waiting += above
            self._few[party] = len(found) <= FEW
        return self._few[party]

    def earlier(self, capture: Capture, party: str, day: date) -> Capture:
        """The test of a capture on an earlier day by who is listed in it; one for all parties where it is whole."""
        test = capture.test

        def listed(other: str) -> bool:
            return capture.listed(other) is True

        if not capture.whole:
            return Capture(self.register, test, day, parties=[party], among=listed)
        within = capture.frame.region
        members = frozenset(other for other, surely in capture.seeds.items() if surely)
        number = None if within is None else self.clusters.number(party)
        key = id(test), number, day, members
        self._tests[id(test)] = test
        if key not in self._earlier:
            self._earlier[key] = Capture(self.register, test, day, among=members.__contains__, within=within)
        return self._earlier[key]

    def listed_under(self, head: str, capture: Capture) -> Sequence[str]:
        """The parties that are listed in a capture, and of which this other one is the ultimate parent."""
        day, number = capture.day.day, self.clusters.number(head)
        key = id(capture.test), number, day
        if key not in self._by_head:
            found: dict[str, list[str]] = {}
            for party in self.clusters.listed(number):
                heads = self.families(party, day) if capture.listed(party) else ()
                if len(heads) == 1 and heads[0] != party:
                    found.setdefault(heads[0], []).append(party)
            self._tests[id(capture.test)] = capture.test
            self._by_head[key] = found
        return self._by_head[key].get(head, ())

    def in_circle(self, party: str, day: date) -> bool:
        """Whether a company owns a part of itself on the day, directly or through others."""
        return self.clusters.in_circle(party, day)

    def captures(
        self,
        test: CaptureTest,
        day: date,
        parties: Iterable[str] | None = None,
        undisclosed: str = "closed",
    ) -> dict[str, CaptureAnswer]:
        """The same for several parties at once (without `parties` every company), by one fixed point."""
        if parties is None and isinstance(self.register, WideRegister):
            return every.captures(self, self.register, test, day, undisclosed)
        if parties is None:
            return self.whole(test, day, undisclosed).answers(day, sorted(self.register.companies))
        asked = list(parties)
        return Judge(Capture(self.register, test, day, undisclosed, asked), self).answers(day, asked)

    def whole(self, test: CaptureTest, day: date, undisclosed: str) -> Judge:
        """The test on a day for every party of the world."""
        return Judge(Capture(self.register, test, day, undisclosed), self)
