"""Who can still build how much in one country, a row an operator: as text with bars, as CSV and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from rich.text import Text

from compliance.reports import phrases
from compliance.reports.csv import write_rows
from compliance.reports.markdown import grid
from compliance.reports.markdown import inline as escaped
from compliance.reports.text.headroom_text import not_counted
from compliance.reports.text.terminal import Look, Paper, as_text, bullet_list, table
from compliance.units import exact

WIDE = 96
"""From so many columns on the table has all its columns."""
MIDDLE = 78
LEFT_OUT = {True: ("abroad", "opens"), False: ("home", "abroad", "there", "opens")}
"""What is left out of a narrower table, from `MIDDLE` columns on or below."""
NUMBERS = ("home", "abroad", "there", "room MW", "opens")
BAR = 8
KEPT = 19
NO_LIMIT = "no limit found here"
COLUMNS = (
    "operator", "headquarters", "home_mw", "home_mw_high", "abroad_mw", "abroad_mw_high", "there_mw", "there_mw_high",
    "home_tpp", "home_tpp_high", "abroad_tpp", "abroad_tpp_high", "there_tpp", "there_tpp_high", "authorization",
    "pack", "rule", "certainty", "measure", "limit", "unit", "units", "megawatts", "tpp", "most_units", "share",
    "opens_each", "opens_next_mw", "opens_until_mw", "until_rule", "as_of",
)  # fmt: skip
"""A row a rule of an operator, the one that binds first coming first; `*_high` is empty where nothing bounds it."""
UNITS = {"megawatts": ("MW", 1, "IT megawatts"), "tpp": ("MTPP", 10**6, "millions of TPP of controlled chips")}
"""How what is held is shown: in whichever more operators have a figure of."""
PLACES = ("home", "abroad", "there")
Row = Mapping[str, Any]


def operators_text(answer: Row, look: Look | None = None) -> str:
    """The operators with the most room first, what binds each, and what more at home would open."""
    paper = Paper(look or Look())
    paper.put(
        Text.assemble(
            ("Who can still build how much in ", "bold"), as_text(answer["country"], "bold"), f", in {answer['chip']}",
            f", as of {answer['as_of']}, {phrases.posture(answer['posture'])}",
        )
    )  # fmt: skip
    for said in not_counted(answer):
        paper.put(said)
    paper.gap()
    rows: Sequence[Row] = answer["operators"]
    if not rows:
        paper.put(Text("  Nobody operates a site or holds chips in this world."))
        return paper.text()
    wide = paper.look.columns >= WIDE
    unit = max(UNITS, key=lambda name: sum(exact(row["home"][name]["value"]) > 0 for row in rows))
    longest = max((most for row in rows if (most := _most(row)) is not None), default=0)
    made = [_cells(row, longest, unit) for row in rows]
    heads = [name for name in made[0] if wide or name not in LEFT_OUT[paper.look.columns >= MIDDLE]]
    shown = [f"home {UNITS[unit][0]}" if head == "home" else head for head in heads]
    paper.put(table(shown, ([row[h] for h in heads] for row in made), [h in NUMBERS for h in heads], 2, KEPT))
    paper.gap()
    paper.put(bullet_list(_notes(rows, wide, UNITS[unit][2])))
    paper.gap()
    paper.put(
        Text(
            "Rooms are the largest quantities that add and worsen no finding that counts, each proven with one more; "
            f"a license is taken for granted where it may be had. {phrases.NO_ADVICE}",
            "dim",
        )
    )
    return paper.text()


def _cells(row: Row, longest: int, unit: str) -> dict[str, str | Text]:
    home = row["rooms"][0]["at_home"] if row["rooms"] else None
    return {
        "operator": as_text(row["operator"], "bold"),
        "HQ": row["headquarters"] or "?",
        **{place: _stock_text(row[place][unit], UNITS[unit][1]) for place in PLACES},
        "room MW": as_text(_room(row), "bold"),
        "": _bar(row, longest),
        "binds first": row["binding"] or "-",
        "opens": _short(exact(home["each"])) if home else "-",
    }


def _notes(rows: Sequence[Row], wide: bool, held: str) -> Iterator[str]:
    yield "room MW: what may still be installed there before the first rule binds; the bar compares the rooms"
    if any(row["certainty"] == "possible" for row in rows):
        yield "0-?, 5-9: the first is certain, up to the second what is not on record decides (light in the bar)"
    yield f"home, abroad (there included), there: {held} on record, 5+ is 5 or more, ? is not known"
    if wide and any(row["rooms"] and row["rooms"][0]["at_home"] for row in rows):
        yield "opens: so many megawatts there for one megawatt more at home"
    shared = Counter((row["binding"], row["rooms"][0]["subject"]["id"]) for row in rows if row["rooms"])
    for (rule, subject), count in sorted(shared.items()):
        if count > 1:
            yield f"{rule}: one room of {subject} for all {count}; what one of them takes is gone for the others"
    reached: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        home = row["rooms"][0]["at_home"] if row["rooms"] else None
        if home and home["until"] and home["until"]["megawatts"] is not None:
            reached.setdefault((home["until"]["megawatts"], home["until"]["rule"]), []).append(row["operator"])
    for (megawatts, rule), names in sorted(reached.items(), key=lambda item: exact(item[0][0])):
        yield f"{_short(exact(megawatts))} MW more at home, and {rule} binds instead: {phrases.join(names)}"


def _room(row: Row) -> str:
    if row["units"] is None:
        return NO_LIMIT
    if row["megawatts"] is None:
        return f"{row['units']:,} units"
    said = _short(exact(row["megawatts"]))
    if row["certainty"] != "possible":
        return said
    most = row["rooms"][0]["most"]["megawatts"]
    return f"{said}-{'?' if most is None else _short(exact(most))}"


def _most(row: Row) -> int | None:
    """The units that count for the longest bar."""
    units: int | None = row["units"]
    if units is None:
        return None
    most: int | None = row["rooms"][0]["most"]["units"]
    return units if most is None else max(units, most)


def _bar(row: Row, longest: int) -> Text:
    """Full where it passes for certain, light where what is not known decides."""
    if row["units"] is None:
        return Text("█" * BAR, "green")
    most = _most(row) if row["rooms"][0]["most"]["units"] is not None else longest
    full, every = (-(-(units or 0) * BAR // longest) if longest else 0 for units in (row["units"], most))
    return Text.assemble(("█" * full, "green"), ("░" * (every - full), "yellow"))


def _stock_text(stock: Row, scale: int = 1) -> str:
    """What is on record, in so many units of the answer."""
    low = exact(stock["value"]) / scale
    if stock["high"] is None:
        return f"{_short(low)}+" if low else "?"
    high = exact(stock["high"]) / scale
    return _short(low) if low == high else f"{_short(low)}-{_short(high)}"


def _short(value: Fraction) -> str:
    """For the eye, rounded down: whole from a hundred on, else three digits behind the point at most."""
    if value >= 100 or value.denominator == 1:
        return f"{int(value):,}"
    thousandths = int(value * 1000) if value < 1 else int(value * 10) * 100
    return f"{thousandths // 1000}.{thousandths % 1000:03d}".rstrip("0").rstrip(".")


def operators_csv(answer: Row) -> str:
    """The table, a row a rule of an operator."""
    return write_rows(COLUMNS, (row for one in answer["operators"] for row in _lines(one, answer["as_of"])))


def _lines(one: Row, as_of: str) -> Iterator[dict[str, str]]:
    held = {
        f"{place}_{short}{end}": one[place][name][key] or ""
        for place in PLACES
        for short, name in (("mw", "megawatts"), ("tpp", "tpp"))
        for end, key in (("", "value"), ("_high", "high"))
    }
    same = {
        "operator": one["operator"], "headquarters": one["headquarters"] or "", **held,
        "authorization": one["authorization"], "share": one["share"] or "", "as_of": as_of,
    }  # fmt: skip
    for room in one["rooms"] or [None]:
        yield same if room is None else {**same, **_rule(room)}


def _rule(room: Row) -> dict[str, str]:
    home = room["at_home"] or {}
    following, until = home.get("next") or {}, home.get("until") or {}
    found = {
        **{name: room[name] for name in ("pack", "rule", "certainty", "measure", "limit", "unit", "units")},
        "megawatts": room["megawatts"], "tpp": room["tpp"], "most_units": room["most"]["units"],
        "opens_each": home.get("each"), "opens_next_mw": following.get("megawatts"),
        "opens_until_mw": until.get("megawatts"), "until_rule": until.get("rule"),
    }  # fmt: skip
    return {name: "" if value is None else str(value) for name, value in found.items()}


def operators_markdown(answer: Row) -> str:
    """The table as Markdown."""
    heads = ("operator", "HQ", "home MW", "abroad", "there", "room MW", "chips", "share", "binds first", "opens")
    right = (False, False, True, True, True, True, True, True, False, True)
    title = f"# Who can still build how much in {answer['country']}, in {escaped(answer['chip'])}"
    below = f"As of {answer['as_of']}, {phrases.posture(answer['posture'])}. {phrases.NO_ADVICE}"
    return (
        "\n\n".join((title, grid(heads, (tuple(_operator_cells(row)) for row in answer["operators"]), right), below))
        + "\n"
    )


def _operator_cells(row: Row) -> Iterator[str]:
    home = row["rooms"][0]["at_home"] if row["rooms"] else None
    yield escaped(row["operator"])
    yield row["headquarters"] or "?"
    yield from (_stock_text(row[place]["megawatts"]) for place in PLACES)
    yield _room(row)
    yield "-" if row["units"] is None else f"{row['units']:,}"
    yield "-" if row["share"] is None else f"{float(100 * Fraction(row['share'])):.1f} %"
    yield escaped(row["binding"] or "-") + (" ?" if row["certainty"] == "possible" else "")
    yield _short(exact(home["each"])) if home else "-"
