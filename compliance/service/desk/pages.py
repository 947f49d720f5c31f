"""Pages made of templates: every text escaped, no script, nothing of another place, kept by nobody on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from compliance.errors import ComplianceError, InputError
from compliance.reports.html import environment as parts
from compliance.reports.html.ownership_graph import link_sentences
from compliance.reports.text.terminal import clean
from compliance.service.desk.access import BEFORE, Visitor, set_cookie, visitor
from compliance.service.desk.views import words
from compliance.service.worker import Worker
from compliance.versions import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_QUOTED = re.compile("`([^`]+)`")
TEMPLATES = Path(__file__).parent / "templates"
Build = Callable[[Worker, Visitor], Response]


@cache
def environment() -> Environment:
    """The templates of the pages."""
    made = parts.environment(TEMPLATES)
    made.filters.update(coded=_code_markup, exact=escape, urlencode=lambda text: Markup(quote(text, safe="")))
    made.globals.update(program_version=__version__, said=words, link_sentences=link_sentences)
    return made


@cache
def desk_style() -> str:
    """What pages need beside the style of reports."""
    return (TEMPLATES / "desk.css").read_text(encoding="utf-8")


def _code_markup(text: str) -> Markup:
    """Text with what stands between backticks as code."""
    return Markup(_QUOTED.sub(r"<code>\1</code>", str(escape(clean(text)))))


def page(request: Request, who: Visitor | None, template: str, status: int = 200, **told: Any) -> Response:
    """A page of a template for somebody who looks."""
    text = environment().get_template(template).render(who=who, here=request.url.path, **told)
    made = Response(text, status, HEADERS, "text/html; charset=utf-8")
    if who is not None and who.local and request.cookies.get(BEFORE) != who.token:
        set_cookie(request, made, BEFORE, who.token)
    return made


def go_to(path: str) -> Response:
    """Has the browser ask for another page, after a form."""
    return RedirectResponse(path, 303, HEADERS)


async def answer(request: Request, build: Build) -> Response:
    """The page that a function makes, in a thread of the worker, for whoever asks."""
    worker: Worker = request.app.state.worker
    return await worker.run(lambda: build(worker, visitor(request, worker)))


def refusal(request: Request, response: Response, wrong: Exception) -> Response:
    """A refusal as a page, with the status and headers that programs are given."""
    ours = isinstance(wrong, ComplianceError | HTTPException)
    detail = str(getattr(wrong, "detail", wrong)) if ours else "This is a fault of the service, and not of yours."
    made = page(request, None, "refused.html", response.status_code, detail=detail)
    for name in ("retry-after", "connection"):
        if name in response.headers:
            made.headers[name] = response.headers[name]
    return made


def messages_of(wrong: ComplianceError) -> list[str]:
    """What is wrong, without the places of files that nobody has seen."""
    return [one.message for one in wrong.problems] if isinstance(wrong, InputError) else [str(wrong)]


def asks_for_page(request: Request) -> bool:
    """Whether a request is for the pages, and not by a program."""
    return request.url.path == "/desk" or request.url.path.startswith("/desk/")
