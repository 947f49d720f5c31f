"""A headroom as text: how many units by each route, what the first unit needs, what is left of limits that add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from compliance.answers.headroom_answer import ASKED
from compliance.reports import figures, phrases
from compliance.reports.text.terminal import Look, Paper, as_text, bullet_list, table

READINGS = {"no_limit_found": "no limit found", "not_known": "not known", "not_counted": "not counted"}
"""What stands where a route has no number of units."""
NO_RIGHT = "A license is for the authority to grant or refuse: nobody has a right to one, whatever is left."
LICENSE = "license_required"
ROUTES_KEPT = 30


def headroom_text(answer: Mapping[str, Any], look: Look | None = None) -> str:
    """How many units may still go by each route, what binds, what the first needs and what limits leave."""
    paper = Paper(look or Look())
    to = f"{answer['consignee']} in {answer['country']}"
    paper.put(
        Text.assemble(
            ("Headroom for ", "bold"), as_text(str(answer["chip"]), "bold"), " to ", as_text(to),
            f", as of {answer['as_of']}, {phrases.posture(answer['posture'])}",
        )
    )  # fmt: skip
    for said in not_counted(answer):
        paper.put(said)
    paper.gap()
    routes = answer["routes"]
    _put_routes(paper, routes)
    for heading, told in (
        ("Needed for the first unit:", _list_needs(routes, answer["standings"])),
        ("Not evaluated, and able to bind:", _open_points(routes)),
        ("Left of the limits that add up:", _list_left(routes, str(answer["chip"]))),
        ("What one unit more would give:", _one_more(routes)),
    ):
        if told:
            paper.gap()
            paper.put(Text(f"  {heading}", "dim"))
            paper.put(bullet_list(told))
    paper.gap()
    paper.put(Text("  Assumed:", "dim"))
    paper.put(bullet_list(answer["assumptions"]))
    paper.gap()
    closing = "Each number is the largest quantity that adds and worsens no finding that counts; it permits nothing."
    paper.put(Text(f"{closing} {phrases.NO_ADVICE}", "dim"))
    return paper.text()


def not_counted(answer: Mapping[str, Any]) -> Iterator[Text]:
    """Which standings the answer is about, and which packs cannot count in it."""
    about = ", ".join(phrases.STANDINGS[standing] for standing in answer["standings"])
    packs = ", ".join(pack["id"] for pack in answer["packs"]) or "none"
    if about:
        yield Text.assemble("About rules ", (about, "bold"), f" (packs: {packs}).")
    else:
        yield Text("About no rules: no pack that was asked counts here, so that nothing below says how many.", "bold")
    for left in answer["not_counted"]:
        yield Text.assemble(("Not counted: ", "bold magenta"), as_text(f"{left['pack']} is {left['why']}.", "magenta"))


def _put_routes(paper: Paper, routes: Sequence[Mapping[str, Any]]) -> None:
    power = any(route.get("megawatts") for route in routes)
    heads = ("claimed", "units", *(("MW",) if power else ()), "binding rule", "limit", "then", "next rule")
    right = (False, True, *((True,) if power else ()), False, True, True)
    rows: dict[tuple[str, ...], list[str]] = {}
    for route in routes:
        rows.setdefault(tuple(_route(route, power)), []).append(route["authorization"])
    cells: list[list[str | Text]] = [
        [", ".join(names), as_text(row[0], "bold"), *row[1:]] for row, names in rows.items()
    ]
    paper.put(table(heads, cells, right, indent=2, kept=ROUTES_KEPT))


def _route(route: Mapping[str, Any], power: bool) -> Iterator[str]:
    binding, following = route["binding"], route["next"]
    yield _units(route["units"], binding, READINGS.get(route["reading"], "-"))
    if power:
        megawatts = route.get("megawatts")
        yield figures.number(megawatts) if megawatts else "-"
    yield binding["rule"] if binding else "-"
    yield _limit(binding)
    yield _units(following["units"], following, "-") if following else "-"
    yield following["rule"] if following else "-"


def _units(units: int | None, bound: Mapping[str, Any] | None, otherwise: str) -> str:
    if units is None:
        return otherwise
    return f"at least {units:,}" if bound and bound.get("certainty") == "possible" else f"{units:,}"


def _limit(bound: Mapping[str, Any] | None) -> str:
    if not bound or bound.get("limit") is None:
        return "-"
    return figures.with_unit(bound["limit"], bound.get("unit") or "")


def _by_route(said: Iterable[tuple[str, str]]) -> list[Text]:
    """Sentences, each once, with the routes of which it is said before it."""
    found: dict[str, list[str]] = {}
    for sentence, route in said:
        found.setdefault(sentence, []).append(route)
    return [as_text(", ".join(names), "bold").append(": ", "").append(as_text(said)) for said, names in found.items()]


def _list_needs(routes: Sequence[Mapping[str, Any]], counted: Sequence[str]) -> list[Text]:
    """What a single unit needs already, by the standing of the rule that asks for it, the enforced first.

    What is no law is told where it counts.
    """
    found = [(need, route["authorization"]) for route in routes for need in route["one_unit"]["needs"]]
    needs = [one for one in found if one[0]["standing"] in ("enforced", "written", *counted)]
    needs.sort(key=lambda one: tuple(phrases.STANDINGS).index(one[0]["standing"]))
    told = _by_route((_describe_need(need), route) for need, route in needs)
    licensed = any(need["outcome"] == LICENSE for need, _ in needs)
    return [*told, *([as_text(NO_RIGHT)] if licensed else [])]


def _describe_need(need: Mapping[str, Any]) -> str:
    perhaps = "possibly " if need["certainty"] == "possible" else ""
    policy = f"; {phrases.plain(need['review_policy'])}" if need["review_policy"] else ""
    said = f"{perhaps}{phrases.plain(need['outcome'])} {phrases.BY_STANDING[need['standing']]}"
    return f"{said} ({need['pack']}/{need['rule']}, {need['citation']}{policy})."


def _open_points(routes: Sequence[Mapping[str, Any]]) -> list[Text]:
    return _by_route(
        (gap["reason"], route["authorization"]) for route in routes for gap in route["one_unit"]["not_evaluated"]
    )


def _list_left(routes: Sequence[Mapping[str, Any]], chip: str) -> list[Text]:
    """What is left of each limit that adds up, under which text, and whether it counts above.

    A limit of what is no law is told where it counts; what each purchase has anew is not left of anything.
    """
    limits = [(limit, route["authorization"]) for route in routes for limit in route["left"]]
    told = [one for one in limits if one[0]["counted"] or one[0]["standing"] != "summary"]
    told = [one for one in told if one[0]["holder"] != ASKED]
    told.sort(key=lambda one: not one[0]["counted"])
    return _by_route((_describe_left(limit, chip), route) for limit, route in told)


def _describe_left(limit: Mapping[str, Any], chip: str) -> str:
    name, unit = phrases.plain(limit["rule"]), limit["unit"]
    whose = f" of {_holder(limit)}"
    most = figures.with_unit(limit["limit"], unit)
    if limit["left"] is None:
        amount = f"not known how much of {most} is left"
    else:
        fit = "" if limit["units"] is None else f", {limit['units']:,} {chip}"
        amount = f"{figures.with_unit(limit['left'], unit)} of {most} left{fit}"
    standing = phrases.STANDINGS[limit["standing"]]
    counts = standing if limit["counted"] else f"{standing}: not counted above"
    return f"{name}{whose}: {amount} ({limit['pack']}, {limit['citation']}; {counts})."


def _holder(limit: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (limit["holder"], limit["key"], limit["period"].replace("/", " to "))))


def _is_told(route: Mapping[str, Any]) -> bool:
    """Whether what binds at the first unit stands among what it needs."""
    binding, needs = route["binding"], route["one_unit"]["needs"]
    return binding["units"] == 0 and any((n["pack"], n["rule"]) == (binding["pack"], binding["rule"]) for n in needs)


def _one_more(routes: Sequence[Mapping[str, Any]]) -> list[Text]:
    """What one unit more would give, once for all routes of which it is said."""
    bound = [(route["binding"], route["authorization"]) for route in routes if route["binding"] and not _is_told(route)]
    return _by_route((binding.get("message") or binding["rule"], route) for binding, route in bound)
