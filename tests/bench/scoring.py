"""How alerts are scored against labels: what counts as found, as early, and as a false alert and of what cause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple


class Score(NamedTuple):
    """What was found of one pattern in one world."""

    alerts: int
    right: int
    schemes: int
    found: int
    early: int
    innocent_over: int

    @property
    def precision(self) -> float:
        return self.right / self.alerts if self.alerts else float("nan")

    @property
    def kindly(self) -> float:
        """Precision where honest groups that are over the limit in total are no false alerts."""
        return (self.right + self.innocent_over) / self.alerts if self.alerts else float("nan")

    @property
    def recall(self) -> float:
        return self.found / self.schemes if self.schemes else float("nan")

    @property
    def first(self) -> float:
        return self.early / self.schemes if self.schemes else float("nan")

    @property
    def f1(self) -> float:
        both = self.precision + self.recall if self.alerts and self.schemes else 0.0
        return 2 * self.precision * self.recall / both if both else 0.0


def finds(group: Sequence[str], scheme: Mapping[str, Any]) -> bool:
    """The rule of matching: at least half of the scheme, and at least half of the group."""
    mine, its = set(group), set(scheme["members"])
    return 2 * len(mine & its) >= len(its) and 2 * len(mine & (its | {*scheme["related"]})) >= len(mine)


def score(
    alerts: Sequence[Sequence[str]],
    early: Iterable[int],
    schemes: Sequence[Mapping[str, Any]],
    innocent: Sequence[Mapping[str, Any]],
) -> tuple[Score, list[Mapping[str, Any]], list[int]]:
    """The score, the schemes missed, and the places of false alerts; `early` are the places among the first 50."""
    of: dict[str, list[int]] = {}
    for place, scheme in enumerate(schemes):
        for member in (*scheme["members"], *scheme["related"]):
            of.setdefault(member, []).append(place)
    first, found, wrong, over = set(early), {}, [], 0
    honest = [set(label["members"]) for label in innocent if label["kind"] == "group_over"]
    for place, group in enumerate(alerts):
        hit = {s for member in group for s in of.get(member, ()) if finds(group, schemes[s])}
        for scheme_place in hit:
            found[scheme_place] = found.get(scheme_place, False) or place in first
        if not hit:
            wrong.append(place)
            over += any(2 * len(set(group) & members) >= len(group) for members in honest)
    right = len(alerts) - len(wrong)
    missed = [scheme for place, scheme in enumerate(schemes) if place not in found]
    return Score(len(alerts), right, len(schemes), len(found), sum(found.values()), over), missed, wrong


def cause(group: Sequence[str], labels: Mapping[str, Any]) -> str:
    """What a false alert is made of."""
    mine = set(group)
    for label in labels["innocent"]:
        if len(mine & set(label["members"])) * 2 >= len(mine):
            return f"innocent: {label['kind']}"
    parts = [s for s in labels["schemes"] if mine & {*s["members"], *s["related"]}]
    if len(parts) > 1:
        return "several schemes merged"
    if parts:
        return f"part of a {parts[0]['pattern']} with innocents"
    kinds = {label["kind"] for label in labels["innocent"] if mine & set(label["members"])}
    return f"background with {', '.join(sorted(kinds))}" if kinds else "background alone"


class Whole(NamedTuple):
    """How many schemes were found whole, and how many groups are a whole scheme."""

    schemes: int
    found: int
    groups: int
    right: int

    @property
    def recall(self) -> float:
        return self.found / self.schemes if self.schemes else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.groups if self.groups else 1.0


def is_whole(group: Sequence[str], scheme: Collection[str]) -> bool:
    """Whether at least four fifths of the scheme are in the group, and four fifths of the group are of the scheme."""
    mine, its = set(group), set(scheme)
    both = 5 * len(mine & its)
    return both >= 4 * len(its) and both >= 4 * len(mine)


def score_whole(groups: Sequence[Sequence[str]], schemes: Sequence[Collection[str]]) -> Whole:
    """Groups against schemes, none counted for a part; of two groups that are one scheme each is right."""
    of: dict[str, set[int]] = {}
    for place, scheme in enumerate(schemes):
        for member in scheme:
            of.setdefault(member, set()).add(place)
    hits = [{s for member in group for s in of.get(member, ()) if is_whole(group, schemes[s])} for group in groups]
    return Whole(len(schemes), len(set().union(*hits)), len(groups), sum(map(bool, hits)))
