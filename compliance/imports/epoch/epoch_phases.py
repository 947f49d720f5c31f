"""Phases of one cluster netted, so that no chip and no megawatt is counted twice.

**A phase's quantity is cumulative.** Epoch's entry is the cluster at a point in time; an upgrade makes a
new entry that `Builds Upon` the one before, or by which that one is `Superseded`
(epoch.ai/data/gpu-clusters-documentation). The numbers agree: xAI Colossus Memphis is 100,000 chips in
phase 1, 200,000 in phase 2 (150,000 H100 and 50,000 H200) and 230,000 in phase 3, not 530,000; Jean Zay is
1,044, then 2,696, then 3,112 (416 new A100 beside the 2,696 V100), then 3,704; SURF Snellius' third phase
names the 288 A100 of the first beside 352 new H100. So rows that are linked become one site, and each row
becomes what it changes: chips that come (`from` its day) and chips that go (`to` its day). What is open on
a day adds up to the row of that day.

INVARIANTS, each a test:

- *Adds up*: after a confirmed row, what is open is what the row says, chip by chip.
- *Wildcard*: chips of unknown kind are first those that stood there and are not named, then others: 25,000
  unknown ones planned on 4,000 H100 are 21,000 more.
- *Doubt stays doubt*: a row that is only likely adds from none to all of what it changes, and what it no
  longer names may still stand; a later confirmed row settles both.
- *Plans take nothing away*: they add above what stands and what was planned before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from compliance.imports.epoch.epoch_rows import UNKNOWN_CHIP, Cluster
from compliance.units import Interval


@dataclass(frozen=True, slots=True)
class Tranche:
    """Chips that came together; `count` is `None` where their number is not known.

    `sure` is whether they came at all; `retired` is whether the place was closed with them in it. `start` and
    `end` are open where no day is known.
    """

    row: Cluster
    chip: str
    count: int | None
    sure: bool
    start: date | None
    end: date | None = None
    retired: bool = False

    @property
    def quantity(self) -> Interval | None:
        """How many there may be."""
        if self.count is None:
            return None
        found = self.row.amount(self.count)
        return found if self.sure else Interval(Fraction(0), found.high)


@dataclass(frozen=True, slots=True)
class Power:
    """The megawatts of a whole site from a day to another, `None` where a phase of it gives none."""

    megawatts: Fraction | None
    start: date | None
    end: date | None
    row: Cluster


@dataclass(frozen=True, slots=True)
class Site:
    """Rows that are one place, the earlier phases first, and what they come to."""

    rows: tuple[Cluster, ...]
    tranches: tuple[Tranche, ...]
    power: tuple[Power, ...]

    @property
    def last(self) -> Cluster:
        """The row that says how the place stands now, a plan where there is nothing else."""
        return next((row for row in reversed(self.rows) if row.status != "Planned"), self.rows[-1])

    @property
    def planned_megawatts(self) -> Fraction | None:
        """The megawatts of the last plan."""
        plans = [row.megawatts for row in self.rows if row.status == "Planned"]
        return plans[-1] if plans else None


def sites(kept: Sequence[Cluster], everything: Sequence[Cluster]) -> tuple[list[Site], list[str]]:
    """The places of the rows that are kept, in the order of the file, and what could not be linked.

    Links run through `everything`, so that a row left out does not cut its cluster in two.
    """
    before, notes = _links(everything)
    above = {row.line: _all_before(row.line, before) for row in everything}
    groups = _groups(everything, before)
    alone = {row.line for row in kept}
    found: list[Site] = []
    for group in groups:
        rows = sorted((row for row in group if row.line in alone), key=lambda row: _order(row, above))
        if rows:
            found.append(Site(tuple(rows), _tranches(rows, above), _power(rows, above)))
    return sorted(found, key=lambda site: min(row.line for row in site.rows)), notes


def _links(rows: Sequence[Cluster]) -> tuple[dict[int, set[int]], list[str]]:
    """The rows directly before each row, by line; names that stand several times link nothing."""
    lines: dict[str, int] = {}
    for row in rows:
        lines[row.name.casefold()] = 0 if row.name.casefold() in lines else row.line
    before: dict[int, set[int]] = {row.line: set() for row in rows}
    notes: list[str] = []
    for row in rows:
        for names, earlier in ((row.earlier, True), (row.later, False)):
            known = [lines[name.casefold()] for name in names if lines.get(name.casefold())]
            if names and not known:
                told = f"line {row.line}, `{row.name}`, is linked to `{names[0]}`, which is not in the file"
                notes.append(told)
            for line in known:
                if line != row.line:
                    before[row.line if earlier else line].add(line if earlier else row.line)
    return before, notes


def _all_before(line: int, before: dict[int, set[int]]) -> frozenset[int]:
    seen: set[int] = set()
    ahead = list(before[line])
    while ahead:
        found = ahead.pop()
        if found not in seen:
            seen.add(found)
            ahead.extend(before[found])
    return frozenset(seen - {line})


def _groups(rows: Sequence[Cluster], before: dict[int, set[int]]) -> Iterator[list[Cluster]]:
    beside: dict[int, set[int]] = {line: set(linked) for line, linked in before.items()}
    for line, linked in before.items():
        for other in linked:
            beside[other].add(line)
    by_line = {row.line: row for row in rows}
    seen: set[int] = set()
    for row in rows:
        if row.line not in seen:
            group = {row.line} | _all_before(row.line, beside)
            seen |= group
            yield [by_line[line] for line in sorted(group)]


def _order(row: Cluster, above: dict[int, frozenset[int]]) -> tuple[bool, int, date, int]:
    """What stands before what is planned, earlier phases before later ones, then by day and line."""
    return row.status == "Planned", len(above[row.line]), row.start or date.max, row.line


def _tranches(rows: Iterable[Cluster], above: dict[int, frozenset[int]]) -> tuple[Tranche, ...]:
    closed: list[Tranche] = []
    standing: list[Tranche] = []
    for row in rows:
        mine = [tranche for tranche in standing if tranche.row.line in above[row.line]]
        others = [tranche for tranche in standing if tranche.row.line not in above[row.line]]
        after, gone = _plan(row, mine) if row.status == "Planned" else _change(row, mine)
        closed += [tranche for tranche in gone if _has_duration(tranche)]
        if row.status == "Decommissioned":
            closed += [replace(tranche, end=row.end, retired=True) for tranche in after]
            after = []
        standing = [*others, *after]
    came = sorted([*closed, *standing], key=lambda tranche: tranche.start or date.min)
    return tuple(sorted(came, key=lambda tranche: tranche.row.status == "Planned"))


def _has_duration(tranche: Tranche) -> bool:
    """Whether the chips stood for a day at least; what went on an unknown day is gone now."""
    return tranche.end is not None and (tranche.start is None or tranche.start < tranche.end)


def _plan(row: Cluster, old: list[Tranche]) -> tuple[list[Tranche], list[Tranche]]:
    """What a plan adds; the second list is empty, as a plan ends nothing."""
    named = dict(row.named)
    added: list[Tranche] = []
    for chip, count in named.items():
        before = sum(tranche.count or 0 for tranche in old if tranche.chip == chip)
        if count is None or count > before:
            more = None if count is None else count - before
            added.append(Tranche(row, chip, more, row.sure, row.start))
    rest = sum(tranche.count or 0 for tranche in old if tranche.chip not in named)
    if row.unnamed is None or row.unnamed > rest:
        more = None if row.unnamed is None else row.unnamed - rest
        added.append(Tranche(row, UNKNOWN_CHIP, more, row.sure, row.start))
    return [*old, *added], []


def _change(row: Cluster, old: list[Tranche]) -> tuple[list[Tranche], list[Tranche]]:
    """What stands after a row, and what has gone at its day."""
    kept: list[Tranche] = []
    gone: list[Tranche] = []
    named = dict(row.named)
    for chip, count in named.items():
        same = [tranche for tranche in old if tranche.chip == chip]
        _fill(row, chip, same, count, kept, gone)
    others = [tranche for tranche in old if tranche.chip not in named]
    _fill(row, UNKNOWN_CHIP, others, row.unnamed, kept, gone)
    return kept, gone


def _fill(
    row: Cluster,
    chip: str,
    old: list[Tranche],
    target: int | None,
    kept: list[Tranche],
    gone: list[Tranche],
) -> None:
    """Keep of `old` what fits in `target` chips, end what does not, and add what is missing as `chip`.

    Without a target all is kept, and an unknown number may have come: the old are what is known of the place.
    """
    room = target
    for tranche in sorted(old, key=lambda tranche: not tranche.sure):
        fits = tranche.count if room is None or tranche.count is None else min(room, tranche.count)
        if row.sure and not tranche.sure and room is not None:
            fits = 0  # a confirmed row says itself what was in doubt
        if room is None or fits == tranche.count:
            kept.append(tranche)
        else:
            if fits:
                kept.append(replace(tranche, count=fits))
            excess = None if tranche.count is None else tranche.count - (fits or 0)
            gone.append(replace(tranche, count=excess, end=row.start))
            if not row.sure:
                kept.append(replace(tranche, count=excess, sure=False, start=row.start))
        if room is not None:
            room -= fits or 0
    if room is None:
        kept.append(Tranche(row, chip, None, row.sure, row.start))
    elif room:
        kept.append(Tranche(row, chip, room, row.sure, row.start))


def _power(rows: Sequence[Cluster], above: dict[int, frozenset[int]]) -> tuple[Power, ...]:
    """The site's megawatts over time, each phase in the place of those before it."""
    found: list[Power] = []
    heads: list[Cluster] = []
    for row in (row for row in rows if row.status != "Planned"):
        heads = [*(head for head in heads if head.line not in above[row.line]), row]
        whole = [head.megawatts for head in heads]
        total = None if None in whole else sum((each or Fraction(0) for each in whole), Fraction(0))
        if found and (row.start is None or (found[-1].start or date.min) >= row.start):
            found.pop()
        elif found:
            found[-1] = replace(found[-1], end=row.start)
        found.append(Power(total, row.start, row.end, row))
    return tuple(found)
