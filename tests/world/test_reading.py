"""Worlds and orders are read from every format alike, and all that is wrong is said at once."""

# ruff: noqa: E501 -- a message stands on one line, as the user sees it

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from compliance.errors import InputError
from compliance.world.io.load import load_orders, load_world, parse_orders, parse_world
from compliance.world.schema.parties import Stake
from compliance.world.schema.shipments import Shipment
from compliance.world.world import World

SMALL = """companies:
  - {id: x, name: X Holding, headquarters: CN}
  - {id: a, name: A Sdn Bhd, headquarters: MY}
stakes:
  - {owner: x, owned: a, percent: 50}
listings:
  - {party: x, list: EntityList}
shipments:
  - {id: s1, date: 2025-06-01, consignee: a, to_country: MY, chip: H100, quantity: 1700, movement: export, authorization: LPP}
"""


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def refusal(path: Path) -> list[str]:
    """The problems, without the path to the test's folder."""
    with pytest.raises(InputError) as caught:
        load_world(path)
    folder = path if path.is_dir() else path.parent
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_the_small_world_of_the_contract_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, {"small.yaml": SMALL}) / "small.yaml"
    world = load_world(path)

    (line,) = world.each(Shipment)
    assert line.quantity == 1700
    assert line.origin.file == str(path)
    assert line.origin.line == 9
    assert world.as_of is None
    assert [row.percent.low for row in world.each(Stake)] == [50]
    assert world.party("x") is world.by_id("companies")["x"]
    assert world.party("nobody") is None


AS_JSON = {
    "as_of": "2025-12-31",
    "companies": [
        {"id": "NO", "name": 'A, "quoted" Sdn Bhd', "aliases": ["One", "Two"], "headquarters": "NO"},
        {"id": "7", "capital_usd": 1000.50, "exchange_listed": True, "website": "none", "lei": None},
    ],
    "stakes": [
        {"owner": "NO", "owned": "7", "percent": 33.33333, "x_note": "kept"},
        {"owned": "7", "percent": ">25"},
    ],
    "models": [{"id": "m", "weights": "closed", "training_ops": 3e26}],
    "chips": [{"name": "c", "throughput": {"FP16": 989, "FP8": 1979.5}}],
    "shipments": [
        {
            "id": "s", "date": "2025-06-01", "to_country": "MY", "chip": "c", "quantity": 5,
            "payer": {"name": "Q", "country": "CN"}, "serials": ["1", "2"],
        }
    ],
}  # fmt: skip
AS_YAML = """
as_of: 2025-12-31
shipments:
- {id: s, date: 2025-06-01, to_country: MY, chip: c, quantity: 5, payer: {name: Q, country: CN}, serials: [1, 2]}
chips:
- {name: c, throughput: {FP8: 1979.5, FP16: 989}}
models:
- {id: m, weights: closed, training_ops: 3.0e+26}
stakes:
- {owned: 7, percent: ">25"}
- {owner: NO, owned: 7, percent: 33.33333, x_note: kept}
companies:
- {id: 7, capital_usd: 1000.50, exchange_listed: yes, website: none, lei: }
- {id: NO, name: 'A, "quoted" Sdn Bhd', aliases: [One, Two], headquarters: NO}
"""
AS_CSV = {
    "world.yaml": "as_of: 2025-12-31\n",
    "companies.csv": "\ufeffid,name,aliases,headquarters,capital_usd,exchange_listed,website\r\n"
    'NO,"A, ""quoted"" Sdn Bhd",One; Two,NO,,,\r\n7,,,,1000.5,true,none\r\n',
    "stakes.csv": "owner,owned,percent,x_note\nNO,7,33.33333,kept\n,7,>25,\n",
    "models.yaml": "- {id: m, weights: closed, training_ops: 3e26}\n",
    "chips.csv": "name,throughput\nc,FP16=989; FP8=1979.5\n",
    "shipments.csv": "id,date,to_country,chip,quantity,payer.name,payer.country,payer,serials\n"
    "s,2025-06-01,MY,c,5,Q,CN,,1;2\n",
    "README.md": "not a table",
}


