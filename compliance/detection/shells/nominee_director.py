"""A director of very many companies who directs several large buyers.

Definition. One person directs over `directs_many` companies, and more large buyers among them than chance makes likely
(a Poisson tail of the buyers expected among so many companies). Source. FATF (nominees without means); Global Witness
2018 on persons with control of over 100 companies. Known false positives: directors of registration agents and of
funds, who direct hundreds of honest companies; independent directors of a trade.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from compliance.detection import log_likelihood
from compliance.detection.evidence import holds
from compliance.detection.groups.group import Link
from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign
from compliance.world.schema.text_columns import texts_of

SIGN = "nominee_director"


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer of such a director."""
    roles = holds(view.world.columns("roles"), view.as_of)
    seats = pa.table({"person": texts_of(roles.column("person")), "company": texts_of(roles.column("company"))})
    seats = seats.group_by(["person", "company"]).aggregate([])
    counts = seats.group_by("person").aggregate([("company", "count")])
    many = counts.filter(pc.greater(counts.column("company_count"), int(view.settings.number("directs_many"))))
    directed = dict(zip(many.column("person").to_pylist(), many.column("company_count").to_pylist(), strict=True))
    led: dict[str, list[int]] = {}
    buyers = set(view.large)
    mine = seats.filter(pc.is_in(seats.column("person"), value_set=many.column("person").combine_chunks()))
    for person, place in zip(
        mine.column("person").to_pylist(), view.place(texts_of(mine.column("company"))).to_pylist(), strict=True
    ):
        if place in buyers:
            led.setdefault(person, []).append(place)
    for person, some in sorted(led.items()):
        expected = Fraction(directed[person] * len(buyers), len(view.ids))
        chance = log_likelihood.at_least(len(some), expected)
        told = f"is directed by {person}, who directs {directed[person]} companies, {len(some)} of them large buyers"
        bits = log_likelihood.millibits(1 / chance)
        for who in sorted(some):
            link = Link("director", person, view.name(who), bits, "directs")
            yield Sign(who, told, (link,), person, chance)
