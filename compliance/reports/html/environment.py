"""The templates of pages: where they are found, what they may call, and that all text in them is escaped."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.reports import phrases
from compliance.reports.figures import number
from compliance.reports.html import charts
from compliance.reports.html.ownership_graph import ownership_svg
from compliance.reports.text.terminal import clean

if TYPE_CHECKING:
    from jinja2 import Environment

_HASH = re.compile(r"\b[0-9a-f]{64}\b")
"""Names a row that has no id."""
TEMPLATES = Path(__file__).parent / "templates"


def environment(*folders: Path) -> Environment:
    """The templates of these folders, searched first, and those of reports."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_visible_text,
    )
    made.filters.update(
        number=number,
        plain=phrases.plain,
        decision=lambda word: phrases.DECISIONS[word],
        outcome=lambda word: phrases.OUTCOMES[word],
        counted=phrases.count_text,
    )
    made.globals.update(
        bar_svg=charts.bar_svg, key_svg=charts.key_svg, fill_svg=charts.fill_svg, ownership_svg=ownership_svg
    )
    return made


def _visible_text(value: Any) -> Any:
    """Text as it is shown: no characters that turn the direction of others or are none; of a content hash its start."""
    return _HASH.sub(lambda found: f"{found[0][:8]}…", clean(value)) if type(value) is str else value


@cache
def style() -> str:
    """The stylesheet of all pages."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """The script that filters, sorts and pages tables; a page is whole without it."""
    return (TEMPLATES / "tables.js").read_text(encoding="utf-8")