def test_the_same_rows_have_the_same_hash_in_yaml_json_and_csv(tmp_path: Path) -> None:
    for name in ("tables", "lists"):
        (tmp_path / name).mkdir()
    written(
        tmp_path,
        {"w.yaml": AS_YAML, "w.json": json.dumps(AS_JSON), "lined.json": json.dumps(AS_JSON, indent=1)},
    )
    written(tmp_path / "tables", AS_CSV)
    rows = {f"{name}.json": json.dumps(table) for name, table in AS_JSON.items() if name != "as_of"}
    written(tmp_path / "lists", {**rows, "world.yml": "as_of: 2025-12-31"})

    worlds = [load_world(tmp_path / name) for name in ("w.yaml", "w.json", "lined.json", "tables", "lists")]
    assert len({world.sha256 for world in worlds}) == 1
    assert len({world.as_of for world in worlds}) == 1
    assert worlds[0].as_of is not None


def test_the_hash_does_not_know_the_order_of_rows_and_does_know_their_content() -> None:
    rows = [{"id": f"c{n}", "name": f"Company {n}"} for n in range(50)]
    shuffled = random.Random(1).sample(rows, len(rows))

    assert World.of(companies=rows).sha256 == World.of(companies=shuffled).sha256
    assert World.of(companies=rows).sha256 != World.of(companies=rows[1:]).sha256
    assert World.of(companies=rows).sha256 != World.of(companies=[{**rows[0], "x_a": "1"}, *rows[1:]]).sha256


def test_all_problems_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    files = {
        "companies.csv": "id,headquarters,name\na,Malaysia,A\na,MY\nb,UK,B\nb,GB,B\n",
        "stakes.yaml": "- {owner: a, owned: bb, percent: 50%}\n- {owner: c, owned: b, percent: 10}\n",
        "holdings.json": '[{"chip": "H100",\n "status": "instaled"}]',
        "shipmets.csv": "id\n",
        "sites.yaml": "- [",
    }
    told = refusal(written(tmp_path, files))
    (syntax,) = [line for line in told if line.startswith("sites.yaml:")]

    assert syntax == "sites.yaml:2: cannot be read as YAML: a value is missing before the end of the file"
    assert [line for line in told if line != syntax] == [
        "companies.csv:2: `headquarters` of `companies`: `Malaysia` is not a country code of ISO 3166-1; did you mean `MY` (Malaysia)?",
        "companies.csv:3: has 2 cells under 3 columns, too few; quote a cell that holds a comma",
        "companies.csv:4: `headquarters` of `companies`: `UK` is not a country code of ISO 3166-1; did you mean `GB` (United Kingdom)?",
        "holdings.json:1: `holdings` needs `site`",
        "holdings.json:2: `instaled` is not a status of `holdings`; one of installed, boxed, planned, retired, lost, resold. Did you mean `installed`?",
        "shipmets.csv: there is no table `shipmets`. Did you mean `shipments`?",
        "stakes.yaml:1: `percent` of `stakes`: `50%` is not a number; write it without `%`",
    ]  # fmt: skip


def test_a_row_that_could_not_be_read_is_not_missed_by_those_that_name_it() -> None:
    with pytest.raises(InputError) as caught:
        World.of(
            companies=[{"id": "a", "headquarters": "XX"}],
            listings=[{"party": "a", "list": "SDN"}, {"party": "z", "list": "SDN"}],
        )

    assert [problem.message.split(":")[0] for problem in caught.value.problems] == [
        "`headquarters` of `companies`",
        "`party` of `listings`",
    ]
    assert "`z` is no party" in str(caught.value)


