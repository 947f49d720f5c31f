"""Split evasion: buyers that each stay at or under the limit, and together pass it, and look like one hand.

Definition. A group of consignees, none over the limit in a calendar year, whose purchases under the exemption in one
calendar year or any `window_days` add to more than the limit, and whose evidence of being one scheme outweighs the odds
against it: what they share, of several families of evidence; or, where one open owner holds the greater part of all,
that they fill the limit and buy close in time as honest groups of one owner do not.

Source. 15 CFR 740.29(a); BIS guidance of May 2025 on diversion; the weights are those of record linkage [Fellegi and
Sunter 1969]. Known false positives: franchises with one brand and one payer, companies of one registration agent that
are founded in one week and buy for one project, honest groups whose owners are not on record.
"""

from __future__ import annotations

from collections.abc import Iterator

from compliance.detection.groups.group import Group
from compliance.detection.groups.split_group import group_of
from compliance.detection.pattern_context import View

PATTERN = "split_evasion"


def detect(view: View) -> Iterator[Group]:
    """Every group, the strongest first."""
    for split in view.splits:
        if view.is_evasive(split) and split.holds(view.settings):
            kinds = [view.settings.kinds[kind] for kind in view.shared(split)]
            share = ", ".join(dict.fromkeys(kind.family for kind in kinds))
            told = "are of one open owner, and buy as one that splits" if split.is_open else "share what one hand would"
            yield group_of(view, split, PATTERN, f"{told} ({share})")
