"""The trade's words for columns and values, read from `words.yaml`, and what a name of a column may mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from compliance.spreadsheets.values.numbered_names import without_number
from compliance.world.io.yaml_nodes import read_yaml

_TOKEN = re.compile(r"[^\W_]+|[%#°]")
_SIGNS = re.compile(r"[^\w%#°]|_")
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z .'#&%-]*")
_UNIT_BEHIND = re.compile(r"(.*\S)\s+(?:in\s+)?(?:([x×*]\s*\d+|'?000)|([^\W\d_]+|‰))", re.DOTALL)
_UNIT_WORD = re.compile(r"[%‰$€£¥￥]|[^\W\d_]+|\d+")
_DATE_MASK = re.compile(r"(?P<one>[dtjmya]{1,4})(?P<mark>[-./])[dtjmya]{1,4}(?P=mark)[dtjmya]{1,4}")
_ACCENTS = re.compile("[\u0300-\u036f]")
NUMBER = "number"
_LONGEST_NAME = 60
_PARTS = ("name", NUMBER, "country")
_OF_OWNER = {"name": "{}", NUMBER: "{}", "country": "{}.country", "companies.headquarters": "{}.country"}
_OFTEN_ANOTHER = "end_user"
"""The party whose lesser words are also words for another party; the others have words that alone say nothing."""
_COMPOSED: dict[str, dict[str, dict[str, str]]] = {
    "orders": {"purchase": {NUMBER: "purchase"}},
    "shipments": {"purchase": {NUMBER: "purchase"}},
    "stakes": {
        "owner": {own: full.format("owner") for own, full in _OF_OWNER.items()} | {"stakes.percent": "percent"},
        "owned": {own: full.format("owned") for own, full in _OF_OWNER.items()},
    },
    "companies": {
        "stakes.owner": {own: full.format("stakes.owner") for own, full in _OF_OWNER.items()}
        | {"stakes.percent": "stakes.percent"}
    },
    "sites": {
        "operator": {"name": "operator"},
        "holdings.chip": {"holdings.chip": "holdings.chip", "holdings.quantity": "holdings.quantity"},
    },
}
"""Of a table the fields of which a name may tell a part, and what that is: a word of `parts` or of a field."""


def fold_title(text: str) -> str:
    """A name of a column as it is compared: without case, accents, blanks and signs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", plain)))
    return _SIGNS.sub("", plain)


@dataclass(frozen=True, slots=True, order=True)
class Meaning:
    """A field that a name of a column may mean; of two columns for a field the one with the lesser `rank` is read."""

    rank: int
    field: str
    language: str = ""


