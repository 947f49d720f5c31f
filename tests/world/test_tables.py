"""A row of every table holds exactly what the contract names, exactly as it was written."""

# ruff: noqa: E501 -- a message stands on one line, as the user sees it

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from compliance.errors import InputError
from compliance.units import Interval
from compliance.world.reference.chip_rows import Figures
from compliance.world.reference.countries import country_names
from compliance.world.schema.ai_models import Model
from compliance.world.schema.field_values import PartyDescription
from compliance.world.schema.installations import Chip, Holding
from compliance.world.schema.parties import Company, Stake
from compliance.world.schema.row import references
from compliance.world.schema.shipments import Order, Shipment
from compliance.world.schema.tables import TABLES, world_schema
from compliance.world.world import World

LINE: dict[str, Any] = {"id": "s", "date": "2025-06-01", "to_country": "MY", "chip": "H100", "quantity": "1"}

CONTRACT = """
companies: id, name, aliases, jurisdiction, headquarters, incorporated, dissolved, reactivated, last_filing, address, phone, email, website, lei, registration, employees, capital_usd, registered_agent, activity, business, exchange_listed
headquarters: company, country, from, to
people: id, name, aliases, nationality, residence, born
roles: person, company, role, from, to
stakes: owner, owned, percent, interest, price_usd, from, to, known_from, source
controls: controller, company, means, from, to, source
ties: party, other, kind, from, to, source
listings: party, list, program, license_policy, country, from, to
screening_lists: list, as_of, source, rows
sites: id, name, operator, owner, country, address, it_mw, facility_mw, veu_security, from, to
site_power: site, it_mw, facility_mw, from, to
holdings: site, chip, quantity, owner, status, from, to, source
shipments: id, date, purchase, line, exporter, from_country, purchaser, intermediate_consignee, consignee, end_user, operator, site, to_country, chip, quantity, movement, authorization, authorization_id, charged_to, certifications, forwarder, payer, payer_country, payer_changed, description, invoice_item, eccn, end_use, end_use_country, value_usd, serials, replaces, status
orders: id, date, purchase, line, exporter, from_country, purchaser, intermediate_consignee, consignee, end_user, operator, site, to_country, chip, quantity, movement, authorization, authorization_id, charged_to, certifications, forwarder, payer, payer_country, payer_changed, description, invoice_item, eccn, end_use, end_use_country, value_usd, serials, replaces, status
authorizations: id, holder, kind, country, state, limit_tpp, from, to
arrangements: country, kind, from, to
certifications: kind, party, shipment, date, to
inspections: site, date, chip, seen, boxed, powered, serials
models: id, developer, weights, published, training_ops, base_model, tuning_ops
synthetic_inputs: model, source_model, share, operations, published
model_locations: model, country, site, holder, from, to
weight_transfers: id, model, date, from_party, to_party, from_country, to_country, site
compute_services: id, provider, customer, site, job, purpose, model, operations, chip, quantity, from, to, workload_visibility
chips: name, aliases, throughput, die_area_mm2, non_planar, memory_bandwidth_gbs, interconnect_gbs, power_kw, data_center, designer_country, published_tpp, from
products: name, chip, count
signs: pattern, party, group, score, period, total_tpp, limit_tpp, flags, told, found, source, dismissed, dismissed_by, dismissed_why
unread: table, id, field, text, other, from, to
"""


def refusal(**tables: list[dict[str, Any]]) -> str:
    with pytest.raises(InputError) as caught:
        World.of(None, **tables)
    return str(caught.value)


def test_the_tables_and_their_fields_are_the_contracts_in_its_order() -> None:
    lines = [line.partition(": ") for line in CONTRACT.strip().splitlines()]

    assert {name: ", ".join(model.columns()) for name, model in TABLES.items()} == {n: f for n, _, f in lines}
    assert list(TABLES) == [name for name, _, _ in lines]


def test_norway_is_a_country_and_not_false() -> None:
    assert Company.model_validate({"id": "NO", "headquarters": "NO"}).headquarters == "NO"


def test_there_are_249_countries_and_kosovo() -> None:
    assert len(country_names()) == 250
    assert country_names()["XK"] == "Kosovo"
    assert not {"UK", "EU", "AN", "ZZ"} & set(country_names())
    assert all(re.fullmatch("[A-Z]{2}", code) for code in country_names())


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Malaysia", "MY"),
        ("malaysa", "MY"),
        ("United Kingdom", "GB"),
        ("UK", "GB"),
        ("my", "MY"),
        ("USA", "US"),
        ("South Korea", "KR"),
    ],
)
def test_a_country_by_another_name_is_refused_with_its_code(word: str, code: str) -> None:
    told = refusal(companies=[{"id": "a", "headquarters": word}])

    assert f"`headquarters` of `companies`: `{word}` is not a country code" in told
    assert f"did you mean `{code}`" in told


