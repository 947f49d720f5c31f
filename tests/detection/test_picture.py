"""A group as a picture: its members below what they share; valid XML; every form from the command line."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from compliance.cli.main import run
from compliance.detection.group_picture import MOST, picture
from compliance.reports.ownership_picture import dot, svg
from tests.detection.made import buyer, found, line, scheme, world

ROOT = Path(__file__).parents[2]
SHELLS = str(ROOT / "fixtures" / "twelve_shells_at_1699.yaml")


def texts(drawn: str) -> set[str]:
    tree = ElementTree.fromstring(drawn)
    return {"".join(node.itertext()) for node in tree.iter("{http://www.w3.org/2000/svg}text")}


def test_members_are_drawn_below_what_they_share() -> None:
    tables = scheme(phone="+60 3 <5550> & 1000")
    (group,) = found(tables)
    drawn = picture(world(tables), group)
    ends = {(link["owner"], link["owned"]) for link in drawn["links"]}

    assert {("phone: 60355501000", member) for member in "abcd"} <= ends
    assert [node["id"] for node in drawn["nodes"] if node["asked"]] == ["a", "b", "c", "d"]
    assert {"a Sdn Bhd", "60355501000"} <= texts(svg(drawn))
    assert any("bold frame: a buyer of the group" in text for text in texts(svg(drawn)))
    assert '"phone: 60355501000" -> "a"' in dot(drawn)


def test_a_circle_is_drawn_as_who_holds_whom() -> None:
    tables = {
        "companies": [{**buyer("b"), "name": "B <&> Co"}, buyer("x")],
        "stakes": [{"owner": "x", "owned": "b", "percent": 60}, {"owner": "b", "owned": "x", "percent": 60}],
        "shipments": [line(1, "b", "2025-06-01")],
    }
    (group,) = found(tables, shell_score="-9", shells_per_buyer="10")
    drawn = picture(world(tables), group)

    assert {(link["owner"], link["owned"], link["told"]) for link in drawn["links"]} == {
        ("x", "b", "60 %"), ("b", "x", "60 %")
    }  # fmt: skip
    assert {"B <&> Co", "60 %"} <= texts(svg(drawn))


def test_a_large_group_is_drawn_in_part_and_says_so() -> None:
    names = [f"m{n:03}" for n in range(MOST + 5)]
    tables = {
        "companies": [buyer(name, phone="+60 3 5550 1000", address="1 Main Street") for name in names],
        "shipments": [line(name, name, "2025-06-01") for name in names],
    }
    (group,) = found(tables, most_members="99")
    drawn = picture(world(tables), group)

    assert len(drawn["nodes"]) == MOST
    assert drawn["left_out"] == 5 + 3
    assert any("8 more not drawn" in text or "8 parties more not drawn" in text for text in texts(svg(drawn)))


@pytest.mark.parametrize(("form", "begins"), [("svg", "<svg"), ("html", "<!doctype html>"), ("dot", "digraph")])
def test_the_verb_draws(form: str, begins: str, tmp_path: Path) -> None:
    path = tmp_path / "drawn"

    assert run(["patterns", SHELLS, "--format", form, "--output", str(path)]) == 0
    assert path.read_text(encoding="utf-8").startswith(begins)
    assert "Angsana Compute" in path.read_text(encoding="utf-8")


def test_a_group_that_is_not_there_cannot_be_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["patterns", SHELLS, "--format", "svg", "--group", "99"]) == 2
    assert "there is no group 99" in capsys.readouterr().err


def test_text_and_json_tell_the_same_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["patterns", SHELLS]) == 0
    text = capsys.readouterr().out
    assert run(["patterns", SHELLS, "--format", "json", "--group", "1"]) == 0
    answer = capsys.readouterr().out

    assert "1. split evasion" in text
    assert "evidence for a person to weigh" in text
    assert '"pattern": "split_evasion"' in answer
