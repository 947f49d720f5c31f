#!/usr/bin/env bash
# Two stakes of one owner, 30 and 25 percent, are two edges of networkx's MultiDiGraph. DiGraph(graph), which algorithms for
# simple graphs want, keeps the last, 25, without a word; to_numpy_array of the same graph adds them to 55; and
# the order of the rows decides which. By one the owner holds half the company, by the other it does not.
# A good guess: one of the two rules holds for all of networkx, or what cannot hold both edges raises.
# What to do: add up parallel edges by hand, in exact numbers, before the graph is made simple.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "networkx==3.6.1" "numpy==2.4.6"
"$place/venv/bin/python" - <<'PYTHON'
import networkx as nx

print(f"networkx {nx.__version__}")
seen = []
for stakes in ((30, 25), (25, 30)):
    graph = nx.MultiDiGraph()
    for stake in stakes:
        graph.add_edge("owner", "company", share=stake)
    simple = nx.DiGraph(graph)["owner"]["company"]["share"]
    round_trip = nx.to_numpy_array(nx.DiGraph(graph), weight="share")[0, 1]
    added = nx.to_numpy_array(graph, weight="share")[0, 1]
    seen.append((simple, round_trip, added))
    print(f"{stakes}: DiGraph {simple}, its matrix {round_trip:g}, the matrix of the MultiDiGraph {added:g}")
assert seen == [(25, 25.0, 55.0), (30, 30.0, 55.0)], seen
PYTHON
