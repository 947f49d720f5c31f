"""The US Consolidated Screening List in its layouts, row by row: the government's JSON and CSV, and one in Parquet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from compliance.errors import InputError, Problem
from compliance.imports.cleaners import country, day, lei, tidy
from compliance.imports.date_ranges import Span, span, when
from compliance.imports.json_records import Record, read_records
from compliance.imports.lists.list_names import OTHER, list_word
from compliance.imports.open_file import Progress, ignore_progress, lines, open_bytes

_NUMBERED = ("SDN", "SSI", "CMIC", "NS-MBS", "CAP", "PLC", "FSE", "MBS")
"""Lists of the Treasury, which give one number to one party on all of them."""
_REGISTERED = re.compile(
    r"regist|company number|company id|social credit|enterprise number|identification number of legal|commercial reg|"
    r"\bc\.?r\.? (no|number)|\bogrn\b|\buen\b|trade licen[cs]e|chamber of commerce",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(r"tax|\bvat\b|vessel|aircraft|\bimo\b|mmsi|vehicle|tail", re.IGNORECASE)
_READ = frozenset((
    "source", "list", "id", "_id", "entity_number", "name", "type", "alt_names", "aliases", "addresses", "countries",
    "country", "programs", "program", "license_policy", "license_requirement", "start_date", "end_date", "ids",
    "federal_register_notice", "nationalities", "citizenships", "dates_of_birth",
))  # fmt: skip
_NO_FACT = frozenset((
    "source_list_url", "source_information_url", "score", "places_of_birth", "call_sign", "vessel_type", "vessel_flag",
    "vessel_owner", "gross_tonnage", "gross_registered_tonnage",
))  # fmt: skip
"""Columns that say nothing of who is listed, where, and since when."""
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a list gives of a party: what kind of number, and the country that gave it, or nothing."""

    kind: str
    number: str
    country: str

    @property
    def of_register(self) -> bool:
        """Whether it is a number of a register of companies, and not of taxes or of anything else."""
        return bool(_REGISTERED.search(self.kind)) and not _OTHER_NUMBER.search(self.kind)


