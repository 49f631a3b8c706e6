"""What the public is told now; the voice menu reads it, duty staff write it.

Whoever writes is named: on the row, and with every change in the audit.
"""

from ticketing.information.announcements import (
    announcement_in_force,
    cancel_announcement,
    list_announcements,
    post_announcement,
)
from ticketing.information.caller_groups import (
    add_to_group,
    caller_groups,
    list_members,
    remove_from_group,
)
from ticketing.information.knowledge import (
    KnowledgeText,
    change_knowledge,
    expire_knowledge,
    list_knowledge,
    publish_knowledge,
    published_answers,
    submit_knowledge,
    write_knowledge,
)
from ticketing.information.road_notices import (
    NOTICE_KINDS,
    SPOKEN_AT_MOST,
    RoadNoticeText,
    cancel_road_notice,
    import_road_notices,
    list_road_notices,
    post_road_notice,
    road_notices_in_force,
    spoken,
)
from ticketing.information.switches import SWITCHES, is_switched_on, list_switches, set_switch

__all__ = [
    "NOTICE_KINDS",
    "SPOKEN_AT_MOST",
    "SWITCHES",
    "KnowledgeText",
    "RoadNoticeText",
    "add_to_group",
    "announcement_in_force",
    "caller_groups",
    "cancel_announcement",
    "cancel_road_notice",
    "change_knowledge",
    "expire_knowledge",
    "import_road_notices",
    "is_switched_on",
    "list_announcements",
    "list_knowledge",
    "list_members",
    "list_road_notices",
    "list_switches",
    "post_announcement",
    "post_road_notice",
    "publish_knowledge",
    "published_answers",
    "remove_from_group",
    "road_notices_in_force",
    "set_switch",
    "spoken",
    "submit_knowledge",
    "write_knowledge",
]