def test_an_id_that_stands_twice_is_said_with_both_places(tmp_path: Path) -> None:
    path = written(tmp_path, {"w.yaml": "companies:\n- {id: a}\n- {id: b}\n- {id: a}\npeople:\n- {id: b}\n"})

    assert refusal(path / "w.yaml") == [
        f"w.yaml:3: `b` is the id of a company and of a person ({path}/w.yaml:6)".replace(f"{path}/", ""),
        "w.yaml:4: `a` stands twice in `companies`, first at w.yaml:2",
    ]


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("stakes", {"owner": "acme-holdng", "owned": "acme"}, "`owner` of `stakes`: `acme-holdng` is no party"),
        ("stakes", {"owner": "acme", "owned": "pat"}, "`owned` of `stakes`: `pat` is no row of `companies`"),
        ("roles", {"person": "pot", "company": "acme", "role": "director"}, "Did you mean `pat`?"),
        ("sites", {"id": "q", "operator": "acm"}, "`operator` of `sites`: `acm`"),
        ("holdings", {"site": "sit", "chip": "H100"}, "`site` of `holdings`: `sit` is no row of `sites`. Did you mean `site`?"),
        ("models", {"id": "n", "base_model": "o"}, "`base_model` of `models`: `o` is no row of `models`."),
        ("inspections", {"site": "x", "date": "2025-01-01"}, "`site` of `inspections`: `x`"),
        ("headquarters", {"company": "x", "country": "MY"}, "`company` of `headquarters`: `x`"),
        ("compute_services", {"id": "k", "provider": "acme", "customer": "x"}, "`customer` of `compute_services`: `x`"),
        ("shipments", {"id": "s", "date": "2025-01-01", "to_country": "MY", "chip": "c", "quantity": "1", "replaces": "r"},
         "`replaces` of `shipments`: `r` is no row of `shipments` or `orders`."),
        ("orders", {"id": "s", "date": "2025-01-01", "to_country": "MY", "chip": "c", "quantity": "1", "end_user": "acm"},
         "`end_user` of `orders`: `acm` is no party of `companies` or `people`. Did you mean `acme`?"),
    ],
)  # fmt: skip
def test_what_names_nothing_is_refused_with_a_near_name(table: str, row: dict[str, str], told: str) -> None:
    base: dict[str, list[dict[str, str]]] = {
        "companies": [{"id": "acme"}, {"id": "acme-holding"}],
        "people": [{"id": "pat"}],
        "sites": [{"id": "site"}],
        "models": [{"id": "m"}],
    }
    base[table] = [*base.get(table, []), row]

    with pytest.raises(InputError) as caught:
        World.of(None, **base)

    assert told in str(caught.value)


