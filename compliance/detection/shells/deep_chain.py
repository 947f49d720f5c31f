"""A buyer that is owned through a long chain of companies, several in secrecy jurisdictions.

Definition. A chain of at least `chain_steps` companies above the buyer, each holding `owner_percent` or more of the
next on its highest reading, with at least `secrecy_steps` of them in jurisdictions of the list `secrecy`. Source. FATF
(complex structures without purpose); Garcia-Bernardo et al. 2017 on conduits. Known false positives: multinationals and
funds, whose chains are as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from compliance.detection.groups.group import Link
from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign

SIGN = "deep_chain"
LONGEST = 20
WIDEST = 2_000


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer below such a chain."""
    steps, secret = (int(view.settings.number(name)) for name in ("chain_steps", "secrecy_steps"))
    secrecy = set(view.settings.secrecy)
    for who in view.large:
        best: tuple[int, int, tuple[str, ...]] = (0, 0, ())
        waiting: list[tuple[str, ...]] = [(view.name(who),)]
        looked_at = 0
        while waiting and looked_at < WIDEST:
            chain = waiting.pop()
            looked_at += 1
            hidden = sum(view.seat(one) in secrecy for one in chain[1:])
            best = max(best, (hidden, len(chain) - 1, chain))
            if len(chain) <= LONGEST:
                waiting += [(*chain, owner) for owner in view.owners(chain[-1]) if owner not in chain]
        hidden, length, chain = best
        if length >= steps and hidden >= secret:
            links = tuple(Link("owner", owner, owned, 0, "holds") for owned, owner in pairwise(chain))
            yield Sign(who, f"has a chain of {length} companies above it, {hidden} where owners are hard to see", links)
