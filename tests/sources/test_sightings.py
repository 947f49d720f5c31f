"""Papers name what was ordered, and not what only begins or ends like it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from compliance.rulebook.folder import rules_folder
from compliance.sources.inspections import names_item
from compliance.world.reference.chip_catalogue import Catalogue

CATALOGUE = Catalogue.load(rules_folder())


@pytest.mark.parametrize(
    ("item", "named", "others"),
    [
        ("H20", ["NVIDIA H20 96GB", "HGX H20 8-GPU", "8xH20"], ["H200 141GB", "GH20"]),
        ("A10", ["A10 24GB", "A10s", "A-10"], ["A100", "A10G", "type a 10 m cable"]),
        ("L40", ["L40", "NVIDIA L40 48GB"], ["L40S", "L4", "L 40 x H 100"]),
        ("RTX 4090", ["GeForce RTX4090", "RTX 4090D, RTX 4090"], ["RTX 4090 D", "RTX 4090D"]),
        ("B200", ["HGX B200"], ["GB200", "B2000"]),
        ("H100", ["NVIDIA H-100 SXM", "H100 PCIe", "H100SXM5"], ["SANDKYAN modules", "H1000", ""]),
    ],
)
def test_a_paper_names_the_item_as_a_whole_word(item: str, named: list[str], others: list[str]) -> None:
    papers = pa.array([*named, *others, None], pa.string())
    answers = names_item(CATALOGUE, papers, item).to_pylist()
    assert answers == [True] * len(named) + [False] * len(others) + [None]


def test_a_name_without_letters_names_nothing() -> None:
    assert names_item(CATALOGUE, pa.array(["??", None], pa.string()), "??").to_pylist() == [False, None]
