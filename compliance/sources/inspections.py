"""Inspections as a source: shipping documents, site inspections and serial numbers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any, get_args

import pyarrow as pa
import pyarrow.compute as pc

from compliance.rulebook.word_search import fold_text, is_word, mentions
from compliance.sources.entities import amount
from compliance.sources.replacements import OF_NOTHING
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.schema.shipments import CertificationKind
from compliance.world.schema.tables import Inspection, Shipment
from compliance.world.world import World

if TYPE_CHECKING:
    from compliance.sources.shipment_lines import LineColumns

KINDS: dict[str, str] = {kind.casefold(): kind for kind in get_args(CertificationKind)}
"""The kinds of certifications by how they are written in small letters."""
Contents = Callable[[str], Iterable[tuple[str, int]]]
"""The chips in what a name stands for, each with its count."""


def names_item(catalogue: Catalogue, papers: pa.Array, item: str) -> pa.Array:
    """Whether each paper names what was ordered, by its own name or another of the same chip; null without a paper.

    A name counts as a whole word (`rulebook.word_search`), and not where a letter more makes it the name of another
    chip: "RTX 4090 D" is no RTX 4090, and "L40S" no plural of L40.
    """
    own = {item, *(name for part in catalogue.parts(item) for name in (part.chip.name, *part.chip.aliases))}
    texts = pa.array([None if paper is None else fold_text(paper) for paper in papers.to_pylist()], pa.string())
    for longer in mentions(filter(is_word, catalogue.longer_by_a_letter(own))):
        texts = pc.replace_substring_regex(texts, longer, " ")
    named = [pc.match_substring_regex(texts, pattern) for pattern in mentions(filter(is_word, sorted(own)))]
    return reduce(pc.or_, named, pc.match_substring(texts, "\x00"))  # no text holds that


def inspections(world: World, day: date, parts: Iterable[LineColumns], contents: Contents) -> Iterator[dict[str, Any]]:
    """The inspections up to the day, each beside what had been delivered to the site before it."""
    delivered: dict[str, list[tuple[date, str, int]]] = defaultdict(list)
    for lines in parts:
        if lines.table != Shipment.table:
            continue
        asked = ("site", "replacement", "chip", "date", "quantity")
        for site, replacement, chip, when, units in lines.each("site", *asked):
            for name, count in contents(chip) if replacement in (None, OF_NOTHING) else ():
                delivered[site].append((date.fromisoformat(when), name, int(units) * count))
    for row in world.each(Inspection):
        if row.date > day:
            continue
        named = {chip for chip, _ in contents(row.chip)} if row.chip else None
        before = [
            (when, units)
            for when, chip, units in delivered[row.site]
            if when <= row.date and (named is None or chip in named)
        ]
        seen, boxed, powered = amount(row.seen), amount(row.boxed), amount(row.powered)
        sent = sum(count for _, count in before)
        yield {
            "table": "inspections", "id": row.name_of_row, "date": row.date, "ordered": False, "site": row.site,
            "chip": min(named) if named else None, "seen.low": seen[0], "seen.high": seen[1],
            "boxed.low": boxed[0], "boxed.high": boxed[1], "powered.low": powered[0], "powered.high": powered[1],
            "delivered.low": sent, "delivered.high": sent,
            "last_delivery": max((when for when, _ in before), default=None),
        }  # fmt: skip


def stated_certifications(parts: Iterable[LineColumns]) -> Iterator[dict[str, str]]:
    """The kinds of certifications that lines state themselves, in whatever case they are written."""
    for lines in parts:
        for name, written in lines.each("certifications", "id", "certifications"):
            for kind in known_kinds(json.loads(written)):
                yield {"kind": kind, "table": lines.table, "row": name}


def known_kinds(words: Iterable[str]) -> Sequence[str]:
    """The kinds of certifications among words, each once."""
    folded = dict.fromkeys(word.strip().casefold() for word in words)
    return [KINDS[word] for word in folded if word in KINDS]


def serials(world: World, day: date, parts: Iterable[LineColumns]) -> Iterator[dict[str, Any]]:
    """Each serial number on a line, and each that an inspection saw up to the day."""
    for lines in parts:
        for name, when, site, movement, numbers in lines.each("serials", "id", "date", "site", "movement", "serials"):
            for serial in dict.fromkeys(json.loads(numbers)):
                yield {
                    "table": lines.table, "id": name, "date": date.fromisoformat(when),
                    "ordered": lines.table == "orders", "serial": serial, "site": site, "line": name,
                    "movement": movement,
                }  # fmt: skip
    for row in world.each(Inspection):
        for serial in dict.fromkeys(row.serials) if row.date <= day else ():
            yield {
                "table": "inspections", "id": row.name_of_row, "date": row.date, "ordered": False, "serial": serial,
                "site": row.site, "line": None, "movement": None,
            }  # fmt: skip
