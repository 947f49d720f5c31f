"""The handbook: a page for each rule, linked, in Markdown and HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import PurePosixPath

import pytest

from compliance.reports.handbook import files
from compliance.rulebook.packs import load_packs
from compliance.rulebook.prose.rule_pages import handbook

PAGES = handbook(load_packs())


def test_every_rule_test_and_pack_has_a_page() -> None:
    wanted = {pack.id for pack in load_packs()}
    wanted |= {f"{p.id}/{name}" for p in load_packs() for name in (*(r.id for r in p.rules), *p.file.capture)}

    assert set(PAGES) == wanted
    assert set(files(PAGES, "md")) == {f"{name}.md" for name in (*wanted, "index")}


@pytest.mark.parametrize("format", ["md", "html"])
def test_every_link_leads_to_a_page(format: str) -> None:
    made = files(PAGES, format)
    pattern = r'href="([^"]+)"' if format == "html" else r"\]\(([^)]+)\)"
    links = 0
    for name, text in made.items():
        for link in re.findall(pattern, text):
            parts: list[str] = []
            for part in PurePosixPath(name).parent.joinpath(link).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in made, f"{name} leads to {link}"
            links += 1

    assert links >= len(PAGES)


class Balance(HTMLParser):
    """Holds that what is opened is closed, innermost first."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_is_well_formed_and_stands_alone() -> None:
    for text in files(PAGES, "html").values():
        balance = Balance()
        balance.feed(text)
        assert balance.open == []
        assert "http" not in re.sub(r"<title>.*?</title>", "", text).split("<body>")[0]


def test_a_page_tells_limits_sources_standing_and_cases() -> None:
    page = files(PAGES, "md")["us_ai_diffusion/lpp_yearly_limit.md"]

    assert "the total is over 26,900,000 TPP (`lpp_limit`)" in page
    assert "15 CFR 740.29(a)" in page
    assert "## Standing in law" in page
    assert "us_ai_diffusion/lpp_yearly_limit.cases.yaml: " in page
