"""Days as others write them, and when a thing surely and possibly stood."""

from __future__ import annotations

import pytest

from compliance.imports.date_ranges import Doubt, Span, span, when


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2019-12-31", "2019-12-31", "2019-12-31"),
        ("2019-12-31T23:00:00Z", "2019-12-31", "2019-12-31"),
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019-6", "2019-06-01", "2019-06-30"),
        ("06/2019", "2019-06-01", "2019-06-30"),
        ("2019-02-00", "2019-02-01", "2019-02-28"),
        ("31/12/2019", "2019-12-31", "2019-12-31"),
        ("12/31/2019", "2019-12-31", "2019-12-31"),
        ("01/02/2010", "2010-01-02", "2010-02-01"),
        ("20191231", "2019-12-31", "2019-12-31"),
        ("31 December 2019", "2019-12-31", "2019-12-31"),
        ("Dec 31, 2019", "2019-12-31", "2019-12-31"),
        ("June 2019", "2019-06-01", "2019-06-30"),
    ],
)
def test_a_day_a_month_and_a_year_are_some_day_of_it(written: str, first: str, last: str) -> None:
    found = when(written)

    assert (str(found.first), str(found.last)) == (first, last)
    assert bool(found.unread) == (first != last)


@pytest.mark.parametrize("written", ["44000", "2019-02-30", "soon", "2019-13", "31/31/2019", "Q3 2019"])
def test_what_is_no_day_is_kept_as_it_was_written(written: str) -> None:
    assert (when(written).first, when(written).unread) == (None, written)


def test_words_for_no_day_and_the_end_of_time_are_none() -> None:
    assert {when(word) for word in ("", "n/a", "-", "Present", "9999-12-31", None)} == {when("")}


def test_several_days_are_one_that_may_be_any_of_them() -> None:
    found = when(["2021-06-01", "2019-06-01"])

    assert (str(found.first), str(found.last), found.unread) == ("2019-06-01", "2021-06-01", "2021-06-01; 2019-06-01")


def test_what_is_certain_lies_between_the_days_of_doubt() -> None:
    assert span(when("2010"), when("2019")) == Span(
        ("2010-12-31", "2019-01-01"),
        (Doubt("from", "2010", "2010-01-01", "2010-12-31"), Doubt("to", "2019", "2019-01-01", "2019-12-31")),
    )
    assert span(when("2010-05-01"), when("some day")).certain is None
    assert span(when("2019-03"), when("2019-09")).certain == ("2019-03-31", "2019-09-01")


def test_the_last_day_counts_where_the_publisher_means_it() -> None:
    day = when("2026-06-30")

    assert span(when(""), day).certain == ("", "2026-06-30")
    assert span(when(""), day, last_day_counts=True).certain == ("", "2026-07-01")
    assert span(when(""), when("2019-06"), last_day_counts=True).certain == ("", "2019-06-02")


def test_an_end_before_the_beginning_leaves_the_time_between_open_and_is_over_after_both() -> None:
    assert span(when("2020-01-01"), when("2019-01-01")) == Span(
        None, (Doubt("from", "2020-01-01 to 2019-01-01", "2019-01-01", "2020-01-01"),)
    )
    assert span(when("2019-05-05"), when("2019-05-05")) == Span(None)
