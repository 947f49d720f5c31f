"""Bodies as JSON: of a request, numbers as the text that was sent, within size, time and depth; and of a response."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from compliance.service.problems import RefusedError
from compliance.service.settings import Limits

JSON = "application/json"
_DEEPEST = 50
_HALF_OF_A_PAIR = re.compile("[\ud800-\udfff]")


async def read_json(request: Request, limits: Limits) -> Any:
    """What the body says. Raises `RefusedError` for what is too large or too slow, and what is no JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise RefusedError(415, "content_type", "the body is sent as `application/json`")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "content_encoding", "a body that is compressed is not read")
    try:
        async with asyncio.timeout(limits.request_seconds):
            return parse_json(await read_whole(request, limits.body_bytes))
    except TimeoutError:
        raise RefusedError(408, "too_slow", f"the body took more than {limits.request_seconds:g} seconds") from None
    except ClientDisconnect:
        raise RefusedError(400, "unreadable", "the body broke off") from None


def json_response(told: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response of one value as JSON."""
    return Response(json.dumps(told, ensure_ascii=False), status, dict(headers or {}), JSON)


def with_zone(at: datetime) -> datetime:
    """An instant as it was given; one without a zone is in UTC."""
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


async def read_whole(request: Request, most: int) -> bytes:
    """The bytes of a body. Raises `RefusedError` for more than so many."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and (len(told) > 18 or int(told) > most):
        raise _too_large(most)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
    return b"".join(parts)


def _too_large(most: int) -> RefusedError:
    return RefusedError(413, "too_large", f"a body has at most {most:,} bytes; send fewer lines at once")


def parse_json(content: bytes) -> Any:
    """JSON with every number as the text that stands there; what stands twice is refused. Raises `RefusedError`."""
    try:
        found = json.loads(
            content.decode("utf-8"),
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse_constant,
            object_pairs_hook=_pairs,
        )
        _check(found, 0)
    except RecursionError:
        raise RefusedError(400, "unreadable", f"the body is nested more than {_DEEPEST} deep") from None
    except ValueError as wrong:
        raise RefusedError(400, "unreadable", f"the body is no JSON: {_words(wrong)}") from None
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"`{twice[:100]}` stands twice")
    return found


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"`{word}` is no value of JSON")


def _check(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError(f"it is nested more than {_DEEPEST} deep")
    if isinstance(value, str):
        if _HALF_OF_A_PAIR.search(value):
            raise ValueError("a text holds half of a surrogate pair")
        if "\0" in value:
            raise ValueError("a text holds a NUL")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check(name, depth + 1)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _words(wrong: ValueError) -> str:
    if isinstance(wrong, UnicodeDecodeError):
        return "it is not in UTF-8"
    return f"{wrong.msg} at line {wrong.lineno}" if isinstance(wrong, json.JSONDecodeError) else str(wrong)
