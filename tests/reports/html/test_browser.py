"""Reports in Chromium: no message, no request, nothing cut, filtered at once, and usable by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.answer import FindingSubject, NotEvaluated
from tests.reports.html.pages import browser, many, page
from tests.reports.made import answer, finding

MOST_MILLISECONDS = 200
SCHEMES = ("light", "dark")
WIDTHS = (1280, 390)
OUTSIDE = """() => {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter(one => !one.closest(".scroll, .graph, .hide, .skip, svg"))
    .filter(one => one.getBoundingClientRect().right > wide + 1)
    .map(one => one.outerHTML.slice(0, 80));
}"""
LONG = "A" * 120


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    told = many(40)
    long = finding(subject=FindingSubject(kind="company", id=LONG), message=LONG, rule=LONG)
    place = tmp_path_factory.mktemp("report") / "small.html"
    place.write_text(page(told.model_copy(update={"findings": [*told.findings, long]})), encoding="utf-8")
    return place


def opened(chromium: Any, place: Path, width: int = 1280, scheme: str = "light", **more: Any) -> tuple[Any, list[str]]:
    """The page, with all that it says on the console and asks for."""
    tab = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
    told: list[str] = []
    tab.on("console", lambda one: told.append(one.text))
    tab.on("pageerror", lambda one: told.append(str(one)))
    tab.on("request", lambda one: told.append(one.url) if not one.url.startswith(("file:", "data:")) else None)
    tab.goto(place.as_uri())
    return tab, told


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_said_asked_for_or_cut(chromium: Any, small: Path, width: int, scheme: str) -> None:
    tab, told = opened(chromium, small, width, scheme)

    assert told == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate(OUTSIDE) == []
    tab.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious(chromium: Any, small: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab, _ = opened(chromium, small, scheme=scheme, bypass_csp=True)
    found = axe.run(tab).response["violations"]

    grave = [
        (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert grave == []
    tab.close()


def test_ten_thousand_findings_are_filtered_at_once(chromium: Any, tmp_path: Path) -> None:
    place = tmp_path / "large.html"
    place.write_text(page(many(10_000)), encoding="utf-8")
    tab, told = opened(chromium, place)
    took = tab.evaluate(
        """async () => {
          const search = document.querySelector("[data-search]"), took = [];
          for (const asked of ["company-0999", "company-1", "nothing like it", ""]) {
            let best = Infinity;  // of several, since others may use the machine too
            for (let time = 0; time < 5; time++) {
              const start = performance.now();
              search.value = asked;
              search.dispatchEvent(new Event("input", {bubbles: true}));
              document.body.getBoundingClientRect();
              await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
              best = Math.min(best, performance.now() - start);
            }
            took.push(best);
          }
          return took;
        }"""
    )

    assert told == []
    assert max(took) < MOST_MILLISECONDS
    assert tab.locator("[data-count]").inner_text() == "10,000 of 10,000 findings; the first 200 are shown"
    tab.locator("[data-search]").fill("company-0999 share_abroad")
    tab.locator("[data-search]").fill("company-0999")
    assert tab.locator("[data-count]").inner_text() == "10 of 10,000 match"
    assert tab.locator(".many tbody tr").count() == 10
    tab.close()


def test_the_table_is_sorted_and_chosen_from_by_keyboard(chromium: Any, small: Path) -> None:
    tab, _ = opened(chromium, small)
    head = tab.locator(".many thead button", has_text="About")
    head.focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Enter")

    assert tab.locator(".many thead th[aria-sort=descending]").inner_text().startswith("About")
    assert "company-00039" in tab.locator(".many tbody tr").first.inner_text()
    tab.locator("select[data-column='3']").select_option("Other share")
    assert tab.locator("[data-count]").inner_text() == "20 of 41 match"
    tab.close()


def test_without_a_script_all_findings_are_there(chromium: Any, small: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(small.as_uri())

    assert tab.locator(".many tbody tr").count() == 41
    assert tab.locator("[data-filters]").is_hidden()
    context.close()


def test_names_that_look_like_markup_make_no_element(chromium: Any, tmp_path: Path) -> None:
    name = '<i class="planted">x</i>"><svg class="planted"></svg>'
    place = tmp_path / "page.html"
    told = answer(finding(subject=FindingSubject(kind="company", id=name), message=name))
    place.write_text(page(told, world=name), encoding="utf-8")
    tab, said = opened(chromium, place)

    assert tab.locator(".planted").count() == 0
    assert said == []
    tab.close()


def test_the_first_page_is_printed_on_one_sheet(chromium: Any, tmp_path: Path) -> None:
    """Also of an answer with as much to say as the first page takes."""
    long = "Find out who owns this party and what it will do with the chips before anything is shipped to it. " * 4
    gaps = [NotEvaluated(rule=f"rule_{number}", reason=f"{number} {long}") for number in range(12)]
    told = answer(*[finding(rule=f"rule_{number}") for number in range(12)], not_evaluated=gaps)
    whole = told.decisions[0].model_copy(update={"next": [f"{number} {long}" for number in range(12)]})
    place = tmp_path / "page.html"
    place.write_text(page(told.model_copy(update={"decisions": [whole]})), encoding="utf-8")
    tab, _ = opened(chromium, place)
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 688, "height": 1024})  # A4 less its margins, at 96 dots an inch
    bottom = tab.locator("#decision").bounding_box()

    assert "and 8 more things, listed below" in tab.locator("#decision").inner_text()
    assert bottom["y"] + bottom["height"] < 1024
    assert tab.locator("header nav").is_hidden()
    tab.close()
