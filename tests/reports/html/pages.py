"""Reports of answers made by hand, and the browser that looks at them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from compliance.answers.answer import Answer, FindingSubject, Limit, MissingField, NotEvaluated, Quantity
from compliance.decisions.overview.model import CapacitySaid, GrowthSaid, InstalledSaid, LimitTotal, Overview
from compliance.reports.html.report import render
from compliance.reports.renderers import Options
from compliance.reports.report_context import ListRead, ReportContext
from tests.reports.made import answer, evidence, finding

CHROMIUMS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--disable-quic"]


def quantity(low: str, high: str | None, unit: str) -> Quantity:
    return Quantity(value=low, unit=unit, high=high)


def total(country: str, low: str, high: str | None, limit: str = "50000", **changes: Any) -> LimitTotal:
    """What went to a country, of a limit."""
    told: dict[str, Any] = {
        "pack": "pack_one",
        "rule": "cap",
        "topic": "country_allocation",
        "standing": "written",
        "of": "Accelerators exported to a country",
        "subject": FindingSubject(kind="country", id=country, period="2025-01-13/2029-01-13"),
        "measure": quantity(low, high, "accelerators"),
        "limit": Limit(value=limit, unit="accelerators", inclusive=True, source="90 FR 1"),
        "least": False,
        "applies": True,
        "passed": False,
    }
    return LimitTotal(**{**told, **changes})


GROWTH = [
    GrowthSaid(day="2025-03-01", total="20000", high="20000"),
    GrowthSaid(day="2026-02-01", total="51000", high="51000"),
]
OVERVIEW = Overview(
    as_of="2026-11-20",
    limits=[
        total("AE", "51000", "51000", growth=GROWTH, passed=True),
        total("MY", "46000", "46000"),
        total("SA", "0", "35064"),
        total("QA", "0", None, passed=None),
    ],
    installed=[
        InstalledSaid(
            country="AE", site="abu-1", chip="H100", quantity=quantity("100", "100", "units"),
            tpp=quantity("1582400", "1582400", "TPP"), ordered=False,
        )
    ],
    capacity=[
        CapacitySaid(country="AE", site="abu-1", operator="acme", it_mw=quantity("0", None, "MW"), ordered=False)
    ],
)  # fmt: skip


def node(name: str, country: str | None, **changes: Any) -> dict[str, Any]:
    """A company of a graph."""
    told = {"id": name.lower(), "name": name, "country": country, "kind": "company", "verdict": ""}
    return {**told, "listed": False, "asked": False, **changes}


GRAPH = {
    "title": "Who stands behind Acme",
    "nodes": [
        node("Top", "CN", listed=True),
        node("Acme", "MY", asked=True),
        node("Somebody", None, id="?acme", kind="unidentified"),
    ],
    "links": [
        {"owner": "top", "owned": "acme", "told": "60 %", "control": False, "witness": True},
        {"owner": "?acme", "owned": "acme", "told": "5 %", "control": False, "witness": False},
    ],
    "left_out": 0,
}


def background(**changes: Any) -> ReportContext:
    """The background of a world with lists, charts and owners."""
    told: dict[str, Any] = {
        "world": "my_world.yaml",
        "packs": {"pack_one": "Pack One"},
        "tables": {"companies": 3},
        "lists": (ListRead("EntityList", "2026-11-18", "", 1400), ListRead("UK", "", "", None)),
        "unread": ("companies acme: headquarters `Atlantis`",),
        "overview": lambda posture: OVERVIEW,
        "owners": lambda paths: ([GRAPH], 0),
    }
    return ReportContext(**{**told, **changes})


def many(count: int) -> Answer:
    """An answer with so many findings, each about a company of its own."""
    found = [
        finding(
            subject=FindingSubject(kind="family", id=f"company-{number:05}"),
            evidence=evidence("sites", f"s{number}", f"t{number}"),
            rule="share_abroad" if number % 2 else "other_share",
        )
        for number in range(count)
    ]
    gap = NotEvaluated(
        rule="cap",
        reason="the quantity is not known",
        missing=[MissingField(table="holdings", id="h", field="quantity", settles="x")],
    )
    return answer(*found, not_evaluated=[gap])


def page(told: Answer, **changes: Any) -> str:
    return render(told, background(**changes), Options())


def share(text: str) -> Fraction:
    return Fraction(text)


def chromium() -> str:
    """The browser of the system; the test is left out where there is none."""
    for path in (os.environ.get("CHROMIUM", ""), *CHROMIUMS):
        if path and Path(path).exists():
            return path
    pytest.skip("no Chromium is installed")


@contextmanager
def browser() -> Iterator[Any]:
    """The browser, without a window."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = chromium()
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield running
        finally:
            running.close()
