"""What the cases of packs show of their clauses, as text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from compliance.authoring.clause_coverage import Coverage
from compliance.authoring.coverage_recorder import ClauseCoverage, Edge, Witness
from compliance.reports import figures, phrases
from compliance.reports.text.terminal import Look, Paper, as_text, bullet_list, table
from compliance.units import show

SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
KINDS = {
    "rule": "",
    "requirement": "requirement ",
    "route": "route ",
    "review_policy": "policy ",
    "measure": "measure ",
}


def coverage_said(found: Sequence[Coverage]) -> dict[str, Any]:
    """All of it as data: for each clause the first case that showed each answer, for each comparison its edge."""
    return {"complete": all(one.complete for one in found), "packs": [_pack(one) for one in found]}


def _pack(one: Coverage) -> dict[str, Any]:
    counts = {
        name: {"covered": sum(each.covered for each in those), "all": len(those)}
        for name, those in (("wholes", one.wholes), ("clauses", one.clauses), ("edges", one.edges))
    }
    seen = [_clause_as_json(each, one) for each in (*one.wholes, *one.clauses)]
    return {"id": one.pack.id, "complete": one.complete, "cases": one.cases, **counts, "seen": seen}


def _clause_as_json(each: ClauseCoverage, one: Coverage) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "name": each.name,
        "of": each.of,
        "clause": each.text,
        "covered": each.covered,
        "needed": [_answer(answer) for answer in each.needed],
        **{_answer(answer): _witness_as_json(each.answers.get(answer), one) for answer in (True, False, None)},
        "edges": [
            {
                "path": edge.path,
                "op": edge.op,
                "limit": edge.limit,
                "covered": edge.covered,
                "at": _witness_as_json(edge.at, one),
                "beyond": _witness_as_json(edge.beyond, one),
                "below": None if edge.below is None else show(edge.below),
                "above": None if edge.above is None else show(edge.above),
            }
            for edge in each.edges.values()
        ],
    }


def _answer(answer: bool | None) -> str:
    return "not_known" if answer is None else str(answer).lower()


def _witness_as_json(shown: Witness | None, one: Coverage) -> dict[str, Any] | None:
    if shown is None:
        return None
    file = shown.file.relative_to(one.pack.folder).as_posix()
    return {"file": file, "line": shown.line, "case": shown.case}


def coverage_text(found: Sequence[Coverage], look: Look | None = None) -> str:
    """A table for each pack, what is still to be shown, and the counts."""
    paper = Paper(look or Look())
    for one in found:
        paper.heading(one.pack.id, f"{one.cases} cases; {_coverage_counts([one])}")
        heads = ("rule, its clauses", "true", "false", "edge", "shown by lines")
        paper.put(table(heads, _rows(one), indent=2))
        if left := list(_uncovered_lines(one)):
            paper.gap()
            paper.put(Text(f"  Not shown by a case of {one.pack.id}:", "bold"))
            paper.put(bullet_list(left))
    paper.gap()
    paper.put(
        Text(
            "? stands for not known, where no fact could give the answer. Lines are of the case file of the rule, else "
            "of the file named. An edge is the limit itself and one step beyond it.",
            "dim",
        )
    )
    paper.gap()
    paper.put(as_text(_coverage_counts(found), "bold"))
    return paper.text()


def _coverage_counts(found: Sequence[Coverage]) -> str:
    kinds = (
        ("rules and routes", [each.covered for one in found for each in one.wholes]),
        ("clauses", [each.covered for one in found for each in one.clauses]),
        ("edges", [each.covered for one in found for each in one.edges]),
    )
    return ", ".join(f"{name} {sum(those)} of {len(those)}" for name, those in kinds)


def _rows(one: Coverage) -> Iterator[tuple[str | Text, ...]]:
    wholes = {(each.kind, each.name, each.of): each for each in one.wholes}
    last: tuple[str, str, str] | None = None
    for clause in one.clauses:
        key = clause.kind, clause.name, clause.of
        if key != last:
            whole = wholes.get(key)
            name = Text(KINDS[clause.kind] + clause.name, "bold")
            yield (name, *(_marks(whole) if whole else ("", "")), "", _lines(whole) if whole else "")
            last = key
        yield (f"  {clause.text}", *_marks(clause), _edge(clause), _lines(clause))


def _marks(each: ClauseCoverage) -> tuple[str, str]:
    true, false = (
        phrases.MARKS[None if answer not in each.needed and None in each.answers else answer in each.answers]
        for answer in (True, False)
    )
    return true, false


def _edge(each: ClauseCoverage) -> str:
    return phrases.MARKS[all(edge.covered for edge in each.edges.values())] if each.edges else ""


def _lines(each: ClauseCoverage) -> str:
    """The places of the cases that showed the clause."""
    edges = [shown for edge in each.edges.values() for shown in (edge.at, edge.beyond)]
    shown = {(s.stem, s.line) for s in (*each.answers.values(), *edges) if s is not None}
    own = [str(line) for file, line in sorted(shown) if file == each.name]
    return ", ".join([*own, *(f"{file} {line}" for file, line in sorted(shown) if file != each.name)])


def _uncovered_lines(one: Coverage) -> Iterator[str]:
    """What no case shows, a line each."""
    for each in (*one.wholes, *one.clauses):
        name = f"{KINDS[each.kind]}{each.name}, {each.text}"
        missing = [phrases.plain(_answer(answer)) for answer in each.needed if answer not in each.answers]
        if missing:
            yield f"{name}: never {' and never '.join(missing)}"
        for edge in each.edges.values():
            if not edge.covered:
                yield f"{name}: {_edge_text(edge)}"


def _edge_text(edge: Edge) -> str:
    asked = f"{edge.path} {SIGNS[edge.op]} {edge.limit}"
    lacks = [said for said, shown in (("at the limit", edge.at), ("one step beyond it", edge.beyond)) if shown is None]
    near = [
        f"{figures.number(show(abs(far)))} {side}"
        for side, far in (("below", edge.below), ("above", edge.above))
        if far
    ]
    return f"{asked} never {' and never '.join(lacks)}; nearest {' and '.join(near) or 'nothing'}"
