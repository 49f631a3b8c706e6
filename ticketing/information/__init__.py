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
    leave_group,
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
from ticketing.information.road_messages import (
    STOP_WORDS,
    subscribe,
    text_road_state,
    unsubscribe,
)
from ticketing.information.road_notices import (
    NOTICE_KINDS,
    SPOKEN_AT_MOST,
    RoadNoticeText,
    RoadState,
    cancel_road_notice,
    import_road_notices,
    list_road_notices,
    post_road_notice,
    road_notices_in_force,
    road_state,
    spoken,
    without_road,
)
from ticketing.information.switches import (
    SWITCHES,
    Turn,
    is_on_at,
    is_switched_on,
    list_switches,
    set_switch,
)
from ticketing.information.votes import Votes, vote, votes_by_topic

__all__ = [
    "NOTICE_KINDS",
    "SPOKEN_AT_MOST",
    "STOP_WORDS",
    "SWITCHES",
    "KnowledgeText",
    "RoadNoticeText",
    "RoadState",
    "Turn",
    "Votes",
    "add_to_group",
    "announcement_in_force",
    "caller_groups",
    "cancel_announcement",
    "cancel_road_notice",
    "change_knowledge",
    "expire_knowledge",
    "import_road_notices",
    "is_on_at",
    "is_switched_on",
    "leave_group",
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
    "road_state",
    "set_switch",
    "spoken",
    "submit_knowledge",
    "subscribe",
    "text_road_state",
    "unsubscribe",
    "vote",
    "votes_by_topic",
    "without_road",
    "write_knowledge",
]
