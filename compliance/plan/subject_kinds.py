"""Checks a rule's `subject.kind` against the type of its subject path.

A total is about the holder that its measure names (`by: {id: ...}`), a row about itself or what `subject.id` names.
"""

from __future__ import annotations

from compliance.plan.sql.aggregate import AggregateCompiler
from compliance.rulebook.rule_models import DerivedField, Rule
from compliance.sources.column_types import Kind
from compliance.sources.source_catalogue import SOURCES

KINDS: dict[str, Kind] = {
    **{name: column.kind for columns in SOURCES.values() for name, column in columns.items()},
    **dict.fromkeys(("company", "family", "group", "person"), "party"),
    **dict.fromkeys(("line", "service", "weight_transfer"), "text"),
}
"""What stands where somebody or something is called so: the words of the contract, and the columns of the tables."""
WORDS: dict[Kind, str] = {"party": "company", "place": "country", "site": "site", "model": "model", "chip": "chip"}
"""What to call that which a column of a kind names."""


ROWS: dict[str, Kind] = {"models": "model", "capacity": "site"}
"""What the id of a row names, in tables that have a row for each."""


def check_subject_kind(totals: AggregateCompiler, rule: Rule) -> str | None:
    """What is wrong where `subject.kind` is a word for something else than what names the subject.

    Several words, each with its question, and words that nothing is known of are taken as they are.
    """
    compiler, word = totals.compiler, rule.subject.kind
    expected = KINDS.get(word) if isinstance(word, str) else None
    if expected is None:
        return None
    of = compiler.chosen(rule.of, rule)
    if of not in SOURCES and of not in compiler.pack.definitions.measures:
        return None
    measure = compiler.keyed_measure(of) if of in compiler.pack.definitions.measures else None
    path = rule.subject.id or (compiler.chosen(measure.by.id) if measure and measure.by else None)
    table = of if rule.subject.id or measure is None else measure.of or of
    found = ROWS.get(of, "text") if path is None else kind_at(totals, table, path)
    if found in (None, expected):
        return None
    meant = WORDS.get(found or "text")
    about = f"`{path}`" if path else f"rows of `{of}`"
    told = f"`kind: {word}`, but the findings are about {about}, {f'a {meant}' if meant else f'which names no {word}'}"
    change = "`subject.id`" if rule.subject.id or not path else f"`by` of the measure `{of}`"
    return f"{told}; {f'write `kind: {meant}`, or ' if meant else ''}name a {word} in {change}"


def kind_at(totals: AggregateCompiler, of: str, path: str) -> Kind | None:
    """The kind of what a path leads to; `None` where a field of the pack picks among several kinds."""
    field = totals.compiler.pack.definitions.fields.get(of, {}).get(path)
    if isinstance(field, DerivedField):
        kinds = {kind_at(totals, of, case.value) for case in field.first}
        return kinds.pop() if len(kinds) == 1 else None
    kind = totals.compiler.column(totals.frame(of), path).kind
    return "party" if kind == "names" else kind
