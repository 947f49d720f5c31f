"""Products of the trade: what words mean, what they leave open, and that nobody is led to a chip of lesser control."""

from __future__ import annotations

import pytest

from compliance.rulebook.folder import rules_folder
from compliance.world.reference.chip_catalogue import Catalogue
from compliance.world.reference.product_matching import OUTSIDE

CATALOGUE = Catalogue.load(rules_folder())
NAMES = CATALOGUE.trade
STRICT = {"a": 0, "b": 1, "none": 2, None: 0}


@pytest.mark.parametrize(
    ("words", "chip", "count"),
    [
        ("NVIDIA H100 80GB PCIe", "H100 PCIe", 1),
        ("HGX H100 8-GPU", "H100", 8),
        ("DGX-H100", "H100", 8),
        ("900-21010-0000-000", "H100 PCIe", 1),
        ("A100-SXM4-80GB", "A100", 1),
        ("Tesla V100 32G", "V100", 1),
        ("MI300X OAM", "MI300X", 1),
        ("Ascend 910B", "Ascend 910B", 1),
        ("H100 PCIe Gen5 x16 80GB", "H100 PCIe", 1),
        ("Dell PowerEdge XE9680 8x H100 SXM5", "H100", 8),
        ("Supermicro SYS-821GE-TNHR, 8 x H200", "H200", 8),
        ("Lenovo ThinkSystem SR675 V3 4x L40S", "L40S", 4),
        ("八卡H800服务器", "H800", 8),
        ("英伟达 A800 80GB PCIe 显卡", "A800 PCIe", 1),
        ("昇腾910B3", "Ascend 910B3", 1),
        ("HGX H100 4-GPU", "H100", 4),
        ("GB200 NVL72", "GB200", 72),
        ("Standard_ND96isr_H100_v5", "H100", 8),
        ("p5.48xlarge", "H100", 8),
        ("A100 80GB SXM4 x8", "A100", 8),
        ("16x A100", "A100", 16),
        ("ConnectX-7 400G NIC", OUTSIDE, 1),
        ("MCX75310AAS-NEAT", OUTSIDE, 1),
        ("QSFP56 DAC cable 2m", OUTSIDE, 1),
        ("InfiniBand Switch QM9700", OUTSIDE, 1),
    ],
)
def test_words_of_the_trade_mean_a_chip_and_a_number(words: str, chip: str, count: int) -> None:
    match = NAMES.match(words)

    assert match.name is not None, match
    assert [(part.chip.name, part.count) for part in CATALOGUE.parts(match.name)] == [(chip, count)]


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("Dell PowerEdge XE9680", "PowerEdge XE9680 8x H100"),
        ("NVLink bridge for H100", OUTSIDE),
        ("H100 heatsink", OUTSIDE),
        ("H100 cable", OUTSIDE),
        ("H100 40GB", "H100"),
        ("H100 Mystery", "H100"),
        ("A100 or H100", ""),
        ("H100L", ""),
        ("DGX without GPU", ""),
        ("Widget 9000", ""),
        ("cable tester deluxe", OUTSIDE),
        ("8x DGX H100", "H100"),
        ("DGX H100 x 4", "H100"),
        ("4x XE9680 H100", "PowerEdge XE9680 8x H100"),
        ("HGX H100 x8", "H100"),
    ],
)
def test_what_is_not_sure_is_left_open_with_what_it_may_be(words: str, choice: str) -> None:
    match = NAMES.match(words)

    assert match.name is None
    assert choice in match.choices if choice else match.choices == ()


def test_at_least_two_hundred_products_are_known_each_with_a_source() -> None:
    shelf = CATALOGUE.shelf
    assert shelf is not None
    sold = list(shelf.sold())

    assert len(sold) >= 200
    assert all(item.source in shelf.sources and CATALOGUE.parts(name) for item in sold for name in item.names)
    assert all((item.source == "memory") == (item.confidence == "memory") for item in sold)
    assert {"Supermicro", "Dell", "HPE", "Lenovo", "Inspur"} <= {server.maker for server in shelf.servers}


def test_a_name_of_each_product_is_matched_to_what_is_in_it() -> None:
    shelf = CATALOGUE.shelf
    assert shelf is not None

    wrong = [
        (item.name, match.name)
        for item in shelf.sold()
        if (match := NAMES.match(item.name)).name is None or CATALOGUE.parts(match.name)[0].chip.name != item.chip
    ]

    assert wrong == []


def test_the_first_variant_of_a_family_performs_no_less_than_any_other() -> None:
    shelf = CATALOGUE.shelf
    assert shelf is not None
    day = CATALOGUE.days()[-1]
    for family in shelf.families:
        tpp = []
        for variant in family.variants:
            chip = CATALOGUE.find(variant.chip)
            assert chip is not None, variant.chip
            tpp.append(CATALOGUE.at(chip, day).tpp or 0)
        assert tpp[0] == max(tpp), family.words


@pytest.mark.parametrize("typo", ["A10O", "H10O", "A1000", "B20", "L40SX", "H2000", "A80", "MI300", "RTX 409O", "GB20"])
def test_a_hint_never_leads_to_a_lesser_control_where_a_stricter_name_is_near(typo: str) -> None:
    from difflib import get_close_matches

    day = CATALOGUE.days()[-1]
    hint = CATALOGUE.near(typo).partition("`")[2].rpartition("`")[0]
    parts = CATALOGUE.parts(hint)
    zone = STRICT[CATALOGUE.at(parts[0].chip, day).zone] if parts else 0
    near = get_close_matches(typo.casefold(), {name.casefold(): name for name in CATALOGUE.names}, n=3, cutoff=0.6)
    chips = [CATALOGUE.find(name) for name in near]

    assert all(zone <= STRICT[CATALOGUE.at(chip, day).zone] for chip in chips if chip is not None)


def test_a_hint_for_a_server_names_one_with_its_chips() -> None:
    assert CATALOGUE.near("Dell PowerEdge XE9680").startswith(" Did you mean `PowerEdge XE9680 8x ")


def test_goods_without_an_accelerator_perform_nothing_and_say_so() -> None:
    chip = CATALOGUE.find(OUTSIDE)
    assert chip is not None
    facts = CATALOGUE.at(chip, CATALOGUE.days()[-1])

    assert (facts.tpp, facts.zone) == (0, "none")
    assert "outside the rules on chips" in facts.notes[0]
