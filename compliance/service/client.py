"""A typed client of the service: the library's own answers, and the library's own errors.

`Client.screen` gives what `Screener.screen` gives and raises the `OrderError` that it raises, problem by problem.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any, Literal, NoReturn, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from compliance.answers.answer import Answer
from compliance.answers.headroom_answer import Headroom
from compliance.errors import NO_FILE, About, ComplianceError, InputError, OrderError, OrderProblem
from compliance.ledger.ledger_problems import CODES as LEDGER_CODES
from compliance.ledger.ledger_problems import LedgerError
from compliance.service.requests import (
    Balances,
    BalanceView,
    DecisionPage,
    DecisionRecord,
    Health,
    HoldQueue,
    HoldView,
    KnownGoodList,
    KnownGoodView,
    ReservationAnswer,
    ReservationView,
    WorldChanged,
)
from compliance.world.io.python_rows import marked_row
from compliance.world.schema.row import Row, plain

Act = Literal["hold", "release", "reject", "escalate", "ask"]
LineGiven = Mapping[str, Any] | Row
OrdersGiven = LineGiven | Iterable[LineGiven]
_M = TypeVar("_M", bound=BaseModel)
_SECONDS = 60


class ServiceError(ComplianceError):
    """A refusal that is neither about an order nor of the ledger: a key, a limit, a service that is away.

    `status` and `code` are those of the response; 0 and `unreachable` where none came.
    """

    def __init__(self, status: int, code: str, detail: str, retry_after: str = "") -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after


class Client:
    """A connection to a service; any thread may use it, and `with` closes it.

    Raises `OrderError` for what is wrong with an order, `InputError` with rows of a world, `LedgerError` where the
    ledger refuses, and `ServiceError` for everything else.
    """

    def __init__(self, url: str, key: str = "", seconds: float = _SECONDS) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = httpx.HTTPTransport(retries=2)
        self._http = httpx.Client(base_url=url, headers=headers, timeout=seconds, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self._http.close()

    # ---- orders

    def screen(self, orders: OrdersGiven, *, as_of: date | None = None, posture: str | None = None) -> Answer:
        """Screens an order: one line, or several that count together."""
        return Answer.model_validate_json(self._post_screening(orders, as_of, posture, each=False))

    def screen_each(
        self,
        orders: Mapping[str, OrdersGiven] | Iterable[LineGiven],
        *,
        as_of: date | None = None,
        posture: str | None = None,
    ) -> dict[str, Answer]:
        """Screens each as if it were alone: lines by their id in one request, or orders by name in one each."""
        if isinstance(orders, Mapping):
            return {name: self.screen(order, as_of=as_of, posture=posture) for name, order in orders.items()}
        told = json.loads(self._post_screening(orders, as_of, posture, each=True))
        return {name: Answer.model_validate(one) for name, one in told.items()}

    def headroom(
        self,
        *,
        chip: str,
        consignee: str | None = None,
        operator: str | None = None,
        country: str | None = None,
        site: str | None = None,
        exporter: str | None = None,
        end_user: str | None = None,
        authorization: str | None = None,
        as_of: date | None = None,
        posture: str | None = None,
    ) -> Headroom:
        """How many of a chip somebody may still get, and what binds."""
        body = {name: value for name, value in locals().items() if name != "self" and value is not None}
        return Headroom.model_validate_json(self._ask("POST", "/v1/headroom", body))

    # ---- reservations

    def reserve(self, key: str, orders: OrdersGiven, *, expires: datetime | None = None) -> ReservationAnswer:
        """Reserves what an order takes of limits; the same key again gives the same reservation."""
        body = {"key": key, "orders": list(_lines(orders)), **({"expires": expires.isoformat()} if expires else {})}
        return ReservationAnswer.model_validate_json(self._ask("POST", "/v1/reservations", body))

    def commit(self, reservation: str, *, by: str | None = None, reason: str = "") -> ReservationView:
        """The order ships."""
        return self._finish(reservation, "commit", by, reason)

    def release(self, reservation: str, *, by: str | None = None, reason: str = "") -> ReservationView:
        """The order does not ship."""
        return self._finish(reservation, "release", by, reason)

    def amend(
        self, reservation: str, key: str, orders: OrdersGiven, *, by: str | None = None, reason: str = ""
    ) -> ReservationView:
        """Another quantity, date or chip; the same key again changes nothing."""
        body: dict[str, Any] = {"key": key, "orders": list(_lines(orders)), "reason": reason}
        text = self._ask("POST", f"/v1/reservations/{_part(reservation)}/amend", body | ({"by": by} if by else {}))
        return ReservationView.model_validate_json(text)

    def take_back(
        self, reservation: str, key: str, amounts: Mapping[str, str] | None = None, *, by: str | None = None,
        reason: str = "",
    ) -> ReservationView:  # fmt: skip
        """Goods came back: so much of each account, in its unit, or all; the same key again changes nothing."""
        body: dict[str, Any] = {"key": key, "reason": reason, **({"amounts": dict(amounts)} if amounts else {})}
        text = self._ask("POST", f"/v1/reservations/{_part(reservation)}/return", body | ({"by": by} if by else {}))
        return ReservationView.model_validate_json(text)

    def reservation(self, reservation: str) -> ReservationView:
        """A reservation as it stands."""
        return self._get(ReservationView, f"/v1/reservations/{_part(reservation)}")

    def balances(
        self, *, account: str = "", holder: str = "", country: str = "", at: datetime | None = None
    ) -> Sequence[BalanceView]:
        """What of accounts is used, reserved, committed and left."""
        asked = {"account": account, "holder": holder, "country": country, "at": at.isoformat() if at else ""}
        return self._get(Balances, "/v1/balances", {name: text for name, text in asked.items() if text}).balances

    # ---- decisions

    def decision(self, number: int | str) -> DecisionRecord:
        """A decision as it is on record."""
        return self._get(DecisionRecord, f"/v1/decisions/{_part(str(number))}")

    def decisions(self, *, party: str = "", state: str = "", after: int = 0) -> Iterator[DecisionRecord]:
        """Decisions in their order, page after page."""
        following: int | None = after
        while following is not None:
            page = self._get(DecisionPage, "/v1/decisions", {"party": party, "state": state, "after": str(following)})
            yield from page.decisions
            following = page.next

    def act(self, number: int | str, act: Act, *, by: str, reason: str, code: str = "") -> DecisionRecord:
        """Holds, releases, rejects or escalates a decision, or asks for information."""
        body = {"by": by, "reason": reason, "code": code}
        text = self._ask("POST", f"/v1/decisions/{_part(str(number))}/{act}", body)
        return DecisionRecord.model_validate_json(text)

    def holds(self, *, least: str = "nothing_found", most: int = 100, skip: int = 0) -> Sequence[HoldView]:
        """What waits for somebody, the strictest first."""
        return self._get(HoldQueue, "/v1/holds", {"least": least, "most": str(most), "skip": str(skip)}).holds

    def known_good(self, subject: str = "") -> Sequence[KnownGoodView]:
        """What people found harmless."""
        return self._get(KnownGoodList, "/v1/known-good", {"subject": subject} if subject else None).entries

    def trust(
        self, subject: str, facts: Mapping[str, str], *, until: datetime, code: str, reason: str, by: str
    ) -> KnownGoodView:
        """A named person found a subject harmless, as long as these facts stand."""
        body = {
            "subject": subject, "facts": dict(facts), "until": until.isoformat(), "code": code, "reason": reason,
            "by": by,
        }  # fmt: skip
        return KnownGoodView.model_validate_json(self._ask("POST", "/v1/known-good", body))

    def withdraw(self, entry: str, *, by: str, reason: str) -> KnownGoodView:
        """Ends a known-good entry."""
        text = self._ask("POST", f"/v1/known-good/{_part(entry)}/withdraw", {"by": by, "reason": reason})
        return KnownGoodView.model_validate_json(text)

    # ---- the world

    def change_world(
        self,
        add: Mapping[str, Iterable[LineGiven]] | None = None,
        remove: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    ) -> WorldChanged:
        """Adds and removes rows, all of them or none."""
        body = {
            "add": {table: list(_lines(rows, floats=False)) for table, rows in (add or {}).items()},
            "remove": {table: list(_lines(rows, floats=False)) for table, rows in (remove or {}).items()},
        }
        return WorldChanged.model_validate_json(self._ask("POST", "/v1/world", body, of_world=True))

    def health(self) -> Health:
        """Whether orders are answered, and by which world."""
        return self._get(Health, "/readyz")

    # ---- requests

    def _post_screening(self, orders: OrdersGiven, as_of: date | None, posture: str | None, each: bool) -> bytes:
        body: dict[str, Any] = {"orders": list(_lines(orders)), "each": each}
        body |= {"as_of": as_of} if as_of is not None else {}
        return self._ask("POST", "/v1/screen", body | ({"posture": posture} if posture is not None else {}))

    def _finish(self, reservation: str, act: str, by: str | None, reason: str) -> ReservationView:
        body = {"reason": reason, **({"by": by} if by is not None else {})}
        text = self._ask("POST", f"/v1/reservations/{_part(reservation)}/{act}", body)
        return ReservationView.model_validate_json(text)

    def _get(self, model: type[_M], path: str, asked: Mapping[str, str] | None = None) -> _M:
        return model.model_validate_json(self._ask("GET", path, asked=asked))

    def _ask(
        self,
        method: str,
        path: str,
        body: object = None,
        asked: Mapping[str, str] | None = None,
        of_world: bool = False,
    ) -> bytes:
        sent = None if body is None else json.dumps(body, default=plain, ensure_ascii=False).encode()
        headers = {} if sent is None else {"Content-Type": "application/json"}
        try:
            given = self._http.request(method, path, content=sent, params=asked, headers=headers)
        except httpx.HTTPError as wrong:
            told = f"the service at {self._http.base_url} does not answer: {wrong}"
            raise ServiceError(0, "unreachable", told) from None
        if not given.is_success:
            _refuse(given, of_world)
        return given.content


def _lines(orders: OrdersGiven, floats: bool = True) -> Iterator[Any]:
    """Lines as JSON has them: numbers as exact text, what was read as a row by its content."""
    one = isinstance(orders, Mapping | Row) or not isinstance(orders, Iterable)
    for number, line in enumerate([orders] if one else orders, 1):
        if isinstance(line, Row):
            yield json.loads(line.content)
        elif isinstance(line, Mapping):
            try:
                yield dict(marked_row(line, number, floats))
            except InputError as wrong:
                raise (OrderError if floats else InputError)(wrong.problems) from None
        else:
            yield line


def _part(text: str) -> str:
    return quote(text, safe="")


def _refuse(given: httpx.Response, of_world: bool) -> NoReturn:
    try:
        told = given.json()
        code, detail, each = str(told["code"]), str(told["detail"]), told.get("problems") or ()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ServiceError(given.status_code, "fault", f"the service answered {given.status_code}") from None
    if each:
        problems = [_problem(one) for one in each]
        raise InputError(problems) if of_world else OrderError(problems)
    if code in LEDGER_CODES:
        more = {name: str(told.get(name) or "") for name in ("account", "room", "asked", "unit")}
        raise LedgerError(code, detail, **more)
    raise ServiceError(given.status_code, code, detail, given.headers.get("Retry-After", ""))


def _problem(told: Mapping[str, Any]) -> OrderProblem:
    about = About(told["order"], told["field"], told["code"], told["hint"])
    return OrderProblem(NO_FILE, told["line"], told["message"], about=about)
