"""Which clauses of a pack its own cases show: each seen to hold and to fail, and its numbers on both sides of the edge.

The cases beside a pack's rules are evaluated once more, with every row that a clause could be asked of kept, and each
clause is answered by the reference evaluator. So a clause is seen `false` only where it was false of a fact of a case.
Rules, requirements, routes, review policies and the filters of measures are asked alike. Whether the cases agree is
for `rules test`.

What must be seen, and what an edge is, is said in `authoring.coverage_recorder`.

Cases that set a parameter are left out, for they show another rule than the pack's; so are runs other than `audit` and
`screen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compliance.authoring.cases.case_runs import Case, CaseFile, case_files
from compliance.authoring.coverage_recorder import ClauseCoverage, CoverageRecorder, Edge, Witness
from compliance.decisions.screen import readable
from compliance.decisions.setup import day_of, scene_of
from compliance.errors import InputError, Problem, UsageError, near
from compliance.evaluation.described_parties import resolve
from compliance.plan.clause_plans import clause_plan
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import PACK_FILE, SHARED, Pack, load_pack, pack_ids
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.io.load import parse_orders
from compliance.world.schema.field_kinds import LINE_TABLES
from compliance.world.schema.tables import Order


@dataclass(frozen=True)
class Coverage:
    """What the cases of one pack show; `wholes` are its rules and routes as such."""

    pack: Pack
    cases: int
    wholes: tuple[ClauseCoverage, ...]
    clauses: tuple[ClauseCoverage, ...]

    @property
    def edges(self) -> tuple[Edge, ...]:
        return tuple(edge for clause in self.clauses for edge in clause.edges.values())

    @property
    def complete(self) -> bool:
        seen = all(each.covered for each in (*self.wholes, *self.clauses))
        return seen and all(edge.covered for edge in self.edges)


def coverage(paths: Sequence[str | Path] = ()) -> list[Coverage]:
    """What the cases of these packs (by id or folder) show; of every pack that has rules without any.

    Raises `UsageError` for what is no pack or has no rules, `InputError` for cases that cannot be read.
    """
    if not paths:
        folders = [rules_folder() / name for name in pack_ids()]
        return [measure_coverage(pack) for folder in folders if (pack := _pack(folder)).rules]
    return [measure_coverage(_load_named_pack(path)) for path in paths]


def _load_named_pack(path: str | Path) -> Pack:
    known = pack_ids()
    folder = rules_folder() / path if str(path) in known else Path(path)
    if not (folder / PACK_FILE).is_file():
        raise UsageError(f"`{path}` is no pack and no folder of one.{near(str(path), known)}")
    pack = _pack(folder)
    if not pack.rules:
        raise UsageError(f"the pack `{pack.id}` has no rules, so there is nothing to cover")
    return pack


def _pack(folder: Path) -> Pack:
    own_shared = folder.absolute().parent / SHARED
    return load_pack(folder, own_shared if own_shared.is_dir() else rules_folder() / SHARED)


def measure_coverage(pack: Pack) -> Coverage:
    """What the cases beside the rules of a pack show."""
    record = CoverageRecorder(clause_plan(pack))
    problems: list[Problem] = []
    count = 0
    for path in case_files([pack.folder]):
        file = CaseFile(path)
        for line, case in file.cases():
            if isinstance(case, InputError):
                problems += case.problems
            elif (scene := _scene(file, case, pack)) is not None:
                count += 1
                record.add(scene, Witness(path, line, case.label))
    if problems:
        raise InputError(problems)
    return Coverage(pack, count, tuple(record.wholes.values()), tuple(record.clauses.values()))


def _scene(file: CaseFile, case: Case, pack: Pack) -> EvaluationContext | None:
    """What a case has evaluated; `None` where it asks nothing of the pack as written."""
    if case.run not in ("audit", "screen") or (case.packs and pack.id not in case.packs) or "parameters" in case.with_:
        return None
    world = file.world(case)
    day = day_of(world, case.as_of)
    if not case.packs and pack.force.at(day, "as-written").applies is False:
        return None
    if case.run == "audit":
        return scene_of(resolve(world).world, day, day, orders=False)
    orders, _ = parse_orders(case.with_.get("orders"), str(file.path), world)
    ordered = resolve(world.replace("orders", readable(world, orders)[0]), LINE_TABLES).world
    return scene_of(ordered, day, max([day, *(order.date for order in ordered.each(Order))]), orders=True)
