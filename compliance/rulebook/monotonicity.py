"""Whether more chips can remove what a rule finds, as far as its words tell.

A rule that says `monotone: [chips]` promises that more chips never remove its findings. It breaks the promise where it
asks that a total stays small, in its clauses or in what its measures count, and where it asks for a share, which falls
as the whole grows. What the words do not show the property tests look for.
"""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rulebook.conditions import All, Any, Condition, Not, Test
from compliance.rulebook.packs import Pack
from compliance.rulebook.rule_models import Rule

TOTAL = "measure"
_FALLING = {True: ("lt", "le"), False: ("gt", "ge")}


def removable(pack: Pack, rule: Rule) -> str | None:
    """What in the rule more chips can turn, in words; `None` where nothing is seen."""
    return next(_Walk(pack, rule).of_rule(), None)


def asked_to_stay_small(pack: Pack, rule: Rule) -> frozenset[str]:
    """The measures that a rule about rows sets beside them, and asks of some that they do not grow."""
    walk = _Walk(pack, rule)
    for of, asked, holds in walk.conditions():
        list(walk.asked(of, asked, holds))
    return frozenset(walk.small)


class _Walk:
    def __init__(self, pack: Pack, rule: Rule) -> None:
        self.pack = pack
        self.rule = rule
        self._seen: set[str] = set()
        self.small: set[str] = set()
        """The measures that were seen to be asked to stay small."""

    def conditions(self) -> Iterator[tuple[str, Condition, bool]]:
        """What the rule asks of its rows, and whether it must hold."""
        of = self.pack.chosen(self.rule.of, self.rule)
        yield from ((of, asked, True) for asked in self.rule.when.values())
        yield from ((of, asked, False) for asked in self.rule.unless.values())

    def of_rule(self) -> Iterator[str]:
        of = self.pack.chosen(self.rule.of, self.rule)
        if of in self.pack.definitions.measures:
            yield from self._of_measure(of)
        texts = [*self.rule.when, *(f"unless `{text}" for text in self.rule.unless)]
        for text, (_, asked, holds) in zip(texts, self.conditions(), strict=True):
            said = f"`{text}`" if holds else f"{text}`"
            yield from (f"{said}: {told}" for told in self.asked(of, asked, holds))

    def _of_measure(self, name: str) -> Iterator[str]:
        measure = self.pack.definitions.measures.get(name)
        if measure is None or name in self._seen:
            return
        self._seen.add(name)
        if measure.part is not None:
            yield f"`{name}` is a share, which falls as the whole grows"
        elif measure.where is not None and measure.of is not None:
            asked = self.asked(measure.of, measure.where, True)
            yield from (f"`{name}` counts rows of which {told}" for told in asked)

    def asked(self, of: str, asked: Condition, holds: bool) -> Iterator[str]:
        """The totals that must stay small for a condition to hold, or (`holds` is false) not to."""
        match asked:
            case All(items) | Any(items):
                for item in items:
                    yield from self.asked(of, item, holds)
            case Not(item):
                yield from self.asked(of, item, not holds)
            case Test(path, op, value):
                field = self.pack.definitions.fields.get(of, {}).get(path)
                if isinstance(field, All | Any | Not | Test):
                    yield from self.asked(of, field, holds == (value is not False))
                elif self._is_total(of, path):
                    if op not in _FALLING[not holds]:
                        self.small.add(path.split(".")[1] if path.startswith(f"{TOTAL}.") else of)
                    if op in _FALLING[holds]:
                        yield f"`{path}` must not {'reach' if op in ('lt', 'ge') else 'pass'} `{value}`"
                    elif path.startswith(f"{TOTAL}."):
                        yield from self._of_measure(path.split(".")[1])

    def _is_total(self, of: str, path: str) -> bool:
        return path.startswith(f"{TOTAL}.") or (of in self.pack.definitions.measures and path in (TOTAL, "before_last"))
