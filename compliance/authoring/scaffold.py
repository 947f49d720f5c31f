"""A new rule from a template: the rule, what it adds up, and its first cases, which pass as they are."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from string import ascii_lowercase

from compliance.errors import UsageError, near
from compliance.rulebook.packs import CASES, PACK_FILE
from compliance.templates import KINDS

_PARTS = {".yaml": "{kind}.yaml", ".measures.yaml": "{kind}.measures.yaml", CASES: "{kind}.cases.yaml"}
_ID = re.compile(r"[a-z][a-z0-9_]*")


def scaffold_rule(folder: Path, rule: str, kind: str, title: str = "") -> dict[Path, str]:
    """The files of a new rule in a pack folder, by path; those of the pack too where it is not there yet.

    Raises `UsageError` for a kind that is none, an id that cannot be one, and files that are there already.
    """
    if kind not in KINDS:
        raise UsageError(f"`{kind}` is no kind of rule; one of {', '.join(KINDS)}.{near(kind, KINDS)}")
    for name, what in ((rule, "rule"), (folder.name, "pack")):
        if not _ID.fullmatch(name):
            told = "lower-case letters, digits and _, a letter first, such as `our_quota`"
            raise UsageError(f"`{name}` cannot be the id of a {what}; it takes {told}")
    words = {
        "id": rule,
        "pack": folder.name,
        "title": title or _id_as_words(rule),
        "pack_title": _id_as_words(folder.name),
    }
    templates = {folder / f"{rule}{ending}": name.format(kind=kind) for ending, name in _PARTS.items()}
    if not (folder / PACK_FILE).exists():
        templates = {folder / PACK_FILE: PACK_FILE, **templates}
    made = {path: _fill_template(name, words) for path, name in templates.items() if _template(name).is_file()}
    there = next((path for path in made if path.exists()), None)
    if there is not None:
        raise UsageError(f"`{there}` is there already; choose another id")
    return made


def _template(name: str) -> Path:
    return Path(str(resources.files("compliance"))) / "templates" / name


def _fill_template(name: str, words: dict[str, str]) -> str:
    text = _template(name).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace("{{" + word + "}}", value)
    return text


def _id_as_words(name: str) -> str:
    """An id as words, a capital first."""
    text = name.replace("_", " ")
    return text.capitalize() if text[0] in ascii_lowercase else text
