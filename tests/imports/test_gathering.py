"""Rows gathered on the disk: what is named is there, what would break the world is not, and nothing is half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.errors import UsageError
from compliance.imports.import_run import import_world
from compliance.imports.row_buffer import RowBuffer

from .reading import Imported


def some(gathering: RowBuffer) -> None:
    gathering.put("people", {"id": "ann", "name": "Ann"}, "f", 1)
    gathering.put("companies", {"id": "a", "name": "A; B", "x_kept": "1"}, "f", 2)
    gathering.put("companies", {"id": "a", "name": "Again"}, "f", 3)
    gathering.put("companies", {"id": "c", "jurisdiction": "Atlantis"}, "f", 4)
    gathering.put("stakes", {"owner": "ann", "owned": "a", "percent": "50"}, "f", 5)
    gathering.put("stakes", {"owner": "nobody", "owned": "a", "percent": "10"}, "f", 6)
    gathering.put("stakes", {"owner": "a", "owned": "ann", "percent": "10"}, "f", 7)
    gathering.put("ties", {"party": "a", "other": "ann", "kind": "nominee"}, "f", 8)


def test_the_world_loads_and_says_what_is_not_in_it(tmp_path: Path) -> None:
    made = Imported(some, tmp_path / "world")

    assert made.rows("companies", "id", "name", "x_kept") == [("a", "A; B", "1"), ("nobody", "", "")]
    assert made.rows("stakes", "owner", "owned", "percent") == [("ann", "a", "50"), ("nobody", "a", "10")]
    assert made.rows("ties", "party", "other") == [("a", "ann")]
    assert made.account.skipped == {
        "a party whose id stands twice; the first counts": 1,
        "a row of `companies` that cannot be read": 1,
        "a row about a natural person as if it were a company": 1,
    }
    told = made.account.text(made.made)
    assert "f:4: `jurisdiction`: `Atlantis` is not a country code" in told
    assert "Rows made: companies 2, people 1, stakes 2, ties 1, unread 1." in told


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def fails(gathering: RowBuffer) -> None:
        some(gathering)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        import_world(tmp_path / "world", "the test", fails)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    with pytest.raises(UsageError, match="is there already"):
        import_world(tmp_path, "the test", some)

    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_only_the_first_of_many_are_shown(tmp_path: Path) -> None:
    def many(gathering: RowBuffer) -> None:
        some(gathering)
        for number in range(1_000):
            gathering.account.skip("f", number, "of a kind", f"row {number}")

    account = Imported(many, tmp_path / "world").account
    assert account.skipped["of a kind"] == 1_000
    assert len(account.first["of a kind"]) == 3
    assert "and 997 more" in account.text({})
