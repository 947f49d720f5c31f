#!/usr/bin/env bash
# pycountry's search_fuzzy("Republic of Korea"), the official name of South Korea, gives North Korea and nothing else;
# "Republic of China" gives the People's Republic alone. `lookup` of either raises LookupError, which leads there.
# A good guess: the official name is found, or both Koreas are, as for "Korea". But KR is on file as "Korea, Republic
# of" alone, so that the one name that holds these words in this order is "Democratic People's Republic of Korea".
# What to do: take no code from a search by parts; keep a list of spellings, and ask where a name is part of another.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "pycountry==26.2.16"
"$place/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from pycountry import countries

print(f"pycountry {version('pycountry')}")
seen = {}
for name in ("Republic of Korea", "South Korea", "Korea, Republic of", "Korea", "Republic of China", "Taiwan"):
    seen[name] = [country.alpha_2 for country in countries.search_fuzzy(name)]
    try:
        exact = countries.lookup(name).alpha_2
    except LookupError:
        exact = "LookupError"
    print(f"{name:20} search_fuzzy {' '.join(seen[name]):6} lookup {exact}")
    if name.startswith("Republic"):
        assert exact == "LookupError"
assert seen["Republic of Korea"] == ["KP"]
assert seen["South Korea"] == seen["Korea, Republic of"] == ["KR"]
assert set(seen["Korea"]) == {"KP", "KR"}
assert seen["Republic of China"] == ["CN"]
assert "TW" in seen["Taiwan"]
assert not hasattr(countries.get(alpha_2="KR"), "official_name")
PYTHON
