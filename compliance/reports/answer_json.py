"""An answer as JSON, the form that programs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.answers.answer import Answer
from compliance.reports.renderers import Drawings, Options
from compliance.reports.report_context import ReportContext


def render(answer: Answer, background: ReportContext, options: Options) -> str:
    """Canonical JSON, indented."""
    return answer.json_text()


def render_patterns(answer: Mapping[str, Any], drawings: Drawings, options: Options) -> str:
    """The groups as indented JSON."""
    from pydantic_core import to_json

    return to_json(answer, indent=2).decode() + "\n"
