"""A SARIF log: one run of this program with its rules, results, and what it could not check.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from compliance.reports.text.terminal import clean
from compliance.versions import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
NAME = "compliance"
_CFR = re.compile(r"(\d+) CFR (?:(part) (\d+)|(\d+\.\d+))")
_FR = re.compile(r"(\d+) FR (\d+)")


def sarif_log(
    rules: Sequence[Mapping[str, Any]],
    results: Sequence[Mapping[str, Any]],
    notifications: Sequence[Mapping[str, Any]],
    properties: Mapping[str, Any],
) -> str:
    """The log as JSON; `notifications` are what was not evaluated."""
    driver = {"name": NAME, "semanticVersion": __version__, "version": __version__, "rules": list(rules)}
    invocation = {"executionSuccessful": True, "toolExecutionNotifications": list(notifications)}
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "utf16CodeUnits",
        "results": list(results),
        "properties": dict(properties),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def message(text: str) -> dict[str, str]:
    """A text as SARIF has it: brackets would be read as links, and braces as places to fill in."""
    told = clean(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return {"text": told.replace("{", "{{").replace("}", "}}")}


def notification(text: str, rule: str = "", properties: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Something that was not checked."""
    told: dict[str, Any] = {"level": "warning", "message": message(text)}
    if rule:
        told["descriptor"] = {"id": rule}
    return {**told, "properties": dict(properties)} if properties else told


def help_address(citations: Iterable[str]) -> str | None:
    """Where the first regulation that is cited can be read: the eCFR, or the Federal Register."""
    told = list(citations)
    for text in told:
        if found := _CFR.search(text):
            where = f"part-{found[3]}" if found[2] else f"section-{found[4]}"
            return f"https://www.ecfr.gov/current/title-{found[1]}/{where}"
    for text in told:
        if found := _FR.search(text):
            return f"https://www.federalregister.gov/citation/{found[1]}-FR-{found[2]}"
    return None


def file_address(file: str) -> str:
    """A file as a URI: relative as it was named, absolute with its scheme."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def physical_location(file: str, line: int) -> dict[str, Any]:
    """A line of a file of the world."""
    place: dict[str, Any] = {"artifactLocation": {"uri": file_address(file)}}
    if line > 0:
        place["region"] = {"startLine": line}
    return place


def fingerprint(*parts: str) -> str:
    """What tells a result apart from others, the same whatever else is in the world and wherever its rows stand."""
    return sha256("\x1f".join(parts).encode()).hexdigest()
