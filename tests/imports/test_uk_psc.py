"""UK people with significant control: real records, and natures of control by value."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.imports.registers.uk_psc import import_uk_psc

from .reading import SHARED, Imported, shared

GIVEN = Path(__file__).parent / "given" / "psc.jsonl"
REAL = sorted(path.name for path in (SHARED / "uk_psc").glob("psc-data-*.json"))


def psc(path: Path, folder: Path) -> Imported:
    return Imported(lambda gathering: import_uk_psc(path, gathering), folder / "world")


@pytest.mark.parametrize("name", REAL or ["psc-data-1.json"])
def test_every_real_record_says_something(name: str, tmp_path: Path) -> None:
    made = psc(shared(f"uk_psc/{name}"), tmp_path)

    assert made.account.skipped.total() == 0
    assert len(made.world.rows("stakes")) + len(made.world.rows("controls")) > 0


def test_real_natures_of_control(tmp_path: Path) -> None:
    made = psc(shared("uk_psc/psc-data-16.json"), tmp_path)

    assert made.rows("stakes", "owned", "percent", "interest", "from") == [
        ("01507964", "75-100", "shares", "2016-07-01")
    ]  # fmt: skip
    assert ("Draeger Finanz Ag",) in made.rows("companies", "name")


def test_natures_of_control_are_bands_and_controls(tmp_path: Path) -> None:
    made = psc(GIVEN, tmp_path)
    ann = "01234567-AAA"

    assert made.rows("stakes", "owner", "owned", "percent", "interest", "from", "to") == [
        ("", "00765432", "unknown", "", "2021-01-01", ""),
        ("00765432", "01234567", "75-100", "shares", "2021-01-01", ""),
        (ann, "01234567", ">50-<75", "shares", "2020-01-01", "2021-01-01"),
        (ann, "01234567", ">25-50", "votes", "2020-01-01", "2021-01-01"),
        ("OC300001-Zug AG", "OC300001", ">25-50", "shares", "2021-01-01", ""),
    ]
    assert made.rows("controls", "controller", "company", "means") == [
        ("00765432", "01234567", "wishes"),
        (ann, "01234567", "board_majority"),
    ]
    assert made.rows("people", "id", "nationality", "residence", "x_born") == [(ann, "MY", "GB", "1970-03")]
    assert made.rows("companies", "id", "name", "jurisdiction") == [
        ("00765432", "Parent Ltd", "GB"),
        ("01234567", "", "GB"),
        ("09999999", "", "GB"),
        ("OC300001", "", "GB"),
        ("OC300001-Zug AG", "Zug AG", "CH"),
    ]
    assert made.account.skipped == {"a record that cannot be read": 1}
    assert made.account.kept["a nature of control that is not known here: an unknown share"] == 1
