"""The rows of Epoch AI's `gpu_clusters.csv`, each read for what it means.

Names are put into this program's words: countries by ISO 3166-1 (`epoch_countries.csv` has the long ones),
owners by the table `epoch_owners.csv` (one company for several spellings, with its headquarters, each with
a reason or a source), chips by the catalogue. Nothing is guessed: a word that is not known stays out, and
is reported.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path

from compliance.errors import InputError, Problem, near
from compliance.units import Interval, day, exact
from compliance.world.io.csv_text import read_csv
from compliance.world.io.thousands_separators import COUNT, MEASURE, Takes
from compliance.world.io.user_files import table_text
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.reference.countries import country_names

FILE = "gpu_clusters.csv"
UNKNOWN_CHIP = "accelerator of unknown kind"
"""What stands in a holding for chips whose kind the file does not name; the world's `chips` say no more of
it.
"""

_ANONYMOUS = "Anonymized"
_STATUSES = ("Existing", "Planned", "Decommissioned")
_CERTAINTIES = ("Confirmed", "Likely", "Unlikely")
_SOURCES = tuple(f"Source {number}" for number in range(1, 6))
COLUMNS = (
    "Name", "Status", "Certainty", "Single cluster?", "Chip type (primary)", "Chip quantity (primary)",
    "Chip type (secondary)", "Chip quantity (secondary)", "Total number of AI chips", "Country", "Owner",
    "Location", "First Operational Date", "First Operational Date Note",
    "Decommissioned Date (if applicable)", "Power Capacity (MW)", "Reported Power Capacity (MW)",
    "Builds Upon", "Superseded by", "Possible Duplicate", "Possible Duplicate Of",
    "Include in Standard Analysis", "Exclude",
)  # fmt: skip
"""The columns that are read. H100 equivalents, operations and costs are not: they are computed from these."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A company as the file names it; `headquarters` is empty where no source gives it."""

    company: str
    headquarters: str = ""
    confidence: str = ""
    source: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One row: what stands in one place at one time.

    `named` are the chips of a known kind, each with its number if that is given; `unnamed` is how many more
    there are of unknown kind, `None` where nothing says. Megawatts are of the whole facility, to the watt.
    """

    file: str
    line: int
    name: str
    status: str
    certainty: str
    single: str
    duplicate: bool
    duplicate_of: tuple[str, ...]
    excluded: bool
    standard: bool
    country: str
    owners: tuple[Owner, ...]
    address: str
    named: tuple[tuple[str, int | None], ...]
    unnamed: int | None
    start: date | None
    end: date | None
    planned_for: str
    megawatts: Fraction | None
    power_reported: bool
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    anonymous: bool
    source: str
    remarks: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether Epoch has confirmed the row."""
        return self.certainty == "Confirmed"

    @property
    def countable(self) -> bool:
        """Whether anything is said of its chips or its power."""
        return bool(self.named) or self.unnamed is not None or self.megawatts is not None

    def amount(self, count: int) -> Interval:
        """What a number of this row's chips may stand for: what rounds to it, where Epoch has rounded."""
        low, high = _rounding_range(count) if self.anonymous else (count, count)
        return Interval(Fraction(low), Fraction(high))


def read_clusters(folder: Path, catalogue: Catalogue) -> tuple[list[Cluster], list[Problem]]:
    """The rows that can be read, and the others with what is wrong with them.

    Raises `InputError` where the file is not there, or lacks a column that is read.
    """
    path = folder / FILE
    name = str(path)
    rows, problems = read_csv(table_text(path, name), name)
    lacking = [column for column in COLUMNS if column not in rows.columns]
    if problems and not rows.columns:
        raise InputError(problems)
    if lacking:
        told = "has no column `{}`; it is not Epoch AI's table of GPU clusters.{}"
        hints = {column: near(column, rows.columns) for column in lacking}
        raise InputError(Problem(name, 1, told.format(column, hint)) for column, hint in hints.items())
    clusters: list[Cluster] = []
    for row in rows:
        try:
            clusters.append(_cluster(row, name, row.line, catalogue))
        except ValueError as error:
            problems.append(Problem(name, row.line, str(error)))
    return clusters, problems


def owner_of(name: str) -> Owner:
    """The company behind an owner's name; an owner that the table lacks is a company of that name."""
    return _owners().get(name.casefold()) or Owner(name)


def spellings(company: str) -> tuple[str, ...]:
    """The other names under which the table has a company."""
    rows = _table("epoch_owners.csv")
    return tuple(row["owner"] for row in rows if row["company"] == company != row["owner"])


def country_code(name: str) -> str:
    """The code of a country's name, or nothing: only exact names count, so that no Korea is taken for
    another.
    """
    return _countries().get(name.strip().casefold(), "")


