#!/usr/bin/env bash
# In durable_rules, `m.units > 1699` for the text "10000" compares the texts "10000" and "1699": it does not hold, and
# `m.units <= 1699` does. "900" and "n/a" are above it. `==` hides it: "1700" equals 1700. And where units is null
# or absent, neither `> 1699` nor `<= 1699` nor `!= 1700` holds, so that no rule says a word.
# A good guess: a text and a number raise or never match, or the text is read as a number, since "1700" == 1700 holds.
# What to do: give every value of a fact its type before it is asserted (CSV has texts alone), refuse facts with gaps.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject "$place/venv/bin/pip" install --quiet --no-compile "durable-rules==2.0.28"
"$place/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version
from itertools import count

from durable.engine import MessageNotHandledException
from durable.lang import assert_fact, m, ruleset, when_all

number = count()


def holds(condition, fact):
    name = f"limit{next(number)}"
    with ruleset(name):

        @when_all(condition)
        def over(context):
            pass

    try:
        assert_fact(name, fact)
    except MessageNotHandledException:
        return False
    return True


print(f"durable_rules {version('durable-rules')}")
seen = {}
for fact in ({"units": 10000}, {"units": "10000"}, {"units": "1700"}, {"units": "900"}, {"units": "n/a"}, {"units": None}, {}):
    asked = m.units > 1699, m.units <= 1699, m.units == 1700, m.units != 1700
    seen[str(fact)] = held = tuple(holds(condition, {"order": 1, **fact}) for condition in asked)
    print(f"{fact!s:18} > 1699 {held[0]!s:5}  <= 1699 {held[1]!s:5}  == 1700 {held[2]!s:5}  != 1700 {held[3]}")
assert list(seen.values()) == [
    (True, False, False, True),
    (False, True, False, True),
    (True, False, True, False),
    (True, False, False, True),
    (True, False, False, True),
    (False, False, False, False),
    (False, False, False, False),
]
PYTHON
