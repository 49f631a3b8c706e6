"""People for a demo: everybody's password is printed on the first page, so loopback only."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.people.person import process
from ticketing.people.users import NewUser, add_user
from ticketing.records.people import User
from ticketing.rules.permissions import Role

PASSWORD: Final = "demo-12328"  # noqa: S105 (known to all; a demo never leaves loopback)
REGION: Final = "210100"
_ALL_QUEUES: Final = ("common", "etc", "complaint", "driver")

PEOPLE: Final = (
    NewUser("agent1", "李小红", (Role.AGENT,), "1001", "1001", _ALL_QUEUES, REGION),
    NewUser("agent2", "王建国", (Role.AGENT,), "1002", "1002", _ALL_QUEUES, REGION),
    NewUser("leader", "赵班长", (Role.LEADER,), "1003", "1003", _ALL_QUEUES, REGION),
    NewUser("dispatcher", "孙派单", (Role.DISPATCHER,), "1004", "1004", (), REGION),
    NewUser("visitor", "周回访", (Role.REVISIT_AGENT,), "1005", "1005", (), REGION),
    NewUser("unit1", "陈承办", (Role.UNIT_HANDLER,), region_code=REGION),
    NewUser("authority", "郑审批", (Role.AUTHORITY,), region_code=REGION),
    NewUser("auditor", "吴审计", (Role.AUDITOR,), region_code=REGION),
    NewUser("admin", "系统管理员", (Role.ADMIN,), region_code=REGION),
)


def load_demo_people(session: Session, moment: datetime, password_hash: str) -> list[str]:
    """The logins that were added; those that are there already stay as they are."""
    there = set(session.scalars(select(User.login)))
    added = [new for new in PEOPLE if new.login not in there]
    for new in added:
        add_user(session, moment, process("demo"), new, password_hash, must_change_password=False)
    return [new.login for new in added]
