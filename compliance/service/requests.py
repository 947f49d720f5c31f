"""What is asked and answered over HTTP, as models; what an order holds is `compliance.Order`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from compliance.answers.answer import Answer
from compliance.world.schema.schema_words import DAY, DAY_PATTERN
from compliance.world.schema.tables import Order

Posture = Literal["as-written", "as-enforced", "both"]
DayText = Annotated[str, Field(pattern=DAY_PATTERN), WithJsonSchema(DAY)]
_ORDER = Order.model_json_schema()
_NUMBERS = ("quantity", "value_usd")


def _line_schema() -> dict[str, Any]:
    """The schema of a line, in which numbers may be numbers too."""
    told = {**_ORDER, "properties": {**_ORDER["properties"]}}
    for name in _NUMBERS:
        told["properties"][name] = {"anyOf": [told["properties"][name], {"type": "number"}]}
    return told


Lines = Annotated[list[Any], WithJsonSchema({"type": "array", "minItems": 1, "items": _line_schema()})]
"""Lines of an order, as `compliance.Order` reads them; the library says what is wrong with them."""
Rows = dict[str, list[dict[str, Any]]]
PersonName = Annotated[str, Field(min_length=1, max_length=200)]
_EXAMPLE_LINE: Any = {
    "id": "po-1", "date": "2026-11-20", "consignee": "harimau-sg", "to_country": "SG", "chip": "H100", "quantity": 8,
}  # fmt: skip


class RequestBody(BaseModel):
    """A body."""

    model_config = ConfigDict(extra="forbid")


class ScreenRequest(RequestBody):
    """Lines that count together, or with `each` every line as if it were alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"orders": [_EXAMPLE_LINE]}]})

    orders: Lines
    each: bool = False
    as_of: DayText | None = None
    posture: Posture | None = None


class HeadroomRequest(RequestBody):
    """Of which chip for whom; a consignee or an operator is named."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"chip": "H100", "consignee": "harimau-sg"}]})

    chip: str
    consignee: str | None = None
    operator: str | None = None
    country: str | None = None
    site: str | None = None
    exporter: str | None = None
    end_user: str | None = None
    authorization: str | None = None
    as_of: DayText | None = None
    posture: Posture | None = None


class ReservationRequest(RequestBody):
    """The same key again is the same reservation. Without `expires` it holds for two weeks."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key": "po-1/2026-11-20", "orders": [_EXAMPLE_LINE]}]})

    key: Annotated[str, Field(min_length=1, max_length=500)]
    orders: Lines
    expires: datetime | None = None


class ActRequest(RequestBody):
    """Who does it, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "A. Rahman", "reason": "customer withdrew"}]})

    by: PersonName
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    code: str = ""
    """The reason code of a release (`resolved` where none is given) or a rejection."""


class CommitRequest(RequestBody):
    """Who does it, and why; both may be left out: the key is on record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "A. Rahman", "reason": "shipped"}]})

    by: PersonName | None = None
    reason: Annotated[str, Field(max_length=2_000)] = ""


class AmendRequest(RequestBody):
    """Other lines of the same purchase for an open reservation; the same key again changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"key": "po-1/amended", "orders": [{**_EXAMPLE_LINE, "quantity": 4}], "reason": "half of it"}]
        }
    )

    key: Annotated[str, Field(min_length=1, max_length=500)]
    orders: Lines
    by: PersonName | None = None
    reason: Annotated[str, Field(max_length=2_000)] = ""


class ReturnRequest(RequestBody):
    """What came back of what was committed, by account in its unit; without `amounts` all of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key": "po-1/returned", "reason": "goods came back"}]})

    key: Annotated[str, Field(min_length=1, max_length=500)]
    amounts: dict[str, str] | None = None
    by: PersonName | None = None
    reason: Annotated[str, Field(max_length=2_000)] = ""


