"""Who has a hand in a company other than by owning it: controls, roles and ties of a day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta

from compliance.ownership.capture.capture_test import FlagRule
from compliance.ownership.register import Day
from compliance.ownership.stake_bounds import Bar, RangeEnd
from compliance.ownership.stake_cells import Cell, stands

Those = Callable[[str], bool]
"""Whether a party is one of those whose influence is looked for."""


def controls(day: Day, company: str, rule: FlagRule, those: Those) -> bool:
    """Whether one of those controls the company by one of the rule's means."""
    return any(means in rule.means and those(party) for party, means in day.controllers(company))


def roles(day: Day, company: str, rule: FlagRule, those: Those) -> bool:
    """Whether one of those has one of the rule's roles in the company."""
    rows = day.rows(day.register.roles_in, company)
    return any(row.role in rule.roles and those(row.person) for row in rows)


def overlap(day: Day, company: str, rule: FlagRule, those: Those) -> bool:
    """Whether somebody has one of the rule's roles here and in one of those."""
    people = {row.person for row in day.rows(day.register.roles_in, company) if row.role in rule.roles}
    elsewhere = (row for person in people for row in day.rows(day.register.roles_of, person))
    return any(row.company != company and row.role in rule.roles and those(row.company) for row in elsewhere)


def ties(day: Day, party: str, kinds: Collection[str], those: Those, reversed_: Those) -> bool:
    """Whether the party has a tie of one of these kinds to one of those, such as to a former parent.

    A row with its two sides exchanged looks like a right one, so that a tie of one of `reversed_` to the party is
    asked about as well.
    """
    rows = [row for row in day.rows(day.register.ties_of, party) if row.kind in kinds]
    return any(those(row.other) if row.party == party else reversed_(row.party) for row in rows)


def proxy(day: Day, company: str, rule: FlagRule, proxies: Those) -> bool:
    """Whether one of these, who stand in for others, holds anything in the company, controls it or has a role in it."""
    return owners(day, company, proxies) or controls(day, company, rule, proxies) or roles(day, company, rule, proxies)


def owners(day: Day, company: str, those: Those) -> bool:
    """Whether one of those may hold anything at all in the company."""
    return any(
        holder.owner and holder.percent.high != 0 and those(holder.owner)
        for column in day.columns(company)
        for holder in column.held
    )


def former_owners(day: Day, company: str, rule: FlagRule, those: Those) -> bool:
    """Whether one of those held more than the rule's percent of the company until some earlier day."""
    bar = Bar(rule.percent, inclusive=False)
    for cell in day.register.cells_in(company):
        ended = {row.to for row in cell.rows if row.to is not None and row.to <= day.day}
        gone = cell.owner and not any(stands(row, day.day) for row in cell.rows)
        if gone and any(_over(cell, to, bar) for to in ended) and those(cell.owner):
            return True
    return False


def _over(cell: Cell, to: date, bar: Bar) -> bool:
    held = cell.on(to - timedelta(days=1))
    return held is not None and bar.surely(RangeEnd(held.low, held.low_open))
