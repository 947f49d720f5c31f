"""Groups of buyers that look like one hand as one page of HTML: what each did, why, and what its members share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.reports import figures, phrases
from compliance.reports.html.charts import Bar, BarChart
from compliance.reports.html.environment import environment, script, style
from compliance.reports.html.ownership_graph import link_sentences
from compliance.reports.renderers import Drawings, Options
from compliance.reports.text.pattern_text import NOTE, shared_by, signed_bits
from compliance.units import exact

MOST_GROUPS = 100
MOST_DRAWN = 20
MOST_LINKS = 40
MOST_NAMED = 60


@dataclass(frozen=True)
class GroupView:
    """A group in words, with what its members bought against the limit and the picture of what they share."""

    anchor: str
    title: str
    message: str
    members: str
    orders: str
    period: str
    bought: BarChart
    evidence: Sequence[tuple[str, str]]
    links: Sequence[tuple[str, str, str, str]]
    more_links: int
    picture: Mapping[str, Any] | None
    sentences: Sequence[tuple[str, bool]]


def render(answer: Mapping[str, Any], drawings: Drawings, options: Options) -> str:
    """The page."""
    pictures = drawings.pictures()
    groups = answer["groups"]
    views = [
        _group(number, group, pictures[number] if number < MOST_DRAWN else None)
        for number, group in enumerate(groups[:MOST_GROUPS])
    ]
    return (
        environment()
        .get_template("patterns.html")
        .render(
            title=f"Patterns in {drawings.world}, {answer['as_of']}",
            world=drawings.world,
            as_of=answer["as_of"],
            count=len(groups),
            groups=views,
            assumptions=answer["assumptions"],
            note=NOTE,
            style=style(),
            script=script(),
            advice=phrases.NO_ADVICE,
        )
    )


def _group(number: int, group: Mapping[str, Any], picture: Mapping[str, Any] | None) -> GroupView:
    shared = shared_by(group["links"])
    value, limit = group["total"]["value"], group["limit"]["value"]
    said = f"{figures.with_unit(value, group['total']['unit'])} of {figures.with_unit(limit, group['limit']['unit'])}"
    bar = Bar("Bought together", exact(value), exact(value), said, exact(limit), note=group["period"])
    return GroupView(
        anchor=f"group-{number + 1}",
        title=f"{number + 1}. {phrases.plain(group['pattern']).capitalize()}, {group['score']} bits of evidence",
        message=group["message"],
        members=phrases.join(group["members"], MOST_NAMED),
        orders=phrases.join(group["orders"], MOST_NAMED),
        period=group["period"],
        bought=BarChart("What they bought against the limit for each", f"In {group['period']}.", [bar]),
        evidence=[(one["what"], signed_bits(one["bits"])) for one in group["evidence"]],
        links=[(kind, phrases.join(sorted(who), 6), bits, told) for (kind, told), (who, bits) in shared[:MOST_LINKS]],
        more_links=max(0, len(shared) - MOST_LINKS),
        picture=picture,
        sentences=link_sentences(picture) if picture is not None else [],
    )
