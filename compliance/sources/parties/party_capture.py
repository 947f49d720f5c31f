"""Capture of parties under a pack's tests, with their limbs, owners, policies and flags by date.

`captured.TEST` holds, does not, or is not known (the verdict is open), `limb.TEST` says by what; `owners.TEST` names
the listed parties whose stakes capture, the strictest license review policy first; `policy.TEST` is that policy;
`flagged.FLAG` whether a test of the pack raises the flag, or where none does the test of the ultimate parent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from compliance.errors import UsageError, near
from compliance.ownership.capture.capture_flags import OF_SUMS
from compliance.ownership.capture.capture_test import FlagRule
from compliance.ownership.capture.dated_tests import Judge
from compliance.ownership.capture.listed_owners import Capturers
from compliance.ownership.capture.verdict import CaptureTest
from compliance.ownership.ownership_graph import Ownership
from compliance.ownership.register import Register
from compliance.ownership.stake_cells import UNNAMED, ends
from compliance.rulebook.packs import Pack

POLICIES = ("policy_of_denial", "presumption_of_denial", "case_by_case", "presumption_of_approval")
"""License review policies, the strictest first [contracts 1]."""
NOT_STATED = "not_stated"
_ANSWERS = {"captured": True, "not_captured": False}
_OF_TEST = frozenset({"captured", "limb", "owners", "policy"})
_BY_PEOPLE = frozenset({"role", "overlap", "proxy"})


class PartyCapture:
    """The answers of one pack's capture tests about parties of one world."""

    def __init__(self, ownership: Ownership, pack: Pack) -> None:
        self.ownership = ownership
        self.register = ownership.register
        self.tests = pack.file.capture
        self._concerned: dict[str, frozenset[str]] = {}
        self._capturers: dict[tuple[int, bool], Capturers] = {}
        self._policies: dict[tuple[str, str, date, bool], list[tuple[int, str]]] = {}
        self._listed_days: dict[tuple[str, int], frozenset[date]] = {}

    def days(self, party: str, attributes: Iterable[str]) -> Iterator[date]:
        """The days on which one of these attributes of a party may change though nobody's stakes upstream do."""
        for attribute in attributes:
            word, _, name = attribute.partition(".")
            tests = self._raising(name) if word == "flagged" else [name] if word in _OF_TEST else []
            for test in tests:
                yield from (bar.from_ for bar in self._test(test).threshold if bar.from_ is not None)
            if word == "flagged":
                rules = [self.tests[test].flags[name] for test in tests if name in self.tests[test].flags]
                rules += [] if tests else [self.ownership.parent_test.flags[name]]
                yield from self._flag_days(party, tests, rules)

    def _flag_days(self, party: str, tests: Iterable[str], rules: Collection[FlagRule]) -> Iterator[date]:
        when = {one for rule in rules for one in rule.when}
        if not when.isdisjoint(_BY_PEOPLE):  # a flag may rest on somebody's other roles
            yield from ends(self.register.roles_in.get(party, ()))
            for person in {row.person for row in self.register.roles_in.get(party, ())}:
                yield from self.ownership.days(person)
                for row in self.register.roles_of.get(person, ()):
                    yield from ends([row])
                    yield from self.ownership.days(row.company)
        if "sister" in when:
            for test in tests:
                yield from self._days_of_listed(test, party)
        if not tests:
            yield from self.ownership.parent_flag_days

    def _days_of_listed(self, name: str, party: str) -> frozenset[date]:
        """The days on which anything changes about those who are ever listed in a party's cluster, or above them."""
        number = self.ownership.clusters.number(party)
        key = name, number
        if key not in self._listed_days:
            inside = self.ownership.clusters.of(party) if number >= 0 else frozenset({party})
            listed = inside & self._listed_parties(name)
            days = frozenset(day for one in listed for day in self.ownership.days(one))
            if number < 0:
                return days
            self._listed_days[key] = days
        return self._listed_days[key]

    def captured(self, name: str, party: str, day: date) -> bool | None:
        """Whether the test captures the party; `None` where that is not known."""
        judge = self._judge(name, party, day)
        return False if judge is None else _ANSWERS.get(judge.capture.verdict(party))

    def limb(self, name: str, party: str, day: date) -> str | None:
        """By what the party is captured: `listed`, `ownership`, `control`, or `open` where the verdict is.

        `None` is not known: it may be listed itself, or not be captured at all.
        """
        judge = self._judge(name, party, day)
        if judge is None or judge.capture.verdict(party) != "undetermined":
            return None if judge is None else judge.capture.limb(party)
        test, rows = self._test(name), self.register.day(day).rows(self.register.listings_of, party)
        return None if any(test.listed(row.list, row.program) is None for row in rows) else "open"

    def flagged(self, flag: str, party: str, day: date) -> bool:
        """Whether a test raises the flag about the party."""
        raising = self._raising(flag)
        if not raising:
            return flag in self.ownership.parent(party, day).flags
        return any(self._has(name, flag, party, day) for name in raising)

    def owners(self, name: str, party: str, day: date) -> str | None:
        """The listed parties whose stakes capture the party or may, those with the strictest policy first."""
        told = [text for _, text in self._listings(name, party, day) or self._listings(name, party, day, possible=True)]
        return "; ".join(dict.fromkeys(told)) or None

    def policy(self, name: str, party: str, day: date) -> str | None:
        """The strictest license review policy among the listings of those owners; `None` without any."""
        ranks = [rank for rank, _ in self._listings(name, party, day)]
        return None if not ranks else (*POLICIES, NOT_STATED)[min(ranks)]

    # ---- how

    def _raising(self, flag: str) -> list[str]:
        """The tests that raise a flag; none where it is the test of the ultimate parent."""
        found = [name for name, test in self.tests.items() if flag in test.flags or flag in OF_SUMS]
        of_parent = self.ownership.parent_test.flags
        if not found and flag not in of_parent:
            known = {*of_parent, *OF_SUMS, *(f for t in self.tests.values() for f in t.flags)}
            raise UsageError(f"no test of ownership raises the flag `{flag}`.{near(flag, known)}")
        return found

    def _judge(self, name: str, party: str, day: date) -> Judge | None:
        """The judge of a day, as far as verdicts go; `None` if no listed party can reach it."""
        test = self._test(name)
        if party not in self._near(name, test):
            return None
        return self.ownership.judge(test, party, max(self.ownership.since(party, day), test.since(day)), alone=True)

    def _has(self, name: str, flag: str, party: str, day: date) -> bool:
        """Whether the test raises a flag about a party; a flag may rest on others than those upstream."""
        test = self._test(name)
        if party not in self._near(name, test):
            return False
        when = test.flags[flag].when if flag in test.flags else ()
        elsewhere = "sister" in when or (not _BY_PEOPLE.isdisjoint(when) and party in self.register.roles_in)
        own = self.ownership
        since = own.cluster_since(party, day) if elsewhere else own.since(party, day)
        return own.judge(test, party, max(since, test.since(day)), alone=True).has(flag, party)

    def _test(self, name: str) -> CaptureTest:
        if name not in self.tests:
            raise UsageError(f"the pack has no test of ownership `{name}`.{near(name, self.tests)}")
        return self.tests[name]

    def _listed_parties(self, name: str) -> frozenset[str]:
        """Who is ever on a list that the test, or a flag of it, asks about."""
        test = self._test(name)
        lists = {entry.list for entry in test.lists} | {word for rule in test.flags.values() for word in rule.lists}
        rows = self.register.listings_of.items()
        return frozenset(party for party, found in rows if any(row.list in lists for row in found))

    def _near(self, name: str, test: CaptureTest) -> frozenset[str]:
        """The parties of which the test can say anything: near somebody listed, or under an unidentified holder."""
        if name not in self._concerned:
            self._concerned[name] = frozenset(_around(self.register, [*self._listed_parties(name), UNNAMED]))
        return self._concerned[name]

    def _listings(self, name: str, party: str, day: date, possible: bool = False) -> list[tuple[int, str]]:
        """The rank of the policy and the words for each listing of each owner behind a capture, in order."""
        judge = self._judge(name, party, day)
        if judge is None:
            return []
        test, capture = self._test(name), judge.capture
        key = name, party, capture.day.day, possible
        if key not in self._policies:
            found = []
            for owner in self._capturing_parties(judge, party, possible):
                for row in capture.day.rows(self.register.listings_of, owner):
                    if (listed := test.listed(row.list, row.program)) or (possible and listed is None):
                        policy = (row.license_policy or NOT_STATED).strip().casefold().replace(" ", "_")
                        rank = POLICIES.index(policy) if policy in POLICIES else len(POLICIES)
                        said = policy.replace("_", " ") if rank < len(POLICIES) else "policy not stated"
                        found.append((rank, f"{owner} ({row.list}, {said})"))
            self._policies[key] = sorted(found)
        return self._policies[key]

    def _capturing_parties(self, judge: Judge, party: str, possible: bool) -> list[str]:
        """The listed parties from whom a sure (or possible) capture comes."""
        key = id(judge), possible
        if key not in self._capturers:
            self._capturers[key] = Capturers(judge.capture, possible)
        return sorted(self._capturers[key].of(party))


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
