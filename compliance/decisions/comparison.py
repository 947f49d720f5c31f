"""Whether an answer agrees with what a case expects of it (contracts 5, case file).

`expect` is a subset of the answer: what it does not name is free. Numbers are compared as exact numbers, all else
as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from compliance import units

NAMED = ("value", "id", "kind", "state", "name")
"""What of a mapping in the answer a scalar of `expect` is compared with."""

_ROOM = 260
_TRUTHS = {"true": True, "false": False}


def faults(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[str]:
    """What of `expect` the answer lacks or contradicts, a sentence each."""
    for key, want in expect.items():
        if key == "absent":
            yield from _present(want, answer)
        elif key == "only":
            yield from _too_many(want, expect, answer)
        elif key == "flags":
            yield from _unflagged(want, answer)
        elif key not in answer:
            yield f"the answer has no `{key}`"
        else:
            yield from _differing(key, want, answer[key])


def agrees(want: Any, got: Any, key: str | None = None) -> bool:
    """Whether a part of `expect` agrees with its part of the answer; both stand under the name `key`."""
    if isinstance(want, Mapping):
        return isinstance(got, Mapping) and all(k in got and agrees(v, got[k], k) for k, v in want.items())
    if isinstance(want, list):
        if not isinstance(got, list):
            return False
        return bool(want or not got or key == "flags") and _paired(want, got)
    return _same(want, got)


def _same(want: str, got: Any) -> bool:
    if isinstance(got, Mapping):
        return any(_same(want, got[name]) for name in NAMED if name in got)
    if isinstance(got, list):
        return False
    if want in _TRUTHS:
        return got is _TRUTHS[want]
    if want == "null" or (not want and not getattr(want, "quoted", True)):  # an unquoted null is read as empty
        return got is None
    if got is None or isinstance(got, bool):
        return False
    one, other = _number(want), _number(got)
    return one == other if one is not None and other is not None else str(want) == str(got)


def _number(value: str | int) -> Fraction | None:
    try:
        return units.exact(str(value))
    except ValueError:
        return None


def _paired(want: Sequence[Any], got: Sequence[Any]) -> bool:
    """Whether each wanted item has an item of its own: a matching by augmenting paths."""
    fits = [[place for place, item in enumerate(got) if agrees(one, item)] for one in want]
    taken: dict[int, int] = {}

    def finds(one: int, tried: set[int]) -> bool:
        for place in fits[one]:
            if place not in tried:
                tried.add(place)
                if place not in taken or finds(taken[place], tried):
                    taken[place] = one
                    return True
        return False

    return all(finds(one, set()) for one in range(len(want)))


def _findings(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(answer.get("findings") or ())


def _present(topics: Sequence[str], answer: Mapping[str, Any]) -> Iterator[str]:
    for finding in _findings(answer):
        if finding.get("topic") in topics:
            shown = _asked(dict.fromkeys(("topic", "outcome", "subject", "measure", "limit")), finding)
            yield f"`{finding['topic']}` must be absent, came {_short(shown)}"


def _too_many(patterns: Sequence[Any], expect: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[str]:
    for one in patterns:
        pattern = one if isinstance(one, Mapping) else {"topic": one}
        there = sum(agrees(pattern, finding) for finding in _findings(answer))
        wanted = sum(finding.get("topic") == pattern.get("topic") for finding in _findings(expect))
        if there > wanted:
            yield f"{there} findings like {_short(pattern)}, expected {wanted}"


def _unflagged(want: Sequence[str], answer: Mapping[str, Any]) -> Iterator[str]:
    flags = set(map(str, answer.get("flags") or ()))
    flags.update(str(flag) for finding in _findings(answer) for flag in finding.get("flags") or ())
    lacks = [flag for flag in want if flag not in flags]
    if lacks:
        yield f"lacks flags {', '.join(lacks)}, came {', '.join(sorted(flags)) or 'none'}"


def _differing(key: str, want: Any, got: Any) -> Iterator[str]:
    if isinstance(want, list) and want and isinstance(got, list):
        lone = [one for one in want if not any(agrees(one, item) for item in got)]
        if lone or not _paired(want, got):
            one = (lone or want)[0]
            yield f"{key}: expected {_short(one)}, came {_short(_asked([one], _like(one, got)))}"
    elif isinstance(want, Mapping) and isinstance(got, Mapping):
        for name, inner in want.items():
            if name not in got:
                yield f"{key}: no `{name}`"
            elif not agrees(inner, got[name]):
                yield f"{key} {name}: expected {_short(inner)}, came {_short(_asked(inner, got[name]))}"
    elif not agrees(want, got, key):
        yield f"{key}: expected {_short(want)}, came {_short(got)}"


def _like(one: Any, got: Sequence[Any]) -> list[Any]:
    """The items of the answer that a wanted one probably means: those of its topic or id, else all."""
    name = (one.get("topic") or one.get("id")) if isinstance(one, Mapping) else None
    return [i for i in got if isinstance(i, Mapping) and name in (i.get("topic"), i.get("id"))] or list(got)


def _asked(want: Any, got: Any) -> Any:
    """The part of the answer that `want` asks about."""
    if isinstance(want, Mapping) and isinstance(got, Mapping):
        return {key: _asked(inner, got.get(key, "(none)")) for key, inner in want.items()}
    if isinstance(want, list) and isinstance(got, list) and want and isinstance(want[0], Mapping):
        keys = dict.fromkeys(key for one in want for key in one)
        return [{k: i.get(k, "(none)") for k in keys} if isinstance(i, Mapping) else i for i in got]
    return got


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _ROOM else f"{text[:_ROOM]}..."
