"""Bars against limits, and limits that fill up: what is drawn is what is told."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from compliance.reports.html.charts import Bar, BarChart, FillChart, bar_svg, fill_svg, tone
from compliance.reports.html.figure_charts import against, each_limit_once, limit_chart, short
from tests.reports.html.pages import OVERVIEW, background, quantity, total


def bar(value: int, high: int | None, limit: int | None = 100, beneath: bool = False) -> Bar:
    return Bar(
        "x",
        Fraction(value),
        None if high is None else Fraction(high),
        "",
        None if limit is None else Fraction(limit),
        beneath,
    )


def width(svg: str, kind: str) -> float:
    found = re.search(rf'class="s-{kind}" x="[^"]*" y="3" width="([\d.]+)%"', svg)
    assert found is not None, svg
    return float(found[1])


def test_a_bar_reaches_the_line_of_its_limit_just_when_the_limit_is_reached() -> None:
    chart = BarChart("t", "a", [bar(100, 100), bar(50, 50)])
    limit = re.search(r's-limit" x1="([\d.]+)%"', bar_svg(chart, chart.bars[0]))

    assert limit is not None
    assert width(bar_svg(chart, chart.bars[0]), "near") == float(limit[1])
    assert abs(width(bar_svg(chart, chart.bars[1]), "bar") - float(limit[1]) / 2) < 0.01


def test_a_value_past_its_limit_is_over_and_one_at_nine_tenths_near() -> None:
    assert [tone(bar(n, n)) for n in (0, 89, 90, 100, 101)] == ["bar", "bar", "near", "near", "over"]
    assert [tone(bar(n, n, beneath=True)) for n in (99, 100)] == ["over", "bar"]
    assert tone(bar(5, 5, None)) == "bar"


def test_a_bar_that_does_not_fit_is_cut_and_said_to_be() -> None:
    chart = BarChart("t", "a", [bar(1000, 1000), bar(150, 150)])

    assert [chart.is_cut(one) for one in chart.bars] == [True, False]
    assert width(bar_svg(chart, chart.bars[0]), "over") == 100


def test_any_use_of_a_limit_of_nothing_is_past_it() -> None:
    chart = BarChart("t", "a", [bar(1, 1, 0)])

    assert tone(chart.bars[0]) == "over"
    assert chart.is_cut(chart.bars[0])


def test_what_may_be_is_hatched_from_what_is_known_on() -> None:
    chart = BarChart("t", "a", [bar(20, 60), bar(0, None), bar(5, 5)])

    assert "s-hatch" in bar_svg(chart, chart.bars[0])
    assert "s-hatch" in bar_svg(chart, chart.bars[1])
    assert "s-hatch" not in bar_svg(chart, chart.bars[2])
    assert chart.unsure


def test_a_total_over_time_rises_in_steps_and_ends_at_the_total() -> None:
    points = [("2025-01-11", Fraction(50), Fraction(50)), ("2025-01-21", Fraction(100), Fraction(100))]
    chart = FillChart("t", "a", points, "2025-01-01", "2025-01-31", Fraction(100), "limit 100", "100 of 100")
    svg = fill_svg(chart)
    path = re.search(r'class="s-line" d="([^"]*)"', svg)

    assert path is not None
    # the limit is the highest: a tenth of the height stays free above it
    assert path[1] == "M0 200.0L333.3 200.0L333.3 109.1L666.7 109.1L666.7 18.2L1000 18.2"
    assert 'aria-label="100 of 100"' in svg


def test_what_a_total_may_be_is_dotted_as_far_as_it_is_bounded() -> None:
    points = [("2025-01-11", Fraction(0), Fraction(50)), ("2025-01-21", Fraction(0), None)]
    chart = FillChart("t", "a", points, "2025-01-01", "2025-01-31", Fraction(100), "limit 100", "")

    assert chart.may == [("2025-01-11", Fraction(50))]
    assert "s-may" in fill_svg(chart)
    assert "s-may" not in fill_svg(replace(chart, points=[("2025-01-11", Fraction(5), Fraction(5))]))


def test_text_in_a_picture_is_escaped() -> None:
    chart = FillChart("t", "a", [], "2025-01-01", "2025-01-31", Fraction(1), "limit <b>1</b>", '"><b>')

    assert "<b>" not in fill_svg(chart)


def test_totals_and_limits_are_told_in_one_sentence() -> None:
    limit = OVERVIEW.limits[0].limit
    percent = limit.model_copy(update={"value": "7", "unit": "percent"})

    assert against(quantity("7100/1001", None, "percent"), percent) == "7.09 % or more; at most 7 %"
    assert against(quantity("0", None, "percent"), percent) == "not known; at most 7 %"
    assert against(quantity("1", "1", "percent"), percent, least=True) == "1 %; at least 7 %"
    assert short("790000000") == "790,000,000"
    assert short("1/3") == "0.333"


def test_what_may_be_past_a_limit_is_not_drawn_as_if_it_were() -> None:
    chart = limit_chart([total("AE", "55000", "55000", passed=None)], background())

    assert (chart.bars[0].value, chart.bars[0].high) == (0, 55000)
    assert chart.bars[0].said == "55,000 of 50,000 accelerators, if all of it counts"
    assert tone(limit_chart([total("AE", "55000", "55000", passed=True)], background()).bars[0]) == "over"


def test_rules_about_one_total_and_limit_give_one_chart() -> None:
    twice = [total("AE", "1", "1"), total("AE", "1", "1", rule="cap_again"), total("AE", "1", "1", "100", rule="lower")]
    kept = [[one.rule for one in found] for found in each_limit_once(twice)]

    assert kept == [["cap"], ["lower"]]
    assert list(each_limit_once([total("AE", "1", "1", topic="embargoed_parent")])) == []
