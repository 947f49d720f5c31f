"""What a search for patterns found as the table `signs`, which a world can hold and rules read as facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.reports.renderers import Drawings, Options

HEAD = """\
# What a search for patterns found, to be read as facts beside the world in which it searched. Look at each
# row; dismiss one that is none by `dismissed: DAY`, with `dismissed_by` and `dismissed_why`.
"""


def render(answer: Mapping[str, Any], drawings: Drawings, options: Options) -> str:
    """The table as YAML, under a note that says what to do with it."""
    import yaml

    from compliance.detection.sign_rows import signs_of

    rows = signs_of(dict(answer), list(dict.fromkeys(drawings.searched)))
    return HEAD + yaml.safe_dump({"signs": rows}, sort_keys=False, allow_unicode=True, width=10**6)
