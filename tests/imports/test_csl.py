"""The Consolidated Screening List in its layouts, and who of a world is on it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance import Order, audit, load_packs, load_world, screen
from compliance.errors import InputError
from compliance.imports.import_report import ImportReport
from compliance.imports.lists.csl import import_csl, listed_parties
from compliance.imports.lists.list_matching import LIKELY, Parties
from compliance.imports.lists.match_decisions import Verdict, read_verdicts
from compliance.imports.lists.matched_world import MatchedListings, match, write_matched
from compliance.imports.open_file import LONGEST
from compliance.world.world import World
from tests.packs import on

from .reading import Imported, shared

GIVEN = Path(__file__).parent / "given"
LAYOUTS = ("consolidated.json", "consolidated.csv")
DAY = date(2026, 1, 1)
WORLD: dict[str, list[dict[str, Any]]] = {
    "companies": [
        {"id": "lotus", "name": "Blue Lotus Microelectronic Company Limited", "headquarters": "CN"},
        {"id": "stream", "name": "Something Else", "lei": "001GPB6A9XPE8XJICC14"},
        {"id": "potok", "name": "Quite Different", "registration": "1155190012345", "headquarters": "RU"},
        {"id": "abroad", "name": "Another", "registration": "1155190012345", "headquarters": "MY"},
        {"id": "one", "name": "Propco 1 Pte Ltd"},
        {"id": "two", "name": "Propco 2 Pte Ltd"},
        {"id": "johan", "name": "Johan Doe"},
    ],
    "people": [{"id": "jd", "name": "Johan Doe"}],
}


def csl(path: Path, folder: Path) -> Imported:
    return Imported(lambda gathering: import_csl(path, gathering), folder / "world")


def parties() -> Parties:
    return Parties(listed_parties(GIVEN / LAYOUTS[0], ImportReport("")))


def matched(world: World, verdicts: str = "", folder: Path | None = None, likely: int = LIKELY) -> MatchedListings:
    decided = {}
    if verdicts and folder is not None:
        path = folder / "matches.yaml"
        path.write_text(verdicts, encoding="utf-8")
        decided = dict(read_verdicts(path, world))
    return match(world, parties(), decided, DAY, likely)


def found(made: MatchedListings) -> list[tuple[str, str]]:
    return [(c.party, c.listed_name) for c in made.undecided]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layouts_of_the_government_make_the_same_world(layout: str, tmp_path: Path) -> None:
    made = csl(GIVEN / layout, tmp_path)

    assert [
        (n, a, c, lei, r)
        for n, a, c, lei, r in made.rows("companies", "name", "aliases", "x_countries", "lei", "registration")
    ] == [
        ("Propco 2 Pte Ltd", "", "", "", ""),
        ("Blue Lotus Microelectronics Co., Ltd.", "Lanlian Microelectronics; Blue Lotus Micro", "CN", "", ""),
        ("SEVERNY POTOK OOO", "NORTHERN STREAM LLC", "RU", "001GPB6A9XPE8XJICC14", "1155190012345"),
    ]
    assert made.rows("people", "id", "name") == [("ofac-90002", "DOE, Johan")]
    assert sorted(made.rows("listings", "list", "program", "license_policy", "country", "from", "to")) == [
        ("DPL", "", "", "", "2020-01-01", "2030-01-02"),
        ("EntityList", "", "Presumption of denial", "CN", "2024-12-05", ""),
        ("NS-MBS", "RUSSIA-EO14024", "", "", "", ""),
        ("SDN", "RUSSIA-EO14024; NPWMD", "", "RU", "", ""),
        ("SDN", "SDGT", "", "", "", ""),
    ]
    assert made.account.skipped["no party: vessel"] == 1
    assert made.account.skipped["a row that cannot be read"] == (layout == "consolidated.json")


def test_the_lists_that_were_read_are_told_as_loaded(tmp_path: Path) -> None:
    made = csl(GIVEN / "consolidated.csv", tmp_path)

    loaded = dict(made.rows("screening_lists", "list", "rows"))
    assert loaded == {name: str(count) for name, count in made.account.lists.items()}
    assert {"SDN", "DPL", "EntityList"} <= loaded.keys()


def test_the_whole_list_makes_a_world_that_loads(tmp_path: Path) -> None:
    made = csl(shared("csl/screening_list_2026-07-31.parquet"), tmp_path)

    assert made.account.read["rows"] == 25_921
    assert made.account.skipped == {"no party: vessel": 1_524, "no party: aircraft": 344}
    assert len(made.world.rows("listings")) == 25_921 - 1_524 - 344
    smic = [row for row in made.rows("companies", "name", "x_countries") if row[0].startswith("SMIC Northern")]
    assert smic == [("SMIC Northern Integrated Circuit Manufacturing (Beijing) Co., Ltd.", "CN")]


def test_an_identifier_decides_and_a_name_does_not() -> None:
    made = matched(World.of(**WORLD))

    assert sorted((row["party"], row["list"]) for row in made.listings) == [
        ("potok", "NS-MBS"), ("potok", "SDN"), ("stream", "NS-MBS"), ("stream", "SDN")
    ]  # fmt: skip
    assert found(made) == [
        ("jd", "DOE, Johan"),
        ("lotus", "Blue Lotus Microelectronics Co., Ltd."),
        ("two", "Propco 2 Pte Ltd"),
    ]
    lotus = made.undecided[1]
    assert (lotus.score, lotus.forms, lotus.countries, lotus.by) == (100, "same", "same", "name")


def test_numbers_in_names_are_compared_exactly() -> None:
    made = matched(World.of(companies=[{"id": "one", "name": "Propco 1 Pte Ltd"}]))

    assert made.undecided == []
    assert made.counts["pairs of like names have other numbers in them: no match"] == 1


def test_a_person_is_no_company() -> None:
    made = matched(World.of(companies=[{"id": "johan", "name": "Johan Doe"}]))

    assert made.undecided == []


def test_decisions_are_kept_until_they_run_out(tmp_path: Path) -> None:
    world = World.of(**WORLD)
    listed = {c.party: c.listed for c in matched(world).undecided}
    text = "matches:\n" + "".join(
        f"  - {{party: {party}, listed: {listed[party]}, verdict: {verdict}, by: J. Doe{more}}}\n"
        for party, verdict, more in (
            ("lotus", "same", ""), ("two", "different", ", until: 2026-01-02"), ("jd", "same", ", until: 2026-01-01")
        )
    )  # fmt: skip
    made = matched(world, text, tmp_path)

    assert next((row["party"], row["list"], row["x_decided_by"]) for row in made.listings) == (
        "lotus", "EntityList", "J. Doe"
    )  # fmt: skip
    assert found(made) == [("jd", "DOE, Johan")]
    assert made.counts["decisions have run out: open again"] == 1
    assert made.counts["matches are decided by a person: different"] == 1


def test_a_person_may_overrule_an_identifier_and_decide_what_is_not_alike(tmp_path: Path) -> None:
    world = World.of(companies=[WORLD["companies"][1], {"id": "far", "name": "Nothing Like It"}])
    text = (
        "- {party: stream, listed: ofac-90001, verdict: different, by: me}\n"
        "- {party: far, listed: ofac-90001, verdict: same, by: me}\n"
    )
    made = matched(world, text, tmp_path)

    assert {row["party"] for row in made.listings} == {"far"}


def test_the_table_of_candidates_is_a_file_of_decisions(tmp_path: Path) -> None:
    world = World.of(**WORLD)
    made = matched(world)
    path = tmp_path / "candidates.csv"
    path.write_text(made.table(), encoding="utf-8")
    assert read_verdicts(path, world) == {}

    first, *rest = made.table().splitlines()
    party, listed, _, _, _, more = rest[0].split(",", 5)
    path.write_text("\n".join([first, f"{party},{listed},same,,me,{more}"]), encoding="utf-8")
    assert [(v.party, v.same) for v in read_verdicts(path, world).values()] == [("jd", True)]


BAD = """matches:
  - {party: lotos, listed: x, verdict: same, by: me}
  - {party: lotus, listed: x, verdict: sam, by: me}
  - {party: lotus, listed: x, verdict: same, until: tomorrow, by: me}
  - {party: lotus, listed: x, verdict: same}
  - {party: lotus, verdict: same, by: me, untill: 2026-01-01}
  - {party: two, listed: x, verdict: same, by: me}
  - {party: two, listed: x, verdict: different, by: me}
  - nothing
