"""The answer to an audit or a screening as a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.answers.answer import ALL, Answer
from compliance.reports import phrases
from compliance.reports.html.banner import banner_of
from compliance.reports.html.report import heading
from compliance.reports.renderers import Options
from compliance.reports.report_context import ReportContext
from compliance.reports.text.decision_text import (
    by_strictness,
    deciding_standings,
    goods_text,
    standings_asked,
    strictest,
    why,
)
from compliance.reports.text.order_line_text import nameless, unread
from compliance.reports.workbook import sheets
from compliance.reports.workbook.book import Book, Sheet
from compliance.reports.workbook.sheets import Row


def render(answer: Answer, background: ReportContext, options: Options) -> bytes:
    """The workbook as the octets of a file."""
    overview = background.overview(answer.posture) if background.overview else None
    lines = [one for one in answer.decisions if one.id != ALL]
    found: list[Sheet] = [sheets.DECISION]
    found += [sheets.LINES] if lines else []
    found += [sheets.FINDINGS, sheets.CLAUSES, sheets.EVIDENCE, sheets.NOT_CHECKED]
    found += [sheets.LIMITS, sheets.INVENTORY] if overview else []
    found += [sheets.DETERMINATIONS, sheets.LAW]
    book = Book(found, f"{heading(background)}, {answer.as_of}", answer.as_of)
    for row in _decision(answer, background, found):
        book.add(sheets.DECISION.name, row)
    for row in _lines(answer, background) if lines else ():
        book.add(sheets.LINES.name, row)
    for number, finding in enumerate(answer.findings, 1):
        book.add(sheets.FINDINGS.name, sheets.finding_row(number, finding, background))
        for row in sheets.clause_rows(number, finding):
            book.add(sheets.CLAUSES.name, row)
        for row in sheets.evidence_rows(number, finding):
            book.add(sheets.EVIDENCE.name, row)
    rest = [
        (sheets.NOT_CHECKED, sheets.unchecked_rows(answer, background)),
        (sheets.DETERMINATIONS, sheets.route_rows(answer.determinations)),
        (sheets.LAW, sheets.law_rows(answer, background)),
    ]
    if overview:
        rest += [
            (sheets.LIMITS, sheets.limit_rows(overview, background)),
            (sheets.INVENTORY, sheets.inventory_rows(overview, background)),
        ]
    for sheet, rows in rest:
        for row in rows:
            book.add(sheet.name, row)
    return book.octets()


def _decision(answer: Answer, background: ReportContext, found: list[Sheet]) -> Iterator[Row]:
    """What a manager reads: the decision in words, by standing, why, what to do, what was and was not checked."""
    view = banner_of(answer, background)
    yield ["Report", heading(background)]
    yield ["As of", f"{answer.as_of}, the law {phrases.posture(answer.posture)}"]
    yield ["About", view.about]
    yield ["Decision", f"{phrases.DECISIONS[view.word]}: {view.meaning}"]
    if view.note:
        yield ["Note", view.note]
    for one in view.standings:
        yield [one.name, f"{phrases.DECISIONS[one.word]}. {one.why}"]
    for label, told in (("Why", view.reasons), ("Owned by", view.owners)):
        for text in told:
            yield [label, text]
    for number, step in enumerate(view.next, 1):
        yield [f"Next, {number}", step]
    yield ["Checked", background.checked() if answer.packs else phrases.NO_PACK]
    for pack in answer.packs:
        yield ["Pack", f"{pack.id}: {background.packs.get(pack.id, '')}"]
    for read in background.lists:
        entries = f", {phrases.count_text(read.entries, 'entry', 'entries')}" if read.entries else ""
        yield ["List", f"{read.name} of {read.as_of or 'a date not stated'}{entries}"]
    left = len(answer.not_evaluated), len(background.unread), len(answer.not_encoded)
    told_left = "{} not evaluated, {} values not read, {} clauses of law not encoded; see the sheet `Not checked`"
    yield ["Not checked", told_left.format(*left)]
    for sheet in found[1:]:
        yield [f"Sheet {sheet.name}", sheet.about]
    yield ["World", answer.world.sha256]
    yield ["Note", phrases.NO_ADVICE]


def _lines(answer: Answer, background: ReportContext) -> Iterator[Row]:
    """The order lines, the strictest first, and those that could not be read."""
    asked, deciding = standings_asked(answer), deciding_standings(answer)
    places = {row.name_of_row: f"{row.origin.file}:{row.origin.line}" for row in background.orders}
    places.update({left.id: f"{left.file}:{left.line}" for left in unread(background.problems) if left.id})
    ordered = by_strictness((one for one in answer.decisions if one.id != ALL), answer)
    for one in ordered:
        by = [
            phrases.DECISIONS[getattr(one, standing)] if standing in asked else ""
            for standing in ("enforced", "written", "summary")
        ]
        about = goods_text(one.id, background)
        word = phrases.DECISIONS[strictest(one, deciding)]
        told = about, why(one, answer, background), "; ".join(one.next), places.get(one.id, "")
        yield [one.id, word, *by, *told]
    for left in nameless(background.problems):
        yield ["", "unknown", "", "", "", "not read", left.problem, "", f"{left.file}:{left.line}"]
