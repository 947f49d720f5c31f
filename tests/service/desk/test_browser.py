"""A reviewer's day in Chromium, without a mouse or a script; every page is accessible, quiet and quick.

None asks another place for anything. Skipped where there is no Chromium.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from compliance.records.checker import verify
from tests.service.running import Running, line

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
FIRST_PAINT_MS = 1_000
SERIOUS = ("serious", "critical")
Opened = Callable[..., "BrowserContext"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield made
        made.close()


@pytest.fixture
def opened(browser: Browser, desk: Running) -> Iterator[Opened]:
    """A window of the browser; at the end nothing stands in its console, and it asked nobody but the service."""
    contexts, wrong = [], list[str]()

    def open_window(**more: Any) -> BrowserContext:
        context = browser.new_context(base_url=desk.url, viewport={"width": 1280, "height": 900}, **more)
        context.on("console", lambda message: wrong.append(message.text))
        context.on("request", lambda asked: None if asked.url.startswith(desk.url) else wrong.append(asked.url))
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_window
    for context in contexts:
        context.close()
    # a page with another status than 200 stands in the console by itself
    assert [one for one in wrong if "the server responded with a status of 4" not in one] == []


def sign_in(page: Page, key: str) -> None:
    page.goto("/desk")
    page.get_by_label("Your key").fill(key)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")


def decide(page: Page, act: str, reason: str, code: str = "") -> None:
    page.get_by_role("radio", name=act).check()
    if code:
        page.get_by_label("Reason code").select_option(code)
    page.get_by_label("Why, or what is asked").fill(reason)
    page.get_by_role("button", name="Put on record").click()
    page.wait_for_load_state()


def test_a_reviewers_day_without_a_script(
    opened: Opened, desk: Running, keys: dict[str, str], screened: Callable[..., int]
) -> None:
    number = screened("browser-day", consignee="a", to_country="MY")
    with desk.client(keys["erp"]) as client:
        client.post(f"/v1/decisions/{number}/hold", json={"by": "desk", "reason": "listed owner"})
    page = opened(java_script_enabled=False).new_page()
    sign_in(page, keys["rahman"])
    page.get_by_role("region", name="Cases on hold").get_by_role("link", name=str(number), exact=True).click()
    assert page.locator(".banner .word").inner_text() == "Do not ship until a named person has reviewed and released it"

    page.get_by_role("link", name="A Sdn Bhd").first.click()
    page.get_by_role("link", name="X Holding").first.click()
    assert page.get_by_role("heading", name="Listed: EntityList").is_visible()
    page.go_back()
    page.go_back()

    decide(page, "Ask for information", "share register of A Sdn Bhd, asked of sales")
    assert "held" in page.locator(".state").inner_text()
    decide(page, "Release", "the register shows who decides", "statement_received")
    assert page.locator(".state").inner_text() == "released"
    told = page.get_by_role("region", name="What is on record").inner_text()
    assert "A. Rahman" in told
    assert "the register shows who decides" in told
    page.get_by_role("link", name="Log").click()
    head = page.locator("code.hash").inner_text()

    assert not verify(desk.records, head).problems


def test_two_reviewers_meet_at_one_hold(opened: Opened, keys: dict[str, str], screened: Callable[..., int]) -> None:
    number = screened("browser-two")
    first, second = opened().new_page(), opened().new_page()
    for page, key in ((first, "rahman"), (second, "okafor")):
        sign_in(page, keys[key])
    first.goto(f"/desk/cases/{number}")
    decide(first, "Hold until", "to be looked at")
    second.goto(f"/desk/cases/{number}")
    decide(first, "Release", "known for years", "resolved")
    decide(second, "Reject", "nobody answers the telephone", "no_answer")

    told = second.get_by_role("alert").inner_text()
    assert "A. Rahman released it" in told
    assert "known for years" in told
    assert second.get_by_label("Why, or what is asked").input_value() == "nobody answers the telephone"
    first.reload()
    assert first.locator(".state").inner_text() == "released"


def test_the_keyboard_is_enough(opened: Opened, keys: dict[str, str], screened: Callable[..., int]) -> None:
    number = screened("browser-keys", consignee="a", to_country="MY")
    page = opened().new_page()
    sign_in(page, keys["okafor"])
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "To the content"
    tab_to(page, lambda: page.locator(":focus").get_attribute("href") == f"/desk/cases/{number}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{number}")
    tab_to(page, lambda: page.locator(":focus").get_attribute("name") == "act")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("held from the keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#history")

    assert "held from the keyboard" in page.get_by_role("region", name="What is on record").inner_text()


def tab_to(page: Page, there: Callable[[], bool]) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "what has the focus is not seen"
        if there():
            return
    raise AssertionError("it is not reached by the keyboard")


@pytest.fixture(scope="module")
def places(desk: Running, keys: dict[str, str]) -> list[str]:
    """Every kind of page, with something on it."""
    with desk.client(keys["erp"]) as client:
        order = [line("axe-1", consignee="a", to_country="MY"), line("axe-2", consignee="x", to_country="CN")]
        number = client.post("/v1/screen", json={"orders": order}).headers["Compliance-Decision"]
        client.post(f"/v1/decisions/{number}/hold", json={"by": "desk", "reason": "listed"})
        client.post("/v1/reservations", json={"key": "axe", "orders": [line("axe-3")]})
    return [
        "/desk", f"/desk/cases/{number}", "/desk/party?id=a", "/desk/party?id=x-de", "/desk/search?q=axe",
        "/desk/balances", "/desk/headroom?chip=H100&consignee=b", "/desk/uploads", "/desk/log",
        "/desk/what-if?chip=H100&quantity=8&to_country=MY&consignee=a",
        f"/desk/compare?case={number}&left_day=2025-09-28&right_day=2025-10-10", "/desk/cases/999999",
    ]  # fmt: skip


def upload(page: Page) -> str:
    """Uploads a spreadsheet with something to ask; gives where it is."""
    page.goto("/desk/uploads")
    table = b"Order No.,Customer,Country,Thing,Qty,Ship date\nSO-1,B GmbH,DE,Dell PowerEdge XE9680,8,03/02/2026\n"
    page.set_input_files("#file", {"name": "orders.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Read it").click()
    page.wait_for_load_state()
    return page.url


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious_on_any_page(
    opened: Opened, desk: Running, keys: dict[str, str], places: list[str], scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(color_scheme=scheme).new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/desk/sign-in")
    found = list(serious(axe, page))
    sign_in(page, keys["rahman"])
    for path in [*places, upload(page)]:
        page.goto(path)
        found += serious(axe, page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is too wide"

    assert found == []


def serious(axe: Any, page: Page) -> Iterator[str]:
    for one in axe.run(page).response["violations"]:
        if one["impact"] in SERIOUS:
            yield f"{page.url}: {one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}"


def test_every_page_is_painted_within_a_second(opened: Opened, keys: dict[str, str], places: list[str]) -> None:
    page = opened().new_page()
    sign_in(page, keys["vera"])

    slow = {path: painted for path in places if (painted := min(paint(page, path) for _ in range(2))) > FIRST_PAINT_MS}
    assert slow == {}


def paint(page: Page, path: str) -> float:
    page.goto(path)
    return float(
        page.evaluate(
            "new Promise(done => new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')"
            ".forEach(one => done(one.startTime))).observe({type: 'paint', buffered: true}))"
        )
    )
