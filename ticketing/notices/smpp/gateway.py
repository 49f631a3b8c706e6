"""The SMPP gateway: sends each message at most once, and hears what comes back.

One thread owns it (the worker's lane of short messages): sending and listening take turns. A part
the carrier refused was certainly not taken; a link that breaks after a part left leaves the message
unknown, as does a long message of which only the beginning was taken.
"""

import logging
import time
from collections.abc import Callable
from itertools import count
from typing import Any, Final, Literal

from smpplib import consts

from ticketing.notices.sending import NotSent, Sms, Uncertain
from ticketing.notices.smpp.link import Lost, Refused, SmppLink, SmppSettings
from ticketing.notices.smpp.wire import Part, StateTold, Words, heard, parts_of

logger = logging.getLogger(__name__)

NOT_THIS_ONE: Final = frozenset(
    {
        consts.SMPP_ESME_RINVDSTADR,
        consts.SMPP_ESME_RINVMSGLEN,
    }
)
"""The carrier will never take this message."""
TOO_FAST: Final = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL})
UNSURE: Final = frozenset({consts.SMPP_ESME_RSYSERR})
"""A fault of theirs says nothing about the message."""
AGAIN_AFTER: Final = 1.0
AGAIN_AT_MOST: Final = 10
"""Tries of a later part while the carrier says "too fast": what was begun is finished."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
"""Seconds between two attempts to connect."""


class SmppGateway:
    """Binds when first needed, again whenever the link is lost."""

    def __init__(self, settings: SmppSettings) -> None:
        self._settings: Final = settings
        self._references: Final = count(int(time.time()))
        """Begins elsewhere after each start: phones join parts by it."""
        self._link: SmppLink | None = None
        self._pause = FIRST_PAUSE
        self._not_before = 0.0

    @property
    def receipt_ids(self) -> Literal["same", "decimal"]:
        return self._settings.receipt_ids

    def send(self, message: Sms) -> str:
        """The carrier's key of the last part, whose receipt is asked for."""
        parts = parts_of(message.text, next(self._references))
        link = self._live_link()
        key = ""
        for sent, part in enumerate(parts):
            is_last = sent == len(parts) - 1
            try:
                key = self._submit(link, message.number, part, sent=sent, receipt=is_last)
            except Refused as error:
                raise _not_taken(error, sent, len(parts)) from error
            except Lost as error:
                self._drop()
                raise Uncertain("与短信中心的连接在发送时中断") from error
        return key

    def listen(self, take: Callable[[StateTold | Words], None]) -> bool:
        """Hands over what came; whether it is worth coming back at once.

        Answered only when `take` returned: what it could not keep the carrier hands over again.
        """
        if self._link is None and time.monotonic() < self._not_before:
            return False
        try:
            link = self._live_link()
            pdu = link.listen()
            if pdu is None:
                return False
            self._hand_over(link, pdu, take)
        except Lost as error:
            logger.warning("the link to the message centre is lost: %s", error)
            self._drop()
            return False
        return True

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _hand_over(
        self, link: SmppLink, pdu: Any, take: Callable[[StateTold | Words], None]
    ) -> None:
        try:
            take(heard(pdu))
        except Exception:
            link.answer(pdu, again=True)
            raise
        link.answer(pdu)

    def _submit(self, link: SmppLink, number: str, part: Part, *, sent: int, receipt: bool) -> str:
        tries = 0
        while True:
            try:
                return link.submit(number, part, receipt=receipt)
            except Refused as error:
                tries += 1
                if error.status not in TOO_FAST or sent == 0 or tries >= AGAIN_AT_MOST:
                    raise
                time.sleep(AGAIN_AFTER)

    def _live_link(self) -> SmppLink:
        """Bound, and alive a moment ago. Raises NotSent."""
        if self._link is not None and self._link.is_quiet():
            try:
                self._link.ask_whether_there()
            except (Lost, Refused):
                self._drop()
        if self._link is None:
            self._link = self._bind()
        return self._link

    def _bind(self) -> SmppLink:
        now = time.monotonic()
        if now < self._not_before:
            raise NotSent("短信中心连接不上，稍后再连")
        try:
            link = SmppLink(self._settings)
        except (OSError, Lost, Refused) as error:
            self._not_before = time.monotonic() + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            what = "拒绝登录" if isinstance(error, Refused) else "连接不上"
            raise NotSent(f"短信中心{what}：{error}") from error
        self._pause, self._not_before = FIRST_PAUSE, 0.0
        return link

    def _drop(self) -> None:
        self.close()
        self._not_before = 0.0


def _not_taken(error: Refused, sent: int, parts: int) -> NotSent | Uncertain:
    known = consts.DESCRIPTIONS.get(error.status, "")
    said = f"{error} {known}".strip()
    if sent:
        return Uncertain(f"长短信共{parts}条，只发出{sent}条，短信中心拒绝了其余：{said}")
    if error.status in UNSURE:
        return Uncertain(f"短信中心出错：{said}")
    if error.status in TOO_FAST:
        return NotSent("短信中心限流，稍后再发")
    return NotSent(f"短信中心拒绝：{said}", final=error.status in NOT_THIS_ONE)
