"""Who owns whom in a world, by date: seats, ultimate parents, families, and who is captured by listed owners.

Everything is worked out upstream of the party that is asked about, and kept from one day on which something
changes there to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from threading import RLock
from typing import Literal

from compliance.errors import UsageError
from compliance.ownership import every
from compliance.ownership.capture import Capture, CaptureAnswer, CaptureTest
from compliance.ownership.capture_flags import CYCLE, OVER, CaptureFlags
from compliance.ownership.components import components
from compliance.ownership.definition import ParentTest
from compliance.ownership.parent import UNIDENTIFIED, Parents, Standing
from compliance.ownership.parent_flags import Countries, ParentFlags
from compliance.ownership.register import last_change
from compliance.ownership.sieve import Proof
from compliance.ownership.unknowns import Unknowns
from compliance.ownership.wide import WideRegister, register_of
from compliance.ownership.witness import Witness
from compliance.world.world import World

MOST_LINKS = 2_000_000
"""The links of all paths of one answer."""


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
        self.parent_test = parent_test or ParentTest()
        self._parents = Parents(self.register, self.parent_test, self._since)
        self._flags = ParentFlags(self.register, self.parent_test, countries, self.families)
        self._settling = RLock()
        self._days: dict[str, frozenset[date]] = {}
        self._sorted: dict[frozenset[date], tuple[date, ...]] = {}
        self._families: dict[tuple[str, date], tuple[str, ...]] = {}
        self._answers: dict[tuple[str, date], ParentAnswer] = {}
        self._proofs: dict[date, Proof] = {}
        self._captures: dict[tuple[int, str, str, date], _Judge] = {}
        self._tests: dict[int, CaptureTest] = {}

    def seat(self, party: str, day: date) -> str | None:
        """The country of the headquarters (of a person's residence) on the day; `None` is not known."""
        return self.register.day(day).seat(party)

    def days(self, party: str) -> tuple[date, ...]:
        """The days on which an answer about the party can change: of the rows about it and upstream."""
        if party not in self._days:
            with self._settling:
                if party not in self._days:
                    for part in components([party], self._undated):
                        self._settle(part)
        return self._in_order(self._days[party])

    def _undated(self, party: str) -> Iterator[str]:
        return (other for other in self.register.upstream(party) if other not in self._days)

    def _settle(self, part: tuple[str, ...]) -> None:
        own = frozenset(day for party in part for day in self.register.own_days(party))
        inside = set(part)
        above = {self._days[o] for p in part for o in self.register.upstream(p) if o not in inside}
        days = next(iter(above)) if len(above) == 1 and not own else own.union(*above)
        for party in part:
            self._days[party] = days

    def _in_order(self, days: frozenset[date]) -> tuple[date, ...]:
        if days not in self._sorted:
            self._sorted[days] = tuple(sorted(days))
        return self._sorted[days]

    def _since(self, party: str, day: date) -> date:
        return last_change(self.days(party), day)

    def families(self, party: str, day: date) -> tuple[str, ...]:
        """The possible ultimate parents on the day: one where determined, the party itself if none.

        A name that begins with `?` stands for a holder of the company named after it who is not identified.
        """
        if (head := self._head(party, day)) is not None:
            return (head,)
        key = (party, self._since(party, day))
        if key not in self._families:
            standing = self._parents.standing(*key)
            every = self._possible(standing, key[1]) | standing.tops
            self._families[key] = self._parent_of(standing, key[1]) or tuple(sorted(every))
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

    def _possible(self, standing: Standing, day: date) -> set[str]:
        """Who may be the ultimate parent; a top of which somebody has at least half is not its own."""
        found = set(standing.firm - standing.tops)
        for top in standing.tops:
            above = self._parents.standing(top, day)
            found |= above.possible
            if any(top not in self._parents.standing(half, day).firm for half in above.halves):
                found.discard(top)
        return found

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
        named = {p for p in self._possible(standing, day) if not p.startswith(UNIDENTIFIED)} or standing.tops
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

    def capture(self, test: CaptureTest, party: str, day: date, undisclosed: str = "closed") -> CaptureAnswer:
        """Whether the party is captured by its owners under the test on the day."""
        starts = {t.from_ for t in test.threshold if t.from_ is not None}
        since = last_change(self._in_order(frozenset(self.days(party)) | starts), day)
        key = (id(test), undisclosed, party, since)
        self._tests[id(test)] = test
        if key not in self._captures:
            self._captures.setdefault(key, _Judge(Capture(self.register, test, since, undisclosed, [party])))
        return self._captures[key].answers(day, [party], self.families)[party]

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
        asked = None if parties is None else list(parties)
        judge = _Judge(Capture(self.register, test, day, undisclosed, asked))
        return judge.answers(day, sorted(self.register.companies) if asked is None else asked, self.families)


class _Judge:
    """One capture test on one day, with all that is said beside its verdicts."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.unknowns = Unknowns(capture)
        self.witness = Witness(capture)

    def answers(
        self, day: date, parties: Iterable[str], families: Callable[[str, date], tuple[str, ...]]
    ) -> dict[str, CaptureAnswer]:
        """The answers of a day since which nothing about the stakes has changed; its own flags are said."""
        flags = CaptureFlags(self.capture, self.unknowns, day, lambda party: families(party, day))
        found = {}
        links = 0
        for party in parties:
            low, high = self.capture.sums(party)
            path = self.witness.path(party)
            links += len(path)
            if links > MOST_LINKS:
                raise UsageError(
                    f"the paths to these parties are over {MOST_LINKS:,} links together, as through a chain of "
                    f"thousands (one ends at `{party}`); ask about fewer parties at once"
                )
            found[party] = CaptureAnswer(
                party,
                self.capture.verdict(party),
                self.capture.limb(party),
                low,
                high,
                flags.of(party),
                path,
                self.unknowns.deciding(party),
            )
        return found
