"""Words are whole words, in every script; columns and plain Python find the same ones."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compliance.plan.databases import Database
from compliance.rulebook.language import LanguageError, condition
from compliance.rulebook.word_search import fold_text, mentions

WHOLE = [
    ("computer", "computer keyboards"), ("compute", "Compute-node"), ("gpu", "8xGPU"), ("gpu", "GPU_server"),
    ("gpu", "ＧＰＵ"), ("gpu", "GPUs"), ("gpu", "the GPU's box"), ("gpu", "GPU2"), ("nvl", "GB200 NVL72"),
    ("h100", "H-100"), ("h100", "H100s"), ("h100", "H100_SXM"), ("h100", "H100SXM"), ("h100", "H100x8"),
    ("h100", "8xH100"), ("rtx4090", "RTX 4090"), ("h 100", "H 100"), ("end user", "end-user"),
    ("ear99", "EAR 99"), ("battery", "batteries"), ("gpu", "GPU服务器"), ("服务器", "GPU服务器"),
    ("サーバー", "サーバーラック"), ("gpu", "GPU를"), ("straße", "STRASSE"), ("firmware", "ﬁrmware"),
    ("é", "E\u0301"), ("сервер", "Сервер HPE"), ("gpu, server", "GPU server"), ("gpu", "CPU/GPU"),
    ("h100", "H100服务器"), ("h100", "H100SX服"), ("h100", "H100s를"), ("driver's seat", "driver’s seat"),
    ("o'neill", "O'Neill Ltd"),
]  # fmt: skip
PARTS = [
    ("compute", "computer keyboards"), ("gpu", "gpuless"), ("nvl", "NVLink"), ("h100", "H1000"), ("h100", "GH100"),
    ("h100", "H100X"), ("a10", "A10G"), ("a10", "A100"), ("h20", "H200"), ("b200", "GB200"), ("l4", "L40"),
    ("h100", "L 40 x H 100"), ("a100", "a 100 m cable"), ("4090", "RTX 14090"), ("сервер", "серверная"),
    ("ai", "a i"), ("art", "ªart"), ("end user", "enduser"),
    ("h100", "H100X服"), ("h100", "H100Hไทย"), ("driver's seat", "drivers seat"),
]  # fmt: skip


def found(text: str, *words: str) -> bool:
    """Whether columns find a word in a text."""
    said = pa.array([fold_text(text)], pa.string())
    return any(pc.match_substring_regex(said, pattern)[0].as_py() for pattern in mentions(words))


@pytest.mark.parametrize(("word", "text"), WHOLE)
def test_a_whole_word_is_found(word: str, text: str) -> None:
    assert found(text, word)
    assert found(f"one, {text}, new", word.upper(), "nothing")


@pytest.mark.parametrize(("word", "text"), PARTS)
def test_a_part_of_a_word_is_not(word: str, text: str) -> None:
    assert not found(text, word)


@given(st.text(min_size=1, max_size=12), st.sampled_from(["", " ", "-", "; "]), st.sampled_from(["", " ", ", "]))
@settings(max_examples=200, deadline=None)
def test_a_text_mentions_itself(word: str, before: str, after: str) -> None:
    if any(unicodedata.category(character)[0] in "LMN" for character in fold_text(word)):
        assert found(f"{before}{word}{after}", word)


PIECES = [
    "gpu", "h100", "H", "100", "s", "x", "8", " ", "-", "_", ", ", "服", "를", "ท", "é", "GPU", "d", "rtx", "4090",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.sampled_from(["gpu", "h100", "rtx 4090", "服"]))
@example("h100H服", "h100")
@example("h100s服", "h100")
@settings(max_examples=1_000, deadline=None)
def test_plain_python_finds_the_same(text: str, word: str) -> None:
    assert found(text, word) == plainly(text, word)


def plainly(text: str, word: str) -> bool:
    """The meaning of `mentions`, letter by letter, for the words of these tests."""
    said = fold_text(text)
    ways = {
        "gpu": ["gpu", "gpus", "gpues"],
        "h100": ["h100", "h-100", "h_100"],
        "rtx 4090": [f"rtx{parted}4090" for parted in parted_by(3)],
        "服": ["服"],
    }[word]
    return any(
        said.startswith(way, at) and begins(said, at, way) and ends(said, at + len(way), way)
        for at in range(len(said))
        for way in ways
    )


def parted_by(most: int) -> list[str]:
    marks = [""]
    for _ in range(most):
        marks += [mark + more for mark in marks for more in " -_," if len(mark) < most]
    return list(dict.fromkeys(marks))


def letter(character: str) -> bool:
    return character.isalpha() and character not in "服를ท"


def begins(said: str, at: int, way: str) -> bool:
    before = said[at - 1] if at else " "
    if way == "服" or not letter(before):
        return True
    return before == "x" and at > 1 and said[at - 2].isdigit()


def ends(said: str, at: int, way: str) -> bool:
    after, second = (said[at:] + "  ")[:2]
    if way == "服":
        return True
    if not way[-1].isdigit():
        return not letter(after)
    if not letter(after):
        return not after.isdigit()
    return letter(second) or after == "s" or (after == "x" and second.isdigit())


def test_the_database_folds_and_finds_as_plain_python_does() -> None:
    database = Database()
    try:
        texts = [text for _, text in WHOLE + PARTS] + [None]
        database.give("papers", pa.table({"text": pa.array(texts, pa.string())}))
        words = [word for word, _ in WHOLE[:8]]
        (pattern,) = mentions(words)
        asked = f"SELECT text, regexp_matches(folded_text(text), '{pattern}') AS held FROM papers"
        answers = {row["text"]: row["held"] for row in database.rows(asked)}
        assert answers == {text: None if text is None else found(text, *words) for text in texts}
    finally:
        database.close()


def test_very_many_words_are_one_question() -> None:
    words = [f"item{number} of a list" for number in range(3_000)]
    assert found("an item2999 of a list", *words)
    assert not found("an item3000 of a list", *words)


def test_a_word_without_letters_and_digits_is_refused() -> None:
    with pytest.raises(LanguageError, match="holds no letter and no digit"):
        condition({"description": {"mentions": ["gpu", "--"]}})
