"""What the members of a group share, pair by pair, and the tree of their strongest links: for telling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compliance.detection.groups.shared_things import Thing

Pair = tuple[int, int]


class SharedAttribute(NamedTuple):
    """A thing that two buyers share; `bits` in thousandths, `holders` the companies that have it."""

    kind: str
    value: str
    bits: int
    holders: int


def tree(members: Iterable[int], things: Iterable[Thing]) -> Mapping[Pair, list[SharedAttribute]]:
    """The strongest links that hang the members together, with what each pair shares, of each kind what says most."""
    inside = set(members)
    best: dict[Pair, dict[str, SharedAttribute]] = defaultdict(dict)
    for thing in things:
        if thing.bits <= 0:
            continue
        some = sorted(inside.intersection(thing.buyers))
        one = SharedAttribute(thing.kind, thing.value, thing.bits, thing.companies)
        for number, a in enumerate(some):
            for b in some[number + 1 :]:
                kinds = best[a, b]
                if thing.kind not in kinds or (-one.bits, one.value) < (-kinds[one.kind].bits, kinds[one.kind].value):
                    kinds[thing.kind] = one
    order = sorted(best, key=lambda pair: (-sum(one.bits for one in best[pair].values()), pair))
    part = {who: {who} for who in inside}
    found: dict[Pair, list[SharedAttribute]] = {}
    for a, b in order:
        if part[a] is not part[b] and set(best[a, b]) != {"born"}:
            whole = part[a] | part[b]
            part.update(dict.fromkeys(whole, whole))
            found[a, b] = [best[a, b][kind] for kind in sorted(best[a, b])]
    return dict(sorted(found.items()))