"""


def test_all_that_is_wrong_with_decisions_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        matched(World.of(**WORLD), BAD, tmp_path)

    told = [(problem.line, problem.message) for problem in caught.value.problems]
    assert told == [
        (2, "`lotos` is no company or person of the world. Did you mean `lotus`?"),
        (3, "`sam` is no verdict; one of same, different. Did you mean `same`?"),
        (4, "`until`: `tomorrow` is not a date; write it as 2025-06-30"),
        (5, "a verdict needs `by`, who gave it: `lotus` and `x`"),
        (6, "`matches` has no `untill`; name it `x_...` to keep it. Did you mean `until`?"),
        (6, "a match needs `listed`"),
        (8, "`two` and `x` are decided twice, first on line 7"),
        (9, "a row of `matches` is a mapping of fields to values"),
    ]


@pytest.mark.parametrize("as_folder", [True, False])
def test_the_world_is_written_with_its_listings_and_else_as_it_is(as_folder: bool, tmp_path: Path) -> None:
    source = tmp_path / "given"
    if as_folder:
        source.mkdir()
        (source / "companies.csv").write_text("id,name,lei\nstream,Something,001GPB6A9XPE8XJICC14\n")
        (source / "listings.csv").write_text("party,list\nstream,UVL\n")
        (source / "holdings.csv").write_text("site,chip,quantity\ns,H100,>5\n")
        (source / "sites.yaml").write_text("- {id: s}\n")
    else:
        source = tmp_path / "given.yaml"
        source.write_text(
            "as_of: 2025-05-05\ncompanies: [{id: stream, name: Something, lei: 001GPB6A9XPE8XJICC14}]\n"
            "listings: [{party: stream, list: UVL}]\nsites: [{id: s}]\n"
            "holdings: [{site: s, chip: H100, quantity: '>5'}]\n"
        )
    world = load_world(source)
    write_matched(source, world, matched(world), tmp_path / "made", [{"list": "SDN", "rows": "2"}])
    again = load_world(tmp_path / "made")

    assert again.as_of == world.as_of
    without = again.replace("listings", ()).replace("screening_lists", ())
    assert without.sha256 == world.replace("listings", ()).sha256
    assert [row.value("list") for row in again.rows("screening_lists")] == ["SDN"]
    assert [(row.value("party"), row.value("list")) for row in again.rows("listings")] == [
        ("stream", "UVL"), ("stream", "SDN"), ("stream", "NS-MBS")
    ]  # fmt: skip


def test_the_whole_list_beside_names_spelled_otherwise() -> None:
    listed = Parties(listed_parties(shared("csl/screening_list_2026-07-31.parquet"), ImportReport("")))
    world = World.of(
        companies=[
            {
                "id": "smic",
                "name": "SMIC Northern Integrated Circuit Manufacturing Beijing Company Ltd",
                "headquarters": "CN",
            },
            {"id": "bakery", "name": "Harmless Bakery Ltd", "headquarters": "GB"},
            {"id": "institute", "name": "China Electronics Technology Group Corporation 37th Research Institute"},
        ]
    )
    made = match(world, listed, {}, DAY)

    assert {c.party for c in made.undecided} == {"smic"}
    assert made.undecided[0].listed_name == "SMIC Northern Integrated Circuit Manufacturing (Beijing) Co., Ltd."
    assert made.listings == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", '{"results": [{"name": "x"', "breaks off"),
        ("a.csv", "source,name\n(EL),a,b\n", "nothing that makes a world"),
        ("a.csv", 'source,name\n(EL),"' + "x" * 1_100_000 + '"\n', "field larger than"),
        ("a.csv", "x" * (LONGEST + 1), "holds a line of 16 MB"),
        ("a.parquet", "no parquet", "is no Parquet file"),
    ],
)
def test_a_broken_list_ends_in_a_message(name: str, content: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError, match=told):
        csl(path, tmp_path)


def listed(*rows: dict[str, Any], folder: Path) -> Parties:
    """A list of these rows, on the Entity List where they name none."""
    path = folder / "list.json"
    base = {"source": "Entity List (EL) - Bureau of Industry and Security", "addresses": [{"country": "CN"}]}
    path.write_text(json.dumps({"results": [{**base, **row} for row in rows]}), encoding="utf-8")
    return Parties(listed_parties(path, ImportReport("")))


def decided(world: World, folder: Path, *rows: str) -> dict[tuple[str, str], Verdict]:
    path = folder / "matches.yaml"
    path.write_text("matches:\n" + "".join(f"- {{{row}, by: me}}\n" for row in rows), encoding="utf-8")
    return dict(read_verdicts(path, world))


CHIPS = {"chip": "RTX 4080", "quantity": "8", "from_country": "US", "authorization": "none"}
HENG = World.of(companies=[{"id": "ht", "name": "Hengta Circuits"}])


@pytest.mark.parametrize(
    "now",
    [
        {"id": "k1", "name": "Quite Another Name"},
        {"name": "Beijing Hengta Works", "alt_names": ["Hengta Circuits Co."]},
        {"id": "k2", "name": "Beijing Hengta Works", "alt_names": ["Hengta Circuits Co."]},
    ],
)
def test_a_decision_outlives_a_new_spelling_of_its_entry(now: dict[str, Any], tmp_path: Path) -> None:
    before = {"name": "Hengta Circuits Co."} | ({"id": "k1"} if "id" in now else {})
    (candidate,) = match(HENG, listed(before, folder=tmp_path), {}, DAY).undecided
    told = f"party: ht, listed: {candidate.listed}, x_listed_name: {candidate.listed_name}, verdict: same"
    made = match(HENG, listed(now, folder=tmp_path), decided(HENG, tmp_path, told), DAY)

    assert [(row["party"], row["list"], row["x_decided_by"]) for row in made.listings] == [("ht", "EntityList", "me")]
    assert made.told
    assert "`Hengta Circuits`" in made.text()


def test_a_decision_whose_entry_is_gone_is_said_by_name(tmp_path: Path) -> None:
    parties = listed({"id": "k9", "name": "Nobody Like It"}, folder=tmp_path)
    told = "party: ht, listed: EntityList-k1, x_listed_name: Hengta Circuits Co., verdict: "
    made = match(HENG, parties, decided(HENG, tmp_path, told + "same"), DAY)
    (line,) = made.told

    assert line.split(": ")[0].endswith(":2")
    assert "`ht` (`Hengta Circuits`) is decided to be the same as `EntityList-k1` (`Hengta Circuits Co.`)" in line
    assert "review whether it was delisted or has a new entry" in made.text()
    assert made.counts["adjudicated entries are no longer listed: review them"] == 1
    for more in ("different", "same, until: 2025-12-31"):
        made = match(HENG, parties, decided(HENG, tmp_path, told + more), DAY)
        assert made.listings == []
        assert "`Hengta Circuits`" in made.text()


def test_an_adjudicated_party_whose_entry_is_gone_is_open_in_the_world_and_never_clean(tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "companies.csv").write_text("id,name,headquarters\nht,Hengta Circuits,MY\n")
    (tmp_path / "given" / "shipments.csv").write_text(
        "id,date,from_country,consignee,to_country,chip,quantity,authorization\ns,2025-12-01,US,ht,MY,L4,8,none\n"
    )
    world = load_world(tmp_path / "given")
    told = "party: ht, listed: EntityList-k1, x_listed_name: Hengta Circuits Co., verdict: same"
    gone = listed({"id": "k9", "name": "Nobody Like It"}, folder=tmp_path)
    write_matched(tmp_path / "given", world, match(world, gone, decided(world, tmp_path, told), DAY), tmp_path / "made")
    again = load_world(tmp_path / "made")
    (row,) = again.rows("unread")
    answer = audit(again, load_packs(["us_affiliates"]), on("2026-01-01"))

    assert (row.value("table"), row.value("id"), row.value("field")) == ("listings", "ht", "party")
    assert "no entry of the lists carries it now" in str(row.value("text"))
    assert [finding.certainty for finding in answer.findings] == ["possible"] * len(answer.findings)
    assert answer.findings or any("ht" in str(left) for left in answer.not_evaluated)


def test_decisions_that_meet_in_one_entry_must_agree(tmp_path: Path) -> None:
    parties = listed({"id": "k1", "name": "Hengta Works", "alt_names": ["Hengta Circuits Co."]}, folder=tmp_path)
    rows = (
        "party: ht, listed: EntityList-k1, verdict: different",
        "party: ht, listed: EntityList-gone, x_listed_name: Hengta Circuits Co., verdict: same",
    )
    with pytest.raises(InputError, match="line 2 decides otherwise"):
        match(HENG, parties, decided(HENG, tmp_path, *rows), DAY)


@pytest.mark.parametrize(
    ("company", "by"),
    [
        ({"name": "Red Dune", "jurisdiction": "AE"}, "listed"),
        ({"name": "Golden Loaf Bakery", "jurisdiction": "AE"}, "number"),
        ({"name": "Golden Loaf Bakery"}, "number"),
        ({"name": "Golden Loaf Bakery", "jurisdiction": "MY"}, ""),
    ],
)
def test_a_number_decides_in_its_country_with_a_like_name_and_is_else_shown(
    company: dict[str, str], by: str, tmp_path: Path
) -> None:
    numbers = [{"type": "Registration ID", "number": "08123456", "country": "AE"}]
    parties = listed({"id": "k1", "name": "Red Dune Trading LLC", "ids": numbers}, folder=tmp_path)
    made = match(World.of(companies=[{"id": "c", "registration": "08123456", **company}]), parties, {}, DAY)

    assert [row["party"] for row in made.listings] == (["c"] if by == "listed" else [])
    assert [candidate.by for candidate in made.undecided] == ([by] if by == "number" else [])


def test_what_nobody_has_decided_stands_as_unread_in_the_world(tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "companies.csv").write_text("id,name\nht,Hengta Circuits\n")
    world = load_world(tmp_path / "given")
    made = match(world, listed({"id": "k1", "name": "Hengta Circuits Co."}, folder=tmp_path), {}, DAY)
    write_matched(tmp_path / "given", world, made, tmp_path / "made")
    (row,) = load_world(tmp_path / "made").rows("unread")

    assert (row.value("table"), row.value("id"), row.value("field")) == ("listings", "ht", "party")
    assert "not decided" in str(row.value("text"))


def one_row(folder: Path, **more: Any) -> Path:
    path = folder / "list.json"
    row = {"id": "z9", "source": "Specially Designated Nationals (SDN) - Treasury Department", "name": "Zed", **more}
    path.write_text(json.dumps({"results": [row]}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "country", "listed"),
    [
        ("Registration Number", "RU", ["mine"]),
        ("Company Number", "RU", ["mine"]),
        ("Registration Number", None, []),
        ("Tax ID No.", "RU", []),
        ("Vessel Registration Identification", "RU", []),
    ],
)
def test_a_number_lists_only_on_the_register_of_its_country(
    kind: str, country: str | None, listed: list[str], tmp_path: Path
) -> None:
    number = {"type": kind, "number": "9988776655", "country": country}
    path = one_row(tmp_path, ids=[number], addresses=[{"country": "KZ"}])
    world = World.of(
        companies=[
            {"id": "mine", "name": "Quiet", "registration": "9988776655", "jurisdiction": "RU"},
            {"id": "other", "name": "Loud", "registration": "9988776655", "jurisdiction": "KZ"},
            {"id": "nowhere", "name": "Still", "registration": "9988776655"},
        ]
    )
    made = match(world, Parties(listed_parties(path, ImportReport(""))), {}, DAY)

    assert [row["party"] for row in made.listings] == listed


def test_a_list_without_rows_is_told_to_hold_none(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text('{"total": 0, "results": []}', encoding="utf-8")
    account = ImportReport("")

    assert not list(listed_parties(path, account))
    assert "holds no rows" in account.text({})
    with pytest.raises(InputError, match="holds no rows"):
        csl(path, tmp_path)


def test_the_account_tells_the_lists_and_what_a_row_says_beside(tmp_path: Path) -> None:
    addresses = [{"city": "A", "country": "RU"}, {"city": "B", "country": "Ruritania"}]
    made = csl(
        one_row(
            tmp_path, start_date="2020", end_date="2024-06-30", addresses=addresses, remarks="x", alt_names=["A; B"]
        ),
        tmp_path,
    )

    told = made.account.text(made.made)
    assert "Lists: SDN 1; no other list was in it." in told
    assert "the column `remarks` is not read" in told
    assert made.rows("companies", "aliases") == [("A; B",)]
    assert made.rows("listings", "from", "to") == [("2020-12-31", "2024-07-01")]
    assert {row[1:] for row in made.rows("unread", "id", "table", "field", "text")} == {
        ("companies", "address", "B, Ruritania"),
        ("companies", "countries", "Ruritania"),
        ("listings", "from", "2020"),
    }


def test_the_id_is_the_lists_own_and_survives_a_new_spelling(tmp_path: Path) -> None:
    entity_list = "Entity List (EL) - Bureau of Industry and Security"
    old, new = (
        next(listed_parties(one_row(tmp_path, source=entity_list, name=name, alt_names=alt), ImportReport("")))
        for name, alt in (("Hengtai Co", []), ("Beijing Hengtai Co", ["Hengtai Co"]))
    )

    assert old.id == new.id == "EntityList-z9"
    assert set(old.former_ids) < set(new.former_ids)


BIS = "Entity List (EL) - Bureau of Industry and Security"
HEADER = "_id,source,type,name,addresses\n"
BROKEN = {
    "a comma too many": ("a.csv", f'{HEADER}1,{BIS},Entity,Nobody,"X, CN"\n2,{BIS},Entity,Hengta, Circuits,"X, CN"\n'),
    "a cell too few": ("a.csv", f'{HEADER}1,{BIS},Entity,Nobody,"X, CN"\n2,{BIS},Entity,Hengta Circuits\n'),
    "no list": ("a.json", json.dumps({"results": [{"source": BIS, "name": "Nobody"}, {"name": "Hengta Circuits"}]})),
    "no mapping": ("a.json", json.dumps({"results": [{"source": BIS, "name": "Nobody"}, "Hengta Circuits"]})),
}


@pytest.mark.parametrize(("name", "content"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("matched_to_world", [True, False])
def test_a_list_of_which_a_row_cannot_be_read_is_not_whole(
    name: str, content: str, matched_to_world: bool, tmp_path: Path
) -> None:
    path, given = tmp_path / name, tmp_path / "given"
    path.write_text(content, encoding="utf-8")
    given.mkdir()
    (given / "companies.csv").write_text("id,name,headquarters\nht,Hengta Circuits,MY\n")
    world, report = load_world(given), ImportReport(str(path), list_day="2025-12-31")
    if matched_to_world:
        made = match(world, Parties(listed_parties(path, report)), {}, DAY)
        write_matched(given, world, made, tmp_path / "made", report.lists_loaded(), report.lists_not_whole())
        again = load_world(tmp_path / "made")
    else:
        again = csl(path, tmp_path).world.replace("companies", world.rows("companies"))
    (row,) = again.rows("unread")
    line = Order.model_validate({"id": "o", "date": "2026-01-01", "consignee": "ht", "to_country": "MY", **CHIPS})
    answer = screen(again, [line], load_packs(["us_affiliates"]), DAY)
    lacking = [left.reason for left in answer.not_evaluated if "`EntityList` was not read whole" in left.reason]

    assert (row.value("table"), row.value("id")) == ("screening_lists", "EntityList" if name == "a.csv" else None)
    assert answer.decisions[-1].enforced == "unknown"
    assert len(lacking) == 1
    assert "Hengta" in lacking[0] or "is no record" in lacking[0]


def test_empty_rows_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'{HEADER}1,{BIS},Entity,Nobody,"X, CN"\n,,,,\n,,,,,\n', encoding="utf-8")
    report = ImportReport("")

    assert [row.name for row in listed_parties(path, report)] == ["Nobody"]
    assert report.unread_entries == []


def test_the_day_of_a_list_is_that_of_its_source_else_the_one_that_is_stated(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    sources = [{"source": BIS, "source_last_updated": "2025-11-01", "last_imported": "2025-12-30T04:00:00+00:00"}]
    rows = [{"source": BIS, "name": "Nobody"}, {"source": "Denied Persons List (DPL)", "name": "Some One"}]
    path.write_text(json.dumps({"sources_used": sources, "results": rows}), encoding="utf-8")
    report = ImportReport("", list_day="2025-12-01")

    assert len(list(listed_parties(path, report))) == 2
    assert {row["list"]: row["as_of"] for row in report.lists_loaded()} == {
        "EntityList": "2025-12-30", "DPL": "2025-12-01"
    }  # fmt: skip


def test_a_later_match_answers_what_an_earlier_one_left_open(tmp_path: Path) -> None:
    given, path = tmp_path / "given", tmp_path / "a.csv"
    given.mkdir()
    (given / "companies.csv").write_text("id,name\nht,Hengta Circuits\n")
    (given / "unread.csv").write_text("table,id,field,text\nlistings,ht,list,its own\n")
    content = f"{HEADER}1,{BIS},Entity,Hengta Circuits Co.,\n"
    for step, (more, told) in enumerate(
        ((f"2,{BIS},Entity,,,\n", ""), ("", "party: ht, listed: EntityList-1, verdict: different"))
    ):
        path.write_text(content + more, encoding="utf-8")
        world, report = load_world(given), ImportReport(str(path))
        made = match(world, Parties(listed_parties(path, report)), decided(world, tmp_path, told) if told else {}, DAY)
        given, before = tmp_path / f"made{step}", given
        write_matched(before, world, made, given, report.lists_loaded(), report.lists_not_whole())
        texts = [str(row.value("text")) for row in load_world(given).rows("unread")]
        assert len(texts) == (1 if told else 3)
        assert texts[0] == "its own"
