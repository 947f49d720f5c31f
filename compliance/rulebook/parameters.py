"""Parameters: the limits, windows and choices of rules, as dated values with their sources."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from compliance import units
from compliance.rulebook.field_types import Asked, Citation, Confidence, Day, RuleModel, Unit
from compliance.world.io.thousands_separators import MEASURE, PERCENT, SUM

_WITH_DECIMALS = ("MW", "GB/s", "times")


class DatedValue(RuleModel):
    """The value of a parameter from a day on, with where it comes from and how well that was seen."""

    from_: Annotated[Day | None, Field(alias="from")] = None
    value: str
    citation: Citation
    confidence: Confidence
    note: str = ""


class Factor(RuleModel):
    """A multiplication of a parameter where a condition holds, such as a doubled allocation."""

    factor: Annotated[Fraction, BeforeValidator(lambda text: units.exact(str(text)))]
    when: Asked
    citation: Citation
    confidence: Confidence


class Parameter(RuleModel):
    """A limit, window, share or choice of a rule, as dated values with sources."""

    text: str
    unit: Unit
    values: Annotated[tuple[DatedValue, ...], Field(min_length=1)]
    times: tuple[Factor, ...] = ()
    one_of: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _readable(self) -> Parameter:
        for value in self.values:
            self.number(value.value)
        return self

    def number(self, text: str) -> Fraction | date | str:
        """The value as its unit says: a number, a day or a word."""
        if self.unit == "date":
            return units.day(text)
        if self.unit == "word":
            if self.one_of and text not in self.one_of:
                raise ValueError(f"`{text}` is not one of {', '.join(self.one_of)}")
            return text
        (MEASURE if self.unit in _WITH_DECIMALS else PERCENT if self.unit == "percent" else SUM).require_one_reading(
            text
        )
        return units.exact(text)
