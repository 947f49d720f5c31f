"""A rule evaluated on the slice of one finding says the same about it as on the whole world, also after a change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compliance.decisions.audit import audit
from compliance.decisions.setup import scene_of
from compliance.evaluation.evaluate import evaluate
from compliance.evaluation.matches import Match
from compliance.explain import remedies
from compliance.explain.finding_slice import slice_of
from compliance.explain.remedies import _UnitRemoval
from compliance.plan.line_reach import EVERY
from compliance.plan.planner import Planner
from compliance.rulebook.packs import load_packs
from compliance.sources.evaluation_context import EvaluationContext
from compliance.world.io.load import load_world
from compliance.world.world import World
from tests.packs import on
from tests.worlds import AS_OF, lines, worlds

PACKS = load_packs(["diffusion_headline", "us_ai_diffusion", "us_chips_enforced", "diversion_red_flags"])
FIXTURES = Path(__file__).parents[2] / "fixtures"
FEW = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LICENSES = [
    {"id": "l", "holder": "c0", "kind": "license", "state": "granted", "limit_tpp": "20000000"},
    {"id": "m", "holder": "c1", "kind": "license", "state": "granted"},
]


def told(found: Match | None) -> Any:
    """What is found about the subject, without the plan."""
    if found is None:
        return None
    rows = [(row.table, row.id, row.low, row.high, row.sure, row.inside) for row in found.rows]
    return found.certain, found.measured, found.clauses, rows


def about(found: Match, scene: EvaluationContext) -> Any:
    again = evaluate(scene, [found.pack], {found.rule}, determine=False).found
    return told(next((one for one in again if one.identity == found.identity and one.plan == found.plan), None))


@st.composite
def shipped(draw: Any) -> dict[str, list[dict[str, str]]]:
    tables: dict[str, list[dict[str, str]]] = dict(draw(worlds()))
    rows = draw(lines(4, "more", 8))
    chosen = draw(st.lists(st.sampled_from(["l", "m", ""]), min_size=len(rows), max_size=len(rows)))
    for row, license_id in zip(rows, chosen, strict=True):
        if row.get("authorization") == "license" and license_id:
            row["authorization_id"] = license_id
    return {**tables, "shipments": [*tables.get("shipments", []), *rows], "authorizations": LICENSES}


@FEW
@given(shipped())
def test_a_slice_says_the_same_about_its_finding(tables: dict[str, list[dict[str, str]]]) -> None:
    day = on(AS_OF)
    scene = scene_of(World.of(**tables), day, day, orders=False)
    for found in evaluate(scene, PACKS[:2], determine=False).found:
        changed = _UnitRemoval(found, scene)
        for part in (slice_of(found, scene), slice_of(found, scene, fewer=True)):
            assert about(found, part) == about(found, scene)
            if changed.rows and found.plan.rule.then.remedy:
                for count in {1, changed.least() or 1}:
                    assert about(found, scene.changed(_UnitRemoval(found, part).world(count))) == about(
                        found, scene.changed(changed.world(count))
                    )


def same_with_and_without(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audit whose remedies are proven on slices is that whose remedies are proven on the whole world."""
    on_slices = audit(world, PACKS, on(AS_OF)).json_text()
    with monkeypatch.context() as patch:
        patch.setattr(remedies, "slice_of", lambda found, scene, fewer: scene)
        assert audit(world, PACKS, on(AS_OF)).json_text() == on_slices


@settings(FEW, max_examples=4)
@given(shipped())
def test_remedies_of_made_up_worlds_are_those_of_whole_worlds(tables: dict[str, list[dict[str, str]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        same_with_and_without(World.of(**tables), patch)


@pytest.mark.parametrize("fixture", ["dirty_fleet.yaml", "two_clouds_and_a_local.yaml"])
def test_remedies_of_fixtures_are_those_of_whole_worlds(fixture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    same_with_and_without(load_world(FIXTURES / fixture), monkeypatch)


@pytest.mark.parametrize(
    ("rule", "own", "links"),
    [
        ("country_cap", {"destination"}, [{"purchase"}]),
        ("small_purchase", {"purchase"}, []),
        ("lpp_yearly_limit", {EVERY}, []),
        ("nveu_ceiling", set(), []),
        ("allocation_used_up", {"destination"}, []),
    ],
)
def test_which_lines_a_rule_rests_on(rule: str, own: set[str], links: list[set[str]]) -> None:
    (reach,) = [p.reach for pack in PACKS for p in Planner(pack).plan().rules if p.rule.id == rule]

    assert reach is not None
    assert (reach.own, list(reach.links)) == (own, links)


@pytest.mark.parametrize("rule", ["missing_units", "serial_on_two_lines", "half_of_home_volume"])
def test_what_rests_on_other_forms_of_the_lines_is_proven_on_the_whole(rule: str) -> None:
    (found,) = [p.reach for pack in PACKS for p in Planner(pack).plan(margins=False).rules if p.rule.id == rule]

    assert found is None


LINE = {"date": "2025-06-01", "consignee": "c", "chip": "H100", "movement": "export", "authorization": "license"}


@pytest.mark.parametrize(("fewer", "kept"), [(False, ["s1", "s2", "s4", "s5", "s6"]), (True, ["s1", "s2", "s5", "s6"])])
def test_lines_are_left_out_that_the_finding_cannot_depend_on(fewer: bool, kept: list[str]) -> None:
    """Those of other countries but of the same purchase; where units are only taken off, those that do not count.

    A line is of the country of its end use and of its site too.
    """
    shipments = [
        {**LINE, "id": "s1", "to_country": "MY", "quantity": "60000", "purchase": "p"},
        {**LINE, "id": "s2", "to_country": "TH", "quantity": "1", "purchase": "p"},
        {**LINE, "id": "s3", "to_country": "TH", "quantity": "1"},
        {**LINE, "id": "s4", "to_country": "MY", "quantity": "1700"},
        {**LINE, "id": "s5", "to_country": "TH", "quantity": "1701", "end_use_country": "MY"},
        {**LINE, "id": "s6", "to_country": "TH", "quantity": "1701", "site": "johor"},
        {**LINE, "id": "s7", "to_country": "TH", "quantity": "1701", "site": "rayong", "end_use_country": "TH"},
    ]
    day = on(AS_OF)
    sites = [{"id": "johor", "country": "MY"}, {"id": "rayong", "country": "TH"}]
    world = World.of(companies=[{"id": "c", "headquarters": "MY"}], sites=sites, shipments=shipments)
    scene = scene_of(world, day, day, orders=False)
    (cap,) = [f for f in evaluate(scene, PACKS, {"country_cap"}, determine=False).found if f.id == "MY"]

    assert [row.name_of_row for row in slice_of(cap, scene, fewer).world.rows("shipments")] == kept


def test_a_rule_that_looks_two_steps_further_is_proven_on_every_line_of_its_subject() -> None:
    shipments = [{**LINE, "id": name, "to_country": "MY", "quantity": n} for name, n in (("s1", "60000"), ("s4", "1"))]
    day = on(AS_OF)
    scene = scene_of(World.of(companies=[{"id": "c", "headquarters": "MY"}], shipments=shipments), day, day, False)
    (cap,) = [f for f in evaluate(scene, PACKS, {"country_cap"}, determine=False).found if f.id == "MY"]
    reach = cap.plan.reach
    assert reach is not None
    further = replace(cap, plan=replace(cap.plan, reach=replace(reach, links=reach.links * 2)))

    assert [len(slice_of(found, scene, fewer=True).world.rows("shipments")) for found in (cap, further)] == [1, 2]
