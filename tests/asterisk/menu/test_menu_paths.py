"""Every way through the shipped menu, pressed on a real telephone line."""

import pytest

from asterisk_conf.names import DialplanEvent, QueuedReason
from tests.asterisk.carrier import Carrier
from tests.asterisk.menu.house import AgiProcess, Phrases
from tests.asterisk.pbx import HotlinePbx
from ticketing.calls.views import call_steps
from ticketing.database import Database

MAIN = "水上遇险请按8，人工服务请按0。查路况请按1，ETC请按2，投诉举报请按3，意见建议请按4，出租车上丢东西请按5，查工单进度请按6，铁路、民航、邮政和高速救援请按7，重听请按9"
QUEUES = ("common", "etc", "complaint", "driver")


def steps(database: Database, key: str) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        return [(one.step, one.pressed, one.outcome) for one in call_steps(session, key)]


@pytest.mark.parametrize(
    ("keys", "queue"),
    [("0", "common"), ("3", "complaint"), ("4", "common"), ("20", "etc"), ("2*0", "common")],
)
def test_keys_lead_to_a_seat_with_the_skill(
    agi: AgiProcess, pbx: HotlinePbx, carrier: Carrier, phrases: Phrases, keys: str, queue: str
) -> None:
    pbx.sign_in("1041", *QUEUES)
    caller = carrier.dial("12328")
    caller.hears(phrases(MAIN))
    for key in keys:
        caller.press(key)
    carrier.rings("1041").answer()
    queued = pbx.told(DialplanEvent.QUEUED)[-1]
    assert (queued["queue"], queued["reason"]) == (queue, QueuedReason.FLOW)
