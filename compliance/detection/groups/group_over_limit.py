"""A group under one open parent that passes the limit together, each of its buyers at or under it.

Definition. As split evasion, where one owner holds the greater part of every member, in the register for all to see,
and nothing in how they buy speaks for splitting on purpose. The limit is of each ultimate consignee, so that the law
may be kept by all of them; whether they are one consignee in truth is for a person to look at. It is no accusation,
and is therefore told under a name of its own: a group that hides its hand, or fills the exemption at once, is
`split_evasion`.

Source. 15 CFR 740.29(a). Known false positives: every honest group with several sites that buy for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from compliance.detection.groups.group import Group
from compliance.detection.groups.split_group import group_of
from compliance.detection.pattern_context import View

PATTERN = "group_over_limit"


def detect(view: View) -> Iterator[Group]:
    """Every group, the strongest first."""
    for split in view.splits:
        if split.is_open and not view.is_evasive(split):
            told = "are of one open owner; nothing in how they bought speaks for splitting on purpose"
            yield group_of(view, split, PATTERN, told)
