"""The search for companies that split purchases, made by audit and screen themselves where nobody has.

An officer who ran `compliance patterns` keeps what was found in the table `signs`, and may have dismissed some of it:
then that stands. In a world too large to search on the way nothing is searched, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from compliance.answers.answer import Finding, NotEvaluated
from compliance.explain.finding_list import places_of, without
from compliance.rulebook.packs import Pack
from compliance.sources.evaluation_context import EvaluationContext
from compliance.sources.parties.pattern_signs import Signs
from compliance.world.schema.reviewed_signs import Sign

SPLIT = "split_evasion"
READS = f"sign_group.{SPLIT}"
MOST_COMPANIES = 20_000
"""So many companies are searched on the way: it takes one to five seconds."""


def split_signs(scene: EvaluationContext, view: Any = None) -> Iterator[Sign]:
    """The members of the groups that are found; nothing where somebody has searched, or nothing could be found.

    A group of which somebody has told of a member, or dismissed one, is left to them. `view` is the scene as the search
    sees it, where that is known.
    """
    if not searches(scene):
        return
    from compliance.detection.detectors import answer_of, split_groups, view_of
    from compliance.detection.sign_rows import signs_of

    known = {sign.party for sign in scene.world.each(Sign) if sign.pattern == SPLIT and sign.found <= scene.as_of}
    groups = split_groups(view or view_of(scene.world, scene.day, scene.orders))
    found = [group for group in groups if known.isdisjoint(group["members"])]
    yield from (Sign.model_validate(row) for row in signs_of(answer_of(scene.as_of.isoformat(), found, []), [SPLIT]))


def searches(scene: EvaluationContext) -> bool:
    """Whether a search is made of a scene."""
    return not (_too_large(scene) or _is_searched(scene) or not _could_split(scene))


class KeptSearch:
    """The search in a world without orders, for those that are added to it."""

    def __init__(self, base: EvaluationContext) -> None:
        self._base = base

    @cached_property
    def _view(self) -> Any:
        """The world as the search sees it, or none where nothing is searched."""
        from compliance.detection.detectors import view_of

        return view_of(self._base.world, self._base.day, orders=False) if searches(self._base) else None

    def __call__(self, scene: EvaluationContext) -> Iterator[Sign]:
        """The signs of a scene that differs in its orders, and perhaps in companies that they name."""
        return split_signs(scene, self._search_beside(scene))

    def _search_beside(self, scene: EvaluationContext) -> Any:
        """Such a scene as the search sees it, from what is kept; none where nothing is."""
        from compliance.detection.detectors import view_of

        return None if self._view is None else view_of(scene.world, scene.day, scene.orders, self._view)

    def signs(self, scene: EvaluationContext) -> Signs:
        """All signs of such a scene: those without its orders where these cannot change the groups."""
        from compliance.detection.detectors import same_groups

        no_new = scene.world.rows("companies") is self._base.world.rows("companies")
        if no_new and self._view is not None and same_groups(self._view, self._search_beside(scene)):
            return self._base.signs
        return scene.signs


def report_unsearched(scene: EvaluationContext, packs: Sequence[Pack]) -> Iterator[NotEvaluated]:
    """That nobody has searched a large world, where a pack reads what a search finds."""
    if _too_large(scene) and any(map(_rules, packs)) and not _is_searched(scene) and _could_split(scene):
        count = len(scene.world.rows("companies"))
        told = (
            f"split purchases: nobody has searched this world of {count:,} companies for those that buy as one hand; "
        )
        yield NotEvaluated(rule="", reason=f"{told}run `compliance patterns`, and keep what it finds as `signs`")


def each_group_once(findings: Sequence[Finding], packs: Sequence[Pack]) -> Sequence[Finding]:
    """The findings without what a search found of a group that another rule tells of for certain, total and all."""
    searching = {(pack.id, name) for pack in packs for name in _rules(pack)}
    by_search, others = places_of(findings, searching)
    if not len(by_search):
        return findings
    told = {_group(findings[n]) for n in others if findings[n].certainty == "definite"}
    again = {n for n in by_search if _group(findings[n]) in told}
    return without(findings, again)


def _group(finding: Finding) -> tuple[object, ...]:
    value = finding.measure.value if finding.measure is not None else None
    return finding.topic, finding.subject, value, finding.outcome


def _rules(pack: Pack) -> list[str]:
    """The rules of a pack about totals of groups that a search finds."""
    measures = {name for name, measure in pack.definitions.measures.items() if measure.by and READS in str(measure.by)}
    return [rule.name for rule in pack.rules if pack.chosen(rule.of, rule) in measures]


def _is_searched(scene: EvaluationContext) -> bool:
    return Signs(scene.world.each(Sign), scene.as_of).searched(SPLIT)


def _could_split(scene: EvaluationContext) -> bool:
    tables = scene.rows.tables
    return len({name for table in tables for name in scene.world.values(table, "consignee")}) > 1


def _too_large(scene: EvaluationContext) -> bool:
    return len(scene.world.rows("companies")) > MOST_COMPANIES
