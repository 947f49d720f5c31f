"""The formats of reports: one module each, which is read when its format is asked for.

A new format is a module with `render(answer, background, options) -> str | bytes` (for patterns with `Drawings` in the
place of the background) and its entry here; the command line offers what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compliance.answers.answer import Answer
    from compliance.reports.report_context import ReportContext
    from compliance.reports.text.terminal import Look


@dataclass(frozen=True)
class Options:
    """How a report is wanted: the look of text, and text with all details."""

    look: Look | None = None
    details: bool = False


@dataclass(frozen=True)
class Drawings:
    """What a report of patterns says beside the answer: the world's name, and a picture of each group."""

    world: str
    pictures: Callable[[], Sequence[Mapping[str, Any]]]
    searched: Sequence[str] = ()


@dataclass(frozen=True)
class Renderer:
    """The module of a format; `data` is UTF-8 whatever the terminal is, `binary` is for a file."""

    module: str
    function: str = "render"
    data: bool = True
    binary: bool = False

    def render(
        self, answer: Answer | Mapping[str, Any], background: ReportContext | Drawings, options: Options
    ) -> str | bytes:
        """The answer in this format."""
        made: str | bytes = getattr(import_module(self.module), self.function)(answer, background, options)
        return made


RENDERERS: Mapping[str, Renderer] = {
    "text": Renderer("compliance.reports.text.text", data=False),
    "json": Renderer("compliance.reports.answer_json"),
    "csv": Renderer("compliance.reports.csv"),
    "md": Renderer("compliance.reports.markdown"),
    "html": Renderer("compliance.reports.html.report"),
    "xlsx": Renderer("compliance.reports.workbook.report", binary=True),
    "sarif": Renderer("compliance.reports.sarif.report"),
}
"""The formats of `audit` and `screen`, the first where none is asked for."""
PATTERN_RENDERERS: Mapping[str, Renderer] = {
    "text": Renderer("compliance.reports.text.pattern_text", data=False),
    "json": Renderer("compliance.reports.answer_json", "render_patterns"),
    "yaml": Renderer("compliance.reports.pattern_signs"),
    "dot": Renderer("compliance.reports.ownership_picture", "dot_of_patterns"),
    "svg": Renderer("compliance.reports.ownership_picture", "svg_of_patterns"),
    "html": Renderer("compliance.reports.html.pattern_report"),
    "xlsx": Renderer("compliance.reports.workbook.pattern_report", binary=True),
    "sarif": Renderer("compliance.reports.sarif.pattern_report"),
}
"""The formats of `patterns`."""
