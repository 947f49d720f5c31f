"""Exact values as people read them: thousands apart, a rounded share with its exact fraction beside it.

Rounding is for the eye; nothing is decided by what is shown here.
"""

from __future__ import annotations

from fractions import Fraction

from compliance.answers.answer import Clause, Finding, Limit, Quantity
from compliance.units import exact, show

SIGNS = {"percent": " %", "points": " points", "date": "", "word": "", "": ""}
ONE = {
    "accelerators": "accelerator",
    "operations": "operation",
    "parties": "party",
    "lines": "line",
    "days": "day",
    "units": "unit",
}
_LONG = 10**15


def number(text: str) -> str:
    """A value of the answer for the eye; text that is no number stays as it is."""
    try:
        value = exact(text)
    except ValueError:
        return text
    if value.denominator == 1:
        return _whole(value.numerator)
    if "/" not in text:
        head, _, tail = text.lstrip("+-").partition(".")
        return f"{'-' if value < 0 else ''}{int(head or 0):,}.{tail}"
    return f"{format_rounded(value)} ({text})"


def format_rounded(value: Fraction) -> str:
    """Three decimals, or as many as it takes to tell the value from a whole number."""
    for digits in (3, 6, 9, 12):
        scaled = round(abs(value) * 10**digits)
        if scaled % 10**digits:
            break
    head, tail = divmod(scaled, 10**digits)
    return f"{'-' if value < 0 else ''}{head:,}.{tail:0{digits}d}"


def with_unit(text: str, unit: str) -> str:
    """A value and its unit: `1,700 accelerators`, `7.093 % (7100/1001)`."""
    said = number(text)
    if unit in SIGNS:
        head, mark, rest = said.partition(" (")
        return f"{head}{SIGNS[unit]}{mark}{rest}"
    return f"{said} {ONE.get(unit, unit) if said in ('1', '-1') else unit}"


def quantity(value: Quantity, *, open_ended: bool = False) -> str:
    """A measured value; of a range both ends, `open_ended` where nothing bounds it."""
    if value.high is not None and value.high != value.value:
        return f"{number(value.value)} to {with_unit(value.high, value.unit)}"
    said = with_unit(value.value, value.unit)
    return f"{said} or more" if open_ended else said


def measure_text(finding: Finding) -> str:
    """What was measured against which limit, and by how much it is passed; empty where nothing was."""
    value, limit = finding.measure, finding.limit
    if value is None:
        return ""
    clause = deciding(finding)
    unsure = clause is not None and clause.holds is None
    said = quantity(value, open_ended=unsure and value.high is None)
    if limit is None:
        return said
    try:
        over = exact(value.value) - exact(limit.value)
    except ValueError:
        return f"{said}, against {with_unit(limit.value, limit.unit)}"
    if unsure:
        return f"{said}; the limit is {with_unit(limit.value, limit.unit)}"
    return f"{said}: {_against(over, limit)}"


def in_chips(finding: Finding, name: str, each: Fraction) -> str:
    """A measure in TPP and its limit in the number of a chip of so many TPP; empty for other measures."""
    value, limit = finding.measure, finding.limit
    if value is None or value.unit != "TPP":
        return ""
    said = f"{_chips(value.value, each)} {name}"
    against = f" against {_chips(limit.value, each)}" if limit is not None else ""
    return f"{said}{against}, at {number(show(each))} TPP each"


def _chips(tpp: str, each: Fraction) -> str:
    count = exact(tpp) / each
    return number(show(count)) if count.denominator == 1 else format_rounded(count)


def deciding(finding: Finding) -> Clause | None:
    """The clause that compares the finding's measure with its limit."""
    value, limit = finding.measure, finding.limit
    if value is None or limit is None:
        return None
    pair = value.value, limit.value
    return next((clause for clause in finding.clauses if (clause.value, clause.limit) == pair), None)


def _against(over: Fraction, limit: Limit) -> str:
    """By how much the value lies over the limit, or under what is the least."""
    share = limit.unit == "percent"
    bound = with_unit(limit.value, limit.unit) if share else number(limit.value)
    if not over:
        return f"at the limit of {bound}" + ("" if limit.inclusive else ", which counts itself")
    by = with_unit(show(abs(over)), "points") if share else number(show(abs(over)))
    return f"{by} over the limit of {bound}" if over > 0 else f"{by} under the least of {bound}"


def comparison_text(clause: Clause) -> str:
    """The numbers of a clause: what it compares with what."""
    if clause.value is None or clause.limit is None:
        return ""
    return f"{number(clause.value)} against {number(clause.limit)}"


def _whole(value: int) -> str:
    """Thousands apart; a very large number with nothing but zeros behind as a power of ten."""
    digits = str(abs(value))
    head = digits.rstrip("0")
    if abs(value) < _LONG or len(head) > 4:
        return f"{value:,}"
    point = f"{head[0]}.{head[1:]}" if len(head) > 1 else head
    return f"{'-' if value < 0 else ''}{point} x 10^{len(digits) - 1}"