def test_a_license_that_is_not_in_the_world_is_no_mistake_of_reading() -> None:
    line = {
        "id": "s",
        "date": "2025-01-01",
        "to_country": "MY",
        "chip": "c",
        "quantity": 1,
        "authorization_id": "D1",
    }

    assert World.of(shipments=[line]).each(Shipment)[0].authorization_id == "D1"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id,name,id\na,b,c\n", "companies.csv:1: the column `id` stands twice"),
        ("id,,name\na,b,c\n", "companies.csv:1: column 2 has no name"),
        ("id;name\na;b\n", "companies.csv:1: `id;name` is one column; separate columns by commas"),
        ("id,name\na,b\n\nb,c,d\n", "companies.csv:4: has 3 cells under 2 columns, too many; quote a cell that holds a comma"),
        ('id,name\na,"b\nc"\nb,"x"y\n', "companies.csv:4: has text after a closing quote; double a quote that belongs to the text"),
        ('id,name\na,"b\n', "companies.csv:2: begins a quoted cell that never ends"),
        ("id,name\na," + "x" * 200_000 + "\n", "companies.csv:2: has a cell of more than 131,072 characters; is a quote left open?"),
        ("id,name\na,b\x00\n", "companies.csv:2: holds the control character U+0000; remove it"),
        ("", "companies.csv: is empty; the first line names the columns"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_csv_is_said_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    assert refusal(written(tmp_path, {"companies.csv": content})) == [told]


def test_what_is_wrong_with_a_column_is_said_once_and_not_for_each_row(tmp_path: Path) -> None:
    text = "id,statuss,x_note,payer.lei\n" + "".join(f"s{n},b,c,d\n" for n in range(1000))
    absent = ("chip", "date", "quantity", "to_country")

    assert refusal(written(tmp_path, {"shipments.csv": text})) == [
        "shipments.csv:1: `shipments` has no `statuss`; name it `x_...` to keep it. Did you mean `status`?",
        *(f"shipments.csv:1: `shipments` needs a column `{name}`" for name in absent),
    ]


def test_a_cell_may_hold_line_ends_and_the_next_row_knows_its_line(tmp_path: Path) -> None:
    folder = written(tmp_path, {"companies.csv": 'id,address\na,"1 Road\nTown"\nb,x\n'})

    assert [row.origin.line for row in load_world(folder).rows("companies")] == [2, 4]


@pytest.mark.parametrize("name", ["w.yaml", "w.json", "companies.csv"])
def test_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"id,name\na,\xff\n")
    path = tmp_path if name.endswith("csv") else tmp_path / name

    assert refusal(path) == [f"{name}:2: is not UTF-8 text (byte FF, `ÿ` in Latin-1); save it as UTF-8"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("w.yaml", "", "w.yaml:1: is empty"),
        ("w.yaml", "- a\n", "w.yaml:1: needs tables by their names, such as `companies`"),
        ("w.yaml", "as_of: soon\n", "w.yaml:1: `as_of`: `soon` is not a date; write it as 2025-06-30"),
        ("w.yaml", "companies: {a: b}\n", "w.yaml:1: `companies` needs a list of rows"),
        ("w.yaml", "companies: [a]\n", "w.yaml:1: a row of `companies` is a mapping of fields to values; `a` is none"),
        ("w.yaml", "compnies: []\n", "w.yaml:1: there is no table `compnies`. Did you mean `companies`?"),
        ("w.toml", "", "w.toml: cannot be read; the name must end in .csv, .yaml, .yml, .json"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_world_is_refused(tmp_path: Path, name: str, content: str, told: str) -> None:
    assert refusal(written(tmp_path, {name: content}) / name) == [told]


def test_a_path_that_does_not_exist_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.yaml") == ["no.yaml: does not exist"]
    assert "holds no table" in refusal(tmp_path)[0]


def test_a_table_in_a_format_that_is_not_read_is_not_passed_over(tmp_path: Path) -> None:
    folder = written(tmp_path, {"companies.csv": "id\na\n", "stakes.txt": "", "sites.xlsx": "", "notes.txt": ""})

    assert [line.split(";")[0] for line in refusal(folder)] == [
        "sites.xlsx: cannot be read",
        "stakes.txt: cannot be read",
    ]


def test_a_table_in_two_files_of_a_folder_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, {"companies.csv": "id\na\n", "world.yaml": "companies: [{id: b}]\n"})

    assert refusal(folder) == ["world.yaml: `companies` is in companies.csv too; keep one"]


def test_the_day_of_a_world_may_stand_in_it() -> None:
    assert str(parse_world({"as_of": "2025-06-30"}, "f").as_of) == "2025-06-30"


def test_a_world_with_rows_is_another_world() -> None:
    world = World.of(companies=[{"id": "a"}])
    assert world.party("b") is None
    assert world.sha256 == World.of(companies=[{"id": "a"}]).sha256
    more = world.with_rows("companies", World.of(companies=[{"id": "b"}]).rows("companies"))

    assert [row.name_of_row for row in world.rows("companies")] == ["a"]
    assert [row.name_of_row for row in more.rows("companies")] == ["a", "b"]
    assert more.sha256 == World.of(companies=[{"id": "b"}, {"id": "a"}]).sha256
    assert more.party("b") is not None
    assert more.replace("companies", ()).sha256 == World.of().sha256
    with pytest.raises(KeyError):
        world.rows("company")


ORDERS = """orders:
- {id: o1, date: 2025-06-01, consignee: a, to_country: MY, chip: H100, quantity: 5}
- {id: o2, date: 2025-06-01, consignee: a, to_country: MY, chip: H100, quantity: many}
- {id: o1, date: 2025-06-01, consignee: a, to_country: MY, chip: H100, quantity: 6}
- {id: o4, date: 2025-06-01, consignee: b, to_country: MY, chip: H100, quantity: 7}
- {id: o5, date: 2025-06-01, consignee: {name: B}, to_country: MY, chip: H100, quantity: 8, replaces: o2}
"""


def test_bad_orders_do_not_sink_the_good_ones(tmp_path: Path) -> None:
    path = written(tmp_path, {"o.yaml": ORDERS}) / "o.yaml"
    rows, problems = load_orders(path, World.of(companies=[{"id": "a"}]))

    assert [row.name_of_row for row in rows] == ["o1", "o5"]
    assert [row.table for row in rows] == ["orders", "orders"]
    assert [(problem.line, problem.message.split(";")[0]) for problem in problems] == [
        (3, "`quantity` of `orders`: `many` is not a number"),
        (4, f"`o1` stands twice in `orders`, first at {path}:2"),
        (5, "`consignee` of `orders`: `b` is no party of `companies` or `people`."),
    ]
    assert len(load_orders(path)[0]) == 3


def test_orders_are_read_from_csv_though_a_line_is_broken(tmp_path: Path) -> None:
    text = "id,date,to_country,chip,quantity\no1,2025-06-01,MY,H100,5\no2,2025-06-01\no3,2025-06-01,MY,H100,6\n"
    rows, problems = load_orders(written(tmp_path, {"o.csv": text}) / "o.csv")

    assert [row.name_of_row for row in rows] == ["o1", "o3"]
    assert [problem.line for problem in problems] == [3]


@pytest.mark.parametrize(
    ("node", "told"),
    [
        ({"order": []}, "`order` is not read here; the file holds `orders`. Did you mean `orders`?"),
        ({}, "needs `orders`, a list"),
        ("", "needs `orders`, a list"),
        ({"orders": {"id": "o"}}, "`orders` needs a list of rows"),
    ],
)
def test_what_holds_no_orders_is_said(node: Any, told: str) -> None:
    assert [problem.message for problem in parse_orders(node, "f")[1]] == [told]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shipments.yaml", ""),
        ("shipments.yaml", "# nothing yet\n"),
        ("shipments.yml", "---\n"),
        ("shipments.json", "null"),
        ("shipments.jsonl", ""),
        ("shipments.ndjson", "\n\n"),
    ],
)
def test_a_file_without_anything_in_it_is_no_table_without_rows(tmp_path: Path, name: str, content: str) -> None:
    folder = written(tmp_path, {"companies.yaml": "- {id: a}\n", name: content})
    told = "is empty; remove it if there are no rows of `shipments`, or write them in it"

    assert refusal(folder) == [f"{name}: {told}"]


@pytest.mark.parametrize(("name", "content"), [("shipments.yaml", "[]\n"), ("shipments.json", "[]")])
def test_a_list_without_rows_says_that_there_are_none(tmp_path: Path, name: str, content: str) -> None:
    assert len(load_world(written(tmp_path, {name: content})).rows("shipments")) == 0


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2200-01-01"])
def test_an_order_of_a_day_beyond_reach_is_told_with_its_line(tmp_path: Path, day: str) -> None:
    path = written(tmp_path, {"book.csv": f"id,date,to_country,chip,quantity\no,{day},MY,H100,8\n"}) / "book.csv"
    told = f"`date` of `orders`: `{day}` is out of reach; a day lies between 1800-01-01 and 2199-12-31"
    row = {"id": "o", "date": day, "to_country": "MY", "chip": "H100", "quantity": 8}

    for _, problems in (load_orders(path), parse_orders([row], str(path))):
        assert [problem.message for problem in problems] == [told]
