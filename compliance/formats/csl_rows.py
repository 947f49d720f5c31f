"""The US Consolidated Screening List in its layouts, row by row: the government's JSON and CSV, and one in Parquet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from compliance.errors import InputError, Problem
from compliance.formats.opening import Progress, lines, opened, unwatched
from compliance.formats.records import Record, read_records
from compliance.formats.words import country, day, lei, tidy

_ENTITY_LIST = {"EL": "EntityList"}
_NUMBERED = ("SDN", "SSI", "CMIC", "NS-MBS", "CAP", "PLC", "FSE", "MBS")
"""Lists of the Treasury, which give one number to one party on all of them."""
_REGISTERED = re.compile(r"regist|company number|social credit|tax id|enterprise|business number", re.IGNORECASE)
_LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """One row: a party on a list. `kind` is `Individual`, `Entity`, `Vessel`, `Aircraft` or empty where nobody says."""

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
    start: str
    end: str
    notice: str
    lei: str
    registrations: tuple[str, ...]


def read_csl(path: Path, progress: Progress = unwatched) -> Iterator[Listed | Problem]:
    """The rows of a file by the ending of its name; raises `InputError` where the file cannot be read."""
    ending = next((end for end in reversed(path.suffixes) if end.lower() not in (".gz", ".zip")), "").lower()
    if ending == ".parquet":
        rows = _parquet(path)
    elif ending == ".csv":
        rows = _csv(path, progress)
    else:
        rows = read_records(path, "results", progress)
    for record in rows:
        if record.wrong:
            yield Problem(str(path), record.line, record.wrong)
        else:
            found = _listed(record.line, record.value)
            yield found or Problem(str(path), record.line, "names no list in `source`, or no name")


def _csv(path: Path, progress: Progress) -> Iterator[Record]:
    csv.field_size_limit(_LONGEST_CELL)
    with opened(path, progress) as file:
        reader = csv.DictReader(lines(file, str(path)))
        try:
            for row in reader:
                bad = None in row or None in row.values()
                wrong = "has more or fewer cells than columns" if bad else ""
                yield Record(reader.line_num, {} if bad else dict(row), wrong)
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


def _listed(line: int, row: Mapping[str, Any]) -> Listed | None:
    source, name = tidy(row.get("source") or row.get("list")), tidy(row.get("name"))
    if not source or not name:
        return None
    code = re.search(r"\(([^)]+?)(?: List)?\)", source)
    word = _ENTITY_LIST.get(code[1], code[1]) if code else source
    number = tidy(row.get("entity_number") or (row.get("id") if "list" in row else ""))
    addresses = row.get("addresses")
    places = [*_several(row.get("countries"), r"[;\s]+"), *_several(row.get("country"), ";")]
    if isinstance(addresses, list):
        parts = ("address", "city", "state", "postal_code", "country")
        texts = [
            ", ".join(filter(None, (tidy(a.get(part)) for part in parts))) for a in addresses if isinstance(a, dict)
        ]
        places += [tidy(a.get("country")) for a in addresses if isinstance(a, dict)]
    else:
        texts = _several(addresses, ";")
        places += [text.rpartition(",")[2] for text in texts]
    numbers = list(_numbers(row.get("ids")))
    return Listed(
        line=line,
        list=word,
        id=f"ofac-{number}" if number and word in _NUMBERED else _named(word, name),
        name=name,
        kind=tidy(row.get("type")),
        aliases=tuple(_several(row.get("alt_names") or row.get("aliases"), ";")),
        countries=tuple(dict.fromkeys(filter(None, map(country, places)))),
        address=texts[0] if texts else "",
        program="; ".join(_several(row.get("programs") or row.get("program"), ";")),
        policy=tidy(row.get("license_policy")),
        requirement=tidy(row.get("license_requirement")),
        start=day(row.get("start_date")),
        end=day(row.get("end_date")),
        notice=tidy(row.get("federal_register_notice")),
        lei=next(filter(None, (lei(number) for _, number in numbers)), ""),
        registrations=tuple(number for kind, number in numbers if _REGISTERED.search(kind) and not lei(number)),
    )


def _several(given: object, mark: str) -> list[str]:
    texts: Iterable[object] = (
        given if isinstance(given, list) else re.split(mark, given) if isinstance(given, str) else ()
    )
    return list(dict.fromkeys(filter(None, map(tidy, texts))))


def _numbers(given: object) -> Iterator[tuple[str, str]]:
    """Kind and number of each document: mappings in JSON, `Passport, T757537, Colombia; ...` in CSV."""
    if isinstance(given, list):
        yield from ((tidy(item.get("type")), tidy(item.get("number"))) for item in given if isinstance(item, dict))
    for text in _several(given, ";") if isinstance(given, str) else ():
        kind, _, rest = text.partition(",")
        yield kind, tidy(rest.partition(",")[0])


def _named(word: str, name: str) -> str:
    """An id for a party that its list gives no number: the same for the same name on the same list."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    return f"{word}-{slug}-{sha256(name.encode()).hexdigest()[:6]}"
