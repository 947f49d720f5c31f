"""The index of names: whoever a comparison with all finds it finds, whatever the order of the parties."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.names.index import NameIndex, NameMatch, PartyNames, compare

STEMS = (
    "velora",
    "kestrel",
    "hong teng",
    "sun ridge",
    "zhang wei",
    "al noor",
    "verkhtron",
    "iron wood",
    "qtic",
    "mir",
    "data loom",
)
TRADES = (
    "technology",
    "tech",
    "trading",
    "electronics",
    "research institute",
    "intl",
    "group",
    "holdings",
    "import export",
)
PLACES = ("beijing", "shenzhen", "moscow", "", "", "")
FORMS = ("co ltd", "llc", "sdn bhd", "ooo", "gmbh", "", "")


@pytest.mark.parametrize(
    ("kana", "latin"), [("チェン商事", "Chen Shoji"), ("ジェン商事", "Jen Shoji"), ("シェル", "Shell")]
)
def test_small_letters_after_a_syllable_are_read_with_it(kana: str, latin: str) -> None:
    match = compare(PartyNames.of([kana]), PartyNames.of([latin]))

    assert match is not None
    assert match.likeness.score >= 90


@st.composite
def names(draw: st.DrawFn) -> str:
    """A name of a company as others write it: cut, joined, turned round, misspelt."""
    random = Random(draw(st.integers(0, 10_000_000)))
    parts = [
        random.choice(PLACES),
        random.choice(STEMS),
        *random.sample(TRADES, random.randint(0, 3)),
        random.choice(FORMS),
    ]
    words = " ".join(filter(None, parts)).split()
    for _ in range(random.randint(0, 2)):
        place = random.randrange(len(words))
        match random.randint(0, 6):
            case 0 if len(words) > 1:
                words[place : place + 2] = ["".join(words[place : place + 2])]
            case 1:
                letter = random.randrange(len(words[place]))
                words[place] = words[place][:letter] + words[place][letter + 1 :] or "x"
            case 2:
                random.shuffle(words)
            case 3 if len(words) > 2:
                words = ["".join(word[0] for word in words)]
            case 4:
                words.append(str(random.randint(1, 3)))
            case 5 if len(words) > 1:
                del words[place]
            case _:
                words[place] = words[place].upper()
    return " ".join(words)


PARTIES = st.lists(st.lists(names(), min_size=1, max_size=3), min_size=1, max_size=12)


def shown(matches: list[NameMatch]) -> list[tuple[str, int]]:
    return sorted((match.key, match.likeness.counts) for match in matches if match.likeness.counts)


@settings(max_examples=150, deadline=None)
@given(PARTIES, PARTIES, st.sampled_from([60, 75, 85, 95]))
def test_the_index_finds_what_a_comparison_with_all_finds(
    listed: list[list[str]], asked: list[list[str]], likely: int
) -> None:
    parties = {str(place): PartyNames.of(texts) for place, texts in enumerate(listed)}
    ours = [PartyNames.of(texts) for texts in asked]
    for party, found in zip(ours, NameIndex(parties).matches(ours, likely), strict=True):
        every = [match for key, other in parties.items() if (match := compare(party, other, key))]

        assert shown(found) == shown([match for match in every if match.likeness.counts >= likely])


@settings(max_examples=60, deadline=None)
@given(PARTIES, st.lists(names(), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_parties_and_of_their_names_changes_nothing(
    listed: list[list[str]], asked: list[str], random: Random
) -> None:
    mixed = [(str(place), random.sample(texts, len(texts))) for place, texts in enumerate(listed)]
    random.shuffle(mixed)
    one = NameIndex({str(place): PartyNames.of(texts) for place, texts in enumerate(listed)})
    other = NameIndex({key: PartyNames.of(texts) for key, texts in mixed})

    assert one.matches([PartyNames.of(asked)]) == other.matches([PartyNames.of(asked[::-1])])


@settings(max_examples=150, deadline=None)
@given(st.lists(names(), min_size=1, max_size=3), st.lists(names(), min_size=1, max_size=3))
def test_it_is_all_one_which_party_is_first(ones: list[str], others: list[str]) -> None:
    one, other = PartyNames.of(ones), PartyNames.of(others)
    match, back = compare(one, other), compare(other, one)

    assert (match and match.likeness) == (back and back.likeness)


def test_every_party_with_the_name_is_found_and_none_hides_another() -> None:
    parties = {
        "a": PartyNames.of(["Quartz Tile International Corporation (QTIC)"]),
        "b": PartyNames.of(["Quartz Tile International Corp.", "QTIC"]),
        "c": PartyNames.of(["QTIC Ningbo"]),
        "d": PartyNames.of(["Quarry Tools"]),
    }
    (found,) = NameIndex(parties).matches([PartyNames.of(["QTIC"])])

    assert {match.key: match.likeness.score for match in found} == {"a": 100, "b": 100, "c": 86}


@pytest.mark.parametrize("numbers", [("5", "7"), ("5", "")])
def test_other_numbers_are_said_and_do_not_count(numbers: tuple[str, str]) -> None:
    index = NameIndex({"x": PartyNames.of([f"Quarz Factory {numbers[1]}"])})
    ((match,),) = index.matches([PartyNames.of([f"Quarz Factory {numbers[0]}"])])

    assert (match.likeness.score, match.likeness.counts) == (100, 0)


def test_a_word_of_another_name_of_the_party_is_excused() -> None:
    listed = PartyNames.of(["Brisun", "Brightsun Information Industry", "Huake Bright"])
    match = compare(PartyNames.of(["Huake Brightsun Information Ind. Company Limited"]), listed)

    assert match is not None
    assert match.other == "Brightsun Information Industry"
    assert match.likeness.counts >= 85
    assert compare(PartyNames.of(["Tarim Brightsun Information Ind."]), listed).likeness.counts < 85  # type: ignore[union-attr]
