"""Groups of buyers that look like one hand as a SARIF log: a pattern is a rule, a group a result to be reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.reports import phrases
from compliance.reports.renderers import Drawings, Options
from compliance.reports.sarif.log import fingerprint, message, sarif_log

HELP = "Evidence with its weight for a person to look at, never a verdict."


def render(answer: Mapping[str, Any], drawings: Drawings, options: Options) -> str:
    """The log."""
    patterns = sorted({group["pattern"] for group in answer["groups"]})
    rules = [
        {
            "id": f"patterns/{name}",
            "name": name,
            "shortDescription": {"text": phrases.plain(name)},
            "help": {"text": HELP},
            "defaultConfiguration": {"level": "warning"},
        }
        for name in patterns
    ]
    results = [_result(group, patterns.index(group["pattern"])) for group in answer["groups"]]
    told = {"asOf": answer["as_of"], "assumptions": answer["assumptions"], "note": f"{HELP} {phrases.NO_ADVICE}"}
    return sarif_log(rules, results, [], told)


def _result(group: Mapping[str, Any], place: int) -> dict[str, Any]:
    members = [{"name": name, "fullyQualifiedName": f"company/{name}", "kind": "company"} for name in group["members"]]
    least = min(group["members"], default="")
    return {
        "ruleId": f"patterns/{group['pattern']}",
        "ruleIndex": place,
        "kind": "fail",
        "level": "warning",
        "message": message(group["message"]),
        "locations": [{"logicalLocations": members}] if members else [],
        "partialFingerprints": {"group/v1": fingerprint(group["pattern"], least, str(group["period"]))},
        "properties": {
            "score": group["score"],
            "orders": group["orders"],
            "total": group["total"],
            "limit": group["limit"],
            "period": group["period"],
            "evidence": group["evidence"],
        },
    }
