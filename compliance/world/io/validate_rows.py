"""Marked mappings to rows, with every mistake as a sentence for the user."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from pydantic import ValidationError

from compliance import units
from compliance.errors import About, Code, Problem, hint_in, near
from compliance.world.io.text_safety import unseen_in_name
from compliance.world.io.yaml_nodes import line_of
from compliance.world.schema.field_values import LEAVE_EMPTY, LONGEST_ID, PARTY_FIELDS
from compliance.world.schema.row import Origin, Row, describable_fields
from compliance.world.schema.tables import TABLES

_SHOWN = 60


@dataclass
class LoadResult:
    """What a file or mapping gave: good rows, what is wrong, and the ids of rows that are not good."""

    as_of: date | None = None
    tables: dict[str, Sequence[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lost: dict[str, set[str]] = field(default_factory=dict)
    """Ids of rows that could not be read; others may name them."""
    unread: set[str] = field(default_factory=set)
    """Tables of which no one knows what they hold."""

    def read_rows(self, table: str, node: object, file: str) -> None:
        """Add the rows of one table's list."""
        rows: list[Row] = []
        self.tables[table] = rows
        if node is None or node == "":
            return
        if not isinstance(node, list | tuple):
            self.unread.add(table)
            told = f"`{table}` needs a list of rows"
            self.problems.append(Problem(file, line_of(node), told, about=About(code="not_a_row")))
            return
        model = TABLES[table]
        place = Origin(file, line_of(node))
        unknown, absent = self.read_columns(model, getattr(node, "columns", ()), place)
        for item in node:
            line = line_of(item)
            for name in unknown:
                item.pop(name, None)
            if not isinstance(item, Mapping):
                shown = f"; `{_short(item)}` is none" if isinstance(item, str) and item else ""
                told = f"a row of `{table}` is a mapping of fields to values{shown}"
                self.problems.append(Problem(file, line, told, about=About(code="not_a_row")))
                continue
            row = self.read_row(model, item, file, absent)
            if row is not None:
                rows.append(row)

    def read_row(
        self, model: type[Row], item: Mapping[str, Any], file: str, absent: frozenset[str] = frozenset()
    ) -> Row | None:
        """The row of a mapping, or what is wrong with it among the problems; of columns `absent` all is said."""
        try:
            row = model.model_validate(item)
        except ValidationError as error:
            found = _problems(model, item, error, file)
            self.problems.extend(told for field, told in found if field not in absent)
            if model.key and item.get(model.key[0]):
                self.lost.setdefault(model.table, set()).add(str(item.get(model.key[0])).strip())
            return None
        row._origin = Origin(file, line_of(item))
        return row

    def read_columns(
        self, model: type[Row], columns: tuple[str, ...], place: Origin
    ) -> tuple[list[str], frozenset[str]]:
        """Say once what is wrong with columns that all rows share: which are unknown, which are not there."""
        if not columns:
            return [], frozenset()
        unknown = [name for name in columns if not _is_column(model, name)]
        needed = _needed_value_text(model)
        absent = frozenset(needed - set(columns))
        told = [_unknown(model, name) for name in unknown]
        told += [f"`{model.table}` needs a column `{name}`" for name in sorted(absent)]
        self.problems.extend(Problem(place.file, place.line, message) for message in told)
        return unknown, absent

    def read_tables(self, node: object, file: str) -> None:
        """Add all tables of one mapping, and its `as_of`."""
        if not isinstance(node, Mapping):
            message = "is empty" if node == "" else "needs tables by their names, such as `companies`"
            self.problems.append(Problem(file, line_of(node), message))
            return
        lines: Mapping[str, int] = getattr(node, "lines", {})
        for key, value in node.items():
            line = lines.get(key, line_of(node))
            if key == "as_of":
                try:
                    self.as_of = read_day(value)
                except ValueError as error:
                    self.problems.append(Problem(file, line, f"`as_of`: {error}"))
            elif key in TABLES:
                self.read_rows(key, value, file)
            else:
                hint = near(str(key), [*TABLES, "as_of"])
                self.unread.update(name for name in TABLES if f"`{name}`" in hint)
                about = About(code="unknown_table", hint=hint.strip())
                self.problems.append(Problem(file, line, f"there is no table `{_short(key)}`.{hint}", about=about))


