"""Columns of a party that rules may ask on a date."""

from __future__ import annotations

from compliance.sources.column_types import Column, read_columns

PARTY: dict[str, Column] = read_columns(
    headquarters="place: where its seat is",
    **{"parent.headquarters": "place: where the seat of its ultimate parent is"},
    **{"parent.activity": "text: the activity of its ultimate parent, where that is determined"},
    parent="names: its ultimate parent; several where it is not determined",
    family="names: the ultimate parent by which its family is named",
    majority_person="names: the person who holds over half of its ultimate parent, one of several where that is open",
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
    dissolved="date: the day of its dissolution",
    reactivated="date: the day of its revival",
    last_filing="date: the day of its last filing",
    employees="amount in people: its staff",
    capital_usd="amount in dollars: its capital",
)
"""Attributes of a party at a date."""
PARTY_NAMED: dict[str, Column] = read_columns(
    listed="flag: LIST; it is on the list",
    once="flag: LIST; it was on the list on an earlier day and is no longer",
    kin="flag: LIST; it is of the family of a party on the list",
    listed_kin="names: LIST; the parties on the list in its family",
    shares_address="flag: LIST; it has the address of a party on the list",
    shares_people="flag: LIST; somebody with a role in it has or had one in a party on the list",
    takes_over="flag: LIST; it takes over the orders of a party on the list, or such a party its orders",
    captured="flag: TEST; the test of ownership captures it",
    limb="text: TEST; by what the test captures it: listed, ownership or control",
    owners="text: TEST; the listed owners by whom the test captures it",
    policy="text: TEST; the strictest license review policy of those owners",
    flagged="flag: FLAG; a test of ownership raises the flag about it",
    on_record="flag: KIND; a certification of the kind, of its ultimate parent and for no line alone, is on record",
    restructured="flag: DAYS; its ultimate parent changed within so many days",
    left_listed="flag: DAYS; it left the hands of a party within so many days of that party's listing",
    held_from="flag: LIST; somebody who sits in a country of the list holds a stake in it",
    signed="flag: PATTERN; a search for patterns found it in one, and nobody dismissed it",
    sign_group="names: PATTERN; the groups in which a search found it",
    sign_flag="flag: FLAG; a search raised the flag about it",
)
"""Attributes of a party at a date that take a name behind them, told first: `listed.LIST`, `restructured.DAYS`."""


def party_column(attribute: str) -> Column | None:
    """The column of an attribute of a party, such as `headquarters` or `listed.LIST`; `None` where there is none."""
    word, _, name = attribute.partition(".")
    return PARTY.get(attribute) or (PARTY_NAMED.get(word) if name else None)