class Vocabulary:
    """Words by what they mean."""

    def __init__(self, node: Mapping[str, Any]) -> None:
        self._known: dict[str, bool] = {}
        self.languages: tuple[str, ...] = tuple(node["languages"])
        self.tables: dict[str, Mapping[str, Any]] = {}
        self._fields: dict[str, dict[str, list[Meaning]]] = {}
        for table, about in node["tables"].items():
            base = node["tables"][about["like"]] if "like" in about else {}
            whole = {**base, **about}
            self.tables[table] = whole
            self._fields[table] = _by_word(whole["fields"])
        self._roles = {fold_title(word): role for role, ranks in node["roles"].items() for word in _words(ranks)}
        for word in self._roles:
            self._fields["companies"].setdefault(word, []).append(Meaning(0, "roles.person"))
        self._parties = _by_word(node["parties"])
        self.party_fields = frozenset(node["parties"])
        self._parts = _by_word(node["parts"])
        self.not_read = {fold_title(word) for word in _words(node["not_read"])}
        self.plain_answers = {fold_title(word) for word in node["plain_answers"]}
        self.currency = {fold_title(word) for word in _words(node["currency"])}
        self._whole_words: dict[str, str] = node["abbreviations"]
        self.open_columns = [
            (each["asks"], tuple(each["fields"]), {fold_title(word) for word in _words(each["words"])})
            for each in node["open_columns"]
        ]
        self.units = {fold_title(word) for word in _words(node["units"])}
        self._beside_units = {fold_title(word) for word in node["beside_units"]}
        self.unit_columns = {fold_title(word) for word in _words(node["unit_columns"])}
        self.factors: dict[str, dict[str, str]] = {
            kind: {_unit(word): factor for factor, words in factors.items() for word in words}
            for kind, factors in node["factors"].items()
        }
        self.totals = {_whole(word) for word in _words(node["totals"])}
        self.remarks = tuple(sorted({_whole(word) for word in _words(node["remarks"])}))
        self._connectives = tuple(
            sorted({fold_title(word) for word in node["connectives"]}, key=lambda word: -len(word))
        )
        self.unknown = {_whole(word) for word in node["unknown"]}
        self.ditto = {_whole(word) for word in node["ditto"]}
        self.no_name = {_whole(word) for word in node["no_name"]}
        self.same_parties: dict[str, str] = {
            _whole(word): party for party, words in node["same_parties"].items() for word in words
        }
        self.us_dollar = tuple(word.casefold() for word in node["values"]["us_dollar"])
        self.values: dict[str, dict[str, str]] = {
            field: {fold_title(word): value for value, words in choices.items() for word in (value, *words)}
            for field, choices in node["values"].items()
            if isinstance(choices, Mapping)
        }
        self.countries: Mapping[str, list[str]] = node["countries"]
        self.two_countries = {fold_title(name): tuple(codes) for name, codes in node["two_countries"].items()}
        self.beside_periods = {fold_title(word) for word in _words(node["beside_periods"])}
        self.months: dict[str, int] = {}
        for each in node["months"]:
            for names in each.values():
                self.months.update({fold_title(name): place for place, name in enumerate(names, 1)})

    def words_name(self, table: str, field: str) -> str:
        """The name under which the words for the values of a field of a table are kept."""
        return own if (own := f"{field}_of_{table}") in self.values else field

    def titles(self, table: str) -> list[str]:
        """Words by which a sheet or a title says that it is this table."""
        return list(self.tables[table].get("titles", ()))

    def meanings(self, table: str, names: tuple[str, ...]) -> list[Meaning]:
        """What a column of these names may mean in a table, the best first; a later name only where none before it."""
        for name in names:
            for text in self._readings(name):
                word = fold_title(text)
                found = [*self._fields[table].get(word, ())]
                found = found or ([] if word in self.not_read else self._meanings_of_parts(table, word))
                if self.takes_parties(table):
                    found += self._of_party(word)
                if found:
                    return sorted(set(found))
        return []

    def takes_parties(self, table: str) -> bool:
        """Whether lines of the table name the parties of a transaction."""
        return table == "orders" or self.tables[table].get("like") == "orders"

    def means_anything(self, word: str) -> bool:
        """Whether the name of a column is known in some table."""
        if len(word) > _LONGEST_NAME:
            return False
        if word not in self._known:
            self._known[word] = self._means_anything(word) or any(
                self._means_anything(base) for base, _ in without_number(word)
            )
        return self._known[word]

    def _means_anything(self, word: str) -> bool:
        texts = [text for reading in self._readings(word) if (text := fold_title(reading))]
        return any(
            text in found for text in texts for found in (*self._fields.values(), self.not_read, self._parties)
        ) or any(map(self._of_party, texts))

    def knows_whole(self, word: str) -> bool:
        """Whether the name of a column is known as it stands, and no part of it alone is."""
        if len(word) > _LONGEST_NAME:
            return False
        bare = _BRACKETS.sub(" ", word)
        texts = {fold_title(text) for each in (word, bare) for text in (each, self._in_full(each))} - {""}
        return any(
            text in found for text in texts for found in (*self._fields.values(), self.not_read, self._parties)
        ) or any(
            self._of_party(text) or any(self._meanings_of_parts(table, text) for table in self.tables) for text in texts
        )

    def _in_full(self, name: str) -> str:
        """A name of a column with its abbreviations in full."""
        return " ".join(self._whole_words.get(token.casefold(), token) for token in _TOKEN.findall(name))

    def language_of(self, word: str) -> str:
        """The language that alone has the name of a column; empty where several have it."""
        text = fold_title(word)
        found = {each.language for fields in self._fields.values() for each in fields.get(text, ())}
        found |= {each.language for each in self._of_party(text)}
        return found.pop() if len(found) == 1 else ""

    def is_not_read(self, names: tuple[str, ...]) -> bool:
        """Whether it is known that no table holds what the column says."""
        return any(fold_title(text) in self.not_read for name in names for text in (name, _BRACKETS.sub(" ", name)))

    def is_currency(self, name: str) -> bool:
        """Whether a column of this name says in which currency a value stands."""
        return fold_title(name) in self.currency

    def factor_of(self, kind: str, word: str) -> str | None:
        """By what a number is multiplied whose unit the word is, `ask` where that is not sure; `None` for no unit."""
        return self.factors[kind].get(_unit(word))

    def role_of(self, word: str) -> str:
        """The role in a company whose holders a column of this name tells; empty for none."""
        return next((role for text in self._readings(word) if (role := self._roles.get(fold_title(text)))), "")

    def part_of(self, word: str) -> str:
        """What of a party a word alone tells, `name`, `number`, `country`; empty for none."""
        found = next((each for text in self._readings(word) for each in self._parts.get(fold_title(text), ())), None)
        return found.field if found is not None else ""

    def is_unit_column(self, names: tuple[str, ...]) -> bool:
        """Whether a column says what the numbers beside it count."""
        return any(fold_title(name) in self.unit_columns for name in names)

    def is_unit_text(self, text: str) -> bool:
        """Whether a text says in what values are given and nothing else: `pcs`, `k USD`, `[MW]`, `TT.MM.JJJJ`."""
        if _DATE_MASK.fullmatch(text.strip("[]()（） ").casefold()):
            return True
        words = [word for word in _UNIT_WORD.findall(unicodedata.normalize("NFKC", text)) if _unit(word)]
        told = [word for word in words if not word.isdecimal() and _unit(word) not in self._beside_units]
        return bool(told) and all(self._is_unit(word) for word in told)

    def _is_unit(self, word: str) -> bool:
        plain = _unit(word)
        if plain in self.units or plain in self.us_dollar or any(plain in words for words in self.factors.values()):
            return True
        return plain in ("%", "iso") or (word.isupper() and word in currency_codes())

    def words_of(self, table: str) -> Iterator[tuple[str, str]]:
        """Every word for a column of the table, folded, with its field."""
        for word, found in self._fields[table].items():
            yield word, found[0].field
        if self.takes_parties(table):
            for word, found in self._parties.items():
                yield word, found[0].field

    def is_unknown(self, text: str) -> bool:
        """Whether the text says that the value is not known."""
        return _whole(text) in self.unknown

    def is_ditto(self, text: str) -> bool:
        """Whether the text stands for the cell above."""
        return _whole(text) in self.ditto

    def names_nobody(self, text: str) -> bool:
        """Whether the text stands where a party is wanted, and names none."""
        return _whole(text) in self.no_name

    def same_party(self, text: str) -> str:
        """The field whose party a text stands for, `ask` where it does not say which; empty for a name."""
        return self.same_parties.get(_whole(text), "")

    def is_total(self, text: str) -> bool:
        """Whether the text alone says that its row adds up others."""
        if len(text) > _LONGEST_NAME:
            return False
        word = _whole(text)
        return word in self.totals or _whole(re.sub(r"[::()\-–\s]+$", "", text)) in self.totals

    def is_remark(self, text: str) -> bool:
        """Whether a text that stands alone in its row is a note, and not the name of something."""
        word = _whole(text)
        return len(word) > _LONGEST_NAME or any(
            word.startswith(each) and not word[len(each) : len(each) + 1].isalnum() for each in self.remarks
        )

    def _bare(self, rest: str) -> Iterator[str]:
        """A rest, and the same without small words at its beginning or a small word at its end."""
        yield rest
        for word in self._connectives:
            if rest.startswith(word):
                yield rest[len(word) :]
                yield from (rest[len(word + more) :] for more in self._connectives if rest.startswith(word + more))
            if rest.endswith(word):
                yield rest[: -len(word)]

    def _readings(self, name: str) -> list[str]:
        """A name of a column, and the same with its abbreviations in full."""
        found = _readings(name)
        if (unit := _UNIT_BEHIND.fullmatch(name)) and (
            unit[2] or any(_unit(unit[3]) in each for each in self.factors.values())
        ):
            found.append(unit[1])
        full = self._in_full(name)
        return found if full == " ".join(_TOKEN.findall(name)) else [*found, full]

    def _of_party(self, word: str) -> list[Meaning]:
        found = [Meaning(each.rank, each.field, each.language) for each in self._parties.get(word, ())]
        for rest, meanings in self._split_parts(word, self._parts):
            for party in self._parties.get(rest, ()):
                if party.rank == 0 or party.field == _OFTEN_ANOTHER:
                    found += [
                        Meaning(party.rank, _part_field(party.field, each.field), party.language) for each in meanings
                    ]
        return found

    def _meanings_of_parts(self, table: str, word: str) -> list[Meaning]:
        """What a name means that puts a word for a field before or behind one for what of it is told."""
        fields, found = self._fields[table], list[Meaning]()
        for lead, parts in _COMPOSED.get(table, {}).items():
            for own, full in parts.items():
                words = self._parts if own in _PARTS else self._fields[own.partition(".")[0]]
                told = own.rpartition(".")[2]
                for rest, meanings in self._split_parts(word, words):
                    if any(each.field == told for each in meanings):
                        leads = (each for each in fields.get(rest, ()) if each.field == lead)
                        found += [Meaning(0, full, each.language) for each in leads]
        return found

    def _split_parts(self, word: str, parts: Mapping[str, list[Meaning]]) -> Iterator[tuple[str, list[Meaning]]]:
        """What is left of a word without one of these at its end or its beginning, and what that one means."""
        for part, meanings in parts.items():
            if part == word:
                continue
            rests = [word[: -len(part)]] if word.endswith(part) else []
            rests += [word[len(part) :]] if word.startswith(part) else []
            for rest in rests:
                for bare in self._bare(rest):
                    yield bare, meanings


