"""A freight forwarder as the consignee.

Definition. The consignee's activity is `forwarder`, or its business or name speaks of forwarding (`forwarder_words`).
Source. 15 CFR part 732, supplement no. 3, red flag 9. Known false positives: logistics companies that buy for their
own computing; forwarders named for a customer that the line does not name.
"""

from __future__ import annotations

from collections.abc import Iterator

from compliance.detection.pattern_context import View
from compliance.detection.shells.sign import Sign
from compliance.world import spelling

SIGN = "forwarder_consignee"
ACTIVITY = "forwarder"


def signs(view: View) -> Iterator[Sign]:
    """Every large buyer that is one."""
    of_trade = set(view.settings.forwarder_words)
    business, name = view.of_large("business"), view.of_large("name")
    for who, activity in view.of_large("activity").items():
        said = sorted(of_trade.intersection(spelling.words(f"{business[who] or ''} {name[who] or ''}")))
        if activity == ACTIVITY:
            yield Sign(who, "is a forwarder by its activity")
        elif said and activity is None:
            yield Sign(who, f"speaks of forwarding in its name or business ({', '.join(said)})")
