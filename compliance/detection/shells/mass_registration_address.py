"""A buyer at an address where very many companies are registered.

Definition. Over `address_many` companies have the building for their address, whatever their suites. Source. BIS
guidance of May 2025 (odd addresses); FATF. Known false positives: towers, campuses, free zones, and every honest client
of a registration agent: in a real register of overseas entities one in six is at an address of a hundred or more, so
that the sign alone says little, and is weighed by how common it is among buyers.
"""

from __future__ import annotations

from collections.abc import Iterator

from compliance.detection.evidence import normalize_spelling
from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign
from compliance.world import spelling

SIGN = "mass_registration_address"


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer at such an address."""
    most = view.settings.number("address_many")
    houses = normalize_spelling(view.company("address"), spelling.building)
    shown = {row["values"]: row["counts"] for row in houses.value_counts().to_pylist() if row["values"] is not None}
    for who in view.large:
        house = houses[who].as_py()
        if house is not None and shown[house] > most:
            yield Sign(who, f"has the address of {shown[house]} companies")
