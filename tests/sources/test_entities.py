"""What rows lead to: the power of a site on a day."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from compliance.sources.entities import powers
from tests.packs import world

MEGAWATT = 10**6
STEPS = [
    {"site": "s", "it_mw": "30", "facility_mw": "40", "from": "2024-01-01"},
    {"site": "s", "it_mw": "90", "facility_mw": "120", "from": "2025-01-01"},
    {"site": "s", "it_mw": "5"},
]


@pytest.mark.parametrize("steps", list(permutations(STEPS)))
def test_of_steps_that_stay_open_the_latest_counts_whatever_their_order(steps: list[dict[str, str]]) -> None:
    found = world(sites=[{"id": "s", "it_mw": "1", "facility_mw": "2"}], site_power=steps)

    ((_, it, whole),) = powers(found, date(2025, 6, 1))
    assert (it, whole) == ((90 * MEGAWATT,) * 2, (120 * MEGAWATT,) * 2)

    ((_, it, whole),) = powers(found, date(2023, 6, 1))
    assert (it, whole) == ((5 * MEGAWATT,) * 2, (2 * MEGAWATT,) * 2)


@pytest.mark.parametrize("turned", [False, True])
def test_two_steps_of_one_day_leave_the_power_between_them(turned: bool) -> None:
    steps = [{"site": "s", "it_mw": "30", "from": "2024-01-01"}, {"site": "s", "it_mw": "50", "from": "2024-01-01"}]
    found = world(sites=[{"id": "s"}], site_power=steps[::-1] if turned else steps)

    ((_, it, whole),) = powers(found, date(2025, 6, 1))

    assert (it, whole) == ((30 * MEGAWATT, 50 * MEGAWATT), (0, None))
