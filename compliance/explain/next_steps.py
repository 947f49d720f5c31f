"""Next steps for findings and for open points, in plain words; steps of one kind are grouped."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap

from compliance.answers.answer import Finding, MissingField
from compliance.evaluation.described_parties import FIELDS as PARTY_FIELDS
from compliance.explain.finding_kinds import Head, head_of
from compliance.rulebook.packs import Pack
from compliance.world.io.rule_file import each_citation
from compliance.world.world import World, name_with_id

ORDERS = "orders"
MOST_ITEMS = 8
MOST_GAPS = 3
"""So many gaps of one finding are asked about."""
LICENSE = "license_required"
BY_OUTCOME = {
    "violation": "Do not proceed: {items}.",
    LICENSE: "Hold, and apply for a license or show that a license exception applies ({items}).",
    "review": "Have compliance review before release: {items}.",
}
FIND_OUT = "Find out: {items}."
TO_CHECK = "So that every rule can be checked, ask for: {items}."
FIELD_NAMES = {"authorization": "the authorization that is claimed (a license, an exception, or none)"}
UNITS = {"_usd": " in USD", "_mw": " in MW", "_tpp": " in TPP"}
NAMED = ("companies", "people", "stakes", "listings", "headquarters")
WHETHER = "Find out whether this holds: {items}."


@dataclass(frozen=True)
class Step:
    """Something to do; `{items}` in its text stands for the items of all steps of the same text.

    Items `of` one party or row are told together: `phone, website of Acme (acme)`.
    """

    text: str
    item: str = ""
    of: str = ""


def merge(steps: Iterable[Step]) -> list[str]:
    """The steps in their order, those of one text as one."""
    items: dict[str, dict[str, dict[str, None]]] = {}
    for step in steps:
        own = items.setdefault(step.text, {})
        if step.item:
            own.setdefault(step.of or step.item, {})[step.item] = None
    return [_fill(text, _join_items(list(starmap(_phrase, own.items())))) for text, own in items.items()]


def _fill(text: str, items: str) -> str:
    """The text with its items; those that end a sentence end it."""
    ended = items.endswith((".", "?", "!")) and text.endswith("{items}.")
    return text.removesuffix("." if ended else "").replace("{items}", items)


def _phrase(of: str, items: Iterable[str]) -> str:
    told = ", ".join(items)
    return told if told == of else f"{told} of {of}"


def _join_items(items: list[str]) -> str:
    more = f"; and {len(items) - MOST_ITEMS:,} more" if len(items) > MOST_ITEMS + 1 else ""
    return "; ".join(items[:MOST_ITEMS] if more else items) + more


def find_out(text: str, gap: MissingField, name_of: Callable[[str], str | None]) -> Step:
    """The step of finding out what is missing; parties stand with their names."""
    field = FIELD_NAMES.get(gap.field) or _field_name(gap.field)
    if gap.table == "certifications":
        field = f"a certification or notice of {field}"
    name = name_of(gap.id) if gap.table in NAMED else None
    described = gap.id.startswith("(")
    who = gap.id.strip("()") if described else name_with_id(name, gap.id)
    if gap.table == ORDERS or (gap.table == "certifications" and who):
        who = f"order line {who}"
    return Step(text, field, who) if who else Step(text, f"whether {gap.settles}" if gap.table else field)


def _field_name(field: str) -> str:
    """A field as a person asks for it: `capital_usd` is `capital in USD`."""
    for ending, unit in UNITS.items():
        if field.endswith(ending):
            return field.removesuffix(ending).replace("_", " ") + unit
    return field.replace("_", " ")


class Steps:
    """Steps about findings: as their rule says, else by their outcome.

    `name_of` gives the name of a party by its id.
    """

    def __init__(self, packs: Iterable[Pack], name_of: Callable[[str], str | None]) -> None:
        self._rules = {(pack.id, rule.name): rule for pack in packs for rule in pack.rules}
        self._name_of = name_of

    def about(self, finding: Finding, known_gaps: Container[tuple[str, str]]) -> Iterator[Step]:
        """What to do about one finding; of a possible one, to find out what is missing.

        `known_gaps` are rows, by table and id, of which it is asked already who their parties are.
        """
        gaps = _first_gaps(finding.missing)[:MOST_GAPS] if finding.certainty == "possible" else ()
        yield from (find_out(FIND_OUT, gap, self._name_of) for gap in gaps if not _of_party(gap, known_gaps))
        if not gaps:
            yield from self.of_kind(head_of(finding))

    def of_kind(self, head: Head) -> Iterator[Step]:
        """What to do about findings of a kind."""
        rule = self._rules.get((head.pack, head.rule))
        title = rule.title if rule else head.rule
        if head.certainty == "possible":
            yield Step(WHETHER, title)
        elif rule is not None and rule.then.next:
            yield Step(rule.then.next)
        elif rule is not None and head.outcome == LICENSE:
            yield from (Step(BY_OUTCOME[LICENSE], citation) for citation in each_citation(rule.citation))
        else:
            yield Step(BY_OUTCOME[head.outcome], title)


def _first_gaps(gaps: Sequence[MissingField]) -> list[MissingField]:
    """The gaps to ask about first: what an order claims comes before what the law asks of such a claim."""
    of_order = {gap.settles for gap in gaps if gap.table == ORDERS}
    return [gap for gap in gaps if gap.table == ORDERS or gap.settles not in of_order]


def _of_party(gap: MissingField, known_gaps: Container[tuple[str, str]]) -> bool:
    return gap.field in PARTY_FIELDS and (gap.table, gap.id) in known_gaps


def names_in(world: World) -> Callable[[str], str | None]:
    """Looks up the name of a party of a world by its id."""

    def name_of(party: str) -> str | None:
        row = world.party(party)
        return (row.name or None) if row is not None else None

    return name_of
