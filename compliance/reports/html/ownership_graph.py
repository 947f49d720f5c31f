"""A graph of owners as inline SVG that takes its colours from the stylesheet, with the path of a verdict lit.

It draws what `reports.ownership_picture` describes; that module makes pictures that stand alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.reports import phrases
from compliance.reports.html.markup import attributes, join_pieces, text
from compliance.reports.layout import Point, laid_out
from compliance.reports.link_paths import BOX, way_across, way_down
from compliance.reports.ownership_picture import GAP, GAP_SIDEWAYS, Drawn, colour_of, shorten_text, under_name

_MARGIN = 10.0
_LETTERS = 28
_WIDE = "一"
"""From here on letters are as wide as two."""


def ownership_svg(drawn: Drawn, ident: str = "graph") -> str:
    """The graph as SVG; `ident` tells the graphs of one page apart. Its links in words stand in `link_sentences`."""
    together: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for link in drawn["links"]:
        together.setdefault((link["owner"], link["owned"]), []).append(link)
    names, sideways = [node["id"] for node in drawn["nodes"]], drawn.get("sideways", False)
    layout = (
        laid_out(names, list(together), BOX[::-1], GAP_SIDEWAYS).transpose()
        if sideways
        else laid_out(names, list(together), BOX, GAP)
    )
    width, height = layout.width + 2 * _MARGIN + 30, layout.height + 2 * _MARGIN
    size = {"width": f"{width:.0f}", "height": f"{height:.0f}", "viewBox": f"0 0 {width:.0f} {height:.0f}"}
    label = f"{drawn['title']}. {phrases.count_text(len(names), 'box', 'boxes')}; the links stand in words below."
    parts = [
        f"<svg {attributes({**size, 'role': 'img', 'aria-label': label})}>",
        f"<defs>{_arrow(ident, 'g-head')}{_arrow(f'{ident}-path', 'g-head-path')}</defs>",
    ]
    labels: list[str] = []
    for ends, links in together.items():
        way = [(x + _MARGIN, y + _MARGIN) for x, y in layout.ways[ends]]
        path, at = way_across(way) if sideways else way_down(way, ends[0] == ends[1])
        lit = any(link["witness"] for link in links)
        control = all(link["control"] for link in links)
        kind = ("g-path" if lit else "g-link") + (" g-control" if control else "")
        end = f"url(#{ident}-path)" if lit else f"url(#{ident})"
        parts.append(f"<path {attributes({'class': kind, 'd': path, 'marker-end': end})}/>")
        labels += _labels(at, [str(link["told"]) for link in links if link["told"]])
    for node in drawn["nodes"]:
        x, y = layout.places[node["id"]]
        parts += _box(node, (x + _MARGIN, y + _MARGIN))
    return join_pieces([*parts, *labels, "</svg>"])


def link_sentences(drawn: Drawn) -> list[tuple[str, bool]]:
    """Each link in words, and whether it is on the path that decides; those first."""
    names = {node["id"]: _party_label(node) for node in drawn["nodes"]}

    def sentence(link: Mapping[str, Any]) -> str:
        owner, owned = names.get(link["owner"], link["owner"]), names.get(link["owned"], link["owned"])
        return f"{owner}: {link['told']}, {owned}" if link["told"] else f"{owner}, {owned}"

    return [(sentence(link), link["witness"]) for link in sorted(drawn["links"], key=lambda one: not one["witness"])]


def _party_label(node: Mapping[str, Any]) -> str:
    under = under_name(node)
    return f"{node['name']} ({under})" if under else str(node["name"])


def _arrow(ident: str, kind: str) -> str:
    told = {"id": ident, "viewBox": "0 0 10 10", "refX": 9, "refY": 5, "markerWidth": 9, "markerHeight": 9}
    return (
        f'<marker {attributes(told)} markerUnits="userSpaceOnUse" orient="auto">'
        f'<path class="{kind}" d="M0 0 10 5 0 10z"/></marker>'
    )


def _labels(at: Point, told: Sequence[str]) -> list[str]:
    found = []
    for number, said in enumerate(told):
        x, y = at[0], at[1] + 4 + (number - (len(told) - 1) / 2) * 14
        wide = 6.6 * len(said) + 8
        box = {"class": "backing", "x": f"{x - wide / 2:.1f}", "y": f"{y - 11:.1f}", "width": f"{wide:.1f}"}
        found.append(f'<rect {attributes(box)} height="15" rx="3"/>')
        found.append(f'<text class="told" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{text(said)}</text>')
    return found


def _box(node: Mapping[str, Any], at: Point) -> list[str]:
    kind = f"g-box g-{colour_of(node) or 'plain'}" + (" g-asked" if node["asked"] else "")
    left, top = at[0] - BOX[0] / 2, at[1] - BOX[1] / 2
    round_ = {"person": 27, "thing": 0}.get(node["kind"], 7)
    name, under = str(node["name"]), under_name(node)
    box = {"class": kind, "x": f"{left:.1f}", "y": f"{top:.1f}", "width": f"{BOX[0]:.0f}", "height": f"{BOX[1]:.0f}"}
    lines = _lines(name)
    first = at[1] - 4 - (len(lines) - 1) * 8
    named = [
        f'<text class="name" x="{at[0]:.1f}" y="{first + 14 * number:.1f}" text-anchor="middle">{text(line)}</text>'
        for number, line in enumerate(lines)
    ]
    return [
        f"<g><title>{text(f'{name} ({under})' if under else name)}</title>",
        f'<rect {attributes(box)} rx="{round_}"/>',
        *named,
        f'<text class="under" x="{at[0]:.1f}" y="{at[1] + (14 if len(lines) == 1 else 19):.1f}" text-anchor="middle">'
        f"{text(shorten_text(under, _LETTERS + 5))}</text></g>",
    ]


def _lines(name: str) -> list[str]:
    """A name on one line, or on two where it is long."""
    wide = sum(letter >= _WIDE for letter in name)
    room = _LETTERS - 1 - min(wide, _LETTERS) * 9 // 20
    if len(name) <= room:
        return [name]
    head = name[: room + 1].rpartition(" ")[0] or name[:room]
    return [head, shorten_text(name[len(head) :].strip(), room)]
