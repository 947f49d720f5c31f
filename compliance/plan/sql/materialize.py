"""Materialisation before the rule queries: wide rows of a source, counted rows and totals, with column pruning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from compliance.plan.sql.frames import PLACE, view
from compliance.plan.sql.relations import Query

QUOTED = re.compile(r'"([^"]+)"')
SOME = "some"
"""The kind of a statement that picks some of the rows of another."""


@dataclass(frozen=True)
class Statement:
    """A table or view to make before the queries that read it."""

    name: str
    kind: str
    sql: str
    columns: tuple[str, ...] | None = None
    """The columns of a table of which only those are made that are read."""
    source: str | None = None
    """Source table, used to estimate the row count."""
    of: str | None = None
    """Of a statement that picks `SOME` rows, the table that it picks them of."""
    own: frozenset[str] = frozenset()
    """The columns that are those of the source as they stand."""

    @property
    def totals(self) -> bool:
        """Whether rows are set against totals that are made before."""
        return f'"{view("total.")}' in self.sql

    def read(self, others: Iterable[str]) -> list[str]:
        """The columns that others read; what nobody asks is not worked out."""
        named = {name for sql in others for name in QUOTED.findall(sql)}
        return [column for column in self.columns or () if column in named]

    def only(self, columns: Iterable[str], whole: bool = False) -> str:
        """The statement with these columns alone; with `whole` of all the rows of which these are some."""
        if self.columns is None:
            return self.sql
        kept = [f'"{column}"' for column in columns] or ["1"]
        selected = f"SELECT {', '.join(kept)}"
        return f'{selected} FROM "{self.of}"' if whole else Query.around(self.sql, selected)


@dataclass(frozen=True)
class Materialization:
    """A statement as it is carried out: as a `table` or a `view`, with the columns alone that are read.

    Columns that are the source's `own` are taken from there; what is worked out stands beside the place of each row.
    """

    statement: Statement
    kind: str
    sql: str
    own: list[str]


def plan_materializations(
    made: Sequence[Statement], asked: Iterable[str], many: Callable[[Statement], bool]
) -> list[Materialization]:
    """How statements that stand in order are carried out for these queries; `many` says whether of very many rows.

    Of very many rows those that rules ask about are picked once, and rows that are set against totals and read more
    than once are kept. Of few it is quicker to work them out again.
    """
    found: list[Materialization] = []
    queries = list(asked)
    for statement in reversed(made):  # each is read by those after it
        readers = [sql for sql in (*(one.sql for one in found), *queries) if f'"{statement.name}"' in sql]
        read, often = statement.read(readers), len(readers) > 1
        kept = many(statement) and (statement.kind == SOME or (statement.totals and often))
        if statement.kind == "table" or kept:
            own = [column for column in read if column in statement.own] if many(statement) else []
            worked_out = [PLACE, *(column for column in read if column not in own)] if own else read
            found.append(Materialization(statement, "table", statement.only(worked_out), own))
        else:
            sql = statement.only(read, whole=True) if statement.kind == SOME else statement.sql
            found.append(Materialization(statement, "view", sql, []))
    return found[::-1]
