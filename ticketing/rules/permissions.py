"""Who may do what: the roles of the hotline and their rights, as data.

No role, the administrator included, may edit what was closed, contacted or rated (RL-2): there is
no such right. An extension is approved by the authority, never by the centre or the unit (RL-1).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """A person may have several."""

    AGENT = "agent"
    LEADER = "leader"
    DISPATCHER = "dispatcher"
    ORDER_REVIEWER = "order_reviewer"
    REVISIT_AGENT = "revisit_agent"
    INSPECTOR = "inspector"
    KNOWLEDGE_EDITOR = "knowledge_editor"
    CENTRE_MANAGER = "centre_manager"
    UNIT_HANDLER = "unit_handler"
    UNIT_LEADER = "unit_leader"
    AUTHORITY = "authority"
    PROVINCE_OPERATOR = "province_operator"
    LEAD_DEPARTMENT = "lead_department"
    STATISTICIAN = "statistician"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PROGRAM = "program"
    """12345's interface, the public window and other programs with a token."""
    SMS_GATEWAY = "sms_gateway"
    """The gateway of short messages: tells receipts and hands messages over, sees nothing."""
    ROAD_FEED = "road_feed"
    """Another system that knows the roads: posts and ends road notices, sees nothing."""
    SYSTEM = "system"
    """Our own worker."""

    @property
    def zh(self) -> str:
        return _ROLE_ZH[self]


_ROLE_ZH: Mapping[Role, str] = {
    Role.AGENT: "话务员",
    Role.LEADER: "班长",
    Role.DISPATCHER: "派单员",
    Role.ORDER_REVIEWER: "工单审核员",
    Role.REVISIT_AGENT: "回访员",
    Role.INSPECTOR: "质检员",
    Role.KNOWLEDGE_EDITOR: "知识库管理员",
    Role.CENTRE_MANAGER: "中心负责人",
    Role.UNIT_HANDLER: "承办人",
    Role.UNIT_LEADER: "承办单位负责人",
    Role.AUTHORITY: "主管部门审批人",
    Role.PROVINCE_OPERATOR: "省中心操作员",
    Role.LEAD_DEPARTMENT: "省级业务归口管理部门",
    Role.STATISTICIAN: "统计员",
    Role.AUDITOR: "审计员",
    Role.ADMIN: "系统管理员",
    Role.PROGRAM: "对接系统",
    Role.SMS_GATEWAY: "短信网关",
    Role.ROAD_FEED: "路况对接",
    Role.SYSTEM: "系统",
}


class Right(StrEnum):
    """What a right opens; the moves of an order are allowed by the life cycle's own table."""

    SEE_ORDERS = "see_orders"
    SEE_OWN_UNIT_ORDERS = "see_own_unit_orders"
    SEE_NUMBERS = "see_numbers"
    """Callers' numbers and names unmasked."""
    BREAK_CONFIDENTIALITY = "break_confidentiality"
    """Reveal a confidential caller, with a reason, on the record."""
    TAKE_CALLS = "take_calls"
    PLACE_CALLS = "place_calls"
    WATCH_QUEUES = "watch_queues"
    SUPERVISE_CALLS = "supervise_calls"
    """Listen, whisper, barge."""
    LISTEN_RECORDINGS = "listen_recordings"
    EXPORT = "export"
    HOLD_RECORDINGS = "hold_recordings"
    """Keep recordings and orders beyond their period."""
    SCORE_CALLS = "score_calls"
    CHECK_ORDERS = "check_orders"
    """Spot checks and suspicious closings: never for those who close orders."""
    READ_KNOWLEDGE = "read_knowledge"
    EDIT_KNOWLEDGE = "edit_knowledge"
    POST_NOTICES = "post_notices"
    """Road notices, which callers hear when they ask."""
    ANNOUNCE = "announce"
    """What every caller meets: announcements, the centre's switches, caller groups."""
    SEND_NOTICES_AGAIN = "send_notices_again"
    """A short message that failed, or that nobody knows of."""
    REPORT_SMS = "report_sms"
    """Hand over what comes back from the carrier."""
    SEE_REPORTS = "see_reports"
    MAKE_REPORTS = "make_reports"
    EDIT_FLOWS = "edit_flows"
    PUBLISH_FLOWS = "publish_flows"
    EDIT_CATALOGUES = "edit_catalogues"
    """Calendar, taxonomy, channels, regions, units, routes."""
    EDIT_USERS = "edit_users"
    SEE_AUDIT = "see_audit"
    SEE_SYSTEM = "see_system"


