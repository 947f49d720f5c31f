"""Who asks, and whether they may: keys with scopes; without keys only programs of this machine."""

from __future__ import annotations

from math import ceil

from starlette.requests import Request

from compliance.service.keys import LOCAL, PREFIX, Caller, Scope
from compliance.service.problems import RefusedError
from compliance.service.settings import LOOPBACK
from compliance.service.worker import Worker

ASKED_BY = "compliance.key"
"""Where the scope of a request has the name of the key that asks."""
_LONGEST_KEY = 200
_ASK_FOR_KEY = {"WWW-Authenticate": 'Bearer realm="compliance"'}


def admit(request: Request, worker: Worker, *scopes: Scope) -> Caller:
    """Who asks. Raises `RefusedError` for a key that is missing, unknown or may not, and for too many requests."""
    caller = _caller(request, worker)
    request.scope[ASKED_BY] = caller.name
    if not caller.may(scopes):
        raise RefusedError(403, "scope", f"the key may not do this; it needs the scope {' or '.join(scopes)}")
    wait = worker.rate.wait_for(caller.name)
    if wait:
        raise RefusedError(429, "rate", "too many requests of this key", {"Retry-After": str(ceil(wait))})
    return caller


def _caller(request: Request, worker: Worker) -> Caller:
    if len(request.headers.getlist("host")) > 1:
        raise RefusedError(400, "unreadable", "the request has more than one `Host`")
    if worker.keys is None:
        return _local(request)
    given = request.headers.getlist("authorization")
    scheme, _, key = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    key = key.strip()
    if scheme.lower() != "bearer" or not key.startswith(PREFIX) or len(key) > _LONGEST_KEY:
        raise RefusedError(401, "key", "send one header `Authorization: Bearer KEY`", _ASK_FOR_KEY)
    caller = worker.keys.caller(key)
    if caller is None:
        raise RefusedError(401, "key", "the key is unknown, revoked or has run out", _ASK_FOR_KEY)
    return caller


def _local(request: Request) -> Caller:
    """A program of this machine; a page in a browser that asks for somebody else is none."""
    require_loopback_host(request)
    if "origin" in request.headers:
        raise RefusedError(403, "origin", "without keys nothing is answered to pages in a browser")
    return LOCAL


def require_loopback_host(request: Request) -> None:
    """Raises `RefusedError` for a request that names another host, as that of a page which was bound to us does."""
    if _host_of(request.headers.get("host", "")) not in LOOPBACK:
        raise RefusedError(421, "host", "without keys only requests to this machine by its loopback name are answered")


def _host_of(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()
