#!/usr/bin/env bash
# Babel's parse_date swaps day and month where the month would be over 12, even if an explicit format is given: with
# "MM/dd/yyyy", or for en_US, 13/01/2025 is the 13th of January and 12/01/2025, a row before, the 1st of December. A file
# in the other order raises nothing: days to the 12th are moved by up to eleven months, later ones are right.
# A good guess: a 13th month is a ParseError, as 13/13/2025 is; the docs call only the order of a locale a hint.
# What to do: read with datetime.strptime, which raises, or ask for ISO 8601.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "babel==2.19.0"
"$place/venv/bin/python" - <<'PYTHON'
from datetime import date, timedelta

import babel
from babel.dates import parse_date

print(f"babel {babel.__version__}")
shipped = [date(2025, 1, 11) + timedelta(days=days) for days in range(5)]
for order, locale in (("%d/%m/%Y", "en_US"), ("%m/%d/%Y", "en_GB")):
    written = [day.strftime(order) for day in shipped]
    read = [parse_date(text, locale=locale) for text in written]
    print(f"{locale}: " + ", ".join(f"{text} {day}" for text, day in zip(written, read)))
    assert read == [date(2025, 11, 1), date(2025, 12, 1), *shipped[2:]]
explicit = parse_date("13/01/2025", format="MM/dd/yyyy"), parse_date("12/01/2025", format="MM/dd/yyyy")
print(f"with MM/dd/yyyy: 13/01/2025 {explicit[0]}, 12/01/2025 {explicit[1]}")
assert explicit == (date(2025, 1, 13), date(2025, 12, 1))
try:
    parse_date("13/13/2025", format="MM/dd/yyyy")
except ValueError as error:
    print(f"13/13/2025: {type(error).__name__}: {error}")
else:
    raise SystemExit("changed: 13/13/2025 is read")
PYTHON