@pytest.mark.parametrize(
    ("word", "value"),
    [("1e26", 10**26), ("3.0e+26", 3 * 10**26), ("100000000000000000000000001", 10**26 + 1)],
)
def test_operations_are_exact_integers(word: str, value: int) -> None:
    assert Model.model_validate({"id": "m", "training_ops": word}).training_ops == value


@pytest.mark.parametrize(
    ("word", "low", "high", "low_open", "high_open"),
    [
        ("33.33333", "33.33333", "33.33333", False, False),
        ("25-50", "25", "50", False, False),
        (">25", "25", "100", True, False),
        (">25-50", "25", "50", True, False),
        ("<50", "0", "50", False, True),
        ("unknown", "0", "100", False, False),
        ("", "0", "100", False, False),
        ("100/3", "100/3", "100/3", False, False),
    ],
)
def test_a_percentage_keeps_its_ends(word: str, low: str, high: str, low_open: bool, high_open: bool) -> None:
    stake = Stake.model_validate({"owned": "a", "percent": word})

    assert stake.percent == Interval(Fraction(low), Fraction(high), low_open, high_open)


def test_a_third_and_a_sixth_are_a_half() -> None:
    world = World.of(
        companies=[{"id": "x"}, {"id": "a"}],
        stakes=[{"owner": "x", "owned": "a", "percent": part} for part in ("33.33333", "16.66667")],
    )

    assert sum(stake.percent.low for stake in world.each(Stake)) == 50


@pytest.mark.parametrize("word", ["101", "-1", "50%", "about 50", "50-25", "1e309", "nan", "Infinity", "1/0", "٣"])
def test_a_percentage_that_is_none_is_refused_in_the_users_words(word: str) -> None:
    told = refusal(companies=[{"id": "a"}], stakes=[{"owned": "a", "percent": word}])

    assert told.startswith("<python>:1: `percent` of `stakes`: ")
    assert "`" in told.split(": ", 2)[2]


def test_what_is_empty_means_what_the_contract_says() -> None:
    line = Shipment.model_validate({**LINE, "end_user": "", "operator": "  "})

    assert line.movement == "export"
    assert line.end_user is None
    assert line.operator is None
    assert line.authorization is None
    assert Stake.model_validate({"owned": "a"}).interest == "shares"
    assert Holding.model_validate({"site": "p", "chip": "H100"}).status == "installed"
    assert Holding.model_validate({"site": "p", "chip": "H100"}).quantity is None
    assert Chip.model_validate({"name": "c"}).non_planar is None  # counted as true, and told as an assumption
    assert Figures().non_planar is True
    assert Chip.model_validate({"name": "c"}).data_center is None


def test_none_in_a_website_means_that_there_is_none() -> None:
    assert Company.model_validate({"id": "a", "website": "none"}).website == "none"


def test_an_order_is_a_shipment_that_knows_its_table() -> None:
    order = Order.model_validate(LINE)

    assert isinstance(order, Shipment)
    assert order.table == "orders"


@pytest.mark.parametrize("word", ["0", "1700", "1_700", "1700.0", "1e12"])
def test_a_quantity_of_a_line_is_a_whole_number(word: str) -> None:
    assert Shipment.model_validate({**LINE, "quantity": word}).quantity == int(Fraction(word.replace("_", "")))


@pytest.mark.parametrize("word", ["-1", "0.5", "1000000000001", "1e309", "unknown", "1,700", "5-9", "1" * 5000])
def test_a_quantity_of_a_line_is_not_anything_else(word: str) -> None:
    told = refusal(shipments=[{**LINE, "quantity": word}])

    assert told.startswith("<python>:1: `quantity` of `shipments`: ")
    assert len(told) < 300


def test_a_quantity_that_stands_may_be_a_range() -> None:
    holding = Holding.model_validate({"site": "p", "chip": "H100", "quantity": "5-9"})

    assert holding.quantity == Interval(Fraction(5), Fraction(9))
    assert "not a whole number" in refusal(
        sites=[{"id": "p"}], holdings=[{"site": "p", "chip": "c", "quantity": "1.5"}]
    )


