"""Groups of buyers that look like one hand as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.reports import phrases
from compliance.reports.renderers import Drawings, Options
from compliance.reports.text.pattern_text import NOTE
from compliance.reports.workbook.book import Book, Sheet

ABOUT = Sheet("Patterns", "what was looked for", {"Subject": 24, "Told": 90})
GROUPS = Sheet(
    "Groups",
    "a row a group",
    {
        "No.": 7, "Pattern": 22, "Score (bits)": 12, "Members": 44, "Orders": 44, "Total": 18, "Limit": 18, "Unit": 13,
        "Period": 24, "Message": 60, "Weighed": 60,
    },
)  # fmt: skip
MEMBERS = Sheet("Members", "a row a member of a group", {"No.": 7, "Pattern": 22, "Member": 30})
LINKS = Sheet(
    "Links",
    "what members share, with the weight of each link",
    {"No.": 7, "Kind": 14, "One": 24, "Other": 24, "Bits": 10, "Value": 44, "Because": 60},
)


def render(answer: Mapping[str, Any], drawings: Drawings, options: Options) -> bytes:
    """The workbook as the octets of a file."""
    book = Book([ABOUT, GROUPS, MEMBERS, LINKS], f"Patterns in {drawings.world}, {answer['as_of']}", answer["as_of"])
    told = [("Patterns in", drawings.world), ("As of", answer["as_of"]), ("Groups", f"{len(answer['groups']):,}")]
    told += [("Assumed", one) for one in answer["assumptions"]]
    for row in (*told, ("Note", f"{NOTE} {phrases.NO_ADVICE}")):
        book.add(ABOUT.name, row)
    for number, group in enumerate(answer["groups"], 1):
        weighed = "; ".join(f"{one['what']} {one['bits']}" for one in group["evidence"])
        total, limit = group["total"], group["limit"]
        said = total["value"], limit["value"], total["unit"], group["period"], group["message"], weighed
        lists = "; ".join(group["members"]), "; ".join(group["orders"])
        book.add(GROUPS.name, [number, group["pattern"], group["score"], *lists, *said])
        for member in group["members"]:
            book.add(MEMBERS.name, [number, group["pattern"], member])
        for link in group["links"]:
            what = link["kind"], link["a"], link["b"], link["weight"], link["value"], link["detail"]
            book.add(LINKS.name, [number, *what])
    return book.octets()
