"""Files made to hang, to fill the memory or to lie: each is refused in exact words, within a stated time and memory.

Each is given to the command in a process of its own, whose memory the system limits. The sizes are such that a
machine in the cloud makes them in seconds; those of a gigabyte and of ten million rows are marked `night`.
"""

from __future__ import annotations

import errno
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from compliance.errors import MOST_TOLD, InputError, Problem, visible
from compliance.world.io.json_text import read_json
from compliance.world.io.load import load_world
from compliance.world.io.user_files import LARGEST_DOCUMENT, LONGEST_LINE
from compliance.world.io.yaml_nodes import MOST_VALUES, Node, read_yaml

MB, GB = 2**20, 2**30
# VmHWM is this process's own; `ru_maxrss` begins with that of the process that it was forked from.
LAUNCHED = """
import sys
from pathlib import Path
from compliance.cli.main import run
code = run()
print(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
sys.exit(code)
"""
LARGE = f"a file that is read whole may have {LARGEST_DOCUMENT:,}"
BIG = "Give large tables as CSV, JSON Lines or Parquet, one file a table"


@dataclass(frozen=True)
class Left:
    """How a command ended: its status, what it said, its seconds and its greatest memory in bytes."""

    status: int
    said: str
    seconds: float
    memory: int


def chips(world: Path, seconds: float, memory: int) -> Left:
    """Has `compliance chips` read a world, in a process that may take so much time and memory."""
    words = [sys.executable, "-c", LAUNCHED, "chips", "H100", "--as-of", "2026-06-30", "--world", world.name]
    begun = time.monotonic()
    child = subprocess.Popen(
        words,
        cwd=world.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory)),
    )
    try:
        shown, said = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        pytest.fail(f"{world.name} took more than {seconds} seconds")
    return Left(child.returncode, said.rstrip("\n"), time.monotonic() - begun, 1024 * int(shown.split()[-2]))


def spread(path: Path, pieces: Iterator[str]) -> None:
    """Writes a big file without holding it."""
    with path.open("w", encoding="utf-8") as file:
        for piece in pieces:
            file.write(piece)


