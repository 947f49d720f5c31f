"""What changes between two packs, dates or postures, as text that can be forwarded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from compliance.reports import figures, words
from compliance.reports.paper import Look, Paper, styled, table

HEADS = ("outcome", "rule", "about", "measure", "limit")
RIGHT = (False, False, False, True, True)


def diff_text(answer: Mapping[str, Any], look: Look | None = None) -> str:
    """The two sides, and the findings that appear, go and change."""
    paper = Paper(look or Look())
    paper.put(Text.assemble(("What changes ", "bold"), "from ", _side(answer["from"]), " to ", _side(answer["to"])))
    for name, title in (("appear", "Findings that appear"), ("go", "Findings that go")):
        found: Sequence[Mapping[str, Any]] = answer[name]
        _head(paper, title, len(found))
        if found:
            paper.put(table(HEADS, (tuple(_finding(one)) for one in found), RIGHT, indent=2))
    changed = answer["change"]
    _head(paper, "Findings that change", len(changed))
    if changed:
        rows = (tuple(_finding(side)) for change in changed for side in (change["before"], change["after"]))
        paper.put(table(HEADS, rows, RIGHT, indent=2))
    paper.gap()
    paper.put(Text(f"A finding that does not appear here is the same on both sides. {words.NO_ADVICE}", "dim"))
    return paper.text()


def _side(side: Mapping[str, Any]) -> Text:
    packs = ", ".join(pack["id"] for pack in side["packs"]) or "no pack"
    return Text.assemble(styled(packs, "bold"), f" as of {side['as_of']}, {words.posture(side['posture'])}")


def _head(paper: Paper, title: str, count: int) -> None:
    paper.gap()
    paper.put(Text.assemble((title, "bold"), f"  {count}"))


def _finding(finding: Mapping[str, Any]) -> Iterator[str | Text]:
    sure = "" if finding["certainty"] == "definite" else "possible "
    yield styled(sure + words.plain(finding["outcome"]), "bold")
    yield f"{finding['pack']} / {finding['rule']}"
    subject = finding["subject"]
    yield ", ".join(part for part in (subject["id"], subject["key"], subject["period"]) if part)
    for value in (finding["measure"], finding["limit"]):
        yield figures.with_unit(value["value"], value["unit"]) if value else "-"
