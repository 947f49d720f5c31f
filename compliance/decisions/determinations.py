"""What each line needs: the requirements on it, the routes open to it with each condition, the review policy.

Unknown never counts as met. A route is open where every condition is met, closed where one is not, else not known.
Lines are many and what is said of them is not: rows alike share one determination, and each is made when asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.answers.answer import Determination, LicenseRoute, RouteCondition
from compliance.answers.deferred_parts import LazyParts, nested_json
from compliance.evaluation.evaluate import DeterminationTable
from compliance.plan.rule_plan import review_policy
from compliance.sources.distinct_rows import Numbers, distinct_rows

CLAIMED = "claimed"
_OF_ROW = ("table", "id", "ordered")


class Determinations(LazyParts[Determination]):
    """The determinations of an evaluation, sorted by table, id and pack; of packs that apply in a posture asked for."""

    def __init__(self, found: Iterable[DeterminationTable], asked: tuple[str, ...]) -> None:
        self.blocks = [Block(one, asked) for one in found]

    @cached_property
    def _order(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Of each determination the block and the row in it."""
        numbers = [np.full(len(block.places), n) for n, block in enumerate(self.blocks)]
        rows = [block.places for block in self.blocks]
        if not numbers or not sum(map(len, numbers)):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        packs = sorted({block.found.pack.id for block in self.blocks})
        rank = np.array([packs.index(block.found.pack.id) for block in self.blocks])
        picked = [block.rows.take(pa.array(block.places)) for block in self.blocks]
        keys = pa.table(
            {
                "table": _texts([part.column("table") for part in picked]),
                "id": _texts([part.column("id") for part in picked]),
                "pack": pa.array(rank[np.concatenate(numbers)]),
            }
        )
        order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in ("table", "id", "pack")]).to_numpy()
        return np.concatenate(numbers)[order], np.concatenate(rows)[order]

    def __len__(self) -> int:
        return sum(len(block.places) for block in self.blocks)

    def parts_at(self, places: Numbers) -> list[Determination]:
        """The determinations at these places."""
        pairs = zip(*(part[places].tolist() for part in self._order), strict=True)
        return [self.blocks[block].said(row) for block, row in pairs]

    def json_items(self) -> Iterator[str]:
        """Each determination as it stands in the indented JSON of an answer."""
        blocks, rows = self._order
        for block, row in zip(blocks.tolist(), rows.tolist(), strict=True):
            yield self.blocks[block].json(row)

    def as_columns(self) -> tuple[pa.Table, pa.Table]:
        """Each determination as a row that names its kind, and the kinds with what is said of all lines of one."""
        blocks, rows = self._order
        starts = np.cumsum([0, *(len(block.kinds) for block in self.blocks)])
        kinds = np.zeros(len(blocks), np.int64)
        names: dict[str, list[Any]] = {"table": [], "id": []}
        places: list[Any] = []
        for number, block in enumerate(self.blocks):
            mine = np.flatnonzero(blocks == number)
            kinds[mine] = starts[number] + block.which[rows[mine]]
            taken = block.rows.take(pa.array(rows[mine]))
            places.append(mine)
            for name, parts in names.items():
                parts.append(_texts([taken.column(name)]))
        back = pa.array(np.argsort(np.concatenate([np.zeros(0, np.int64), *places]), kind="stable"))
        found = {
            name: pa.concat_arrays([pa.array([], pa.string()), *parts]).take(back) for name, parts in names.items()
        }
        said = [one for block in self.blocks for one in block.kinds]
        texts = [None if one is None else one.model_copy(update={"id": ""}).model_dump_json() for one in said]
        packs = [None if one is None else one.pack for one in said]
        of_pack = pa.array(packs, pa.string()).take(pa.array(kinds))
        told = {"kind": pa.array(np.arange(len(said))), "pack": pa.array(packs, pa.string()), "said": pa.array(texts)}
        return pa.table({**found, "pack": of_pack, "kind": pa.array(kinds)}), pa.table(told)

    def groups(self) -> list[tuple[Determination, pa.Array]]:
        """What is said, each once with the ids of its lines, in the order of the first of them."""
        found = [group for block in self.blocks for group in block.groups()]
        return sorted(found, key=lambda group: (group[0].table, group[1][0].as_py(), group[0].pack))

    def counts(self) -> tuple[int, int]:
        """How many lines were looked at, and how many of them have no requirement in any pack."""
        looked_at, needing = 0, 0
        for table in sorted({said.table for said, _ in self.groups()}):
            groups = [group for group in self.groups() if group[0].table == table]
            looked_at += pc.count_distinct(pa.chunked_array([ids for _, ids in groups])).as_py()
            with_some = [ids for said, ids in groups if said.requirements]
            needing += pc.count_distinct(pa.chunked_array(with_some)).as_py() if with_some else 0
        return looked_at, looked_at - needing


def by_line(found: DeterminationTable) -> pa.Table:
    """One row a line: a product with several kinds of chips needs what any of them needs.

    A condition of a route is met where it is for every chip that needs the route, and not met where it is not for one.
    """
    if not found.several:
        return found.rows
    names = pa.table({name: _texts([found.rows.column(name)]) for name in ("table", "id")})
    together: dict[tuple[str, str], list[int]] = {}
    for place, name in enumerate(zip(*(column.to_pylist() for column in names.columns), strict=True)):
        together.setdefault(name, []).append(place)
    alone = found.rows.take(pa.array([places[0] for places in together.values() if len(places) == 1], pa.int64()))
    joined = [
        _merge_chip_rows(found.rows.take(places).to_pylist(), found) for places in together.values() if len(places) > 1
    ]
    return pa.concat_tables([alone, pa.Table.from_pylist(joined, found.rows.schema)])


