"""Reads a file of rule data into a strict model; every scalar is text and every problem has its line.

The layers below the rulebook keep data of law too (country lists, the chip catalogue, control parameters);
they read it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from compliance import units
from compliance.errors import InputError, Problem, near
from compliance.world.io import user_files
from compliance.world.io.thousands_separators import COUNT, MEASURE
from compliance.world.io.yaml_nodes import LocatedDict, LocatedList, read_yaml
from compliance.world.io.yaml_nodes import line_of as own_line
from compliance.world.reference.countries import country

Confidence = Literal["verified", "secondary", "memory", "design"]
CONFIDENCES: tuple[Confidence, ...] = ("verified", "secondary", "memory", "design")


BETWEEN_CITATIONS = "; "
"""What stands between several citations in one text."""


def each_citation(*texts: str) -> list[str]:
    """The citations of these texts, each once, in the order in which they first stand."""
    return list(dict.fromkeys(one for text in texts for one in text.split(BETWEEN_CITATIONS)))


def _exact(node: object) -> Fraction:
    return units.exact(MEASURE.require_one_reading(str(node)))


def _day(node: object) -> date:
    return units.day(str(node))


def _truth(node: object) -> bool:
    if str(node) not in ("true", "false"):
        raise ValueError(f"`{node}` is neither true nor false")
    return str(node) == "true"


def _empty(node: object) -> object:
    return None if node == "" else node


def _not_negative(value: Fraction) -> Fraction:
    if value < 0:
        raise ValueError(f"`{units.show(value)}` is under zero")
    return value


def _positive(value: Fraction) -> Fraction:
    if value <= 0:
        raise ValueError(f"`{units.show(value)}` is not over zero")
    return value


Amount = Annotated[Fraction, BeforeValidator(_exact), AfterValidator(_not_negative)]
Size = Annotated[Fraction, BeforeValidator(_exact), AfterValidator(_positive)]
Count = Annotated[int, BeforeValidator(lambda node: units.whole(COUNT.require_one_reading(str(node)))), Field(ge=1)]
Truth = Annotated[bool, BeforeValidator(_truth)]
OpenDay = Annotated[Annotated[date, BeforeValidator(_day)] | None, BeforeValidator(_empty)]
Country = Annotated[str, AfterValidator(country)]
Cited = Annotated[str, Field(min_length=3)]


class RuleDataModel(BaseModel):
    """Anything that a person writes in a file of rule data."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


Model = TypeVar("Model", bound=BaseModel)
Steps = tuple[str | int, ...]


def read_rule_file(path: Path) -> object:
    """The file as mappings, lists and texts, not to be changed. Raises `InputError` where it cannot be read."""
    return _parse_text(user_files.text(path, str(path)), str(path))


@lru_cache(maxsize=256)  # packs share files
def _parse_text(text: str, file: str) -> object:
    return read_yaml(text, file)


def line_of(node: object, where: Sequence[str | int] = ()) -> int:
    """The line on which `where`, a path of keys and positions, stands in `node`; 0 if it is not known."""
    line = own_line(node)
    for step in where:
        if isinstance(node, LocatedDict) and isinstance(step, str) and step in node:
            line, node = node.line_of(step), node[step]
        elif isinstance(node, LocatedList) and isinstance(step, int) and step < len(node):
            node = node[step]
            line = own_line(node)
    return line


def parse(model: type[Model], node: object, file: str, called: str = "") -> Model:
    """`node`, `called` so in problems, as a model. Raises `InputError` with all that is wrong, by line."""
    if not isinstance(node, Mapping):
        empty = node in ("", None)
        told = "is empty" if empty else "needs a mapping of names to values, such as `title: ...`"
        raise InputError([Problem(file, own_line(node), f"`{called}` {told}" if called else told)])
    try:
        return model.model_validate(node)
    except ValidationError as wrong:
        errors = _settle_errors(node, [dict(error) for error in wrong.errors(include_url=False)])
        of = f"`{called}`: " if called else ""
        raise InputError([_problem(model, error, node, file, of) for error in errors]) from None


def read_as(model: type[Model], path: Path) -> Model:
    """A file as a model, made once for as long as its text is the same. Raises `InputError` as `parse` does."""
    made = _build_model(model, user_files.text(path, str(path)), str(path))
    assert isinstance(made, model)
    return made


@lru_cache(maxsize=32)
def _build_model(model: type[BaseModel], text: str, file: str) -> BaseModel:
    return parse(model, _parse_text(text, file), file)


# ---- what is wrong, in words

