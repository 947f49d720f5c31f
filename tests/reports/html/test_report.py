"""The page of an answer: the decision first, everything in one file, nothing of a user taken for markup."""

from __future__ import annotations

import re

from compliance.answers.answer import FindingSubject, PathStep
from compliance.reports.html.finding_views import MOST_ROWS
from tests.reports.html.pages import many, page
from tests.reports.made import answer, finding, line_finding

MARKUP = "<b title=\"x\" onclick='y'>Acme</b> & {{ 7 * 7 }} \u202eevil\u0007"


def test_the_decision_stands_first_in_words_then_what_to_do_then_what_was_not_checked() -> None:
    told = page(many(3))
    ordered = ["Do not ship", "Written, not enforced", "What to do next", "What was checked", "What was not checked"]
    places = [told.index(text) for text in ordered]

    assert places[0] < min(places[1:])
    assert max(places) < told.index('id="charts"') < told.index('id="findings"')


def test_the_first_page_says_what_was_not_checked() -> None:
    told = page(many(1))
    first = told[told.index('id="decision"') : told.index("</section>")]

    assert "the quantity is not known (missing: holdings h: quantity)" in first
    assert "1 clause of law that these packs do not encode" in first
    assert "1 list of 2026-11-18: EntityList" in first
    assert "1 list whose date is not stated: UK" in first
    assert "1 value of the sources could not be read: companies acme: headquarters `Atlantis`" in first


def test_nothing_is_asked_from_elsewhere() -> None:
    told = page(many(3))

    assert re.findall(r"(?:src|href|action|data)\s*=\s*\"(?!#|data:,)", told) == []
    assert re.findall(r"@import|url\((?!#)|<link(?! rel=\"icon\" href=\"data:,\")|<img|<iframe|<object", told) == []
    assert "default-src 'none'" in told


def test_no_part_has_a_style_or_a_handler_of_its_own() -> None:
    body = page(many(3)).partition("<body>")[2].partition("<script>")[0]

    assert re.findall(r"\s(?:style|on\w+)\s*=", body) == []


def test_names_are_no_markup_and_turn_no_text_around() -> None:
    one = finding(
        message=MARKUP,
        subject=FindingSubject(kind="company", id=MARKUP),
        path=[PathStep(owner=MARKUP, owned="a", percent="60")],
    )
    told = page(answer(one), world=MARKUP)

    assert "<b title" not in told
    assert "&lt;b title=" in told
    assert "{{ 7 * 7 }}" in told
    assert "\u202e" not in told
    assert "\u0007" not in told


def test_the_same_answer_gives_the_same_bytes() -> None:
    assert page(many(5)) == page(many(5))


def test_every_finding_is_in_the_table_and_what_is_left_out_is_counted() -> None:
    told = page(many(700))

    assert len(re.findall(r"<tr><td class=\"n\">", told[told.index('class="many"') :].partition("</table>")[0])) == 700
    assert "700 of 700 findings" in told
    assert re.search(r"and \d+ more, a row each in the table of all findings", told)
    assert MOST_ROWS >= 10_000


def test_of_a_page_that_is_bounded_it_is_said_where_the_rest_is(monkeypatch: object) -> None:
    from compliance.reports.html import finding_views

    monkeypatch.setattr(finding_views, "MOST_ROWS", 2)  # type: ignore[attr-defined]
    told = page(many(3))

    assert "2 of 3 findings; the JSON and the XLSX hold the others" in told


def test_charts_have_their_figures_as_text() -> None:
    told = page(many(1))

    assert "51,000 of 50,000 accelerators" in told
    assert "0 to 35,064 of 50,000 accelerators" in told
    assert "not known; the limit is 50,000 accelerators" in told
    assert "51,000 of 50,000 accelerators on 2026-02-01; passed on 2026-02-01." in told
    assert "<strong>Not known of:</strong> United Arab Emirates (AE)" in told


def test_the_graph_of_owners_stands_in_words_too() -> None:
    told = page(many(1))

    assert 'class="g-path"' in told
    assert "Top (top · CN · listed): 60 %, Acme (acme · MY) <strong>(on the path)</strong>" in told


def test_nothing_found_is_not_called_clear() -> None:
    told = page(answer())

    assert "No finding in what was checked." in told
    assert "lear" not in re.sub(r"<style>.*?</style>|<script>.*?</script>", "", told, flags=re.S).replace("Nuclear", "")


def test_lines_of_an_order_book_stand_by_strictness() -> None:
    told = page(answer(line_finding("b"), lines=["a", "b"]), order="orders.csv")
    lines = told[told.index('id="lines"') :].partition("</section>")[0]

    assert "Screening of orders.csv against my_world.yaml" in told
    assert lines.index(">b<") < lines.index(">a<")
