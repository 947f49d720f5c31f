"""Whether more chips can remove what a rule finds, as far as its words tell.

A rule that says `monotone: [chips]` promises that more chips never remove its findings. It breaks the promise where it
asks that a total stays small, in its clauses or in what its measures count, and where it asks for a share, which falls
as the whole grows. What the words do not show the property tests look for.
"""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rulebook.conditions import All, Any, Condition, Not, Test
from compliance.rulebook.models import Rule
from compliance.rulebook.packs import Pack

TOTAL = "measure"
_FALLING = {True: ("lt", "le"), False: ("gt", "ge")}


def removable(pack: Pack, rule: Rule) -> str | None:
    """What in the rule more chips can turn, in words; `None` where nothing is seen."""
    return next(_Walk(pack, rule).of_rule(), None)


class _Walk:
    def __init__(self, pack: Pack, rule: Rule) -> None:
        self.pack = pack
        self.rule = rule
        self._seen: set[str] = set()

    def of_rule(self) -> Iterator[str]:
        of = self.pack.chosen(self.rule.of, self.rule)
        if of in self.pack.definitions.measures:
            yield from self._of_measure(of)
        for text, asked in self.rule.when.items():
            yield from (f"`{text}`: {told}" for told in self._asked(of, asked, True))
        for text, asked in self.rule.unless.items():
            yield from (f"unless `{text}`: {told}" for told in self._asked(of, asked, False))

    def _of_measure(self, name: str) -> Iterator[str]:
        measure = self.pack.definitions.measures.get(name)
        if measure is None or name in self._seen:
            return
        self._seen.add(name)
        if measure.part is not None:
            yield f"`{name}` is a share, which falls as the whole grows"
        elif measure.where is not None and measure.of is not None:
            asked = self._asked(measure.of, measure.where, True)
            yield from (f"`{name}` counts rows of which {told}" for told in asked)

    def _asked(self, of: str, asked: Condition, holds: bool) -> Iterator[str]:
        """The totals that must stay small for a condition to hold, or (`holds` is false) not to."""
        match asked:
            case All(items) | Any(items):
                for item in items:
                    yield from self._asked(of, item, holds)
            case Not(item):
                yield from self._asked(of, item, not holds)
            case Test(path, op, value):
                field = self.pack.definitions.fields.get(of, {}).get(path)
                if isinstance(field, All | Any | Not | Test):
                    yield from self._asked(of, field, holds == (value is not False))
                elif self._is_total(of, path):
                    if op in _FALLING[holds]:
                        yield f"`{path}` must not {'reach' if op in ('lt', 'ge') else 'pass'} `{value}`"
                    elif path.startswith(f"{TOTAL}."):
                        yield from self._of_measure(path.split(".")[1])

    def _is_total(self, of: str, path: str) -> bool:
        return path.startswith(f"{TOTAL}.") or (of in self.pack.definitions.measures and path in (TOTAL, "before_last"))
