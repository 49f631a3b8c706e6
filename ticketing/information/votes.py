"""有用还是没用: what callers thought of the answers the menu spoke."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.records.information import AnswerVote


@dataclass(frozen=True, slots=True)
class Votes:
    """How a topic's answers were taken."""

    useful: int
    useless: int


def vote(session: Session, moment: datetime, topic: str, call_key: str, *, useful: bool) -> None:
    """One more voice; nobody is asked twice by a flow, so none is counted twice here."""
    session.add(AnswerVote(topic=topic[:64], useful=useful, call_key=call_key, at=moment))
    session.flush()


def votes_by_topic(session: Session) -> dict[str, Votes]:
    """Topics that were voted on at all."""
    rows = session.execute(
        select(AnswerVote.topic, AnswerVote.useful, func.count()).group_by(
            AnswerVote.topic, AnswerVote.useful
        )
    ).all()
    counts = {(topic, useful): number for topic, useful, number in rows}
    topics = {topic for topic, _ in counts}
    return {
        topic: Votes(counts.get((topic, True), 0), counts.get((topic, False), 0))
        for topic in sorted(topics)
    }
