"""What the operator `mentions` looks for: words of a rule as whole words of a free text.

Text and words are compared folded: compatibility forms as one (NFKC), capitals as small letters. A text falls into
runs of letters and runs of digits, and a word stands in it where it begins and ends with a run of its own:

- `compute` is in "Compute-node" and not in "computer"; `gpu` is in "8xGPU", "GPU_server" and "GPU2"; `nvl` in "NVL72".
- A plural of English is the word: `gpu` is in "GPUs", `battery` in "batteries".
- `h100` is in "H100", "H-100", "H100s", "H100_SXM" and "H100SXM", and not in "H1000" or "GH100". One letter more,
  other than that plural, is another model: `a10` is not in "A10G", nor `h100` in "H100X"; "H100x8" is eight of them.
- A space may part letters and digits after two letters or more: `rtx4090` is in "RTX 4090"; "L 40 x H 100" are sizes.
- What parts the words of a phrase does not count: `end user` is in "end-user".
- Scripts that put no spaces between words (Chinese, Japanese, Korean with its particles, Thai, Lao, Khmer, Burmese,
  Tibetan) have no ends of words: there a word is in a text that holds it, and a letter of theirs ends a word of
  another script: `h100` is in "H100服务器", and not in "H100X服务器".
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

_UNSPACED = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\x{30FC}\p{Bopomofo}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
)
_NAMES = (
    *("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"),
    *("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"),
)
_LETTER = r"\p{L}\p{M}"
_SPACED = rf"(?:[^\P{{L}}{_UNSPACED}]|[^\P{{M}}{_UNSPACED}])"
_AFTER_WORD = rf"(?:$|[^{_LETTER}]|[{_UNSPACED}])"
_BEFORE = {
    "letter": rf"(?:^|[^{_LETTER}]|[{_UNSPACED}]|[0-9]x)",
    "digit": r"(?:^|[^\p{N}])",
    "unspaced": "",
}
_AFTER = {
    "letter": _AFTER_WORD,
    "digit": rf"(?:$|[^{_LETTER}\p{{N}}]|[{_UNSPACED}]|s{_AFTER_WORD}|x[0-9]|{_SPACED}{{2}})",
    "unspaced": "",
}
_MARKS = r" !-/:-@\[-`{-~\x{00B7}\x{2010}-\x{2027}\x{3001}\x{3002}"
_MOST_MARKS, _MOST_WORDS = 3, 100
_HYPHEN, _SPACE = r"[_\-\x{2010}-\x{2015}]?", r"[ _\-\x{2010}-\x{2015}]?"


def fold_text(text: str) -> str:
    """A text in the form in which it is compared."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain)


def is_word(word: str) -> bool:
    """Whether anything can mention this: it holds a letter or a digit."""
    return bool(_runs(word))


def mentions(words: Iterable[str]) -> list[str]:
    """Regular expressions (of RE2), one of which finds any of the words in a folded text; none may be too large.

    Raises `ValueError` for a word without letters and digits.
    """
    every = list(dict.fromkeys(words))
    return [_expression(every[start : start + _MOST_WORDS]) for start in range(0, len(every), _MOST_WORDS)]


def _expression(words: Iterable[str]) -> str:
    inner: dict[tuple[str, str], list[str]] = defaultdict(list)
    for word in words:
        runs = _runs(word)
        if not runs:
            raise ValueError(f"`{word}` holds no letter and no digit")
        inner[runs[0].kind, runs[-1].kind].append(_inner(runs))
    parts = [f"{_BEFORE[first]}(?:{'|'.join(some)}){_AFTER[last]}" for (first, last), some in inner.items()]
    return f"(?:{'|'.join(parts)})"


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters or digits that stand together, and what parts them from those before."""

    kind: str
    text: str
    mark: str


def _runs(word: str) -> list[_Run]:
    found: list[_Run] = []
    mark = ""
    for kind, group in groupby(fold_text(word), _kind):
        if kind == "other":
            mark = "".join(group)
        else:
            found.append(_Run(kind, "".join(group), mark))
            mark = ""
    return found


def _kind(character: str) -> str:
    """Which run a character belongs to."""
    match unicodedata.category(character)[0]:
        case "N":
            return "digit"
        case "L" | "M":
            return "unspaced" if unicodedata.name(character, "").startswith(_NAMES) else "letter"
        case _:
            return "other"


def _inner(runs: list[_Run]) -> str:
    """The word itself, with what may stand between its runs and its plural."""
    found = "".join(run.text + _between(run, after) for run, after in pairwise(runs))
    last = runs[-1]
    if last.kind != "letter" or not "a" <= last.text[-1] <= "z":
        return found + last.text
    if re.search("[^aeiou]y$", last.text):
        return f"{found}{last.text[:-1]}(?:y|ies)"
    return f"{found}{last.text}(?:e?s)?"


def _between(run: _Run, after: _Run) -> str:
    """What may stand between two runs."""
    if after.mark:
        least = 1 if run.kind == after.kind else 0
        own = "".join(rf"\x{{{ord(character):X}}}" for character in after.mark)
        return f"(?:[{_MARKS}]{{{least},{_MOST_MARKS}}}|{own})"
    if {run.kind, after.kind} != {"letter", "digit"}:
        return ""
    return _HYPHEN if run.kind == "letter" and len(run.text) == 1 else _SPACE
