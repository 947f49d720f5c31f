"""Who looks at a page, what they may do, and whether a form is one of our own pages."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from secrets import token_urlsafe
from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from compliance.errors import InputError
from compliance.service.desk.sessions import LONGEST, Sessions, form_token
from compliance.service.guard import ASKED_BY, require_loopback_host
from compliance.service.keys import LOCAL, PREFIX, Caller, hash_of
from compliance.service.problems import RefusedError
from compliance.service.worker import Worker

COOKIE, BEFORE, PERSON = "compliance_desk", "compliance_form", "compliance_person"
"""The cookies of a session, of forms before there is one, and, without keys, of the name given last."""
_PATH = "/desk"
_LONGEST_KEY = 200


class SignInError(Exception):
    """Nobody has signed in, or the session is over."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks: the key, the person's name (without keys the one given last, or empty), and the token of forms."""

    caller: Caller
    person: str
    token: str
    local: bool

    @property
    def role(self) -> str:
        """`admin`, `reviewer` or `viewer`."""
        return "admin" if self.caller.may(()) else "reviewer" if self.caller.may(("decide",)) else "viewer"

    @property
    def decides(self) -> bool:
        """Whether they may act on decisions."""
        return self.caller.may(("decide",))

    def acting_as(self, name: str) -> str:
        """Who acts: the person of the key; without keys the name that a form gives."""
        return name if self.local else self.person

    @property
    def form_token(self) -> str:
        """What forms of theirs carry."""
        return form_token(self.token)


def visitor(request: Request, worker: Worker) -> Visitor:
    """Who looks at a page. Raises `SignInError`, and `RefusedError` for too many requests."""
    _one_host(request)
    if worker.keys is None:
        require_loopback_host(request)
        found = Visitor(LOCAL, _person_before(request), token_before(request), True)
    else:
        found = _signed_in(request, worker)
    request.scope[ASKED_BY] = found.caller.name
    wait = worker.rate.wait_for(found.caller.name)
    if wait:
        raise RefusedError(429, "rate", "too many requests of this key", {"Retry-After": str(ceil(wait))})
    return found


def _signed_in(request: Request, worker: Worker) -> Visitor:
    token, keys = request.cookies.get(COOKIE, ""), worker.keys
    assert keys is not None
    session = Sessions(worker.ledger.store).find(token, _now()) if token else None
    if session is None:
        raise SignInError
    with suppress(InputError):  # a file that cannot be read now counts as it was read last
        keys.read()
    caller = keys.caller_of(session.key_sha256)
    if caller is None or not caller.may(("screen", "decide")):
        Sessions(worker.ledger.store).end(token)
        raise SignInError
    return Visitor(caller, caller.person or caller.name, token, False)


def sign_in(request: Request, worker: Worker, key: str) -> str | None:
    """The token of a new session, in place of that of this browser; `None` for a key that is nobody's."""
    keys = worker.keys
    if keys is None or not key.startswith(PREFIX) or len(key) > _LONGEST_KEY:
        return None
    with suppress(InputError):
        keys.read()
    caller = keys.caller(key)
    if caller is None or not caller.may(("screen", "decide")):
        return None
    request.scope[ASKED_BY] = caller.name
    return Sessions(worker.ledger.store).begin(hash_of(key), _now(), request.cookies.get(COOKIE, ""))


def sign_out(request: Request, worker: Worker) -> None:
    """Ends the session of this browser."""
    if token := request.cookies.get(COOKIE, ""):
        Sessions(worker.ledger.store).end(token)


def require_decider(found: Visitor) -> None:
    """Raises `RefusedError` for somebody who may only look."""
    if not found.decides:
        raise RefusedError(403, "scope", "your key may look and ask, and decides nothing; it takes a reviewer's")


def require_own_origin(request: Request) -> None:
    """Raises `RefusedError` for a form that another site, or no page at all, has sent."""
    _one_host(request)
    host, given = request.headers.get("host", ""), request.headers.getlist("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    told = urlsplit(given[0]) if len(given) == 1 else None
    if told is None or told.scheme not in ("http", "https") or told.netloc != host or site != "same-origin":
        raise RefusedError(403, "origin", "the form was not sent by a page of this service")


def _one_host(request: Request) -> None:
    if len(request.headers.getlist("host")) != 1:
        raise RefusedError(400, "unreadable", "the request has not one `Host`")


def token_before(request: Request) -> str:
    """The token of forms before a session begins: that of the browser, else a new one."""
    return request.cookies.get(BEFORE) or token_urlsafe(32)


def _person_before(request: Request) -> str:
    return unquote(request.cookies.get(PERSON, ""))[:100]


def set_cookie(request: Request, response: Response, name: str, value: str, lasts: bool = True) -> None:
    """Sets a cookie that no script reads and no other site sends; over HTTPS it stays there."""
    response.set_cookie(
        name, quote(value, safe=""), max_age=int(LONGEST.total_seconds()) if lasts else 0, path=_PATH, httponly=True,
        samesite="strict", secure=request.headers.get("origin", "").startswith("https:"),
    )  # fmt: skip


def remember_person(request: Request, response: Response, who: Visitor, by: str) -> None:
    """Keeps, without keys, the name that was given last, so that the next form begins with it."""
    if who.local:
        set_cookie(request, response, PERSON, by)


def _now() -> datetime:
    return datetime.now(UTC)
