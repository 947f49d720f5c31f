"""What holders of a company have together, in whole numbers, against the sums in fractions, for every set of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance import units
from compliance.ownership.parents.holdings import HALF_POSSIBLY, HALF_SURELY, OVER_POSSIBLY, SURELY, ColumnHolders
from compliance.ownership.stake_bounds import Bar, Column, HolderStake, Tally

WORDS = ("0", "10", "25", "1/3", "33.33333", "49.9", "50", "50.1", "60", "75", "100", "25-50", ">25-50", "25-<50",
         ">25", ">50", "<50", "<25", "0-25", ">0-25", "50-75", "unknown")  # fmt: skip
OWNERS = ("a", "b", "c", "p", "")
HELD = st.lists(st.tuples(st.sampled_from(OWNERS), st.sampled_from(WORDS)), max_size=5, unique_by=lambda held: held[0])


@settings(max_examples=1_500, deadline=None)
@given(HELD, st.sampled_from(["50", "25", "100/3", "49.9"]))
def test_whole_numbers_say_what_fractions_say(held: list[tuple[str, str]], percent: str) -> None:
    column = Column.of("x", "shares", [HolderStake(owner, units.interval(word, top=100)) for owner, word in held])
    got = ColumnHolders(column, Fraction(percent), {"a", "b", "c"})
    over, half = (Bar(Fraction(percent), inclusive) for inclusive in (False, True))
    stakes = {h.owner: h.percent for h in column.held}
    counting = [o for o, percent in stakes.items() if o in ("a", "b", "c") and percent.high != 0]

    assert list(got.owners) == counting
    assert got.nameless == (column.unnamed.holders > 0)
    for places in chain.from_iterable(combinations(range(len(counting)), n) for n in range(len(counting) + 1)):
        tally = Tally.of(stakes[counting[place]] for place in places)
        with_unnamed = tally.copy()
        with_unnamed.join(column.unnamed)
        highest = column.highest(with_unnamed, rest=False)
        expected = [
            (SURELY, not column.over and over.surely(tally.lowest())),
            (HALF_SURELY, not column.over and half.surely(tally.lowest())),
            (OVER_POSSIBLY, over.possibly(highest)),
            (HALF_POSSIBLY, half.possibly(highest)),
        ]

        assert got.reach(places) == sum(answer for answer, holds in expected if holds)
