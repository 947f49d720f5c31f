"""An account: a limit that adds up, with its holder and period, and what one order takes of it (contracts 11).

Amounts are whole numbers of parts of a unit: TPP in thousandths, units of chips in ones. No float comes near them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from compliance import units

BETWEEN = ".."
"""Stands between the two ends of a period in the name of an account, where `/` would part the name."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose limit it is: of which rule, for whom and for which period; `scale` parts make one `unit`.

    `kind` says what the holder is (`company`, `country`, `purchase`), `standing` how the rule stands on the day.
    """

    pack: str
    rule: str
    holder: str
    key: str = ""
    period: str = ""
    kind: str = ""
    unit: str = ""
    scale: int = 1
    standing: str = "enforced"

    name: str = field(init=False, repr=False, compare=False)
    """The account as answers name it, `PACK/RULE/acme/2026`."""

    def __post_init__(self) -> None:
        parts = [self.pack, self.rule, self.holder, self.key, self.period.replace("/", BETWEEN)]
        name = "/".join(filter(None, parts))
        if "%" in name or name.count("/") != sum(map(bool, parts)) - 1:
            name = "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts if part)
        object.__setattr__(self, "name", name)

    def said(self, parts: int) -> str:
        """An amount in the unit of the account, exact: `15824` of 15,824,000 thousandths of TPP."""
        return units.show(Fraction(parts, self.scale))


@dataclass(frozen=True, slots=True)
class Claim:
    """What an order takes of an account, beside its capacity and what the world has on record there, all in parts.

    `capacity` is the most that may be used without reaching the limit. What is not known is taken at its high end;
    `None` where nothing bounds that. A claim that does not bind is kept and never stands in the way of an order.
    """

    account: Account
    capacity: int
    recorded: int | None
    taken: int | None
    binds: bool = True

    @property
    def name(self) -> str:
        """The account's name."""
        return self.account.name
