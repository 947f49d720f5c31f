"""The memo: everything that a reader needs without the program, with a user's marks shown as they are."""

from __future__ import annotations

import re
from dataclasses import replace

from markdown_it import MarkdownIt

from compliance.answers.answer import FindingRemedy, FindingSubject, MissingField, NotEvaluated, PathStep, Quantity
from compliance.reports.markdown import inline, markdown
from compliance.reports.report_context import ListRead, ReportContext
from tests.reports.made import answer, determination, evidence, finding, line_finding

NAMED = ReportContext(
    world="fleet.yaml", rules={("pack_one", "share_abroad"): "At most 7 percent abroad"}, tables={"sites": 2}
)


def test_a_memo_has_scope_findings_facts_and_what_was_left_out() -> None:
    told = markdown(
        answer(
            finding(
                remedy=[FindingRemedy(text="build 2 MW more", action="add", quantity="2", unit="MW")],
                path=[PathStep(owner="x", owned="a", percent="50")],
                missing=[MissingField(table="sites", id="a", field="it_mw", settles="the share")],
                due="2026-01-15",
                review_policy="policy_of_denial",
            ),
            assumptions=["an assumption"],
            not_evaluated=[NotEvaluated(rule="r", reason="no data")],
            determinations=[determination("o1")],
        ),
        NAMED,
    )
    for part in (
        "# Audit of fleet.yaml",
        "As of 2026-11-20, as written and as enforced.",
        "| 1 | **violation** | At most 7 percent abroad |",
        "### 1. At most 7 percent abroad",
        "- Measured: 7.093 % (7100/1001): 0.093 points (93/1001) over the limit of 7 %",
        "- Holds: the parent is at home",
        "- x holds 50 % of a",
        "- Remedy (proven): build 2 MW more",
        "- Due: 2026-01-15",
        "would meet a policy of denial",
        "- Source: 90 FR 1 (confidence: verified)",
        "## What each line needs",
        "- r: no data",
        "- an assumption",
        "- `pack_one`: half-yearly reports",
        "not legal advice",
    ):
        assert part in told, part


def test_without_a_finding_the_memo_does_not_call_anything_clear() -> None:
    told = markdown(answer(), NAMED)
    assert "No finding in what was checked." in told
    assert not re.search(r"\b(clear|ok|compliant)\b", told.casefold())


def test_a_memo_says_which_lists_were_loaded() -> None:
    lists = (ListRead("EntityList", "2026-11-18", "", 1400), ListRead("UK", "", "", None))

    told = markdown(answer(), replace(NAMED, lists=lists))

    assert "Screening lists loaded: 1 list of 2026-11-18: EntityList; 1 list whose date is not stated: UK." in told


def test_a_users_marks_stay_text_and_cannot_break_a_table() -> None:
    name = "a|b *c* <script>alert(1)</script> [x](http://y) `z`\n# head"
    made = answer(finding(subject=FindingSubject(kind="family", id=name), message=name))
    html = MarkdownIt("commonmark").enable("table").render(markdown(made, ReportContext(world=name)))
    assert "<script>" not in html
    assert "<a href" not in html
    assert "<em>c" not in html
    rows = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
    heads = [row for row in rows if "Measured" in row]
    cells = [row for row in rows if "violation" in row]
    assert heads[0].count("<th") == cells[0].count("<td") == 6


def test_every_table_has_as_many_cells_in_each_row_as_in_its_head() -> None:
    made = answer(
        finding(evidence=evidence("sites", "a|b", "c")), line_finding("o1"), determinations=[determination("x|y")]
    )
    for block in markdown(made, NAMED).split("\n\n"):
        if block.startswith("|"):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, block


def test_the_change_that_an_order_makes_is_told() -> None:
    worse = finding(effect="worsened", before=Quantity(value="7", unit="percent"), after=finding().measure)
    assert "Before the order: 7 %; after it: 7.093 % (7100/1001)" in markdown(
        answer(worse), ReportContext(order="o.csv")
    )


def test_text_on_one_line_without_control_characters() -> None:
    assert inline("a\n b\x1b[0m") == "a b\ufffd\\[0m"
