"""Rows of a sheet of relations: each a stake, a role or a tie where its word says which of the two is what."""

from __future__ import annotations

from dataclasses import dataclass, field

from compliance.spreadsheets.map_file import NOT_READ
from compliance.spreadsheets.values.column_reading import SAME
from compliance.spreadsheets.values.table_fields import LINKS, OWNER_TYPE, VOTES

OWNS, OWNED = "owner of", "owned by"
_ROLE_END, _NOTHING, _ENDED, _PERSON = " of", "nothing", "ended", "person"
_TIES = ("family", "joint_arrangement")
_DATES = ("from", "to")


@dataclass
class Relation:
    """What a row says: the row of a world and its table, or why it is not read; no table where no rule asks for it."""

    table: str = ""
    values: dict[str, str] = field(default_factory=dict)
    why: str = ""
    words: str = ""
    of_person: str = ""
    """The field that names a person, where the sheet says so."""


def is_relation(values: dict[str, str]) -> bool:
    """Whether a row of stakes says more of its two parties than that one holds the other."""
    return not values.keys().isdisjoint(LINKS)


def is_of_person(values: dict[str, str]) -> bool:
    """Takes out what a row of stakes says of its owner; whether that is a person."""
    return values.pop(OWNER_TYPE, "") == _PERSON


def of_votes(values: dict[str, str]) -> dict[str, str]:
    """Takes the share of votes out of a row of stakes; the row of them, empty where none is told."""
    votes = values.pop(VOTES, "")
    return {**values, "interest": "votes", "percent": votes} if votes else {}


def read_relation(values: dict[str, str], told: bool) -> Relation:
    """The row of a world that a row says; `told` where the sheet has a column that says what its parties are."""
    plain = {key: text for key, text in values.items() if key not in LINKS}
    word = values.get("relation", "") if told else OWNS
    words = " ".join(filter(None, (plain.get("owner"), word.removeprefix(SAME), plain.get("owned"))))
    if word in (_NOTHING, NOT_READ):
        return Relation()
    if not word or word.startswith(SAME):
        return Relation("", plain, "does not say which of the two owns the other, or what else it is to it", words)
    if values.get("state") == _ENDED and not plain.get("to"):
        return Relation("", plain, "has ended, and no day is told", words)
    return _relation_of(plain, word, values, words)


def _relation_of(plain: dict[str, str], word: str, values: dict[str, str], words: str) -> Relation:
    first, second = plain.pop("owner", ""), plain.pop("owned", "")
    dates = {key: plain[key] for key in _DATES if key in plain}
    if word in _TIES:
        return Relation("ties", {"party": first, "other": second, "kind": word, **dates})
    persons = {"owner": values.get("subject_type") == _PERSON, "owned": values.get("object_type") == _PERSON}
    if word == OWNED:
        first, second = second, first
        persons = {"owner": persons["owned"], "owned": persons["owner"]}
    pair = {"owner": first, "owned": second}
    if persons["owned"]:
        return Relation("", {**plain, **pair}, "says that a person is owned, or that a person holds another", words)
    if word in (OWNS, OWNED):
        return Relation("stakes", {**pair, **plain}, of_person="owner" if persons["owner"] else "")
    role = word.removesuffix(_ROLE_END)
    return Relation("roles", {"person": first, "company": second, "role": role, **dates})
