"""A whole call in the database: menu, queue, talk, recording."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.records.calls import Call, CallStep, Talk
from ticketing.records.people import User
from ticketing.records.recordings import Recording

NUMBER = "13812345678"


def one_call(
    session: Session, moment: datetime, key: str = "t-1.1", login: str = "agent1"
) -> tuple[Call, int]:
    """The call that `login` answered, and its stored recording's id."""
    user = session.scalars(select(User).where(User.login == login)).one()
    call = Call(
        key=key,
        caller_number=NUMBER,
        dialled="12328",
        entry="main",
        started_at=moment,
        queued_at=moment + timedelta(seconds=20),
        queue="common",
        connected_at=moment + timedelta(seconds=32),
        ended_at=moment + timedelta(seconds=92),
        user_id=user.id,
        outcome="talked",
        flow="main",
        flow_version="1",
    )
    step = CallStep(
        call_key=key,
        script="s1",
        seq=1,
        at=moment,
        flow="main",
        flow_version="1",
        step="ask",
        kind="menu",
        label="主菜单",
        pressed="0",
        outcome="agent",
        said="车牌辽A一二三四五",
        learned={"kind": "complaint", "plate": "辽A12345"},
        confidence=0.9,
    )
    talk = Talk(
        call_key=key,
        leg=f"{key}-leg",
        user_id=user.id,
        extension="1001",
        rung_at=moment + timedelta(seconds=25),
        answered_at=moment + timedelta(seconds=32),
        ended_at=moment + timedelta(seconds=92),
        end_reason="caller",
    )
    recording = Recording(
        stretch=f"{key}_leg-agent",
        call_key=key,
        kind="voice",
        role="agent",
        party="1001",
        user_id=user.id,
        state="stored",
        started_at=moment + timedelta(seconds=32),
        duration_ms=60_000,
        stored_path="2026/11/25/sound.opus",
        sha256="0" * 64,
        size_bytes=1000,
        waveform={"left": [0, 50, 100], "right": [], "per_second": 10},
        retain_until=date(2028, 1, 1),
    )
    session.add_all([call, step, talk, recording])
    session.flush()
    return call, recording.id
