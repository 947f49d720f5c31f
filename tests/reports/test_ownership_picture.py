"""The picture around a party: every holder in its layer, every percent on its link, valid XML, nothing unescaped."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from compliance.cli.main import run
from compliance.decisions import ownership_questions
from compliance.decisions.ownership_questions import picture
from compliance.errors import UsageError
from compliance.reports.layout import laid_out
from compliance.reports.ownership_picture import BOX, GAP, dot, page, svg
from compliance.units import day
from compliance.world.world import World

AS_OF = day("2026-06-30")
WORLD = World.of(
    companies=[
        {"id": "x", "name": "Listed <Holding> & Co", "headquarters": "CN"},
        *({"id": name, "headquarters": "MY"} for name in ("a", "b", "t", "far", "below")),
    ],
    people=[{"id": "p", "name": 'A "quoted" person'}],
    stakes=[
        {"owner": "x", "owned": "a", "percent": "60"},
        {"owner": "a", "owned": "t", "percent": "51"},
        {"owner": "b", "owned": "t", "percent": ">25-<49"},
        {"owner": "t", "owned": "b", "percent": "30"},
        {"owned": "b", "percent": "10"},
        {"owner": "t", "owned": "below", "percent": "unknown"},
        {"owner": "below", "owned": "far", "percent": "100"},
    ],
    controls=[{"controller": "p", "company": "t", "means": "board_seat"}],
    listings=[{"party": "x", "list": "SDN"}],
)
DRAWN = picture(WORLD, ["t"], test="ofac", as_of=AS_OF)


def test_everybody_above_and_one_step_below_is_drawn() -> None:
    assert {node["id"] for node in DRAWN["nodes"]} == {"x", "a", "b", "t", "p", "?b", "below"}
    assert {node["id"] for node in DRAWN["nodes"] if node["listed"]} == {"x"}
    assert [(link["owner"], link["owned"]) for link in DRAWN["links"] if link["witness"]] == [("x", "a"), ("a", "t")]
    assert {link["told"] for link in DRAWN["links"]} >= {">25-<49 %", "unknown", "board seat"}


def test_the_svg_is_xml_with_every_name_and_percent() -> None:
    tree = ElementTree.fromstring(svg(DRAWN))
    texts = {"".join(node.itertext()) for node in tree.iter("{http://www.w3.org/2000/svg}text")}

    assert {"Listed <Holding> & Co", 'A "quoted" person', "60 %", "51 %", ">25-<49 %", "board seat"} <= texts
    assert any("red line" in text for text in texts)


def test_no_box_lies_on_another_and_owners_stand_above() -> None:
    links = [(link["owner"], link["owned"]) for link in DRAWN["links"]]
    layout = laid_out([node["id"] for node in DRAWN["nodes"]], links, BOX, GAP)
    for one, other in combinations(layout.places.values(), 2):
        assert abs(one[1] - other[1]) >= BOX[1] or abs(one[0] - other[0]) >= BOX[0] - 0.01
    for owner, owned in links:
        assert layout.places[owner][1] < layout.places[owned][1] or (owner, owned) == ("t", "b")


def test_sideways_the_layers_stand_from_left_to_right() -> None:
    many = {
        "title": "many of one",
        "nodes": [{"id": name, "name": name, "country": "", "kind": "company", "verdict": "", "listed": False,
                   "asked": False} for name in ("top", *"abcdef")],
        "links": [{"owner": "top", "owned": name, "told": "", "control": False, "witness": False} for name in "abcdef"],
        "left_out": 0,
        "sideways": True,
    }  # fmt: skip
    tree = ElementTree.fromstring(svg(many))
    boxes = [
        (float(rect.attrib["x"]), float(rect.attrib["y"]))
        for rect in tree.iter("{http://www.w3.org/2000/svg}rect")
        if rect.attrib["width"] == f"{BOX[0]:.0f}"
    ]

    left, *right = boxes
    assert len({x for x, _ in right}) == 1
    assert right[0][0] >= left[0] + BOX[0]
    assert all(abs(one - other) >= BOX[1] for (_, one), (_, other) in combinations(right, 2))
    assert float(tree.attrib["width"]) < 4 * BOX[0]
    assert "rankdir=LR" in dot(many)
    assert "rankdir=LR" not in dot(DRAWN)


def test_dot_quotes_names() -> None:
    text = dot(DRAWN)

    assert '"p" [label="A \\"quoted\\" person\\np · not captured"' in text
    assert '"x" -> "a" [label="60 %" color="#b91c1c" penwidth="2"];' in text


def test_a_page_needs_nothing_from_elsewhere() -> None:
    text = page(DRAWN, "the answer < as text")

    assert "the answer &lt; as text" in text
    assert "<svg" in text
    assert not {"src=", "href=", "<script", "@import"} & {word for word in text.split() if word}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_what_there_is_no_room_for_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership_questions, "MOST_DRAWN", 3)
    drawn = picture(WORLD, ["t"], test="ofac", as_of=AS_OF)

    assert (len(drawn["nodes"]), drawn["left_out"]) == (3, 4)
    assert "4 parties more not drawn" in svg(drawn)


@pytest.mark.parametrize("test", ["parent", "uk"])
def test_other_tests_are_drawn_too(test: str) -> None:
    ElementTree.fromstring(svg(picture(WORLD, ["t"], test=test, as_of=AS_OF)))


def test_a_picture_needs_a_party() -> None:
    with pytest.raises(UsageError, match="needs a party"):
        picture(WORLD, [], test="ofac", as_of=AS_OF)


@pytest.mark.parametrize(("form", "start"), [("svg", "<svg"), ("html", "<!doctype html>"), ("dot", "digraph")])
def test_the_verb_draws(form: str, start: str, tmp_path: Path) -> None:
    place = tmp_path / "picture"
    argv = ["own", "fixtures/dirty_fleet.yaml", "ring-a", "--test", "bis", "--format", form, "--output", str(place)]

    assert run(argv) == 0
    assert place.read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize(("sideways", "kept"), [(False, 0), (True, 1)])
def test_a_link_leaves_and_reaches_its_boxes_straight(sideways: bool, kept: int) -> None:
    curve = r'<path d="M([\d.]+) ([\d.]+)C([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)"'
    curves = re.findall(curve, svg({**DRAWN, "sideways": sideways}))

    assert len(curves) > 3
    for start, leaving, reaching, end in (zip(points[::2], points[1::2], strict=True) for points in curves):
        assert (start[kept], end[kept]) == (leaving[kept], reaching[kept])
        assert start[1 - kept] != leaving[1 - kept]