_SHAPES = {
    "dict_type": "needs a mapping of names to values",
    "mapping_type": "needs a mapping of names to values",
    "model_type": "needs a mapping of names to values",
    "model_attributes_type": "needs a mapping of names to values",
    "tuple_type": "needs a list",
    "list_type": "needs a list",
    "string_type": "takes one text",
}
_SPELLED = {
    r"^[a-z][a-z0-9_]*$": "write small letters, digits and `_`, a letter first",
    r"^[A-Za-z][A-Za-z0-9_]*$": "write letters, digits and `_`, a letter first",
    r"^\$[a-z][a-z0-9_]*$": "name a parameter, such as `$limit`",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an error stands: its steps in the file, what is there, the steps in words, tags of shapes.

    A tag names one of several shapes that a value may have; it is told with the steps of that value.
    """

    steps: Steps
    node: object
    words: str
    tags: tuple[tuple[Steps, object, str], ...]


def _place(node: object, loc: Sequence[str | int]) -> _Place:
    steps: list[str | int] = []
    words: list[str] = []
    tags: list[tuple[Steps, object, str]] = []
    for step in loc:
        listed = isinstance(node, list) and isinstance(step, int) and step < len(node)
        if listed or (isinstance(node, Mapping) and step in node):
            node = node[step]  # type: ignore[index]
            steps.append(step)
        elif isinstance(step, str) and (step == "str" or step[0].isupper() or step[-1] == "]" or "-" in step):
            tags.append((tuple(steps), node, step))
            continue
        words.append(str(step))
    return _Place(tuple(steps), node, ".".join(words), tuple(tags))


def _problem(model: type[BaseModel], error: dict[str, Any], node: object, file: str, of: str) -> Problem:
    place = _place(node, error["loc"])
    text = _sentence(model, error, place)
    line = int(error.get("ctx", {}).get("line") or 0)
    line = line or _quoted_line(place.node, text.removeprefix(f"`{place.words}`")) or line_of(node, place.steps)
    return Problem(file, line, of + text)


def _sentence(model: type[BaseModel], error: dict[str, Any], place: _Place) -> str:
    kind, given, told = str(error["type"]), error["input"], error.get("ctx", {})
    last = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "missing":
        inside = place.words.removesuffix(last).removesuffix(".")
        return f"`{last}` is missing" + (f" in `{inside}`" if inside else "")
    if kind == "extra_forbidden":
        known = _keys(model, place.steps[:-1])
        hint = near(last, known) or (" A number in braces has no commas: 3000." if last.isdigit() else "")
        return f"unknown key `{last}`" + (f".{hint}" if hint else f"; one of {', '.join(known)}")
    of = f"`{place.words}`"
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(told["expected"]))
        if not isinstance(given, str):
            return f"{of} takes one word: {', '.join(words)}"
        if not given:
            return f"{of} is empty; one of {', '.join(words)}"
        return f"{of}: `{given}` is none of {', '.join(words)}.{near(given, words)}"
    if kind in _SHAPES:
        return f"{of} is empty" if given == "" else f"{of} {_SHAPES[kind]}"
    if kind in ("string_too_short", "string_pattern_mismatch") and not given:
        return f"{of} is empty"
    if kind == "string_pattern_mismatch":
        return f"{of}: `{given}` cannot be used; {_SPELLED.get(str(told['pattern']), 'write it another way')}"
    if kind == "string_too_short":
        return f"{of}: `{given}` is too short"
    if kind == "too_short":
        return f"{of} is empty; it needs at least one entry"
    if kind == "greater_than_equal":
        return f"{of}: `{given}` is under {told['ge']}"
    if kind in ("value_error", "condition"):
        return (f"{of}: " if place.words else "") + str(error["msg"]).removeprefix("Value error, ")
    return f"{of} cannot be used as it is written"


def _quoted_line(node: object, text: str) -> int:
    """The line inside a mapping of the one value that a message quotes; 0 if there is none, or more."""
    word = re.search(r"`([^`]+)`", text)
    if word is None or not isinstance(node, Mapping):
        return 0
    found = [own_line(value) for value in _scalars(node) if value == word[1]]
    return found[0] if len(found) == 1 else 0


def _scalars(node: object) -> Iterator[object]:
    inner = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else None
    if inner is None:
        yield node
        return
    for item in inner:
        yield from _scalars(item)


def _settle_errors(node: object, errors: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The errors, of a value that may have several shapes only those of the shape that it has."""
    shapes: dict[Steps, set[str]] = {}
    for error in errors:
        for at, _, tag in _place(node, error["loc"]).tags:
            shapes.setdefault(at, set()).add(tag)
    unfit: set[Steps] = set()
    for error in errors:
        if error["type"] == "too_short" and error["input"]:
            continue  # of a list whose every item is wrong, and is told so
        tags = [(at, here, tag) for at, here, tag in _place(node, error["loc"]).tags if len(shapes[at]) > 1]
        if all(_fits(here, tag) for _, here, tag in tags):
            yield error
            continue
        at, here, _ = tags[0]
        if at not in unfit and not any(_fits(here, tag) for tag in shapes[at]):
            unfit.add(at)
            yield {**error, "loc": at, "type": "no_shape"}


def _fits(node: object, tag: str) -> bool:
    if isinstance(node, Mapping):
        return tag != "str" and "-" not in tag and not tag.startswith(("tuple[", "list["))
    if isinstance(node, list):
        return tag.startswith(("tuple[", "list["))
    return tag == "str" or "-" in tag


def _keys(model: type[BaseModel], steps: Steps) -> list[str]:
    """The keys that are known at this place of the file."""
    found = list(_models(model, steps)) or [model]
    return [field.alias or name for inner in found for name, field in inner.model_fields.items()]


def _models(annotation: object, steps: Steps) -> Iterator[type[BaseModel]]:
    """The models that may read what stands at `steps` of a value of this type."""
    inner = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _models(inner[0], steps)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not steps:
            yield annotation
        for name, field in annotation.model_fields.items():
            if steps and steps[0] in (name, field.alias):
                yield from _models(field.annotation, steps[1:])
    elif origin is dict:
        if steps:
            yield from _models(inner[1], steps[1:])
    elif origin in (tuple, list):
        if steps:
            yield from _models(inner[0], steps[1:])
    else:
        for one in inner:
            yield from _models(one, steps)
