"""The public window (第二条: website and mini-program): file a matter, follow it, rate it.

Everybody may come here, so each use case says what it gives away: nothing without a one-time code
sent to the telephone that the order itself carries.
"""

from typing import Final

from ticketing.actors import person
from ticketing.rules.permissions import Role

WINDOW: Final = person("window", "公众窗口", [Role.PROGRAM])
"""Who acts in an order's history when the public itself does."""
