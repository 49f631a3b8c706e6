"""Telling what became true: one row in the transaction that made it true, read by id elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ticketing.records.calls import News


def tell(session: Session, at: datetime, topic: str, subject: str, **detail: Any) -> None:
    """Adds a News row; it exists exactly when the change it tells of does."""
    session.add(News(at=at, topic=topic, subject=subject, detail=detail))
