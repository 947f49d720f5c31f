"""Chips that shipping papers name beside what was ordered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from compliance.rulebook.word_search import fold_text, is_word, mentions
from compliance.sources.entities import contents, facts_of, strictest_chip
from compliance.sources.inspections import names_item
from compliance.world.reference.chip_catalogue import Catalogue

Pair = tuple[str | None, str]
"""What a paper says, and the item that was ordered."""
LONGEST_PRODUCT = 100
"""Characters of a paper up to which it is read as the name or number of one product too."""


def other_chips(catalogue: Catalogue, named: Mapping[Pair, bool | None]) -> dict[Pair, str]:
    """Of papers the chip that they name and that is not of the item, the most strictly controlled of several.

    `named` says of each pair whether the paper names the item. One that does, of an item that is controlled as strictly
    as any, contradicts nothing and is not looked at.
    """
    looked = [
        (paper, item)
        for (paper, item), same in named.items()
        if paper is not None and not (same and _is_strictest(catalogue, item))
    ]
    items: dict[str, list[str]] = defaultdict(list)
    for paper, item in looked:
        items[paper].append(item)
    found: dict[Pair, str] = {}
    for paper, chips in _chips_named(catalogue, list(items)).items():
        for item in items[paper]:
            held = {chip for chip, _ in contents(catalogue, item)}
            others = [chip for chip in chips if chip not in held]
            if others:
                found[paper, item] = min(others, key=catalogue.laxity)
    return found


def _is_strictest(catalogue: Catalogue, item: str) -> bool:
    """Whether the item holds a chip of the first paragraph by the latest parameters."""
    latest = catalogue.stretch(date.max)
    facts = facts_of(catalogue, strictest_chip(catalogue, item, latest), latest)
    return facts is not None and facts.zone == catalogue.controls.period(latest).zones[0].zone


def _chips_named(catalogue: Catalogue, papers: Sequence[str]) -> dict[str, list[str]]:
    """The chips of the catalogue that each paper names, of those that name any."""
    chips = [chip for name in catalogue.names if (chip := catalogue.find(name)) is not None and chip.name == name]
    words = [word for chip in chips for word in (chip.name, *chip.aliases) if is_word(word)]
    texts = pa.array([fold_text(paper) for paper in papers], pa.string())
    some = pa.array([False] * len(papers), pa.bool_())
    for pattern in mentions(words):
        some = pc.or_(some, pc.match_substring_regex(texts, pattern))
    kept = [paper for paper, names in zip(papers, some.to_pylist(), strict=True) if names]
    sold = ((paper, catalogue.parts(paper)) for paper in papers if len(paper) <= LONGEST_PRODUCT)
    found: dict[str, list[str]] = defaultdict(list)
    for paper, parts in sold:
        if parts:
            found[paper] += (part.chip.name for part in parts)
    for chip in chips if kept else ():
        answers = names_item(catalogue, pa.array(kept, pa.string()), chip.name).to_pylist()
        for paper, names in zip(kept, answers, strict=True):
            if names:
                found[paper].append(chip.name)
    return found
