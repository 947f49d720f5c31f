"""The graph around a party as a picture: Graphviz dot, SVG, or one page of HTML that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from compliance.reports import phrases
from compliance.reports.layout import Point, laid_out
from compliance.reports.link_paths import BOX, way_across, way_down
from compliance.reports.renderers import Drawings, Options

Drawn = Mapping[str, Any]
"""`title`, `nodes` [{id, name, country, kind, verdict, listed, asked}], `links` [{owner, owned, told, control,
witness}], `left_out`; `bold` says who has a bold frame, if not who was asked about; with `sideways` the layers
stand from left to right, which suits few layers of many."""

GAP = (44.0, 74.0)
GAP_SIDEWAYS = (20.0, 190.0)
_EDGE = 24.0
_LETTERS = 25
_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

COLOURS = {
    "listed": ("#7f1d1d", "#b91c1c", "#ffffff"),
    "captured": ("#fee2e2", "#b91c1c", "#450a0a"),
    "undetermined": ("#fef3c7", "#b45309", "#451a03"),
    "not_captured": ("#f8fafc", "#94a3b8", "#0f172a"),
    "determined": ("#f8fafc", "#94a3b8", "#0f172a"),
    "": ("#f8fafc", "#94a3b8", "#0f172a"),
    "unidentified": ("#ffffff", "#94a3b8", "#475569"),
}
"""By verdict: the box, its border, its text."""

_PLAIN, _WITNESS, _TEXT = "#64748b", "#b91c1c", "#334155"

_SAID = {"listed": "listed", "captured": "captured", "undetermined": "undetermined", "not_captured": "not captured"}


def dot(drawn: Drawn) -> str:
    """For Graphviz."""
    lines = [
        "digraph ownership {",
        *(["  rankdir=LR;"] if drawn.get("sideways") else []),
        "  node [shape=box style=filled fontname=Helvetica];",
        "  edge [fontname=Helvetica];",
    ]
    for node in drawn["nodes"]:
        box, border, text = COLOURS[colour_of(node)]
        label = "\n".join(filter(None, (node["name"], under_name(node))))
        wide = ' penwidth="2.5"' if node["asked"] else ""
        told = f'label={_quote_text(label)} fillcolor="{box}" color="{border}" fontcolor="{text}"{wide}'
        lines.append(f"  {_quote_text(node['id'])} [{told}];")
    for link in drawn["links"]:
        style = ' style="dashed"' if link["control"] else ""
        bold = ' color="#b91c1c" penwidth="2"' if link["witness"] else ""
        ends = f"{_quote_text(link['owner'])} -> {_quote_text(link['owned'])}"
        lines.append(f"  {ends} [label={_quote_text(link['told'])}{style}{bold}];")
    return "\n".join([*lines, "}", ""])


def _quote_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def colour_of(node: Mapping[str, Any]) -> str:
    """The key of a box in `COLOURS`: what its verdict is."""
    if node["kind"] == "unidentified":
        return "unidentified"
    return "listed" if node["listed"] else str(node["verdict"] or "")


def under_name(node: Mapping[str, Any]) -> str:
    """The small line in a box: id, country, verdict."""
    if node["kind"] == "unidentified":
        return "not identified"
    said = phrases.plain("listed" if node["listed"] else node["verdict"] or "")
    name = node["id"] if node["id"] != node["name"] and node["kind"] != "thing" else ""
    return " · ".join(filter(None, (name, node["country"], said)))


def svg(drawn: Drawn) -> str:
    """As a picture of its own."""
    links: Sequence[Mapping[str, Any]] = drawn["links"]
    joined: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for link in links:
        joined.setdefault((link["owner"], link["owned"]), []).append(link)
    names, sideways = [node["id"] for node in drawn["nodes"]], drawn.get("sideways", False)
    layout = (
        laid_out(names, list(joined), BOX[::-1], GAP_SIDEWAYS).transpose()
        if sideways
        else laid_out(names, list(joined), BOX, GAP)
    )
    title = str(drawn["title"])
    width = max(layout.width, 8.2 * len(title), 430.0) + 2 * _EDGE
    head, foot = 46.0, 40.0
    height = layout.height + head + foot + 2 * _EDGE
    shift = (max(0.0, (width - 2 * _EDGE - layout.width) / 2) + _EDGE, head + _EDGE)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" style="{_FONT}">',
        f"<title>{escape(title)}</title>",
        f"<defs>{_head('plain', _PLAIN)}{_head('witness', _WITNESS)}</defs>",
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        f'<text x="{_EDGE}" y="32" font-size="15" font-weight="600" fill="#0f172a">{escape(title)}</text>',
    ]
    labels = []
    for ends, together in joined.items():
        way = [(x + shift[0], y + shift[1]) for x, y in layout.ways[ends]]
        drawn_way, at = way_across(way) if sideways else way_down(way, ends[0] == ends[1])
        witness = any(link["witness"] for link in together)
        colour, thick, end = (_WITNESS, 2.4, "witness") if witness else (_PLAIN, 1.3, "plain")
        dashed = ' stroke-dasharray="5 4"' if all(link["control"] for link in together) else ""
        parts.append(
            f'<path d="{drawn_way}" fill="none" stroke="{colour}" stroke-width="{thick}"{dashed} '
            f'marker-end="url(#{end})"/>'
        )
        labels += _label(at, [str(link["told"]) for link in together if link["told"]], colour)
    for node in drawn["nodes"]:
        x, y = layout.places[node["id"]]
        parts += _box(node, (x + shift[0], y + shift[1]))
    parts += labels
    parts += _legend(drawn, height)
    return "\n".join([*parts, "</svg>", ""])


def _head(name: str, colour: str) -> str:
    """The head of an arrow, of one size whatever the line."""
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 10 5 0 10z" fill="{colour}"/></marker>'
    )


def _label(at: Point, told: list[str], colour: str) -> list[str]:
    found = []
    for number, text in enumerate(told):
        x, y = at[0], at[1] + 4 + (number - (len(told) - 1) / 2) * 14
        wide = 6.4 * len(text) + 8
        found.append(
            f'<rect x="{x - wide / 2:.1f}" y="{y - 11:.1f}" width="{wide:.1f}" height="15" rx="3" fill="#ffffff" '
            f'fill-opacity=".92"/><text x="{x:.1f}" y="{y:.1f}" font-size="11.5" text-anchor="middle" '
            f'fill="{_WITNESS if colour == _WITNESS else _TEXT}">{escape(text)}</text>'
        )
    return found


def _box(node: Mapping[str, Any], at: Point) -> list[str]:
    box, border, text = COLOURS[colour_of(node)]
    thick, dashed = (3 if node["asked"] else 1.3), ' stroke-dasharray="4 3"' if node["kind"] == "unidentified" else ""
    left, top = at[0] - BOX[0] / 2, at[1] - BOX[1] / 2
    round_ = {"person": 27, "thing": 0}.get(node["kind"], 7)
    said = under_name(node)
    name = node["name"]
    return [
        f"<g><title>{escape(name)} ({escape(said)})</title>",
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{BOX[0]:.0f}" height="{BOX[1]:.0f}" rx="{round_}" fill="{box}" '
        f'stroke="{border}" stroke-width="{thick}"{dashed}/>',
        f'<text x="{at[0]:.1f}" y="{at[1] - 4:.1f}" font-size="12.5" font-weight="600" text-anchor="middle" '
        f'fill="{text}">{escape(shorten_text(name, _LETTERS - 2))}</text>',
        f'<text x="{at[0]:.1f}" y="{at[1] + 14:.1f}" font-size="10.5" text-anchor="middle" fill="{text}">'
        f"{escape(shorten_text(said, _LETTERS + 6))}</text></g>",
    ]


def shorten_text(text: str, most: int) -> str:
    """A text of at most so many letters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _legend(drawn: Drawn, height: float) -> list[str]:
    """The colours that occur, and what the lines mean."""
    found, x, y = [], _EDGE, height - 20
    there = {colour_of(node) for node in drawn["nodes"]}
    for colour in (c for c in _SAID if c in there):
        box, border, _ = COLOURS[colour]
        found.append(
            f'<rect x="{x}" y="{y - 10}" width="13" height="13" rx="3" fill="{box}" stroke="{border}"/>'
            f'<text x="{x + 19}" y="{y + 1}" font-size="11" fill="#334155">{_SAID[colour]}</text>'
        )
        x += 34 + 6.4 * len(_SAID[colour])
    lines = [(f"bold frame: {drawn.get('bold', 'asked about')}", True)]
    lines += [("red line: the path of the verdict", any(link["witness"] for link in drawn["links"]))]
    lines += [("dashed: control", any(link["control"] for link in drawn["links"]))]
    more = [(f"{phrases.count_text(drawn['left_out'], 'party', 'parties')} more not drawn", drawn["left_out"] > 0)]
    told = " · ".join(text for text, there_is in lines + more if there_is)
    found.append(f'<text x="{x}" y="{y + 1}" font-size="11" fill="#64748b">{escape(told)}</text>')
    return found


