"""Missing data of a party on a day: its fields, its parent's headquarters, and the stakes that decide its parent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from compliance.ownership.parents.parent_search import UNIDENTIFIED
from compliance.rulebook.packs import Pack
from compliance.sources.column_types import SEPARATOR, UNKNOWN
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.parties.party_columns import party_column
from compliance.world.schema.tables import Company

Gap = tuple[str, str, str]

FIELDS = {"email_domain": "email", "phone_elsewhere": "phone", "shares_address": "address"}
"""What a user fills in for an attribute that is worked out."""
OF_PARENTS = ("parent", "family", "kin", "listed_kin", "on_record")
OF_STAKES = ("captured", "limb", "flagged", "restructured", "left_listed", "held_from", "majority_person")


class UnknownOfParties:
    """The gaps behind the attributes of parties, as the lists of a pack see them."""

    def __init__(self, scene: EvaluationContext, pack: Pack) -> None:
        self._scene = scene
        self._own = scene.ownership
        self._attributes = scene.attributes(pack)

    def of(self, party: str, asked: str, day: date) -> tuple[Any, set[Gap]]:
        """The value of an attribute of a party, and what is missing to know it."""
        column = party_column(asked)
        if column is None:
            return None, set()
        value = self._attributes.of(asked, party, day)
        if not _open(value, column.kind):
            return value, set()
        word, _, name = asked.partition(".")
        if word == "headquarters":
            return None, {self._seat(party)}
        if word in OF_PARENTS:
            return None, set(self._of_parents(party, asked, name, day))
        if word in OF_STAKES:
            return None, {("stakes", party, "percent")}
        if word == "signed":  # a search is of all parties
            return None, {("signs", "", "found")}
        field = FIELDS.get(word, word)
        return None, {("companies", party, field)} if field in Company.columns() else set()

    def _seat(self, party: str) -> Gap:
        is_person = party in self._scene.world.by_id("people")
        return ("people", party, "residence") if is_person else ("companies", party, "headquarters")

    def _of_parents(self, party: str, asked: str, name: str, day: date) -> Iterator[Gap]:
        """The seat of the parent where it is determined, else what decides who it is."""
        mine = self._own.families(party, day)
        if len(mine) > 1 or mine[0].startswith(UNIDENTIFIED):
            yield from self._deciding(party, day)
        elif asked == "parent.headquarters":
            yield self._seat(mine[0])
        else:
            for other in self._attributes.candidates(name):
                theirs = self._own.families(other, day)
                if len(theirs) > 1 and {*mine} & {*theirs}:
                    yield from self._deciding(other, day)

    def _deciding(self, party: str, day: date) -> Iterator[Gap]:
        """The stakes that leave the parent of a party open: its own, or those of who controls it for certain."""
        families, seen = self._own.families(party, day), {party}
        while above := sorted(
            o
            for o in self._own.register.upstream(party)
            if o not in seen and o in self._own.register.companies and self._own.families(o, day) == families
        ):
            party = above[0]
            seen.add(party)
        unidentified = [p.removeprefix(UNIDENTIFIED) for p in families if p.startswith(UNIDENTIFIED)]
        for company in unidentified:
            yield "stakes", company, "owner"
        if len(families) > 1 or not unidentified:
            yield "stakes", party, "percent"


def _open(value: Any, kind: str) -> bool:
    """Whether a value leaves a question open; that no name is on a list is an answer."""
    match kind:
        case "place":
            return value is None or SEPARATOR in value or UNKNOWN in value
        case "names":
            return value is not None and (SEPARATOR in value or value.startswith(UNKNOWN))
        case "amount":
            return not isinstance(value, tuple) or value[0] != value[1]
        case _:
            return value is None
