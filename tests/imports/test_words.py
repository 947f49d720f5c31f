"""Words of others in this program's: nothing is guessed."""

from __future__ import annotations

import pytest

from compliance.imports.cleaners import country, day, hull, join_text, lei, percent_text, percentage
from compliance.units import interval


@pytest.mark.parametrize(
    ("given", "code"),
    [("US-DE", "US"), ("my", "MY"), ("Malaysia", "MY"), ("GB-EN", "GB"), ("Atlantis", ""), ("", ""), ("Malaysa", "")],
)
def test_a_country_is_a_code_or_a_name_and_never_a_near_one(given: str, code: str) -> None:
    assert country(given) == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("001GPB6A9XPE8XJICC14", "001GPB6A9XPE8XJICC14"),
        ("001gpb6a9xpe8xjicc14", "001GPB6A9XPE8XJICC14"),
        ("001GPB6A9XPE8XJICC15", ""),
        ("001GPB6A9XPE8XJICC1", ""),
        (None, ""),
    ],
)
def test_an_lei_has_right_check_digits(given: str | None, code: str) -> None:
    assert lei(given) == code


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("2019-09-11T11:17:23Z", "2019-09-11"),
        ("2019-09-11", "2019-09-11"),
        ("1978-08", ""),
        ("2019-02-30", ""),
        (7, ""),
    ],
)
def test_a_day_is_a_whole_day(given: object, found: str) -> None:
    assert day(given) == found


def test_a_range_holds_what_two_ranges_hold() -> None:
    assert str(hull(interval(">25-50", top=100), interval("25-<60", top=100))) == "25-<60"
    assert str(hull(interval("30", top=100), interval(">30-40", top=100))) == "30-40"


def test_a_range_of_everything_is_unknown() -> None:
    whole = percentage(None, None)
    assert whole is not None
    assert percent_text(whole) == "unknown"


def test_several_texts_stand_in_one_cell() -> None:
    assert join_text([" A  B ", "C; D", "A B", None]) == "A B; C, D"
