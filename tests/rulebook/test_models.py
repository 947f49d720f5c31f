"""The shapes of rule files: values are exact and dated, and a shape that means nothing is refused."""

# ruff: noqa: E501 -- a message stands on one line, as the user sees it

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from compliance.errors import InputError
from compliance.rulebook.conditions import Test
from compliance.rulebook.packs import load_packs, value_on
from compliance.rulebook.parameters import Parameter
from compliance.rulebook.rule_models import Choice, Definitions, DerivedField, Measure, Rule, slug
from compliance.world.io.rule_file import parse
from compliance.world.io.yaml_nodes import read_yaml

SOURCED = "citation: somewhere, confidence: design"
RULE = f"""id: cap
title: A cap
topic: country_allocation
{SOURCED.replace(", ", chr(10))}
of: country_total
subject: {{kind: country}}
when:
  the total is over the cap: {{measure: {{gt: $cap}}}}
then:
  outcome: violation
  message: "{{subject}}"
"""


def read(model: type[Any], text: str) -> Any:
    return parse(model, read_yaml(text, "rule.yaml"), "rule.yaml")


def refusal(model: type[Any], text: str) -> list[str]:
    with pytest.raises(InputError) as wrong:
        read(model, text)
    return [str(problem) for problem in wrong.value.problems]


def parameter(unit: str, *values: str) -> Parameter:
    listed = "".join(f"  - {{{value}, {SOURCED}}}\n" for value in values)
    found = read(Parameter, f"text: Something\nunit: {unit}\nvalues:\n{listed}")
    assert isinstance(found, Parameter)
    return found


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("TPP", "26_900_000", Fraction(26_900_000)),
        ("operations", "1e26", Fraction(10**26)),
        ("percent", "33.33333", Fraction(3333333, 100000)),
        ("percent", "1/3", Fraction(1, 3)),
        ("date", "2025-01-13", date(2025, 1, 13)),
        ("word", "it_mw", "it_mw"),
    ],
)
def test_a_value_is_read_exactly_in_its_unit(unit: str, text: str, value: object) -> None:
    assert parameter(unit, f'value: "{text}"').number(text) == value


@pytest.mark.parametrize(
    ("unit", "text", "said"),
    [
        ("TPP", "many", "`many` is not a number"),
        ("TPP", "1e999", "`1e999` is out of range"),
        ("date", "2025-02-30", "`2025-02-30` is no day of the calendar"),
        ("date", "13.1.2025", "`13.1.2025` is not a date; write it as 2025-06-30"),
        ("chips", "1", "`unit`: `chips` is none of"),
    ],
)
def test_a_value_that_is_none_is_told_at_its_line(unit: str, text: str, said: str) -> None:
    told = refusal(Parameter, f'text: Something\nunit: {unit}\nvalues:\n  - {{value: "{text}", {SOURCED}}}\n')

    assert len(told) == 1
    assert said in told[0]
    assert told[0].startswith("rule.yaml:2:" if unit == "chips" else "rule.yaml:4:")


def test_the_value_of_a_day_is_the_last_that_has_begun() -> None:
    dated = parameter(
        "TPP", 'from: 2025-01-01, value: "1"', 'from: 2026-01-01, value: "3"', 'from: 2025-07-01, value: "2"'
    )
    found = [
        value_on(dated, day) for day in (date(2024, 12, 31), date(2025, 6, 30), date(2025, 7, 1), date(2027, 1, 1))
    ]

    assert [None if one is None else one[0] for one in found] == [None, 1, 2, 3]


def test_a_value_without_source_or_confidence_is_refused() -> None:
    told = refusal(Parameter, 'text: Something\nunit: TPP\nvalues:\n  - {value: "1"}\n')

    assert told == [
        "rule.yaml:4: `citation` is missing in `values.0`",
        "rule.yaml:4: `confidence` is missing in `values.0`",
    ]


