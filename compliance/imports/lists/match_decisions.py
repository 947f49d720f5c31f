"""What people have decided about likely matches: a file of rows `{party, listed, verdict, until, by, note}`.

`verdict` is `same`, `different`, or empty where nobody has decided; a decision counts until the day `until`, which no
longer counts. The file is YAML or JSON with the rows under `matches`, or CSV; the table of candidates that an import
writes is such a file. `listed` is the list's own id of the listed party, so that a decision outlives a new spelling of
its name; where that id is gone, `x_listed_name`, what the party was called then, finds it again. Other columns that
begin with `x_` are kept for people and not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from compliance import units
from compliance.errors import InputError, Problem, near
from compliance.world.io.load import read_node
from compliance.world.io.yaml_nodes import line_of
from compliance.world.world import World

FIELDS = ("party", "listed", "verdict", "until", "by", "note")
VERDICTS = ("same", "different")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a party and a listed one are the same, until when, and who says so."""

    party: str
    listed: str
    same: bool
    until: date | None
    by: str
    file: str
    line: int
    listed_name: str = ""

    def stands(self, day: date) -> bool:
        """Whether the decision still counts on the day."""
        return self.until is None or day < self.until


Verdicts = Mapping[tuple[str, str], Verdict]


def read_verdicts(path: Path, world: World) -> Verdicts:
    """The decisions of a file by party and listed party; raises `InputError` with all that is wrong in it."""
    name = str(path)
    node, problems = read_node(path, name)
    found: dict[tuple[str, str], Verdict] = {}
    for item in _rows(node, name, problems):
        if not isinstance(item, Mapping):
            problems.append(Problem(name, line_of(item), "a row of `matches` is a mapping of fields to values"))
            continue
        told, wrong = _verdict(item, world, name)
        problems.extend(Problem(name, _line(item, field), message) for field, message in wrong)
        if told is None or wrong:
            continue
        before = found.setdefault((told.party, told.listed), told)
        if before is not told:
            message = f"`{told.party}` and `{told.listed}` are decided twice, first on line {before.line}"
            problems.append(Problem(name, told.line, message))
    if problems:
        raise InputError(problems)
    return found


def _rows(node: Any, name: str, problems: list[Problem]) -> list[Any]:
    if isinstance(node, Mapping):
        for key in node:
            if key != "matches":
                hint = near(str(key), ["matches"])
                problems.append(Problem(name, _line(node, str(key)), f"`{key}` is not read here.{hint}"))
        node = node.get("matches")
    if isinstance(node, list):
        return node
    if not problems:
        problems.append(Problem(name, line_of(node), "needs `matches`, a list of rows"))
    return []


def _verdict(item: Mapping[str, Any], world: World, file: str) -> tuple[Verdict | None, list[tuple[str, str]]]:
    """The decision of a row, `None` where there is none yet, and what is wrong with it by field."""
    wrong: list[tuple[str, str]] = []
    told: dict[str, str] = {}
    for field, value in item.items():
        if field.startswith("x_"):
            continue
        if field not in FIELDS:
            wrong.append((field, f"`matches` has no `{field}`; name it `x_...` to keep it.{near(field, FIELDS)}"))
        elif not isinstance(value, str):
            wrong.append((field, f"`{field}` takes one text"))
        else:
            told[field] = value.strip()
    wrong += [(field, f"a match needs `{field}`") for field in ("party", "listed") if not told.get(field)]
    party, verdict = told.get("party", ""), told.get("verdict", "")
    if party and world.party(party) is None:
        names = [row.name_of_row for table in ("companies", "people") for row in world.rows(table)]
        wrong.append(("party", f"`{party}` is no company or person of the world.{near(party, names)}"))
    if verdict and verdict not in VERDICTS:
        wrong.append(("verdict", f"`{verdict}` is no verdict; one of {', '.join(VERDICTS)}.{near(verdict, VERDICTS)}"))
    until = None
    if told.get("until"):
        try:
            until = units.day(told["until"])
        except ValueError as error:
            wrong.append(("until", f"`until`: {error}"))
    if verdict and not told.get("by"):
        wrong.append(("by", f"a verdict needs `by`, who gave it: `{party}` and `{told.get('listed', '')}`"))
    if not verdict:
        return None, wrong
    listed_name = item.get("x_listed_name", "")
    made = Verdict(
        party,
        told.get("listed", ""),
        verdict == "same",
        until,
        told.get("by", ""),
        file,
        line_of(item),
        listed_name if isinstance(listed_name, str) else "",
    )
    return made, wrong


def _line(item: Mapping[str, Any], field: str) -> int:
    lines: Mapping[str, int] = getattr(item, "lines", {})
    return lines.get(field, line_of(item))