def _cluster(row: Mapping[str, str], file: str, line: int, catalogue: Catalogue) -> Cluster:
    cell = {column: " ".join(text.split()) for column, text in row.items()}
    status, certainty = cell["Status"], cell["Certainty"]
    _one_of("Status", status, _STATUSES)
    _one_of("Certainty", certainty, _CERTAINTIES)
    remarks: list[str] = []
    code = country_code(cell["Country"])
    if cell["Country"] and not code:
        remarks.append(f"the country `{cell['Country']}` is not known")
    named, unnamed = _chips(cell, catalogue, remarks)
    address = "" if cell["Location"] == cell["Country"] else cell["Location"]
    parts = [owner_of(part.strip()) for part in cell["Owner"].split(",") if part.strip()]
    owners = {owner.company: owner for owner in parts}
    reported = cell["Reported Power Capacity (MW)"] != ""
    sources = (cell[column] for column in _SOURCES if cell.get(column, "").startswith("http"))
    return Cluster(
        file, line, cell["Name"].strip('"'), status, certainty, cell["Single cluster?"],
        _true("Possible Duplicate", cell["Possible Duplicate"]), _names(cell["Possible Duplicate Of"]),
        cell["Exclude"] != "", _true("Include in Standard Analysis", cell["Include in Standard Analysis"]),
        code, tuple(owners.values()), address, named, unnamed,
        _day("First Operational Date", cell["First Operational Date"], last=False),
        _day("Decommissioned Date (if applicable)", cell["Decommissioned Date (if applicable)"], last=True),
        cell["First Operational Date Note"] if status == "Planned" else "",
        _megawatts(cell["Power Capacity (MW)"]), reported,
        _names(cell["Builds Upon"]), _names(cell["Superseded by"]), cell["Name"].startswith(_ANONYMOUS),
        next(sources, ""), tuple(remarks),
    )  # fmt: skip


def _chips(
    cell: Mapping[str, str], catalogue: Catalogue, remarks: list[str]
) -> tuple[tuple[tuple[str, int | None], ...], int | None]:
    """The chips of known kind, and how many more there are: what the total says above them."""
    named: dict[str, int | None] = {}
    spoken = unknown = 0
    stated = False
    for which in ("primary", "secondary"):
        kind = cell[f"Chip type ({which})"]
        count = _count(f"Chip quantity ({which})", cell[f"Chip quantity ({which})"])
        spoken += count or 0
        stated = stated or count is not None
        found = catalogue.expand(kind) if kind else None
        if kind and found is None:
            remarks.append(f"the chip `{kind}` is not in the catalogue.{catalogue.near(kind)}")
        if found is None:
            unknown += count or 0
        else:
            before = named.get(found[0].name, 0)
            named[found[0].name] = None if before is None or count is None else before + count * found[1]
    total = _count("Total number of AI chips", cell["Total number of AI chips"])
    if total is not None and total >= spoken > 0:
        for kind in [kind for kind, count in named.items() if count is None and total == spoken]:
            del named[kind]
            remarks.append(f"`{kind}` is named without a number, and the total leaves none for it")
    if total is not None and (not named or total > spoken):
        return tuple(named.items()), total - (spoken - unknown)
    return tuple(named.items()), unknown if stated or named else None


def _rounding_range(count: int) -> tuple[int, int]:
    """The least and the most that rounds to a number of one significant figure; another number is itself."""
    step = 10 ** (len(str(count)) - 1)
    if count % step:
        return count, count
    below = step // 20 if count == step else step // 2
    return count - below, count + step // 2


def _count(column: str, word: str) -> int | None:
    """A number of chips; the file holds binary fractions such as `30000.000000000004`, off by less than a
    chip.
    """
    if not word:
        return None
    value = _number(column, word, COUNT)
    nearest = round(value)
    if value < 0 or abs(value - nearest) * 1000 > 1:
        raise ValueError(f"`{column}`: `{word}` is not a number of chips")
    return nearest


def _megawatts(word: str) -> Fraction | None:
    return Fraction(round(_number("Power Capacity (MW)", word, MEASURE) * 10**6), 10**6) if word else None


def _number(column: str, word: str, takes: Takes) -> Fraction:
    try:
        takes.require_one_reading(word)
        return exact(word)
    except ValueError as error:
        raise ValueError(f"`{column}`: {error}") from None


def _day(column: str, word: str, *, last: bool) -> date | None:
    """A day; of a month alone its first day, or with `last` the first day after it."""
    if not word:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}", word):
            return day(word)
        first = day(f"{word}-01")
    except ValueError as error:
        raise ValueError(f"`{column}`: {error}") from None
    return (first + timedelta(days=31)).replace(day=1) if last else first


def _true(column: str, word: str) -> bool:
    _one_of(column, word.casefold(), ("true", "false", ""))
    return word.casefold() == "true"


def _one_of(column: str, word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        listed = ", ".join(filter(None, words))
        raise ValueError(f"`{column}`: `{word}` is none of {listed}.{near(word, filter(None, words))}")


def _names(cell: str) -> tuple[str, ...]:
    """The rows that a cell names; a name may hold a comma, so the cell as a whole stands first."""
    whole = cell.strip('"')
    parts = [part.strip() for part in whole.split(",")]
    return tuple(dict.fromkeys(filter(None, [whole, *parts])))


@cache
def _owners() -> Mapping[str, Owner]:
    return {
        row["owner"].casefold(): Owner(
            row["company"], row["headquarters"], row["confidence"], row["source"], row["reason"]
        )
        for row in _table("epoch_owners.csv")
    }


@cache
def _countries() -> Mapping[str, str]:
    named = {name.casefold(): code for code, name in country_names().items()}
    return {**named, **{row["name"].casefold(): row["code"] for row in _table("epoch_countries.csv")}}


def _table(name: str) -> list[dict[str, str]]:
    text = files("compliance.imports.epoch").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
