"""Which names the query of a call takes: one that is mistyped is refused, not ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request

from compliance.errors import near
from compliance.service.problems import RefusedError

_NAMES = "query_names"
_LONGEST = 50
_T = TypeVar("_T", bound=Callable[..., Any])


def takes_query(*names: str) -> Callable[[_T], _T]:
    """Says which names the query of a call takes beside those of its parameters."""

    def mark(call: _T) -> _T:
        setattr(call, _NAMES, names)
        return call

    return mark


async def require_known_query(request: Request) -> None:
    """Raises `RefusedError` for a name in the query that the call does not know."""
    route = request.scope["route"]
    known = {one.alias for one in route.dependant.query_params} | {*getattr(route.endpoint, _NAMES, ())}
    for name in request.query_params:
        if name not in known:
            takes = f"it takes {', '.join(f'`{one}`' for one in sorted(known))}" if known else "it takes none"
            told, hint = f"`{name[:_LONGEST]}` is no query parameter of this call", near(name, known)
            raise RefusedError(400, "unknown_parameter", f"{told}.{hint}" if hint else f"{told}; {takes}")
