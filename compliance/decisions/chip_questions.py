"""What the law makes of chips on a day: TPP, performance density, paragraph of ECCN 3A090, routes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from compliance.errors import UsageError
from compliance.rulebook.folder import rules_folder
from compliance.units import show
from compliance.versions import SCHEMA_VERSION
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.world import World


def chips(names: Sequence[str] = (), world: World | None = None, as_of: date | None = None) -> dict[str, Any]:
    """The chips of those names (every one without), as the JSON of contracts 6.

    Raises `UsageError` for a name that nothing is known of, or without a day.
    """
    day = as_of or (world.as_of if world else None)
    if day is None:
        raise UsageError("the figures of a chip depend on the day: give `as_of`")
    own, products = (world.rows("chips"), world.rows("products")) if world else ((), ())
    catalogue = Catalogue.load(rules_folder(), own, products)  # type: ignore[arg-type]
    found: dict[str, Any] = {}
    for name in names or catalogue.names:
        parts = catalogue.parts(name)
        if not parts:
            raise UsageError(f"no chip is called `{name}`.{catalogue.near(name)}")
        if len(parts) > 1:
            raise UsageError(f"`{name}` holds several kinds of chips; name each of them")
        facts = catalogue.at(parts[0].chip, day)
        holds = (
            () if catalogue.find(name) else (f"holds {parts[0].count} {parts[0].chip.name}; the figures are of one",)
        )
        found[name] = {
            "tpp": None if facts.tpp is None else show(Fraction(facts.tpp, 1000)),
            "performance_density": None if facts.density is None else show(facts.density),
            "zone": facts.zone,
            "basis": facts.basis,
            "routes": list(facts.routes),
            "data_center": facts.data_center,
            "confidence": facts.confidence,
            "notes": [*holds, *facts.notes],
        }
    return {"schema_version": SCHEMA_VERSION, "as_of": day.isoformat(), "chips": found}
