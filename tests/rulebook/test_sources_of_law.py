"""Every parameter, every entry of a list and every source of what ships has a citation, a date and a confidence.

The date is the day from which a value or an entry stands (`from`, or the value of a parameter that is a day), or, where
it gives none of its own, the day by which the sources of its file or pack were read (`seen`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from compliance.rulebook.folder import rules_folder
from compliance.rulebook.packs import CASES, pack_ids
from compliance.world.io import rule_file

SHARED = rules_folder() / "shared"
CONFIDENCES = ("verified", "secondary", "memory", "design")


def lacking(folder: Path) -> tuple[list[str], dict[str, int]]:
    """What of a pack has no citation, date or confidence; and how many entries of each kind were looked at."""
    seen = rule_file.read_rule_file(folder / "pack.yaml").get("seen")  # type: ignore[attr-defined]
    found, counts = [], dict[str, int]()
    files = [p for p in sorted(folder.rglob("*.yaml")) if not p.name.endswith(CASES)]
    for path in files:
        for kind, name, entry, dated in entries(path):
            counts[kind] = counts.get(kind, 0) + 1
            for key in ("citation", "confidence", *(("from",) if dated else ())):
                given = entry.get(key) or (seen if key == "from" else None)
                if not given or (key == "confidence" and given not in CONFIDENCES):
                    found.append(f"{path.name}: {kind} {name} lacks {'a date' if key == 'from' else key}")
    return found, counts


def entries(path: Path) -> Iterator[tuple[str, str, Mapping[str, Any], bool]]:
    """Each thing in a file that must say where it comes from, and whether it stands from a day."""
    node: Any = rule_file.read_rule_file(path)
    if path.parent.name == "lists" or path.name == "country_groups.yaml":
        yield from listed(node)
        return
    if path.name == "pack.yaml":
        yield "pack", node["id"], {**node, "citation": node["basis"], "from": node.get("seen")}, True
        yield "source", node["id"], {**node, "citation": node.get("source"), "from": node.get("seen")}, True
    elif "when" in node:
        yield "rule", node["id"], node, True
    for entry in node.get("force") or ():
        yield "force", entry["state"], entry, True
    for name, parameter in (node.get("parameters") or {}).items():
        for value in parameter["values"]:
            day = value["value"] if parameter["unit"] == "date" else value.get("from")
            yield "parameter", name, {**value, "from": day}, True
        for factor in parameter.get("times") or ():
            yield "factor", name, factor, False
    for kind in ("requirements", "routes"):
        yield from ((kind, name, entry, False) for name, entry in (node.get(kind) or {}).items())
    for policy in node.get("review_policies") or ():
        yield "review policy", policy["policy"], policy, False
    for name, test in (node.get("capture") or {}).items():
        for part in (*test["lists"], *test["threshold"], *([test["controls"]] if "controls" in test else ())):
            yield "capture", name, part, True
        for flag, rule in test["flags"].items():
            if "days" in rule or "token_usd" in rule:
                yield "flag", flag, rule, True


def listed(node: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any], bool]]:
    """Every member of every list, with what it takes from the list."""
    for name, entry in node.items():
        of_list = {key: entry[key] for key in ("citation", "confidence") if entry.get(key)}
        of_list["from"] = entry.get("from") or entry.get("seen") or entry.get("ends")
        yield "list", name, of_list, True
        for member in (*(entry.get("countries") or ()), *(entry.get("parties") or ())):
            own = {"country": member} if isinstance(member, str) else {k: v for k, v in member.items() if v}
            yield "member", f"{name} {own.get('country') or own.get('name')}", {**of_list, **own}, True


@pytest.mark.parametrize("pack", pack_ids())
def test_all_that_a_pack_rests_on_has_a_citation_a_date_and_a_confidence(pack: str) -> None:
    found, counts = lacking(rules_folder() / pack)

    assert found == []
    assert counts["rule"] >= 3
    assert counts["force"] >= 1


def test_the_packs_together_hold_what_is_looked_for() -> None:
    counts = [lacking(rules_folder() / pack)[1] for pack in pack_ids()]
    held = {kind: sum(count.get(kind, 0) for count in counts) for kind in {k for c in counts for k in c}}

    assert held["parameter"] >= 60
    assert held["member"] >= 50
    assert min(held[kind] for kind in ("capture", "flag", "factor", "requirements", "routes", "review policy")) >= 1


def test_the_country_groups_that_packs_share_have_them_too() -> None:
    node: Any = rule_file.read_rule_file(SHARED / "country_groups.yaml")
    found = [
        f"{name} lacks {key}" for _, name, entry, _ in listed(node) for key in ("citation", "confidence")
        if not entry.get(key)
    ]  # fmt: skip

    assert found == []
    assert sum(1 for _ in listed(node)) > 300


def test_chips_and_control_parameters_have_them_too() -> None:
    zones: Any = rule_file.read_rule_file(SHARED / "control_zones.yaml")
    shelf: Any = rule_file.read_rule_file(SHARED / "chips.yaml")
    parent: Any = rule_file.read_rule_file(SHARED / "parent.yaml")

    for entry in (
        *zones["periods"],
        *zones["bit_lengths"].values(),
        parent,
        shelf["reference"],
        shelf["power_overhead"],
    ):
        assert entry["citation"]
        assert entry["confidence"] in CONFIDENCES
    for chip in shelf["chips"]:
        assert chip["source"], chip["name"]
        assert chip["confidence"] in CONFIDENCES
    assert all(file["seen"] for file in (zones, shelf, parent))
    assert [period["from"] for period in zones["periods"][1:]] == ["2022-10-21", "2023-11-17"]


def test_every_flag_has_its_source() -> None:
    flags: Any = rule_file.read_rule_file(SHARED / "flags.yaml")

    assert [flag["id"] for flag in flags if not (flag["source"] and flag["meaning"] and flag["topic"])] == []


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("citation: a test, confidence: design}", "confidence: design}", "parameter bulk lacks citation"),
        ("seen: 2026-11-20\n", "", "parameter bulk lacks a date"),
        ("citation: a list", "title: a list", "member few KI lacks citation"),
    ],
)
def test_what_lacks_one_is_told(tmp_path: Path, was: str, becomes: str, told: str) -> None:
    files = {
        "pack.yaml": "id: own\nbasis: a test\nsource: a test\nconfidence: design\nseen: 2026-11-20\n",
        "definitions.yaml": "parameters:\n  bulk:\n    unit: units\n"
        "    values: [{value: 8, citation: a test, confidence: design}]\n",
        "lists/few.yaml": "few:\n  citation: a list\n  confidence: design\n  countries: [KI]\n",
    }
    (tmp_path / "lists").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert lacking(tmp_path)[0] == []

    for name, text in files.items():
        (tmp_path / name).write_text(text.replace(was, becomes), encoding="utf-8")

    assert any(told in found for found in lacking(tmp_path)[0])
