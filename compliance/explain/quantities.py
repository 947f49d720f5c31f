"""Formats measured values: exact with their unit for the answer, in words for a message."""

from __future__ import annotations

from fractions import Fraction

from compliance.answers.answer import Limit, Quantity
from compliance.evaluation.typed_facts import MeasuredValue
from compliance.plan.rule_plan import Leaf, RulePlan
from compliance.rulebook.packs import Pack
from compliance.rulebook.parameters import Parameter
from compliance.units import show


def quantity(value: MeasuredValue, unit: str) -> Quantity:
    """The measured value; `high` is the most that it may be, `None` where nothing bounds it."""
    return Quantity(value=show(value.low), unit=unit, high=None if value.high is None else show(value.high))


def limit(leaf: Leaf, value: MeasuredValue, unit: str, source: str) -> Limit:
    """The limit; `inclusive` where the limit itself is still allowed."""
    return Limit(
        value=show(value.limit),
        unit=unit,
        inclusive=leaf.test.op in ("gt", "lt"),
        source=source,
    )


def parameter_of(plan: RulePlan, pack: Pack, leaf: Leaf) -> Parameter | None:
    """The parameter that a clause compares with, if it names one."""
    text = str(leaf.test.value)
    return pack.parameter(text[1:], plan.rule) if text.startswith("$") else None


def unit_of(leaf: Leaf, parameter: Parameter | None, plan: RulePlan, pack: Pack) -> str:
    """The unit of a comparison: that of its parameter, else of the total that is compared."""
    if parameter is not None:
        return parameter.unit
    measure = pack.definitions.measures.get(plan.of)
    if measure is not None and leaf.test.path == "measure":
        return measure.unit
    return "percent" if leaf.ratio else "units"


def format_inline(value: Fraction | int | str | None) -> str:
    """A value for a sentence: thousands apart, a fraction with its decimals beside it."""
    if value is None:
        return "an unknown number of"
    if isinstance(value, str):
        return value
    number = Fraction(value)
    if number.denominator == 1:
        return f"{number.numerator:,}" if abs(number) < 10**21 else f"{_power(number.numerator)}"
    text = show(number)
    if "/" not in text:
        whole, _, rest = text.partition(".")
        return f"{int(whole):,}.{rest}"
    thousandths = round(number * 1000)
    return f"{thousandths // 1000:,}.{thousandths % 1000:03d} ({text})"


def spoken_limit(value: MeasuredValue) -> str:
    """The limit for a sentence, with the most that it may be."""
    return format_inline(value.limit) + (f" (at most {format_inline(value.top)})" if value.top > value.limit else "")


def _power(number: int) -> str:
    """A large number by its leading digits where the rest is zeros, else in full."""
    digits = str(number)
    head = digits.rstrip("0")
    if len(head) > 4:
        return f"{number:,}"
    point = f"{head[0]}.{head[1:]}" if len(head) > 1 else head
    return f"{point} x 10^{len(digits) - 1}"
