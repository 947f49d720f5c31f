"""A world opened once and asked about order after order: a screening, a headroom, a change of the world.

What a Screener answers is what `screen` answers of the same world, byte for byte. Any thread may use it: a screening
sees the world before a change or after it, never half of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from os import PathLike
from threading import RLock
from typing import Any

from compliance.answers.answer import Answer
from compliance.answers.headroom_answer import Headroom
from compliance.decisions.finding_comparison import FindingComparison, InFull
from compliance.decisions.headroom.headroom import headroom
from compliance.decisions.incremental.kept_before import KeptBefore
from compliance.decisions.incremental.kept_worlds import KeptWorlds
from compliance.decisions.order_input import OrdersGiven, checked_lines, order_lines
from compliance.decisions.screen import screen as screen_lines
from compliance.decisions.setup import PacksGiven, catalogue_of, day_of, packs_on, postures_of, unknown_chips
from compliance.errors import InputError, OrderError, Problem, UsageError
from compliance.evaluation.described_parties import ResolvedWorld
from compliance.rulebook.packs import Pack
from compliance.world.io.load import load_world
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.row import Row
from compliance.world.world import World
from compliance.world.world_changes import RowGiven, change_world


@dataclass(frozen=True)
class _WorldState:
    """A world as it stands between two changes, with what is made of it once."""

    world: World
    catalogue: Catalogue
    kept: KeptWorlds
    full: InFull

    @classmethod
    def of(cls, world: World, packs: Sequence[Pack], as_of: date) -> _WorldState:
        """Raises `InputError` for chips that nothing is known of."""
        catalogue = catalogue_of(world)
        if problems := list(unknown_chips(world, catalogue, orders=False)):
            raise InputError(problems)
        full = InFull(world, packs, as_of, KeptBefore(world, packs))
        return cls(world, catalogue, KeptWorlds(world, packs, as_of), full)

    def resolve(self, orders: Sequence[Row]) -> ResolvedWorld:
        """The world with orders, in which every party of a line has an id."""
        return self.kept.resolve(orders)

    def compare(self, resolved: ResolvedWorld, horizon: date) -> FindingComparison:
        """Compares what is found from what is kept of the world, else by full evaluations."""
        return self.kept.compare(resolved, horizon) or self.full.compare(resolved, horizon)


class Screener:
    """A world with packs, a day and a posture, as `screen` takes them; `packs` may be ids and folders too.

    Raises `UsageError` for a pack or posture that is none and where no day is known, `InputError` for what is wrong
    in a pack and for chips that nothing is known of.
    """

    def __init__(
        self, world: World, packs: PacksGiven = None, as_of: date | None = None, posture: str = "both"
    ) -> None:
        if not isinstance(world, World):
            raise UsageError(f"a Screener is of a World, not of a {type(world).__name__}; `Screener.open` reads a file")
        postures_of(posture)
        self.as_of = day_of(world, as_of)
        self.posture = posture
        self.packs = packs_on(self.as_of, packs)
        self._named = None if packs is None else tuple(pack.id for pack in self.packs)
        self._opened = _WorldState.of(world, self.packs, self.as_of)
        self._changing = RLock()

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        packs: PacksGiven = None,
        as_of: date | None = None,
        posture: str = "both",
    ) -> Screener:
        """Opens the world of a file or a folder; raises `InputError` with all that is wrong in it."""
        return cls(load_world(path), packs, as_of, posture)  # type: ignore[arg-type]

    def __getstate__(self) -> dict[str, Any]:
        left = {name: value for name, value in self.__dict__.items() if name not in ("_opened", "_changing")}
        return {**left, "world": self.world}

    def __setstate__(self, state: dict[str, Any]) -> None:
        world = state.pop("world")
        self.__dict__.update(state)
        self._opened = _WorldState.of(world, self.packs, self.as_of)
        self._changing = RLock()

    @property
    def world(self) -> World:
        """The world as it stands; a change makes another one."""
        return self._opened.world

    @property
    def named_packs(self) -> tuple[str, ...]:
        """The packs that were asked for by name, which count though they are no law; none without."""
        return self._named or ()

    def screen(self, orders: OrdersGiven) -> Answer:
        """Screens an order: one line, or several that count together. Raises `OrderError`."""
        opened = self._opened
        return self._screen(opened, order_lines(opened.world, opened.catalogue, orders))

    def screen_each(self, orders: Mapping[str, OrdersGiven]) -> dict[str, Answer]:
        """Screens orders by name, each as if it were alone. Raises `OrderError` with what is wrong in any of them."""
        if not isinstance(orders, Mapping):
            raise UsageError("`screen_each` takes orders by name, a mapping of names to orders")
        opened = self._opened
        read = {name: checked_lines(opened.world, opened.catalogue, given) for name, given in orders.items()}
        wrong = [_under(problem, name) for name, (_, problems) in read.items() for problem in problems]
        if wrong:
            raise OrderError(wrong)
        return {name: self._screen(opened, lines) for name, (lines, _) in read.items()}

    def screen_lines(self, lines: Sequence[Row], problems: Sequence[Problem] = ()) -> Answer:
        """Screens the lines of a file; `problems` are those that could not be read, and do not stop the others."""
        return self._screen(self._opened, lines, problems)

    def _screen(self, opened: _WorldState, lines: Sequence[Row], problems: Sequence[Problem] = ()) -> Answer:
        return screen_lines(opened.world, lines, self.packs, self.as_of, self.posture, problems, opened)

    def headroom(
        self,
        *,
        chip: str,
        consignee: str | None = None,
        operator: str | None = None,
        country: str | None = None,
        site: str | None = None,
        exporter: str | None = None,
        end_user: str | None = None,
        authorization: str | None = None,
        fail_on: str = "license_required",
    ) -> Headroom:
        """How many of a chip a consignee or an operator may still get, and what binds (see `compliance.headroom`)."""
        if consignee is None and operator is None:
            raise UsageError("headroom is for a consignee or an operator; name one")
        found = headroom(
            self, chip=chip, consignee=consignee, operator=operator, country=country, site=site, exporter=exporter,
            end_user=end_user, authorization=authorization, fail_on=fail_on,
        )  # fmt: skip
        return Headroom.model_validate(found)

    def apply(
        self,
        add: Mapping[str, Iterable[RowGiven]] | None = None,
        remove: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    ) -> None:
        """Adds rows to tables and removes those that agree with the values given, first these and then those.

        The rows are checked as those of a file are: all of them change or, with an `InputError`, none.
        """
        with self._changing:
            self._opened = _WorldState.of(change_world(self.world, add or {}, remove or {}), self.packs, self.as_of)


def _under(problem: Problem, name: str) -> Problem:
    """A problem of one order of several; where its line has no id it goes by the name of the order."""
    return problem if problem.about.row else replace(problem, about=problem.about._replace(row=str(name)))


def screen(
    world: World,
    orders: OrdersGiven,
    packs: PacksGiven = None,
    as_of: date | None = None,
    posture: str = "both",
    problems: Sequence[Problem] = (),
) -> Answer:
    """Screens an order against a world: one line, or several that count together; packs may be ids and folders too.

    `problems` are lines of a file that could not be read (see `load_orders`): the answer says so. Raises `OrderError`
    with all that is wrong with the order, `InputError` where the world itself is wrong.
    """
    lines = order_lines(world, catalogue_of(world), orders)
    day = day_of(world, as_of)
    return screen_lines(world, lines, packs_on(day, packs), day, posture, problems)
