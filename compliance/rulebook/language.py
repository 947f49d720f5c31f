"""The words in which rule files ask: a mapping of paths to tests, read into conditions.

chip.zone: a                          the value is that text (true and false are truth values)
authorization: [UVEU, NVEU]           it is one of these texts
to_country: {in: allies}              it is on that list of the rulebook on the day; `not_in` is not
charged_to: {same_as: operator}       both hold the same
description: {mentions: [gpu]}        one of these stands in it as a whole word, in capitals or not, or its plural:
                                      "8x GPU_servers", not "gpuless" (`rulebook.word_search` says all of it)
quantity: {gt: $limit}                over a parameter; also `ge`, `lt`, `le`, and plain numbers, dates and paths
consignee.restructured.90: true       its ultimate parent changed within 90 days (`left_listed.90`: of its listing)
site: given                           something stands there; `missing`: nothing does
all: [...], any: [...], not: {...}    nested questions; a mapping of several holds if each holds
not_known: text                       an answer that no data can give here
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from compliance.errors import near
from compliance.rulebook.conditions import All, Any, Condition, Not, Op, Test
from compliance.rulebook.word_search import is_word

COMPARISONS = ("gt", "ge", "lt", "le")
_TESTS = ("is", "is_not", "in", "not_in", "same_as", "mentions", *COMPARISONS)
_ALSO = {
    "gt": (">", "great", "greater", "over", "above", "more", "more_than", "greater_than", "exceeds"),
    "ge": (">=", "at_least", "min", "from", "since"),
    "lt": ("<", "less", "under", "below", "before", "less_than"),
    "le": ("<=", "at_most", "max", "up_to"),
    "is": ("=", "==", "eq", "equals", "equal"),
    "is_not": ("!=", "ne", "not"),
    "in": ("one_of", "among", "any_of"),
    "mentions": ("contains", "has", "like", "includes"),
}
"""Other words for tests, for hints."""


class LanguageError(ValueError):
    """A condition that cannot be read; `line` counts from 1 in the rule file, 0 where it is not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def _suggest_test(test: str) -> str:
    """A hint at the test that somebody meant."""
    plain = test.strip("<>=").casefold() if test.strip("<>=") else test
    found = next((name for name, also in _ALSO.items() if plain in also), None)
    return f" Did you mean `{found}`?" if found else near(test, _TESTS)


def line_of(node: object, key: str | None = None) -> int:
    """The line of a node of a marked document, or of one of its keys; 0 where none is kept."""
    if key is not None:
        lines = getattr(node, "lines", None)
        if lines and key in lines:
            return int(lines[key])
    return int(getattr(node, "line", 0) or 0)


def condition(node: object) -> Condition:
    """Reads a mapping of questions, or a list of mappings that must all hold."""
    if isinstance(node, list) and node:
        return All(tuple(condition(item) for item in node))
    if not isinstance(node, Mapping) or not node:
        raise LanguageError("a condition is a mapping such as `chip.zone: a`", line_of(node))
    found = [_entry(node, str(key), value) for key, value in node.items()]
    return found[0] if len(found) == 1 else All(tuple(found))


def _entry(node: object, key: str, value: object) -> Condition:
    match key:
        case "all":
            return All(_items(value, line_of(node, key)))
        case "any":
            return Any(_items(value, line_of(node, key)))
        case "not":
            return Not(condition(value))
        case "not_known":
            return Test(f"?{_word(key, value, line_of(node, key))}", "is", True)
        case _:
            return _question(key, value, line_of(node, key))


def _items(value: object, line: int) -> tuple[Condition, ...]:
    if isinstance(value, Mapping) and value:
        return tuple(_entry(value, str(key), item) for key, item in value.items())
    if not isinstance(value, list) or not value:
        raise LanguageError("`all` and `any` take a list of conditions, at least one", line)
    return tuple(condition(item) for item in value)


def _question(path: str, value: object, line: int) -> Condition:
    if isinstance(value, Mapping):
        return _tests(path, value, line)
    if isinstance(value, list):
        return Test(path, "in", _several(path, value, line))
    return _scalar(path, _word(path, value, line))


def _word(path: str, value: object, line: int) -> str:
    """The one text that a question asks about."""
    if not isinstance(value, str):
        raise LanguageError(f"`{path}` is asked about a list or a mapping; ask about one text", line)
    if not value.strip():
        raise LanguageError(f"`{path}` asks nothing; write `missing` to ask whether nothing stands there", line)
    return value


def _several(path: str, value: list[object], line: int) -> tuple[str, ...]:
    """The texts of which a question asks for one."""
    if not value:
        raise LanguageError(f"`{path}` asks for one of an empty list", line)
    return tuple(str(_word(path, item, line)) for item in value)


def _scalar(path: str, word: str) -> Condition:
    match word:
        case "true" | "false":
            return Test(path, "is", word == "true")
        case "given" | "missing":
            return Test(path, "given", word == "given")
        case _:
            return Test(path, "is", word)


def _tests(path: str, tests: Mapping[object, object], line: int) -> Condition:
    found: list[Condition] = []
    for name, value in tests.items():
        test, at = str(name), line_of(tests, str(name)) or line
        if test in ("in", "not_in"):
            inside: Condition = (
                Test(path, "in", _several(path, value, at))
                if isinstance(value, list)
                else Test(path, "in_list", _word(path, value, at))
            )
            found.append(Not(inside) if test == "not_in" else inside)
        elif test in ("is", "is_not"):
            equal = _scalar(path, _word(path, value, at))
            found.append(Not(equal) if test == "is_not" else equal)
        elif test == "same_as":
            found.append(Test(path, "same", _word(path, value, at)))
        elif test == "mentions":
            words = value if isinstance(value, list) else [value]
            several = _several(path, words, at)
            if empty := next((word for word in several if not is_word(word)), None):
                raise LanguageError(f"`{path}` cannot mention `{empty}`, which holds no letter and no digit", at)
            found.append(Test(path, "mentions", several))
        elif test in COMPARISONS:
            found.append(Test(path, cast(Op, test), _word(path, value, at)))
        else:
            meant = f" Did you mean `{path}.{test}`?" if isinstance(value, Mapping) else _suggest_test(test)
            raise LanguageError(f"`{test}` is not a test; one of {', '.join(_TESTS)}.{meant}", at)
    if not found:
        raise LanguageError(f"`{path}` asks nothing", line)
    return found[0] if len(found) == 1 else All(tuple(found))
