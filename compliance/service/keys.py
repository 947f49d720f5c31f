"""Keys of programs that ask, with what each may do; a file holds their hashes, never the keys."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from compliance.errors import InputError, Problem, UsageError, near
from compliance.output_files import write_file
from compliance.records.durable_files import lock_file
from compliance.service.problems import RefusedError

Scope = Literal["screen", "reserve", "decide", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""`screen` asks, `reserve` takes of limits too, `decide` acts on decisions, `admin` does all and changes the world."""
PREFIX = "ck_"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FIELDS = ("name", "scopes", "sha256", "created", "to", "person")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that asks: the name of its key, and what it may do."""

    name: str
    scopes: frozenset[str]
    person: str = ""
    """Who signs in to the pages with it; empty where the key is of a program."""

    def may(self, scopes: Iterable[str]) -> bool:
        """Whether it has one of the scopes; `admin` has all."""
        return "admin" in self.scopes or not self.scopes.isdisjoint(scopes)

    def acts_for(self, person: str | None) -> str:
        """Who acts: whoever a program names, else the program; the key of a person acts for that person alone.

        Raises `RefusedError` for another name with the key of a person.
        """
        if self.person and person is not None and person.strip() != self.person:
            told = f"this key is of `{self.person}` and acts for nobody else; leave `by` out, or give this name"
            raise RefusedError(403, "person", told)
        return self.person or person or self.name


LOCAL = Caller("local", frozenset(SCOPES))
"""Whoever asks on loopback where the service has no keys."""


class Keys:
    """The keys of a file, read again when it changes. Raises `InputError` where it cannot be read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp: tuple[int, int, int] | None = None
        self._callers: dict[str, Caller] = {}
        self.read()

    def read(self) -> None:
        """Reads the file if it is another than before."""
        try:
            found = os.stat(self._file)
        except OSError as wrong:
            raise InputError([Problem(str(self._file), 0, (wrong.strerror or "cannot be read").lower())]) from None
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._callers = _callers(read_keys(self._file), date.today())
            self._stamp = stamp

    def caller(self, key: str) -> Caller | None:
        """Whose key it is; `None` for one that is nobody's."""
        return self._callers.get(hash_of(key))

    def caller_of(self, key_sha256: str) -> Caller | None:
        """Whose key has that hash; `None` where it was revoked or has run out."""
        return self._callers.get(key_sha256)


def hash_of(key: str) -> str:
    """What the file has of a key."""
    return sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _callers(rows: Iterable[Mapping[str, Any]], today: date) -> dict[str, Caller]:
    return {
        row["sha256"]: Caller(row["name"], frozenset(row["scopes"]), row.get("person", ""))
        for row in rows
        if not row.get("to") or date.fromisoformat(row["to"]) > today
    }


def read_keys(file: Path) -> list[dict[str, Any]]:
    """The rows of a keys file. Raises `InputError` with all that is wrong."""
    name = str(file)
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))["keys"]
        assert isinstance(rows, list)
    except OSError as wrong:
        raise InputError([Problem(name, 0, (wrong.strerror or "cannot be read").lower())]) from None
    except (ValueError, KeyError, TypeError, AssertionError):
        told = 'is no keys file: `{"keys": [...]}` is needed; `compliance keys new --keys FILE` writes one'
        raise InputError([Problem(name, 0, told)]) from None
    problems = [Problem(name, 0, f"key {number}: {told}") for number, row in enumerate(rows, 1) for told in _wrong(row)]
    names = [row.get("name") for row in rows if isinstance(row, dict)]
    problems += [Problem(name, 0, f"the key `{one}` stands twice") for one in {n for n in names if names.count(n) > 1}]
    if problems:
        raise InputError(problems)
    return rows


def _wrong(row: object) -> Iterable[str]:
    if not isinstance(row, dict):
        yield "is no mapping"
        return
    if not isinstance(row.get("name"), str) or not _NAME.fullmatch(row["name"]):
        yield "`name` needs letters, digits, `_`, `.` and `-`, at most 64"
    if not isinstance(row.get("sha256"), str) or not _HASH.fullmatch(row["sha256"]):
        yield "`sha256` needs the hash of the key, 64 digits"
    scopes = row.get("scopes")
    if not isinstance(scopes, list) or not scopes:
        yield f"`scopes` needs a list of {', '.join(SCOPES)}"
    else:
        yield from (f"there is no scope `{one}`.{near(str(one), SCOPES)}" for one in scopes if one not in SCOPES)
    try:
        if row.get("to"):
            date.fromisoformat(row["to"])
    except (ValueError, TypeError):
        yield f"`to`: `{row['to']}` is not a valid date"
    if "person" in row and not is_person(row["person"]):
        yield "`person` needs the name of a person, at most 100 visible characters"
    yield from (f"there is no `{one}`" for one in row if one not in _FIELDS)


def is_person(name: object) -> bool:
    """Whether it can be the name of a person."""
    return isinstance(name, str) and 0 < len(name.strip()) <= 100 and name.isprintable()


def make_key(
    file: Path, name: str, scopes: Iterable[str], today: date, to: date | None = None, person: str = ""
) -> str:  # fmt: skip
    """Makes a key, puts its hash into the file, and gives the key, which stands nowhere else. Raises `UsageError`."""
    asked = [scope for scope in SCOPES if scope in set(scopes)]
    if not _NAME.fullmatch(name):
        raise UsageError(f"`{name}` cannot be the name of a key: letters, digits, `_`, `.` and `-`, at most 64")
    if not asked:
        raise UsageError(f"a key needs a scope: {', '.join(SCOPES)}")
    if person and not is_person(person):
        raise UsageError(f"`{person}` cannot be the name of a person: at most 100 visible characters")
    key = PREFIX + secrets.token_urlsafe(32)
    row = {"name": name, "scopes": asked, "sha256": hash_of(key), "created": today.isoformat()}
    row |= {"to": to.isoformat()} if to else {}
    row |= {"person": person.strip()} if person else {}
    with _changing(file):
        rows = read_keys(file) if file.exists() else []
        if any(other["name"] == name for other in rows):
            raise UsageError(f"`{file}` has a key `{name}` already; revoke it first, or take another name")
        _write(file, [*rows, row])
    return key


def revoke_key(file: Path, name: str) -> None:
    """Takes a key out of the file. Raises `UsageError` where there is none of that name."""
    with _changing(file):
        rows = read_keys(file)
        left = [row for row in rows if row["name"] != name]
        if len(left) == len(rows):
            raise UsageError(f"`{file}` has no key `{name}`.{near(name, [row['name'] for row in rows])}")
        _write(file, left)


def _changing(file: Path) -> Any:
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder `{file.parent}`")
    return lock_file(file.with_name(f".{file.name}.lock"))


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    new = not file.exists()
    write_file(file, json.dumps({"keys": rows}, indent=2) + "\n")
    if new:
        os.chmod(file, 0o600)
