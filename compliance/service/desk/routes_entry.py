"""Signing in and out, and the files that pages ask for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from compliance.reports.html.environment import style
from compliance.service.desk.access import (
    BEFORE,
    COOKIE,
    set_cookie,
    sign_in,
    sign_out,
    token_before,
)
from compliance.service.desk.forms import read_form
from compliance.service.desk.pages import HEADERS, TEMPLATES, answer, desk_style, go_to, page
from compliance.service.desk.sessions import form_token
from compliance.service.limits import RateLimit
from compliance.service.query_names import takes_query
from compliance.service.worker import Worker
from compliance.versions import __version__

router = APIRouter()
_WRONG_PER_SECOND = 5
_wrong_keys = RateLimit(_WRONG_PER_SECOND)
_HOME = "/desk"


@router.get("/")
async def root() -> Response:
    """People are led to the pages; programs ask below `/v1`."""
    return RedirectResponse(_HOME, 307, HEADERS)


@router.get("/desk/sign-in")
async def ask_key(request: Request, next: str = _HOME) -> Response:
    """The form for a key."""
    worker: Worker = request.app.state.worker
    return go_to(_HOME) if worker.keys is None else _sign_in_page(request, next)


@router.post("/desk/sign-in")
async def take_key(request: Request) -> Response:
    """Begins a session."""
    worker: Worker = request.app.state.worker
    form = await read_form(request, worker.settings.limits)
    form.require(request.cookies.get(BEFORE, ""))
    token = await worker.run(lambda: sign_in(request, worker, form["key"]))
    if token is None and _wrong_keys.wait_for("all"):
        return _sign_in_page(request, form["next"], 429, "Too many wrong keys at once; wait a moment and try again.")
    if token is None:
        wrong = "No person's key is this one: it is unknown, revoked, has run out, or may not see the pages."
        return _sign_in_page(request, form["next"], 401, wrong)
    made = go_to(_inside(form["next"]))
    set_cookie(request, made, COOKIE, token)
    set_cookie(request, made, BEFORE, "", lasts=False)
    return made


@router.post("/desk/sign-out")
async def leave(request: Request) -> Response:
    """Ends the session."""
    worker: Worker = request.app.state.worker
    form = await read_form(request, worker.settings.limits)
    form.require(request.cookies.get(COOKIE, ""))
    await worker.run(lambda: sign_out(request, worker))
    made = go_to("/desk/sign-in")
    set_cookie(request, made, COOKIE, "", lasts=False)
    return made


@router.get("/desk/static/style.css")
@takes_query(__version__)
async def stylesheet() -> Response:
    """The one style of reports and pages."""
    headers = {**HEADERS, "Cache-Control": "public, max-age=3600"}
    return Response(style() + desk_style(), 200, headers, "text/css; charset=utf-8")


@router.get("/desk/static/icon.svg")
async def icon() -> Response:
    """The sign of the pages in a tab."""
    headers = {**HEADERS, "Cache-Control": "public, max-age=3600"}
    return Response((TEMPLATES / "icon.svg").read_text(encoding="utf-8"), 200, headers, "image/svg+xml")


@router.get("/desk/log")
async def log_page(request: Request) -> Response:
    """The last records, and the head to note elsewhere."""

    def build(worker: Worker, who: object) -> Response:
        head = worker.log.head()
        records = list(worker.log.read(after=max(0, head.number - 50)))
        return page(request, who, "log.html", head=head, records=records[::-1], folder=worker.log.folder)  # type: ignore[arg-type]

    return await answer(request, build)


def _sign_in_page(request: Request, path: str, status: int = 200, wrong: str = "") -> Response:
    token = token_before(request)
    made = page(
        request, None, "sign_in.html", status, form_token=form_token(token), next=_inside(path), wrong=wrong
    )  # fmt: skip
    if request.cookies.get(BEFORE) != token:
        set_cookie(request, made, BEFORE, token)
    return made


def _inside(path: str) -> str:
    """A path of our own pages, whatever was given."""
    plain = path.startswith(_HOME) and "\\" not in path and "//" not in path and path.isprintable()
    return path if plain and path[len(_HOME) :][:1] in ("", "/", "?") else _HOME
