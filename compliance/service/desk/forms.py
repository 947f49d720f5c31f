"""Forms as pages send them: of our own pages alone, within size and time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from compliance.service.body import read_whole
from compliance.service.desk.access import require_own_origin
from compliance.service.desk.sessions import fits
from compliance.service.problems import RefusedError
from compliance.service.settings import Limits

TOKEN = "form"
"""The field with the token of forms."""
NOTHING = dict.fromkeys(("act", "code", "reason", "by", "listed", "verdict", "until"), "")
"""What a form shows before anybody typed."""
_MOST_FIELDS = 5_000
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True)
class Form:
    """What a form holds: texts by name, and at most one file."""

    texts: Mapping[str, str]
    file_name: str = ""
    content: bytes = field(default=b"", repr=False)

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "").strip()

    def require(self, token: str) -> None:
        """Raises `RefusedError` where the form is not from a page of this session."""
        if not fits(token, self[TOKEN]):
            told = "the form is not from a page of this session; go back, reload the page, and send it again"
            raise RefusedError(403, "form", told)


async def read_form(request: Request, limits: Limits) -> Form:
    """The form of a request. Raises `RefusedError` for one of another site, or too large or too slow."""
    require_own_origin(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_URLENCODED, _MULTIPART):
        raise RefusedError(415, "content_type", "a form is sent as forms are")
    most = limits.upload_bytes if kind == _MULTIPART else limits.body_bytes
    try:
        async with asyncio.timeout(limits.request_seconds):
            content = await read_whole(request, most)
    except TimeoutError:
        raise RefusedError(408, "too_slow", f"the form took more than {limits.request_seconds:g} seconds") from None
    except ClientDisconnect:
        raise RefusedError(400, "unreadable", "the form broke off") from None
    return _encode_form(content) if kind == _URLENCODED else await _multipart(request, content, most)


def _encode_form(content: bytes) -> Form:
    try:
        pairs = parse_qsl(content.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise RefusedError(400, "unreadable", "the form cannot be read") from None
    return Form({name: _text(value) for name, value in pairs})


async def _multipart(request: Request, content: bytes, most: int) -> Form:
    async def whole() -> AsyncIterator[bytes]:
        yield content

    parser = MultiPartParser(
        request.headers, whole(), max_files=1, max_fields=_MOST_FIELDS, max_part_size=most  # type: ignore[arg-type]
    )  # fmt: skip
    try:
        found = await parser.parse()
    except (MultiPartException, ValueError):
        raise RefusedError(400, "unreadable", "the form cannot be read") from None
    texts = {name: _text(value) for name, value in found.multi_items() if isinstance(value, str)}
    files = [value for _, value in found.multi_items() if not isinstance(value, str)]
    if not files:
        return Form(texts)
    return Form(texts, files[0].filename or "", await files[0].read())


def _text(value: str) -> str:
    if "\0" in value:
        raise RefusedError(400, "unreadable", "a text of the form holds a NUL")
    return value.replace("\r\n", "\n")
