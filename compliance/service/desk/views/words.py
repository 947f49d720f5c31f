"""States, acts and instants as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

STATES = {
    "open": "nobody has acted",
    "held": "held",
    "escalated": "escalated",
    "awaiting_second": "waits for a second person",
    "released": "released",
    "rejected": "rejected",
    "reserved": "reserved",
    "committed": "committed",
    "expired": "ended unused",
}
ACTS = {
    "hold": "held it",
    "release": "released it",
    "reject": "rejected it",
    "escalate": "escalated it",
    "ask": "asked for information",
    "reopen": "reopened it",
    "commit": "committed the reservation",
    "expire": "ended the reservation",
}
DOING = {
    "hold": "hold it",
    "release": "release it",
    "reject": "reject it",
    "escalate": "escalate it",
    "ask": "ask for information",
}
LEVELS = {"desk": "desk", "compliance": "compliance", "counsel": "counsel"}
PARTS = {
    "exporter": "exporter", "purchaser": "purchaser", "intermediate_consignee": "intermediate consignee",
    "consignee": "consignee", "end_user": "end user", "operator": "operator", "charged_to": "charged to",
    "forwarder": "forwarder", "payer": "payer",
}  # fmt: skip
"""The parts that parties play in a line of an order."""
VERDICTS = {
    "captured": "captured", "not_captured": "not captured", "undetermined": "undetermined", "determined": "determined",
}  # fmt: skip


def state(word: str) -> str:
    """The state of a decision."""
    return STATES.get(word, word.replace("_", " "))


def act(word: str) -> str:
    """What somebody did."""
    return ACTS.get(word, word.replace("_", " "))


def instant(at: str | datetime) -> str:
    """An instant to the minute, in UTC."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def age(at: str | datetime, now: datetime) -> str:
    """How long ago it was, in the largest unit that fits."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    minutes = max(0, int((now - when).total_seconds() // 60))
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "just now"
