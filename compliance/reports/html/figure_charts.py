"""The charts of a report: limits and what is used of them, shares, how totals came about, what stands where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from compliance.answers.answer import Limit, Quantity
from compliance.decisions.overview.model import LimitTotal, Overview, TotalGrowth
from compliance.ownership.neighbourhood import UNIDENTIFIED
from compliance.reports import figures, phrases
from compliance.reports.html.charts import Bar, BarChart, FillChart
from compliance.reports.report_context import ReportContext
from compliance.reports.text.decision_text import party
from compliance.rulebook.legal_standing import STANDINGS
from compliance.units import exact, show
from compliance.world.reference.countries import country_names
from compliance.world.world import name_with_id

MOST_BARS = 12
MOST_UNKNOWN = 10
MOST_FILLED = 6
MOST_STEPS = 400
"""So many days stand in the table beside a chart over time."""
COUNTRY, PERCENT = "country", "percent"
QUOTAS = frozenset({"country_allocation", "small_order", "capacity_share", "installed_base", "training_oversight"})
"""The topics of limits that are used up little by little; others ask whether there is anything at all."""


@dataclass(frozen=True)
class ChartGroup:
    """Charts about one thing."""

    anchor: str
    title: str
    about: str
    bars: Sequence[BarChart] = ()
    filled: Sequence[FillChart] = ()


def chart_groups(overview: Overview, background: ReportContext) -> list[ChartGroup]:
    """The charts for which there are figures."""
    limits = list(each_limit_once(overview.limits))
    by_country = [one for one in limits if one[0].subject.kind == COUNTRY]
    shares = [one for one in limits if one[0].limit.unit == PERCENT]
    others = [one for one in limits if one not in by_country and one not in shares]
    found = [
        ChartGroup(
            "countries",
            "Countries against their limits",
            "What went to a country, or stands there, as a share of its limit. The line is the limit.",
            [limit_chart(one, background) for one in by_country],
        ),
        ChartGroup(
            "shares",
            "Shares of capacity against their limits",
            "Which share of an operator's capacity stands where, in all countries of a rule together and in each.",
            [limit_chart(one, background) for one in shares],
        ),
        ChartGroup(
            "filled",
            "How the limits filled up",
            "The total from each day on which lines that count were added.",
            filled=fill_charts(limits, overview.as_of, background),
        ),
        ChartGroup(
            "others",
            "Limits of other holders",
            "What is used of limits that a company or family has for itself.",
            [limit_chart(one, background) for one in others],
        ),
        ChartGroup("inventory", "What stands where", _counted_as(overview), inventory_charts(overview, background)),
    ]
    return [group for group in found if group.bars or group.filled]


def each_limit_once(limits: Iterable[LimitTotal]) -> Iterable[list[LimitTotal]]:
    """The totals of each rule with a limit that is one of an amount; rules about the same totals and limits once."""
    rules: dict[tuple[str, str], list[LimitTotal]] = defaultdict(list)
    for one in limits:
        rules[one.pack, one.rule].append(one)
    seen: set[object] = set()
    ordered = sorted(rules.values(), key=lambda found: (STANDINGS.index(found[0].standing), found[0].pack))
    for found in ordered:
        same = found[0].pack, found[0].of, frozenset((_holder(one), one.limit.value) for one in found)
        if same in seen or found[0].topic not in QUOTAS or all(exact(one.limit.value) <= 1 for one in found):
            continue
        seen.add(same)
        yield found


def limit_chart(found: Sequence[LimitTotal], background: ReportContext) -> BarChart:
    """The totals of one rule as shares of their limits, those nearest to it first."""
    first = found[0]
    ordered = sorted(found, key=lambda one: (one.applies is None, -_used_share(one), _holder(one)))
    where = background.packs.get(first.pack) or first.pack
    sources = dict.fromkeys(one.limit.source for one in found)
    periods = dict.fromkeys(one.subject.period or "" for one in found)
    period = " to ".join(next(iter(periods)).split("/")) if len(periods) == 1 else ""
    return BarChart(
        title=first.of,
        about=f"{where}; {phrases.STANDINGS[first.standing]}. Limit: {phrases.join(list(sources), 2)}."
        + (f" Period: {period}." if period else ""),
        bars=[_bar(one, background, len(periods) > 1) for one in ordered[:MOST_BARS]],
        left_out=len(ordered) - MOST_BARS if len(ordered) > MOST_BARS else 0,
    )


def _bar(one: LimitTotal, background: ReportContext, dated: bool) -> Bar:
    value, high = ends(one.measure)
    open_ = one.passed is None and _is_past(one)
    if open_:  # nothing of it is certain: it is drawn as what may be
        value, high = Fraction(0), high if high is None else max(value, high)
    notes = [one.subject.period.replace("/", " to ")] if one.subject.period and dated else []
    notes += [] if one.applies else ["not known whether this limit is one for it"]
    return Bar(
        label=holder(one, background),
        value=value,
        high=high,
        limit=exact(one.limit.value),
        said=against(one.measure, one.limit, one.least) + (", if all of it counts" if open_ else ""),
        beneath=one.least,
        note=", ".join(notes),
    )


def _is_past(one: LimitTotal) -> bool:
    value, limit = exact(one.measure.value), exact(one.limit.value)
    return value < limit if one.least else value > limit


def against(measure: Quantity, limit: Limit, least: bool = False) -> str:
    """A total and its limit: `35,064 of 50,000 accelerators`, `7.09 % against 7 %`."""
    bound = figures.with_unit(limit.value, limit.unit)
    if limit.unit == PERCENT:
        return f"{number_to(measure, ' %')}; {'at least' if least else 'at most'} {bound}"
    if measure.high is None and exact(measure.value) == 0:
        return f"not known; the limit is {bound}"
    return f"{number_to(measure)} of {'at least ' if least else ''}{bound}"


def number_to(measure: Quantity, unit: str = "") -> str:
    """A total for the eye, both its ends where they differ: `0 to 35,064`, `12 or more`, `not known`."""
    low = short(measure.value)
    if measure.high is None:
        return "not known" if exact(measure.value) == 0 else f"{low}{unit} or more"
    return f"{low}{unit}" if measure.high == measure.value else f"{low} to {short(measure.high)}{unit}"


def short(value: str) -> str:
    """A number with at most two decimals; the answer itself has the exact fraction."""
    number = exact(value)
    if number.denominator == 1 or abs(number) < 1:
        return figures.number(value).partition(" (")[0]
    return f"{float(round(number, 2)):,.2f}".rstrip("0").rstrip(".")


def ends(measure: Quantity) -> tuple[Fraction, Fraction | None]:
    """The least and the most that a quantity may be."""
    return exact(measure.value), None if measure.high is None else exact(measure.high)


def holder(one: LimitTotal, background: ReportContext) -> str:
    """Whose limit it is, by name."""
    subject = one.subject
    told = place(subject.id) if subject.kind == COUNTRY else _party(subject.id, background)
    if not subject.key:
        return told
    return f"{told}, {'in ' if subject.key in country_names() else ''}{place(subject.key)}"


def _party(name: str, background: ReportContext) -> str:
    if name.startswith(UNIDENTIFIED):
        return f"whoever holds {party(name.removeprefix(UNIDENTIFIED), background)}"
    return party(name, background)


def place(code: str | None) -> str:
    """A country by name and code."""
    if not code:
        return "country not stated"
    return name_with_id(country_names().get(code), code)


def fill_charts(limits: Iterable[Sequence[LimitTotal]], as_of: str, background: ReportContext) -> list[FillChart]:
    """Limits that lines with dates filled up, the most used first."""
    found = [one for limit in limits for one in limit if one.growth]
    ordered = sorted(
        (one for one in found if len(one.growth) > 1 or one.subject.kind == COUNTRY),
        key=lambda one: (one.subject.kind != COUNTRY, -_used_share(one), _holder(one)),
    )
    return [_fill_chart(one, as_of, background) for one in ordered[:MOST_FILLED]]


def grown(step: TotalGrowth, one: LimitTotal) -> Quantity:
    """A total on a day as a quantity."""
    return Quantity(value=step.total, unit=one.measure.unit, high=step.high)


def _fill_chart(one: LimitTotal, as_of: str, background: ReportContext) -> FillChart:
    limit = exact(one.limit.value)
    passed = next((step.day for step in one.growth if one.passed and exact(step.total) > limit), None)
    perhaps = next(
        (step.day for step in one.growth if one.passed is None and (step.high is None or exact(step.high) > limit)),
        None,
    )
    start = (one.subject.period or "").partition("/")[0]
    first = start if len(start) == 10 else f"{start[:4]}-01-01" if start[:4].isdigit() else one.growth[0].day
    said = f"{against(one.measure, one.limit)} on {one.growth[-1].day}"
    return FillChart(
        title=f"{holder(one, background)}: {one.of}",
        about=f"{background.packs.get(one.pack) or one.pack}; {phrases.STANDINGS[one.standing]}",
        points=[(step.day, *ends(grown(step, one))) for step in one.growth],
        first=min(first, one.growth[0].day),
        last=max(as_of, one.growth[-1].day),
        limit=limit,
        limit_said=f"limit {figures.with_unit(one.limit.value, one.limit.unit)}",
        said=f"{said}; {_passing_text(passed, perhaps)}.",
        rows=[(step.day, number_to(grown(step, one))) for step in one.growth[:MOST_STEPS]],
    )


def _passing_text(passed: str | None, perhaps: str | None) -> str:
    if passed is not None:
        return f"passed on {passed}"
    return f"not known whether it was passed, on {perhaps} at the earliest" if perhaps is not None else "not passed"


def inventory_charts(overview: Overview, background: ReportContext) -> list[BarChart]:
    """Chips by country in TPP and in number, by site, by kind, and the power of sites by country."""
    tpp = [(one.country, one.tpp) for one in overview.installed if one.tpp is not None]
    by_site = [(_site(one.site, background), one.quantity) for one in overview.installed if one.site]
    power = [(one.country, one.it_mw) for one in overview.capacity]
    found = [
        _sum("Installed TPP by country", "Total processing performance of what stands there.", "TPP", tpp, place),
        _sum(
            "Accelerators by country", "Number of chips.", "chips",
            [(one.country, one.quantity) for one in overview.installed], place,
        ),
        _sum("Accelerators by site", "Number of chips, all kinds.", "chips", by_site, lambda told: told or ""),
        _sum(
            "Accelerators by kind", "Number of chips.", "chips",
            [(one.chip, one.quantity) for one in overview.installed], lambda told: told or "",
        ),
        _sum("Capacity by country", "Power for computing (IT megawatts).", "MW", power, place),
    ]  # fmt: skip
    return [chart for chart in found if chart.bars or chart.unknown]


def _sum(
    title: str,
    about: str,
    unit: str,
    parts: Iterable[tuple[str | None, Quantity]],
    label: Callable[[str | None], str],
) -> BarChart:
    """Quantities added up by what they are of, the largest first; those of which nothing is known are named."""
    sums: dict[str | None, tuple[Fraction, Fraction | None]] = {}
    for key, quantity in parts:
        low, high = ends(quantity)
        before = sums.get(key, (Fraction(0), Fraction(0)))
        sums[key] = before[0] + low, None if high is None or before[1] is None else before[1] + high
    ordered = sorted(sums.items(), key=lambda one: (-one[1][0], -(one[1][1] or 0), one[0] or ""))
    bars = [
        Bar(label(key), low, high, number_to(_quantity(low, high), f" {unit}"))
        for key, (low, high) in ordered
        if high != 0 and (low or high is not None)
    ]
    unknown = [label(key) for key, (low, high) in ordered if high is None and not low]
    return BarChart(
        title,
        about,
        bars[:MOST_BARS],
        max(0, len(bars) - MOST_BARS),
        phrases.join(unknown, MOST_UNKNOWN) if unknown else "",
    )


def _quantity(low: Fraction, high: Fraction | None) -> Quantity:
    return Quantity(value=show(low), unit="", high=None if high is None else show(high))


def _site(site: str, background: ReportContext) -> str:
    return name_with_id(background.told("sites", site, "name"), site)


def _counted_as(overview: Overview) -> str:
    ordered = any(one.ordered for one in overview.installed)
    return f"Chips and power as of {overview.as_of}{', with what the order adds' if ordered else ''}."


def _used_share(one: LimitTotal) -> Fraction:
    """The share of a limit that is used; any use of a limit of nothing is more than all others."""
    value, limit = exact(one.measure.value), exact(one.limit.value)
    return value / limit if limit else Fraction(10**9 if value else 0)


def _holder(one: LimitTotal) -> tuple[str, str, str]:
    return one.subject.id, one.subject.key or "", one.subject.period or ""
