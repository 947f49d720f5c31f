"""The table of what a search for patterns found, as facts that a person has looked over."""

from __future__ import annotations

from typing import Literal

from compliance.world.schema.field_kinds import Amount, Day, Number, PartyId, Several, Text
from compliance.world.schema.row import Row

Pattern = Literal[
    "any", "split_evasion", "group_over_limit", "young_company", "dormant_revived", "tiny_company", "nominee_director",
    "mass_registration_address", "circular_ownership", "deep_chain", "missing_beneficial_owner", "restructuring",
    "pass_through", "site_without_power", "forwarder_consignee", "sudden_buyer",
]  # fmt: skip


class Sign(Row):
    """A party that was found in a pattern; without `party` it says that the pattern was searched for on that day.

    The pattern `any` is all of them of a search, and none in particular of a party. `group` is the smallest id of the
    parties found together, `score` bits of evidence over even odds; from the day `dismissed` it counts no more.
    """

    table = "signs"

    pattern: Pattern = "any"
    party: PartyId | None = None
    group: PartyId | None = None
    score: Number | None = None
    period: Text | None = None
    total_tpp: Amount | None = None
    limit_tpp: Amount | None = None
    flags: Several = ()
    told: Text | None = None
    found: Day
    source: Text | None = None
    dismissed: Day | None = None
    dismissed_by: Text | None = None
    dismissed_why: Text | None = None
