"""A world by another path than the plain one: several changes at once, drawn from a seed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from compliance.decisions.audit import audit
from compliance.rulebook.packs import Pack
from compliance.world.io.load import load_world
from compliance.world.world import World
from tests.makers import Tables
from tests.paths.answers import plain
from tests.paths.sizes import SIZES, Size, sizes_at
from tests.world.written import FORMATS, written, written_as_one

MAKERS = ("customs", "operators", "distributors")
PLAIN = "rows"
AS_ONE = ("one.yaml", "one.json")
FORMS = (*FORMATS, *AS_ONE)


class Mix(NamedTuple):
    """A path: the form that a world is read from, the order of its rows, and the sizes; a seed of 0 leaves the order.

    `shuffled` names the only table whose rows are mixed, if not all are.
    """

    form: str = PLAIN
    order: int = 0
    sizes: tuple[tuple[Size, int], ...] = ()
    processors: int | None = None
    shuffled: str = ""

    def steps(self) -> list[Mix]:
        """Each of its changes alone, to find which of them makes a difference."""
        alone = [Mix(self.form)] if self.form != PLAIN else []
        alone += [Mix(order=self.order)] if self.order else []
        alone += [Mix(self.form, sizes=(one,)) for one in self.sizes]
        return [*alone, Mix(processors=self.processors)] if self.processors else alone

    def told(self) -> str:
        """What is changed, in short."""
        sizes = ", ".join(f"{size.module}.{size.name}={value}" for size, value in self.sizes)
        return f"{self.form}, order {self.order}{self.shuffled}, processors {self.processors}, {sizes}"


def make_tables(maker: str, seed: int, lines: int) -> Tables:
    """The world that a maker makes of a seed."""
    tables: Tables = import_module(f"tests.makers.{maker}").make_world(seed, lines)
    return tables


def draw_mix(seed: int) -> Mix:
    """A form, an order, and every size at its least, at its most, or as it is."""
    rng = Random(f"mix {seed}")
    ends = rng.choice(("least", "most", "either", "as it is"))
    sizes = []
    for size in SIZES:
        end = rng.choice(("least", "most", "as it is")) if ends == "either" else ends
        if end != "as it is":
            sizes.append((size, size.least if end == "least" else size.most))
    return Mix(rng.choice(FORMS), rng.randrange(1, 10**6), tuple(sizes), rng.choice((1, 2, 8)))


def mix_rows(tables: Tables, seed: int, only: str = "") -> Tables:
    """The same rows in another order of tables and of rows."""
    if not seed:
        return tables
    rng = Random(seed)
    named = [name for name in tables if not only or name == only]
    mixed = {name: rng.sample(tables[name], len(tables[name])) for name in named}
    names = rng.sample(list(tables), len(tables))
    return {name: mixed.get(name, tables[name]) for name in names}


def load_mixed(tables: Tables, mix: Mix) -> World:
    """The world by a path; to be called with its sizes set."""
    rows = mix_rows(tables, mix.order, mix.shuffled)
    if mix.form == PLAIN:
        return World.of(**rows)
    with tempfile.TemporaryDirectory() as folder:
        if mix.form in AS_ONE:
            return load_world(written_as_one(rows, Path(folder, f"world{Path(mix.form).suffix}")))
        return load_world(written(rows, Path(folder, "world"), mix.form))


def audit_mixed(tables: Tables, mix: Mix, packs: Sequence[Pack], day: date) -> Any:
    """What an audit by a path answers, plain; the hash of the world is in it."""
    with sizes_at(mix.sizes, mix.processors):
        return plain(audit(load_mixed(tables, mix), packs, day))
