"""Every field that an author may name is told, with its type and meaning, and compiles."""

from __future__ import annotations

import pytest

from compliance.errors import UsageError
from compliance.plan.rule_fields import LED_TO, TYPES, Fields, fields
from compliance.plan.sql.aggregate import AggregateCompiler
from compliance.plan.sql.compiler import Compiler
from compliance.rulebook.packs import Pack, load_packs
from compliance.sources.source_catalogue import SOURCES

PACKS = load_packs(["us_ai_diffusion", "diversion_red_flags"])
FILLED = {
    "LIST": "UVEU",
    "TEST": "bis",
    "FLAG": "listed_owner",
    "DAYS": "90",
    "KIND": "report",
    "PATTERN": "split_evasion",
}
BEFORE = {"row": "", "party": "consignee.", "country": "to_country.", "site": "site.", "chip": "chip."}
"""What of a line leads to each type."""


def filled(path: str) -> str:
    head, _, last = path.rpartition(".")
    return f"{head}.{FILLED[last]}" if last in FILLED else path


def test_every_field_has_a_type_and_a_meaning() -> None:
    told = fields(PACKS)

    assert {one.table for one in told} >= {*SOURCES, *LED_TO, *PACKS[0].definitions.measures}
    assert all(one.meaning and one.fields for one in told)
    for field in (field for one in told for field in one.fields):
        assert field.meaning.strip(), field
        assert field.type in TYPES.values() or " of " in field.type
        assert (field.type == "number") >= bool(field.unit)


def test_every_number_of_a_table_has_a_unit() -> None:
    assert [f for one in fields() for f in one.fields if f.type == "number" and not f.unit] == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_every_field_compiles_to_its_type(pack: Pack) -> None:
    totals = AggregateCompiler(Compiler(pack))
    for one in fields([pack]):
        of, before = ("lines", BEFORE[one.table]) if one.table in BEFORE else (one.table, "")
        if one.table == "lists":
            continue
        of, before = ("services", "model.") if one.table == "model" else (of, before)
        for field in one.fields:
            path, frame = before + filled(field.field), totals.frame(of)
            if totals.compiler._stands_for(frame, path) is None and totals.compiler.ratio(frame, path) is None:
                assert TYPES[totals.compiler.column(frame, path).kind] in (field.type, "parties"), (one.table, path)


def test_one_table_comes_with_what_its_columns_lead_on_to() -> None:
    def tables(found: list[Fields]) -> list[str]:
        return [one.table for one in found]

    assert tables(fields(table="inspections")) == ["inspections", "row", "chip", "site"]
    assert tables(fields(PACKS, "lpp_in_year")) == ["lpp_in_year", "party"]


def test_an_unknown_table_is_told_with_a_near_name() -> None:
    with pytest.raises(UsageError, match=r"no table `line`; one of lines, .*pack\. Did you mean `lines`\?"):
        fields(table="line")


def test_what_a_pack_defines_is_told_in_words() -> None:
    lines, party = (next(one for one in fields(PACKS) if one.table == name) for name in ("lines", "party"))
    told = {field.field: field for field in (*lines.fields, *party.fields) if field.pack}

    assert told["lpp_account"].type == "party"
    assert told["acm_entitled"].meaning == (
        "not party barred and private end user and not end use barred and not uvl party"
        " and the purpose of the end user, which no table tells"
    )
    assert told["barred"].meaning.startswith("the headquarters is on the list “Country Group D:5 and Macau” or ")
    assert (told["measure.lpp_in_year"].unit, told["counted_in.lpp_in_year"].type) == ("TPP", "true or false")


def test_the_lists_and_tests_that_a_name_may_need_are_told_with_their_titles() -> None:
    shared, of_pack = (
        {field.field: (field.type, field.meaning) for one in fields(packs, "lists") for field in one.fields}
        for packs in ((), load_packs(["us_affiliates"]))
    )

    assert shared["D4"] == ("list of countries", "Country group D:4")
    assert of_pack["bis"] == ("test of ownership", "Foreign affiliates owned 50 percent or more by listed parties")
