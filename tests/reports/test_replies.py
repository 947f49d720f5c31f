"""Short answers as text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from rich.cells import cell_len

from compliance.reports.text.headroom_text import headroom_text
from compliance.reports.text.short_text import chips_text, own_text, rules_text
from compliance.reports.text.terminal import Look

BINDING = {
    "rule": "cap",
    "pack": "p",
    "units": 10,
    "limit": "50000",
    "unit": "accelerators",
    "message": "MY would pass the cap.",
}


def headroom(**route: Any) -> dict[str, Any]:
    told = {
        "authorization": "LPP",
        "units": 1699,
        "binding": BINDING,
        "next": {**BINDING, "rule": "other", "units": 48000},
        "reading": "limited",
        "one_unit": {"needs": [], "not_evaluated": []},
        "left": [],
    }
    return {
        "as_of": "2026-11-20", "posture": "both", "packs": [{"id": "p", "sha256": ""}], "standings": ["enforced"],
        "not_counted": [{"pack": "q", "standing": "written", "why": "in the text and not enforced"}],
        "chip": "H100", "consignee": "c", "country": "MY",
        "routes": [{**told, **route}, {**told, "authorization": "license", **route}],
        "assumptions": ["no exporter is named"],
    }  # fmt: skip


def test_headroom_shows_units_what_binds_and_what_would_bind_next() -> None:
    told = headroom_text(headroom())
    assert told.startswith("Headroom for H100 to c in MY, as of 2026-11-20, as written and as enforced")
    assert re.search(r"LPP, license +1,699 +cap +50,000 accelerators +48,000 +other", told)
    assert told.count("MY would pass the cap.") == 1
    assert "LPP, license: MY would pass the cap." in told


@pytest.mark.parametrize(
    ("reading", "said"),
    [("no_limit_found", "no limit found"), ("not_known", "not known"), ("not_counted", "not counted")],
)
def test_headroom_without_a_bound_says_what_that_means(reading: str, said: str) -> None:
    told = headroom_text(headroom(units=None, binding=None, next=None, reading=reading))
    assert re.search(rf"LPP, license +{said} +-", told)
    assert "unlimited" not in told


def test_headroom_of_what_only_possibly_binds_says_that_the_number_is_for_certain() -> None:
    assert "at least 1,699" in headroom_text(headroom(binding={**BINDING, "certainty": "possible"}))


def test_headroom_says_that_a_license_is_no_right_and_what_is_left_under_which_text() -> None:
    need = {
        "rule": "worldwide", "pack": "q", "standing": "written", "outcome": "license_required",
        "citation": "15 CFR 742.6", "certainty": "definite",
        "review_policy": "presumption_of_approval", "message": "It needs a license.",
    }  # fmt: skip
    limit = {
        "account": "q/allocation/MY", "rule": "country_allocation", "pack": "q", "standing": "written",
        "counted": False, "citation": "15 CFR 742.6(b)(10)", "holder": "MY", "key": "",
        "period": "2025-01-01/2028-01-01",
        "limit": "790000000", "used": "769046400", "left": "20953600", "unit": "TPP", "units": 1324,
    }  # fmt: skip
    told = headroom_text(headroom(one_unit={"needs": [need], "not_evaluated": []}, left=[limit]))
    words = " ".join(told.split())

    assert "LPP, license: license required by the text that is not enforced (q/worldwide, 15 CFR 742.6;" in words
    assert "nobody has a right to one" in words
    assert (
        "country allocation of MY 2025-01-01 to 2028-01-01: 20,953,600 TPP of 790,000,000 TPP left, 1,324 H100" in words
    )
    assert "written, not enforced: not counted above" in words


def test_headroom_says_first_of_which_rules_it_is_and_which_packs_cannot_count() -> None:
    second, third = headroom_text(headroom()).splitlines()[1:3]
    assert second == "About rules enforced (packs: p)."
    assert third == "Not counted: q is in the text and not enforced."


def test_headroom_of_an_operator_has_megawatts() -> None:
    assert re.search(r"LPP, license +1,699 +2\.378", headroom_text(headroom(megawatts="2.3786")))


def test_a_capture_shows_its_verdict_share_path_and_what_would_decide() -> None:
    told = own_text(
        {
            "test": "bis", "as_of": "2026-11-20", "undisclosed": "closed", "posture": "both",
            "parties": {
                "a": {
                    "verdict": "undetermined", "limb": None, "low": "45", "high": "60", "low_open": True,
                    "high_open": False, "applies": None,
                    "force": {"state": "stayed", "since": "2025-11-10", "citation": "90 FR 2"},
                    "flags": ["uvl_owner"], "path": [{"owner": None, "owned": "a", "percent": None}],
                    "deciding_unknowns": [{"owner": None, "owned": "a", "settles": "the verdict"}],
                }
            },
        }
    )  # fmt: skip
    assert re.search(r"a +undetermined +- +over 45 to 60 +not known +uvl_owner", told)
    assert "a holder not named holds an unknown part % of a" in told
    assert "missing: what the holder not named holds of a; would settle: the verdict" in told
    assert "Standing: stayed since 2025-11-10 (90 FR 2)." in told


def test_a_parent_and_a_share_have_tables_of_their_own() -> None:
    head = {"as_of": "2026-11-20", "undisclosed": "closed"}
    parent = {"verdict": "undetermined", "parent": None, "headquarters": None, "candidates": ["x", "y"], "flags": []}
    assert re.search(r"a +undetermined +x, y +-", own_text({**head, "test": "parent", "parties": {"a": parent}}))
    share = {"share": None, "low": "1/3", "high": "0.5"}
    told = own_text({**head, "test": "share", "owner": "o", "parties": {"a": share}})
    assert re.search(r"a +not known +0\.333 \(1/3\) +0\.5", told)
    assert "no company in this world" in own_text({**head, "test": "share", "owner": "o", "parties": {}})


def chip(**told: Any) -> dict[str, Any]:
    return {"tpp": "15824", "performance_density": "7912/407", "zone": "a", "basis": "FP16 989 x 16", "routes": ["NAC"],
            "confidence": "verified", "notes": ["a note"], **told}  # fmt: skip


def test_chips_show_figures_and_say_what_is_not_known() -> None:
    made = {"as_of": "2026-11-20", "chips": {"H": chip(), "X": chip(tpp=None, performance_density=None, zone=None)}}
    told = chips_text(made)
    assert re.search(r"H +15,824 +19\.440 +\.a +FP16 989 x 16 +NAC +verified", told)
    assert re.search(r"X +not known +not known +not known", told)
    assert "H: a note" in told


def test_the_whole_catalogue_comes_without_notes() -> None:
    assert "a note" not in chips_text({"as_of": "2026-11-20", "chips": {f"c{n}": chip() for n in range(40)}})


def test_rules_are_listed_by_pack() -> None:
    rule = {
        "pack": "p",
        "rule": "cap",
        "topic": "country_allocation",
        "title": "A cap",
        "citation": "90 FR 1",
        "force": "not_law",
    }
    told = rules_text([rule, {**rule, "pack": "q", "force": "in_force"}])
    assert re.search(r"p  not law ─+\n  rule.*\n  cap +A cap +90 FR 1\n", told)
    assert "q  in force" in told


def test_short_answers_fit_a_narrow_terminal() -> None:
    wide = "名前" * 60
    made = headroom_text({**headroom(), "chip": wide, "consignee": wide}, Look(60))
    made += chips_text({"as_of": "2026-11-20", "chips": {wide: chip(basis=wide)}}, Look(60))
    assert max(cell_len(line) for line in made.splitlines()) <= 60
