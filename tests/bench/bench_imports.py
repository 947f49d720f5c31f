"""How fast files of registry size are read, and how much memory that takes.

Type `pytest -m bench -s tests/bench/bench_imports.py`. Each import runs in a process of its own, whose peak memory and
processor time are its own; wall time means little on a busy machine.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.cli.main import run
from compliance.imports.cleaners import lei

RECORDS = 100_000
MOST_MEGABYTES = 256


def bods(count: int) -> Iterator[str]:
    """Statements, one a line: a third each of entities, people and holdings."""
    for number in range(count // 3):
        party = {"statementDate": "2024-01-01", "declarationSubject": f"e{number}", "recordStatus": "new"}
        entity = {
            "entityType": {"type": "registeredEntity"},
            "name": f"Company {number} Limited",
            "jurisdiction": {"code": "MY"},
        }
        person = {
            "personType": "knownPerson",
            "names": [{"fullName": f"Person {number}"}],
            "nationalities": [{"code": "MY"}],
        }
        share = {"exclusiveMinimum": 25, "maximum": 50}
        interest = {"type": "shareholding", "directOrIndirect": "direct", "startDate": "2020-01-01", "share": share}
        holding = {"subject": f"e{number}", "interestedParty": f"p{number * 7 % (count // 3)}", "interests": [interest]}
        for mark, kind, details in (("e", "entity", entity), ("p", "person", person), ("r", "relationship", holding)):
            name = f"{mark}{number}"
            told = {"statementId": f"s-{name}", "recordId": name, "recordType": kind, "recordDetails": details}
            yield json.dumps(party | told) + "\n"


def ftm(count: int) -> Iterator[str]:
    """Companies that each hold a part of the next."""
    for number in range(count // 2):
        name = {"name": [f"Company {number} Limited"], "jurisdiction": ["my"]}
        yield json.dumps({"id": f"c{number}", "schema": "Company", "datasets": ["x"], "properties": name}) + "\n"
        held = {"owner": [f"c{number}"], "asset": [f"c{number + 1}"], "percentage": ["60"]}
        yield json.dumps({"id": f"o{number}", "schema": "Ownership", "datasets": ["x"], "properties": held}) + "\n"


def gleif(count: int) -> Iterator[str]:
    """Entities."""
    yield "<a>"
    for number in range(count):
        stem = f"9999{number:014d}"
        remainder = int("".join(str(int(letter, 36)) for letter in stem + "00")) % 97
        code = f"{stem}{98 - remainder:02d}"
        assert lei(code)
        seat = "<HeadquartersAddress><City>Penang</City><Country>MY</Country></HeadquartersAddress>"
        entity = f"<Entity><LegalName>Company {number}</LegalName>{seat}</Entity>"
        yield f"<LEIRecord><LEI>{code}</LEI>{entity}</LEIRecord>\n"
    yield "</a>"


KINDS = {"bods": bods, "ftm": ftm, "gleif": gleif}


def measure(kind: str, path: str, output: str) -> None:
    """Imports a file in this process and prints what it took."""
    start = time.perf_counter()
    status = run(["import", kind, path, "--output", output])
    used = resource.getrusage(resource.RUSAGE_SELF)
    wall, work = time.perf_counter() - start, used.ru_utime + used.ru_stime
    print(f"status {status}, {wall:.1f} s, {work:.1f} s of processor, peak {used.ru_maxrss // 1024} MB")


@pytest.mark.bench
@pytest.mark.parametrize("kind", KINDS)
def test_an_import_of_any_size_fits_in_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "records"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(KINDS[kind](RECORDS))
    words = [sys.executable, "-m", "tests.bench.bench_imports", kind, str(path), str(tmp_path / "made")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    print(f"\n{kind}: {RECORDS:,} records, {path.stat().st_size // 2**20} MB: {done.stdout.strip()}")

    assert int(done.stdout.split()[-2]) < MOST_MEGABYTES


if __name__ == "__main__":
    measure(*sys.argv[1:])
