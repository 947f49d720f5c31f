"""The figures that charts show: totals against their limits, how they came about, and what stands where."""

from __future__ import annotations

from compliance.answers import closed_words as words
from compliance.answers.answer import AnswerModel, FindingSubject, Limit, Quantity
from compliance.rulebook.legal_standing import Standing
from compliance.world.schema.schema_words import Day, Exact


class GrowthSaid(AnswerModel):
    """A day on which lines added to a total, and the total from then on; `high` is the most that it may be.

    `high` is `null` where nothing bounds it.
    """

    day: Day
    total: Exact
    high: Exact | None


class LimitTotal(AnswerModel):
    """A total held against its limit by a rule, whether it is passed or not.

    `passed` is `null` where that is not known, and what is measured is then what all that may count comes to, as a
    finding says it; `applies` where it is not known whether the limit is one for the holder. `growth` is empty where
    lines with dates are not what adds up.
    """

    pack: str
    rule: str
    topic: words.TopicWord
    standing: Standing
    of: str
    """What is added up, in words of the pack."""
    subject: FindingSubject
    measure: Quantity
    limit: Limit
    least: bool
    """Whether the limit is the least that is asked, not the most that is allowed."""
    passed: bool | None
    applies: bool | None
    growth: list[GrowthSaid] = []


class InstalledSaid(AnswerModel):
    """Chips of a kind at a site (`null`: not named) in a country, and their TPP (`null`: not known)."""

    country: str | None
    site: str | None
    chip: str
    quantity: Quantity
    tpp: Quantity | None
    ordered: bool


class CapacitySaid(AnswerModel):
    """The power of a site for computing, as far as it is known."""

    country: str | None
    site: str | None
    operator: str | None
    it_mw: Quantity
    ordered: bool


class Overview(AnswerModel):
    """The figures of a world on a day, or of a world with an order."""

    as_of: Day
    limits: list[LimitTotal]
    installed: list[InstalledSaid]
    capacity: list[CapacitySaid]
