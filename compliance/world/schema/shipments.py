"""Tables of what is ordered and shipped, and under which papers: contracts section 3."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from compliance.world.schema.field_kinds import (
    Country,
    Day,
    EventDay,
    Id,
    LargeAmount,
    LineId,
    OrderId,
    Party,
    PartyId,
    Several,
    SiteId,
    Text,
    Units,
)
from compliance.world.schema.row import Row

AuthorizationKind = Literal[
    "license", "LPP", "AIA", "ACM", "ACA", "NAC", "RPL", "TMP", "GOV", "TSU", "HBM", "STA", "NVEU", "UVEU"
]
ClaimedAuthorization = Literal[AuthorizationKind, "none"]
CertificationKind = Literal[AuthorizationKind, "end_user_statement", "uvl_statement", "kyc", "report", "notice"]


class Shipment(Row):
    """A line of a shipment; `end_user` and `operator` are as given, `None` where others stand in for them."""

    table = "shipments"
    key = ("id",)

    id: Id
    date: EventDay
    purchase: Text | None = None
    line: Text | None = None
    exporter: Party | None = None
    from_country: Country | None = None
    purchaser: Party | None = None
    intermediate_consignee: Party | None = None
    consignee: Party | None = None
    end_user: Party | None = None
    operator: Party | None = None
    site: SiteId | None = None
    to_country: Country
    chip: Text
    quantity: Units
    movement: Literal["export", "reexport", "transfer", "domestic"] = "export"
    authorization: ClaimedAuthorization | None = None
    authorization_id: Text | None = None
    charged_to: Party | None = None
    certifications: Several = ()
    forwarder: Party | None = None
    payer: Party | None = None
    payer_country: Country | None = None
    payer_changed: Day | None = None
    description: Text | None = None
    invoice_item: Text | None = None
    eccn: Text | None = None
    end_use: Text | None = None
    end_use_country: Country | None = None
    value_usd: LargeAmount | None = None
    serials: Several = ()
    replaces: LineId | None = None
    status: Literal["firm", "enquiry", "shipped", "cancelled", "refused"] | None = None


class Order(Shipment):
    """A line that is not shipped yet; screening takes it for a shipment of its date."""

    table = "orders"

    id: OrderId


class Authorization(Row):
    """A license or other authorization, applied for or decided; `limit_tpp` in TPP."""

    table = "authorizations"
    key = ("id",)

    id: Id
    holder: PartyId
    kind: AuthorizationKind
    country: Country | None = None
    state: Literal["applied", "granted", "denied", "suspended", "revoked"] | None = None
    limit_tpp: LargeAmount | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Arrangement(Row):
    """What a country has agreed on with the United States."""

    table = "arrangements"

    country: Country
    kind: Literal["government_to_government"]
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Certification(Row):
    """A paper that a party has given."""

    table = "certifications"

    kind: CertificationKind
    party: PartyId
    shipment: Id | None = None
    date: EventDay | None = None
    to: Day | None = None
