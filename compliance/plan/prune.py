"""Prunes rules that cannot match because nobody is on the lists that they ask about."""

from __future__ import annotations

from collections.abc import Collection

from compliance.rulebook.conditions import Condition, Test, kleene
from compliance.rulebook.packs import Pack
from compliance.sources.parties.list_membership import LISTED, UNIDENTIFIED

_OF_LIST = frozenset({"listed", "once", "kin", "shares_address", "shares_people"})
_OF_TEST = frozenset({"captured", "limb", "owners", "policy"})


def is_unsatisfiable(pack: Pack, condition: Condition, present: Collection[str]) -> bool:
    """Whether a condition fails of every row of a world in which only these lists have anybody on them.

    The condition is written out: no field of the pack stands in it for another condition.
    """

    def answer(test: Test) -> bool | None:
        *_, word, name = ("", *test.path.split("."))
        wanted = test.value is not False
        if word in _OF_LIST:
            listed = pack.party_lists.get(name)
            if listed is not None and any(party.lei or party.registration for party in listed.parties):
                return None
            nobody = _absent(listed.names if listed else (name,), present)
        elif word in _OF_TEST and name in pack.file.capture:
            lists = [entry.list for entry in pack.file.capture[name].lists]
            nobody = UNIDENTIFIED not in present and _absent(lists, present)
        elif word == "flagged":
            tests = [test for test in pack.file.capture.values() if name in test.flags]
            lists = [word for t in tests for word in (*(e.list for e in t.lists), *t.flags[name].lists)]
            nobody = bool(tests) and _absent(lists, present)
        else:
            return None
        return not wanted if nobody else None

    return kleene(condition, answer) is False


def _absent(lists: Collection[str], present: Collection[str]) -> bool:
    return not any(f"{LISTED}{name}" in present for name in lists)
