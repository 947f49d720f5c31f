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
        ("MCX75310AAS-NEAT ConnectX-7 adapter card 400GbE OSFP", OUTSIDE, 1),
        ("Server rail kit 2U", OUTSIDE, 1),
        ("NVIDIA GB200 NVL72", "GB200", 72),
        ("GB300 NVL72 rack, liquid cooled", "GB300", 72),
        ("Ascend 910B 8-card server", "Ascend 910B", 8),
        ("英伟达H100 8卡服务器", "H100", 8),
        ("DGX H100 8x H100 80GB", "H100", 8),
        ("NVIDIA H100 PCIe Gen5 80 GB 350 W dual slot", "H100 PCIe", 1),
        ("A100 80GB PCIe 4.0 x16 2-slot", "A100 PCIe", 1),
        ("1x DGX H100", "H100", 8),
        ("NVIDIA RTX PRO 6000 Blackwell Workstation Edition 96GB GDDR7", "RTX PRO 6000 Blackwell", 1),
        ("8x RTX PRO 6000", "RTX PRO 6000 Blackwell", 8),
        ("AWS Trainium2 chip", "Trainium2", 1),
        ("Cambricon MLU370-X8", "MLU370-X8", 1),
        ("AMD Instinct MI308", "MI308X", 1),
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
        ("DGX without GPU", "DGX H100"),
        ("Widget 9000", ""),
        ("cable tester deluxe", OUTSIDE),
        ("8x DGX H100", "64x H100"),
        ("DGX H100 x 4", "32x H100"),
        ("4x XE9680 H100", "32x H100"),
        ("HGX H100 x8", "64x H100"),
    ],
)
def test_what_is_not_sure_is_left_open_with_what_it_may_be(words: str, choice: str) -> None:
    match = NAMES.match(words)

    assert match.name is None
    assert choice in match.choices if choice else match.choices == ()


@pytest.mark.parametrize(
    "words",
    [
        "8-GPU server w/ ConnectX-7", "Rack with PDU, 72 GPUs", "Accelerator card with cable", "Huawei AI card + cable",
        "Instinct platform with NIC", "GPU with SSD",
        "DGX SuperPOD incl. Quantum-2 switches", "Gaudi server incl. cables",
        "GPU-Server 8fach inkl. Kabel", "AI服务器 (含网卡)", "八卡服务器 含线缆",
        "Serveur GPU avec câble", "Servidor con cable",
        "SXM5 module + cable", "NVL rack with PDU", "MCX75310AAS-NEAT + 8 GPU server", "PCIe card with cable",
        "GPU サーバー、ケーブル付", "Server, 1 TB DDR5, 7.68TB SSD",
        "8 accelerators with cables", "HGX tray, DAC cable",
        "Compute node with switch", "Tesla cable",
    ],
)  # fmt: skip
def test_goods_beside_what_may_hold_an_accelerator_are_asked_with_accelerators_first(words: str) -> None:
    match = NAMES.match(words)
    day = CATALOGUE.days()[-1]
    offered = [CATALOGUE.parts(name)[0].chip for name in match.choices]
    tpp = [CATALOGUE.at(chip, day).tpp or 0 for chip in offered]

    assert match.name is None
    assert match.choices[0] != OUTSIDE
    assert match.choices[-1] == OUTSIDE
    assert CATALOGUE.at(offered[0], day).zone == "a"
    assert tpp[0] == max(tpp)


@pytest.mark.parametrize(
    ("words", "several"),
    [
        ("4 DGX H100 systems", "32x H100"), ("DGX H100 (4 nodes)", "32x H100"), ("Rack w/ 4 DGX H100", "32x H100"),
        ("4 units HGX H200 8-GPU", "32x H200"), ("HGX H200 8-GPU - 4 units", "32x H200"), ("DGX H200 [4]", "32x H200"),
        ("DGX A100 640GB 20 nodes", "160x A100"),
        ("10 H100 PCIe", "10x H100 PCIe"), ("H100 PCIe (10)", "10x H100 PCIe"),
        ("H100 NVL (2 cards)", "2x H100 NVL"), ("A30 (2 cards)", "2x A30"), ("HGX H100 8-GPU (pair)", "16x H100"),
        ("Rack 8x DGX H100 GPUs 64", "64x H100"),
        ("SuperPOD 32x DGX H100", "256x H100"), ("Dual H100 PCIe", "2x H100 PCIe"),
        ("GB200 NVL72 (2 racks)", "144x GB200"), ("900-21010-0000-000 bulk 100", "100x H100 PCIe"),
        ("Atlas 800T A2 x 4", "32x Ascend 910B"), ("H100 PCIe 1.000", "H100 PCIe"),
    ],
)  # fmt: skip
def test_a_number_that_may_say_how_many_is_asked_with_the_larger_first(words: str, several: str) -> None:
    match = NAMES.match(words)

    assert match.name is None
    assert match.choices[0] == several


def test_brands_offer_what_the_catalogue_has() -> None:
    shelf = CATALOGUE.shelf
    assert shelf is not None

    assert [name for brand in shelf.brands for name in brand.holds if not CATALOGUE.exact_parts(name)] == []
    assert shelf.brands[-1].words == ()


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


@pytest.mark.parametrize(
    "words",
    [
        "NVIDIA RTX PRO 6000 Blackwell Server Edition", "RTX PRO 6000 Max-Q 96GB", "RTX PRO 6000D 84GB",
        "RTX PRO 6000 D",        "NVIDIA RTX 6000D", "RTX PRO 5000 Blackwell 48GB", "NVIDIA RTX 5000 Ada Generation",
        "RTX A6000 Ada", "RTX 5880 Ada",
    ],
)  # fmt: skip
def test_a_product_without_figures_is_never_taken_for_another_and_says_why(words: str) -> None:
    match = NAMES.match(words)

    assert match.name is None
    assert match.told
    assert match.told[1:] in CATALOGUE.near(words)


def test_the_turing_card_is_still_known_by_its_number() -> None:
    assert NAMES.match("NVIDIA Quadro RTX 5000 16GB").name == "Quadro RTX 5000"
