"""YAML and JSON become text that knows its lines, and nothing a text can do makes them large or deep."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from compliance.errors import InputError
from compliance.world.io.json_text import read_json
from compliance.world.io.yaml_nodes import DEEPEST, LocatedDict, LocatedList, LocatedStr, Node, read_yaml

Read = Callable[[str, str], Node]


def refusal(read: Read, text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(text, "f")
    return str(caught.value)


def test_every_scalar_of_yaml_is_the_text_that_stands_there() -> None:
    node = read_yaml("{a: NO, b: 1e26, c: 33.33333, on: true, d: 2025-06-01, e: '', f: 007, g: \"null\"}", "f")

    assert node == {
        "a": "NO",
        "b": "1e26",
        "c": "33.33333",
        "on": "true",
        "d": "2025-06-01",
        "e": "",
        "f": "007",
        "g": "null",
    }


def test_null_is_empty_unless_it_is_quoted() -> None:
    assert read_yaml("[null, ~, 'null', '~', Null]", "f") == ["", "", "null", "~", "Null"]
    assert read_json('[null, "null"]', "f") == ["", "null"]


def test_json_keeps_numbers_as_they_are_written() -> None:
    node = read_json('{"a": 1e26, "b": 33.33333333333333333333, "c": [true, false], "d": "\\u00e9\\n"}', "f")

    assert node == {"a": "1e26", "b": "33.33333333333333333333", "c": ["true", "false"], "d": "é\n"}


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_yaml, "a:\n  - {b: 1}\n  - c: 2\n    d: x\n"),
        (read_json, '{"a":\n [{"b": 1},\n {"c": 2,\n "d": "x"}]}'),
    ],
)
def test_nodes_and_keys_know_their_lines(read: Read, text: str) -> None:
    node = read(text, "f")

    assert isinstance(node, LocatedDict)
    rows = node["a"]
    assert isinstance(rows, LocatedList)
    assert [row.line for row in rows] == [2, 3]
    assert rows[1].line_of("d") == 4
    assert isinstance(rows[1]["d"], LocatedStr)
    assert rows[1]["d"].line == 4
    assert rows[1].line_of("unheard of") == 3


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_a_value_below_its_key_moves_the_lines_of_what_follows(read: Read) -> None:
    node = read('{"a":\n\n"b",\n"c": "d",\n"e": 1e5}', "f")

    assert isinstance(node, LocatedDict)
    assert (node.lines, node["a"].line, node["c"].line) == ({"a": 1, "c": 4, "e": 5}, 3, 4)


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_a_key_that_stands_twice_is_refused_with_both_lines(read: Read) -> None:
    assert refusal(read, '{"a": 1,\n"b": 2,\n"a": 3}') == "f:3: `a` stands twice in one mapping, first on line 1"


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_fifty_levels_are_read_and_fifty_one_are_not(read: Read) -> None:
    read("[" * DEEPEST + "]" * DEEPEST, "f")

    assert "nested deeper than 50 levels" in refusal(read, "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_a_hundred_thousand_levels_end_in_a_sentence(read: Read) -> None:
    assert "nested deeper" in refusal(read, "[" * 100_000)


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    assert "repeats too much: over 2,000,000 values" in refusal(read_yaml, "\n".join(layers))


def test_anchors_and_merges_work() -> None:
    node = read_yaml("base: &b {to: MY, chip: H100}\nrow: {<<: *b, chip: H20}\nsame: *b\n", "f")

    assert isinstance(node, LocatedDict)
    assert node["row"] == {"to": "MY", "chip": "H20"}
    assert node["same"] == {"to": "MY", "chip": "H100"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &a [*a]", "f:1: `*a` repeats nothing that is complete above it"),
        ("a: *b", "f:1: `*b` repeats nothing that is complete above it"),
        ("a: 1\n---\nb: 2\n", "f:2: a second document begins here; keep one a file"),
        ("? [a]\n: b\n", "f:1: a key must be plain text, not a list or a mapping"),
        ("a: !!python/object:os.system x", "the tag `tag:yaml.org,2002:python/object:os.system` is not read"),
        ("a:\n  b: [1\n", "f:3: cannot be read as YAML"),
        ("a: b: c", "f:1: cannot be read as YAML"),
        ("a: 1\nb: \x07", "f:2: holds the control character U+0007; remove it"),
        ('a: 1\nb: "\\a"', "f:2: holds the control character U+0007; remove it"),
        ("a: {<<: x}", "`<<` takes a mapping or a list of mappings"),
    ],
)
def test_what_is_wrong_in_yaml_is_said_with_its_line(text: str, told: str) -> None:
    assert told in refusal(read_yaml, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "f:1: is empty"),
        ('{"a": 1,}', "a comma stands before `}`; remove it"),
        ('{"a": 1 "b": 2}', "a comma is missing before `b`"),
        ('{"a"\n1}', "f:2: cannot be read as JSON: a colon is missing after `a`"),
        ("[1,\n NaN]", "f:2: cannot be read as JSON: JSON has no `NaN`; write `null` for what is not known"),
        ("[01]", "`01` is not a JSON value"),
        ("[1] 2", "`2` after the end"),
        ('["a\\u0007"]', "holds the control character U+0007"),
        ('["\\ud800"]', "holds the control character U+D800"),
        ('["abc', "cannot be read as JSON: the quote that opens here is never closed"),
        ('{"a": 1, "b": 2, , "c": 3}', "a key in double quotes is missing before `,`"),
        ('{, "a": 1}', "a key in double quotes is missing before `,`"),
    ],
)
def test_what_is_wrong_in_json_is_said_with_its_line(text: str, told: str) -> None:
    assert told in refusal(read_json, text)
