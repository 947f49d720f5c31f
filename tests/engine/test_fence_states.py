"""States, threads and names: what durable_rules does with them bare, and that behind the fence they do not matter."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest

from compliance.engine import fence
from compliance.engine.facts import Amount, Clause, EngineRule
from compliance.engine.fence import Durable
from compliance.rulebook.conditions import Test as Ask

from .bare import FIVE, HOST, Bare, N, fact, printed, rulesets

# States.


def test_bare_durable_rules_holds_1024_states() -> None:
    bare = Bare({"r": {"x": 1}})
    for n in range(1024):
        bare.native.assert_fact(bare.handle, f'{{"id": 1, "z": 1, "sid": "{n}"}}')
    for n in range(2):
        with pytest.raises(MemoryError):
            bare.native.assert_fact(bare.handle, f'{{"id": 1, "z": 1, "sid": "more {n}"}}')


def test_behind_the_fence_60_000_decisions_leave_no_state_and_no_memory() -> None:
    durable = Durable([FIVE], [N])
    facts = [fact("f"), fact("g", 4), fact("h", Amount(0, None))]
    right = {("f", "five"): True, ("h", "five"): False}
    for n in range(30_000):
        assert durable.match(facts[:2] if n % 10 else facts) == ({("f", "five"): True} if n % 10 else right)
        if n == 5_000:
            before = _memory()
    for _ in range(30_000):
        durable.match(facts[:1])
    assert _memory() - before < 4_000_000
    for ruleset, _ in rulesets(durable):
        with pytest.raises(fence.native().error, match="309"):
            fence.native().get_state(ruleset._handle, "0")


def _memory() -> int:
    """Resident bytes, where the system says so."""
    if not Path("/proc/self/statm").exists():
        return 0
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_rulesets_that_nobody_holds_are_given_back() -> None:
    handles = []
    for n in range(200):
        rule = EngineRule("r", "n", (Clause("c", Ask("n", "is", n + 10**12)),))
        durable = Durable([rule], [N])
        assert durable.match([fact("f", n + 10**12)]) == {("f", "r"): True}
        handles += [ruleset._handle for ruleset, _ in rulesets(durable)]
    del durable
    gc.collect()
    for handle in handles:
        with pytest.raises(fence.native().error, match="111"):
            fence.native().get_state(handle, "0")


# Threads.


def test_the_bare_host_made_by_threads_at_once_loses_facts() -> None:
    code = """
    import sys, threading
    from durable import lang
    sys.setswitchinterval(1e-6)
    hits, together = [], threading.Barrier(8, timeout=60)
    with lang.ruleset("a"):
        @lang.when_all(lang.m.x == 1)
        def hit(c):
            hits.append(1)
    def work(thread):
        together.wait()
        for n in range(50):
            try:
                lang.assert_fact("a", {"id": f"{thread}-{n}", "x": 1, "sid": str(thread)})
            except Exception:
                pass
    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    print(len(hits))
    """
    assert min(int(printed(code)) for _ in range(3)) < 400


def test_behind_the_fence_eight_threads_may_make_engines_and_match_at_once() -> None:
    together = Barrier(8, timeout=60)
    wrong: list[object] = []
    made: list[tuple[int, Durable]] = []

    def work(thread: int) -> None:
        try:
            for turn in range(60):
                rule = EngineRule("r", "n", (Clause("c", Ask("n", "gt", 10**9 + turn)),))
                together.wait()
                facts = [fact(f"{thread} {n}", 10**9 + n) for n in range(62)]
                durable = Durable([rule], [N])
                made.append((turn, durable))
                found = durable.match(facts)
                right = {(f"{thread} {n}", "r"): True for n in range(turn + 1, 62)}
                if found != right:
                    wrong.append((thread, turn, found))
        except BaseException as error:
            wrong.append(error)

    threads = [Thread(target=work, args=(n,)) for n in range(8)]
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switching)
    assert not wrong
    for turn in range(60):
        of_turn = [rulesets(durable)[0][0] for when, durable in made if when == turn]
        assert len(of_turn) == 8
        assert len(set(of_turn)) == 1, "the threads made one ruleset twice"


# Names.


def test_the_bare_host_takes_a_name_once() -> None:
    code = """
    try:
        host.register_rulesets({"a": {"r": {"all": [{"m": {"y": 1}}], "run": lambda c: None}}})
    except Exception as error:
        print(error)
    """
    assert printed(HOST + code) == "Ruleset with name a already registered\n"


def test_behind_the_fence_the_same_rules_share_a_ruleset_and_others_have_their_own() -> None:
    one, same = Durable([FIVE], [N]), Durable([FIVE], [N])
    six = Durable([EngineRule("five", "n", (Clause("c", Ask("n", "is", 6)),))], [N])
    assert [each for each, _ in rulesets(one)] == [each for each, _ in rulesets(same)]
    assert [each for each, _ in rulesets(one)] != [each for each, _ in rulesets(six)]
    facts = [fact("f"), fact("g", 6)]
    assert one.match(facts) == same.match(facts) == {("f", "five"): True}
    assert six.match(facts) == {("g", "five"): True}
