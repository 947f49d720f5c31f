"""What each line needs: the requirements on it, the routes open to it with each condition, the review policy.

Unknown never counts as met. A route is open where every condition is met, closed where one is not, else not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from compliance.decisions.answer import ConditionSaid, DeterminationSaid, FindingSaid, RouteSaid
from compliance.decisions.evaluate import Determined
from compliance.facts.tables import Scene
from compliance.rulebook.packs import Pack


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
        review_policy=_policy(found) if requirements else None,
    )


def with_policies(
    findings: Iterable[FindingSaid], determinations: Iterable[DeterminationSaid], packs: Iterable[Pack]
) -> Iterator[FindingSaid]:
    """The findings, those of rules whose review policy is the determined one with that of their row."""
    asking = {(p.id, r.name) for p in packs for r in p.rules if r.then.review_policy == "determined"}
    policies = {(d.pack, d.table, d.id): d.review_policy for d in determinations}
    for finding in findings:
        found = {policies.get((finding.pack, row.table, row.id)) for row in finding.evidence.rows} - {None}
        if (finding.pack, finding.rule) in asking and len(found) == 1:
            finding = finding.model_copy(update={"review_policy": found.pop()})
        yield finding


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


def _policy(found: Determined) -> str | None:
    """The first policy that holds, or may: policies stand in order, the strictest first."""
    for number in found.plan.policies:
        if found.row[f"p.{number}"] is not False:
            return found.pack.definitions.review_policies[number].policy
    return None