class KnownGoodRequest(RequestBody):
    """That a subject was found harmless, on which facts that rests, until when, why, and by whom."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject": "party/harimau-sg", "facts": {"address": "1 Raffles Place"},
                    "until": "2099-06-30T00:00:00Z", "code": "false_match", "reason": "another company of that name",
                    "by": "A. Rahman",
                }
            ]
        }
    )  # fmt: skip

    subject: Annotated[str, Field(min_length=1, max_length=500)]
    facts: dict[str, str]
    until: datetime
    code: str
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    by: PersonName


class WorldRequest(RequestBody):
    """Rows that are added, and values of rows that go, by table; all of them or none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"add": {"companies": [{"id": "new-buyer", "name": "New Buyer GmbH", "headquarters": "DE"}]}}]
        }
    )

    add: Rows = {}
    remove: Rows = {}


# ---- answers


class ResponsePart(BaseModel):
    """A part of an answer of the service."""

    model_config = ConfigDict(extra="forbid")


class AccountTaken(ResponsePart):
    """What a reservation takes of an account, and what is left there after it."""

    account: str
    taken: str
    room: str
    unit: str
    binds: bool


class VerdictView(ResponsePart):
    """The decision about an order by standing; or why the world cannot read it, or that it shipped."""

    enforced: str | None = None
    written: str | None = None
    summary: str | None = None
    problem: str | None = None
    shipped: bool = False


class ReservationView(ResponsePart):
    """A reservation, the decision that was last found of it, and the hold for which it waits or that stopped it.

    It cannot be committed while `hold` names one.
    """

    id: str
    key: str
    state: str
    accounts: list[AccountTaken]
    by: str
    at: str
    expires: str | None
    changed: str
    revision: int
    decision: VerdictView
    hold: str | None


class ReservationAnswer(ReservationView):
    """A reservation with the answer to its orders, as they were screened when it was made."""

    answer: Answer


class BalanceView(ResponsePart):
    """What of an account is used on record, reserved, committed and left."""

    account: str
    unit: str
    binds: bool
    standing: str
    limit: str
    used: str
    reserved: str
    committed: str
    left: str


class Balances(ResponsePart):
    """Balances by name."""

    at: str | None
    balances: list[BalanceView]


class ActView(ResponsePart):
    """Who did what about a decision, when and why."""

    record: int
    at: str
    act: str
    by: str
    key: str
    reason: str
    code: str
    hold: str
    state: str
    level: str


class HoldView(ResponsePart):
    """What waits for somebody: a decision (`decision/17`) or a reservation by its id."""

    id: str
    subject: str
    decision: str
    state: str
    level: int
    at: str
    changed: str


class HoldQueue(ResponsePart):
    """The strictest first, of these the oldest."""

    holds: list[HoldView]


class KnownGoodView(ResponsePart):
    """What somebody found harmless, and what became of that."""

    id: str
    subject: str
    facts: dict[str, Any]
    state: str
    by: str
    second: str | None
    code: str
    reason: str
    at: str
    until: str


class KnownGoodList(ResponsePart):
    """Entries, those of a subject in the order in which they were made."""

    entries: list[KnownGoodView]


class DecisionRecord(BaseModel):
    """A decision as it is on record, with its state and what was done about it."""

    id: str
    at: str
    kind: str
    state: str
    hash: str
    acts: list[ActView]
    record: dict[str, Any]


class DecisionPage(ResponsePart):
    """Decisions in their order; `next` is what to give as `after` for those that follow."""

    decisions: list[DecisionRecord]
    next: int | None


class WorldChanged(ResponsePart):
    """The world after a change, and what of reservations and accounts is another than before."""

    revision: int
    sha256: str
    as_of: str
    changed: list[dict[str, Any]]


class Health(ResponsePart):
    """Whether the service is there, and by which world it answers."""

    status: Literal["ok", "unavailable"]
    version: str
    revision: int | None = None
    as_of: str | None = None
    world: str | None = None
    reason: str | None = None