def test_throughput_is_exact_as_a_mapping_and_as_a_cell() -> None:
    mapping = Chip.model_validate({"name": "c", "throughput": {"FP8": "242.5", "FP16": "148", "FP8_sparse": "3958"}})
    cell = Chip.model_validate({"name": "c", "throughput": "FP16=148; FP8=242.5;FP8_sparse = 3958"})

    assert mapping.throughput == {"FP16": 148, "FP8": Fraction("242.5"), "FP8_sparse": 3958}
    assert mapping == cell


@pytest.mark.parametrize("word", ["989", "FP16", "FP16=fast", "dense=989", "FP8=1;FP8=2"])
def test_a_throughput_without_format_or_figure_is_refused(word: str) -> None:
    assert "`throughput` of `chips`: `" in refusal(chips=[{"name": "c", "throughput": word}])


def test_a_party_of_a_line_may_be_described() -> None:
    told = {"name": "Q Payments Ltd", "country": "CN"}
    nested = Shipment.model_validate({**LINE, "payer": told})
    flat = Shipment.model_validate({**LINE, "payer.name": "Q Payments Ltd", "payer.country": "CN", "payer": ""})

    assert nested.payer == PartyDescription(name="Q Payments Ltd", country="CN")
    assert nested == flat


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"payer": {"nmae": "Q"}}, "a party has no `nmae`; it has name, country, lei, registration, address. Did you mean `name`?"),
        ({"payer": {"country": "CN"}}, "needs an id, or a description with a `name`, a `lei` or a `registration`"),
        ({"payer": {"name": "Q", "country": "China"}}, "did you mean `CN`"),
        ({"payer": "q", "payer.name": "Q"}, "`payer` is named by id and described by `payer.name`; keep one"),
        ({"payer.name": "Q", "payer": "q"}, "`payer` is named by id and described by `payer.*`; keep one"),
        ({"payer.nmae": "Q"}, "`shipments` has no `payer.nmae`; name it `x_...` to keep it. Did you mean `payer.name`?"),
    ],
)  # fmt: skip
def test_a_party_that_is_described_badly_is_refused(given: dict[str, Any], told: str) -> None:
    assert told in refusal(shipments=[{**LINE, **given}])


def test_columns_with_x_are_kept_and_others_are_refused_with_a_near_name() -> None:
    world = World.of(companies=[{"id": "a", "x_region": "north", "x_n": 5, "x_deep": {"b": [1]}}])

    assert world.party("a") is not None
    assert world.rows("companies")[0].extra == {"x_region": "north", "x_n": "5", "x_deep": '{"b": ["1"]}'}
    told = refusal(companies=[{"id": "a", "headquaters": "MY"}])
    assert (
        told == "<python>:1: `companies` has no `headquaters`; name it `x_...` to keep it. Did you mean `headquarters`?"
    )


def test_a_word_that_is_not_in_a_list_is_refused_with_the_list_and_a_near_word() -> None:
    told = refusal(sites=[{"id": "p"}], holdings=[{"site": "p", "chip": "H100", "status": "instaled"}])

    assert told == (
        "<python>:1: `instaled` is not a status of `holdings`; one of installed, boxed, planned, retired, lost, "
        "resold. Did you mean `installed`?"
    )


def test_a_field_that_must_be_there_is_named_with_its_row() -> None:
    told = refusal(shipments=[{name: value for name, value in LINE.items() if name != "date"}])

    assert told == "<python>:1: `shipments` needs `date`; `s` has none"


def test_messages_do_not_speak_of_python() -> None:
    told = refusal(
        companies=[{"id": "a", "name": ["x"], "aliases": {"x": 1}, "employees": [1], "exchange_listed": "maybe"}],
        stakes=[{"owned": {"a": "b"}, "percent": [1], "interest": {"x": "y"}, "from": ["2025-01-01"]}],
        chips=[{"name": "c", "throughput": ["x"], "die_area_mm2": 1.5, "x_": "ok"}],
    )

    assert len(told.splitlines()) == 10
    for jargon in (
        "str",
        "dict",
        "int",
        "type",
        "Input",
        "Value error",
        "valid",
        "Literal",
        "pydantic",
        "None",
    ):
        assert not re.search(rf"\b{jargon}\b", told), jargon


def test_a_period_ends_after_it_begins() -> None:
    period = {"from": "2025-06-01", "to": "2025-06-01"}

    assert "`from` 2025-06-01 is not before `to` 2025-06-01" in refusal(
        companies=[{"id": "a"}], listings=[{"party": "a", "list": "SDN", **period}]
    )


