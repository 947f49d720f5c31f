"""Total processing performance, density, control zone and routes, by date; names, overrides and products."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from compliance.errors import InputError, UsageError
from compliance.rulebook.folder import rules_folder
from compliance.world.reference.chip_catalogue import Catalogue, ChipFacts
from compliance.world.reference.control_parameters import Range

DAY = date(2025, 6, 1)
RULES = rules_folder()


@dataclass(frozen=True)
class Origin:
    file: str = "world.yaml"
    line: int = 7


@dataclass(frozen=True, eq=False)
class Row:
    """A row as a world gives it."""

    name: str
    throughput: dict[str, Fraction] | None = None
    aliases: tuple[str, ...] = ()
    die_area_mm2: Fraction | None = None
    non_planar: bool | None = True
    memory_bandwidth_gbs: Fraction | None = None
    interconnect_gbs: Fraction | None = None
    power_kw: Fraction | None = None
    data_center: bool | None = None
    designer_country: str | None = None
    published_tpp: Fraction | None = None
    from_: date | None = None
    origin: Origin = Origin()


@dataclass(frozen=True)
class Product:
    name: str
    chip: str
    count: int
    origin: Origin = Origin()


def row(name: str = "c", area: str | None = None, **figures: object) -> Row:
    formats = {key: Fraction(str(figures.pop(key))) for key in list(figures) if key[0].isupper()}
    die = None if area is None else Fraction(area)
    return Row(name, formats or None, die_area_mm2=die, **figures)  # type: ignore[arg-type]


def facts(given: Row, day: date = DAY) -> ChipFacts:
    catalogue = Catalogue.load(RULES, [given])
    chip = catalogue.find(given.name)
    assert chip is not None
    return catalogue.at(chip, day)


def of(name: str, day: date = DAY) -> ChipFacts:
    catalogue = Catalogue.load(RULES)
    chip = catalogue.find(name)
    assert chip is not None, name
    return catalogue.at(chip, day)


@pytest.mark.parametrize(
    ("given", "tpp", "zone"),
    [
        (row(FP8=600, area="9600", data_center=True), 4_800_000, "a"),
        (row(FP8="599.875", area="9600", data_center=True), 4_799_000, "none"),
        (row(INT8=200, area="270.27", data_center=True), 1_600_000, "a"),
        (row(INT8="231.25", area="312.5", data_center=True), 1_850_000, "a"),
        (row(INT8=200, area="270.28", data_center=True), 1_600_000, "b"),
        (row(INT8="199.875", area="1", data_center=True), 1_599_000, "none"),
        (row(FP8=300, area="1500", data_center=True), 2_400_000, "b"),
        (row(FP8=300, area="1500.01", data_center=True), 2_400_000, "none"),
        (row(INT8=200, area="500", data_center=True), 1_600_000, "b"),
        (row(INT8=200, area="500.01", data_center=True), 1_600_000, "none"),
        (row(INT8="299.875", area="752", data_center=True), 2_399_000, "none"),
        (row(INT8="299.3", area="628.4", data_center=True), 2_394_400, "b"),
        (row(FP8=1979, FP8_sparse=3958, area="814", data_center=True), 15_832_000, "a"),
    ],
)
def test_the_corners_of_both_zones(given: Row, tpp: int, zone: str) -> None:
    found = facts(given)
    assert (found.tpp, found.zone) == (tpp, zone)


def test_a_range_holds_its_lower_end_and_not_its_upper_one() -> None:
    asked = Range.model_validate({"at_least": "1.6", "under": "5.92"})
    held = [asked.holds(Fraction(value)) for value in ("1.59", "1.6", "5.919", "5.92")]
    assert held == [False, True, True, False]


def test_density_is_exact() -> None:
    assert facts(row(INT8="299.875", area="752", data_center=True)).density == Fraction(2399, 752)
    assert facts(row(INT8="231.25", area="312.5", data_center=True)).density == Fraction("5.92")


def test_performance_is_the_highest_product_over_all_formats() -> None:
    found = facts(row(FP8=1835, BF16=1835, data_center=True))
    assert (found.tpp, found.basis) == (29_360_000, "BF16 1835 x 16")
    assert facts(row(FP64=10, FP32=10, data_center=True)).tpp == 640_000


@pytest.mark.parametrize(
    ("given", "zone"),
    [
        (row(FP8=600), "a"),
        (row(FP8=599), None),
        (row(FP8=599, area="100"), None),
        (row(FP8=599, data_center=True), None),
        (row(FP8=599, data_center=False), "none"),
        (row(FP8=250, area="2000"), "none"),
        (row(FP8=199), "none"),
        (row(), None),
    ],
)
def test_a_missing_figure_leaves_the_zone_open_only_where_it_decides(given: Row, zone: str | None) -> None:
    assert facts(given).zone == zone


def test_a_planar_chip_has_no_density_and_meets_no_limit_on_it() -> None:
    found = facts(row(FP8=500, area="10", non_planar=False, data_center=True))
    assert (found.density, found.zone) == (None, "none")
    assert facts(row(FP8=500, area="10", data_center=True)).zone == "a"


def test_a_game_card_over_the_limit_is_in_zone_a_with_two_routes_and_under_it_in_none() -> None:
    over = of("RTX 4090")
    assert (over.tpp, over.zone, over.routes, over.data_center) == (5_284_800, "a", ("NAC", "ACA"), False)
    under = of("RTX 4090 D")
    assert (under.zone, under.routes) == ("none", ())
    assert of("H100").routes == ()


def test_a_route_that_may_be_open_is_said_and_not_given() -> None:
    found = facts(row(FP8=600))
    assert found.routes == ()
    assert any("NAC, ACA" in note for note in found.notes)
    assert not any("NAC" in note for note in facts(row(FP8=600, data_center=True)).notes)


def test_before_november_2023_the_link_decides_and_before_october_2022_nothing() -> None:
    last, first = date(2023, 11, 16), date(2023, 11, 17)
    assert [of("A800", day).zone for day in (last, first)] == ["none", "a"]
    days = (date(2022, 10, 20), date(2022, 10, 21), last)
    assert [of("A100", day).zone for day in days] == ["none", "a", "a"]
    assert [of("L4", day).zone for day in (last, first)] == ["none", "a"]
    assert of("RTX 4090", last).routes == ()
    assert facts(row(FP8=600), last).zone is None
    assert facts(row(FP8=600, interconnect_gbs=Fraction(600)), last).zone == "a"
    assert facts(row(FP8=600, interconnect_gbs=Fraction("599.9")), last).zone == "none"
    assert facts(row(FP8=599), last).zone == "none"


def test_the_days_are_those_of_the_parameters_and_of_the_world_s_own_figures() -> None:
    assert Catalogue.load(RULES).days() == (date(2022, 10, 21), date(2023, 11, 17))
    assert date(2025, 3, 1) in Catalogue.load(RULES, [row(FP8=1, from_=date(2025, 3, 1))]).days()


@pytest.mark.parametrize(
    ("name", "tpp", "zone"),
    [
        ("A100", 4_992_000, "a"), ("A800", 4_992_000, "a"), ("A30", 2_640_000, "b"), ("A40", 2_394_400, "b"),
        ("A10", 2_000_000, "none"), ("H100", 15_824_000, "a"), ("H800 SXM", 15_824_000, "a"),
        ("H200 SXM", 15_824_000, "a"), ("H100 PCIe", 12_104_000, "a"), ("H100 NVL", 13_368_000, "a"),
        ("H200 NVL", 13_368_000, "a"), ("H20", 2_368_000, "none"), ("L40S", 5_864_000, "a"),
        ("L40", 2_896_000, "b"), ("L20", 1_912_000, "none"), ("L4", 1_940_000, "a"),
        ("L2", 1_544_000, "none"), ("MI300A", 15_689_600, "a"), ("B300", 56_000_000, "a"),
        ("RTX 4090", 5_284_800, "a"), ("RTX 4090 D", 4_707_200, "none"), ("RTX 5090", 6_704_000, "a"),
        ("RTX 5090 D", 4_750_000, "none"), ("B200", 36_000_000, "a"), ("GB200", 40_000_000, "a"),
        ("GB300", 60_000_000, "a"), ("MI210", 2_896_000, "b"), ("MI250X", 6_128_000, "a"),
        ("MI300X", 20_919_200, "a"), ("MI325X", 20_919_200, "a"), ("MI308X", None, None),
        ("MI355X", 60_397_800, "a"), ("Gaudi 2", 7_200_000, "a"), ("Gaudi 3", 29_360_000, "a"),
        ("TPU v4", 4_400_000, "a"), ("TPU v5e", 3_152_000, "a"), ("TPU v5p", 7_344_000, "a"),
        ("Trainium1", 3_610_000, None), ("Trainium2", 10_672_000, "a"), ("V100", 2_000_000, "none"),
        ("K20X", 125_920, "none"), ("P100", 339_520, "none"), ("Ascend 910B", 6_016_000, "a"),
    ],
)  # fmt: skip
def test_the_catalogue_agrees_with_the_fact_sheet(name: str, tpp: int | None, zone: str | None) -> None:
    found = of(name)
    assert (found.tpp, found.zone) == (tpp, zone)


def test_the_h100_is_989_dense_fp16_and_says_which_others_are_published() -> None:
    found = of("H100")
    assert found.basis == "FP16 989 x 16"
    assert "15,831" in found.notes[0]
    assert found.power_watts == 1400
    assert found.designer_country == "US"


def test_a_figure_of_tf32_is_marked_since_its_bit_length_is_not_verified() -> None:
    found = of("Trainium1")
    assert found.basis == "TF32 190 x 19"
    assert found.confidence == "memory"
    assert any("TF32" in note for note in found.notes)


def test_names_are_found_without_case_spaces_and_hyphens_and_with_their_maker() -> None:
    catalogue = Catalogue.load(RULES)
    for name in ("h100", "H-100", "NVIDIA H100", "nvidia h100 SXM5 80GB", "H100 SXM", "H100-SXM5-80GB"):
        assert catalogue.find(name) is catalogue.find("H100")
    assert catalogue.find("H10") is None
    assert catalogue.near("H10O") == " Did you mean `H100`?"
    assert len(catalogue.names) >= 40


def test_a_product_is_its_chips_and_a_chip_is_one() -> None:
    catalogue = Catalogue.load(RULES, products=[Product("HGX8", "h100 sxm", 8)])
    h100 = catalogue.find("H100")
    assert catalogue.expand("hgx-8") == (h100, 8)
    assert catalogue.expand("DGX H100") == (h100, 8)
    assert catalogue.expand("H100") == (h100, 1)
    assert catalogue.expand("nothing") is None


def test_a_product_with_several_kinds_of_chips_has_parts_and_no_one_count() -> None:
    catalogue = Catalogue.load(RULES, products=[Product("both", "H100", 4), Product("both", "L4", 2)])
    assert [(part.chip.name, part.count) for part in catalogue.parts("both")] == [("H100", 4), ("L4", 2)]
    with pytest.raises(UsageError, match="several kinds"):
        catalogue.expand("both")


def test_a_world_s_chip_replaces_the_catalogue_s_under_all_its_names() -> None:
    catalogue = Catalogue.load(RULES, [row("H100", FP8=100, data_center=True)])
    chip = catalogue.find("NVIDIA H100 SXM5 80GB")
    assert chip is not None
    found = catalogue.at(chip, DAY)
    assert (found.tpp, found.density, found.power_watts) == (800_000, None, None)
    assert catalogue.expand("DGX H100") == (chip, 8)


def test_a_world_s_chip_without_throughput_changes_only_what_it_gives() -> None:
    found = facts(row("H100", power_kw=Fraction("1.5")))
    assert (found.tpp, found.power_watts, found.zone) == (15_824_000, 1500, "a")


def test_figures_apply_from_their_day() -> None:
    given = [row("H100", FP8=100, from_=date(2025, 6, 1)), row("new", FP8=600, from_=date(2025, 6, 1))]
    catalogue = Catalogue.load(RULES, given)
    h100, new = catalogue.find("H100"), catalogue.find("new")
    assert h100 is not None
    assert new is not None
    assert [catalogue.at(h100, day).tpp for day in (date(2025, 5, 31), DAY)] == [15_824_000, 800_000]
    assert [catalogue.at(new, day).tpp for day in (date(2025, 5, 31), DAY)] == [None, 4_800_000]
    assert catalogue.at(new, date(2025, 5, 31)).zone is None


def test_a_published_performance_counts_only_where_throughput_is_not_public_and_is_said() -> None:
    found = facts(row(published_tpp=Fraction("4800.5")))
    assert (found.tpp, found.zone, found.basis) == (4_800_500, "a", "published")
    assert any("published performance of 4800.5 TPP" in note for note in found.notes)
    both = facts(row(FP8=100, published_tpp=Fraction(4800)))
    assert (both.tpp, both.basis) == (800_000, "FP8 100 x 8")
    sparse = facts(row(FP8_sparse=100, published_tpp=Fraction(4800)))
    assert (sparse.tpp, sparse.basis) == (4_800_000, "published")


def test_performance_is_rounded_up_to_a_thousandth_and_says_so() -> None:
    found = facts(row(FP8="0.0001"))
    assert found.tpp == 1
    assert any("rounded up" in note for note in found.notes)


def test_mistakes_have_their_place_and_a_near_name() -> None:
    bad = [row("x", FP9=1), row("y", FP8=1), row("y", FP8=2), row("z", FP8=1, aliases=("y",))]
    with pytest.raises(InputError) as wrong:
        Catalogue.load(RULES, bad, [Product("p", "H1O0", 8), Product("x", "H100", 8), Product("q", "DGX H100", 2)])
    said = str(wrong.value)
    assert "world.yaml:7: `x`: the bit length of `FP9` is not known. Did you mean `FP" in said
    assert "`y` is described twice from the same day" in said
    assert "the alias `y` of `z` is another chip's name too" in said
    assert "no chip `H1O0` is known. Did you mean `H100`?" in said
    assert "`DGX H100` is a product and no chip; name the chips that it holds: `H100` with the count 16" in said
    assert "the product `x` is also a chip of this world" in said


def test_limits_and_bit_lengths_are_data(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    for name in ("chips.yaml", "control_zones.yaml"):
        text = (RULES / "shared" / name).read_text(encoding="utf-8")
        text = text.replace("{at_least: 4800}", "{at_least: 20000}")
        text = text.replace("FP16: {bits: 16", "FP16: {bits: 12")
        (tmp_path / "shared" / name).write_text(text, encoding="utf-8")
    catalogue = Catalogue.load(tmp_path, [row(FP16=1000)])
    chip = catalogue.find("c")
    assert chip is not None
    found = catalogue.at(chip, DAY)
    assert (found.tpp, found.zone) == (12_000_000, None)


def test_a_catalogue_that_names_two_chips_alike_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    for name in ("chips.yaml", "control_zones.yaml"):
        text = (RULES / "shared" / name).read_text(encoding="utf-8")
        (tmp_path / "shared" / name).write_text(text.replace('"A100 PCIe"', '"A-100"'), encoding="utf-8")
    with pytest.raises(InputError, match=r"chips\.yaml.*`A-100` and `A100` share the name `a100`"):
        Catalogue.load(tmp_path)


def test_a_catalogue_is_made_once_for_as_long_as_files_and_rows_are_the_same(tmp_path: Path) -> None:
    shutil.copytree(RULES / "shared", tmp_path / "shared")
    first = Catalogue.load(tmp_path)
    assert Catalogue.load(tmp_path) is first
    assert Catalogue.load(tmp_path, [Row("NX-1")]) is not first

    file = tmp_path / "shared" / "chips.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# read again\n", encoding="utf-8")
    assert Catalogue.load(tmp_path) is not first
