"""What a company says of itself, as attributes: its papers, people and places, and whom it shares them with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from compliance.facts.entities import Amount, amount
from compliance.ownership.graph import Ownership
from compliance.ownership.register import ends
from compliance.world import spelling

NONE = "none"
"""Stands in a field where it is known that there is nothing [contracts 2]."""
_AMOUNTS = ("employees", "capital_usd")


class Profiles:
    """Attributes of the companies of one world that rest on no ownership."""

    def __init__(self, ownership: Ownership) -> None:
        self.ownership = ownership
        self.companies: dict[str, Any] = dict(ownership.register.companies)
        self._at_address: dict[str, list[str]] | None = None

    def of(self, attribute: str, party: str, day: date) -> Any:
        """The value of an attribute such as `website`; `None` (an amount: its interval) where it is not known."""
        company = self.companies.get(party)
        if attribute in _AMOUNTS:
            return self.amount(attribute, company)
        if company is None:
            return None
        match attribute:
            case "email_domain":
                return None if company.email is None else company.email.rpartition("@")[2].casefold()
            case "phone_elsewhere":
                return _elsewhere(company.phone, {company.jurisdiction, self.ownership.seat(party, day)} - {None})
            case _:
                return getattr(company, attribute)

    def amount(self, attribute: str, company: Any) -> Amount:
        """An amount as interval; it is not known of people."""
        return amount(getattr(company, attribute, None))

    def shares_address(self, party: str, others: Iterable[str]) -> bool | None:
        """Whether the party has the address of one of these; `None` where its own is not known."""
        company = self.companies.get(party)
        if company is None or company.address is None:
            return None
        if self._at_address is None:
            self._at_address = defaultdict(list)
            for one in self.companies.values():
                if one.address is not None:
                    for written in _written(one.address):
                        self._at_address[written].append(one.id)
        here = {one for written in _written(company.address) for one in self._at_address[written]} - {party}
        return not here.isdisjoint(others)

    def shares_people(self, party: str, others: Iterable[str], day: date) -> bool:
        """Whether somebody with a role in the party has or had one, or worked, in one of these."""
        register = self.ownership.register
        roles = register.day(day).rows(register.roles_in, party)
        among = set(others) - {party} if roles else set()
        for role in roles:
            elsewhere = {row.company for row in register.roles_of[role.person] if _begun(row, day)}
            ties = (row for row in register.ties_of.get(role.person, ()) if row.kind == "former_employer")
            elsewhere |= {row.other for row in ties if _begun(row, day)}
            if not elsewhere.isdisjoint(among):
                return True
        return False

    def takes_over(self, party: str, others: Iterable[str], day: date) -> bool:
        """Whether the party takes over the orders of one of these, and not they those of the party."""
        register = self.ownership.register
        ties = register.day(day).rows(register.ties_of, party)
        taken = {row.other for row in ties if row.kind == "takes_over_orders" and row.party == party}
        return bool(taken) and not taken.isdisjoint(others)

    def people_days(self, party: str) -> set[date]:
        """The days on which the answer about people may change."""
        register = self.ownership.register
        roles = register.roles_in.get(party, ())
        days = {day for role in roles for day in ends(register.roles_of.get(role.person, ()))}
        return days | {day for role in roles for day in ends(register.ties_of.get(role.person, ()))}


def _begun(row: Any, day: date) -> bool:
    return row.from_ is None or bool(row.from_ <= day)


def _written(address: str) -> set[str]:
    """How an address may be compared: its letters and digits alone, and its words in any order, the common ones short.

    Addresses that agree in one of the two are one; another unit or floor is another address.
    """
    return {re.sub(r"[\W_]+", "", address.casefold()), spelling.address(address) or ""} - {""}


def _elsewhere(phone: str | None, seats: Iterable[str]) -> bool | None:
    """Whether a telephone number belongs to none of these countries, by its country calling code [ITU-T E.164].

    The code comes after `+` or `00` [ITU-T E.123].
    """
    known = set(seats)
    if phone == NONE:
        return False
    abroad = re.match(r"\s*\(?(\+|00)", phone or "")
    if phone is None or not known or abroad is None:
        return None
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # a large module that few worlds need

    digits = re.sub(r"\D", "", phone[abroad.end() :])
    regions = next(
        (found for size in (1, 2, 3) if (found := COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:size] or 0)))), None
    )
    return None if regions is None else known.isdisjoint(regions)
