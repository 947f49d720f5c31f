"""Registry attributes of a company: documents, people and addresses, and the companies that share them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from compliance.ownership.ownership_graph import Ownership
from compliance.ownership.stake_cells import DatedRow, ends
from compliance.sources.entities import amount
from compliance.world import spelling
from compliance.world.schema.tables import Company

NONE = "none"
"""Stands in a field where it is known that there is nothing [contracts 2]."""
AMOUNTS: Mapping[str, Callable[[Company], Fraction | int | None]] = {
    "employees": lambda company: company.employees,
    "capital_usd": lambda company: company.capital_usd,
}
TEXTS = frozenset({"activity", "jurisdiction", "business", "address", "website", "email"})
"""Fields of a company's own row that are text, of which a rule may ask."""
FIELDS: Mapping[str, Callable[[Company], object]] = {
    "email_domain": lambda company: _domain(company.email),
    "incorporated": lambda company: company.incorporated,
    "dissolved": lambda company: company.dissolved,
    "reactivated": lambda company: company.reactivated,
    "last_filing": lambda company: company.last_filing,
}
"""What else a rule may ask of it."""


class Profiles:
    """Attributes of the companies of one world that rest on no ownership."""

    def __init__(self, ownership: Ownership) -> None:
        self.ownership = ownership
        self.companies = ownership.register.companies

    def of(self, attribute: str, party: str, day: date) -> Any:
        """The value of an attribute such as `website`; `None` (an amount: its interval) where it is not known.

        Raises `KeyError` for an attribute that no company has.
        """
        if attribute in TEXTS:
            return self.companies.text(party, attribute)
        company = self.companies.get(party)
        if attribute in AMOUNTS:
            return amount(None if company is None else AMOUNTS[attribute](company))
        if attribute == "phone_elsewhere":
            seats = {self.ownership.register.place(party).jurisdiction, self.ownership.seat(party, day)}
            return None if company is None else _elsewhere(company.phone, seats)
        return None if company is None else FIELDS[attribute](company)

    def shares_address(self, party: str, others: Iterable[str]) -> bool | None:
        """Whether the party has the address of one of these; `None` where its own is not known."""
        company = self.companies.get(party)
        if company is None or company.address is None:
            return None
        return not self.at_address(party).isdisjoint(others)

    def at_address(self, party: str) -> set[str]:
        """The other companies that have the address of a party."""
        company = self.companies.get(party)
        if company is None or company.address is None:
            return set()
        return {one for written in _address_forms(company.address) for one in self._at_address[written]} - {party}

    def related(self, party: str) -> set[str]:
        """The parties that people of a party ever worked in or had a role in, and those that it has a tie to."""
        register = self.ownership.register
        ties = list(register.ties_of.get(party, ()))
        found: set[str] = set()
        for role in register.roles_in.get(party, ()):
            found.update(row.company for row in register.roles_of.get(role.person, ()))
            ties += register.ties_of.get(role.person, ())
        return (found | {end for tie in ties for end in (tie.party, tie.other)}) - {party}

    @cached_property
    def _at_address(self) -> dict[str, list[str]]:
        """The companies at each address, by the ways in which it may be compared."""
        found: dict[str, list[str]] = defaultdict(list)
        for party, address in zip(self.companies, self.companies.texts("address"), strict=True):
            for written in _address_forms(address) if address is not None else ():
                found[written].append(party)
        return found

    def shares_people(self, party: str, others: Iterable[str], day: date) -> bool:
        """Whether somebody with a role in the party has or had one, or worked, in one of these."""
        register = self.ownership.register
        roles = register.day(day).rows(register.roles_in, party)
        among = set(others) - {party} if roles else set()
        for role in roles:
            elsewhere = {row.company for row in register.roles_of.get(role.person, ()) if _has_begun(row, day)}
            ties = (row for row in register.ties_of.get(role.person, ()) if row.kind == "former_employer")
            elsewhere |= {row.other for row in ties if _has_begun(row, day)}
            if not elsewhere.isdisjoint(among):
                return True
        return False

    def takes_over(self, party: str, others: Iterable[str], day: date) -> bool:
        """Whether the party takes over the orders of one of these, or one of these those of the party.

        Which side is which cannot be told from a row, and either is asked about.
        """
        register = self.ownership.register
        ties = register.day(day).rows(register.ties_of, party)
        taken = {side for row in ties if row.kind == "takes_over_orders" for side in (row.party, row.other)} - {party}
        return bool(taken) and not taken.isdisjoint(others)

    def people_days(self, party: str) -> set[date]:
        """The days on which the answer about people may change."""
        register = self.ownership.register
        roles = register.roles_in.get(party, ())
        days = {day for role in roles for day in ends(register.roles_of.get(role.person, ()))}
        return days | {day for role in roles for day in ends(register.ties_of.get(role.person, ()))}


def _domain(email: str | None) -> str | None:
    return None if email is None else email.rpartition("@")[2].casefold()


def _has_begun(row: DatedRow, day: date) -> bool:
    return row.from_ is None or row.from_ <= day


def _address_forms(address: str) -> set[str]:
    """How an address may be compared: its letters and digits alone, and its words in any order, the common ones short.

    Addresses that agree in one of the two are one; another unit or floor is another address.
    """
    return {re.sub(r"[\W_]+", "", address.casefold()), spelling.address(address) or ""} - {""}


def _elsewhere(phone: str | None, seats: Iterable[str | None]) -> bool | None:
    """Whether a telephone number belongs to none of these countries, by its country calling code [ITU-T E.164].

    The code comes after `+` or `00` [ITU-T E.123].
    """
    known = set(seats) - {None}
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
