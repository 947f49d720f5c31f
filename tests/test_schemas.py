"""The JSON Schemas that ship are those of the models (`SCHEMAS=write pytest ...` writes them); answers keep them."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import compliance
from compliance.answers.answer import answer_schema
from compliance.answers.headroom_answer import headroom_schema
from compliance.answers.short_answers import chips_schema, diff_schema, own_schema, patterns_schema
from compliance.authoring.rule_schema import rule_schema
from compliance.decisions.audit import audit
from compliance.decisions.screen import screen
from compliance.decisions.world_headroom import headroom
from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import CASES, load_packs
from compliance.world.io.load import load_orders, load_world
from compliance.world.schema.tables import world_schema

ROOT = Path(__file__).parent.parent
SHIPPED = Path(compliance.__file__).parent / "schemas"
SCHEMAS = {
    "answer": answer_schema,
    "chips": chips_schema,
    "diff": diff_schema,
    "headroom": headroom_schema,
    "own": own_schema,
    "patterns": patterns_schema,
    "rule": rule_schema,
    "world": world_schema,
}
KEYS = (  # contracts 6 and 9
    "schema_version", "as_of", "posture", "packs", "world", "assumptions", "decisions", "findings", "determinations",
    "flags", "not_evaluated", "not_encoded",
)  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_that_ships_is_that_of_the_model(name: str) -> None:
    path = SHIPPED / f"{name}.schema.json"
    made = json.dumps(SCHEMAS[name](), indent=2, sort_keys=True) + "\n"
    if os.environ.get("SCHEMAS") == "write":
        path.write_text(made, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == made


def validated(text: str, name: str = "answer") -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    said = json.loads(text)
    jsonschema.validate(said, json.loads((SHIPPED / f"{name}.schema.json").read_text(encoding="utf-8")))
    return said


@pytest.mark.parametrize("world", sorted(p.name for p in (ROOT / "fixtures").glob("*.yaml")))
def test_an_audit_keeps_the_schema_and_the_keys_of_the_contract(world: str) -> None:
    said = validated(audit(load_world(ROOT / "fixtures" / world)).json_text())

    assert tuple(said) == KEYS
    assert all(finding["effect"] is None for finding in said["findings"])


def test_a_screening_keeps_the_schema() -> None:
    world = load_world(ROOT / "fixtures" / "order_book_world.yaml")
    orders, problems = load_orders(ROOT / "fixtures" / "order_book_200.csv", world)

    said = validated(screen(world, orders[:20], load_packs(["us_ai_diffusion"]), problems=problems).json_text())

    assert tuple(said) == KEYS
    unread = [left for left in said["not_evaluated"] if "order_book_200.csv" in left["reason"]]
    assert len(unread) == 2  # two lines cannot be read; the third names an unknown chip further down
    assert {d["table"] for d in said["determinations"]} == {"orders"}


def test_a_headroom_keeps_the_schema_in_both_shapes() -> None:
    world = load_world(ROOT / "fixtures" / "hyperscaler_absorbs_it.yaml")
    of_all: dict[str, Any] = {"chip": "H100", "country": "MY", "packs": load_packs(["diffusion_headline"])}

    route = validated(json.dumps(headroom(world, operator="meridian", **of_all)), "headroom")
    table = validated(json.dumps(headroom(world, **of_all)), "headroom")

    assert route.keys() - table.keys() == {"routes", "consignee", "assumptions"}
    assert [row["operator"] for row in table["operators"]] == ["meridian"]


@pytest.mark.parametrize("asked", ["ofac", "bis", "eu", "uk", "parent", "share", "beneficial"])
def test_own_keeps_the_schema(asked: str) -> None:
    world = load_world(ROOT / "fixtures" / "dirty_fleet.yaml")
    owner = world.rows("stakes")[0].owner if asked == "share" else None  # type: ignore[attr-defined]

    said = validated(compliance.own(world, test=asked, owner=owner).json_text(), "own")

    assert len(said["parties"]) == len(world.rows("companies"))


def test_chips_keep_the_schema() -> None:
    said = validated(compliance.chips(as_of=date(2026, 11, 20)).json_text(), "chips")

    assert len(said["chips"]) > 90


def test_a_diff_keeps_the_schema() -> None:
    world = load_world(ROOT / "fixtures" / "order_book_world.yaml")
    orders, _ = load_orders(ROOT / "fixtures" / "order_book_200.csv", world)

    said = compliance.diff(world, "us_affiliates@2026-11-09", "us_affiliates@2026-11-10", orders[:60])

    assert validated(said.json_text(), "diff")["repeated"]["appear"]


def test_patterns_keep_the_schema() -> None:
    world = load_world(ROOT / "fixtures" / "twelve_shells_at_1699.yaml")

    said = validated(compliance.patterns(world).json_text(), "patterns")

    assert said["groups"][0]["pattern"] == "split_evasion"
    assert said["flags"] == ["common_owner_split", "shared_address", "shared_director", "shared_phone"]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("own", {"test": "parent", "as_of": "2026-01-01", "undisclosed": "closed", "parties": {"a": {}}}),
        ("chips", {"as_of": "2026-01-01", "chips": {"H100": {"tpp": 1}}}),
        ("diff", {"from": {}, "to": {}}),
        ("patterns", {"as_of": "2026-01-01", "groups": [{"pattern": "x"}], "flags": [], "assumptions": []}),
    ],
)
def test_a_schema_refuses_what_is_no_answer(name: str, broken: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema")

    with pytest.raises(jsonschema.ValidationError):
        validated(json.dumps(broken), name)


def rule_files() -> list[Path]:
    packs = [path.parent for path in rules_folder().glob("*/pack.yaml")]
    return sorted(p for pack in packs for p in pack.glob("*.yaml") if not p.name.endswith(CASES))


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_rule_file_that_ships_keeps_the_schema_for_editors(path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    node = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)

    jsonschema.validate(node, json.loads((SHIPPED / "rule.schema.json").read_text(encoding="utf-8")))


def test_the_schema_for_editors_refuses_what_a_rule_does_not_have() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    node = yaml.load((rules_folder() / "diffusion_headline" / "country_cap.yaml").read_text(), yaml.BaseLoader)
    schema = json.loads((SHIPPED / "rule.schema.json").read_text(encoding="utf-8"))

    for broken in ({**node, "outcom": "violation"}, {**node, "topic": "weather"}, {**node, "when": {}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)
