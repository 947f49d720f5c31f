"""What of a case's `expect` an answer lacks or contradicts: first what was expected, then what was answered.

List items are matched to the closest item of the answer, so that only differences are reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from compliance.answers.answer import Finding
from compliance.authoring.cases.case_match import NAMED, agrees, can_pair_all
from compliance.errors import join_first, near
from compliance.rulebook.field_types import Topic

TOPICS: tuple[str, ...] = get_args(Topic)
CALLED = ("topic", "pattern", "rule", "table", "id", "kind", "authorization", "name")
"""By what an item of a list is called; one that is called otherwise is another item."""
_ROOM, _MOST = 200, 4


def mismatches(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[str]:
    """What of `expect` the answer lacks or contradicts, a sentence each."""
    for key, want in expect.items():
        if key == "absent":
            yield from _present(want, answer)
        elif key == "only":
            yield from _too_many(want, expect, answer)
        elif key == "flags":
            yield from _diff_flags(want, answer)
        elif key not in answer:
            yield f"the answer has no `{key}`.{near(key, answer) or ' It has ' + ', '.join(answer) + '.'}"
        else:
            yield from (
                f"{' of the '.join(reversed(path))}: expected {wanted}, answered {got}"
                for path, wanted, got in _differing(want, answer[key], (key,))
            )


# ---- findings that are there, and flags that are not


def _findings(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(answer.get("findings") or ())


def _present(wanted: Any, answer: Mapping[str, Any]) -> Iterator[str]:
    for pattern in patterns(wanted):
        yield from _meaningless("absent", pattern)
        if found := [finding for finding in _findings(answer) if agrees(pattern, finding)]:
            yield f"expected no finding like {format_value(pattern)}, answered {_join_first(map(_finding, found))}"


def patterns(wanted: Any) -> Iterator[Mapping[str, Any]]:
    """What findings are like that are meant: those of a topic, or what a mapping says."""
    for one in wanted if isinstance(wanted, list) else [wanted]:
        yield one if isinstance(one, Mapping) else {"topic": one}


def _meaningless(where: str, pattern: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a pattern like which no finding could ever be."""
    for key in pattern:
        if key not in Finding.model_fields:
            yield f"`{where}`: a finding has no `{key}`.{near(key, Finding.model_fields)}"
    topic = pattern.get("topic", TOPICS[0])
    if topic not in TOPICS:
        yield f"`{where}`: there is no topic `{topic}`.{near(str(topic), TOPICS)}"


def _too_many(wanted: Any, expect: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[str]:
    for pattern in patterns(wanted):
        yield from _meaningless("only", pattern)
        there = [finding for finding in _findings(answer) if agrees(pattern, finding)]
        most = sum(_may_be(finding, pattern) for finding in _findings(expect))
        if len(there) > most:
            told = f"no more than {most} findings" if most else "no finding"
            yield f"expected {told} like {format_value(pattern)}, answered {_join_first(map(_finding, there))}"


def _may_be(expected: Mapping[str, Any], pattern: Mapping[str, Any]) -> bool:
    """Whether an expected finding may be one like the pattern: of its topic, and in no word said to be another."""
    words = ((value, expected.get(key, value)) for key, value in pattern.items() if isinstance(value, str))
    return expected.get("topic") == pattern.get("topic") and all(
        agrees(one, other) for one, other in words if isinstance(other, str)
    )


def _diff_flags(want: Sequence[str], answer: Mapping[str, Any]) -> Iterator[str]:
    flags = set(map(str, answer.get("flags") or ()))
    flags.update(str(flag) for finding in _findings(answer) for flag in finding.get("flags") or ())
    lacks = [flag for flag in want if flag not in flags]
    if lacks:
        yield f"flags: expected {', '.join(lacks)}, answered {', '.join(sorted(flags)) or 'none'}"


# ---- what differs

Difference = tuple[tuple[str, ...], str, str]
"""Where something differs, from the outside in; what was expected there; what was answered."""


def _differing(want: Any, got: Any, path: tuple[str, ...]) -> Iterator[Difference]:
    if agrees(want, got, path[-1]):
        return
    if isinstance(want, Mapping) and isinstance(got, Mapping):
        for key, inner in want.items():
            if key in got:
                yield from _differing(inner, got[key], (*path, key))
            else:
                yield (*path, key), format_value(inner), f"nothing, as there is no `{key}`.{near(key, got)}"
    elif isinstance(want, list) and isinstance(got, list) and want:
        yield from _diff_list(want, got, path)
    elif isinstance(got, list):
        yield path, format_value(want), _join_first(map(_finding, got))
    else:
        yield path, format_value(want), format_value(_compared_value(want, got))


def _diff_list(want: list[Any], got: list[Any], path: tuple[str, ...]) -> Iterator[Difference]:
    """Of a list, the items that none of the answer agrees with, each with what differs in the one that it means."""
    lone = [one for one in want if not any(agrees(one, item) for item in got)]
    for one in lone:
        meant = _closest_item(one, got)
        if meant is None:
            wanted = f"one like {format_value(one)}" if isinstance(one, Mapping) else format_value(one)
            yield path, wanted, _join_first(map(_finding, got))
        else:
            yield from _differing(one, meant, (*path[:-1], f"{path[-1].removesuffix('s')} {_item_label(meant)}"))
    if not lone and not can_pair_all(want, got):
        yield path, f"{len(want)}, each another one", f"{len(got)}: {_join_first(map(_finding, got))}"


def _closest_item(one: Any, got: list[Any]) -> Any:
    """The item of the answer that is called as this one is and differs the least; `None` where none is."""
    if not isinstance(one, Mapping):
        return None
    called = [
        item
        for item in got
        if isinstance(item, Mapping) and all(agrees(one[key], item.get(key), key) for key in CALLED if key in one)
    ]
    return min(called, key=lambda item: len(list(_differing(one, item, ("",)))), default=None)


def _compared_value(want: Any, got: Any) -> Any:
    """What of a mapping in the answer a scalar was compared with."""
    if isinstance(want, str) and isinstance(got, Mapping):
        return next((got[name] for name in NAMED if name in got), got)
    return got


# ---- in words


def _item_label(item: Any) -> str:
    """An item of the answer by name: a finding `country_allocation (our_quota, MY, 2026)`."""
    if not isinstance(item, Mapping):
        return format_value(item)
    names = [str(item[key]) for key in CALLED if isinstance(item.get(key), str)]
    subject = item.get("subject")
    if isinstance(subject, Mapping):
        names += [str(subject[key]) for key in ("id", "key", "period") if subject.get(key)]
    if not names:
        return format_value(item)
    return f"{names[0]} ({', '.join(names[1:])})" if names[1:] else names[0]


def _finding(finding: Any) -> str:
    """A finding with what it says; anything else by name."""
    if not isinstance(finding, Mapping) or "outcome" not in finding:
        return _item_label(finding)
    amounts = [finding[key]["value"] for key in ("measure", "limit") if finding.get(key)]
    told = [_item_label(finding), f"{finding.get('certainty')} {finding.get('outcome')}", " against ".join(amounts)]
    return ", ".join(filter(None, told))


def _join_first(items: Any) -> str:
    """The first of several, and how many more there are; `none` of nothing."""
    return join_first(list(items), _MOST, between="; ") or "none"


def format_value(value: Any) -> str:
    """A value as a case file writes it, cut where it is long."""
    text = _format_nested(value)
    return text if len(text) <= _ROOM else f"{text[:_ROOM]}..."


def _format_nested(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_format_nested(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_format_nested, value))}]" if value else "none"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value) if str(value) else "nothing"
