"""Rows in the making, in blocks of columns, and the market that holds them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from compliance.generate.market.knobs import load

Array = npt.NDArray[Any]
NOBODY = -1
ASLEEP = np.datetime64("NaT")


@dataclass
class Rows:
    """Blocks of rows of the same columns; a value alone is that of every row of its block."""

    names: tuple[str, ...]
    blocks: list[dict[str, Array]] = field(default_factory=list)

    def add(self, rows: int, **columns: Any) -> None:
        """Adds rows; columns not named are empty."""
        wrong = set(columns) - set(self.names)
        assert not wrong, wrong
        block = {}
        for name in self.names:
            value = columns.get(name, "")
            block[name] = value if isinstance(value, np.ndarray) else np.full(rows, value, dtype=_type(value))
            assert len(block[name]) == rows, name
        self.blocks.append(block)

    def one(self, **columns: Any) -> None:
        """Adds one row."""
        self.add(1, **columns)

    def column(self, name: str) -> Array:
        """All values of a column, in the order of adding."""
        found = [block[name] for block in self.blocks]
        if not found:
            return np.array([], dtype=object)
        if len({block.dtype for block in found}) > 1:
            found = [block.astype(object) for block in found]
        return np.concatenate(found)

    def __len__(self) -> int:
        return sum(len(block[self.names[0]]) for block in self.blocks)


def _type(value: object) -> Any:
    return np.int64 if isinstance(value, int) else object


COMPANY_TEXT = (
    "name",
    "jurisdiction",
    "headquarters",
    "address",
    "phone",
    "email",
    "website",
    "registered_agent",
    "activity",
    "business",
    "registration",
    "employees",
    "capital_usd",
)
COMPANY_DAYS = ("incorporated", "dissolved", "reactivated", "last_filing")
STAKES = ("owner", "owned", "percent", "from", "to", "price_usd")
ROLES = ("person", "company", "role", "from", "to")
LINES = (
    "day",
    "exporter",
    "from_country",
    "purchaser",
    "intermediate_consignee",
    "consignee",
    "end_user",
    "site",
    "to_country",
    "chip",
    "quantity",
    "movement",
    "authorization",
    "authorization_id",
    "forwarder",
    "payer",
    "payer_country",
    "payer_changed",
    "status",
    "scheme",
    "value_usd",
)
PARTIES = ("exporter", "purchaser", "intermediate_consignee", "consignee", "end_user", "forwarder", "payer")
"""Columns of `LINES` that hold numbers of companies, or `NOBODY`."""


class Market:
    """A market in the making.

    Companies and people are numbers: companies from 0, people from the count of companies on (`NOBODY`: not
    identified), as owners of stakes. `free` are companies without group, role in trade or purchases, in an
    order drawn at random; schemes take theirs from its end, and what they had before is dropped by `taken`.
    """

    def __init__(self, companies: int, seed: int) -> None:
        self.draw = np.random.default_rng([seed, 2])
        self.size = companies
        self.text: dict[str, Array] = {name: np.full(companies, "", dtype=object) for name in COMPANY_TEXT}
        self.days: dict[str, Array] = {name: np.full(companies, ASLEEP, "M8[D]") for name in COMPANY_DAYS}
        self.place = np.zeros(companies, np.int64)  # the number of the address
        self.crowd = np.ones(companies, np.int64)  # companies at it
        self.house: Array = np.array([], dtype=object)  # the text of each address
        self.people: dict[str, list[Any]] = {"name": [], "nationality": [], "born": []}
        self.persons = 0
        self.groups: list[Array] = []
        self.stakes = Rows(STAKES)
        self.roles = Rows(ROLES)
        self.lines = Rows(LINES)
        self.more: dict[str, list[dict[str, str]]] = {}
        self.taken = np.zeros(companies, bool)
        self.touched = np.zeros(companies, bool)
        self.busy = np.zeros(companies, bool)
        self.free: list[int] = []
        self.suppliers: Array = np.array([], np.int64)
        self.forwarders: Array = np.array([], np.int64)
        self.lessors: Array = np.array([], np.int64)
        self.agents: Array = np.array([], np.int64)
        self.labels: list[dict[str, Any]] = []
        self.settled = 0
        self.buying = np.zeros(companies, bool)
        self.clients: Counter[str] = Counter()
        self.served = 0

    def take(self, count: int) -> list[int]:
        """Free companies for a scheme, which lose what the background gave them."""
        found: list[int] = []
        while len(found) < count:
            if not self.touched[one := self.free.pop()]:
                found.append(one)
        self.taken[found] = True
        self.busy[found] = True
        return found

    def innocents(self, count: int, buying: bool = False) -> list[int]:
        """Companies that have nothing to do with a scheme and share something with it; no scheme takes them later."""
        can = np.flatnonzero(~self.taken & (self.buying | (not buying)))
        found = [int(n) for n in self.draw.choice(can, min(count, len(can)), replace=False)]
        self.touched[found] = True
        return found

    def settle(self) -> None:
        """Ends the background: what comes after is of schemes, and stays with companies that are taken."""
        self.settled = len(self.stakes.blocks)
        self.buying = np.isin(self.text["headquarters"].astype("U2"), list(load("knobs.yaml")["countries"]["buyers"]))
        self.clients = Counter(str(name) for name in self.text["registered_agent"] if name)
        self.served = len(self.roles.blocks)

    def row(self, table: str, **values: str) -> None:
        """Adds a row to a smaller table: sites, listings, authorizations."""
        self.more.setdefault(table, []).append(values)
