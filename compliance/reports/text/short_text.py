"""Answers to the short questions as text: owners and parents, what the law makes of chips, rules and fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from compliance.plan.rule_fields import Fields
from compliance.reports import figures, phrases
from compliance.reports.text.terminal import Look, Paper, as_text, bullet_list, table

MOST_NOTED = 12
"""How many chips may be asked for and still have their notes told."""
VERDICTS = {
    "captured": "bold red",
    "undetermined": "bold yellow",
    "not_captured": "",
    "determined": "",
}


def own_text(answer: Mapping[str, Any], look: Look | None = None) -> str:
    """The verdict on each party, with shares, what it rests on and what would decide it."""
    paper = Paper(look or Look())
    test = answer["test"]
    extra = f" of {answer['owner']}" if "owner" in answer else ""
    paper.put(
        Text.assemble(
            ("Ownership, test ", "bold"), as_text(test + extra, "bold"), f", as of {answer['as_of']}",
            f", what nobody disclosed is read as {phrases.plain(answer['undisclosed'])}",
            f", {phrases.posture(answer['posture'])}" if "posture" in answer else "",
        )
    )  # fmt: skip
    paper.gap()
    parties: Mapping[str, Mapping[str, Any]] = answer["parties"]
    first = next(iter(parties.values()), {})
    if "limb" in first:
        _captures(paper, parties)
    elif "verdict" in first:
        heads = ("party", "verdict", "parent or candidates", "headquarters", "flags")
        paper.put(table(heads, ((party, *_parent(said)) for party, said in parties.items()), indent=2))
    elif "owners" in first:
        columns = ("party", "owner", "kind", "least", "most", "over threshold", "flags")
        paper.put(table(columns, _owner_rows(parties), (False, False, False, True, True), indent=2))
    elif parties:
        rows_of = ((party, *(_share(said[key]) for key in ("share", "low", "high"))) for party, said in parties.items())
        paper.put(table(("party", "share", "least", "most"), rows_of, (False, True, True, True), indent=2))
    else:
        paper.put(Text("  There is no company in this world."))
    return paper.text()


def _parent(said: Mapping[str, Any]) -> Iterator[str | Text]:
    yield _verdict(said)
    yield said["parent"] or ", ".join(said["candidates"]) or "-"
    yield said["headquarters"] or "-"
    yield ", ".join(said["flags"])


def _owner_rows(parties: Mapping[str, Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    """Each owner in a line; a party behind which nobody is found has one too."""
    for party, said in parties.items():
        flags = ", ".join(said["flags"])
        for one in said["owners"]:
            ends = _share(one["low"]), _share(one["high"])
            yield party, one["owner"], one["kind"], *ends, "yes" if one["certain"] else "possibly", flags
        if said["untraced"] != "0" or not said["owners"]:
            yield party, "nobody recorded", "-", _share(said["untraced"]), "-", "-", flags


def _captures(paper: Paper, parties: Mapping[str, Mapping[str, Any]]) -> None:
    heads = ("party", "verdict", "by", "percent held", "applies", "flags")
    rows = ((party, *_capture(said)) for party, said in parties.items())
    paper.put(table(heads, rows, (False, False, False, True), indent=2))
    for party, said in parties.items():
        if told := [*_path(said), *map(_unknown, said["deciding_unknowns"])]:
            paper.gap()
            paper.put(as_text(f"  {party}", "bold"))
            paper.put(bullet_list(told, indent=4))
    standing = next(iter(parties.values()))["force"]
    if standing.get("state"):
        paper.gap()
        cited = f" ({standing['citation']})" if standing.get("citation") else ""
        paper.put(as_text(f"Standing: {phrases.force(standing['state'], standing.get('since'))}{cited}.", "dim"))


def _capture(said: Mapping[str, Any]) -> Iterator[str | Text]:
    yield _verdict(said)
    yield phrases.plain(said["limb"] or "-")
    yield _range(said)
    yield _applies(said["applies"])
    yield ", ".join(said["flags"])


def _path(said: Mapping[str, Any]) -> Iterator[str]:
    for number, step in enumerate(said["path"]):
        yield _step(step)
        if number == 0 and (left := said.get("path_left_out")):
            yield f"at least {phrases.count_text(left, 'further link')} that are not told, then the nearest:"


def _step(step: Mapping[str, Any]) -> str:
    percent = step["percent"] or "an unknown part"
    return f"{step['owner'] or 'a holder not named'} holds {percent} % of {step['owned']}"


def _unknown(gap: Mapping[str, Any]) -> str:
    holder = gap["owner"] or "the holder not named"
    settles = "not counted" if gap["settles"] is None else gap["settles"]
    return f"missing: what {holder} holds of {gap['owned']}; would settle: {settles}"


def _verdict(said: Mapping[str, Any]) -> Text:
    return as_text(phrases.plain(said["verdict"]), VERDICTS.get(said["verdict"], ""))


def _range(said: Mapping[str, Any]) -> str:
    low, high = figures.number(said["low"]), figures.number(said["high"])
    if said["low"] == said["high"]:
        return low
    return f"{'over ' if said['low_open'] else ''}{low} to {'under ' if said['high_open'] else ''}{high}"


def _applies(applies: bool | None) -> str:
    return {True: "yes", False: "no", None: "not known"}[applies]


def _share(share: str | None) -> str:
    return "not known" if share is None else figures.number(share)


def chips_text(answer: Mapping[str, Any], look: Look | None = None) -> str:
    """TPP, performance density, paragraph of ECCN 3A090, basis and routes of each chip."""
    paper = Paper(look or Look())
    paper.put(Text.assemble(("Chips", "bold"), f", as of {answer['as_of']}"))
    paper.gap()
    chips: Mapping[str, Mapping[str, Any]] = answer["chips"]
    rows = ((name, *_chip(said)) for name, said in chips.items())
    heads = ("chip", "TPP", "density", "3A090", "basis", "routes by kind", "confidence")
    paper.put(table(heads, rows, (False, True, True), indent=2))
    notes = [(name, note) for name, said in chips.items() for note in said.get("notes", ())]
    if notes and len(chips) <= MOST_NOTED:
        paper.gap()
        paper.put(bullet_list(f"{name}: {note}" for name, note in notes))
    return paper.text()


def _chip(said: Mapping[str, Any]) -> Iterator[str]:
    for key in ("tpp", "performance_density"):
        yield figures.number(said[key]).partition(" (")[0] if said[key] is not None else "not known"
    yield {"none": "none", None: "not known"}.get(said["zone"], f".{said['zone']}")
    yield phrases.plain(said["basis"] or "-")
    yield ", ".join(said["routes"]) or "-"
    yield said.get("confidence", "")


def rules_text(rules: Sequence[Mapping[str, Any]], look: Look | None = None) -> str:
    """The rules of packs, a table for each pack."""
    paper = Paper(look or Look())
    for pack in dict.fromkeys(str(rule["pack"]) for rule in rules):
        of_pack = [rule for rule in rules if rule["pack"] == pack]
        paper.heading(pack, phrases.force(str(of_pack[0].get("force") or "")))
        rows = ((_rule_names(rule), str(rule["title"]), str(rule["citation"])) for rule in of_pack)
        paper.put(table(("rule", "title", "source"), rows, indent=2, kept=26))
    return paper.text()


def _rule_names(rule: Mapping[str, Any]) -> str:
    """The id of a rule, with the name that answers give to what it finds where that is another."""
    name, in_answers = str(rule["rule"]), str(rule.get("in_answers") or rule["rule"])
    return name if name == in_answers else f"{name} (in answers {in_answers})"


def fields_text(tables: Sequence[Fields], look: Look | None = None) -> str:
    """The fields that rules may name, a table for each table."""
    paper = Paper(look or Look())
    for one in tables:
        paper.heading(one.table, one.meaning)
        rows = ((f.field, f"{f.type} of {f.unit}" if f.unit else f.type, f.meaning) for f in one.fields)
        paper.put(table(("field", "type", "meaning"), rows, indent=2, kept=34))
    return paper.text()
