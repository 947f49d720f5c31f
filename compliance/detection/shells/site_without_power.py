"""A site without the power for what was sent to it.

Definition. The chips sent to a site under the exemption need more megawatts, all-in, than the site has for computers on
the day. Source. BIS guidance of May 2025 on the capability of sites. Known false positives: sites that are being built
out, deliveries for storage, figures of the power of one hall.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign
from compliance.sources.entities import powers
from compliance.units import show

SIGN = "site_without_power"
MEGAWATT = 10**6


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer with such a site."""
    has = {site.id: it[1] for site, it, _ in powers(view.world, view.as_of) if it[1] is not None}
    sites = view.bought.more.column("site")
    for who in view.large:
        needs: dict[str, int] = defaultdict(int)
        for line in view.lines[who]:
            if (site := sites[line].as_py()) in has:
                needs[site] += int(view.bought.watts[line])
        for site, watts in sorted(needs.items()):
            if watts > has[site]:
                need, there = (f"{show(round(Fraction(n, MEGAWATT), 3))} MW" for n in (watts, has[site]))
                yield Sign(who, f"sent chips that need {need} to the site {site}, which has {there}")
                break
