"""Orders of programs: every form of the same line gives the same answer, and all that is wrong is told at once."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest

from compliance import ComplianceError, InputError, Order, OrderError, screen
from compliance.errors import CODES, Code
from compliance.world.io.load import load_orders
from tests.programs.made import DAY, ORDER, PACKS, opened

SCREENER = opened()
SAID = SCREENER.screen(ORDER).json_text()


def wrong(orders: Any) -> list[dict[str, str | int]]:
    with pytest.raises(OrderError) as caught:
        SCREENER.screen(orders)
    assert all(problem.hint for problem in caught.value.problems)
    return [dict(problem) for problem in caught.value.problems]


def codes(orders: Any) -> list[tuple[Any, ...]]:
    return [(one["order"], one["line"], one["field"], one["code"]) for one in wrong(orders)]


@pytest.mark.parametrize(
    "same",
    [
        [ORDER],
        (ORDER,),
        iter([ORDER]),
        Order.model_validate({**ORDER, "date": date(2026, 6, 30)}),
        {**ORDER, "date": date(2026, 6, 30), "quantity": Decimal("300.0")},
        {**ORDER, "quantity": Fraction(300)},
        {**ORDER, "quantity": "300", "value_usd": math.nan, "serials": [], "site": None, "end_user": ""},
        {**ORDER, "quantity": 300.0},
    ],
    ids=["list", "tuple", "iterator", "row", "decimal", "fraction", "empty", "float"],
)
def test_every_form_of_a_line_is_the_same_line(same: Any) -> None:
    assert SCREENER.screen(same).json_text() == SAID


def test_the_function_gives_what_the_screener_gives() -> None:
    assert screen(SCREENER.world, ORDER, PACKS, DAY).json_text() == SAID
    assert screen(SCREENER.world, [ORDER], SCREENER.packs, DAY).json_text() == SAID


def test_a_float_is_exact_by_its_shortest_text() -> None:
    one, other = (SCREENER.screen({**ORDER, "value_usd": value}) for value in (1234.56, "1234.56"))

    assert one.json_text() == other.json_text()


def test_all_that_is_wrong_with_a_line_is_told_at_once() -> None:
    bad = {**ORDER, "chip": "H10O", "consignee": "akme", "quantity": "3,5", "dat": 1, "authorization": "LP", "site": 7}

    assert sorted(codes(bad)) == [
        ("po-1", 1, "authorization", "unknown_word"),
        ("po-1", 1, "chip", "unknown_chip"),
        ("po-1", 1, "consignee", "unknown_party"),
        ("po-1", 1, "dat", "unknown_field"),
        ("po-1", 1, "quantity", "bad_value"),
        ("po-1", 1, "site", "unknown_row"),
    ]


def test_what_to_do_stands_apart_from_what_is_wrong() -> None:
    (problem,) = wrong({**ORDER, "chip": "H10O"})

    assert problem["message"] == "no chip or product is called `H10O`."
    assert problem["hint"] == "Did you mean `H100`?"
    with pytest.raises(OrderError, match=r"order `po-1`, line 1: no chip or product is called `H10O`\. Did you mean"):
        SCREENER.screen({**ORDER, "chip": "H10O"})


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        ([], ("", 0, "", "no_order")),
        (None, ("", 1, "", "not_a_row")),
        ("po-1", ("", 1, "", "not_a_row")),
        ([ORDER, 3], ("", 2, "", "not_a_row")),
        ({k: v for k, v in ORDER.items() if k != "id"}, ("", 1, "id", "missing_field")),
        ({**ORDER, "to_country": ""}, ("po-1", 1, "to_country", "missing_field")),
        ([ORDER, ORDER], ("po-1", 2, "id", "repeated_id")),
        ([Order.model_validate(ORDER), ORDER], ("po-1", 2, "id", "repeated_id")),
        ({**ORDER, "id": "s1"}, ("s1", 1, "id", "id_of_shipment")),
        ({**ORDER, "quantity": True}, ("po-1", 1, "quantity", "bad_value")),
        ({**ORDER, "quantity": 1.5}, ("po-1", 1, "quantity", "bad_value")),
        ({**ORDER, "quantity": math.inf}, ("po-1", 1, "quantity", "bad_value")),
        ({**ORDER, "quantity": 10**6000}, ("po-1", 1, "quantity", "bad_value")),
        ({**ORDER, "quantity": object()}, ("po-1", 1, "quantity", "bad_value")),
        ({**ORDER, "consignee": {"nmae": "x"}}, ("po-1", 1, "consignee", "bad_value")),
        ({**ORDER, "replaces": "po-1"}, ("po-1", 1, "replaces", "replaces_in_circle")),
        ({**ORDER, "replaces": "po-0"}, ("po-1", 1, "replaces", "unknown_row")),
        ({**ORDER, "x_note": (loop := [None], loop.append(loop), loop)[2]}, ("po-1", 1, "x_note", "bad_value")),
        ({**ORDER, 7: 1}, ("po-1", 1, "7", "unknown_field")),
        (Order.model_validate({**ORDER, "consignee": "akme"}), ("po-1", 1, "consignee", "unknown_party")),
    ],
    ids=lambda each: each[3] if isinstance(each, tuple) else "",
)
def test_what_is_wrong_has_its_line_field_and_code(orders: Any, told: tuple[Any, ...]) -> None:
    assert codes(orders) == [told]


def test_a_wrong_line_among_others_stops_them_all_and_they_may_name_each_other() -> None:
    two = {**ORDER, "id": "po-2", "replaces": "po-1"}

    assert codes([ORDER, two, {**ORDER, "id": "po-3", "quantity": "x"}]) == [("po-3", 3, "quantity", "bad_value")]
    assert [one.id for one in SCREENER.screen([ORDER, two]).decisions] == ["*", "po-1", "po-2"]


def test_every_code_is_told_of_once() -> None:
    assert set(CODES) == set(get_args(Code))


def test_the_errors_are_of_one_family() -> None:
    assert issubclass(OrderError, InputError)
    assert issubclass(InputError, ComplianceError)


def test_the_door_of_files_tells_the_same(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "id,date,consignee,to_country,chip,quantity,authorization\n"
        "po-1,2026-06-30,akme,MY,H100,3,\npo-2,2026-06-30,acme,MY,H100,,LP\n"
    )

    lines, problems = load_orders(file, SCREENER.world)

    assert lines == []
    error = OrderError(problems)
    assert [(p.order, p.line, p.field, p.code) for p in error.problems] == [
        ("po-1", 2, "consignee", "unknown_party"),
        ("po-2", 3, "authorization", "unknown_word"),
        ("po-2", 3, "quantity", "missing_field"),
    ]
    assert str(error).startswith(f"{file}:2: `consignee` of `orders`: `akme` is no party")
