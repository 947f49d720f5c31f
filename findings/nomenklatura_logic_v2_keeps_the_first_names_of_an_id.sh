#!/usr/bin/env bash
# nomenklatura's logic-v2 remembers the names of an entity by its id alone: when a list is read again and an entity has
# a new alias, or when the next query has the id of the last one, it compares the names that this id had first.
# A good guess: a comparison of two entities is of what they hold now; logic-v1 sees the alias and gives 1.0.
# Only a note in its source and pull request 367 of opensanctions/nomenklatura say so ("keyed on entity ID only").
# What to do: start a new process after each update of a list, and give every query and every change an id of its own.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "nomenklatura==4.17.4" \
    "followthemoney==4.11.2" "rigour==2.6.1" "typing-extensions==4.15.0"
"$place/venv/bin/python" -W ignore - <<'PYTHON'
from importlib.metadata import version

from followthemoney import model
from nomenklatura.matching import get_algorithm


def company(entity_id, *names):
    entity = model.make_entity("Company")
    entity.id = entity_id
    entity.add("name", names)
    return entity


def score(algorithm, query, listed):
    return round(algorithm.compare(query, listed, algorithm.default_config()).score, 2)


print(f"nomenklatura {version('nomenklatura')}, followthemoney {version('followthemoney')}, rigour {version('rigour')}")
old, new = "Meridian Cloud Holding", "Zhulong Computing"
seen = {}
for name in ("logic-v1", "logic-v2"):
    algorithm = get_algorithm(name)
    before = score(algorithm, company(f"{name}-q1", new), company(f"{name}-listed", old))
    after = score(algorithm, company(f"{name}-q1", new), company(f"{name}-listed", old, new))
    fresh = score(algorithm, company(f"{name}-q1", new), company(f"{name}-listed-2", old, new))
    reused = score(algorithm, company(f"{name}-q1", "Titiwangsa Data"), company(f"{name}-listed-2", old, new))
    seen[name] = before, after, fresh, reused
    print(f"{name}: before the alias {before}, with it {after}, with it and a new id {fresh}")
    print(f"{name}: another company in a query with the id of the last {reused}")
assert seen["logic-v1"] == (0.0, 1.0, 1.0, 0.0)
before, after, fresh, reused = seen["logic-v2"]
assert before == after < 0.5, seen
assert fresh == reused == 1.0, seen
PYTHON
