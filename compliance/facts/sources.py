"""The tables that rules may speak of, with the kind of each column; how a rule's path reads on.

`lines` are shipments (and, in screening, orders); `installed` is what stands on the day, `capacity` the power of sites,
`services` rented compute, `transfers` and `stored` model weights, `models`, `authorizations` and `listed` holders.

A kind says how a column is compared and what may follow it in a path: `party`, `site`, `model`, `chip` and `place`
lead to attributes of their own at the row's date. A column of kind `place`, `names` or `party` may hold several
possible values (a parent that is not determined), side by side, parted by `SEPARATOR`; nothing at all is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "flag", "date", "place", "names", "party", "site", "model", "chip", "amount"]
SEPARATOR = "\x1f"  # INVARIANT: no id and no country holds a control character (world.fields refuses them)
UNKNOWN = "?"  # one of several possible places that is itself not known
TPP = BANDWIDTH = 1000  # thousandths
WATTS = 10**6  # a megawatt
SHARES = 10**24  # of one: as fine as sums of 38 digits have room for


@dataclass(frozen=True)
class Column:
    """A column of a source: how it is read, and for amounts their unit and how many steps of the column make one."""

    kind: Kind
    scale: int = 1
    unit: str = ""
    meaning: str = ""


def _columns(**told: str) -> dict[str, Column]:
    """Columns by name, each told as `KIND: MEANING`, amounts as `amount in UNIT xSCALE: MEANING`."""
    found = {}
    for name, text in told.items():
        head, _, meaning = text.partition(": ")
        kind, _, unit = head.partition(" in ")
        unit, _, scale = unit.partition(" x")
        found[name] = Column(kind, int(scale or 1), unit, meaning)  # type: ignore[arg-type]
    return found


_ROW = {
    "table": "text: the table of the world that the row is of",
    "id": "text: the id of the row there",
    "date": "date: the day by whose law, stakes and lists it is judged",
    "ordered": "flag: it is of the order that is screened",
}
_POWER = {
    "it_mw": f"amount in MW x{WATTS}: power of its computers",
    "facility_mw": f"amount in MW x{WATTS}: power of the whole facility",
}

SOURCES: dict[str, dict[str, Column]] = {
    "lines": _columns(
        **_ROW,
        purchase="text: the purchase; of a line without one its own id",
        exporter="party: who sends the chips",
        from_country="place: where they are sent from",
        purchaser="party: who buys them",
        intermediate_consignee="party: who receives them on the way",
        consignee="party: who receives them",
        end_user="party: who uses them; the consignee where nobody is named",
        operator="party: who runs them; the end user where nobody is named",
        site="site: the site that they go to",
        to_country="place: where they go",
        chip="chip: what is sent; a product is a line for each kind of chip in it",
        mixed="flag: it is of a product that holds several kinds of chips",
        quantity="amount in units: how many chips",
        movement="text: export, reexport, transfer or domestic",
        authorization="text: what the line claims, such as license, LPP or none",
        licensed="flag: a granted license covers it",
        charged_to="party: the company whose allowance it is charged to",
        forwarder="party: who carries them",
        payer="party: who pays",
        payer_country="place: where the payment comes from",
        end_use_country="place: where they are used",
        counts="flag: it counts in totals, and stands in for no other line",
        status="text: firm, enquiry or shipped",
        year="text: the calendar year of its date",
        payer_changed="date: the day on which the payer last changed",
        description="text: what its papers call it",
        invoice_item="text: what its invoice calls it",
        eccn="text: the number of the Commerce Control List under which it is declared",
        replaces="text: the line in whose place it is sent",
        described_as_item="flag: its description names what was ordered",
        invoiced_as_item="flag: its invoice names what was ordered",
        value_usd="amount in dollars: what it is worth",
    ),
    "installed": _columns(
        **_ROW,
        site="site: where they stand",
        country="place: the country of the site",
        holder="party: whose they are; the site's owner or operator where nobody is named",
        operator="party: who runs the site",
        customer="party: who rents at the site, one of several where several do; its operator where nobody does",
        chip="chip: what stands there",
        quantity="amount in units: how many chips",
        status="text: installed or boxed",
        since="date: the day since when they stand",
    ),
    "capacity": _columns(
        **_ROW,
        site="site: the site",
        country="place: its country",
        operator="party: who runs it; its owner where nobody is named",
        owner="party: whose it is; its operator where nobody is named",
        customer="party: who rents there, one of several where several do; its operator where nobody does",
        **_POWER,
    ),
    "services": _columns(
        **_ROW,
        provider="party: who rents out the compute",
        customer="party: who rents it",
        site="site: where it runs",
        job="text: the job that it runs",
        run="text: the model that it trains, else the job, else the service",
        purpose="text: training, inference or synthetic_data",
        model="model: the model that it is for",
        operations="amount in operations: how many it takes",
        chip="chip: what is rented",
        quantity="amount in units: how many chips",
        workload_visibility="text: what the provider sees of the work: none, metadata or full",
    ),
    "transfers": _columns(
        **_ROW,
        model="model: the model whose weights are sent",
        from_party="party: who sends them",
        to_party="party: who receives them",
        from_country="place: where they are sent from",
        to_country="place: where they go",
        site="site: the site that they go to",
    ),
    "stored": _columns(
        **_ROW,
        model="model: the model whose weights are stored",
        country="place: where they are stored",
        site="site: the site at which they are stored",
        holder="party: who holds them",
        where="text: the site, else the country",
    ),
    "models": _columns(**_ROW, model="model: the model", developer="party: who made it"),
    "synthetic": _columns(
        **_ROW,
        model="model: the model that trains on the data",
        source_model="model: the model that made them",
        share=f"amount in percent x{SHARES // 100}: the part of the training operations that train on them",
        operations="amount in operations: how many were spent to make them",
        published="flag: the data are published",
        own_base="flag: the maker is the model itself or one of its bases",
    ),
    "authorizations": _columns(
        **_ROW,
        holder="party: who has it or applies for it",
        kind="text: what it is, such as license, UVEU or NVEU",
        country="place: the country for which it is",
        state="text: applied, granted, denied, suspended or revoked",
    ),
    "half_years": _columns(
        **_ROW,
        party="party: the validated end user",
        list="text: the list on which it stands, such as UVEU",
        country="place: the country for which it is listed",
        half="text: the half-year, such as 2025-H1",
        ended="date: the last day of the half-year",
        begun="flag: the listing is known to have begun by then",
        reported="flag: a report was made after it",
    ),
    "listed": _columns(
        **_ROW,
        party="party: who is listed",
        list="text: the list",
        country="place: the country for which it is listed",
    ),
    "dealings": _columns(
        **_ROW,
        party="party: one party of the dealing, each once",
        role="text: what it is in it, such as consignee and end user",
        movement="text: export, reexport, transfer, domestic, service or weights",
        from_country="place: where it comes from",
        to_country="place: where it goes",
        exporter="party: who sends, rents out or hands over",
        licensed="flag: a granted license covers it",
        chip="chip: what is sent or rented",
        quantity="amount in units: how many chips",
        value_usd="amount in dollars: what it is worth",
    ),
    "inspections": _columns(
        **_ROW,
        site="site: the site that was inspected",
        chip="chip: the chip that was counted",
        seen="amount in units: how many were seen",
        boxed="amount in units: how many were in boxes",
        powered="amount in units: how many had power",
        delivered="amount in units: how many were delivered before it",
        last_delivery="date: the day of the last delivery before it",
    ),
    "serials": _columns(
        **_ROW,
        serial="text: the serial number",
        site="site: where the line went, or the inspection saw it",
        line="text: the line that names it; not stated of an inspection",
        movement="text: the movement of that line",
    ),
}

NEVER_FALSE = ("certified.", "begun")
"""Beginnings of the names of flags that are true or not known: what is not on record is not refused."""
ORDERED = frozenset({"lines", "installed", "capacity", "dealings", "serials"})
"""The sources into which an order comes: no rule on another can change with it."""
SHIPPED = frozenset({"lines", "dealings", "inspections", "serials"})
"""The sources into which shipments come."""

ENTITIES: dict[str, dict[str, Column]] = {
    "chip": _columns(
        tpp=f"amount in TPP x{TPP}: total processing performance of one",
        zone="text: its control zone on the day: a, b or none",
        data_center="flag: it is designed or marketed for data centers",
        power_mw=f"amount in MW x{WATTS}: power of one, with its share of the site",
        memory_bandwidth_gbs=f"amount in GB/s x{BANDWIDTH}: memory bandwidth",
        designer_country="place: where its designer is",
    ),
    "site": _columns(
        country="place: its country",
        address="text: its address",
        operator="party: who runs it",
        owner="party: whose it is",
        veu_security="flag: it complies with paragraphs 14, 15 and 18 of supplement no. 10 to part 748",
        **_POWER,
    ),
    "model": _columns(
        weights="text: open or closed on the day of the row",
        developer="party: who made it",
        published="date: the day on which its weights were published",
        operations="amount in operations: its training, that of its bases and the tuning together",
        training_ops="amount in operations: its own training, as recorded",
        tuning_ops="amount in operations: tuning of its base",
        base="model: the model that it was derived from",
        root="model: the first of the models that it was derived from",
    ),
}
DATED_ENTITIES = ("chip", "model")

PARTY: dict[str, Column] = _columns(
    headquarters="place: where its seat is",
    **{"parent.headquarters": "place: where the seat of its ultimate parent is"},
    parent="names: its ultimate parent; several where it is not determined",
    family="names: the ultimate parent by which its family is named",
    kind="text: company or person",
    activity="text: cloud, reseller, forwarder, manufacturer, bank, government or other",
    jurisdiction="place: under whose law it was made",
    business="text: what it says that it does",
    address="text: its address",
    website="text: its website; none where it has none",
    email="text: its address for mail",
    email_domain="text: what stands behind the @ of it",
    phone_elsewhere="flag: its telephone number is of another country",
    incorporated="date: the day on which it was made",
    reactivated="date: the day of its revival",
    last_filing="date: the day of its last filing",
    employees="amount in people: its staff",
    capital_usd="amount in dollars: its capital",
)
"""Attributes of a party at a date."""
PARTY_NAMED: dict[str, Column] = _columns(
    listed="flag: LIST; it is on the list",
    once="flag: LIST; it was on the list on an earlier day and is no longer",
    kin="flag: LIST; it is of the family of a party on the list",
    listed_kin="names: LIST; the parties on the list in its family",
    shares_address="flag: LIST; it has the address of a party on the list",
    shares_people="flag: LIST; somebody with a role in it has or had one in a party on the list",
    takes_over="flag: LIST; it takes over the orders of a party on the list",
    captured="flag: TEST; the test of ownership captures it",
    limb="text: TEST; by what the test captures it: listed, ownership or control",
    owners="text: TEST; the listed owners by whom the test captures it",
    policy="text: TEST; the strictest license review policy of those owners",
    flagged="flag: FLAG; a test of ownership raises the flag about it",
    restructured="flag: DAYS; its ultimate parent changed within so many days",
    left_listed="flag: DAYS; it left the hands of a party within so many days of that party's listing",
    held_from="flag: LIST; somebody who sits in a country of the list holds a stake in it",
    signed="flag: PATTERN; a search for patterns found it in one, and nobody dismissed it",
    sign_group="names: PATTERN; the groups in which a search found it",
    sign_flag="flag: FLAG; a search raised the flag about it",
)
"""Attributes of a party at a date that take a name behind them, told first: `listed.LIST`, `restructured.DAYS`."""
ROW_NAMED: dict[str, Column] = _columns(
    certified="flag: KIND; a certification of the kind is on record for the row; never false",
    permitted="flag: LIST; a party of the row, or of its family, is listed for the destination",
)
"""What else may be asked of a row, with a name behind it."""
PLACE_NAMED: dict[str, Column] = _columns(arranged="flag: KIND; an arrangement of the kind holds with the country")
"""What may be asked of a country, with a name behind it; `{in: LIST}` asks whether it is on a list."""


def party_column(attribute: str) -> Column | None:
    """The column of an attribute of a party, such as `headquarters` or `listed.LIST`; `None` where there is none."""
    word, _, name = attribute.partition(".")
    return PARTY.get(attribute) or (PARTY_NAMED.get(word) if name else None)
