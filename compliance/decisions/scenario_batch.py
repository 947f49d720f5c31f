"""Evaluates many independent what-if orders in one query (`plan.sql.scenarios`).

Each answer is that of an evaluation of the world with this order and no other; tests hold it against screenings.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from compliance.decisions.finding_comparison import by_identity
from compliance.evaluation.evaluate import DeterminationTable, Evaluation, evaluate
from compliance.evaluation.matches import Identity, Match
from compliance.plan.rowwise import workspace
from compliance.plan.sql.scenarios import BEFORE, tag, untag
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.source_catalogue import ORDERED
from compliance.sources.source_tables import SourceTables
from compliance.world.schema.row import Row

MOST_ROWS = 10**6
"""How many rows of a source, over all scenes, one evaluation takes."""
ROWS_OF_AN_ORDER = 8
"""So many rows of a source one line of an order adds: each party of it deals once."""
WORTH_PARTING = 8
"""From so many scenes on that fit into memory without a database, more are taken in turns."""

Lines = tuple[Row, ...]
Answered = TypeVar("Answered")
Walk = Generator[Sequence[Lines], Sequence[Evaluation], Answered]
"""Work that asks for evaluations of orders, a few at a time, and ends with an answer."""


class ScenarioBatch:
    """A world without orders, against which what-if orders are evaluated."""

    def __init__(self, scene: EvaluationContext, packs: Sequence[Pack]) -> None:
        self.scene = scene
        self.packs = packs
        self.before: Mapping[Identity, Match] = {}
        rows = SourceTables(scene.world, scene.catalogue, scene.day, orders=False)
        largest = max(1, *(len(rows.of(source)) for source in ORDERED))
        in_memory = workspace.FEW // (largest + ROWS_OF_AN_ORDER) - 1
        self._most = in_memory if in_memory >= WORTH_PARTING else max(1, MOST_ROWS // largest)
        self._begun = False

    def together(self, walks: Iterable[Walk[Answered]]) -> list[Answered]:
        """Runs all to their ends; what they ask for at one time is evaluated together."""
        answers: dict[int, Answered] = {}
        waiting: dict[int, tuple[Walk[Answered], Sequence[Lines]]] = {}
        told: dict[int, tuple[Walk[Answered], Sequence[Evaluation] | None]] = {
            number: (walk, None) for number, walk in enumerate(walks)
        }
        while told:
            for number, (walk, evaluations) in told.items():
                try:
                    asked = next(walk) if evaluations is None else walk.send(evaluations)
                    waiting[number] = walk, asked
                except StopIteration as ended:
                    answers[number] = ended.value
            found = iter(self.each([lines for _, asked in waiting.values() for lines in asked]))
            told = {number: (walk, [next(found) for _ in asked]) for number, (walk, asked) in waiting.items()}
            waiting = {}
        return [answers[number] for number in sorted(answers)]

    def each(self, orders: Sequence[Lines], determine: bool = False) -> list[Evaluation]:
        """What an evaluation of the world with each of these orders alone would find."""
        found: list[Evaluation] = []
        while len(found) < len(orders):
            found += self._evaluate(orders[len(found) : len(found) + self._most], determine)
        return found

    def _evaluate(self, orders: Sequence[Lines], determine: bool) -> list[Evaluation]:
        scenes: dict[str, list[str]] = {} if self._begun else {BEFORE: []}
        rows = []
        for number, lines in enumerate(orders):
            name = str(number)
            own = [_in_scene(line, name) for line in lines]
            scenes[name] = [str(row.name_of_row) for row in own]
            rows += own
        world = self.scene.world.replace("orders", rows)
        evaluation = evaluate(
            self.scene.changed(world), self.packs, determine=determine, margins=True, sources=ORDERED, scenes=scenes
        )
        found: dict[str, list[Match]] = {name: [] for name in scenes}
        for one in evaluation.found:
            found[one.scene].append(_untag_match(one))
        parts = {name: Evaluation(found[name]) for name in scenes}
        for (*key, scene), margin in evaluation.margins.items():
            if scene in parts:
                parts[scene].margins[tuple(map(untag, key))] = margin
        owner = {row: name for name, ids in scenes.items() for row in ids}
        for made in evaluation.determined:
            for name, lines_of in _by_scene(made.of_orders(), owner):
                parts[name].determined.append(lines_of)
        if BEFORE in parts:
            self.before = by_identity(parts.pop(BEFORE))
            self._begun = True
        return list(parts.values())


def _by_scene(made: DeterminationTable, owner: Mapping[str, str]) -> Iterator[tuple[str, DeterminationTable]]:
    """The determinations of each scene's own order."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(made.rows.column("id").to_pylist()):
        places.setdefault(owner[row], []).append(place)
    for name, of_scene in places.items():
        yield name, replace(made, rows=made.rows.take(of_scene))


def _in_scene(line: Row, scene: str) -> Row:
    named: Any = line
    return line.model_copy(update={"id": tag(named.id, scene)}).at(line.origin)


def _untag_match(found: Match) -> Match:
    """The finding in the names that a user knows."""
    rows = tuple(row._replace(id=untag(row.id), what=_untag_text(row.what)) for row in found.rows)
    return replace(
        found,
        id=untag(found.id),
        key=untag(found.key),
        words={word: untag(said) for word, said in found.words.items()},
        rows=rows,
        counted=replace(found.counted, rows=rows, least=_untag_text(found.counted.least)) if found.counted else None,
        scene=BEFORE,
    )


def _untag_text(what: str | None) -> str | None:
    return untag(what)  # type: ignore[no-any-return]
