"""The text report: what it says, what it never says, and that it fits."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from compliance.answers.answer import Answer, FindingRemedy, FindingSubject, MissingField, NotEvaluated, Quantity
from compliance.errors import Problem
from compliance.reports.report_context import ListRead, ReportContext
from compliance.reports.text.terminal import Look
from compliance.reports.text.text import MOST_BLOCKS, text
from compliance.world.schema.tables import Order
from compliance.world.world import World
from tests.reports.made import answer, determination, evidence, finding, line_finding

FLEET = World.of(
    sites=[
        {"id": "us1", "country": "US", "operator": "acme", "it_mw": "93"},
        {"id": "my1", "country": "MY", "operator": "acme", "it_mw": "7100.5"},
    ],
    companies=[{"id": "acme", "name": "Acme 株式会社", "headquarters": "US"}],
)
KNOWN = ReportContext(
    world="fleet.yaml",
    packs={"pack_one": "The first pack"},
    since={"pack_one": "2025-05-13"},
    rules={("pack_one", "share_abroad"): "At most 7 percent abroad"},
    rows={(table, row.name_of_row): row for table in FLEET.tables for row in FLEET.rows(table)},
    tables={"sites": 2, "companies": 1},
)


def said(made: Answer, background: ReportContext = KNOWN, details: bool = True, **look: object) -> str:
    return text(made, background, Look(**look), details)  # type: ignore[arg-type]


def test_the_first_line_names_the_world_the_day_and_the_posture() -> None:
    first = said(answer(finding())).splitlines()[0]
    assert first == "Audit of fleet.yaml, as of 2026-11-20, as written and as enforced"


def test_each_pack_stands_with_its_force_since_when() -> None:
    assert re.search(r"pack_one +codified, not enforced since 2025-05-13; The first pack", said(answer()))


def test_findings_are_counted_by_outcome_and_certainty() -> None:
    told = said(answer(finding(), line_finding("o1"), line_finding("o2")))
    assert re.search(r"violation +1 +-\n", told)
    assert re.search(r"license required +- +2\n", told)
    assert re.search(r"review +- +-\n", told)


def test_a_finding_tells_what_was_measured_why_and_from_which_rows() -> None:
    remedy = FindingRemedy(text="build 1,329 MW more", action="add", quantity="1329", unit="MW")
    told = said(answer(finding(remedy=[remedy], flags=["just_under"])))
    for part in (
        " VIOLATION   At most 7 percent abroad",
        "family acme",
        "7.093 % (7100/1001): 0.093 points (93/1001) over the limit of 7 %",
        "✓ the parent is at home",
        "build 1,329 MW more (proven)",
        "90 FR 1 (confidence: verified)",
        "codified, not enforced since 2025-05-13 (a press release); stands as written only",
        "just_under",
        "pack_one / share_abroad, on capacity share",
    ):
        assert part in told, part
    assert re.search(r"my1 +MY +acme +7,100\.5 +3\n", told)
    assert re.search(r"us1 +US +acme +93 +2\n", told)


def test_numbers_in_a_table_end_in_one_column() -> None:
    found = re.findall(r"^(.*acme +(?:7,100\.5|93)) ", said(answer(finding())), re.MULTILINE)
    assert len(found) == 2
    assert len(found[0]) == len(found[1])


def test_a_clause_that_is_not_known_or_does_not_hold_says_so() -> None:
    clauses = [
        one.model_copy(update={"holds": holds}) for one, holds in zip(finding().clauses, (None, False), strict=True)
    ]
    told = said(answer(finding(certainty="possible", clauses=clauses)))
    assert "? the parent is at home (not known)" in told
    assert "✗ a larger share is abroad (does not hold)" in told
    assert "possible violation  At most" in told


def test_what_is_missing_names_the_field_and_what_it_would_settle() -> None:
    gaps = [MissingField(table="sites", id=name, field="it_mw", settles="the share") for name in ("a", "b")]
    assert "sites a, b: it mw; would settle: the share" in said(answer(finding(certainty="possible", missing=gaps)))


def test_many_rows_are_cut_after_ten_and_counted() -> None:
    told = said(answer(finding(evidence=evidence("sites", *(f"s{n:03}" for n in range(40)), count=1234))))
    assert "s009" in told
    assert "s010" not in told
    assert "and 1,224 more" in told


def test_the_strictest_outcome_comes_first_and_definite_before_possible() -> None:
    told = said(answer(line_finding("o1", certainty="definite"), finding(certainty="possible"), finding(rule="other")))
    places = [
        told.index(part)
        for part in ("Violation  1 definite", " VIOLATION ", "possible violation", "License required  ")
    ]
    assert places == sorted(places)


def test_findings_that_are_alike_stand_together() -> None:
    told = said(answer(*(line_finding(f"o{n}") for n in range(30))))
    assert told.count("possible license required new  ") == 1
    assert "30 lines: o0, o1" in told
    assert "and 29 more like it" in told


def test_findings_that_differ_in_a_clause_stand_apart() -> None:
    other = line_finding("o2", clauses=[line_finding("o2").clauses[0].model_copy(update={"holds": True})])
    assert said(answer(line_finding("o1"), other)).count("possible license required new  ") == 2


def test_too_many_findings_for_blocks_are_still_all_listed() -> None:
    many = [finding(subject=FindingSubject(kind="family", id=f"fam{n:03}")) for n in range(MOST_BLOCKS + 30)]
    told = said(answer(*many))
    assert all(f"family fam{n:03}" in told for n in range(len(many)))
    assert "30 more, a line each" in told


@pytest.mark.parametrize("made", [answer(), answer(finding()), answer(determinations=[determination("o1")])])
def test_nothing_is_ever_called_clear(made: Answer) -> None:
    told = said(made).casefold()
    assert not re.search(r"\b(clear|cleared|ok|compliant|approved|all good|passed)\b", told)


def test_without_a_finding_it_says_only_that_and_what_was_not_checked() -> None:
    told = said(answer())
    assert "No finding in what was checked." in told
    assert "half-yearly reports" in told


def test_without_a_pack_it_says_that_nothing_was_checked() -> None:
    told = said(answer(packs=[], not_encoded=[]))
    assert "nothing was checked" in told
    assert "No finding" not in told


def test_what_was_not_evaluated_and_assumed_is_told() -> None:
    left = NotEvaluated(rule="r", reason="no data", missing=[MissingField(table="t", id="x", field="f", settles="s")])
    told = said(answer(not_evaluated=[left], assumptions=["a limit is set by the user"]))
    assert "1 thing was not evaluated" in told
    assert "r: no data (missing: t x: f)" in told
    assert "a limit is set by the user" in told


def test_determinations_show_routes_by_whether_they_are_open_and_why() -> None:
    told = said(answer(determinations=[determination("s1"), determination("s2")]))
    assert re.search(r"s1, s2 +Chips, to any destination +LPP +NAC +ACM +LPP +presumption of denial", told)
    assert "✗ LPP closed (s1, s2): the buyer is at home" in told
    assert "? ACM not known (s1, s2): a paper is there" in told


ORDERS = [
    Order.model_validate({"id": name, "date": "2026-12-01", "to_country": "MY", "chip": "H100", "quantity": "8"})
    for name in ("o1", "o2")
]
SCREENED = ReportContext(world="w.yaml", order="book.csv", orders=ORDERS, problems=[Problem("book.csv", 9, "is wrong")])


def test_an_order_book_says_which_lists_were_loaded() -> None:
    lists = (ListRead("EntityList", "2026-11-18", "", 1400), ListRead("UK", "", "", None))
    told = said(answer(line_finding("o2"), lines=["o1", "o2"]), replace(SCREENED, lists=lists), details=False)
    assert re.search(r"lists +EntityList of 2026-11-18; UK of no stated day", told)


def test_a_screening_begins_with_the_decision_of_each_line_the_strictest_first() -> None:
    told = said(answer(line_finding("o2", certainty="definite"), lines=["o1", "o2"]), SCREENED, details=False)
    assert told.startswith("Screening of book.csv against w.yaml, as of 2026-11-20")
    assert re.search(r"LICENSE REQUIRED +the order as a whole, 2 lines", told)
    assert "pack_one: in the text and not enforced." in told.splitlines()[2]
    assert told.index("o2 ") < told.index("o1 ")


def test_one_order_is_told_in_at_most_25_lines_whatever_there_is_to_say() -> None:
    many = [line_finding("o1", rule=f"rule_{n}", certainty="definite", message="long " * 60) for n in range(40)]
    left = [NotEvaluated(rule="", reason=f"a very long reason number {n} " * 8) for n in range(40)]
    told = said(answer(*many, lines=["o1"], not_evaluated=left), SCREENED, details=False)
    assert len(told.splitlines()) <= 25
    assert max(map(len, told.splitlines())) <= 100
    assert "more; --details and JSON give each" in told


def test_findings_stand_by_standing_the_summary_last() -> None:
    made = answer(finding(standing="summary"), line_finding("o1", standing="enforced"), finding(rule="other"))
    heads = re.findall(r"^Findings of rules that are: ([^─0-9]+?) +\d", said(made), re.MULTILINE)
    assert heads == ["enforced", "written, not enforced", "popular summary, not law"]


def test_a_worsened_finding_shows_its_measure_without_the_order() -> None:
    worse = finding(effect="worsened", before=Quantity(value="7", unit="percent"), after=finding().measure)
    told = said(answer(worse, lines=["o1"]), SCREENED)
    assert " VIOLATION  worsened  " in told
    assert "7 %, without the order" in told


def test_a_finding_that_the_order_cures_says_so() -> None:
    told = said(answer(finding(effect="eased", before=finding().measure, after=None), lines=["o1"]), SCREENED)
    assert "no finding, with the order" in told


def test_colour_is_there_only_when_asked_for_and_changes_no_word() -> None:
    plain, coloured = said(answer(finding())), said(answer(finding()), colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;37;41m VIOLATION" in coloured
    bare = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines())
    assert bare.strip() == plain.strip()


def test_an_output_without_unicode_gets_ascii_marks() -> None:
    told = said(answer(finding()), unicode=False)
    assert "+ the parent is at home" in told
    assert told.replace("Acme 株式会社", "").isascii()


def test_control_characters_never_reach_the_terminal() -> None:
    told = said(answer(finding(message="a\x1b[31mred\x07 \u202eturned")), ReportContext(world="w\x1b]0;x"))
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", told)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=140)


@settings(max_examples=40, deadline=None)
@given(name=NAMES, title=NAMES, width=st.integers(10, 240), colour=st.booleans())
def test_no_line_is_wider_than_the_sheet_whatever_the_names_are(
    name: str, title: str, width: int, colour: bool
) -> None:
    background = ReportContext(
        world=name,
        packs={"pack_one": title},
        rules={("pack_one", "share_abroad"): title},
        rows={("sites", name): World.of(sites=[{"id": "x", "country": "MY"}]).rows("sites")[0]},
        tables={"sites": 1},
        order=title,
        orders=ORDERS,
    )
    made = answer(
        finding(
            subject=FindingSubject(kind="family", id=name, key=title, period="2025/2026"),
            message=title * 3,
            evidence=evidence("sites", name, title),
            flags=[name] * 9,
        ),
        line_finding(name),
        line_finding("o1"),
        lines=[name, "o1"],
        determinations=[determination(name)],
        assumptions=[title],
        not_evaluated=[NotEvaluated(rule="", reason=name)],
    )
    told = text(made, background, Look(width, colour)) + text(made, background, Look(width, colour), details=True)
    most = max(60, min(100, width))
    for line in re.sub(r"\x1b\[[0-9;]*m", "", told).splitlines():
        assert cell_len(line.rstrip()) <= most, line
