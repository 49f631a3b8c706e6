"""A matter left with the menu becomes a draft order: what was keyed in, and where to listen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from ivr_flows.interfaces import Draft
from ticketing import catalogues
from ticketing.actors import SYSTEM
from ticketing.orders.intake import Intake, open_work_order
from ticketing.recordings.ledger import bind_recordings
from ticketing.rules.classification import Kind, Taxonomy, TaxonomyEntry

LABELS: Final[Mapping[str, str]] = {
    "plate_digits": "车牌",
    "ride_day": "乘车日",
    "ride_hour": "下车时间",
    "number_digits": "工单编号",
    "phone_digits": "联系电话",
    "road": "之前查过路况",
    "order_no": "之前查过工单",
}
"""Variables of the shipped flows in the words of the form; a site's own keep their names."""

UNSAID: Final = frozenset(
    (
        *("road_digits", "road_updated", "last_digits", "order_state", "order_accepted"),
        *("order_due", "kind", "topic", "road_no"),
    )
)
"""Variables of the shipped flows that tell a person nothing; `extra` keeps them."""

TAG: Final = "语音菜单"


def open_draft(
    session: Session, moment: datetime, call_key: str, caller_number: str, draft: Draft
) -> str:
    """Opens the order and returns its number; the recording is bound now or when it arrives."""
    taxonomy = catalogues.taxonomy(session)
    entry = _entry(taxonomy, draft.topic) or _entry(taxonomy, draft.answers.get("topic", ""))
    intake = Intake(
        kind=Kind(draft.kind),
        content=_content(draft),
        channel="phone",
        domain=entry.domain if entry else "",
        topic=entry.topic if entry else "",
        sub_item=entry.sub_item if entry else "",
        caller_number=caller_number,
        call_key=call_key,
        extra=dict(draft.answers),
        tags=(TAG,),
    )
    order = open_work_order(session, moment, SYSTEM, intake)
    bind_recordings(session, order, moment)
    return order.order_no


def _entry(taxonomy: Taxonomy, word: str) -> TaxonomyEntry | None:
    """The one place of the tree that bears the word; None: an agent classifies."""
    found = [entry for entry in taxonomy.entries if word in {entry.topic, entry.sub_item}]
    return found[0] if len(found) == 1 else None


def _content(draft: Draft) -> str:
    parts = [f"【语音菜单登记】{draft.topic}"]
    parts += [
        f"{LABELS.get(name, name)}：{answer}"
        for name, answer in draft.answers.items()
        if name not in UNSAID
    ]
    if draft.message is not None:
        parts.append(f"语音留言{round(draft.message.seconds)}秒，请收听后补充并联系来电人。")
    else:
        parts.append("没有语音留言，请联系来电人了解情况。")
    return "\n".join(parts)
