"""A holding that is told more than once is one holding; lots add up."""

from __future__ import annotations

import pytest

from compliance.imports.duplicate_holdings import counted_once


def row(percent: str, start: str = "", end: str = "") -> dict[str, str]:
    return {"owner": "a", "owned": "b", "percent": percent, "from": start, "to": end}


def sizes(*told: tuple[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    made, _ = counted_once(told)
    return [(one["percent"], one.get("from", ""), one.get("to", "")) for one in made]


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ([("A", row("30")), ("B", row("30", "2019-05-01"))], [("30", "", "")]),
        ([("A", row("30")), ("B", row("25"))], [("25-30", "", "")]),
        ([("A", row("30")), ("B", row("unknown"))], [("30", "", "")]),
        ([("A", row("30")), ("A", row("30"))], [("30-60", "", "")]),
        ([("A", row("30")), ("A", row("50"))], [("30-80", "", "")]),
        ([("A", row("60")), ("A", row("60"))], [("60-100", "", "")]),
        ([("", row("30")), ("", row("30"))], [("30-60", "", "")]),
        ([("", row("30")), ("", row("25"))], [("30", "", ""), ("25", "", "")]),
        ([("", row("30", "", "2020-01-01")), ("", row("30", "2020-01-01"))], None),
        (
            [("A", row("30", "2010-01-01", "2015-01-01")), ("B", row("40", "2012-01-01"))],
            [
                ("30", "2010-01-01", "2012-01-01"),
                ("30-40", "2012-01-01", "2015-01-01"),
                ("40", "2015-01-01", ""),
            ],
        ),
    ],
)
def test_what_is_told_is_counted_once(
    told: list[tuple[str, dict[str, str]]], made: list[tuple[str, str, str]] | None
) -> None:
    want = [(one["percent"], one["from"], one["to"]) for _, one in told] if made is None else made

    assert sorted(sizes(*told)) == sorted(want)
    assert sorted(sizes(*told[::-1])) == sorted(want)


def test_two_holders_who_are_not_named_are_two() -> None:
    nobody = {"owned": "b", "percent": "30"}

    assert sizes(("", nobody), ("", nobody)) == [("30", "", "")] * 2
