"""Answers as plain values that may be held against each other, and what differs between two of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from compliance.answers.answer import Answer

_PLACE = re.compile(r"^.*?:\d+: ")
MOST_TOLD = 12


def plain(answer: Answer) -> Any:
    """An answer without the files and the lines that its rows stand in."""
    said = json.loads(answer.json_text())
    for finding in said["findings"]:
        for row in finding["evidence"]["rows"]:
            row["line"] = row["file"] = None
    for gap in said["not_evaluated"]:
        gap["reason"] = _PLACE.sub("", gap["reason"])
    said["not_evaluated"].sort(key=lambda gap: "~" if gap["rule"] else gap["reason"])  # lines of a file by their text
    return said


def differences(one: Any, other: Any) -> list[str]:
    """What differs between two plain answers, the first few; none where they are equal."""
    if one == other:
        return []
    told = list(_differences(_by_name(one), _by_name(other), ""))
    return [*told[:MOST_TOLD], f"({len(told)} differences)"] if told else ["the order of rows in the answer"]


def _by_name(said: Any) -> Any:
    """Findings and determinations by what they are about, so that one more does not move all others."""
    if not isinstance(said, dict) or "findings" not in said:
        return said
    found = dict(said)
    found["findings"] = _keyed(
        said["findings"], lambda f: (f["pack"], f["rule"], f["subject"], f["certainty"], f["outcome"])
    )
    found["determinations"] = _keyed(said["determinations"], lambda d: (d["table"], d["id"], d["pack"], d["posture"]))
    found["not_evaluated"] = _keyed(said["not_evaluated"], lambda gap: (gap["rule"], gap["reason"]))
    return found


def _keyed(items: list[Any], name: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        key = json.dumps(name(item))
        while key in found:
            key += "'"
        found[key] = item
    return found


def _differences(one: Any, other: Any, where: str) -> Iterator[str]:
    if one == other:
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            if name not in one or name not in other:
                yield f"{where}.{name}: only in the {'first' if name in one else 'second'}"
            else:
                yield from _differences(one[name], other[name], f"{where}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            yield from _differences(mine, theirs, f"{where}[{place}]")
    else:
        yield f"{where}: {str(one)[:300]} | {str(other)[:300]}"
