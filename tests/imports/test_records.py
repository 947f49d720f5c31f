"""JSON records one at a time: what breaks one does not hide the others, and nothing hostile fills the memory."""

from __future__ import annotations

import gzip
import tracemalloc
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from compliance.errors import InputError
from compliance.imports.json_records import Record, read_records
from compliance.imports.open_file import LONGEST


def read(folder: Path, content: bytes, key: str = "") -> list[Record]:
    path = folder / "records.json"
    path.write_bytes(content)
    return list(read_records(path, key))


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a": 1}, {"a": 2}]',
        b'{"a": 1}\n{"a": 2}\n',
        b'{"a": 1} {"a": 2}',
        b'{\n "a": 1\n}\n{\n "a": 2\n}',
        b'\xef\xbb\xbf\n[\n{"a": 1},\n{"a": 2}\n]\n',
        b'{"total": 2, "sources": [{"of": "x"}], "results": [{"a": 1}, {"a": 2}], "more": [3]}',
    ],
)
def test_a_list_lines_and_a_list_under_a_key_are_the_same(content: bytes, tmp_path: Path) -> None:
    assert [record.value for record in read(tmp_path, content, "results")] == [{"a": 1}, {"a": 2}]


def test_a_number_is_what_is_written(tmp_path: Path) -> None:
    assert read(tmp_path, b'{"a": 33.33333}')[0].value == {"a": Decimal("33.33333")}


def test_a_bad_line_is_one_problem_with_its_line(tmp_path: Path) -> None:
    found = read(tmp_path, b'{"a": 1}\n{\x07bad}\n{"a": NaN}\n{"a": 1, "a": 2}\n7\n\n{"a": 2}\n{"a": "x')

    assert [(record.line, record.wrong) for record in found if record.wrong] == [
        (2, "cannot be read as JSON: expecting property name enclosed in double quotes at `bad}`"),
        (3, "`NaN` is no number of JSON"),
        (4, "`a` stands twice in one mapping"),
        (5, "is no record; a record is a mapping in braces"),
        (8, "breaks off in the middle of a record"),
    ]
    assert [record.value for record in found if not record.wrong] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'[{"a": 1},\n{"a": 2', "records.json:2: breaks off in the middle of a record"),
        (b'[{"a": 1}', "breaks off: the list never ends"),
        (b'[{"a": 1} {"a": 2}]', "needs a comma before `{`"),
        (b"  ", "is empty"),
        (b'[{"a": "\xe9"}]', "is not UTF-8"),
        (b'[{"a": -Infinity}]', "`-Infinity` is no number of JSON"),
        (b"[" * 100_000, "is nested too deep"),
        (b'[{"a": ' + b"9" * 5_000 + b"}]", "a number of thousands of digits"),
    ],
)
def test_a_list_that_cannot_be_read_further_says_where(content: bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=told.replace("`", ".").replace("{", ".")):
        read(tmp_path, content)


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    with path.open("wb") as file:
        file.write(b'{"a": "')
        for _ in range(200):
            file.write(b"x" * 2**20)
    tracemalloc.start()
    found = list(read_records(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [record.wrong for record in found] == ["holds a record of more than 16 MB"]
    assert peak < 6 * LONGEST


def test_packed_files_are_read_as_they_are(tmp_path: Path) -> None:
    packed, zipped = tmp_path / "a.jsonl.gz", tmp_path / "a.zip"
    packed.write_bytes(gzip.compress(b'{"a": 1}\n'))
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.json", '[{"a": 1}]')

    assert [record.value for path in (packed, zipped) for record in read_records(path)] == [{"a": 1}, {"a": 1}]


def test_a_packed_file_that_breaks_off_says_so(tmp_path: Path) -> None:
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"a": 1}\n' * 1000)[:-20])
    with pytest.raises(InputError, match="breaks off or is damaged"):
        list(read_records(packed))


def test_a_zip_of_several_files_is_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", "[]")
        archive.writestr("b.json", "[]")
    with pytest.raises(InputError, match="holds 2 files"):
        list(read_records(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json: cannot be opened"):
        list(read_records(tmp_path / "none.json"))
