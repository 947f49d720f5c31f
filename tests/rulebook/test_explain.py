"""Pages about rules, tests and packs say everything that a person needs who never opens YAML."""

# ruff: noqa: E501 -- a message stands on one line, as the user sees it

from __future__ import annotations

import re

import pytest

from compliance.errors import UsageError
from compliance.rulebook.packs import Pack, load_packs
from compliance.rulebook.prose.page import WIDTH
from compliance.rulebook.prose.rule_pages import explain, handbook, listing


@pytest.fixture(scope="module")
def packs() -> tuple[Pack, ...]:
    return load_packs()


def page(packs: tuple[Pack, ...], name: str) -> str:
    """The page on one line, so that a wrapped sentence can be found."""
    return " ".join(explain(packs, name).split())


def test_the_listing_has_every_rule_with_its_topic_outcome_and_source(packs: tuple[Pack, ...]) -> None:
    rules = listing(packs)

    assert {(row["pack"], row["rule"]) for row in rules} == {
        *((pack.id, rule.id) for pack in packs for rule in pack.rules),
        *((pack.id, test) for pack in packs for test in pack.file.capture),
    }
    (cap,) = [row for row in rules if row["rule"] == "country_cap"]
    assert cap["topic"] == "country_allocation"
    assert cap["outcome"] == "violation"
    assert cap["force"] == "not_law"
    assert all(row[name] for row in rules for name in ("title", "citation", "confidence", "force", "topic", "outcome"))


def test_a_page_tells_what_a_rule_asks_adds_up_and_rests_on(packs: tuple[Pack, ...]) -> None:
    said = page(packs, "country_cap")

    for part in (
        "At most 50,000 accelerators a country in four years",
        "topic country allocation",
        "outcome violation",
        "design: a choice of this pack",
        "1. more accelerators went to the country than the cap the total is over 50,000 accelerators (`cap`)",
        "the sum of the quantity, for each destination, from 2025-01-13 (`window_start`) to before 2029-01-13",
        "of shipments (and orders, in screening) that count if all of these:",
        "the destination is not on the list “Where the country cap does not apply”",
        "“Accelerators of one purchase” is over 1,700 accelerators (`small_purchase`)",
        "cap: Accelerators that one country may get in the four years",
        "50,000 accelerators [popular summary of 90 FR 4544, design]",
        "take so much off the last lines to {subject}",
        "from 2025-01-13: not law [popular summary of 90 FR 4544, design]",
        "country_cap.cases.yaml",
        "What the pack leaves out",
    ):
        assert part in said, part


def test_a_page_tells_exceptions_dated_values_and_the_force_of_the_pack(packs: tuple[Pack, ...]) -> None:
    weights = page(packs, "weights_abroad")
    assert "unless the site is of a trusted cloud's family" in weights
    assert (
        "the operator of the site is of the family of a party on the list “Clouds that people call trusted”" in weights
    )
    assert "Microsoft Corporation" in weights

    ceiling = page(packs, "nveu_ceiling")
    assert "from 2025-07-01: 1,266,000,000 TPP [15 CFR 748.15(a)(2)(iii)(B), table 1, verified]" in ceiling
    assert "the total is over the `nveu_ceiling` of its day" in ceiling
    assert "from 2025-05-13: codified not enforced" in ceiling

    share = page(packs, "capacity_abroad")
    assert "the first in percent of the second, of which it is a part" in share
    assert "basis: What the capacity of a data centre is measured in it_mw" in share
    assert "the share is over 7 percent (`share_abroad`)" in share

    doubled = page(packs, "allocation_used_up")
    assert "times 2 if an arrangement of kind `government_to_government` holds for" in doubled


def test_a_negated_condition_is_told_as_what_must_hold(packs: tuple[Pack, ...]) -> None:
    said = page(packs, "lpp_yearly_limit")

    assert (
        "not restricted place, that is one of these: all of these: the destination is not on the list “Country group D:1”"
        in said
    )
    assert "the end user: not barred, as above" in said


def test_a_test_of_ownership_and_a_pack_have_pages_too(packs: tuple[Pack, ...]) -> None:
    ofac = page(packs, "ofac")
    assert "parties listed on SDN" in ofac
    assert "50 percent or more" in ofac
    assert "the stakes of all of them add up" in ofac

    pack = page(packs, "us_ai_diffusion")
    assert "lpp_yearly_limit: License Exception LPP" in pack
    assert "UVEU: Universal validated end user" in pack


def test_every_page_fits_a_terminal_and_holds_no_yaml(packs: tuple[Pack, ...]) -> None:
    for row in listing(packs):
        text = explain(packs, f"{row['pack']}/{row['rule']}")
        longest = max(text.splitlines(), key=len)
        assert len(longest) <= WIDTH or "/" in longest, longest
        assert not re.search(r"\$[a-z]|\bnot_in\b|\bTest\(|: true|: false|None", text), row["rule"]
        assert row["title"] in " ".join(text.split())


def test_an_unknown_name_is_told_with_a_near_one(packs: tuple[Pack, ...]) -> None:
    with pytest.raises(UsageError, match=r"no rule, test or pack is called `contry_cap`\. Did you mean `country_cap`"):
        explain(packs, "contry_cap")
    with pytest.raises(UsageError):
        explain(packs, "us_ai_diffusion/country_cap")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("us_affiliates/ties_to_listed", "the test of ownership raises the flag `red_flag_29` about the party"),
        ("owned_by_listed", "by the test `bis` the party is not listed"),
        ("approval_ended", "end by themselves” on an earlier day and is no longer"),
        ("restricted_destination", "a party of it is listed as NVEU for its destination"),
        ("restricted_destination", "the end user: named, that is one of these: it is on the list “Approved entities"),
        ("outsized_order", "the value in dollars is over the capital in dollars of the party times 10 (`dollars_a_dollar`)"),
        ("short_of_power", "the total is over the IT megawatts of the holder of the total"),
        ("address_of_listed", "the party has the address of a party on the list “Parties of the lists"),
        ("shared_management", "somebody with a role in the party has or had one in a party on the list"),
        ("us_affiliates/bis", "signatory_blocked: a party on SDN has a hand in it (signatory); or a person on SDN has a role"),
    ],
)  # fmt: skip
def test_the_words_of_the_ownership_and_diversion_packs_are_sentences(
    packs: tuple[Pack, ...], name: str, told: str
) -> None:
    assert told in page(packs, name)


def test_no_page_of_the_handbook_has_a_word_that_only_the_files_know(packs: tuple[Pack, ...]) -> None:
    for name, items in handbook(packs).items():
        for item in items:
            said = f"{item.text} {item.name}"
            assert not re.search(r"of the (flagged|listed|captured|kin|permitted|limb|once) |\bthe  |\{means\}", said), (
                name, said,
            )  # fmt: skip
