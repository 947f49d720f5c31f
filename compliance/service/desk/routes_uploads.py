"""A spreadsheet of orders: uploaded, its map shown and corrected, then screened on record."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from compliance.errors import ComplianceError, InputError
from compliance.service.desk.access import Visitor, remember_person, require_decider
from compliance.service.desk.forms import read_form
from compliance.service.desk.pages import answer, go_to, messages_of, page
from compliance.service.desk.uploads import KINDS, Upload, Uploads
from compliance.service.desk.views import upload as views
from compliance.service.worker import Worker
from compliance.spreadsheets.book_reading import map_beside

router = APIRouter()
_DECISION = "decision"


@router.get("/desk/uploads")
async def choose(request: Request) -> Response:
    """The form for a spreadsheet."""
    return await answer(request, lambda worker, who: _choose_page(request, worker, who))


@router.post("/desk/uploads")
async def take(request: Request) -> Response:
    """Keeps a spreadsheet until it is screened."""
    worker: Worker = request.app.state.worker
    form = await read_form(request, worker.settings.limits)

    def build(worker: Worker, who: Visitor) -> Response:
        form.require(who.token)
        require_decider(who)
        try:
            upload = _uploads(worker).add(form.file_name, form.content, who.caller.name)
        except ComplianceError as wrong:
            return _choose_page(request, worker, who, str(wrong))
        views.leave_other_tables(upload)
        return go_to(f"/desk/uploads/{upload.token}")

    return await answer(request, build)


@router.get("/desk/uploads/{token}")
async def look(request: Request, token: str) -> Response:
    """The map of a spreadsheet, and what is read by it."""

    def build(worker: Worker, who: Visitor) -> Response:
        require_decider(who)
        upload = _uploads(worker).get(token, who.caller.name)
        return _map_page(request, worker, who, upload)

    return await answer(request, build)


@router.post("/desk/uploads/{token}")
async def change(request: Request, token: str) -> Response:
    """Corrects the map, or screens what is read by it."""
    worker: Worker = request.app.state.worker
    form = await read_form(request, worker.settings.limits)

    def build(worker: Worker, who: Visitor) -> Response:
        form.require(who.token)
        require_decider(who)
        upload = _uploads(worker).get(token, who.caller.name)
        state = worker.operations.world.current()
        try:
            found = views.propose_map(upload, state).map
            if form["version"] != views.version_of(found):
                told = "The map was changed in another window; this is how it stands now."
                return _map_page(request, worker, who, upload, told)
            if form["do"] != "screen":
                views.correct(found, form.texts)
                views.write_map(upload, found)
                return go_to(f"/desk/uploads/{token}#read")
            read = views.read_lines(upload, state)
        except InputError as wrong:
            return _map_page(request, worker, who, upload, "; ".join(messages_of(wrong)))
        by = who.acting_as(form["by"])
        if not by:
            return _map_page(request, worker, who, upload, "Give your name: it stays on record with the decision.")
        if read.problems and not form["without"]:
            told = "Some cells are not read. Correct the map or the file, or say that their lines are left out."
            return _map_page(request, worker, who, upload, told)
        try:
            number = _screen(worker, upload, read, by, who.caller.name)
        except ComplianceError as wrong:
            return _map_page(request, worker, who, upload, str(wrong))
        made = go_to(f"/desk/cases/{number}")
        remember_person(request, made, who, by)
        return made

    return await answer(request, build)


def _screen(worker: Worker, upload: Upload, read: views.ReadLines, by: str, key: str) -> int:
    """Screens all lines, and puts the decision, the file and its map on record in one; gives its number."""
    most = worker.settings.limits.lines
    if not read.lines or len(read.lines) > most:
        raise ComplianceError(f"an order has from 1 to {most:,} lines; this one has {len(read.lines):,}")
    found = worker.operations.screen(read.lines, by)
    content, used = upload.path.read_bytes(), upload.map_path.read_bytes()
    keep = worker.log.content.put
    refs = [keep(content), keep(used), keep(found.text.encode())]
    source = {
        "file": upload.name, "sha256": sha256(content).hexdigest(), "map": sha256(used).hexdigest(),
        "left_out": read.problems, "key": key,
    }  # fmt: skip
    record = worker.log.append(datetime.now(UTC), _DECISION, {**found.body, "source": source}, refs)
    _uploads(worker).finish(upload)
    return record.number


def _uploads(worker: Worker) -> Uploads:
    return Uploads(worker.settings.records, map_beside(Path(worker.settings.world)))


def _choose_page(request: Request, worker: Worker, who: Visitor, wrong: str = "") -> Response:
    told = {"kinds": KINDS, "most": worker.settings.limits.upload_bytes // 2**20, "wrong": wrong}
    return page(request, who, "upload.html", 422 if wrong else 200, **told)


def _map_page(request: Request, worker: Worker, who: Visitor, upload: Upload, wrong: str = "") -> Response:
    state = worker.operations.world.current()
    told: dict[str, Any] = {"read": None, "table": None, "problems": [], "wrong": wrong}
    try:
        proposal = views.propose_map(upload, state)
    except ComplianceError as error:
        problems = messages_of(error)
        return _choose_page(request, worker, who, "; ".join(problems))
    view = views.map_view(upload, proposal, state)
    if not view["open"]:
        try:
            read = views.read_lines(upload, state)
            told |= {"read": read, "table": views.first_lines(read.lines)}
        except InputError as error:
            told["problems"] = messages_of(error)
    return page(request, who, "map.html", 422 if wrong else 200, **view, **told)
