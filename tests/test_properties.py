"""Invariants of design 2 over generated worlds; the number of worlds grows in a night run (`-m night`)."""

from __future__ import annotations

import json
from functools import lru_cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compliance.answers.answer import Answer, Finding
from compliance.decisions.audit import audit
from compliance.decisions.screen import screen
from compliance.decisions.world_headroom import headroom
from compliance.rulebook.packs import load_packs
from compliance.world.schema.tables import Order
from compliance.world.world import World
from tests.packs import on
from tests.worlds import AS_OF, Tables, lines, worlds

PACKS = load_packs(["diffusion_headline", "us_ai_diffusion"])
MONOTONE = {(pack.id, rule.name) for pack in PACKS for rule in pack.rules if "chips" in rule.monotone}
# a failing world is shown as it was drawn: shrinking one takes minutes of audits
FEW = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MANY = settings(FEW, max_examples=1000, derandomize=False)


def answer(tables: Tables) -> Answer:
    return _answered(json.dumps(tables))


@lru_cache(maxsize=4)  # the invariants ask the same of one world
def _answered(tables: str) -> Answer:
    return audit(World.of(**json.loads(tables)), PACKS, on(AS_OF))


def plain(found: Answer) -> Any:
    """The answer without the lines of rows."""
    said = json.loads(found.json_text())
    for finding in said["findings"]:
        for row in finding["evidence"]["rows"]:
            row["line"] = 0
    return said


def named(finding: Finding) -> tuple[str, str, str, str | None, str | None]:
    subject = finding.subject
    return finding.pack, finding.rule, subject.id, subject.key, subject.period


def order_free(tables: Tables, seed: int) -> None:
    mixed = {name: Random(seed).sample(rows, len(rows)) for name, rows in reversed(list(tables.items()))}

    assert plain(answer(mixed)) == plain(answer(tables))


def monotone_in_chips(tables: Tables, more: list[dict[str, str]]) -> None:
    before = {named(f) for f in answer(tables).findings if (f.pack, f.rule) in MONOTONE}
    grown = {**tables, "shipments": [*tables.get("shipments", []), *more]}
    after = {named(f) for f in answer(grown).findings}

    assert before <= after


def screening_is_two_audits(tables: Tables, order: list[dict[str, str]]) -> None:
    rows = [Order.model_validate(row) for row in order]
    said = screen(World.of(**tables), rows, PACKS, on(AS_OF))
    shipped = {**tables, "shipments": [*tables.get("shipments", []), *order]}
    by_lines = {
        "country_allocation",
        "small_order",
        "split_evasion",
        "embargoed_parent",
        "license_exception",
        "destination_license",
    }
    own = {row["id"] for row in order}
    expected = {
        named(f): f.measure.value if f.measure else None
        for f in answer(shipped).findings
        if f.topic in by_lines and own & {row.id for row in f.evidence.rows}
    }
    got = {
        named(f): f.after.value if f.after else None
        for f in said.findings
        if f.topic in by_lines and f.effect != "eased"
    }

    assert got == expected


def tight_headroom(tables: Tables, chip: str, country: str) -> None:
    world = World.of(**tables)
    found = headroom(
        world, chip=chip, consignee="c1", country=country, authorization="LPP", packs=PACKS[:1], as_of=on(AS_OF)
    )
    (route,) = found["routes"]
    if route["units"] is None:
        return

    def worse(quantity: int) -> set[str]:
        row = {
            "id": "(headroom)", "date": AS_OF, "from_country": "US", "consignee": "c1", "end_user": "c1",
            "to_country": country, "chip": chip, "quantity": str(quantity), "authorization": "LPP",
        }  # fmt: skip
        said = screen(world, [Order.model_validate(row)], PACKS[:1], on(AS_OF))
        return {f.rule for f in said.findings if f.effect in ("new", "worsened") and f.outcome != "review"}

    assert not route["units"] or worse(route["units"]) == set()
    assert route["binding"]["rule"] in worse(route["units"] + 1)


def narrowing_keeps_what_was_possible(tables: Tables, seat: str) -> None:
    unknown = {
        **tables,
        "companies": [{**row, "headquarters": ""} if row["id"] == "c0" else row for row in tables["companies"]],
    }
    known = {
        **tables,
        "companies": [{**row, "headquarters": seat} if row["id"] == "c0" else row for row in tables["companies"]],
    }
    wide, narrow = answer(unknown).findings, answer(known).findings
    one_finding = {"allocation_used_up", "allocation_straddled"}

    assert {named(f) for f in narrow} - {n for n in map(named, narrow) if n[1] in one_finding} <= {
        named(f) for f in wide
    }
    definite = {named(f) for f in wide if f.certainty == "definite"}
    assert definite <= {named(f) for f in narrow}


@FEW
@given(worlds(), st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(tables: Tables, seed: int) -> None:
    order_free(tables, seed)


@FEW
@given(worlds(), lines(4, "more", 3))
def test_more_chips_never_remove_a_finding_of_a_monotone_rule(tables: Tables, more: list[dict[str, str]]) -> None:
    monotone_in_chips(tables, more)


@FEW
@given(worlds(), lines(4, "o", 2).filter(bool))
def test_screening_an_order_says_what_an_audit_says_once_it_shipped(
    tables: Tables, order: list[dict[str, str]]
) -> None:
    screening_is_two_audits(tables, order)


@FEW
@given(worlds(), st.sampled_from(["H100", "L4"]), st.sampled_from(["MY", "SG", "CN"]))
def test_headroom_is_tight_and_names_what_binds(tables: Tables, chip: str, country: str) -> None:
    tight_headroom(tables, chip, country)


@FEW
@given(worlds(), st.sampled_from(["US", "MY", "CN"]))
def test_learning_a_seat_settles_what_was_possible_and_adds_nothing_else(tables: Tables, seat: str) -> None:
    narrowing_keeps_what_was_possible(tables, seat)


@pytest.mark.night
@MANY
@given(worlds(), lines(4, "o", 3).filter(bool), st.integers(0, 99), st.sampled_from(["US", "MY", "CN"]))
def test_a_thousand_worlds_hold_every_invariant(
    tables: Tables, order: list[dict[str, str]], seed: int, seat: str
) -> None:
    order_free(tables, seed)
    monotone_in_chips(tables, order)
    screening_is_two_audits(tables, order)
    tight_headroom(tables, "H100", "MY")
    narrowing_keeps_what_was_possible(tables, seat)