def scripts_of(name: str) -> tuple[str, str]:
    """What of a name is in Han or kana, and what in Latin letters; of one in one script nothing."""
    if not (_HAN.search(name) and _LATIN.search(name)):
        return "", ""
    return " ".join(_HAN.findall(name)), " ".join(_LATIN.findall(name)).strip()


def _readings(name: str) -> list[str]:
    """A name of a column, without what stands in brackets, and of one in two scripts (`数量 Qty`) each part."""
    found = [name, _BRACKETS.sub(" ", name)]
    if _HAN.search(name) and _LATIN.search(name):
        found += [*_HAN.findall(name), *_LATIN.findall(name)]
    if "/" in name or "\n" in name or "|" in name:
        found += re.split(r"[/|\n]", name)
    return list(dict.fromkeys(text.strip() for text in found if text.strip()))


def _part_field(party: str, part: str) -> str:
    if part == NUMBER:
        return f"{party}.id"
    if part == "country" and party == "consignee":
        return "to_country"
    return f"{party}.{part}"


def _unit(word: str) -> str:
    return word if word == "‰" else fold_title(word)


def _whole(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _words(ranks: list[Mapping[str, list[str]]]) -> Iterator[str]:
    for languages in ranks:
        for words in languages.values():
            yield from words


def _by_word(fields: Mapping[str, Any]) -> dict[str, list[Meaning]]:
    found: dict[str, list[Meaning]] = {}
    for field, ranks in fields.items():
        for rank, languages in enumerate(ranks):
            for language, words in languages.items():
                for word in words:
                    held = found.setdefault(fold_title(word), [])
                    if all(each.field != field for each in held):
                        held.append(Meaning(rank, field, language))
    return found


@cache
def currency_codes() -> frozenset[str]:
    """The codes of ISO 4217."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


@cache
def load_vocabulary() -> Vocabulary:
    """The words that ship."""
    place = files("compliance.spreadsheets.values").joinpath("words.yaml")
    node: Any = read_yaml(place.read_text(encoding="utf-8"), "words.yaml")
    return Vocabulary(node)
