"""The words of the answer as people read them: outcomes, standing in law, postures, review policies."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.rulebook.force import UNCONFIRMED

OUTCOMES = {"violation": "violation", "license_required": "license required", "review": "review"}
DECISIONS = {
    "prohibited": "prohibited",
    "license_required": "license required",
    "review": "review",
    "unknown": "unknown",
    "nothing_found": "nothing found",
}
"""What may be done, in words; never that something is fine."""
MEANINGS = {
    "prohibited": "do not ship",
    "license_required": "do not ship without a license, or an exception that applies",
    "review": "do not ship until a named person has reviewed and released it",
    "unknown": "do not ship yet: facts are missing that could decide",
    "nothing_found": "no rule that was asked stands against it",
}
STANDINGS = {
    "enforced": "enforced",
    "written": "written, not enforced",
    "summary": "popular summary, not law",
}
"""The standing in law of rules and of what they lead to."""
BY_STANDING = {
    "enforced": "by the rules that are enforced",
    "written": "by the text that is not enforced",
    "summary": "by the popular summary, which is no law",
}
"""By which rules a decision stands that does not decide."""
ENFORCED = "as enforced"
NOT_EVALUATED = "not_evaluated"
NO_FINDING = "no_finding"
FORCES = {
    "in_force": "in force",
    "codified_not_enforced": "codified, not enforced",
    "not_law": "not law",
    "not_yet": "not yet in force",
}
MARKS = {True: "✓", False: "✗", None: "?"}
"""Whether a clause or a condition holds, does not hold, or is not known."""
HOLDS = {True: "holds", False: "does not hold", None: "not known"}
OPEN = {True: "open", False: "closed", None: "not known"}
NOTHING_FOUND = "No finding in what was checked."
WHERE_OPEN = " What was not checked stands below."
NO_PACK = "No pack of rules was asked, or stands on this day: nothing was checked."
NO_ADVICE = "This report applies encoded rules to the facts that it was given. It is not legal advice."


def plain(word: str) -> str:
    """A word of the contract with spaces: `license_required` as `license required`."""
    return word.replace("_", " ")


def force(state: str, since: str | None = None) -> str:
    """The standing in law, `codified, not enforced since 2025-05-13`."""
    said = FORCES.get(state, plain(state))
    return f"{said} since {since}" if since and state != "not_law" else said


def standing(written: str, enforced: str | None, since: str | None = None) -> str:
    """What a text says and what the authority applies, once where they are the same or only one is told."""
    if enforced in (written, None):
        return force(written, since)
    other = "not confirmed" if enforced == UNCONFIRMED else force(str(enforced))
    return f"{force(written, since)}; as enforced {other}"


def postures(names: Sequence[str], enforced: str | None) -> str:
    """In which readings of the law something stands: `stands as written only`, or both."""
    said = [posture(name) for name in names]
    if enforced == UNCONFIRMED and ENFORCED in said:
        rest = "".join(f"stands {name}; " for name in said if name != ENFORCED)
        return f"{rest}whether it is enforced is not confirmed"
    return f"stands {said[0]} only" if len(said) == 1 else f"stands {' and '.join(said)}"


def posture(name: str) -> str:
    """The posture asked about."""
    return "as written and as enforced" if name == "both" else name.replace("-", " ")


def count_text(number: int, one: str, many: str | None = None) -> str:
    """`1 line`, `2 lines`, `1,700 lines`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


ROWS = {
    "companies": ("company", "companies"),
    "people": ("person", "people"),
    "headquarters": ("dated seat", "dated seats"),
    "site_power": ("dated power of a site", "dated powers of sites"),
}


def row_noun(table: str) -> str:
    """A row of a table: `shipment`, `company`."""
    return ROWS[table][0] if table in ROWS else plain(table).removesuffix("s")


def many(table: str) -> str:
    """Rows of a table: `shipments`, `companies`."""
    return ROWS[table][1] if table in ROWS else plain(table)


def join(names: Sequence[str], most: int = 4, count: int | None = None) -> str:
    """The first names, and how many more there are; `count` is how many there are where not all are given."""
    count = len(names) if count is None else count
    if count <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {count - most:,} more"