def read_day(value: object) -> date | None:
    """A day from text or a date; empty is `None`. Raises `ValueError`."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return units.within_reach(units.day(value))
    if type(value) is date:
        return units.within_reach(value)
    raise ValueError("takes one date, such as 2025-06-30")


def _is_column(model: type[Row], name: str) -> bool:
    party, _, part = name.partition(".")
    described_there = part in PARTY_FIELDS and party in describable_fields(model)
    return name.startswith("x_") or name in model.columns() or described_there


def _problems(
    model: type[Row], item: Mapping[str, Any], error: ValidationError, file: str
) -> Iterator[tuple[str, Problem]]:
    """The problems of a row, each with its field."""
    lines: Mapping[str, int] = getattr(item, "lines", {})
    for found in error.errors(include_url=False):
        place = found["loc"]
        field = str(place[-1] if place and place[0] == "x_" else place[0]) if place else ""
        line = lines.get(field, line_of(item))
        told = _sentence(model, item, field, dict(found))
        row = item.get(model.key[0]) if model.key else None
        code = _code(found["type"], found["input"])
        hint = "" if code == "missing_field" else hint_in(told)
        about = About(row.strip() if isinstance(row, str) else "", field, code, hint)
        yield field, Problem(file, line, told, about=about)


_CODES: dict[str, Code] = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "literal_error": "unknown_word",
}


def _code(kind: str, given: object) -> Code:
    return _CODES.get(kind, "not_exact" if isinstance(given, float) else "bad_value")


@cache
def _needed_value_text(model: type[Row]) -> frozenset[str]:
    """The fields without which there is no row."""
    return frozenset(field.alias or name for name, field in model.model_fields.items() if field.is_required())


def _sentence(model: type[Row], item: Mapping[str, Any], field: str, found: dict[str, Any]) -> str:
    kind, given, table = found["type"], found["input"], model.table
    of_table = f"`{field}` of `{table}`"
    if kind == "missing":
        named = item.get(model.key[0]) if model.key else None
        return f"`{table}` needs `{field}`" + (f"; `{_short(named)}` has none" if named else "")
    if kind == "extra_forbidden":
        return _unknown(model, field)
    if kind == "literal_error":
        choices = _choices(model, field)
        if not isinstance(given, str):
            return f"{of_table} takes one word: {', '.join(choices)}"
        article = "an" if field[0] in "aeiou" else "a"
        told = f"`{_short(given)}` is not {article} {field} of `{table}`"
        return f"{told}; one of {', '.join(choices)}.{_near(given, choices)}"
    if kind == "value_error":
        told = str(found["ctx"]["error"])
        if told.endswith(LEAVE_EMPTY) and field in _needed_value_text(model):
            told = f"{told.removesuffix(LEAVE_EMPTY)}; `{table}` needs a whole number here, such as 8"
        return f"{of_table}: {told}" if field else f"`{table}`: {found['ctx']['error']}"
    if kind == "string_pattern_mismatch":
        if isinstance(given, str) and "\n" in given:
            return f"{of_table} must stand on one line"
        wrong = unseen_in_name(given) if isinstance(given, str) else None
        return f"{of_table} {wrong or 'holds a control character; remove it'}"
    if kind == "string_too_long":
        return f"{of_table}: `{_short(given)}` has {len(given):,} characters; an id has at most {LONGEST_ID}"
    if kind == "string_type":
        return f"{of_table} takes one text, not a list or a mapping"
    return f"{of_table} cannot be read; write it as text"


_near = lru_cache(maxsize=1024)(near)
_MEANT_EXTRA = re.compile("X_.|[xX][-. ].")
"""What is nearly the `x_` of a column that is kept and not read."""


@lru_cache(maxsize=1024)
def _unknown(model: type[Row], field: str) -> str:
    parts = [f"{party}.{part}" for party in describable_fields(model) for part in PARTY_FIELDS]
    hint = near(field, [*model.columns(), *parts])
    kept = f"x_{_short(field[2:])}" if _MEANT_EXTRA.match(field) else "x_..."
    return f"`{model.table}` has no `{_short(field)}`; name it `{kept}` to keep it.{hint}"


@cache
def _choices(model: type[Row], field: str) -> tuple[str, ...]:
    schema = model.model_json_schema(by_alias=True)["properties"][field]
    branches = [schema, *schema.get("anyOf", ())]
    return tuple(str(word) for branch in branches for word in branch.get("enum", [branch.get("const")]) if word)


def _short(value: object) -> str:
    word = " ".join(str(value).split())
    return word if len(word) <= _SHOWN else word[:_SHOWN] + "..."
