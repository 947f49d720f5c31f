"""Of rows or of columns, a world is one: every audit and every attribute is the same by either register."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance import audit, load_packs, load_world
from compliance.ownership.columnar import columnar_register
from compliance.ownership.columnar.columnar_register import Lot, WideRegister, register_of
from compliance.ownership.ownership_graph import Ownership
from compliance.ownership.party_rows import Place
from compliance.sources.entities import amount
from compliance.sources.parties.party_columns import PARTY
from compliance.sources.parties.party_profile import AMOUNTS, FIELDS, TEXTS, Profiles
from compliance.world.schema.tables import Company, Stake
from compliance.world.world import World
from tests.world.written import written

from .test_wide import any_large

AS_OF = date(2026, 6, 30)
ROWS, COLUMNS = 10**9, 0


def any_dealings(rng: random.Random) -> dict[str, Any]:
    """Companies with papers of their own that deal in chips, beside who owns whom; some of it empty."""
    world = any_large(rng)
    names = [row["id"] for row in world["companies"]]
    told = {
        "jurisdiction": ["MY", "SG", "CN", "US"],
        "address": ["1 Jalan Satu, Johor", "jalan satu 1 johor", "9 Raffles Place", "12 Cecil Street"],
        "phone": ["+60 7 123 4567", "+86 21 1234 5678", "none"],
        "email": ["a@gmail.com", "b@b.example", "none"],
        "website": ["none", "https://b.example"],
        "employees": ["0", "1", "2", "500"],
        "capital_usd": ["1", "1000", "5000000"],
        "activity": ["cloud", "forwarder", "reseller", "other"],
        "business": ["furniture", "computers"],
        "incorporated": ["2014-02-03", "2025-03-01"],
        "last_filing": ["2022-01-01", "2025-12-31"],
        "reactivated": ["2025-02-01"],
    }
    for row in world["companies"]:
        row.update({field: rng.choice(words) for field, words in told.items() if rng.random() < 0.7})
    world["shipments"] = [
        {
            "id": f"s{number}",
            "date": rng.choice(["2025-01-20", "2025-05-31", "2025-06-01", "2026-02-01"]),
            "exporter": rng.choice(names),
            "consignee": rng.choice(names),
            "end_user": rng.choice(names),
            "to_country": rng.choice(["MY", "SG", "CN", "DE", "VN"]),
            "chip": rng.choice(["H100", "A100", "H20", "RTX 4090"]),
            "quantity": str(rng.choice([1, 64, 1_699, 1_701, 60_000])),
            "movement": "export",
            "authorization": rng.choice(["LPP", "license", "none", "NAC"]),
            "description": rng.choice(["servers", "furniture"]),
        }
        for number in range(24)
    ]
    world["sites"] = [{"id": "site", "country": "MY", "operator": names[0], "it_mw": "60"}]
    world["holdings"] = [{"site": "site", "chip": "H100", "quantity": "90000", "owner": names[1]}]
    world["listings"] += [{"party": names[3], "list": "UVEU"}, {"party": names[5], "list": "MEU", "from": "2025-06-01"}]
    return world


@pytest.mark.parametrize(("seed", "how"), [(1, "python"), (2, "csv"), (3, "parquet"), (4, "python")])
def test_every_audit_is_the_same_by_either_register(
    seed: int, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = any_dealings(random.Random(seed))
    world = World.of(**tables) if how == "python" else load_world(written(tables, tmp_path / "world", how))
    found = []
    for least in (ROWS, COLUMNS):
        monkeypatch.setattr(columnar_register, "WIDE", least)
        found.append(audit(world, load_packs(), as_of=AS_OF).model_dump_json())

    assert found[0] == found[1]
    assert '"rule":"' in found[0]


@pytest.mark.parametrize("how", ["python", "csv"])
@pytest.mark.parametrize("least", [ROWS, COLUMNS])
def test_whatever_is_asked_of_a_company_is_of_its_own_row(how: str, least: int, tmp_path: Path) -> None:
    tables = any_dealings(random.Random(5))
    world = World.of(**tables) if how == "python" else load_world(written(tables, tmp_path / "world", how))
    register = register_of(world, least)
    profiles = Profiles(Ownership(world, least=least))

    assert isinstance(register, WideRegister) == (least == COLUMNS)
    assert dict(register.companies) == dict(world.by_id("companies"))
    assert dict(register.people) == dict(world.by_id("people"))
    for row in world.each(Company):
        assert register.place(row.id) == Place(row.jurisdiction, row.headquarters)
        assert profiles.of("activity", row.id, AS_OF) == row.activity
        assert profiles.of("employees", row.id, AS_OF) == amount(row.employees)
        assert profiles.of("capital_usd", row.id, AS_OF) == amount(row.capital_usd)
    assert any(row.employees is not None for row in world.each(Company))
    assert register.place("nobody") == Place(None, None)


def test_an_attribute_of_a_company_is_a_field_of_its_row_or_made_from_one() -> None:
    of_others = {
        "headquarters", "parent.headquarters", "parent", "parent.activity", "family", "majority_person", "kind",
        "phone_elsewhere", "email_domain",
    }  # fmt: skip

    assert {*FIELDS, *TEXTS, *AMOUNTS, *of_others} == set(PARTY)
    assert {*FIELDS, *TEXTS, *AMOUNTS} - of_others <= Company.model_fields.keys()
    assert {name for name in PARTY if PARTY[name].kind == "amount"} == set(AMOUNTS)


def test_a_row_of_stakes_is_the_same_by_either_register() -> None:
    world = World.of(**any_dealings(random.Random(6)))
    rows, columns = register_of(world, ROWS), register_of(world, COLUMNS)
    asked = [field.name for field in fields(Lot)]

    assert len(world.each(Stake)) > 20
    for party in rows.companies:
        for here, there in ((rows.cells_in, columns.cells_in), (rows.cells_by, columns.cells_by)):
            assert [(c.owner, c.owned, c.interest) for c in here(party)] == [
                (c.owner, c.owned, c.interest) for c in there(party)
            ]
        assert [[getattr(row, name) for name in asked] for row in rows.stakes_in(party)] == [
            [getattr(row, name) for name in asked] for row in columns.stakes_in(party)
        ]
