"""The catalogue against the performance that Epoch AI publishes: each difference is listed with a reason."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from compliance.rulebook.folder import rules_folder
from compliance.units import exact, show
from compliance.world.io import rule_file
from compliance.world.reference.chip_catalogue import CATALOGUE, Catalogue
from compliance.world.reference.chip_file import ChipFile

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "epoch"
HARDWARE = DATA / "ml_hardware.csv"
CLUSTERS = DATA / "gpu_clusters.csv"
BIT_OPERATIONS = 10**12
DAY = date(2025, 6, 1)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        pytest.skip(f"no {path}: the data set of Epoch AI is not part of this repository")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _shelf() -> ChipFile:
    path = rules_folder() / CATALOGUE
    return rule_file.parse(ChipFile, rule_file.read_rule_file(path), str(path))


def test_every_difference_from_the_published_performance_is_listed_and_no_other() -> None:
    catalogue = Catalogue.load(rules_folder())
    differ = {}
    compared = 0
    for row in _rows(HARDWARE):
        name, published = row["Hardware name"], row["Total processing performance (bit-OP/s)"]
        chip = catalogue.find(name)
        if chip is None or not published:
            continue
        compared += 1
        tpp = catalogue.at(chip, DAY).tpp
        theirs = round(exact(published) / BIT_OPERATIONS * 1000)
        if tpp != theirs:
            differ[name] = show(Fraction(theirs, 1000))
    listed = {item.name: show(item.published) for entry in _shelf().chips for item in entry.differs}
    assert differ == listed
    assert compared >= 60


def test_every_accelerator_of_the_clusters_is_in_the_catalogue() -> None:
    catalogue = Catalogue.load(rules_folder())
    columns = ("Chip type (primary)", "Chip type (secondary)")
    named = {row[column] for row in _rows(CLUSTERS) for column in columns if row[column]}
    assert len(named) >= 44
    assert {name for name in named if catalogue.find(name) is None} == set()


def test_a_listed_difference_belongs_to_a_name_of_its_chip() -> None:
    catalogue = Catalogue.load(rules_folder())
    for entry in _shelf().chips:
        for item in entry.differs:
            assert catalogue.find(item.name) is catalogue.find(entry.name), item.name