def _merge_chip_rows(chips: list[dict[str, Any]], found: DeterminationTable) -> dict[str, Any]:
    needing = [row for row in chips if any(row[f"q.{name}"] is not False for name in found.plan.requirements)]
    rows = needing or chips
    row = dict(rows[0])
    for column in row:
        if column[:2] in ("q.", "r.", "p."):
            answers = [each[column] for each in rows]
            strong = column[:2] != "r."  # a need of one chip is a need of the line
            row[column] = strong if strong in answers else None if None in answers else not strong
    return row


class Block:
    """The determinations of one pack over one table."""

    def __init__(self, found: DeterminationTable, asked: tuple[str, ...]) -> None:
        self.found = found
        self.rows = by_line(found)
        self._asked = asked
        self._texts: dict[int, str] = {}

    @cached_property
    def _patterns(self) -> tuple[np.ndarray[Any, Any], list[Determination | None]]:
        """For each row which of the determinations it has; `None` where the pack applies in no posture."""
        columns = [self.rows.column(name) for name in self.rows.column_names if name not in (*_OF_ROW, "date")]
        firsts, which = distinct_rows([self._by_posture(), *columns], len(self.rows))
        return which, [self._determination(self.rows.slice(first, 1).to_pylist()[0]) for first in firsts.tolist()]

    @property
    def which(self) -> np.ndarray[Any, Any]:
        """Of each row which of the kinds of determinations it has."""
        return self._patterns[0]

    @property
    def kinds(self) -> list[Determination | None]:
        """The kinds of determinations."""
        return self._patterns[1]

    def _by_posture(self) -> pa.Array:
        """Of each row in which postures the pack applies on its day, as a number."""
        days = self.rows.column("date").combine_chunks().dictionary_encode()
        kinds: dict[tuple[str, ...], int] = {}
        numbers = [kinds.setdefault(self._applying(day), len(kinds)) for day in days.dictionary.to_pylist()]
        return pa.array(numbers, pa.int64()).take(days.indices)

    def _applying(self, day: Any) -> tuple[str, ...]:
        return tuple(p for p in self._asked if self.found.pack.force.at(day, p).applies is not False)

    @cached_property
    def places(self) -> np.ndarray[Any, Any]:
        """The rows that have a determination."""
        which, said = self._patterns
        there = np.array([one is not None for one in said], dtype=bool)
        return np.arange(len(which)) if there.all() else np.flatnonzero(there[which])

    def said(self, row: int) -> Determination:
        which, said = self._patterns
        found = said[which[row]]
        assert found is not None
        made: Determination = found.model_copy(update={"id": self.rows.column("id")[int(row)].as_py()})
        return made

    def json(self, row: int) -> str:
        which, said = self._patterns
        pattern = int(which[row])
        if pattern not in self._texts:
            found = said[pattern]
            assert found is not None
            self._texts[pattern] = nested_json(found.model_copy(update={"id": ""}))
        own = json.dumps(self.rows.column("id")[row].as_py(), ensure_ascii=False)
        return self._texts[pattern].replace('"id": ""', f'"id": {own}', 1)

    def groups(self) -> Iterator[tuple[Determination, pa.Array]]:
        which, said = self._patterns
        ids = _texts([self.rows.column("id")])
        for pattern, found in enumerate(said):
            if found is not None:
                own = ids.filter(pa.array(which == pattern))
                own = own.take(pc.sort_indices(own))
                yield found.model_copy(update={"id": own[0].as_py()}), own

    def _determination(self, row: dict[str, Any]) -> Determination | None:
        pack, plan, definitions = self.found.pack, self.found.plan, self.found.pack.definitions
        applying = self._applying(row["date"])
        if not applying:
            return None
        requirements = []
        for name in plan.requirements:
            holds = row[f"q.{name}"]
            if holds is not False:
                text = definitions.requirements[name].text
                requirements.append(text if holds else f"possibly: {text}")
        routes = [self._route(kind, texts, row) for kind, texts in plan.routes.items()] if requirements else []
        return Determination(
            table=row["table"],
            id=row["id"],
            pack=pack.id,
            posture=applying[0] if len(applying) == 1 else "both",
            requirements=requirements,
            routes=routes,
            review_policy=review_policy(pack, plan.policies, row) if requirements else None,
        )

    def _route(self, name: str, texts: tuple[str, ...], row: dict[str, Any]) -> LicenseRoute:
        route = self.found.pack.definitions.routes[name]
        conditions = [RouteCondition(text=text, met=row[f"r.{name}.{number}"]) for number, text in enumerate(texts)]
        met = [condition.met for condition in conditions]
        kind = route.kind or name
        return LicenseRoute(
            kind=kind,
            title=route.title,
            available=False if False in met else None if None in met else True,
            claimed=row.get(CLAIMED) == kind,
            citation=route.citation,
            conditions=conditions,
        )


def _texts(columns: Sequence[pa.ChunkedArray]) -> pa.Array:
    """Columns of text one after the other."""
    chunks = [chunk.cast(pa.string()) for column in columns for chunk in column.chunks]
    return pa.concat_arrays([pa.array([], pa.string()), *chunks])
