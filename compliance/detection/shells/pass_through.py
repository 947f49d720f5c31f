"""A consignee that sends on most of what it received, soon after.

Definition. Of the TPP it received under the exemption, `passed_percent` or more leaves it again as the exporter of
lines, chip for chip, at most `passed_days` after it came (first in, first out). Source. Singapore, three charged in
2025 (servers went on to Malaysia); C4ADS 2026. Known false positives: distributors and integrators, whose trade it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from compliance.detection.groups.group import Link
from compliance.detection.groups.purchases import GONE
from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign
from compliance.world.schema.text_columns import texts_of

SIGN = "pass_through"
Sent = dict[int, dict[str, list[tuple[int, int, str]]]]


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer that sends on."""
    least, within = (view.settings.number(name) for name in ("passed_percent", "passed_days"))
    sent = _outbound_lines(view)
    for who in view.large:
        if who not in sent:
            continue
        passed, total, to = _match_outbound(view, who, sent[who], int(within))
        if passed * 100 >= least * total:
            links = tuple(Link("sends_on", view.name(who), one, 0, "sends on") for one in sorted(to))
            told = f"sent on {passed * 100 // total} percent of what it received, within {within} days of each line"
            yield Sign(who, told, links)


def _outbound_lines(view: View) -> Sent:
    """What large buyers sent, by chip: day, quantity, to whom."""
    lines = view.world.columns("shipments")
    exporter = view.place(texts_of(lines.column("exporter")))
    status = texts_of(lines.column("status"))
    kept = pc.and_(
        pc.is_in(exporter, value_set=pa.array(view.large, exporter.type)),
        pc.invert(pc.fill_null(pc.is_in(status, value_set=pa.array(GONE)), False)),
    )
    at = pa.array(np.flatnonzero(kept.to_numpy(zero_copy_only=False)))
    columns = [texts_of(lines.column(name)).take(at).to_pylist() for name in ("date", "chip", "quantity", "consignee")]
    found: Sent = defaultdict(lambda: defaultdict(list))
    for who, day, chip, count, to in zip(exporter.take(at).to_pylist(), *columns, strict=True):
        found[who][chip].append((date.fromisoformat(day).toordinal(), int(count), to or "somebody not named"))
    return found


def _match_outbound(
    view: View, who: int, sent: dict[str, list[tuple[int, int, str]]], within: int
) -> tuple[int, int, set[str]]:
    """TPP sent on in time, TPP received, and to whom; sent lines are set against the oldest that came before."""
    passed, total, to = 0, 0, set()
    left: dict[str, list[list[int]]] = defaultdict(list)  # day, units left, TPP of one
    for line in view.lines[who]:
        chip = view.bought.more.column("chip")[line].as_py()
        count, tpp = int(view.bought.count[line]), int(view.bought.tpp[line])
        total += tpp
        left[chip].append([int(view.bought.day[line]), count, tpp // count])
    for chip, rows in sorted(sent.items()):
        for day, count, receiver in sorted(rows):
            for stock in left.get(chip, ()):
                if stock[0] <= day <= stock[0] + within and stock[1] and count:
                    moved = min(stock[1], count)
                    stock[1] -= moved
                    count -= moved
                    passed += moved * stock[2]
                    to.add(receiver)
    return passed, total, to
