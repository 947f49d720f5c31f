"""Catalogue of source tables: the kind of each column, and how a rule's path continues from it.

A kind says how a column is compared and what may follow it in a path: `party`, `site`, `model`, `chip` and `place`
lead to attributes of their own at the row's date. A column of kind `place`, `names` or `party` may hold several
possible values (a parent that is not determined), joined by `SEPARATOR`; an empty value is not known.
"""

from __future__ import annotations

from compliance.sources.column_types import BANDWIDTH, SHARES, TPP, WATTS, Column, read_columns

_ROW = {
    "table": "text: the table of the world that the row is of",
    "id": "text: the id of the row there",
    "date": "date: the day by whose law, stakes and lists it is judged",
    "ordered": "flag: it is of the order that is screened",
}
_IT, _FACILITY = (f"amount in MW x{WATTS}: power of {what}" for what in ("its computers", "the whole facility"))
_POWER = {"it_mw": _IT, "facility_mw": _FACILITY}

SOURCES: dict[str, dict[str, Column]] = {
    "lines": read_columns(
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
        to_country="place: where they are said to go",
        destination="place: where they end, one of several where the site or the end use is in another country than "
        "the one that they are said to go to",
        elsewhere="place: the country of the site or of the end use, where that is another than the one that they are "
        "said to go to; not stated where it is not",
        chip="chip: what is sent; a product is a line for each kind of chip in it",
        mixed="flag: it is of a product that holds several kinds of chips",
        quantity="amount in units: how many chips",
        movement="text: export, reexport, transfer (inside a foreign country, to another end use or end user) or "
        "domestic (inside one country, neither changed)",
        authorization="text: what the line claims, such as license, LPP or none",
        licensed="flag: a granted license covers it",
        charged_to="party: the company whose allowance it is charged to",
        forwarder="party: who carries them",
        payer="party: who pays",
        payer_country="place: where the payment comes from",
        end_use="text: what they are said to be used for",
        end_use_country="place: where they are used",
        counts="flag: it counts in totals, and stands in for no other line that does",
        status="text: firm, enquiry or shipped",
        year="text: the calendar year of its date",
        payer_changed="date: the day on which the payer last changed",
        description="text: what its papers call it",
        invoice_item="text: what its invoice calls it",
        eccn="text: the number of the Commerce Control List under which it is declared",
        replaces="text: the line in whose place it is sent",
        replacement="text: what it is beside the line that it replaces: like_for_like, more (or to another country, "
        "consignee or end user), unclear, or of_nothing where that line does not count",
        described_as_item="flag: its description names what was ordered",
        invoiced_as_item="flag: its invoice names what was ordered",
        papers_chip="chip: the chip that its description or invoice names and that is not of what was ordered, the "
        "strictest of several; not stated where they name none, or name the item too and no stricter one",
        value_usd="amount in dollars: what it is worth",
    ),
    "installed": read_columns(
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
    "capacity": read_columns(
        **_ROW,
        site="site: the site",
        country="place: its country",
        operator="party: who runs it; its owner where nobody is named",
        owner="party: whose it is; its operator where nobody is named",
        customer="party: who rents there, one of several where several do; its operator where nobody does",
        chip="chip: what an order adds there; not stated of a site on record",
        **_POWER,
    ),
    "services": read_columns(
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
        running="flag: it runs on the day that is asked about",
    ),
    "transfers": read_columns(
        **_ROW,
        model="model: the model whose weights are sent",
        from_party="party: who sends them",
        to_party="party: who receives them",
        from_country="place: where they are sent from",
        to_country="place: where they go",
        site="site: the site that they go to",
    ),
    "stored": read_columns(
        **_ROW,
        model="model: the model whose weights are stored",
        country="place: where they are stored",
        site="site: the site at which they are stored",
        holder="party: who holds them",
        where="text: the site, else the country",
    ),
    "models": read_columns(**_ROW, model="model: the model", developer="party: who made it"),
    "synthetic": read_columns(
        **_ROW,
        model="model: the model that trains on the data",
        source_model="model: the model that made them",
        share=f"amount in percent x{SHARES // 100}: the part of the training operations that train on them",
        operations="amount in operations: how many were spent to make them",
        published="flag: the data are published",
        own_base="flag: the maker is the model itself or one of its bases",
    ),
    "authorizations": read_columns(
        **_ROW,
        holder="party: who has it or applies for it",
        kind="text: what it is, such as license, UVEU or NVEU",
        country="place: the country for which it is",
        state="text: applied, granted, denied, suspended or revoked",
    ),
    "half_years": read_columns(
        **_ROW,
        party="party: the validated end user",
        list="text: the list on which it stands, such as UVEU",
        country="place: the country for which it is listed",
        half="text: the half-year, such as 2025-H1",
        ended="date: the last day of the half-year",
        begun="flag: the listing is known to have begun by then",
        reported="flag: a report was made after it",
        accounted="flag: two reports were made in the half-year after it, one the account of chips",
    ),
    "listed": read_columns(
        **_ROW,
        party="party: who is listed",
        list="text: the list",
        country="place: the country for which it is listed",
    ),
    "dealings": read_columns(
        **_ROW,
        party="party: one party of the dealing, each once",
        role="text: what it is in it, such as consignee and end user, operator of the site or tenant of the site",
        by_site="flag: it runs or owns the site, or rents there, and the row names it nowhere else",
        movement="text: export, reexport, transfer, domestic, service or weights",
        from_country="place: where it comes from",
        to_country="place: where it goes",
        exporter="party: who sends, rents out or hands over",
        licensed="flag: a granted license covers it",
        chip="chip: what is sent or rented",
        quantity="amount in units: how many chips",
        value_usd="amount in dollars: what it is worth",
    ),
    "inspections": read_columns(
        **_ROW,
        site="site: the site that was inspected",
        chip="chip: the chip that was counted",
        seen="amount in units: how many were seen",
        boxed="amount in units: how many were in boxes",
        powered="amount in units: how many had power",
        delivered="amount in units: how many were delivered before it",
        last_delivery="date: the day of the last delivery before it",
    ),
    "serials": read_columns(
        **_ROW,
        serial="text: the serial number",
        site="site: where the line went, or the inspection saw it",
        line="text: the line that names it; not stated of an inspection",
        movement="text: the movement of that line",
    ),
}

NEVER_FALSE = ("certified.", "begun")
"""Beginnings of the names of flags that are true or not known: what is not on record is not refused."""
SEVERAL_PLACES = ("destination", "elsewhere")
"""Columns of a line that hold several countries where its site or end use is in another than the stated one."""
ORDERED = frozenset({"lines", "installed", "capacity", "dealings", "serials"})
"""The sources into which an order comes: no rule on another can change with it."""
SHIPPED = frozenset({"lines", "dealings", "inspections", "serials"})
"""The sources into which shipments come."""

ENTITIES: dict[str, dict[str, Column]] = {
    "chip": read_columns(
        tpp=f"amount in TPP x{TPP}: total processing performance of one",
        zone="text: the paragraph of ECCN 3A090 that it meets on the day: a, b or none",
        data_center="flag: it is designed or marketed for data centers",
        power_mw=f"amount in MW x{WATTS}: power of one, with its share of the site",
        memory_bandwidth_gbs=f"amount in GB/s x{BANDWIDTH}: memory bandwidth",
        designer_country="place: where its designer is",
    ),
    "site": read_columns(
        country="place: its country",
        address="text: its address",
        operator="party: who runs it",
        owner="party: whose it is",
        veu_security="flag: it complies with paragraphs 14, 15 and 18 of supplement no. 10 to part 748",
        **_POWER,
    ),
    "model": read_columns(
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

ROW_NAMED: dict[str, Column] = read_columns(
    certified="flag: KIND; a certification of the kind is on record for the row, of the party that KIND.ROLE names, "
    "`parent` being the ultimate parent of the consignee; never false",
    stated="flag: KIND; the line itself names a certification of the kind",
    noticed="flag: KIND.DAYS; a certification of the kind was given at least so many days before the line, or later",
    followed="flag: KIND; such a certification was given later, by a party or the consignee's ultimate parent",
    permitted="flag: LIST; a party of the row, or of its family, is listed for the destination",
)
"""What else may be asked of a row, with a name behind it."""
PLACE_NAMED: dict[str, Column] = read_columns(arranged="flag: KIND; an arrangement of the kind holds with the country")
"""What may be asked of a country, with a name behind it; `{in: LIST}` asks whether it is on a list."""
