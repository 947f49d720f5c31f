"""The tables that rules may speak of, with the kind of each column; how a rule's path reads on.

`lines` are shipments (and, in screening, orders); `installed` is what stands on the day, `capacity` the power of sites,
`services` rented compute, `transfers` and `stored` model weights, `models`, `authorizations` and `listed` holders.

A kind says how a column is compared and what may follow it in a path: `party`, `site`, `model`, `chip` and `place`
lead to attributes of their own at the row's date. A column of kind `place` or `names` may hold several possible values
(a parent that is not determined): they stand side by side, parted by `SEPARATOR`; nothing at all is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "flag", "date", "place", "names", "party", "site", "model", "chip", "amount"]

SEPARATOR = "\x1f"  # INVARIANT: no id and no country holds a control character (world.fields refuses them)
UNKNOWN = "?"  # one of several possible places that is itself not known

TPP = 1000  # thousandths
WATTS = 10**6  # a megawatt


@dataclass(frozen=True)
class Column:
    """A column of a source: how it is read, and for amounts how many of its units make one."""

    kind: Kind
    scale: int = 1


def _columns(**kinds: str) -> dict[str, Column]:
    found = {}
    for name, word in kinds.items():
        kind, _, scale = word.partition("/")
        found[name] = Column(kind, int(scale or 1))  # type: ignore[arg-type]
    return found


_ROW = {"table": "text", "id": "text", "date": "date", "ordered": "flag"}

SOURCES: dict[str, dict[str, Column]] = {
    "lines": _columns(
        **_ROW, purchase="text", exporter="party", from_country="place", purchaser="party",
        intermediate_consignee="party", consignee="party", end_user="party", operator="party", site="site",
        to_country="place", chip="chip", quantity="amount", movement="text", authorization="text",
        licensed="flag", charged_to="party", forwarder="party", payer="party", payer_country="place",
        end_use_country="place", counts="flag", status="text", year="text", payer_changed="date", description="text",
        invoice_item="text", described_as_item="flag",
        invoiced_as_item="flag", value_usd="amount",
    ),
    "installed": _columns(
        **_ROW, site="site", country="place", holder="party", operator="party", chip="chip", quantity="amount",
        status="text", since="date",
    ),
    "capacity": _columns(
        **_ROW, site="site", country="place", operator="party", owner="party", it_mw=f"amount/{WATTS}",
        facility_mw=f"amount/{WATTS}",
    ),
    "services": _columns(
        **_ROW, provider="party", customer="party", site="site", job="text", run="text", purpose="text",
        model="model", operations="amount", chip="chip", quantity="amount", workload_visibility="text",
    ),
    "transfers": _columns(
        **_ROW, model="model", from_party="party", to_party="party", from_country="place", to_country="place",
        site="site",
    ),
    "stored": _columns(**_ROW, model="model", country="place", site="site", holder="party", where="text"),
    "models": _columns(**_ROW, model="model", developer="party"),
    "synthetic": _columns(**_ROW, model="model", source_model="model", share="amount/10000", operations="amount",
                          published="flag", own_base="flag"),
    "authorizations": _columns(**_ROW, holder="party", kind="text", country="place", state="text"),
    "half_years": _columns(
        **_ROW, party="party", list="text", country="place", half="text", ended="date", begun="flag",
        reported="flag",
    ),
    "listed": _columns(**_ROW, party="party", list="text", country="place"),
    "dealings": _columns(
        **_ROW, party="party", role="text", movement="text", from_country="place", to_country="place",
        exporter="party", licensed="flag", chip="chip", quantity="amount", value_usd="amount",
    ),
    "inspections": _columns(
        **_ROW, site="site", chip="chip", seen="amount", boxed="amount", powered="amount", delivered="amount",
        last_delivery="date",
    ),
    "serials": _columns(**_ROW, serial="text", site="site", line="text", movement="text"),
}  # fmt: skip

NEVER_FALSE = ("certified.", "begun")
"""Beginnings of the names of flags that are true or not known: what is not on record is not refused."""
ORDERED = frozenset({"lines", "installed", "capacity", "dealings", "serials"})
"""The sources into which an order comes: no rule on another can change with it."""

SHIPPED = frozenset({"lines", "dealings", "inspections", "serials"})
"""The sources into which shipments come."""

ENTITIES: dict[str, dict[str, Column]] = {
    "chip": _columns(tpp=f"amount/{TPP}", zone="text", data_center="flag", power_mw=f"amount/{WATTS}",
                     memory_bandwidth_gbs="amount", designer_country="place"),
    "site": _columns(country="place", operator="party", owner="party", it_mw=f"amount/{WATTS}",
                     facility_mw=f"amount/{WATTS}"),
    "model": _columns(weights="text", developer="party", published="date", operations="amount",
                      training_ops="amount", tuning_ops="amount", base="model", root="model"),
}  # fmt: skip
DATED_ENTITIES = ("chip",)

# Attributes of a party at a date. Some take a name: of a list (`listed`, `once` on an earlier day, `kin`, `listed_kin`,
# `shares_address`, `shares_people`), of a test of ownership (`captured`, `limb`, `owners`, `policy`), of a flag
# (`flagged`); `restructured` and `left_listed` take a number of days.
PARTY: dict[str, Column] = _columns(
    headquarters="place", **{"parent.headquarters": "place"}, parent="names", family="names", kind="text",
    activity="text", jurisdiction="place", business="text", website="text", email="text", email_domain="text",
    phone_elsewhere="flag", incorporated="date", reactivated="date", last_filing="date", employees="amount",
    capital_usd="amount",
)  # fmt: skip
PARTY_NAMED: dict[str, Column] = _columns(
    listed="flag", once="flag", kin="flag", listed_kin="names", shares_address="flag", shares_people="flag",
    captured="flag", flagged="flag", limb="text", owners="text", policy="text", restructured="flag", left_listed="flag",
)  # fmt: skip


def party_column(attribute: str) -> Column | None:
    """The column of an attribute of a party, such as `headquarters` or `listed.LIST`; `None` where there is none."""
    word, _, name = attribute.partition(".")
    return PARTY.get(attribute) or (PARTY_NAMED.get(word) if name else None)


def sources() -> tuple[str, ...]:
    """The tables that a rule or measure may be `of`."""
    return tuple(SOURCES)
