"""Epoch AI's GPU clusters: the real table where it is at hand, and each of its dirty traits in small."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from compliance.errors import InputError, UsageError
from compliance.imports.epoch.epoch_clusters import EpochImport, import_epoch_clusters, report, write_world
from compliance.imports.epoch.epoch_rows import COLUMNS, FILE, UNKNOWN_CHIP, country_code
from compliance.rulebook.folder import rules_folder
from compliance.units import Interval, interval
from compliance.world.io.load import load_world
from compliance.world.reference.chip_catalogue import Catalogue

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "epoch"
real = pytest.mark.skipif(not (REAL / FILE).exists(), reason=f"{REAL / FILE} is not at hand")


@cache
def catalogue() -> Catalogue:
    return Catalogue.load(rules_folder())


@cache
def real_world() -> EpochImport:
    return import_epoch_clusters(REAL, catalogue())


def row(name: str, **cells: str) -> dict[str, str]:
    """A confirmed cluster of 100 H100 in Malaysia that stands since 2024; `cells` by the column's first words."""
    made = dict.fromkeys(COLUMNS, "")
    made |= {
        "Name": name, "Status": "Existing", "Certainty": "Confirmed", "Single cluster?": "Yes",
        "Chip type (primary)": "NVIDIA H100 SXM5 80GB", "Chip quantity (primary)": "100.0",
        "Country": "Malaysia", "Owner": "Mentari Cloud", "First Operational Date": "2024-01-01",
        "Include in Standard Analysis": "True",
    }  # fmt: skip
    short = {
        "chip": "Chip type (primary)", "quantity": "Chip quantity (primary)", "chip2": "Chip type (secondary)",
        "quantity2": "Chip quantity (secondary)", "total": "Total number of AI chips", "country": "Country",
        "owner": "Owner", "status": "Status", "certainty": "Certainty", "single": "Single cluster?",
        "day": "First Operational Date", "closed": "Decommissioned Date (if applicable)",
        "mw": "Power Capacity (MW)", "builds_upon": "Builds Upon", "superseded_by": "Superseded by",
        "duplicate": "Possible Duplicate", "duplicate_of": "Possible Duplicate Of", "exclude": "Exclude",
        "standard": "Include in Standard Analysis", "location": "Location",
    }  # fmt: skip
    return made | {short[key]: value for key, value in cells.items()}