@dataclass(frozen=True, slots=True)
class ScreeningEntry:
    """One row: a party on a list. `kind` is `Individual`, `Entity`, `Vessel`, `Aircraft` or empty where nobody says.

    `id` is the list's own where it has one, else made of the name; `former_ids` are those that other spellings of the
    name give. `unread` holds, by field, what the row says and no field takes.
    """

    line: int
    list: str
    id: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    countries: tuple[str, ...]
    address: str
    program: str
    policy: str
    requirement: str
    time: Span
    notice: str
    lei: str
    registrations: tuple[Number, ...]
    nationalities: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    unread: tuple[tuple[str, str, str], ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def former_ids(self) -> tuple[str, ...]:
        """The ids that its list would have by each of its names, had it no other."""
        return tuple(dict.fromkeys(_make_id(self.list, text) for text in (self.name, *self.aliases)))


@dataclass(frozen=True, slots=True)
class UnreadEntry:
    """A row of a list that cannot be read: why, and as far as it is known its list and what its cells say."""

    line: int
    list: str
    name: str
    reason: str


def read_csl(
    path: Path, progress: Progress = ignore_progress, days: dict[str, str] | None = None
) -> Iterator[ScreeningEntry | UnreadEntry]:
    """The rows of a file by the ending of its name; raises `InputError` where the file cannot be read.

    Rows without a letter are no rows. `days` takes the days that the file tells of its lists, by list.
    """
    ending = next((end for end in reversed(path.suffixes) if end.lower() not in (".gz", ".zip")), "").lower()
    if ending == ".parquet":
        rows = _parquet(path)
    elif ending == ".csv":
        rows = _csv(path, progress)
    else:
        rows = read_records(path, "results", progress, partial(_keep_list_days, {} if days is None else days))
    for record in rows:
        found = None if record.wrong else _parse_entry(record.line, record.value)
        if found is not None:
            yield found
        elif not record.value or any(map(tidy, _texts(record.value))):
            yield _unread_entry(record, record.wrong or "names no list in `source`, or no name")


def _unread_entry(record: Record, reason: str) -> UnreadEntry:
    """What is known of a row that cannot be read; a comma too many moves its later cells, so each is looked at."""
    cells = list(filter(None, map(tidy, _texts(record.value))))
    source = tidy(record.value.get("source") or record.value.get("list"))
    lists = [word for cell in (source, *cells) if (word := list_word(cell)) and word != OTHER]
    name = "" if record.wrong else tidy(record.value.get("name"))
    told = (cell for cell in cells if not list_word(cell) and re.search(r"[^\W\d]{2}", cell))
    return UnreadEntry(record.line, lists[0] if lists else "", name or ", ".join(told), reason)


def _texts(row: Mapping[str, Any]) -> Iterator[object]:
    """The cells of a row, also those that no column is for."""
    for value in row.values():
        yield from value if isinstance(value, list) else (value,)


def _keep_list_days(days: dict[str, str], name: str, value: Any) -> None:
    """Keeps the days of lists that a file tells beside its rows, under `sources_used` [Consolidated Screening List]."""
    for source in value if name == "sources_used" and isinstance(value, list) else ():
        if isinstance(source, dict) and (word := list_word(tidy(source.get("source")))):
            told = (day(tidy(source.get(field))[:10]) for field in ("last_imported", "source_last_updated"))
            days[word] = next(filter(None, told), "")


def _csv(path: Path, progress: Progress) -> Iterator[Record]:
    csv.field_size_limit(_LONGEST_CELL)
    with open_bytes(path, progress) as file:
        reader = csv.DictReader(lines(file, str(path)))
        try:
            for row in reader:
                bad = None in row or None in row.values()
                yield Record(reader.line_num, dict(row), "has more or fewer cells than columns" if bad else "")
        except csv.Error as error:
            raise InputError([Problem(str(path), reader.line_num, f"cannot be read as CSV: {error}")]) from None


def _parquet(path: Path) -> Iterator[Record]:
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    try:
        line = 0
        for batch in ParquetFile(path).iter_batches(batch_size=4096):
            for row in batch.to_pylist():
                line += 1
                yield Record(line, row)
    except OSError as error:
        raise InputError([Problem(str(path), 0, f"cannot be opened: {(error.strerror or 'error').lower()}")]) from None
    except ArrowInvalid:
        raise InputError([Problem(str(path), 0, "is no Parquet file, or breaks off")]) from None


def _parse_entry(line: int, row: Mapping[str, Any]) -> ScreeningEntry | None:
    source, name = tidy(row.get("source") or row.get("list")), tidy(row.get("name"))
    if not source or not name:
        return None
    code = re.search(r"\(([^)]+?)(?: List)?\)", source)
    known = list_word(source)
    word = known if known not in ("", OTHER) else code[1] if code else source
    addresses = row.get("addresses")
    told = [*_several(row.get("countries"), ";"), *_several(row.get("country"), ";")]
    named = [word for text in told for word in ([text] if country(text) else text.split())]
    places = []
    if isinstance(addresses, list):
        parts = ("address", "city", "state", "postal_code", "country")
        given = [address for address in addresses if isinstance(address, dict)]
        texts = [", ".join(filter(None, (tidy(a.get(part)) for part in parts))) for a in given]
        named += [text for a in given if (text := tidy(a.get("country")))]
    else:
        texts = _several(addresses, ";")
        places = [text.rpartition(",")[2] for text in texts]
    numbers = list(_numbers(row.get("ids")))
    aliases = tuple(_several(row.get("alt_names") or row.get("aliases"), ";"))
    nations = [*_several(row.get("nationalities"), ";"), *_several(row.get("citizenships"), ";")]
    begun, ended = when(row.get("start_date")), when(row.get("end_date"))
    unread = [("countries", text, UNKNOWN_COUNTRY) for text in dict.fromkeys([*named, *nations]) if not country(text)]
    unread += [("address", text, SECOND) for text in texts[1:]]
    unread += [("registration", f"{n.kind} {n.number} {n.country}", SECOND) for n in _register_numbers(numbers)[1:]]
    return ScreeningEntry(
        line=line,
        list=word,
        id=_own_id(row, word, name),
        name=name,
        kind=tidy(row.get("type")),
        aliases=aliases,
        countries=tuple(dict.fromkeys(filter(None, map(country, [*named, *places])))),
        address=texts[0] if texts else "",
        program="; ".join(_several(row.get("programs") or row.get("program"), ";")),
        policy=tidy(row.get("license_policy")),
        requirement=tidy(row.get("license_requirement")),
        time=span(begun, ended, last_day_counts=True),
        notice=tidy(row.get("federal_register_notice")),
        lei=next(filter(None, (lei(number.number) for number in numbers)), ""),
        registrations=tuple(_register_numbers(numbers)),
        nationalities=tuple(dict.fromkeys(filter(None, map(country, nations)))),
        born=tuple(_several(row.get("dates_of_birth"), ";")),
        unread=tuple(unread),
        ignored=tuple(str(key) for key in row if key not in _READ and key not in _NO_FACT and row[key]),
    )


UNKNOWN_COUNTRY = "a country that is not known here"
SECOND = "second values of a field that takes one"


def _own_id(row: Mapping[str, Any], word: str, name: str) -> str:
    """The id that the list gives the party, else one of its name."""
    number, own = tidy(row.get("entity_number")), tidy(row.get("id") or row.get("_id"))
    if word in _NUMBERED and (number or ("list" in row and own)):
        return f"ofac-{number or own}"
    return f"{word}-{own or number}" if own or number else _make_id(word, name)


def _register_numbers(numbers: Iterable[Number]) -> list[Number]:
    return [number for number in numbers if number.of_register and not lei(number.number)]


def _several(given: object, mark: str) -> list[str]:
    """The texts of a cell or of a list, of which each may hold several."""
    if not given:
        return []
    if isinstance(given, str) and mark not in given:
        return [text] if (text := tidy(given)) else []
    texts = given if isinstance(given, list) else [given] if isinstance(given, str) else ()
    parts = (part for text in texts for part in (re.split(mark, text) if isinstance(text, str) else [text]))
    return list(dict.fromkeys(filter(None, map(tidy, parts))))


def _numbers(given: object) -> Iterator[Number]:
    """Kind, number and country of each document: mappings in JSON, `Passport, T757537, Colombia; ...` in CSV."""
    if isinstance(given, list):
        for item in given:
            if isinstance(item, dict):
                yield Number(tidy(item.get("type")), tidy(item.get("number")), country(tidy(item.get("country"))))
    for text in _several(given, ";") if isinstance(given, str) else ():
        kind, number, place = (*map(str.strip, text.split(",")), "", "")[:3]
        yield Number(kind, number, country(place))


def _make_id(word: str, name: str) -> str:
    """An id for a party that its list gives no number: the same for the same name on the same list."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    return f"{word}-{slug}-{sha256(name.encode()).hexdigest()[:6]}"
