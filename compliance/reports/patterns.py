"""Groups of buyers that look like one hand, as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from compliance.reports import figures, words
from compliance.reports.paper import Look, Paper, labelled, styled, table

MOST_LINKS = 12
MOST_ORDERS = 8


def patterns_text(answer: Mapping[str, Any], look: Look | None = None) -> str:
    """Every group: what it is, its members, why they belong together, what they bought against the limit."""
    paper = Paper(look or Look())
    groups = answer["groups"]
    paper.put(Text.assemble(("Patterns", "bold"), f" as of {answer['as_of']}: {_count(len(groups), 'group')}"))
    for told in answer["assumptions"]:
        paper.put(styled(f"assumed: {told}"))
    for number, group in enumerate(groups, 1):
        _group(paper, number, group)
    paper.gap()
    told = (
        "A pattern is evidence for a person to weigh, not a finding of guilt, and none found is no proof that none is."
    )
    paper.put(Text(f"{told} {words.NO_ADVICE}", "dim"))
    return paper.text()


def _group(paper: Paper, number: int, group: Mapping[str, Any]) -> None:
    paper.heading(f"{number}. {group['pattern'].replace('_', ' ')}", f"{group['score']} bits, {group['probability']}")
    rows = [("what", styled(group["message"]))]
    value, limit = (figures.with_unit(group[part]["value"], group[part]["unit"]) for part in ("total", "limit"))
    rows.append(("bought", styled(f"{value} in {group['period']}, against {limit} for each")))
    rows.append(("orders", styled(_some(group["orders"], MOST_ORDERS))))
    rows.append(("weighed", styled("; ".join(f"{one['what']} {_signed(one['bits'])}" for one in group["evidence"]))))
    paper.put(labelled(rows))
    links = group["links"]
    if links:
        cells = ((link["kind"], link["a"], link["b"], link["weight"], link["detail"]) for link in links[:MOST_LINKS])
        paper.put(
            table(("link", "of", "and", "bits", "because each"), cells, (False, False, False, True, False), indent=12)
        )
    if len(links) > MOST_LINKS:
        paper.put(Text(f"{'':12}and {len(links) - MOST_LINKS} more links; --format json has all", "dim"))


def _signed(bits: str) -> str:
    return bits if bits.startswith("-") else f"+{bits}"


def _some(names: list[str], most: int) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