_CENTRE = frozenset({Right.SEE_ORDERS, Right.SEE_NUMBERS, Right.READ_KNOWLEDGE})
_SEAT = _CENTRE | {Right.TAKE_CALLS, Right.PLACE_CALLS, Right.WATCH_QUEUES}
_UNIT = frozenset({Right.SEE_OWN_UNIT_ORDERS, Right.SEE_NUMBERS, Right.READ_KNOWLEDGE})

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.AGENT: _SEAT,
    Role.LEADER: _SEAT
    | {
        Right.SUPERVISE_CALLS,
        Right.LISTEN_RECORDINGS,
        Right.SCORE_CALLS,
        Right.SEE_REPORTS,
        Right.BREAK_CONFIDENTIALITY,
        Right.EDIT_KNOWLEDGE,
        Right.POST_NOTICES,
        Right.ANNOUNCE,
        Right.SEND_NOTICES_AGAIN,
    },
    Role.DISPATCHER: _CENTRE
    | {
        Right.PLACE_CALLS,
        Right.LISTEN_RECORDINGS,
        Right.POST_NOTICES,
        Right.SEND_NOTICES_AGAIN,
    },
    Role.ORDER_REVIEWER: _CENTRE
    | {Right.PLACE_CALLS, Right.LISTEN_RECORDINGS, Right.SEND_NOTICES_AGAIN},
    Role.REVISIT_AGENT: _CENTRE | {Right.PLACE_CALLS},
    Role.INSPECTOR: frozenset(
        {
            Right.SEE_ORDERS,
            Right.PLACE_CALLS,
            Right.LISTEN_RECORDINGS,
            Right.SCORE_CALLS,
            Right.CHECK_ORDERS,
            Right.READ_KNOWLEDGE,
        }
    ),
    Role.KNOWLEDGE_EDITOR: frozenset(
        {Right.READ_KNOWLEDGE, Right.EDIT_KNOWLEDGE, Right.POST_NOTICES}
    ),
    Role.CENTRE_MANAGER: _CENTRE
    | {
        Right.WATCH_QUEUES,
        Right.SUPERVISE_CALLS,
        Right.LISTEN_RECORDINGS,
        Right.HOLD_RECORDINGS,
        Right.BREAK_CONFIDENTIALITY,
        Right.EXPORT,
        Right.SEE_REPORTS,
        Right.MAKE_REPORTS,
        Right.PUBLISH_FLOWS,
        Right.EDIT_CATALOGUES,
        Right.EDIT_KNOWLEDGE,
        Right.POST_NOTICES,
        Right.ANNOUNCE,
    },
    Role.UNIT_HANDLER: _UNIT,
    Role.UNIT_LEADER: _UNIT | {Right.SEE_REPORTS},
    Role.AUTHORITY: frozenset({Right.SEE_ORDERS, Right.SEE_REPORTS, Right.READ_KNOWLEDGE}),
    Role.PROVINCE_OPERATOR: _CENTRE
    | {
        Right.PLACE_CALLS,
        Right.CHECK_ORDERS,
        Right.SEE_REPORTS,
        Right.MAKE_REPORTS,
        Right.SEND_NOTICES_AGAIN,
    },
    Role.LEAD_DEPARTMENT: frozenset(
        {Right.SEE_ORDERS, Right.CHECK_ORDERS, Right.SEE_REPORTS, Right.READ_KNOWLEDGE}
    ),
    Role.STATISTICIAN: frozenset({Right.SEE_REPORTS, Right.MAKE_REPORTS}),
    Role.AUDITOR: frozenset({Right.SEE_AUDIT, Right.SEE_ORDERS, Right.SEE_REPORTS}),
    Role.ADMIN: frozenset(
        {
            Right.EDIT_USERS,
            Right.EDIT_CATALOGUES,
            Right.EDIT_FLOWS,
            Right.PUBLISH_FLOWS,
            Right.WATCH_QUEUES,
            Right.SEE_SYSTEM,
            Right.SEE_AUDIT,
            Right.READ_KNOWLEDGE,
            Right.EDIT_KNOWLEDGE,
            Right.POST_NOTICES,
            Right.ANNOUNCE,
            Right.SEE_ORDERS,
            Right.SEND_NOTICES_AGAIN,
            Right.SEE_REPORTS,
        }
    ),
    Role.PROGRAM: frozenset({Right.SEE_ORDERS}),
    Role.SMS_GATEWAY: frozenset({Right.REPORT_SMS}),
    Role.ROAD_FEED: frozenset({Right.POST_NOTICES}),
    Role.SYSTEM: frozenset(),
}


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """Everything the roles of one person open together."""
    return frozenset().union(*(RIGHTS[role] for role in roles))
