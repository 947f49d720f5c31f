"""What goes wrong as `application/problem+json` (RFC 9457): the problems of contracts 10, by the same codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import Response

from compliance.errors import CODES, Code, ComplianceError, InputError, OrderProblem
from compliance.ledger.ledger_problems import LedgerError

MEDIA_TYPE = "application/problem+json"
_DIGITS = 18
_TYPE = "urn:compliance:problem:"


class OneProblem(BaseModel):
    """One thing that is wrong, as `OrderError.problems` has it."""

    model_config = ConfigDict(extra="forbid")

    order: str
    line: int
    field: str
    code: str
    message: str
    hint: str


class ProblemDetails(BaseModel):
    """Why a request was refused. `code` is for programs; `problems` are all that is wrong with lines or rows."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str = ""
    problems: list[OneProblem] = []
    account: str | None = None
    room: str | None = None
    asked: str | None = None
    unit: str | None = None
    fits: str | None = None
    lacking: list[dict[str, Any]] = []


class RefusedError(ComplianceError):
    """A request that is refused before anything is evaluated."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, dict(headers or {})


def whole_number(text: str) -> int | None:
    """The number that a text of digits says, as numbers of records are; `None` for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def decision_number(text: str) -> int:
    """The number of a decision. Raises `RefusedError` for a text that is none."""
    number = whole_number(text)
    if number is None:
        raise RefusedError(404, "unknown_decision", f"there is no decision `{text[:50]}`")
    return number


TITLES = {
    400: "The request cannot be read",
    401: "The key is missing or unknown",
    403: "The key may not do this",
    404: "There is nothing here",
    405: "This is not done here",
    408: "The request was too slow",
    409: "The state does not allow it",
    413: "The request is too large",
    415: "The body is of another kind",
    421: "The request is for another host",
    422: "The request is wrong",
    429: "Too many requests",
    431: "The headers are too large",
    500: "A fault of the service",
    503: "The service cannot answer now",
    507: "The disk is full",
}


_CODES: dict[str, Code] = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "literal_error": "unknown_word",
}
_MAPPING = ("is no object of fields and values", "give fields and values in braces")
_MOMENT = ("is no moment", "give a day and time with its zone, such as 2026-11-20T12:00:00Z")
_WORDS = {
    "missing": ("is missing", "give the field"),
    "extra_forbidden": ("is no field of this request", "correct its name; the fields stand in /openapi.json"),
    "literal_error": ("is none of the words that it takes", "give one of {expected}"),
    "string_pattern_mismatch": ("is no day", "give it as 2026-11-20"),
    "string_too_short": ("is empty", "give a text"),
    "string_too_long": ("is too long", "give at most {max_length} letters"),
    "string_type": ("is no text", "give a text in quotation marks"),
    "bool_type": ("is neither true nor false", "give true or false"),
    "bool_parsing": ("is neither true nor false", "give true or false"),
    "list_type": ("is no list", "give a list, also of one"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _MAPPING),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), _MOMENT),
}
"""What is wrong with a value of a body and what to do, by the words of pydantic for it."""


def problem_response(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """A response that says what is wrong."""
    told = {
        "type": f"{_TYPE}{code}", "title": TITLES.get(status, "The request failed"), "status": status,
        "detail": detail, "code": code, **more,
    }  # fmt: skip
    return Response(json.dumps(told, ensure_ascii=False), status, dict(headers or {}), MEDIA_TYPE)


def refusal_of(wrong: RefusedError) -> Response:
    """The response to a request that is refused."""
    return problem_response(wrong.status, wrong.code, wrong.detail, wrong.headers)


def input_problems(wrong: InputError) -> list[dict[str, Any]]:
    """What is wrong with lines or rows, as `OrderError` tells it."""
    each = [one if isinstance(one, OrderProblem) else OrderProblem.of(one) for one in wrong.problems]
    return [dict(one) for one in each]


def input_response(wrong: InputError) -> Response:
    """The response to an order, or rows of a world, with something wrong in them."""
    problems = input_problems(wrong)
    code = problems[0]["code"] if len({one["code"] for one in problems}) == 1 else "bad_value"
    count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
    return problem_response(422, code, f"{count}: {problems[0]['message']}", problems=problems)


def ledger_response(wrong: LedgerError, fits: str | None = None) -> Response:
    """The response of the ledger's refusal: which account has no room, and what would fit."""
    more: dict[str, object] = {"hint": wrong.hint}
    if wrong.account:
        more |= {"account": wrong.account, "room": wrong.room, "asked": wrong.asked, "unit": wrong.unit, "fits": fits}
        more["lacking"] = [one.said() for one in wrong.lacking]
    headers = {"Retry-After": "1"} if wrong.status == 503 else {}
    return problem_response(wrong.status, wrong.code, wrong.message, headers, **more)


def validation_problems(wrong: ValidationError) -> Response:
    """The response to a body that lacks a field or has one that is not known."""
    problems: list[dict[str, Any]] = []
    for error in wrong.errors(include_url=False):
        field = ".".join(str(step) for step in error["loc"])
        kind = str(error["type"])
        code = _CODES.get(kind, "bad_value")
        words, hint = _WORDS.get(kind, ("", CODES[code][1]))
        if kind == "extra_forbidden" and str(error["loc"][-1]).startswith("x_"):
            hint = "put it into a line of `orders`, where fields that begin with `x_` are kept"
        limits = {name: str(value) for name, value in error.get("ctx", {}).items()}
        told = words or f"cannot be read: {error['msg'].removeprefix('Value error, ')}"
        problems.append({
            "order": "", "line": 0, "field": field, "code": code,
            "message": f"`{field}` {told}" if field else f"the body {told}",
            "hint": f"{hint[0].upper()}{hint[1:].format_map(limits)}.",
        })  # fmt: skip
    return problem_response(422, problems[0]["code"], problems[0]["message"], problems=problems)
