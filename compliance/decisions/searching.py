"""The search for companies that split purchases, made by audit and screen themselves where nobody has.

An officer who ran `compliance patterns` keeps what was found in the table `signs`, and may have dismissed some of it:
then that stands. In a world too large to search on the way nothing is searched, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compliance.decisions.answer import NotEvaluated
from compliance.facts.scene import Scene
from compliance.facts.signs import ANY
from compliance.rulebook.packs import Pack
from compliance.world.signs import Sign

SPLIT = "split_evasion"
MOST_COMPANIES = 20_000
"""So many companies are searched on the way: it takes less than a second."""
READS = f"sign_group.{SPLIT}"


def split_signs(scene: Scene) -> Iterable[Sign]:
    """The members of the groups that are found; nothing where somebody has searched, or nothing could be found.

    A family that passes the limit in a calendar year is not among them: the rules about families tell of it.
    """
    world = scene.world
    buyers = {name for table in scene.rows.tables for name in world.values(table, "consignee")}
    if _searched(scene) or _too_large(scene) or len(buyers) < 2:
        return
    from compliance.traces.find import answer_of, split_groups
    from compliance.traces.signs import signs_of

    day = scene.as_of.isoformat()
    found = [group for group in split_groups(world, scene.day, scene.orders) if not _told(scene, group)]
    yield from (Sign.model_validate(row) for row in signs_of(answer_of(day, found, []), [SPLIT]))


def unsearched(scene: Scene, packs: Sequence[Pack]) -> Iterator[NotEvaluated]:
    """That nobody has searched a large world for what a pack asks about."""
    if not _too_large(scene) or _searched(scene):
        return
    for pack in packs:
        for name in sorted(n for n, m in pack.definitions.measures.items() if m.by and READS in str(m.by.id)):
            told = f"{pack.definitions.measures[name].text}: nobody has searched this large world for such companies; "
            yield NotEvaluated(rule="", reason=f"{told}run `compliance patterns`, and keep what it finds as `signs`")
            break


def _told(scene: Scene, group: Mapping[str, Any]) -> bool:
    families = {scene.ownership.families(member, scene.day) for member in group["members"]}
    return "/" not in group["period"] and len(families) == 1 and len(families.pop()) == 1


def _searched(scene: Scene) -> bool:
    return any(sign.pattern in (ANY, SPLIT) and sign.found <= scene.as_of for sign in scene.world.each(Sign))


def _too_large(scene: Scene) -> bool:
    return len(scene.world.rows("companies")) > MOST_COMPANIES
