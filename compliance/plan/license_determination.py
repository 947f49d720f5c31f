"""License determination columns: requirements, routes and review policies of a pack for each row."""

from __future__ import annotations

from compliance.plan.rule_plan import DeterminationPlan
from compliance.plan.sql import expressions
from compliance.plan.sql.aggregate import AggregateCompiler, sql
from compliance.plan.sql.compiler import Compiler
from compliance.plan.sql.frames import Frame
from compliance.plan.sql.interval_join import Get
from compliance.sources.source_catalogue import SOURCES


def policy_columns(compiler: Compiler, frame: Frame, of: str) -> dict[str, Get]:
    """Whether each review policy for the rows of a table holds, in the order of the pack."""
    found: dict[str, Get] = {}
    for number, policy in enumerate(compiler.pack.definitions.review_policies):
        if of in policy.of:
            when = policy.when
            found[f"p.{number}"] = compiler.holds(frame, when) if when else lambda t: expressions.literal(True)
    return found


def determination_plan(totals: AggregateCompiler, of: str) -> DeterminationPlan:
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
        columns["claimed"] = compiler.column(frame, "authorization").get
    requirements = tuple(name for name, r in definitions.requirements.items() if of in r.of)
    for name in requirements:
        columns[f"q.{name}"] = compiler.holds(frame, definitions.requirements[name].when)
    routes: dict[str, tuple[str, ...]] = {}
    for kind, route in definitions.routes.items():
        if of in route.of:
            routes[kind] = tuple(route.conditions)
            for number, condition in enumerate(route.conditions.values()):
                columns[f"r.{kind}.{number}"] = compiler.holds(frame, condition)
    policies = policy_columns(compiler, frame, of)
    columns |= policies
    table = frame.table()
    query = sql(table.select(**{name: get(table) for name, get in columns.items()}))  # type: ignore[operator]
    return DeterminationPlan(of, query, requirements, routes, tuple(policies))
