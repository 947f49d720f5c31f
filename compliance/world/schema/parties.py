"""Tables of who there is and who owns, runs and lists whom: contracts section 3, in its order."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from compliance.units import Interval
from compliance.world.schema.field_kinds import (
    CompanyId,
    Count,
    Country,
    Day,
    Id,
    LargeAmount,
    PartyId,
    Percent,
    Several,
    Text,
    Truth,
)
from compliance.world.schema.row import Row

Activity = Literal["cloud", "reseller", "forwarder", "manufacturer", "bank", "government", "other"]
TieKind = Literal["family", "nominee", "joint_arrangement", "former_parent", "former_employer", "takes_over_orders"]
Interest = Literal["shares", "votes"]
INTERESTS: tuple[Interest, ...] = ("shares", "votes")
Means = Literal["board_majority", "board_seat", "agreement", "wishes", "signatory", "accounting_parent"]
ANY_PERCENT = Interval(Fraction(0), Fraction(100))


class Company(Row):
    """A company; `website`, `email` or `phone` is `none` where it is known that there is none."""

    table = "companies"
    key = ("id",)

    id: Id
    name: Text | None = None
    aliases: Several = ()
    jurisdiction: Country | None = None
    headquarters: Country | None = None
    incorporated: Day | None = None
    dissolved: Day | None = None
    reactivated: Day | None = None
    last_filing: Day | None = None
    address: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    website: Text | None = None
    lei: Id | None = None
    registration: Id | None = None
    employees: Count | None = None
    capital_usd: LargeAmount | None = None
    registered_agent: Text | None = None
    activity: Activity | None = None
    business: Text | None = None
    exchange_listed: Truth | None = None


class Headquarters(Row):
    """Where a company's seat was; overrides `companies.headquarters` by date."""

    table = "headquarters"

    company: CompanyId
    country: Country
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Person(Row):
    """A natural person."""

    table = "people"
    key = ("id",)

    id: Id
    name: Text | None = None
    aliases: Several = ()
    nationality: Country | None = None
    residence: Country | None = None
    born: Day | None = None


class Role(Row):
    """What a person does in a company, such as `director` or `signatory`."""

    table = "roles"

    person: PartyId
    company: CompanyId
    role: Text
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Stake(Row):
    """A share of a company in percent; without `owner` a holder exists and is not identified."""

    table = "stakes"

    owner: PartyId | None = None
    owned: CompanyId
    percent: Percent = Field(default=ANY_PERCENT, json_schema_extra={"default": "unknown"})
    interest: Interest = "shares"
    price_usd: LargeAmount | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    known_from: Day | None = None
    source: Text | None = None


class Control(Row):
    """Control of a company by other means than a majority of stakes."""

    table = "controls"

    controller: PartyId
    company: CompanyId
    means: Means
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    source: Text | None = None


class Tie(Row):
    """A tie between two parties that is no stake, read as `party` is the KIND of, or has for its KIND, `other`.

    - `former_parent`: `party` is the company, `other` the parent that it had (`party: spun-off, other: seller`).
    - `takes_over_orders`: `party` buys in place of `other`, whose orders it takes over.
    - `nominee`: `party` is the nominee, who holds or acts for `other`.
    - `former_employer`: `party` is the person, `other` the company where that person worked.
    - `family` and `joint_arrangement`: both sides are alike.

    A row the other way round looks like a right one: where a listed party stands on either side, it is asked about.
    """

    table = "ties"

    party: PartyId = Field(description="who has the tie: the spun-off company, the new buyer, the nominee, the person")
    other: PartyId = Field(description="to whom: the former parent, the old buyer, the principal, the former employer")
    kind: TieKind
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    source: Text | None = None


class Listing(Row):
    """That a party stands on a list, such as `EntityList`."""

    table = "listings"

    party: PartyId
    list: Text
    program: Text | None = None
    license_policy: Text | None = None
    country: Country | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class ScreeningList(Row):
    """A list of which the world holds the rows in `listings`, with its day; one that names no party of the world too.

    `rows` is how many entries the list itself had.
    """

    table = "screening_lists"

    list: Text
    as_of: Day | None = None
    source: Text | None = None
    rows: Count | None = None
