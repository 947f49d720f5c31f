"""durable_rules without the fence, to show what it does; and small rules and facts to show what the fence does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from platform import libc_ver
from textwrap import dedent
from typing import Any as Anything

import pytest

from compliance.engine.encoding import Encoder
from compliance.engine.facts import Amount, Clause, EngineRule, Fact, FactType
from compliance.engine.fence import Durable, FenceError, native
from compliance.rulebook.conditions import Test as Ask

__all__ = ["FIVE", "Bare", "Durable", "FenceError", "N", "fact", "native", "rulesets"]

needs_glibc = pytest.mark.skipif(libc_ver()[0] != "glibc", reason="what is not set is chance; glibc can fix it")
"""For what depends on memory that durable_rules does not set."""

ROOT = Path(__file__).parents[2]
MOST = 5_000
_names = count()


class Bare:
    """Rules given to the C module as they are, with a catch-all on the field `catch`."""

    def __init__(self, rules: Mapping[str, object], catch: str | None = "z") -> None:
        self.native: Anything = native()
        asked = {name: {"all": [{"m": each}]} for name, each in rules.items()}
        if catch:
            asked["all"] = {"all": [{"m": {"$ex": {catch: 1}}}]}
        self.handle = self.native.create_ruleset(f"bare {next(_names)}", json.dumps(asked))

    def fired(self, facts: Sequence[object] | str, *, update: bool = False) -> list[tuple[str, Anything]]:
        """The rules that fired but the catch-all, and the ids of their facts. Raises where it never ends."""
        text = facts if isinstance(facts, str) else json.dumps(facts)
        _, state = self.native.assert_facts(self.handle, text)
        started = self.native.start_action_for_state(self.handle, state)
        found: list[tuple[str, Anything]] = []
        context, answer = started if started else ("", None)
        while answer is not None:
            [(name, message)] = json.loads(answer).items()
            found.append((name, message["m"]["id"]))
            if update:
                self.native.update_state(self.handle, context)
            if len(found) == MOST:
                raise RecursionError("durable_rules goes on and on")
            answer = self.native.complete_and_start_action(self.handle, state)
        self.native.delete_state(self.handle, "0")
        return [each for each in found if each[0] != "all"]


N = FactType("n", {"n": "amount", "word": "text", "flag": "flag"})
FIVE = EngineRule("five", "n", (Clause("c", Ask("n", "is", 5)),))


def fact(name: str, n: object = 5, word: object = "", flag: object = True) -> Fact:
    return Fact("n", name, {"n": Amount.of(n) if isinstance(n, int) else n, "word": word, "flag": flag})


def rulesets(durable: Durable) -> list[tuple[Anything, Encoder]]:
    """The rulesets of facts with nothing unknown, and what writes the facts for them."""
    return [(ruleset, encoder) for side in durable._sides.values() for encoder, ruleset in side.known._asked]


HOST = """
    from durable import engine
    hits = []
    host = engine.Host()
    host.register_rulesets({"a": {"r": {"all": [{"m": {"x": 1}}], "run": lambda c: hits.append(1)}}})
"""


def printed(code: str, seconds: float = 30) -> str:
    """What the code prints in a process of its own."""
    return _run(code, seconds).stdout


def ends(code: str, seconds: float = 30, **environment: str) -> int | str:
    """How the code ends in a process of its own: its exit code, negative for a signal, or `never`."""
    try:
        return _run(code, seconds, **environment).returncode
    except subprocess.TimeoutExpired:
        return "never"


def _run(code: str, seconds: float, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", "from engine.bare import Bare, native\nnative()\n" + dedent(code)],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, "PYTHONPATH": path, **environment},
    )
