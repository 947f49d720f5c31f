"""Source data that was not read (table `unread`), where it could change the decision (contracts 9).

A verdict of "not captured" holds only if it survives the worst content of what was not read: a holder of any share, a
control, a listing. An audit and a screening report unread data of their parties and of the owners above them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import repeat
from typing import Any

from compliance.answers.answer import MissingField, NotEvaluated
from compliance.errors import join_first
from compliance.explain.missing.missing_party_data import FIELDS
from compliance.explain.not_evaluated.namesakes import PARTY, namesakes
from compliance.ownership.capture.capture_test import CaptureTest
from compliance.ownership.register import Register
from compliance.ownership.stake_cells import stands
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.units import Interval
from compliance.world.schema.field_kinds import PARTIES
from compliance.world.schema.row import references
from compliance.world.schema.tables import (
    TABLES,
    Company,
    Control,
    Headquarters,
    Listing,
    Person,
    Role,
    ScreeningList,
    Stake,
    Tie,
    Unread,
)
from compliance.world.schema.unread_records import WHOLE_ROW
from compliance.world.world import World

LINKS = (Stake.table, Control.table, Listing.table)
"""The tables on which verdicts about owners rest."""
_ABOUT = (*LINKS, Tie.table, Role.table, Headquarters.table)
"""Tables of which every field may decide; of the others those do that a rule asks for."""
_PLACES = ("jurisdiction", "headquarters", "nationality", "residence", "dissolved")
_DAYS = ("from", "to")
_INDIRECT = "interest"
"""The field of a stake that runs through holders of the company, and may be a part of what they hold."""
MATCH = (Listing.table, PARTY)
"""Table and field of matches by name that nobody has decided."""
MOST_NAMED = 3
MOST_MISSING = 100
"""Of so many rows that were set aside it is said one by one what would settle them."""


class Worst:
    """A world in which what was not read is the worst that it may be, around those parties of which something was not.

    Who was dissolved holds nothing for the test of parents (`test` is none): somebody else does, and nobody knows who.
    `parties` are those that may be answered otherwise.
    """

    def __init__(self, world: World, register: Register, test: CaptureTest | None, day: date) -> None:
        self.register, self.test, self.day = register, test, day
        rows = [row for row in world.each(Unread) if row.table_ in LINKS and row.id and stands(row, day)]
        self.rows = [row for row in rows if not self._is_counted(row)]
        self.gone = _dissolved_companies(world, day) if test is None else frozenset()
        known = {row.id for row in self.rows if row.id and register.known(row.id)} | self.gone
        self.parties = register.ever_below(known) if known else set()

    def _is_counted(self, row: Unread) -> bool:
        """Whether a stake in doubt by its days, or of nobody who is named, stands in the world as such already."""
        if row.table_ != Stake.table or not (row.field in _DAYS or row.field == "owner"):
            return False
        held = self.register.day(self.day).columns(row.id or "")
        mine = [h for column in held for h in column.held if h.owner == (row.other or "")]
        return any(not h.percent.known or not h.owner for h in mine)

    def world(self, parties: Iterable[str]) -> World:
        """The parties and all who are above them, as they are, with what was not read added."""
        above = self._above(parties)
        tables: dict[str, list[Any]] = defaultdict(list)
        register = self.register
        apart = {row.id for row in self.rows if row.field == _INDIRECT}
        for party in sorted(above):
            tables[Company.table if party in register.companies else Person.table].append(self._party(party))
            for cell in register.cells_in(party):
                owner = "" if cell.owner in self.gone else cell.owner
                percents = [_from_nothing(row.percent) if party in apart else row.percent for row in cell.rows]
                tables[Stake.table] += map(
                    _stake, repeat(owner), repeat(party), repeat(cell.interest), percents, cell.rows
                )
            for control in register.controls_of.get(party, ()):
                if control.controller not in self.gone:
                    tables[Control.table].append(control)
                elif stands(control, self.day):
                    tables[Stake.table].append(Stake.model_construct(owner=None, owned=party))
            tables[Listing.table] += register.listings_of.get(party, ())
            tables[Headquarters.table] += register.seats_of.get(party, ())
            tables[Tie.table] += [row for row in register.ties_of.get(party, ()) if row.party == party]
        for row in self.rows:
            if row.id in above:
                for made in self._made(row):
                    tables[made.table].append(made)
        return World({table: tuple(tables[table]) for table in TABLES if tables.get(table)})

    def rows_above(self, parties: Iterable[str]) -> list[Unread]:
        """What was not read of the parties and of those above them."""
        near = self._above(parties)
        return [row for row in self.rows if row.id in near]

    def _above(self, parties: Iterable[str]) -> set[str]:
        others: dict[str, list[str]] = defaultdict(list)
        for row in self.rows:
            if row.other and self.register.known(row.other):
                others[row.id or ""].append(row.other)
        return above(self.register, parties, others)

    def _party(self, party: str) -> Company | Person:
        company = self.register.companies.get(party)
        if company is None:
            person = self.register.people[party]
            return Person.model_construct(id=party, nationality=person.nationality, residence=person.residence)
        return Company.model_construct(id=party, jurisdiction=company.jurisdiction, headquarters=company.headquarters)

    def _made(self, row: Unread) -> Iterator[Stake | Control | Listing]:
        """The rows that what was not read may stand for."""
        party, other = row.id or "", row.other if row.other and self.register.known(row.other) else None
        if row.table_ == Listing.table:
            lists = self.test.lists if self.test else ()
            yield from (Listing.model_construct(party=party, list=one.list, program=None) for one in lists[:1])
            return
        if party not in self.register.companies:
            return
        if row.table_ == Stake.table or row.field not in _DAYS or other is None:
            yield Stake.model_construct(owner=other, owned=party)
        means: list[Any] = sorted(self.test.capturing) if self.test else ["accounting_parent"]
        if row.table_ == Control.table and other is not None:
            yield from (Control.model_construct(controller=other, company=party, means=word) for word in means[:1])


def _dissolved_companies(world: World, day: date) -> frozenset[str]:
    """The companies that were dissolved by the day, and not revived since."""
    if not world.values(Company.table, "dissolved"):
        return frozenset()
    columns = world.columns(Company.table)
    ended = columns["dissolved"].to_pylist()
    revived = columns["reactivated"].to_pylist() if "reactivated" in columns.column_names else [None] * len(ended)
    now = day.isoformat()
    return frozenset(
        party
        for party, end, again in zip(columns["id"].to_pylist(), ended, revived, strict=True)
        if end is not None and end <= now and not (again is not None and end <= again <= now)
    )


def above(register: Register, parties: Iterable[str], others: Mapping[str, Sequence[str]]) -> set[str]:
    """The parties and whoever ever held, controlled or was tied to them; `others` are ends of links by party."""
    found = {party for party in parties if register.known(party)}
    waiting = list(found)
    while waiting:
        party = waiting.pop()
        for other in (*register.upstream(party), *others.get(party, ())):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def unread_ends(rows: Iterable[Unread]) -> Mapping[str, Sequence[str]]:
    """By party, the other ends of its links that were not read."""
    others: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.id and row.other:
            others[row.id].append(row.other)
    return others


def _stake(owner: str, owned: str, interest: Any, percent: Interval, row: Any) -> Stake:
    return Stake.model_construct(
        owner=owner or None, owned=owned, percent=percent, interest=interest, from_=row.from_, to=row.to
    )


def _from_nothing(percent: Interval) -> Interval:
    """What others hold of a company, where an interest that runs through one of them may be theirs."""
    return Interval(Fraction(0), percent.high, False, percent.high_open)


def unread_values(
    scene: EvaluationContext, packs: Sequence[Pack], tables: Iterable[str] | None = None
) -> Iterator[NotEvaluated]:
    """What was not read of the parties that rows name, of `tables` alone if given, and of those above them.

    Lists that were not read whole are told by `open_lists`, for the rules that ask for them. Who carries the name of a
    listed company stands beside the matches by name that nobody has decided.
    """
    unread = [row for row in scene.world.each(Unread) if row.table_ != ScreeningList.table]
    rows = [row for row in (*unread, *namesakes(scene.world)) if row.from_ is None or row.from_ <= scene.day]
    if not rows:
        return
    near = above(scene.ownership.register, _parties_in_rows(scene, tables), unread_ends(rows))
    asked = _field_reader(packs)
    found: dict[tuple[str, str], list[Unread]] = defaultdict(list)
    for row in rows:
        may_decide = row.table_ in _ABOUT or row.field in (*_PLACES, WHOLE_ROW) or asked(row.field)
        if may_decide and (row.id is None or row.id in near or row.table_ not in (*_ABOUT, *PARTIES)):
            found[row.table_, row.field].append(row)
    for (table, field), every in sorted(found.items()):
        every.sort(key=lambda row: (row.id or "", row.text or ""))
        told = join_first(every, MOST_NAMED, lambda row: f"`{row.text}` ({row.id})" if row.id else f"`{row.text}`")
        reason = f"`{field}` of `{table}` was not read from its source and could decide: {told}"
        settles = f"what `{field}` of `{table}` is, as its source has it"
        if field == WHOLE_ROW:
            rows_of = f"{len(every):,} row{'s' if len(every) > 1 else ''} of `{table}`"
            reason = f"{rows_of} could not be read, set aside, and could decide: {told}"
            settles = f"what the row of `{table}` says"
            every = every[:MOST_MISSING]
        missing = {MissingField(table=table, id=row.id or "", field=field, settles=settles) for row in every}
        if (table, field) == MATCH:
            reason = f"a match to a list by name is not decided: {told}"
            missing = {MissingField(table=table, id=row.id or "", field=field, settles=_match(row)) for row in every}
        yield NotEvaluated(rule="", reason=reason, missing=sorted(missing, key=lambda one: one.id))


def _match(row: Unread) -> str:
    """Which party looks like which entry of which list."""
    return f"{row.id}: {(row.text or '').rpartition(': ')[0] or row.text}"


def _parties_in_rows(scene: EvaluationContext, tables: Iterable[str] | None) -> set[str]:
    """The parties that rows of these tables name; without any, of all that say what is done or stands."""
    about = (*_ABOUT, *PARTIES, "ties", "signs", "unread", "certifications", "authorizations")
    every = [name for name in TABLES if name not in about and (scene.orders or name != "orders")]
    return {
        party
        for table in (tables if tables is not None else every)
        for field, named in references(TABLES[table])
        if set(named) & set(PARTIES)
        for party in scene.world.values(table, field)
    }


def _field_reader(packs: Sequence[Pack]) -> Any:
    """Whether a rule of these packs asks for a field of a company or person, or for what is made of it."""
    texts = [path.read_text("utf-8") for pack in packs for path in sorted(pack.folder.rglob("*.yaml"))]
    kept: dict[str, bool] = {}

    def asks(field: str) -> bool:
        if field not in kept:
            words = [field, *(made for made, of in FIELDS.items() if of == field)]
            pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])")
            kept[field] = any(pattern.search(text) for text in texts)
        return kept[field]

    return asks
