"""What is found with an order beside what is found without it, finding by finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from compliance.answers.answer import OUTCOMES
from compliance.decisions.setup import scene_of
from compliance.evaluation.described_parties import ResolvedWorld, resolve
from compliance.evaluation.evaluate import Evaluation, evaluate
from compliance.evaluation.matches import Identity, Match
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.schema.field_kinds import LINE_TABLES
from compliance.world.schema.row import Row
from compliance.world.world import World

Before = Callable[[EvaluationContext], Mapping[Identity, Match]]
"""Tells what is found of a scene without its order."""
Pair = tuple[Match | None, Match | None]
"""A finding without the order and with it; `None` where it is none."""


class FindingComparison(NamedTuple):
    """The scene with the order, what is found there, and the findings in pairs.

    Of what does not rest on the order some may be left out, but not what it eases. `apart` is what is found where
    parties that are known by name alone stand for themselves, in its scene; `None` where that was not asked yet.
    """

    scene: EvaluationContext
    after: Evaluation
    pairs: Sequence[Pair]
    apart: tuple[EvaluationContext, Sequence[Match]] | None = None


class Comparing(Protocol):
    """Who compares a world that has orders with the same without."""

    def resolve(self, orders: Sequence[Row]) -> ResolvedWorld:
        """The world with orders, in which every party of a line has an id."""
        ...

    def compare(self, resolved: ResolvedWorld, horizon: date) -> FindingComparison:
        """Compares what is found, up to the day on which the last of the orders is dated."""
        ...


class InFull(NamedTuple):
    """A world that is evaluated twice, with orders and without; `before` tells the latter where that is kept."""

    world: World
    packs: Sequence[Pack]
    as_of: date
    before: Before | None = None

    def resolve(self, orders: Sequence[Row]) -> ResolvedWorld:
        """The world with orders, in which every party of a line has an id."""
        return resolve(self.world.replace("orders", orders), LINE_TABLES)

    def compare(self, resolved: ResolvedWorld, horizon: date) -> FindingComparison:
        """Compares what is found."""
        scene = scene_of(resolved.world, self.as_of, horizon, orders=True)
        after = evaluate(scene, self.packs)  # first: what is planned for it does for the world without the order
        earlier = self.before(scene) if self.before is not None else found_before(scene, self.packs)
        later = by_identity(after)
        pairs: list[Pair] = [(earlier.get(identity), found) for identity, found in later.items()]
        pairs += [(was, None) for identity, was in earlier.items() if identity not in later]
        return FindingComparison(scene, after, pairs)


def found_before(scene: EvaluationContext, packs: Sequence[Pack]) -> dict[Identity, Match]:
    """What is found of a scene without its order."""
    return by_identity(evaluate(scene.changed(scene.world.replace("orders", [])), packs, determine=False))


def by_identity(evaluation: Evaluation) -> dict[Identity, Match]:
    """Each finding once: where rules that are part of one meet in a subject, the certain and strictest first."""
    found: dict[Identity, Match] = {}
    for one in sorted(evaluation.found, key=strictness):
        found.setdefault(one.identity, one)
    return found


def strictness(found: Match) -> tuple[bool, int, str]:
    """By what the matches of one finding are sorted: the certain and strictest first."""
    rule = found.plan.rule
    return not found.certain, OUTCOMES.index(rule.then.outcome), rule.id