@pytest.mark.parametrize("word", ["2025-02-30", "1.6.2025", "2025-6-1", "20250601", "2025-06-01T00:00:00", "soon"])
def test_a_day_is_iso(word: str) -> None:
    assert f"`date` of `shipments`: `{word}` is" in refusal(shipments=[{**LINE, "date": word}])


def test_power_has_so_many_decimals() -> None:
    world = World.of(sites=[{"id": "p", "it_mw": "1.000001"}], chips=[{"name": "c", "power_kw": "1.275"}])

    assert world.by_id("sites")["p"].value("it_mw") == Fraction("1.000001")
    assert "more than 6 decimals" in refusal(sites=[{"id": "p", "it_mw": "1.0000001"}])
    assert "more than 3 decimals" in refusal(chips=[{"name": "c", "power_kw": "1.2755"}])


def test_a_share_is_a_fraction_of_one() -> None:
    models: list[dict[str, Any]] = [{"id": "m"}, {"id": "n"}]

    assert "is over 1; write a fraction of one" in refusal(
        models=models, synthetic_inputs=[{"model": "m", "source_model": "n", "share": "25"}]
    )


def test_an_id_is_one_line_without_control_characters() -> None:
    assert "must stand on one line" in refusal(companies=[{"id": "a\nb"}])
    assert "control character" in refusal(companies=[{"id": "a\x00b"}])
    assert "control character" in refusal(companies=[{"id": "a", "name": "b\x1b[31m"}])
    assert "control character" in refusal(companies=[{"id": "a", "aliases": ["b\x1b[31m"]}])
    assert "`companies` needs `id`" in refusal(companies=[{"id": "  "}])


def test_a_company_may_hold_a_stake_in_itself() -> None:
    world = World.of(companies=[{"id": "a"}], stakes=[{"owner": "a", "owned": "a", "percent": 10}])

    assert len(world.rows("stakes")) == 1


def test_python_values_mean_what_their_text_means() -> None:
    text = World.of(
        companies=[{"id": "7", "exchange_listed": "true", "incorporated": "2020-01-02", "capital_usd": "0.5"}],
        stakes=[{"owned": "7", "percent": "12.5"}, {"owned": "7", "percent": "5-9"}],
    )
    values = World.of(
        companies=[
            {
                "id": 7,
                "exchange_listed": True,
                "incorporated": date(2020, 1, 2),
                "capital_usd": Decimal("0.5"),
            }
        ],
        stakes=[
            {"owned": 7, "percent": Fraction(25, 2)},
            {"owned": 7, "percent": Interval(Fraction(5), Fraction(9)), "owner": None},
        ],
    )

    assert values.sha256 == text.sha256


def test_a_float_is_refused() -> None:
    told = refusal(companies=[{"id": "a"}], stakes=[{"owned": "a", "percent": 33.3}])

    assert "`33.3` is not exact; give it as text" in told


def test_rows_are_frozen_and_equal_by_content_wherever_they_stand() -> None:
    one, two = (
        World.of(companies=rows).by_id("companies")["a"] for rows in ([{"id": "a"}], [{"id": "b"}, {"id": "a"}])
    )

    assert one == two
    assert hash(one) == hash(two)
    assert (one.origin.line, two.origin.line) == (1, 2)
    with pytest.raises(ValueError, match="frozen"):
        one.id = "c"  # type: ignore[attr-defined]


def test_a_copy_of_a_row_has_its_own_content() -> None:
    line = Shipment.model_validate(LINE)
    before = line.content

    assert line.model_copy(update={"quantity": 2}).content != before
    assert line.content == before


def test_content_says_what_is_known_and_no_more() -> None:
    assert Stake.model_validate({"owned": "a", "percent": "50.0", "interest": "shares"}).content == (
        '{"owned":"a","percent":"50"}'
    )


def test_each_named_row_is_looked_for_in_its_tables() -> None:
    assert dict(references(Holding)) == {"site": ("sites",), "owner": ("companies", "people")}
    assert dict(references(Order))["replaces"] == ("shipments", "orders")


def test_the_schema_of_a_world_is_a_schema_and_names_every_field() -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    schema = world_schema()
    validator.check_schema(schema)
    check = validator(schema)

    assert set(schema["properties"]) == {"as_of", *TABLES}
    for name, model in TABLES.items():
        assert set(schema["$defs"][model.__name__]["properties"]) == set(model.columns()), name
    assert check.is_valid({"stakes": [{"owned": "a", "percent": 50, "x_note": 1}], "as_of": "2025-01-01"})
    assert not check.is_valid({"stakes": [{"owned": "a", "share": 50}]})
    assert not check.is_valid({"stakes": [{"percent": 50}]})
