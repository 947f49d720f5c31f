"""Products as the trade writes them, matched to the catalogue by the words that matter: family, form, memory, number.

INVARIANT: a match is sure or none. Words that are not understood, an accessory beside a chip, and a memory that no
variant has, leave it open; of a family that is named without its form the variant that performs most is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod

from compliance.world.reference.chip_rows import Part
from compliance.world.reference.product_file import Family, ProductShelf, ServerModel, Variant

OUTSIDE = "no accelerator"
"""The chip of goods that hold none: it performs nothing."""
_COUNT = re.compile(r"(?<![\w.])(\d{1,3})\s*(?:x|×|\*|pcs?|st[uü]ck|个|張|张|块|片|枚|基)\s*(?=[^\W\d])")
_COUNT_AFTER = re.compile(r"(?<![a-z])(?:x|×|\*)\s*(\d{1,3})(?![\w.])")
_LANES = re.compile(r"(?:pcie|pci express|express|gen ?\d(?:\.0)?)(?: ?\d(?:\.0)?)? ?x ?(?:16|8|4)(?![\w.])")
_GPUS = re.compile(r"(?<![\w.])(\d{1,3})\s*[-_ ]?\s*(?:gpus?|way|卡|gpu)(?![a-z])")
_CARDS = re.compile(r"(?<![\w.])(\d{1,3}) card (?=server|node|system|machine|chassis)")
_HAN_COUNT = {"单卡": 1, "双卡": 2, "四卡": 4, "八卡": 8, "十六卡": 16}
_MEMORY = re.compile(r"(?<![\w.])(\d{1,4})\s*(?:gb|g|gib)(?![a-z0-9])|(?<=[a-z])-?(\d{1,4})gb(?![a-z0-9])")
_PLATFORMS = ("dgx", "hgx")
_MAKERS = frozenset({
    "nvidia", "amd", "tesla", "instinct", "geforce", "quadro", "huawei", "intel", "habana", "radeon", "英伟达", "华为"
})  # fmt: skip
_NOT_COUNTS = (
    re.compile(r"(?<![a-z0-9])(?:pcie|pci express|pci e|gen|hbm|nvlink|rev|ver|version|v) ?\d(?:\.\d)?(?![a-z0-9])"),
    re.compile(r"(?<![\w.])(?:dual|single|double|triple|[123]) ?(?:slot|port|width|wide|fan|rank)s?(?![a-z0-9])"),
    re.compile(r"(?<![\w.])\d+(?:\.\d+)? (?:gb|gib|g|tb|w|kw|gbps|gbit|gbe|mm|cm|m|inch|u|v|tops|tflops)(?![a-z0-9])"),
    re.compile(r"(?<![\w.])\d+\.\d{1,2}(?![\w.])"),
)
"""Numbers that say a size, a version or a form, and never how many."""
_NUMBER = re.compile(r"(?:x|×|\*)?(\d{1,5})(?:x|×|\*|fach)?")
_NUMBER_WORDS = {"pair": 2, "pairs": 2, "twin": 2, "dual": 2, "duo": 2, "quad": 4, "octa": 8, "dozen": 12}
_WORD = re.compile(r"[^\W_]+")
_OPTICS = re.compile(r"\d+(?:\.\d+)?(?:g|gb|gbe|gbps|gbit|tbps|m|cm|w|kw|v|a|port|ports|u|tb|t|inch|p)?")


@dataclass(frozen=True, slots=True)
class ProductMatch:
    """The chip or product that words mean (`None`: not surely one), what it holds, and what else they may mean.

    `told` is also why a product that is known is none of these.
    """

    name: str | None
    told: str = ""
    choices: tuple[str, ...] = ()
    is_vague: bool = False
    """Whether the words tell no form, and that of most performance is taken."""
    is_server: bool = False
    """Whether the words name a server and nothing of what is in it, and the choices are all that it is sold with."""


@dataclass
class _Words:
    """What is left of a text while its words are understood."""

    text: str
    count: int | None = None
    after: int | None = None
    """A number behind the product (`x 8`): of a server it may as well be one of whole systems."""
    numbers: list[int] = field(default_factory=list)
    """Numbers that may say how many of the whole are meant."""
    told: str = ""
    """The words as they were before any was taken out."""
    memory: int | None = None
    unknown: list[str] = field(default_factory=list)

    def take(self, pattern: str | re.Pattern[str]) -> re.Match[str] | None:
        """Takes out the first place where the pattern stands."""
        found = re.search(pattern, self.text)
        if found:
            self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}"
        return found

    def has(self, word: str) -> bool:
        """Takes out a word, and says if it was there."""
        return word in self.text and self.take(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])") is not None


class ProductNames:
    """Words of the trade by the chip or product that they mean; `exact` gives what a name of the catalogue holds.

    `catalogued` are names of products of the catalogue beside those of the shelf.
    """

    def __init__(
        self, shelf: ProductShelf | None, exact: Callable[[str], tuple[Part, ...]], catalogued: Sequence[str] = ()
    ) -> None:
        self._shelf = shelf
        self._exact = exact
        self._kept: dict[str, ProductMatch] = {}
        self._families: list[tuple[str, Family]] = []
        self._servers: list[tuple[str, ServerModel]] = []
        self._numbers: list[tuple[str, str]] = []
        if self._shelf is None:
            return
        for family in self._shelf.families:
            self._families += [(_plain(word), family) for word in family.words]
        self._families.sort(key=lambda each: -len(each[0]))
        for server in self._shelf.servers:
            self._servers += [(_plain(name), server) for name in server.names]
        self._servers.sort(key=lambda each: -len(each[0]))
        named = [(_plain(name), sold.name) for sold in self._shelf.products for name in sold.names]
        for name in catalogued:
            plain = _plain(name)
            if not plain.startswith(_PLATFORMS) and any(_stands(word, plain) for word, _ in self._families):
                named.append((plain, name))
        self._numbers = sorted((each for each in named if len(each[0]) > 5), key=lambda each: -len(each[0]))
        self._noise = {_plain(word) for word in self._shelf.noise}
        self._outside = sorted({_plain(word) for word in self._shelf.outside}, key=lambda word: (-len(word), word))
        self._beside = sorted({_plain(word) for word in self._shelf.beside}, key=lambda word: (-len(word), word))
        self._outside_numbers = [
            re.compile(rf"(?<![a-z0-9]){p.lower()}(?![a-z0-9])") for p in self._shelf.outside_numbers
        ]
        self._strong = [_plain(word) for word in self._shelf.hints]
        self._hints = [*self._strong, *(_plain(word) for word in self._shelf.weak_hints)]
        self._forms = {form for family in self._shelf.families for each in family.variants for form in each.forms}

    def family_of(self, chip: str) -> str:
        """A word for the family of a chip; its own name where it is of none."""
        shelf = self._shelf.families if self._shelf is not None else ()
        return next((each.words[0] for each in shelf if any(chip == one.chip for one in each.variants)), chip)

    def knows(self, words: str) -> bool:
        """Whether the words surely mean a product."""
        return self.match(words).name is not None

    def match(self, words: str) -> ProductMatch:
        """What the words mean."""
        if words not in self._kept:
            self._kept[words] = self._match(words)
        return self._kept[words]

    def _match(self, words: str) -> ProductMatch:
        if self._exact(words):
            return self._name_match(words)
        if self._shelf is None or not words.strip():
            return ProductMatch(None)
        text = _Words(_plain(words))
        text.told = text.text
        if (unrated := self._product_without_figures(text.text)) is not None:
            return unrated
        own = self._by_number(text)
        if own is not None:
            return self._rest(own, text)
        self._counts(text)
        servers = self._server(text)
        family = self._family(text)
        if text.after is not None:
            if servers is not None or any(_stands(word, text.text) for word in _PLATFORMS):
                text.numbers.append(text.after)
            else:
                self._count(text, text.after)
        if family is None:
            if servers is not None:
                alone = not text.numbers and text.count is None
                return ProductMatch(None, choices=tuple(sold.name for sold in servers.sold()), is_server=alone)
            return self._outside_match(text)
        platform = next((word for word in _PLATFORMS if text.has(word)), "")
        variant, told = self._variant(family, text, platform)
        if variant is None:
            return ProductMatch(None, choices=tuple(each.chip for each in family.variants))
        name = self._whole(variant.chip, text, platform, servers)
        if name is None:
            choices = [sold.name for sold in servers.sold() if sold.chip == variant.chip] if servers else []
            return ProductMatch(None, choices=tuple(choices) or (variant.chip,))
        return self._rest(name, text, told)

    def _product_without_figures(self, text: str) -> ProductMatch | None:
        """A product without figures, which is never taken for another."""
        for each in self._shelf.unrated if self._shelf is not None else ():
            named = any(_stands(_plain(word), text) for word in each.words)
            if named and (not each.beside or any(_stands(_plain(word), text) for word in each.beside)):
                return ProductMatch(None, each.why, each.holds)
        return None

    def _name_match(self, name: str, told: str = "") -> ProductMatch:
        parts = self._exact(name)
        holds = ", ".join(f"{part.count} {part.chip.name}" for part in parts)
        return ProductMatch(name, f"{holds}{f'; {told}' if told else ''}", is_vague=bool(told))

    def _rest(self, name: str, text: _Words, told: str = "") -> ProductMatch:
        """The match, if every other word is one that says nothing, and no number may say how many."""
        outside = any(text.has(word) for word in (*self._beside, *self._outside))
        chips = {part.chip.name for part in self._exact(name)}
        for plain, family in self._families:
            if chips & {each.chip for each in family.variants}:
                text.has(plain)
        for plain, server in self._servers:
            if any(sold.chip in chips for sold in server.sold()):
                text.has(plain)
        for pattern in _NOT_COUNTS:
            text.text = pattern.sub(" ", text.text)
        unknown = False
        for word in _WORD.findall(text.text):
            if (number := _NUMBER.fullmatch(word)) or word in _NUMBER_WORDS:
                text.numbers.append(int(number[1]) if number else _NUMBER_WORDS[word])
            elif word not in self._noise and word not in self._forms and not _is_size(word):
                unknown = True
        several = self._several(name, text)
        if outside:
            return ProductMatch(None, choices=(*several, name, OUTSIDE))
        if unknown or several:
            return ProductMatch(None, choices=(*several, name))
        return self._name_match(name, told)

    def _several(self, name: str, text: _Words) -> tuple[str, ...]:
        """What the product is if the numbers beside it say how many; nothing where there is none over one."""
        held = self._exact(name)
        if len(held) != 1 or (not text.numbers or set(text.numbers) == {1}):
            return ()
        count, total = prod(text.numbers), max(text.numbers)
        if len(text.numbers) > 1 and total * total == count * held[0].count:  # the last says the chips of them all
            count //= total
        found = f"{count * held[0].count}x {held[0].chip.name}"
        return (found,) if self._exact(found) else (name,)

    def _by_number(self, text: _Words) -> str | None:
        """The product of a part number or a name in full that stands in the text."""
        for plain, name in self._numbers:
            if any(letter.isdigit() for letter in plain) and plain in text.text and text.has(plain):
                return name
        return None

    def _server(self, text: _Words) -> ServerModel | None:
        return next((server for plain, server in self._servers if plain in text.text and text.has(plain)), None)

    def _counts(self, text: _Words) -> None:
        if found := text.take(_LANES):
            text.text += " pcie"
        for word, count in _HAN_COUNT.items():
            if word in text.text:
                text.text, text.count = text.text.replace(word, " "), count
        for pattern in (_CARDS, _GPUS, _COUNT, _COUNT_AFTER):
            behind = text.text
            if not (found := text.take(pattern)):
                continue
            if pattern is _COUNT and not self._begins_with_chip(behind[found.end() :]):
                text.numbers.append(int(found[1]))
            elif pattern is _COUNT_AFTER:
                text.after = int(found[1])
            else:
                self._count(text, int(found[1]))
        if found := text.take(_MEMORY):
            text.memory = int(found[1] or found[2])

    def _count(self, text: _Words, count: int) -> None:
        """A number of chips; a second one that differs may be one of wholes."""
        if text.count in (None, count):
            text.count = count
        else:
            text.numbers.append(count)

    def _begins_with_chip(self, text: str) -> bool:
        """Whether the words for a chip stand first, but for its maker: else the number before is one of systems."""
        words = text.split()
        while words and words[0] in _MAKERS:
            words = words[1:]
        rest = " ".join(words)
        return any(rest.startswith(plain) for plain, _ in self._families)

    def _family(self, text: _Words) -> Family | None:
        """The one family that the text names; none where it names two."""
        found = [family for plain, family in self._families if plain in text.text and text.has(plain)]
        distinct = {id(family): family for family in found}
        return next(iter(distinct.values())) if len(distinct) == 1 else None

    def _variant(self, family: Family, text: _Words, platform: str) -> tuple[Variant | None, str]:
        """The chip of the family by form and memory."""
        forms = {form for form in self._forms if form not in _PLATFORMS and _stands(form, text.text)} | {platform} - {
            ""
        }
        told = [each for each in family.variants if forms & set(each.forms)]
        unfit = forms - {form for each in family.variants for form in each.forms}
        if len(told) > 1:  # `NVL PCIe 94GB`: the memory may tell which
            told = [each for each in told if text.memory in each.memory]
        if (unfit and not told) or len(told) > 1 or (forms and not told):
            return None, ""
        fitting = told or list(family.variants)
        count = text.count or 1
        if text.memory is not None and any(each.memory for each in fitting):
            sizes = {text.memory} if not platform else {text.memory, text.memory // max(count, 8), text.memory // 4}
            fitting = [each for each in fitting if sizes & set(each.memory) or not each.memory]
        if not fitting:
            return None, ""
        if told or len(fitting) == 1:
            return fitting[0], ""
        return fitting[0], f"the form is not told, and that of most performance is taken: {fitting[0].chip}"

    def _whole(self, chip: str, text: _Words, platform: str, server: ServerModel | None) -> str | None:
        """The name of the product that holds the chip; `None` where it is not sure how many it holds."""
        if server is not None:
            sold = [each for each in server.sold() if each.chip == chip and text.count in (None, each.count)]
            if len(sold) == 1:
                return sold[0].name
            return f"{text.count}x {chip}" if text.count else None
        if platform:
            family = chip.partition(" ")[0]
            for name in (f"{platform} {family} {text.count}-gpu", f"{platform} {family}"):
                parts = self._exact(name)
                if parts and (text.count is None or sum(part.count for part in parts) == text.count):
                    return parts[0].product
            return f"{text.count}x {chip}" if text.count else None
        return chip if text.count in (None, 1) else f"{text.count}x {chip}"

    def _outside_match(self, text: _Words) -> ProductMatch:
        """Goods that hold no accelerator: a word says so, no other is unknown, and none tells of what may hold some."""
        found = [pattern for pattern in self._outside_numbers if text.take(pattern)]
        words = [word for word in self._outside if text.has(word)]
        hinted = text.count is not None or self._is_hinted(text.text, self._hints if not found else self._strong)
        meant = self._of_brand(text.told) if hinted or self._is_hinted(text.told, self._strong) else ()
        if not found and not words:
            return ProductMatch(None, choices=meant)
        for pattern in _NOT_COUNTS:
            text.text = pattern.sub(" ", text.text)
        left = [word for word in _WORD.findall(text.text) if word not in self._noise and not _is_size(word)]
        if hinted or (left and not found):
            return ProductMatch(None, choices=(*meant, OUTSIDE))
        return ProductMatch(OUTSIDE, "holds no accelerator; its own classification is not judged")

    def _is_hinted(self, text: str, hints: Sequence[str]) -> bool:
        """Whether a word tells of an accelerator, or of what may hold some."""
        return any(_stands(word, text) if word.isascii() else word in text for word in hints)

    def _of_brand(self, text: str) -> tuple[str, ...]:
        """The accelerators of the brand or make that words tell of, those of strictest control first."""
        assert self._shelf is not None
        for brand in self._shelf.brands:
            if not brand.words or self._is_hinted(text, [_plain(word) for word in brand.words]):
                return brand.holds
        return ()


def _plain(text: str) -> str:
    """A text without case and signs but points and slashes inside words."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("®", " ").replace("™", " ")
    plain = re.sub(r"(?<=\d)\s?([gt])b(?:it)?/s(?![a-z])", r"\1bps", plain)
    return " ".join(re.sub(r"[-_/,;:()\[\]+|\"'’]", " ", plain).split())


def _stands(word: str, text: str) -> bool:
    return word in text and re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


def _is_size(word: str) -> bool:
    return bool(_OPTICS.fullmatch(word))
