"""The contract's words as a sentence says them: tables, columns, comparisons, amounts."""

from __future__ import annotations

from fractions import Fraction

from compliance import units
from compliance.rulebook.parameters import DatedValue, Parameter

TABLES = {
    "lines": "shipments (and orders, in screening)",
    "installed": "holdings of chips that stand",
    "capacity": "sites, by their megawatts",
    "services": "rented compute",
    "transfers": "transfers of model weights",
    "stored": "model weights that are stored",
    "models": "models",
    "synthetic": "synthetic data that a model trains on",
    "authorizations": "authorizations",
    "listed": "listings",
    "dealings": "parties of lines, services and transfers of weights, each once",
    "inspections": "inspections of sites",
    "serials": "serial numbers, on lines and as inspections saw them",
    "half_years": "half-years of validated end users, which they report on",
}
PERIODS = {"year": "calendar year", "quarter": "quarter", "half": "half-year", "day": "day"}
NAMED = (
    "kin", "listed", "once", "captured", "flagged", "arranged", "restructured", "left_listed", "shares_address",
    "shares_people", "takes_over", "held_from", "permitted", "signed", "sign_flag", "on_record",
)  # fmt: skip
"""Words of a path after which comes a name: of a list, a test, a flag, an arrangement, or a number of days."""
NOUNS = {
    "to_country": "destination",
    "from_country": "country of departure",
    "parent": "ultimate parent",
    "it_mw": "IT megawatts",
    "facility_mw": "megawatts of the facility",
    "veu_security": "compliance with paragraphs 14, 15 and 18 of supplement no. 10 to part 748",
    "replaces": "line that it replaces",
    "replacement": "kind of replacement that it is",
    "tpp": "TPP",
    "zone": "paragraph of ECCN 3A090",
    "authorization": "authorization claimed",
    "where": "place",
    "measure": "total",
    "before_last": "total before the last line",
    "id": "holder of the total",
    "key": "second key of the total",
    "value_usd": "value in dollars",
    "capital_usd": "capital in dollars",
    "dissolved": "day of dissolution",
    "reactivated": "day of revival",
    "last_filing": "day of the last filing",
    "employees": "staff",
    "memory_bandwidth_gbs": "memory bandwidth",
    "power_mw": "megawatts",
    "payer_changed": "day on which the payer last changed",
    "last_delivery": "day of the last delivery before it",
    "delivered": "number of units delivered before it",
    "seen": "number of units seen",
    "boxed": "number of units in boxes",
    "powered": "number of units with power",
    "charged_to": "company that the line is charged to",
    "weights": "access to the weights",
    "operations": "number of training operations",
    "tuning_ops": "number of operations of tuning",
    "from_party": "party that sends them",
    "to_party": "party that receives them",
}
TRUTHS = {
    "counts": ("it counts (not cancelled, refused or standing in for another that counts)", "it does not count"),
    "licensed": ("a granted license covers it", "no granted license covers it"),
    "data_center": ("designed or marketed for data centers", "neither designed nor marketed for data centers"),
    "described_as_item": ("its description names what was ordered", "its description does not name what was ordered"),
    "invoiced_as_item": ("its invoice names what was ordered", "its invoice does not name what was ordered"),
    "phone_elsewhere": ("its telephone number is of another country", "its telephone number is of its own country"),
    "ordered": ("it is an order", "it is no order"),
    "begun": ("it had begun", "it had not begun"),
    "own_base": ("the maker is the model itself or one of its bases", "the maker is none of its bases"),
    "reported": ("a report was made", "no report was made"),
    "accounted": ("an account of chips was made", "no account of chips was made"),
    "published": ("published", "not published"),
}
SITUATIONS = {
    "owner": "a party on the lists holds something in it",
    "minority_owner": "parties on the lists hold something in it that stays under the bar",
    "unknown_share": "the share of a party on the lists is not known and would decide",
    "control": "a party on the lists has a hand in it ({means})",
    "role": "a person on the lists has a role in it ({roles})",
    "overlap": "somebody has a role ({roles}) in it and in a party on the lists",
    "tie": "it has a tie ({ties}) to a party on the lists",
    "proxy": "somebody with a tie ({proxy_ties}) to a party on the lists has a stake, control or a role in it",
    "former_owner": "a party on the lists held more than {percent} percent of it and sold all",
    "home_affiliate": "it is a company at home whose owners would capture a foreign one",
    "formerly_captured": "parties that are on the lists today captured it on an earlier day",
    "transfer": "a stake of a party on the lists went to somebody near ({ties}), or for {token_usd} dollars or less, "
    "within {days} days",
    "sister": "a party on the lists has the same ultimate parent",
}
"""When a test of ownership raises a flag."""
OF_MEASURE = "a measure counts the rows of a table, and `{0}` is a measure; ask for it in `where`, as `measure.{0}`"
COMPARED = {
    "gt": ("is over", "is not over"), "ge": ("is at least", "is under"),
    "lt": ("is under", "is at least"), "le": ("is at most", "is over"),
}  # fmt: skip
COMPARED_DAYS = {
    "gt": ("is after", "is not after"), "ge": ("is from", "is before"),
    "lt": ("is before", "is from"), "le": ("is up to", "is after"),
}  # fmt: skip


def amount(parameter: Parameter, value: DatedValue) -> str:
    """The value of a parameter with its unit."""
    if parameter.unit in ("date", "word"):
        return value.value
    return f"{format_number(units.exact(value.value))} {parameter.unit}"


def format_number(number: Fraction) -> str:
    """A number as people write it: `26,900,000`, `10^26`, `7.5`."""
    if number.denominator != 1:
        return units.show(number)
    digits = str(abs(number.numerator))
    head = digits.rstrip("0")
    if len(digits) < 16 or len(head) > 4:
        return f"{number.numerator:,}"
    factor = "" if head == "1" else f"{head[0]}{'.' if head[1:] else ''}{head[1:]} x "
    return f"{'-' if number < 0 else ''}{factor}10^{len(digits) - 1}"
