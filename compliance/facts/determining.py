"""The requirements, routes and review policies of a pack as columns of the rows that they are asked of."""

from __future__ import annotations

import ibis

from compliance.facts.plan import DeterminationPlan
from compliance.facts.sources import SOURCES
from compliance.facts.totals import Totals, sql


def determination_plan(totals: Totals, of: str) -> DeterminationPlan:
    """The determinations of the rows of a table."""
    compiler = totals.compiler
    frame = totals.frame(of)
    definitions = compiler.pack.definitions
    columns: dict[str, object] = {
        "table": lambda t: t["table"],
        "id": lambda t: t["id"],
        "ordered": lambda t: t["ordered"],
        "date": lambda t: t["date"],
    }
    if "authorization" in SOURCES[of]:
        columns["claimed"] = lambda t: t["authorization"]
    requirements = tuple(name for name, r in definitions.requirements.items() if r.of == of)
    for name in requirements:
        columns[f"q.{name}"] = compiler.holds(frame, definitions.requirements[name].when)
    routes: dict[str, tuple[str, ...]] = {}
    for kind, route in definitions.routes.items():
        if of in route.of:
            routes[kind] = tuple(route.conditions)
            for number, condition in enumerate(route.conditions.values()):
                columns[f"r.{kind}.{number}"] = compiler.holds(frame, condition)
    policies = tuple(n for n, p in enumerate(definitions.review_policies) if p.of == of)
    for number in policies:
        when = definitions.review_policies[number].when
        columns[f"p.{number}"] = compiler.holds(frame, when) if when else lambda t: ibis.literal(True)
    table = frame.table()
    query = sql(table.select(**{name: get(table) for name, get in columns.items()}))  # type: ignore[operator]
    return DeterminationPlan(of, query, requirements, routes, policies)