def page(drawn: Drawn, text: str) -> str:
    """One page: the picture, and under it the answer as text."""
    return pages([drawn], str(drawn["title"]), text)


def dot_of_patterns(answer: Mapping[str, Any], drawings: Drawings, options: Options) -> str:
    """One Graphviz graph a group."""
    return "".join(map(dot, drawings.pictures()))


def svg_of_patterns(answer: Mapping[str, Any], drawings: Drawings, options: Options) -> str:
    """The picture of the one group that is asked for."""
    return "".join(map(svg, drawings.pictures()))


def pages(pictures: Sequence[Drawn], title: str, text: str) -> str:
    """One page: the pictures one under the other, and under them the answer as text."""
    title = escape(title)
    drawn = "\n".join(f'<div class="picture">\n{svg(one)}</div>' for one in pictures)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f"<style>body{{margin:24px;{_FONT};color:#0f172a}}.picture{{overflow:auto;border:1px solid #e2e8f0;"
        "border-radius:8px}pre{white-space:pre-wrap;font-size:13px;line-height:1.45}footer{color:#64748b;"
        f"font-size:12px}}</style></head>\n<body>{drawn}\n<pre>{escape(text)}</pre>\n"
        f"<footer>{escape(phrases.NO_ADVICE)}</footer></body></html>\n"
    )
