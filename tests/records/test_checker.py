"""The checker: it finds every line that was touched and every byte that was changed, and stands by itself."""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.records import checker
from compliance.records.checker import verify
from compliance.records.log import RecordLog
from compliance.records.signing import Signer, make_key

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LINES = 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    public = make_key(folder.parent / "signing.pem")
    assert public.exists()
    (folder.parent / "a.yaml").write_text("companies: []\n", encoding="utf-8")
    log = RecordLog(folder, Signer(folder.parent / "signing.pem"), segment_bytes=7_000)
    tree = log.content.put_tree({"a.yaml": folder.parent / "a.yaml"})
    for number in range(LINES):
        log.append(NOON, "act", {"number": number, "text": "x" * (number % 7)}, [tree] if number % 20 == 0 else [])
    log.close()
    return folder


def segments(folder: Path) -> list[Path]:
    return sorted((folder / "log").iterdir())


def found(folder: Path, **options: object) -> list[str]:
    return verify(folder, **options).problems  # type: ignore[arg-type]


def test_the_checker_stands_alone_and_is_short() -> None:
    path = Path(checker.__file__)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert len(path.read_text(encoding="utf-8").splitlines()) <= 200
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_checker_runs_as_a_file_by_itself(whole: Path, tmp_path: Path) -> None:
    copy = shutil.copy(checker.__file__, tmp_path / "checker.py")
    done = subprocess.run(
        [sys.executable, "-I", str(copy), str(whole)], capture_output=True, text=True, check=False, env={"PATH": ""}
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{LINES} records are whole; the head is ")


def test_a_whole_log_has_no_problem(whole: Path) -> None:
    checked = verify(whole, public_key=whole.parent / "signing.pem.pub")

    assert checked.problems == []
    assert (checked.records, checked.signed, checked.content) == (LINES, LINES, 2)
    assert len(segments(whole)) == 3
    assert found(whole, head=checked.head) == []


def remove(lines: list[bytes], place: int) -> None:
    del lines[place]


def double(lines: list[bytes], place: int) -> None:
    lines.insert(place, lines[place])


def move(lines: list[bytes], place: int) -> None:
    lines[place - 1], lines[place] = lines[place], lines[place - 1]


def cut(lines: list[bytes], place: int) -> None:
    lines[place] = lines[place][: len(lines[place]) // 2]


@pytest.mark.parametrize("touch", [remove, double, move, cut])
def test_every_line_that_is_touched_is_found(
    whole: Path, tmp_path: Path, touch: Callable[[list[bytes], int], None]
) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    for segment in segments(copy):
        content = segment.read_bytes()
        for place in range(len(content.splitlines())):
            lines = content.splitlines(keepends=True)
            touch(lines, place)
            segment.write_bytes(b"".join(lines))

            assert found(copy), (segment.name, place)
        segment.write_bytes(content)

    assert found(copy) == []


def test_every_end_that_is_cut_is_found(whole: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    last = segments(copy)[-1]
    content = last.read_bytes()
    for lines in range(1, len(content.splitlines()) + 1):
        last.write_bytes(b"".join(content.splitlines(keepends=True)[:-lines]))

        assert found(copy), lines
    last.unlink()

    assert found(copy)
    segments(copy)[0].unlink()
    assert any("no record says that those before were let go" in problem for problem in found(copy))


def test_a_log_that_is_emptied_beside_its_head_is_found(whole: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    for segment in segments(copy):
        segment.write_bytes(b"")

    assert any("the log was cut" in problem for problem in found(copy))


def test_an_end_that_is_cut_with_its_head_is_found_by_a_head_noted_elsewhere(whole: Path, tmp_path: Path) -> None:
    noted = verify(whole).head
    log = RecordLog(tmp_path / "other")
    for number in range(LINES):
        log.append(NOON, "act", {"number": number})

    assert found(tmp_path / "other") == []
    assert any(noted in problem for problem in found(tmp_path / "other", head=noted))


def test_every_sampled_byte_that_is_changed_is_found(whole: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    sample = random.Random(7)
    for file in (path for path in copy.rglob("*") if path.is_file() and path.name != ".lock"):
        content = file.read_bytes()
        places = sorted({0, len(content) - 1, *(sample.randrange(len(content)) for _ in range(150))})
        for place in places:
            changed = bytes([content[place] ^ (1 << sample.randrange(8))])
            file.write_bytes(content[:place] + changed + content[place + 1 :])

            assert found(copy), (file.name, place)
        file.write_bytes(content)

    assert found(copy) == []


def test_content_that_is_missing_is_found(whole: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    for file in (copy / "content").glob("*/*"):
        content = file.read_bytes()
        file.unlink()

        assert found(copy), file.name
        file.write_bytes(content)


def test_a_line_signed_by_another_key_is_found(whole: Path, tmp_path: Path) -> None:
    public = make_key(tmp_path / "other.pem")

    assert len(found(whole, public_key=public)) > 20
    assert oct((tmp_path / "other.pem").stat().st_mode & 0o777) == "0o600"


def test_a_chain_made_anew_without_the_key_is_found(whole: Path, tmp_path: Path) -> None:
    log = RecordLog(tmp_path / "forged")
    for record in RecordLog(whole).read():
        log.append(NOON, record.kind, dict(record.body))

    assert found(tmp_path / "forged") == []
    assert found(tmp_path / "forged", public_key=whole.parent / "signing.pem.pub")


def test_a_folder_without_records_is_no_log(tmp_path: Path) -> None:
    assert found(tmp_path)
    os.mkdir(tmp_path / "log")
    assert found(tmp_path)
