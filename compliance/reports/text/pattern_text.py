"""Groups of buyers that look like one hand, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.text import Text

from compliance.errors import join_first
from compliance.reports import figures, phrases
from compliance.reports.renderers import Drawings, Options
from compliance.reports.text.terminal import Look, Paper, as_text, label_rows, table

MOST_LINKS = 8
MOST_ORDERS = 8
MOST_MEMBERS = 4
NOTE = "A pattern is evidence for a person to weigh, not a finding of guilt, and none found is no proof that none is."


def render(answer: Mapping[str, Any], drawings: Drawings, options: Options) -> str:
    """The groups as text in the look that is wanted."""
    return patterns_text(answer, options.look)


def patterns_text(answer: Mapping[str, Any], look: Look | None = None) -> str:
    """Every group: what it is, its members, why they belong together, what they bought against the limit."""
    paper = Paper(look or Look())
    groups = answer["groups"]
    paper.put(Text.assemble(("Patterns", "bold"), f" as of {answer['as_of']}: {_count(len(groups), 'group')}"))
    for told in answer["assumptions"]:
        paper.put(as_text(f"assumed: {told}"))
    for number, group in enumerate(groups, 1):
        _group(paper, number, group)
    paper.gap()
    paper.put(Text(f"{NOTE} {phrases.NO_ADVICE}", "dim"))
    return paper.text()


def _group(paper: Paper, number: int, group: Mapping[str, Any]) -> None:
    paper.heading(f"{number}. {group['pattern'].replace('_', ' ')}", f"{group['score']} bits of evidence")
    rows = [("what", as_text(group["message"])), ("who", as_text(join_first(group["members"], MOST_ORDERS)))]
    value, limit = (figures.with_unit(group[part]["value"], group[part]["unit"]) for part in ("total", "limit"))
    rows.append(("bought", as_text(f"{value} in {group['period']}, against {limit} for each")))
    rows.append(("orders", as_text(join_first(group["orders"], MOST_ORDERS))))
    rows.append(
        ("weighed", as_text("; ".join(f"{one['what']} {signed_bits(one['bits'])}" for one in group["evidence"])))
    )
    paper.put(label_rows(rows))
    shared = shared_by(group["links"])
    if shared:
        cells = (
            (kind, join_first(sorted(who), MOST_MEMBERS), bits, told)
            for (kind, told), (who, bits) in shared[:MOST_LINKS]
        )
        paper.put(table(("link", "of", "bits", "because each"), cells, (False, False, True, False), indent=12))
    if len(shared) > MOST_LINKS:
        paper.put(Text(f"{'':12}and {len(shared) - MOST_LINKS} more; --format json has all links", "dim"))


def shared_by(links: Sequence[Mapping[str, Any]]) -> list[tuple[tuple[str, str], tuple[set[str], str]]]:
    """What members share, with who shares it and the bits of each link; what says most comes first."""
    found: dict[tuple[str, str], tuple[set[str], str]] = {}
    for link in links:
        told = link["detail"] if link["value"] is not None else f"{link['a']} {link['detail']} {link['b']}"
        found.setdefault((link["kind"], told), (set(), link["weight"]))[0].update((link["a"], link["b"]))
    return sorted(found.items(), key=lambda one: (-len(one[1][0]) * Decimal(one[1][1]), one[0]))


def signed_bits(bits: str) -> str:
    """Bits of evidence with their sign."""
    return bits if bits.startswith("-") else f"+{bits}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
