"""Names taken apart: words, numbers and legal form, with the library that knows forms and without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from compliance.formats import names
from compliance.formats.names import Name, taken_apart


@pytest.fixture(params=["table", "rigour"])
def known_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "table":
        monkeypatch.setattr(names, "rigour", lambda: None)
    elif names.rigour() is None:
        pytest.skip("rigour is not installed")
    taken_apart.cache_clear()
    yield request.param
    taken_apart.cache_clear()


@pytest.mark.usefixtures("known_by")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straits Compute Sdn. Bhd.", "STRAITS COMPUTE SENDIRIAN BERHAD"),
        ("Acme Trading Pte. Ltd.", "Acme Trading Private Limited"),
        ("Acme Co., Ltd.", "Acme Company Limited"),
        ("Müller GmbH", "Muller GmbH"),
        ("Compute Straits Sdn Bhd", "Straits Compute Sdn Bhd"),
    ],
)
def test_the_same_name_in_two_spellings(one: str, other: str) -> None:
    assert taken_apart(one) == taken_apart(other)


@pytest.mark.usefixtures("known_by")
def test_the_legal_form_is_a_field_of_its_own() -> None:
    company, partnership = taken_apart("Straits LLC"), taken_apart("Straits LLP")

    assert company.words == partnership.words == "straits"
    assert company.form != partnership.form


@pytest.mark.usefixtures("known_by")
def test_numbers_are_kept_as_they_are() -> None:
    assert taken_apart("28th Research Institute").numbers == ("28",)
    assert taken_apart("Propco 1 Pte Ltd").numbers != taken_apart("Propco 2 Pte Ltd").numbers
    assert taken_apart("Propco 007").numbers == taken_apart("Propco 7").numbers


@pytest.mark.usefixtures("known_by")
def test_a_name_in_another_script_stays() -> None:
    assert taken_apart("华为技术").words == "华为技术"


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "rigour", lambda: None)

    assert "compliance[names]" in names.knows_forms_by()
    assert names._by_table("limited") == ("", "limited")
    assert taken_apart("") == Name("", (), "")