def repeated(before: str, piece: str, times: int, after: str = "") -> Callable[[Path], None]:
    """A maker of a file that says one thing many times."""

    def make(path: Path) -> None:
        block, whole = 10_000, piece * 10_000
        spread(
            path,
            (part for part in [before, *[whole] * (times // block), piece * (times % block), after]),
        )

    return make


@dataclass(frozen=True)
class Hostile:
    """A file, what is told of it, and the seconds and bytes that telling may take."""

    name: str
    make: Callable[[Path], None]
    told: str
    seconds: float = 30
    memory: int = 2 * GB

    def __str__(self) -> str:
        return self.name


ROW = "  - {id: a, headquarters: MY}\n"
TOO_MANY = f"has more than {MOST_VALUES:,} keys and values; give large tables as CSV, JSON Lines or Parquet"
QUICK = [
    Hostile("brackets.yaml", repeated("companies: ", "[", 100_000), "brackets.yaml:1: is nested deeper than 50 levels"),
    Hostile("braces.json", repeated("", '{"a":', 100_000), "braces.json:1: is nested deeper than 50 levels"),
    Hostile("dashes.yaml", repeated("", "- ", 100_000), "dashes.yaml:1: is nested deeper than 50 levels"),
    Hostile(
        "blanks.json",
        repeated("{", " ", 3_000_000, "x"),
        "blanks.json:1: cannot be read as JSON: `x` is not a JSON value; put text in double quotes",
    ),
    Hostile(
        "quote.json", repeated('["', "x", 3_000_000),
        "quote.json:1: cannot be read as JSON: the quote that opens here is never closed",
    ),
    Hostile(
        "escapes.json", repeated('["', "\\n", 1_000_000, '"]'),
        "escapes.json:1: `" + "\\n" * 60 + "...` has 1,000,000 characters; a value may have 131,072",
    ),
    Hostile(
        "digits.yaml",
        repeated("models:\n  - {id: m, training_ops: ", "9", 10_000_000, "}\n"),
        f"digits.yaml:2: `{'9' * 60}...` has 10,000,000 characters; a value may have 131,072",
    ),
    Hostile(
        "digits.json",
        repeated('{"models": [{"id": "m", "training_ops": ', "9", 10_000_000, "}]}\n"),
        f"digits.json:1: `{'9' * 60}...` has 10,000,000 characters; a value may have 131,072",
    ),
    Hostile(
        "key.yaml", repeated("'", "k", 1_000_000, "': 1\n"),
        f"key.yaml:1: `{'k' * 60}...` has 1,000,000 characters; a value may have 131,072",
    ),
    Hostile(
        "laughs.yaml",
        lambda path: path.write_text(
            "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(100))
        ) and None,
        "laughs.yaml:7: `*a5` repeats too much: over 2,000,000 values in all",
    ),
    Hostile(
        "merges.yaml",
        lambda path: path.write_text(
            "base: &b {" + ", ".join(f"k{n}: 1" for n in range(3_000)) + "}\ncompanies:\n" + "  - {<<: *b}\n" * 3_000
        ) and None,
        "merges.yaml:336: `*b` repeats too much: over 2,000,000 values in all",
    ),
    Hostile(
        "stairs.yaml",
        lambda path: path.write_text(
            f"x0: &x0 {'[' * 40}{']' * 40}\n"
            + "".join(f"x{n + 1}: &x{n + 1} {'[' * 40}*x{n}{']' * 40}\n" for n in range(250))
        ) and None,
        "stairs.yaml:2: is nested deeper than 50 levels",
    ),
    Hostile(
        "large.yaml",
        lambda path: path.touch() or os.truncate(path, LARGEST_DOCUMENT + 1),
        f"large.yaml: has {LARGEST_DOCUMENT + 1:,} bytes; {LARGE}. {BIG}",
    ),
    Hostile(
        "large.json",
        lambda path: path.touch() or os.truncate(path, 10**12),
        f"large.json: has {10**12:,} bytes; {LARGE}. {BIG}",
    ),
]  # fmt: skip
IN_A_FOLDER = [
    Hostile(
        "companies.csv", repeated("id,name\na,", "x", 12 * MB, "\n"),
        f"companies.csv:2: is a line of more than {LONGEST_LINE:,} bytes; put each row on a line of its own",
    ),
    Hostile(
        "companies.csv", repeated("id", ",x", 1_000_000, "\n"),
        "companies.csv:1: has 1,000,001 columns; a table may have 1,000",
    ),
    Hostile(
        "companies.csv", repeated('id,name\n"a,b\n', "c,d\n", 1_000_000),
        "companies.csv:2: has a cell of more than 131,072 characters; is a quote left open?",
    ),
]  # fmt: skip


def refused(case: Hostile, world: Path) -> Left:
    left = chips(world, case.seconds, case.memory)
    place = f"{world.name}/" if world.is_dir() else ""

    assert (left.status, left.said) == (2, place + case.told)
    return left


@pytest.mark.parametrize("case", QUICK, ids=str)
def test_a_hostile_file_is_refused_in_bounded_time_and_memory(case: Hostile, tmp_path: Path) -> None:
    case.make(tmp_path / case.name)

    refused(case, tmp_path / case.name)


@pytest.mark.parametrize("case", IN_A_FOLDER, ids=["a long line", "a million columns", "a quote left open"])
def test_a_hostile_table_is_refused_in_bounded_time_and_memory(case: Hostile, tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    case.make(tmp_path / "world" / case.name)

    refused(case, tmp_path / "world")


@pytest.mark.parametrize("read", [read_yaml, read_json])
@pytest.mark.parametrize(("count", "one"), [(996, '"a"'), (332, '{"a": 1}')])
def test_a_world_of_too_many_values_is_refused(
    read: Callable[[str, str], Node], count: int, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance.world.io.yaml_nodes.MOST_VALUES", 1_000)
    monkeypatch.setattr("compliance.world.io.json_text.MOST_VALUES", 1_000)

    def text(items: int) -> str:
        return f'{{"companies": [{", ".join([one] * items)}]}}'

    read(text(count), "w")
    with pytest.raises(InputError, match="w:1: has more than"):
        read(text(count + 10), "w")


# ---- what is no ordinary file


def socket_at(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's path is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


NO_FILE = "is a pipe, a device or a socket; give an ordinary file"
NO_FILES: list[tuple[str, Callable[[Path], object], str]] = [
    ("a pipe", os.mkfifo, NO_FILE),
    ("a file without end", lambda path: path.symlink_to("/dev/zero"), NO_FILE),
    ("a socket", socket_at, f"cannot be opened: {os.strerror(errno.ENXIO).lower()}"),
    (
        "a circle of links",
        lambda path: path.symlink_to(path.name),
        "cannot be opened: too many levels of symbolic links",
    ),
    ("a link to nothing", lambda path: path.symlink_to("nowhere.yaml"), "does not exist"),
    ("nothing", lambda path: None, "does not exist"),
    ("an empty file", lambda path: path.touch(), "is empty"),
]


@pytest.mark.parametrize(("make", "told"), [entry[1:] for entry in NO_FILES], ids=[entry[0] for entry in NO_FILES])
def test_what_is_no_file_with_text_is_refused_and_nothing_waits(
    make: Callable[[Path], object], told: str, tmp_path: Path
) -> None:
    make(tmp_path / "w.yaml")

    left = chips(tmp_path / "w.yaml", 20, 2 * GB)

    assert (left.status, left.said) == (2, f"w.yaml{':1' if told == 'is empty' else ''}: {told}")


@pytest.mark.parametrize(
    ("make", "told"), [entry[1:] for entry in NO_FILES[:4]], ids=[entry[0] for entry in NO_FILES[:4]]
)
def test_what_is_no_file_is_refused_in_a_folder_too(make: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    make(tmp_path / "companies.csv")

    left = chips(tmp_path, 20, 2 * GB)

    assert (left.status, left.said) == (2, f"{tmp_path.name}/companies.csv: {told}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text("companies: []\n")
    path.chmod(0)

    with pytest.raises(InputError, match="cannot be opened: permission denied"):
        load_world(path)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("w\0.yaml", "w\\x00.yaml: cannot be opened: its name holds a NUL character"),
        ("x" * 300 + ".yaml", "cannot be opened: file name too long"),
        ("w\u202elmay.yaml", "w\\u202elmay.yaml: does not exist"),
        ("w\n\x1b[2J.yaml", "w\\n\\x1b[2J.yaml: does not exist"),
    ],
)
def test_a_hostile_name_is_told_as_text(name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError) as caught:
        load_world(name)

    assert str(caught.value).endswith(told)
    assert str(caught.value) == visible(str(caught.value))


# ---- what is told is short


def test_of_many_problems_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text("companies:\n" + "".join(f"  - {{id: c{n}, headquarters: QQ}}\n" for n in range(1_000)))

    with pytest.raises(InputError) as caught:
        load_world(path)

    told = str(caught.value).splitlines()
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == f"{path}: {1_000 - MOST_TOLD} more problems are not told; mend these first"
    assert len(caught.value.problems) == 1_000


def test_a_message_is_one_short_line_whatever_it_quotes() -> None:
    told = str(Problem("f", 1, f"`{'x' * 10**6}` is `a\nb\u200b\x1b[2J`"))

    assert told == f"f:1: `{'x' * 60}...` is `a\\nb\\u200b\\x1b[2J`"


def test_of_many_rows_of_one_id_the_first_are_told(tmp_path: Path) -> None:
    left = one_id(tmp_path, 20_000, 60, 2 * GB)

    assert left.memory < GB


def one_id(folder: Path, rows: int, seconds: float, memory: int) -> Left:
    """Has a table read whose every row has the same id."""
    (folder / "world").mkdir()
    repeated("id,headquarters\n", "a,MY\n", rows)(folder / "world" / "companies.csv")
    left = chips(folder / "world", seconds, memory)
    file = "world/companies.csv"
    twice = [f"{file}:{line}: `a` stands twice in `companies`, first at {file}:2" for line in range(3, 3 + MOST_TOLD)]
    more = f"{file}: {rows - 1 - MOST_TOLD:,} more problems are not told; mend these first"

    assert (left.status, left.said.splitlines()) == (2, [*twice, more])
    return left


# ---- the sizes of the issue, by night


NIGHT = [
    Hostile(
        "line.yaml", repeated("companies: ", "x", GB),
        f"line.yaml: has {GB + 11:,} bytes; {LARGE}. {BIG}",
    ),
    Hostile(
        "line.json", repeated('"', "x", GB),
        f"line.json: has {GB + 1:,} bytes; {LARGE}. {BIG}",
    ),
    Hostile(
        "most.yaml", repeated("companies: ", "x", 120 * MB),
        f"most.yaml:1: `{'x' * 60}...` has {120 * MB:,} characters; a value may have 131,072",
    ),
    Hostile("values.yaml", repeated("companies: [", "a,", 60 * MB), f"values.yaml:1: {TOO_MANY}", 400, 4 * GB),
    Hostile("values.json", repeated("[1", ",1", 60 * MB), f"values.json:1: {TOO_MANY}", 400, 4 * GB),
    Hostile("keys.yaml", repeated("companies:\n", ROW, 4_000_000), f"keys.yaml:2000001: {TOO_MANY}", 400, 6 * GB),
]  # fmt: skip


@pytest.mark.night
@pytest.mark.parametrize("case", NIGHT, ids=str)
def test_a_gigabyte_is_refused_in_bounded_time_and_memory(case: Hostile, tmp_path: Path) -> None:
    path = tmp_path / case.name
    case.make(path)
    try:
        left = refused(case, path)
        print(f"{case}: {left.seconds:.1f} s, {left.memory / MB:,.0f} MB")
    finally:
        with suppress(OSError):
            path.unlink()


@pytest.mark.night
def test_a_table_of_one_line_of_a_gigabyte_is_refused(tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    repeated("id,name\na,", "x", GB)(tmp_path / "world" / "companies.csv")

    refused(IN_A_FOLDER[0], tmp_path / "world")


@pytest.mark.night
def test_ten_million_rows_of_one_id_are_told_shortly(tmp_path: Path) -> None:
    left = one_id(tmp_path, 10_000_000, 900, 16 * GB)

    print(f"ten million rows of one id: {left.seconds:.0f} s, {left.memory / MB:,.0f} MB")
