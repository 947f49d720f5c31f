"""What each line needs: the requirements on it, the routes open to it with each condition, the review policy.

Unknown never counts as met. A route is open where every condition is met, closed where one is not, else not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compliance.decisions.answer import ConditionSaid, DeterminationSaid, RouteSaid
from compliance.decisions.evaluate import Determined
from compliance.facts.plan import review_policy
from compliance.facts.tables import Scene


def by_line(found: Iterable[Determined]) -> list[Determined]:
    """One determination a line: a product with several kinds of chips needs what any of them needs.

    A condition of a route is met where it is for every chip that needs the route, and not met where it is not for one.
    """
    kept: dict[tuple[str, str, str], list[Determined]] = {}
    for one in found:
        kept.setdefault((one.pack.id, one.row["table"], one.row["id"]), []).append(one)
    return [together[0] if len(together) == 1 else _joined(together) for together in kept.values()]


def _joined(together: list[Determined]) -> Determined:
    plan = together[0].plan
    needing = [one.row for one in together if any(one.row[f"q.{name}"] is not False for name in plan.requirements)]
    rows = needing or [one.row for one in together]
    row = dict(rows[0])
    for column in row:
        if column[:2] in ("q.", "r.", "p."):
            answers = [each[column] for each in rows]
            strong = column[:2] != "r."  # a need of one chip is a need of the line
            row[column] = strong if strong in answers else None if None in answers else not strong
    return Determined(together[0].pack, plan, row)


def determination(found: Determined, scene: Scene, asked: tuple[str, ...]) -> DeterminationSaid | None:
    """The determination of one row; `None` where its pack applies in no posture asked about."""
    pack, row, definitions = found.pack, found.row, found.pack.definitions
    applying = [p for p in asked if pack.force.at(row["date"], p).applies is not False]
    if not applying:
        return None
    requirements = []
    for name in found.plan.requirements:
        holds = row[f"q.{name}"]
        if holds is not False:
            text = definitions.requirements[name].text
            requirements.append(text if holds else f"possibly: {text}")
    claimed = _claimed(scene, row)
    routes = [_route(kind, texts, found, claimed) for kind, texts in found.plan.routes.items()] if requirements else []
    return DeterminationSaid(
        table=row["table"],
        id=row["id"],
        pack=pack.id,
        posture=applying[0] if len(applying) == 1 else "both",
        requirements=requirements,
        routes=routes,
        review_policy=review_policy(pack, found.plan.policies, row) if requirements else None,
    )


def _claimed(scene: Scene, row: Any) -> str | None:
    source: Any = scene.world.by_id(row["table"]).get(row["id"])
    return getattr(source, "authorization", None)


def _route(name: str, texts: tuple[str, ...], found: Determined, claimed: str | None) -> RouteSaid:
    route = found.pack.definitions.routes[name]
    conditions = [ConditionSaid(text=text, met=found.row[f"r.{name}.{number}"]) for number, text in enumerate(texts)]
    met = [condition.met for condition in conditions]
    kind = route.kind or name
    return RouteSaid(
        kind=kind,
        title=route.title,
        available=False if False in met else None if None in met else True,
        claimed=claimed == kind,
        citation=route.citation,
        conditions=conditions,
    )
