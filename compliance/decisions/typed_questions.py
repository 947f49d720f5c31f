"""The questions with one short answer, as programs ask them: each answer a pydantic model of what JSON has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Unpack, overload

from compliance.answers.headroom_answer import Headroom, OperatorTable
from compliance.answers.short_answers import (
    ChipsAnswer,
    DiffAnswer,
    OwnBeneficial,
    OwnCaptures,
    OwnParents,
    OwnShares,
    PatternsAnswer,
)
from compliance.decisions import chip_questions as of_chips
from compliance.decisions import ownership_questions as of_owners
from compliance.decisions.diff import diff as of_diff
from compliance.decisions.order_input import OrdersGiven, order_lines
from compliance.decisions.setup import PacksGiven, catalogue_of, world_given
from compliance.decisions.world_headroom import RouteOptions
from compliance.decisions.world_headroom import headroom as in_world
from compliance.detection import detectors
from compliance.errors import Problem
from compliance.ownership.own_answer import BENEFICIAL, PARENT, SHARE, THRESHOLD
from compliance.world.world import World

Own = OwnCaptures | OwnParents | OwnShares | OwnBeneficial


class HeadroomOptions(RouteOptions, total=False):
    """What a headroom may be told besides; see `compliance.decisions.headroom.headroom`."""

    as_of: date | None
    posture: str


@overload
def headroom(
    world: World,
    *,
    chip: str,
    consignee: str,
    operator: str | None = None,
    packs: PacksGiven = None,
    **options: Unpack[HeadroomOptions],
) -> Headroom: ...
@overload
def headroom(
    world: World,
    *,
    chip: str,
    consignee: None = None,
    operator: str,
    packs: PacksGiven = None,
    **options: Unpack[HeadroomOptions],
) -> Headroom: ...
@overload
def headroom(
    world: World,
    *,
    chip: str,
    consignee: None = None,
    operator: None = None,
    packs: PacksGiven = None,
    **options: Unpack[HeadroomOptions],
) -> OperatorTable: ...
def headroom(
    world: World,
    *,
    chip: str,
    consignee: str | None = None,
    operator: str | None = None,
    packs: PacksGiven = None,
    **options: Unpack[HeadroomOptions],
) -> Headroom | OperatorTable:
    """How many of a chip a consignee (or operator) may still get, by route; without both, the table of all operators.

    Packs may be ids and folders too. Raises `UsageError` for a party, site or chip that the world does not know.
    """
    said = in_world(world, chip=chip, consignee=consignee, operator=operator, packs=packs, **options)
    shape = OperatorTable if consignee is None and operator is None else Headroom
    return shape.model_validate(said)


def own(
    world: World,
    parties: Sequence[str] = (),
    *,
    test: str,
    as_of: date | None = None,
    undisclosed: str = "closed",
    owner: str | None = None,
    threshold: str = THRESHOLD,
    posture: str = "both",
) -> Own:
    """Who is captured, whose parent is whom, or who holds how much (contracts 6, ownership).

    Raises `UsageError` for an unknown test, party or owner.
    """
    said = of_owners.own(
        world_given(world), parties, test=test, as_of=as_of, undisclosed=undisclosed, owner=owner, threshold=threshold,
        posture=posture,
    )  # fmt: skip
    shapes: dict[str, type[Own]] = {PARENT: OwnParents, SHARE: OwnShares, BENEFICIAL: OwnBeneficial}
    return shapes.get(test, OwnCaptures).model_validate(said)


def chips(names: Sequence[str] = (), world: World | None = None, as_of: date | None = None) -> ChipsAnswer:
    """What the law makes of the chips of those names (every one without) on a day."""
    return ChipsAnswer.model_validate(of_chips.chips(names, None if world is None else world_given(world), as_of))


def patterns(
    world: World,
    as_of: date | None = None,
    only: Sequence[str] = (),
    parameters: Mapping[str, str] | None = None,
) -> PatternsAnswer:
    """The patterns of a world on a day, the strongest evidence first: evidence with its weight, never a verdict."""
    return PatternsAnswer.model_validate(detectors.patterns(world_given(world), as_of, only, parameters))


def diff(
    world: World, before: str, after: str, orders: OrdersGiven = (), problems: Sequence[Problem] = ()
) -> DiffAnswer:
    """What changes from one side `PACK[@DATE][:POSTURE]` to the other; with orders, in a screening of them."""
    lines = order_lines(world, catalogue_of(world), orders) if orders else []
    return DiffAnswer.model_validate(of_diff.diff(world, before, after, lines, problems))
