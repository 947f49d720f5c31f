"""The words that rule files share: units, topics, outcomes, confidences, days and conditions as fields of models."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from compliance import units
from compliance.rulebook import language
from compliance.rulebook.conditions import Condition

Outcome = Literal["violation", "license_required", "review"]
ReviewPolicy = Literal["presumption_of_approval", "case_by_case", "presumption_of_denial", "policy_of_denial"]
Confidence = Literal["verified", "secondary", "memory", "design"]
Unit = Literal[
    "TPP", "accelerators", "operations", "MW", "GB/s", "percent", "parties", "lines", "units", "days", "dollars",
    "times", "sites", "years", "bits", "date", "word",
]  # fmt: skip
Topic = Literal[
    "chip_control", "country_allocation", "small_order", "capacity_share", "installed_base", "weight_export",
    "training_oversight", "synthetic_data", "workload_visibility", "embargoed_parent", "destination_license",
    "license_exception", "review_policy", "named_party", "ownership", "control", "split_evasion", "shell_company",
    "diversion", "reporting",
]  # fmt: skip


PERIODS = ("year", "quarter", "half", "day")
"""For how long a total is kept; besides these from one parameter to before another."""


def as_condition(node: object) -> Condition:
    """A condition as written; its line stands in the error where it cannot be read."""
    try:
        return language.condition(node)
    except language.LanguageError as wrong:
        raise PydanticCustomError("condition", "{text}", {"text": str(wrong), "line": wrong.line}) from None


def _day(node: object) -> date:
    return units.day(str(node))


def _true(node: object) -> bool:
    if str(node) not in ("true", "false"):
        raise ValueError(f"`{node}` is neither true nor false")
    return str(node) == "true"


def _period(text: str) -> str:
    if text not in PERIODS and not re.fullmatch(r"\$\w+/\$\w+", text):
        raise ValueError(f"`{text}` is no period; one of {', '.join(PERIODS)}, or $FROM/$TO")
    return text


_QUESTIONS = {"type": ["object", "array"], "minProperties": 1, "minItems": 1}  # as `language` reads them
Asked = Annotated[Condition, BeforeValidator(as_condition), WithJsonSchema(_QUESTIONS)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Switch = Annotated[bool, BeforeValidator(_true), WithJsonSchema({"enum": ["true", "false", True, False]})]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Period = Annotated[str, AfterValidator(_period)]
Citation = Annotated[str, Field(min_length=3)]


class RuleModel(BaseModel):
    """Anything that a person writes in a rule file."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
