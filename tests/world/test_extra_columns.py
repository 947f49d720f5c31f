"""Columns that are kept and not read begin with `x_`; one that nearly does is told its name."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from compliance import OrderError, Screener
from compliance.service.problems import validation_problems
from compliance.service.requests import ScreenRequest
from tests.packs import line, world

ORDER = line("po-1", "a", "DE", 8, "2026-11-20")


@pytest.fixture(scope="module")
def asked() -> Screener:
    return Screener(world(companies=[{"id": "a", "headquarters": "DE"}]), ["ofac_50"], date(2026, 11, 20))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("X_note", "x_note"), ("x-note", "x_note"), ("X-note", "x_note"), ("x.note", "x_note"), ("note", "x_...")],
)
def test_a_column_that_nearly_begins_with_it_is_told_its_name(asked: Screener, name: str, hint: str) -> None:
    with pytest.raises(OrderError) as wrong:
        asked.screen({**ORDER, name: "q"})

    [problem] = wrong.value.problems
    assert (problem.field, problem.code) == (name, "unknown_field")
    assert problem.hint.startswith(f"Name it `{hint}` to keep it.")


def test_one_beside_the_lines_is_sent_into_a_line() -> None:
    with pytest.raises(ValidationError) as wrong:
        ScreenRequest.model_validate({"orders": [{}], "x_trace": "1"})

    assert "Put it into a line of `orders`" in bytes(validation_problems(wrong.value).body).decode()