def test_a_rule_names_its_clauses_and_asks_its_questions() -> None:
    rule = read(Rule, RULE)

    assert rule.when == {"the total is over the cap": Test("measure", "gt", "$cap")}
    assert rule.name == "cap"
    assert read(Rule, f"{RULE}part_of: whole\n").name == "whole"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("outcome: violation", "outcome: voilation", "rule.yaml:11: `then.outcome`: `voilation` is none of violation, license_required, review. Did you mean `violation`?"),
        ("topic: country_allocation", "topic: country", "rule.yaml:3: `topic`: `country` is none of chip_control, country_allocation, "),
        ("citation: somewhere\n", "", "rule.yaml:1: `citation` is missing"),
        ("confidence: design", "confidence: sure", "rule.yaml:5: `confidence`: `sure` is none of verified, secondary, memory, design."),
        ("id: cap", "id: Cap", "rule.yaml:1: `id`: `Cap` cannot be used; write small letters, digits and `_`, a letter first"),
        ("title: A cap", "titel: A cap", "rule.yaml:2: unknown key `titel`. Did you mean `title`?"),
        ("{gt: $cap}", "{over: $cap}", "rule.yaml:9: `when.the total is over the cap`: `over` is not a test"),
        ("{kind: country}", "[country]", "rule.yaml:7: `subject` needs a mapping of names to values"),
        ("{kind: country}", "{kind: [a]}", "rule.yaml:7: `subject.kind` cannot be used as it is written"),
        ("of: country_total", "of: [a]", "rule.yaml:6: `of` cannot be used as it is written"),
        ("of: country_total", "of: {choose: $a}", "rule.yaml:6: `among` is missing in `of`"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_rule_is_told_in_words_at_its_line(old: str, new: str, said: str) -> None:
    assert old in RULE
    assert any(line.startswith(said) for line in refusal(Rule, RULE.replace(old, new))), refusal(
        Rule, RULE.replace(old, new)
    )


def test_all_that_is_wrong_in_a_rule_is_told_at_once() -> None:
    told = refusal(
        Rule, RULE.replace("outcome: violation", "outcome: bad").replace("{gt: $cap}", "{}").replace("topic", "tpoic")
    )

    assert len(told) == 4


@pytest.mark.parametrize(
    "text",
    [
        "text: a\nunit: TPP\nof: lines\nby: {id: x}\n",
        "text: a\nunit: TPP\nof: lines\nby: {id: x}\nsum: quantity\ncount: rows\n",
        "text: a\nunit: TPP\nof: lines\nsum: quantity\n",
        "text: a\nunit: percent\npart: a\n",
        "text: a\nunit: percent\npart: a\nwhole: b\nto: c\n",
    ],
)
def test_a_measure_is_a_total_or_a_ratio_and_never_both(text: str) -> None:
    assert len(refusal(Measure, text)) == 1


def test_a_field_is_another_name_a_pick_or_a_condition() -> None:
    text = "fields:\n  lines:\n    a: consignee\n    b: {first: [{when: {c: given}, value: c}, {value: d}]}\n    e: {c: given}\n"
    fields = read(Definitions, text).fields["lines"]

    assert fields["a"] == "consignee"
    assert isinstance(fields["b"], DerivedField)
    assert fields["e"] == Test("c", "given", True)


def test_a_choice_is_made_by_a_parameter() -> None:
    assert read(Rule, RULE.replace("of: country_total", "of: {choose: $basis, among: {a: b}}")).of == Choice(
        choose="$basis", among={"a": "b"}
    )


def test_the_name_of_a_clause_comes_from_its_words() -> None:
    assert slug("Training took 10^26 operations, or more") == "training_took_10_26_operations_or_more"


def test_every_value_of_the_packs_that_ship_has_a_source_and_a_confidence() -> None:
    for pack in load_packs():
        for name, found in pack.parameters().items():
            for value in found.values:
                assert value.citation, name
                assert value.confidence in ("verified", "secondary", "memory", "design"), name