def imported(folder: Path, *rows: dict[str, str]) -> EpochImport:
    folder.mkdir(exist_ok=True)
    with (folder / FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return import_epoch_clusters(folder, catalogue())


def held(found: EpochImport, day: str | None = None, status: str = "installed") -> dict[str, Interval]:
    """What is open on the day, by chip; with no day, what has no end."""
    totals: dict[str, Interval] = {}
    for holding in found.tables["holdings"]:
        begins = holding["from"] or "0001-01-01"
        stands = begins <= day < (holding["to"] or "9999") if day else not holding["to"]
        if holding["status"] == status and stands:
            assert holding["quantity"], "not known"
            total = totals.get(holding["chip"], Interval.of(0))
            totals[holding["chip"]] = total + interval(holding["quantity"])
    return totals


def only(found: EpochImport, table: str) -> dict[str, str]:
    assert len(found.tables[table]) == 1
    return found.tables[table][0]


def range_of(low: int, high: int) -> Interval:
    return Interval(Fraction(low), Fraction(high))


# ---- the real table


@real
def test_every_one_of_the_786_rows_is_accounted_for() -> None:
    counts = real_world().counts
    kinds = Counter(key.partition(": ")[0] for key in counts)
    assert counts["rows"] == 786 == counts["imported"] + counts["skipped"]
    assert kinds["imported"] == 4
    for whole in ("imported", "skipped"):
        parts = [number for key, number in counts.items() if key.startswith(f"{whole}: ")]
        assert sum(parts) == counts[whole]
    assert len(real_world().skipped) == counts["skipped"]
    assert len({problem.line for problem in real_world().skipped}) == counts["skipped"]


@real
def test_what_is_left_out_and_why_is_known() -> None:
    reasons = {key: number for key, number in real_world().counts.items() if key.startswith("skipped: ")}
    assert reasons == {
        "skipped: possible duplicate": 94,
        "skipped: several places in one row": 21,
        "skipped: unlikely": 17,
        "skipped: closed, with nothing to count": 2,
    }


@real
def test_every_imported_row_is_named_by_a_holding_or_merged_into_a_later_phase() -> None:
    told = {holding["source"].split(";")[0] for holding in real_world().tables["holdings"]}
    merged = real_world().counts["imported"] - len(told)
    assert 0 <= merged <= 5


@real
def test_xai_colossus_is_230_000_chips_and_not_530_000() -> None:
    mine = [h for h in real_world().tables["holdings"] if h["site"] == "xai-colossus-memphis"]
    found = EpochImport({"holdings": mine}, [], [], {})
    assert held(found, "2024-12-31") == {"H100": Interval.of(100_000)}
    assert held(found, "2025-03-01") == {"H100": range_of(100_000, 150_000), "H200": range_of(0, 50_000)}
    assert held(found) == {"H100": Interval.of(200_000), "GB200": Interval.of(30_000)}
    power = [p for p in real_world().tables["site_power"] if p["site"] == "xai-colossus-memphis"]
    assert [(p["facility_mw"], p["from"], p["to"]) for p in power] == [
        ("150", "2024-09-02", "2025-02-18"),
        ("280.28", "2025-02-18", "2025-07-22"),
        ("352.352", "2025-07-22", ""),
    ]


@real
def test_jean_zay_keeps_of_its_v100_what_its_total_leaves() -> None:
    mine = [h for h in real_world().tables["holdings"] if h["site"] == "jean-zay-supercomputer"]
    found = EpochImport({"holdings": mine}, [], [], {})
    assert held(found, "2019-12-31") == {"V100": Interval.of(1_044)}
    assert held(found, "2022-12-31") == {"V100": Interval.of(2_696), "A100": Interval.of(416)}
    now = {"H100": 1_456, "A100": 416, "V100": 3_704 - 1_456 - 416}
    assert held(found) == {chip: Interval.of(number) for chip, number in now.items()}


@real
def test_anonymized_systems_are_places_without_an_owner_in_china() -> None:
    hidden = [site for site in real_world().tables["sites"] if site["name"].startswith("Anonymized")]
    assert len(hidden) == 225
    assert {site["country"] for site in hidden} == {"CN", "HK"}
    assert not any(site["operator"] or site["owner"] for site in hidden)


@real
def test_no_country_is_lost_and_korea_is_the_south() -> None:
    with (REAL / FILE).open(encoding="utf-8-sig", newline="") as file:
        named = {row["Country"] for row in csv.DictReader(file)} - {""}
    codes = {name: country_code(name) for name in named}
    assert all(codes.values()), codes
    assert codes["Korea (Republic of)"] == "KR"
    assert codes["Taiwan"] == "TW"
    assert not {site["country"] for site in real_world().tables["sites"]} & {"KP"}


@real
def test_a_written_world_reads_back_whole_and_the_same_each_time(tmp_path: Path) -> None:
    found = real_world()
    write_world(found, tmp_path / "folder")
    write_world(found, tmp_path / "one.yaml")
    write_world(import_epoch_clusters(REAL, catalogue()), tmp_path / "again")
    world = load_world(tmp_path / "folder")
    assert world.sha256 == load_world(tmp_path / "one.yaml").sha256
    for table, rows in found.tables.items():
        assert len(world.rows(table)) == len(rows)
        first, second = (tmp_path / place / f"{table}.csv" for place in ("folder", "again"))
        assert first.read_bytes() == second.read_bytes()


@real
def test_equivalents_are_ours_and_of_the_right_size() -> None:
    low, high = real_world().equivalents["US"].low, real_world().equivalents["US"].high
    assert 500_000 < low < 700_000
    assert high is not None
    assert 900_000 < high < 1_200_000


@real
def test_the_report_says_what_was_left_out_and_assumed() -> None:
    told = report(real_world())
    assert "786 rows read: 652 imported, 134 left out." in told
    assert "94  possible duplicate" in told
    assert "taken to operate it" in told
    assert "CC BY 4.0" in told
    assert max(len(line) for line in told.splitlines()) < 170


# ---- the dirty traits, each in small


def test_a_confirmed_number_is_exact_and_a_likely_one_is_from_none_to_all(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A"), row("B", certainty="Likely"))
    assert [holding["quantity"] for holding in found.tables["holdings"]] == ["100", "0-100"]


def test_an_anonymized_number_is_what_rounds_to_it(tmp_path: Path) -> None:
    hidden = {"chip": "", "owner": "", "country": "China"}
    found = imported(
        tmp_path,
        row("Anonymized Chinese System", quantity="500.0", **hidden),
        row("Anonymized Chinese System", quantity="1000.0", **hidden),
        row("Anonymized Chinese System", quantity="30000.000000000004", certainty="Likely", **hidden),
    )
    assert [h["quantity"] for h in found.tables["holdings"]] == ["450-550", "950-1500", "0-35000"]
    assert {h["chip"] for h in found.tables["holdings"]} == {UNKNOWN_CHIP}
    assert [site["id"] for site in found.tables["sites"]] == [
        f"anonymized-chinese-system-00{number}" for number in (1, 2, 3)
    ]


def test_a_missing_number_stays_missing_though_power_and_cost_would_suggest_one(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A", quantity="", mw="30.0"), row("B", quantity="", chip="", mw="2.5"))
    assert [(h["chip"], h["quantity"]) for h in found.tables["holdings"]] == [("H100", ""), (UNKNOWN_CHIP, "")]
    assert [site["facility_mw"] for site in found.tables["sites"]] == ["30", "2.5"]
    assert not any(site["it_mw"] for site in found.tables["sites"])


def test_a_later_phase_adds_only_what_is_new(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        row("Hall Phase 2", quantity="250.0", day="2025-01-01", builds_upon="Hall Phase 1"),
        row("Hall Phase 1", superseded_by="Hall Phase 2"),
    )
    assert only(found, "sites")["name"] == "Hall"
    assert held(found, "2024-06-01") == {"H100": Interval.of(100)}
    assert held(found) == {"H100": Interval.of(250)}


def test_one_link_of_two_is_enough(tmp_path: Path) -> None:
    first, second = row("Hall Phase 1"), row("Hall Phase 2", quantity="250.0", day="2025-01-01")
    for link in ({"superseded_by": "Hall Phase 2"}, {"builds_upon": "Hall Phase 1"}):
        linked = row("Hall Phase 1", **link) if "superseded_by" in link else first
        later = row("Hall Phase 2", quantity="250.0", day="2025-01-01", **link) if linked is first else second
        assert held(imported(tmp_path, linked, later)) == {"H100": Interval.of(250)}


def test_a_phase_that_replaces_other_chips_ends_them(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        row("Hall Phase 1", chip="NVIDIA V100"),
        row("Hall Phase 2", quantity="40.0", day="2025-01-01", builds_upon="Hall Phase 1"),
    )
    assert held(found, "2024-06-01") == {"V100": Interval.of(100)}
    assert held(found) == {"H100": Interval.of(40)}


def test_a_likely_phase_leaves_open_whether_the_old_chips_still_stand(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        row("Hall Phase 1", chip="NVIDIA V100"),
        row("Hall Phase 2", quantity="40.0", day="2025-01-01", certainty="Likely", builds_upon="Hall Phase 1"),
    )
    assert held(found) == {"V100": range_of(0, 100), "H100": range_of(0, 40)}


def test_two_clusters_folded_into_one_are_both_netted(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        row("A", superseded_by="C"),
        row("B", quantity="50.0", superseded_by="C", day="2024-02-01"),
        row("C", quantity="180.0", day="2025-01-01"),
    )
    assert held(found, "2024-06-01") == {"H100": Interval.of(150)}
    assert held(found) == {"H100": Interval.of(180)}


def test_a_plan_adds_above_what_stands_and_counts_no_power(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        row("Hall Phase 1", mw="2.0"),
        row("Hall Phase 2", quantity="160.0", status="Planned", day="", mw="3.0", builds_upon="Hall Phase 1"),
    )
    assert held(found) == {"H100": Interval.of(100)}
    assert held(found, status="planned") == {"H100": Interval.of(60)}
    site = only(found, "sites")
    assert (site["facility_mw"], site["x_planned_facility_mw"]) == ("2", "3")


def test_a_place_that_is_only_planned_has_no_megawatts_yet(tmp_path: Path) -> None:
    site = only(imported(tmp_path, row("A", status="Planned", day="", mw="3.0")), "sites")
    assert (site["it_mw"], site["facility_mw"], site["x_planned_facility_mw"]) == ("0", "0", "3")


def test_chips_of_unknown_kind_are_first_those_that_stood_there(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        row("Hall Phase 1"),
        row("Hall Phase 2", chip="", quantity="160.0", status="Planned", day="", builds_upon="Hall Phase 1"),
    )
    assert held(found, status="planned") == {UNKNOWN_CHIP: Interval.of(60)}


def test_a_possible_duplicate_is_kept_out_and_reported(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A"), row("Paper", duplicate="True", duplicate_of="A"))
    assert held(found) == {"H100": Interval.of(100)}
    assert [(p.line, p.message) for p in found.skipped] == [(3, "possible duplicate: `Paper` of `A`")]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"exclude": "True"}, "excluded"),
        ({"certainty": "Unlikely"}, "unlikely"),
        ({"single": "No"}, "several places in one row"),
        ({"standard": ""}, "outside Epoch's analysis"),
        ({"status": "Decommissioned", "chip": "", "quantity": ""}, "closed, with nothing to count"),
        ({"status": "Running"}, "cannot be read"),
        ({"quantity": "about 100"}, "cannot be read"),
        ({"quantity": "100.5"}, "cannot be read"),
        ({"day": "2024-13-01"}, "cannot be read"),
    ],
)
def test_a_row_is_left_out_with_its_reason(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    found = imported(tmp_path, row("A", **cells), row("B"))
    assert found.counts[f"skipped: {reason}"] == 1
    assert found.counts["rows"] == 2 == found.counts["imported"] + found.counts["skipped"]
    assert only(found, "sites")["id"] == "b"


def test_a_row_left_out_does_not_cut_its_cluster_in_two(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        row("Hall Phase 1"),
        row("Hall Phase 2", quantity="200.0", builds_upon="Hall Phase 1", certainty="Unlikely"),
        row("Hall Phase 3", quantity="300.0", builds_upon="Hall Phase 2", day="2025-01-01"),
    )
    assert held(found) == {"H100": Interval.of(300)}


def test_a_closed_cluster_stood_until_its_day_and_is_retired_after(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A", status="Decommissioned", closed="2025-07"))
    assert held(found, "2025-07-31") == {"H100": Interval.of(100)}
    assert held(found, "2025-08-01") == {}
    assert held(found, "2025-08-01", "retired") == {"H100": Interval.of(100)}
    assert only(found, "sites")["to"] == "2025-08-01"


def test_several_owners_are_one_holder_with_shares_that_no_one_knows(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A", owner="Microsoft,G42"), row("B", owner="G42,Microsoft"))
    holder = {site["operator"] for site in found.tables["sites"]}
    assert holder == {"g42-and-microsoft"}
    assert [(stake["owner"], stake["percent"]) for stake in found.tables["stakes"]] == [
        ("g42", "unknown"),
        ("microsoft", "unknown"),
    ]
    companies = {company["id"]: company for company in found.tables["companies"]}
    assert companies["g42"]["headquarters"] == "AE"
    assert "headquarters" not in companies["g42-and-microsoft"]


def test_an_empty_owner_is_a_place_without_operator_and_said_so(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A", owner=""))
    assert only(found, "sites")["operator"] == ""
    assert "1 rows name no owner: such a place has no operator." in found.notes


def test_aliases_are_one_company_with_a_source_for_its_headquarters(tmp_path: Path) -> None:
    company = only(imported(tmp_path, row("A", owner="Meta AI"), row("B", owner="Meta")), "companies")
    assert company["id"] == "meta-platforms"
    assert company["headquarters"] == "US"
    assert company["x_headquarters_source"]
    assert company["x_headquarters_confidence"] == "secondary"


def test_an_owner_that_no_table_knows_has_no_headquarters(tmp_path: Path) -> None:
    company = only(imported(tmp_path, row("A", owner="Mentari Cloud")), "companies")
    assert company["name"] == "Mentari Cloud"
    assert company["headquarters"] == ""


def test_second_chips_are_holdings_of_their_own(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A", chip2="NVIDIA GB200", quantity2="72.0", total="172.0"))
    assert held(found) == {"H100": Interval.of(100), "GB200": Interval.of(72)}


def test_a_total_above_the_named_chips_is_of_unknown_kind(tmp_path: Path) -> None:
    assert held(imported(tmp_path, row("A", total="130.0"))) == {
        "H100": Interval.of(100),
        UNKNOWN_CHIP: Interval.of(30),
    }


def test_a_chip_that_the_catalogue_lacks_is_of_unknown_kind_and_reported(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A", chip="NVIDIA Abacus 9"))
    assert held(found) == {UNKNOWN_CHIP: Interval.of(100)}
    assert any("`NVIDIA Abacus 9` is not in the catalogue" in note for note in found.notes)


@pytest.mark.parametrize("name", ["Korea", "Atlantis", "Korea (North or South)"])
def test_a_country_that_is_not_sure_is_left_empty_and_reported(tmp_path: Path, name: str) -> None:
    found = imported(tmp_path, row("A", country=name))
    assert only(found, "sites")["country"] == ""
    assert any(f"the country `{name}` is not known" in note for note in found.notes)


def test_equivalents_are_computed_from_the_catalogue(tmp_path: Path) -> None:
    found = imported(tmp_path, row("A", chip="NVIDIA A100"), row("B"), row("C", certainty="Likely"))
    tpp = {
        name: catalogue().at(chip, date(2024, 1, 1)).tpp
        for name in ("A100", "H100")
        if (chip := catalogue().find(name))
    }
    share = Fraction(tpp["A100"] or 0, tpp["H100"] or 1)
    assert found.equivalents == {"MY": Interval(100 * share + 100, 100 * share + 200)}


def test_equivalents_leave_out_what_is_gone_planned_or_not_known(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        row("Hall Phase 1", chip="NVIDIA V100"),
        row("Hall Phase 2", quantity="40.0", day="2025-01-01", builds_upon="Hall Phase 1"),
        row("Plan", status="Planned", day=""),
        row("Bare", quantity=""),
        row("Closed", status="Decommissioned", closed="2024-12-31"),
    )
    assert found.equivalents == {"MY": Interval.of(40)}


# ---- what cannot be read or written at all


def test_a_folder_without_the_table_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gpu_clusters\.csv: does not exist"):
        import_epoch_clusters(tmp_path, catalogue())


def test_another_table_is_refused_by_the_columns_it_lacks(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("Name,Statuss\nA,Existing\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"gpu_clusters\.csv:1: has no column `Status`.*Did you mean `Statuss`"):
        import_epoch_clusters(tmp_path, catalogue())


def test_nothing_is_written_over_a_folder_that_holds_something(tmp_path: Path) -> None:
    found = imported(tmp_path / "epoch", row("A"))
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "mine.txt").write_text("keep")
    with pytest.raises(UsageError, match="is there already"):
        write_world(found, tmp_path / "world")
    assert [path.name for path in (tmp_path / "world").iterdir()] == ["mine.txt"]


def test_nothing_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = imported(tmp_path / "epoch", row("A"))
    (tmp_path / "old.yaml").write_text("companies: []\n")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    for place in ("world", "old.yaml"):
        with pytest.raises(UsageError, match="no space left"):
            write_world(found, tmp_path / place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch", "old.yaml"]
    assert (tmp_path / "old.yaml").read_text() == "companies: []\n"


def test_a_world_is_not_written_under_an_ending_it_cannot_have(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="goes to a folder"):
        write_world(imported(tmp_path, row("A")), tmp_path / "world.xlsx")
