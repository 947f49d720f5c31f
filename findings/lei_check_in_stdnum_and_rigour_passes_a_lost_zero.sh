#!/usr/bin/env bash
# python-stdnum's check of an LEI never looks at the length: an LEI that begins with zeros stays valid when they are
# lost, and so does the text "1". rigour's LEI format, which followthemoney uses, asks python-stdnum and passes both.
# A good guess: validate("1GPB6A...") raises InvalidLength, for its docstring says that length and format are checked,
# as the checks of an ISIN and of a Chinese credit code are. Remainders modulo 97 cannot see zeros in front.
# What to do: ask for [0-9A-Z]{18}[0-9]{2} first, and take no such check for proof that a column came through whole.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "python-stdnum==2.2" "rigour==2.6.1" "typing-extensions==4.15.0"
"$place/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from rigour.ids import get_identifier_format
from stdnum import isin, lei
from stdnum.exceptions import InvalidLength

print(f"python-stdnum {version('python-stdnum')}, rigour {version('rigour')}")
of_rigour = get_identifier_format("lei")
body = "00INVENTED00COMPAN"
digits = "".join(str(int(letter, 36)) for letter in body + "00")
whole = body + f"{98 - int(digits) % 97:02d}"
for text in (whole, whole[1:], whole[2:], "1"):
    seen = lei.is_valid(text), of_rigour.is_valid(text), of_rigour.normalize(text)
    print(f"{text:20} ({len(text):2} characters): stdnum {seen[0]}, rigour {seen[1]}, normalized to {seen[2]}")
    assert seen == (True, True, text)
changed = whole[:5] + ("A" if whole[5] != "A" else "B") + whole[6:]
assert not lei.is_valid(changed)  # the check digits are computed
assert "length" in lei.validate.__doc__
try:
    isin.validate("US037833100")
except InvalidLength:
    print("an ISIN of 11 characters: InvalidLength")
else:
    raise SystemExit("an ISIN of 11 characters passes")
PYTHON
