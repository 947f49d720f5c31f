"""Who is captured by whom under a pack's tests, and what the tests say beside it, as attributes of parties by date.

`captured.TEST` holds, does not, or is not known (the verdict is open), `limb.TEST` says by what; `owners.TEST` names
the listed parties whose stakes capture, the strictest license review policy first; `policy.TEST` is that policy;
`flagged.FLAG` whether a test of the pack raises the flag, or where none does the test of the ultimate parent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compliance.errors import UsageError, near
from compliance.ownership.capture import Capture, CaptureAnswer, CaptureTest
from compliance.ownership.capture_flags import OF_SUMS
from compliance.ownership.graph import Ownership
from compliance.ownership.register import UNNAMED, Register, ends, last_change
from compliance.rulebook.packs import Pack

POLICIES = ("policy_of_denial", "presumption_of_denial", "case_by_case", "presumption_of_approval")
"""License review policies, the strictest first [contracts 1]."""
NOT_STATED = "not_stated"
_ANSWERS = {"captured": True, "not_captured": False}


class Standing:
    """The answers of one pack's capture tests about parties of one world."""

    def __init__(self, ownership: Ownership, pack: Pack) -> None:
        self.ownership = ownership
        self.register = ownership.register
        self.tests = pack.file.capture
        self._answers: dict[tuple[str, str, date], CaptureAnswer] = {}
        self._concerned: dict[str, frozenset[str]] = {}
        self._policies: dict[tuple[str, str, date, bool], list[tuple[int, str]]] = {}

    def days(self, party: str) -> Iterator[date]:
        """The days on which an answer about the party may change though nobody's stakes do."""
        for name, test in self.tests.items():
            yield from (bar.from_ for bar in test.threshold if bar.from_ is not None)
            if party in self._near(name, test):  # a flag may rest on a sister, or on somebody's other roles
                for other in _around(self.register, [party]):
                    yield from self.register.own_days(other)
                    yield from ends(self.register.roles_in.get(other, ()))
                    yield from ends(self.register.roles_of.get(other, ()))

    def captured(self, name: str, party: str, day: date) -> bool | None:
        """Whether the test captures the party; `None` where that is not known."""
        answer = self.answer(name, party, day)
        return False if answer is None else _ANSWERS.get(answer.verdict)

    def limb(self, name: str, party: str, day: date) -> str | None:
        """By what the party is captured: `listed`, `ownership`, `control`, or `open` where the verdict is.

        `None` is not known: it may be listed itself, or not be captured at all.
        """
        answer = self.answer(name, party, day)
        if answer is None or answer.verdict != "undetermined":
            return None if answer is None else answer.limb
        test, rows = self._test(name), self.register.day(day).rows(self.register.listings_of, party)
        return None if any(test.listed(row.list, row.program) is None for row in rows) else "open"

    def answer(self, name: str, party: str, day: date) -> CaptureAnswer | None:
        """The answer of a test; `None` where nobody who counts can have a hand in the party."""
        test = self._test(name)
        if party not in self._near(name, test):
            return None
        key = name, party, day
        if key not in self._answers:
            self._answers[key] = self.ownership.captures(test, day, [party])[party]
        return self._answers[key]

    def flagged(self, flag: str, party: str, day: date) -> bool:
        """Whether a test raises the flag about the party."""
        raising = [name for name, test in self.tests.items() if flag in test.flags or flag in OF_SUMS]
        of_parent = flag in self.ownership.parent_test.flags
        if not raising and not of_parent:
            known = {*self.ownership.parent_test.flags, *OF_SUMS, *(f for t in self.tests.values() for f in t.flags)}
            raise UsageError(f"no test of ownership raises the flag `{flag}`.{near(flag, known)}")
        answers = (self.answer(name, party, day) for name in raising)
        if raising:
            return any(answer is not None and flag in answer.flags for answer in answers)
        return flag in self.ownership.parent(party, day).flags

    def owners(self, name: str, party: str, day: date) -> str | None:
        """The listed parties whose stakes capture the party or may, those with the strictest policy first."""
        told = [text for _, text in self._listings(name, party, day) or self._listings(name, party, day, possible=True)]
        return "; ".join(dict.fromkeys(told)) or None

    def policy(self, name: str, party: str, day: date) -> str | None:
        """The strictest license review policy among the listings of those owners; `None` without any."""
        ranks = [rank for rank, _ in self._listings(name, party, day)]
        return None if not ranks else (*POLICIES, NOT_STATED)[min(ranks)]

    # ---- how

    def _test(self, name: str) -> CaptureTest:
        if name not in self.tests:
            raise UsageError(f"the pack has no test of ownership `{name}`.{near(name, self.tests)}")
        return self.tests[name]

    def _near(self, name: str, test: CaptureTest) -> frozenset[str]:
        """The parties of which the test can say anything: near somebody listed, or under an unidentified holder."""
        if name not in self._concerned:
            lists = {entry.list for entry in test.lists} | {word for rule in test.flags.values() for word in rule.lists}
            listed = [
                party
                for party, rows in self.register.listings_of.items()
                if any(row.list in lists for row in rows)
            ]  # fmt: skip
            self._concerned[name] = frozenset(_around(self.register, [*listed, UNNAMED]))
        return self._concerned[name]

    def _listings(self, name: str, party: str, day: date, possible: bool = False) -> list[tuple[int, str]]:
        """The rank of the policy and the words for each listing of each owner behind a capture, in order."""
        test = self._test(name)
        if party not in self._near(name, test):
            return []
        since = last_change(self.ownership.days(party), day)
        key = name, party, since, possible
        if key not in self._policies:
            capture = Capture(self.register, test, since, parties=[party])
            found = []
            for owner in sorted(_behind(capture, party, possible)):
                for row in capture.day.rows(self.register.listings_of, owner):
                    if (listed := test.listed(row.list, row.program)) or (possible and listed is None):
                        policy = (row.license_policy or NOT_STATED).strip().casefold().replace(" ", "_")
                        rank = POLICIES.index(policy) if policy in POLICIES else len(POLICIES)
                        said = policy.replace("_", " ") if rank < len(POLICIES) else "policy not stated"
                        found.append((rank, f"{owner} ({row.list}, {said})"))
            self._policies[key] = sorted(found)
        return self._policies[key]


def _around(register: Register, parties: list[str]) -> set[str]:
    """Whoever is ever above one of these or below one who is, or shares people with one of them."""
    above = set(parties)
    waiting = list(parties)
    while waiting:
        for other in register.upstream(waiting.pop()):
            if other not in above:
                above.add(other)
                waiting.append(other)
    found = register.ever_below(above)
    people = {row.person for party in found for row in register.roles_in.get(party, ())} | found
    return found | people | {row.company for person in people for row in register.roles_of.get(person, ())}


def _behind(capture: Capture, party: str, possible: bool) -> set[str]:
    """The listed parties from whom a sure (or possible) capture comes: the party itself, or its owners and theirs."""
    found: set[str] = set()
    seen = {party}
    captured = capture.sure | capture.maybe if possible else capture.sure
    waiting = [party] if party in captured else []
    while waiting:
        one = waiting.pop()
        if (listed := capture.listed(one)) or (possible and listed is None):
            found.add(one)
            continue
        owners = [h.owner for column in capture.columns(one) for h in column.held if h.owner and h.percent.high != 0]
        for other in (*owners, *capture.frame.controllers(one), *capture.frame.as_one(one)):
            if other in captured and other not in seen:
                seen.add(other)
                waiting.append(other)
    return found
