"""What a report says beside the answer: names of packs and rules, and the rows that findings rest on.

Everything here is optional: a report of a stored answer alone shows ids where it has no names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from compliance.answers.answer import PackStatus, PathStep
from compliance.errors import Problem
from compliance.reports import phrases
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import Pack
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.row import Row, plain
from compliance.world.world import World

if TYPE_CHECKING:
    from compliance.decisions.overview.model import Overview


@dataclass(frozen=True)
class ListRead:
    """A list against which parties were screened: its name, the day of its text, how many entries it had."""

    name: str
    as_of: str
    source: str
    entries: int | None


@dataclass(frozen=True)
class ReportContext:
    """Names, rows and, for a screening, the orders and the lines of their file that could not be read."""

    world: str = "the world"
    order: str | None = None
    packs: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[tuple[str, str], str] = field(default_factory=dict)
    outcomes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    tables: Mapping[str, int] = field(default_factory=dict)
    orders: Sequence[Row] = ()
    problems: Sequence[Problem] = ()
    reference: tuple[str, Fraction] | None = None
    lists: Sequence[ListRead] = ()
    unread: Sequence[str] = ()
    """What sources held and was not read, a sentence each."""
    overview: Callable[[str], Overview] | None = field(default=None, compare=False)
    """Of a posture what stands where and how much of each limit is used; worked out when it is asked for."""
    owners: Callable[[Iterable[Sequence[PathStep]]], tuple[list[dict[str, Any]], int]] | None = field(
        default=None, compare=False
    )
    """Of the paths of findings the graphs of owners around them, and how many are left out."""

    @classmethod
    def of(
        cls,
        world: World,
        packs: Sequence[Pack],
        day: date,
        *,
        name: str,
        order: str | None = None,
        orders: Sequence[Row] = (),
        problems: Sequence[Problem] = (),
    ) -> ReportContext:
        """The background of an answer about this world under these packs."""
        rows = RowsByName(world, {row.name_of_row: row for row in orders})
        return cls(
            world=name,
            order=order,
            packs={pack.id: pack.file.title for pack in packs},
            since={pack.id: since for pack in packs if (since := _since(pack, day))},
            rules={(pack.id, rule.id): rule.title for pack in packs for rule in pack.rules},
            outcomes={(pack.id, rule.id): rule.then.outcome for pack in packs for rule in pack.rules},
            rows=rows,
            tables={table: len(world.rows(table)) for table in world.tables},
            orders=tuple(orders),
            problems=tuple(problems),
            reference=_reference(world, day),
            lists=tuple(_lists(world)),
            unread=tuple(map(_unread, world.rows("unread"))),
            overview=lambda posture: _overview(world, packs, day, posture, orders),
            owners=lambda paths: _owners(world, day, paths),
        )

    def title(self, pack: str, rule: str) -> str:
        """The title of a rule, else its id in words."""
        return self.rules.get((pack, rule)) or phrases.plain(rule).capitalize()

    def told(self, table: str, name: str, column: str) -> str:
        """A field of a row as text; empty where it is not known."""
        row = self.rows.get((table, name))
        if row is None or column not in row.columns():
            return ""
        return field_text(plain(row.value(column)))

    def columns(self, table: str, name: str) -> tuple[str, ...]:
        """The fields of a row's table but those that name the row."""
        row = self.rows.get((table, name))
        return tuple(column for column in row.columns() if column not in row.key) if row else ()

    def lists_by_day(self) -> dict[str, list[str]]:
        """The names of the screening lists that were loaded, by their day; empty where none is stated."""
        found: dict[str, list[str]] = {}
        for read in self.lists:
            found.setdefault(read.as_of, []).append(read.name)
        return found

    def lists_read(self) -> list[str]:
        """The screening lists that were loaded, a sentence a day."""
        said = (
            (names, f"of {day}" if day else "whose date is not stated") for day, names in self.lists_by_day().items()
        )
        return [f"{phrases.count_text(len(names), 'list')} {of}: {', '.join(names)}" for names, of in said]

    def checked(self) -> str:
        """How many rows of which tables were looked at; the orders of the world itself never are."""
        held = ((number, table) for table, number in self.tables.items() if table != "orders")
        return ", ".join(
            phrases.count_text(number, phrases.row_noun(table), phrases.many(table)) for number, table in held
        )


class RowsByName(Mapping[tuple[str, str], Row]):
    """The rows of a world, and of an order, by table and name; each is made when it is asked for."""

    def __init__(self, world: World, orders: Mapping[str, Row]) -> None:
        self._world = world
        self._orders = orders

    def __getitem__(self, key: tuple[str, str]) -> Row:
        table, name = key
        if table == "orders" and name in self._orders:
            return self._orders[name]
        return self._world.by_id(table)[name]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from ((table, name) for table in self._world.tables for name in self._world.by_id(table))
        yield from (("orders", name) for name in self._orders)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def field_text(value: Any) -> str:
    """A field's value in one line: of a party that is described the name, of a list all items."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get("name") or ", ".join(f"{key} {item}" for key, item in value.items()))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(field_text(item) for item in value)
    return str(value)


def _overview(world: World, packs: Sequence[Pack], day: date, posture: str, orders: Sequence[Row]) -> Overview:
    from compliance.decisions.overview.overview import overview_of

    return overview_of(world, packs, day, posture, orders)


def _owners(world: World, day: date, paths: Iterable[Sequence[PathStep]]) -> tuple[list[dict[str, Any]], int]:
    from compliance.decisions.overview.owners import owner_graphs

    return owner_graphs(world, day, paths)


def _lists(world: World) -> Iterator[ListRead]:
    rows: Sequence[Any] = world.rows("screening_lists")
    for row in sorted(rows, key=lambda one: (one.list, str(one.as_of or ""))):
        yield ListRead(row.list, row.as_of.isoformat() if row.as_of else "", row.source or "", row.rows)


def _unread(row: Any) -> str:
    where = " ".join(part for part in (row.table_, row.id or "") if part)
    return f"{where}: {phrases.plain(row.field)} `{row.text}`" if row.text else f"{where}: {phrases.plain(row.field)}"


def _reference(world: World, day: date) -> tuple[str, Fraction] | None:
    """The chip in whose number TPP is told, with the TPP of one."""
    catalogue = Catalogue.load(rules_folder(), world.rows("chips"), world.rows("products"))  # type: ignore[arg-type]
    chip = catalogue.find(catalogue.reference) if catalogue.reference else None
    tpp = catalogue.at(chip, day).tpp if chip else None
    return None if chip is None or not tpp else (chip.name, Fraction(tpp, 1000))


def _since(pack: Pack, day: date) -> str | None:
    since = pack.force.at(day, "as-written").since
    return since.isoformat() if since else None


def enforced_state(pack: PackStatus, as_of: str) -> str | None:
    """The state in which the authority applied a pack on a day; `None` before it was anything."""
    begun = [step for step in pack.history if (step.since or "") <= as_of]
    return begun[-1].enforced if begun else None
