"""What a search found as rows of the table `signs`, for a person to look over before rules read them as facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SOURCE = "compliance patterns"


def signs_of(answer: Mapping[str, Any], searched: Sequence[str] = ()) -> list[dict[str, str | list[str]]]:
    """The rows of an answer: what was searched for (all patterns, if not told), then a row for each member of a group.

    `found` is the day of the answer, an empty text stands for what is not there.
    """
    found: list[dict[str, str | list[str]]] = [
        {"pattern": pattern, "found": answer["as_of"], "source": SOURCE} for pattern in searched or ("any",)
    ]
    for group in answer["groups"]:
        about = {
            "group": group["members"][0],
            "score": group["score"],
            "period": group["period"],
            "total_tpp": group["total"]["value"],
            "limit_tpp": group["limit"]["value"],
            "told": group["message"],
            "found": answer["as_of"],
            "source": SOURCE,
        }
        found += [
            {"pattern": group["pattern"], "party": member, **about, "flags": [*group["flags"]]}
            for member in group["members"]
        ]
    return found
