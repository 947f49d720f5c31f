"""What changes between two packs, dates or postures, as text that can be forwarded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from compliance.answers.answer import Finding
from compliance.reports import figures, phrases
from compliance.reports.text.finding_block import badge, policy, standing, subject
from compliance.reports.text.terminal import Look, Paper, as_text, bullet_list, label_rows, stack_blocks, table

MOST_BLOCKS = 12
"""How many kinds of findings of a part are told in full; the others follow a line each."""
COUNTS = {True: "counts", False: "does not count", None: "not confirmed"}
PARTS = (("appear", "Findings that appear"), ("go", "Findings that go"))
KINDS = {"force": "standing", "date": "begins", "parameter": "value", "list": "list"}


def diff_text(answer: Mapping[str, Any], look: Look | None = None) -> str:
    """The two sides, the law that differs, what changes for what is on record, and for the same done again."""
    paper = Paper(look or Look())
    _head(paper, answer)
    _summary(paper, answer)
    _law(paper, answer["law"])
    _parties(paper, answer["parties"])
    _findings(paper, answer)
    again = answer["repeated"]
    if again is not None:
        said = phrases.count_text(again["dealings"], "kind of dealing", "kinds of dealings")
        paper.heading("The same done again on each day", f"{said} on record, one unit of each")
        _findings(paper, again)
    paper.gap()
    if answer["not_evaluated"]:
        left = phrases.count_text(len(answer["not_evaluated"]), "thing was", "things were")
        paper.put(Text(f"{left} not evaluated, so not compared:", "magenta"))
        reasons = [one["reason"] for one in answer["not_evaluated"]]
        more = len(reasons) - MOST_BLOCKS
        paper.put(
            bullet_list([*reasons[:MOST_BLOCKS], *([f"and {more:,} more; JSON lists them all"] if more > 0 else [])])
        )
        paper.gap()
    paper.put(Text(f"A finding that does not appear here is the same on both sides. {phrases.NO_ADVICE}", "dim"))
    return paper.text()


def _head(paper: Paper, answer: Mapping[str, Any]) -> None:
    one, two = answer["from"], answer["to"]
    if one["packs"] == two["packs"]:
        said = (_when(one), " to ", _when(two), f", under {_packs(one)}")
        paper.put(Text.assemble(("What changes ", "bold"), "from ", *said))
    else:
        sides = ("from ", _side(one), " to ", _side(two))
        paper.put(Text.assemble(("What changes ", "bold"), *sides))


def _when(side: Mapping[str, Any]) -> Text:
    return as_text(f"{side['as_of']}, {phrases.posture(side['posture'])}", "bold")


def _packs(side: Mapping[str, Any]) -> str:
    return ", ".join(pack["id"] for pack in side["packs"]) or "no pack"


def _side(side: Mapping[str, Any]) -> Text:
    return Text.assemble(as_text(_packs(side), "bold"), f" as of {side['as_of']}, {phrases.posture(side['posture'])}")


def _summary(paper: Paper, answer: Mapping[str, Any]) -> None:
    again = answer["repeated"]
    paper.gap()
    counts = [("on record", _counts(answer))]
    if answer["from"]["packs"] == answer["to"]["packs"]:
        counts.insert(0, ("the law", phrases.count_text(len(answer["law"]), "change")))
    if again is not None:
        counts.append(("done again", f"{_counts(again)} ({again['dealings']:,} kinds of dealings, one unit of each)"))
    counts.append(("parties", f"{len(answer['parties']):,} whose ownership counts otherwise"))
    paper.put(label_rows([(label, as_text(said)) for label, said in counts]))


def _counts(part: Mapping[str, Any]) -> str:
    appear, go, change = (len(part[name]) for name in ("appear", "go", "change"))
    if not appear + go + change:
        return "no finding appears, goes or changes"
    verbs = (
        "appears" if appear == 1 else "appear",
        "goes" if go == 1 else "go",
        "changes" if change == 1 else "change",
    )
    return f"{phrases.count_text(appear, 'finding')} {verbs[0]}, {go:,} {verbs[1]}, {change:,} {verbs[2]}"


def _law(paper: Paper, law: Sequence[Mapping[str, Any]]) -> None:
    if not law:
        return
    paper.heading("The law", phrases.count_text(len(law), "change"))
    for row in law:
        where = " / ".join(part for part in (row["pack"], row["rule"]) if part) or "lists of countries"
        said = Text.assemble(as_text(row["name"], "bold"), f": {row['before']} → {row['after']}")
        source = f"{row['citation']} (confidence: {row['confidence']})"
        rows: list[tuple[str, RenderableType]] = [(KINDS[row["kind"]], said)]
        if row["note"]:
            rows.append(("", as_text(row["note"])))
        paper.put(label_rows([*rows, ("source", as_text(f"{source}; {where}", "dim"))]))


def _parties(paper: Paper, parties: Sequence[Mapping[str, Any]]) -> None:
    if not parties:
        return
    paper.heading("Parties whose ownership counts otherwise", phrases.count_text(len(parties), "party", "parties"))
    heads = ("party", "test", "verdict", "held by listed", "before", "after")
    paper.put(table(heads, map(_party, parties), indent=2, kept=28))
    flagged: dict[str, list[str]] = {}
    for row in parties:
        for flag in row["flags"]:
            flagged.setdefault(flag, []).append(row["party"])
    paper.put(bullet_list(f"{flag}: {', '.join(dict.fromkeys(who))}" for flag, who in sorted(flagged.items())))


def _party(row: Mapping[str, Any]) -> tuple[str | Text, ...]:
    one, two = row["before"], row["after"]
    verdict = phrases.plain(two["verdict"])
    if one["verdict"] != two["verdict"]:
        verdict = f"{phrases.plain(one['verdict'])} → {verdict}"
    share = two["low"] if two["low"] == two["high"] else f"{two['low']}-{two['high']}"
    counted = (COUNTS[side["applies"]] for side in (one, two))
    return as_text(row["party"], "bold"), row["test"], verdict, f"{share} %", *counted


def _findings(paper: Paper, part: Mapping[str, Any]) -> None:
    for name, title in PARTS:
        found = [Finding.model_validate(one) for one in part[name]]
        _part(paper, title, len(found))
        together = _alike(found)
        for group in together[:MOST_BLOCKS]:
            paper.put(stack_blocks(_badge(group[0]), label_rows(_rows(group))))
        if rest := [finding for group in together[MOST_BLOCKS:] for finding in group]:
            paper.put(Text(f"  {phrases.count_text(len(rest), 'more', 'more')}; JSON gives each in full:"))
            paper.put(bullet_list(map(_brief, together[MOST_BLOCKS:])))
    changed = [tuple(Finding.model_validate(c[side]) for side in ("before", "after")) for c in part["change"]]
    _part(paper, "Findings that change", len(changed))
    was: dict[object, Finding] = {_finding_key(after): before for before, after in changed}
    together = _alike([after for _, after in changed], was)
    for group in together[:MOST_BLOCKS]:
        told = [("before", _short(was[_finding_key(group[0])])), ("after", _short(group[0])), *_rows(group)]
        paper.put(stack_blocks(_badge(group[0]), label_rows(told)))
    if len(together) > MOST_BLOCKS:
        paper.put(bullet_list(map(_brief, together[MOST_BLOCKS:])))


def _alike(found: Sequence[Finding], was: Mapping[object, Finding] | None = None) -> list[list[Finding]]:
    """Findings of one rule that say the same of several rows of one party; those with a measure each alone."""
    together: dict[object, list[Finding]] = {}
    for place, one in enumerate(found):
        before = _same(was[_finding_key(one)]) if was else ()
        key = (before, _same(one), one.subject.key) if one.measure is None else place
        together.setdefault(key, []).append(one)
    return list(together.values())


def _same(one: Finding) -> tuple[object, ...]:
    return one.pack, one.rule, one.outcome, one.certainty, one.effect, one.review_policy, one.confidence, *one.flags


def _finding_key(one: Finding) -> tuple[object, ...]:
    return one.pack, one.rule, one.topic, one.subject.id, one.subject.key, one.subject.period


def _brief(group: Sequence[Finding]) -> Text:
    first = group[0]
    said = figures.measure_text(first) if len(group) == 1 else ""
    ids = phrases.join([subject(first)] if len(group) == 1 else [one.subject.id for one in group], 10)
    counted = f"{len(group):,}: " if len(group) > 1 else ""
    return Text.assemble(_badge(first), as_text(f"  {counted}{ids}" + (f"; {said}" if said else "")))


def _part(paper: Paper, title: str, count: int) -> None:
    paper.gap()
    paper.put(Text.assemble((title, "bold"), f"  {count}"))


def _badge(finding: Finding) -> Text:
    return badge(finding).append(" ", "").append_text(as_text(f"{finding.pack} / {finding.rule}", "bold"))


def _short(finding: Finding) -> Text:
    said = [("" if finding.certainty == "definite" else "possible ") + phrases.OUTCOMES[finding.outcome]]
    for value in (finding.measure, finding.limit):
        if value is not None:
            said.append(figures.with_unit(value.value, value.unit))
    return as_text(", ".join(said) + f"; {standing(finding)}")


def _rows(group: Sequence[Finding]) -> Iterator[tuple[str, RenderableType]]:
    first = group[0]
    if len(group) == 1:
        yield "about", as_text(subject(first))
    else:
        named = phrases.join(list(dict.fromkeys(finding.subject.id for finding in group)), 10)
        yield "about", as_text(f"{len(group):,}: {named}")
    yield "", as_text(first.message if len(group) == 1 else f"{first.message} And so the others.")
    if len(group) == 1 and (measured := figures.measure_text(first)):
        yield "measured", as_text(measured)
    if first.review_policy:
        yield "review", as_text(f"an application would meet {policy(first.review_policy)}")
    yield "standing", as_text(standing(first))
    if first.flags:
        yield "flags", as_text(", ".join(first.flags))
    yield "source", as_text("; ".join(first.citations) + f" (confidence: {first.confidence})", "dim")
