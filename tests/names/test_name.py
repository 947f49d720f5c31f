"""Names taken apart: words, numbers, legal forms, initials, and the several names of one text."""

from __future__ import annotations

import pytest

from compliance.names.parsing import parse_name
from compliance.names.spellings import spellings


def words(text: str) -> tuple[str, ...]:
    return parse_name(text).texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straits Compute Sdn. Bhd.", "STRAITS COMPUTE SENDIRIAN BERHAD"),
        ("Acme Trading Pte. Ltd.", "Acme Trading Private Limited"),
        ("Acme Co., Ltd.", "Acme Company Limited"),
        ("Müller GmbH", "Muller GmbH"),
        ("Compute Straits Sdn Bhd", "Straits Compute Sdn Bhd"),
        ("PT Sinar Jaya Tbk", "Sinar Jaya"),
        ("JSC Polyarny Mikron", "Polyarny Mikron, AO"),
        ("S.A. Lavro Works", "SA Lavro Works"),
        ("Z.T.K. S.A. de C.V.", "ZTK"),
        ("Acme Technologies & Trade Grp", "Acme Tech and Trading Group"),
        ("Peking Velora", "Beijing Velora"),
        ("Acme Science and Technology", "Acme Technology"),
        ("Acme R&D Center", "Acme Research and Development Centre"),
        ("La’er Zhenye", "Laer Zhenye"),
        ("华凌科技有限公司", "Hualing Technology Ltd"),
        ("深圳市华凌集团", "Shenzhen Hualing Group"),
    ],
)  # fmt: skip
def test_the_same_name_in_two_spellings(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Straits LLC", "llc"), ("OOO Straits", "llc"), ("Straits LLP", "llp"),
        ("Straits GmbH & Co. KG", "gmbh & co kg"),
        ("Straits FZ-LLC", "fzco"), ("PAO Straits", "pjsc"), ("Straits, AO", "jsc"), ("Straits 有限公司", "co ltd"),
        ("Straits Company Limited", "co ltd"), ("Straits Limited Liablity Company", "llc"), ("StraitsLLC", "llc"),
        ("Straits S.p.A.", "spa"), ("Straits sp. z o.o.", "zoo"),
    ],
)  # fmt: skip
def test_the_legal_form_is_a_field_of_its_own(name: str, form: str) -> None:
    assert words(name) == words("Straits")
    assert form in parse_name(name).forms


def test_a_name_of_a_form_alone_keeps_it() -> None:
    assert words("Company Limited") == ("company",)
    assert words("") == ()


def test_numbers_are_kept_as_they_are() -> None:
    def numbers(text: str) -> tuple[str, ...]:
        return parse_name(text).numbers

    assert numbers("28th Research Institute") == ("28",)
    assert numbers("Propco 1 Pte Ltd") != numbers("Propco 2 Pte Ltd")
    assert numbers("Propco 007") == numbers("Propco No. 7") == numbers("Seventh Propco") or numbers("Propco 007") == (
        "7",
    )
    assert numbers("Ninth Academy") == numbers("9th Academy") == ("9",)
    assert words("28th Research Institute") == words("Research Institute")


def test_initials_are_those_of_three_words_or_more_and_of_the_form() -> None:
    name = parse_name("Quartz Tile International Corporation")

    assert {"qti", "qtic"} <= set(name.acronyms)
    assert parse_name("Quartz Tile").acronyms == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jade Works; and any successor, sub-unit, or subsidiary thereof", ("Jade Works",)),
        ("Jade Works and any successor, subunit or subsidiary thereof.", ("Jade Works",)),
        ("Jade Works (PRC entity)", ("Jade Works",)),
        ("Jade Forces (aka JF)", ("Jade Forces", "JF")),
        ("Jade Works a.k.a. Blue Works", ("Jade Works", "Blue Works")),
        ("Jade Works f/k/a Blue Works; Red Works", ("Jade Works", "Blue Works", "Red Works")),
        ("Quartz Tile Corporation (QTC)", ("Quartz Tile Corporation", "QTC")),
        ("Quartz Tile Corporation (QTC) 7th Institute", ("Quartz Tile Corporation 7th Institute", "QTC 7th Institute")),
        ("Jade (Beijing) Co.", ("Jade (Beijing) Co",)),
        ("Jade (HK) Limited", ("Jade (HK) Limited",)),
        ("AKA Bank", ("AKA Bank",)),
        ("Jade Works", ("Jade Works",)),
    ],
)
def test_a_text_holds_one_name_or_several(text: str, names: tuple[str, ...]) -> None:
    assert spellings(text) == names
