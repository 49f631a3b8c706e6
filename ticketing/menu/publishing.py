"""Which version callers hear: the aliases `live` and `trial`, moved by adding a row.

Sounds are made and texts are checked before; see agent_desk.menu.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing import catalogues
from ticketing.actors import Actor
from ticketing.errors import Finding, InvalidInput, NotAllowed, NotFound
from ticketing.information.caller_groups import LONGEST, SHORTEST
from ticketing.menu.drafts import one_at_a_time
from ticketing.menu.versions import find_version
from ticketing.people.audit import record_audit
from ticketing.records.catalogues import Catalogue
from ticketing.records.flows import MenuPublication, MenuVersion
from ticketing.rules.masking import masked_phone
from ticketing.rules.menu import Trial
from ticketing.rules.policy import to_document

MOST_CALLERS: Final = 100


class Alias(StrEnum):
    """A name that stands for a version."""

    LIVE = "live"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Aliases:
    """What callers hear now."""

    live: int | None
    trial: Trial | None


@dataclass(frozen=True, slots=True)
class Published:
    """A wish: this version under this alias."""

    number: int
    alias: Alias
    reason: str
    share: int = 0
    callers: tuple[str, ...] = ()


def aliases(session: Session) -> Aliases:
    """The newest row of each."""
    live, trial = (_newest(session, alias) for alias in (Alias.LIVE, Alias.TRIAL))
    on_trial = None
    if trial is not None and trial.number is not None:
        on_trial = Trial(trial.number, trial.share, tuple(trial.callers))
    return Aliases(live.number if live else None, on_trial)


def live_publication(session: Session) -> MenuPublication | None:
    """Since when, by whom and why the live version is live."""
    return _newest(session, Alias.LIVE)


def newest_publication(session: Session) -> int:
    """Grows with every change of an alias: whoever follows the menu asks for this only."""
    return session.scalar(select(func.max(MenuPublication.id))) or 0


def list_publications(session: Session, after: int | None, limit: int) -> list[MenuPublication]:
    """Newest first, ids below `after`."""
    query = select(MenuPublication).order_by(MenuPublication.id.desc()).limit(limit)
    if after is not None:
        query = query.where(MenuPublication.id < after)
    return list(session.scalars(query))


def publish(session: Session, moment: datetime, by: Actor, wish: Published) -> MenuPublication:
    """Callers hear the version from their next call on.

    Raises InvalidInput, NotFound, and NotAllowed under the two-person rule. A version that
    becomes live ends its own trial.
    """
    one_at_a_time(session)
    version = check_may_publish(session, by, wish)
    row = _add(session, moment, by, replace(wish, callers=_callers(wish)), "publish")
    trial = aliases(session).trial
    if wish.alias is Alias.LIVE and trial is not None and trial.number == version.number:
        _end(session, moment, by, "试行的版本已正式发布")
    return row


def check_may_publish(session: Session, by: Actor, wish: Published) -> MenuVersion:
    """All that is refused before the sounds are made. The version with its texts."""
    version = find_version(session, wish.number)
    _check(wish)
    everybody = wish.alias is Alias.LIVE or wish.share > 0
    if everybody and _needs_another(session, version) and by.login == version.edited_by:
        reason = "按双人规则，最后修改这一版的人不能自己发布，请另一位有权限的人发布"
        raise NotAllowed("发布语音菜单", reason)
    return version


def rolls_back_to(session: Session) -> MenuVersion:
    """What was live before the live version was published; raises NotFound.

    Going back twice goes back two versions, never forward to the one just left.
    """
    live = _newest(session, Alias.LIVE)
    of_live = select(MenuPublication).where(MenuPublication.alias == Alias.LIVE.value)
    newest = of_live.order_by(MenuPublication.id.desc()).limit(1)
    number = live.number if live else None
    entered = session.scalars(
        newest.where(MenuPublication.number == number, MenuPublication.way != "rollback")
    ).first()
    if entered is None:
        raise NotFound("menu_version", "before")
    before = session.scalars(
        newest.where(MenuPublication.id < entered.id, MenuPublication.number != number)
    ).first()
    if before is None or before.number is None:
        raise NotFound("menu_version", "before")
    return find_version(session, before.number)


def roll_back(
    session: Session, moment: datetime, by: Actor, reason: str, number: int
) -> MenuPublication:
    """Live becomes `number`, which somebody found by `rolls_back_to`.

    The two-person rule does not ask: it was heard before. Raises NotAllowed when the live
    version has changed since.
    """
    one_at_a_time(session)
    if rolls_back_to(session).number != number:
        raise NotAllowed("回退语音菜单", "正式版本刚刚被他人改动，请刷新后再试")
    wish = Published(number, Alias.LIVE, reason)
    _check(wish)
    return _add(session, moment, by, wish, "rollback")


def end_trial(session: Session, moment: datetime, by: Actor, reason: str) -> None:
    """Everybody hears the live version. Raises NotFound when there is no trial."""
    one_at_a_time(session)
    if aliases(session).trial is None:
        raise NotFound("trial", Alias.TRIAL)
    if not reason.strip():
        raise InvalidInput((Finding("reason", "请写明原因"),))
    _end(session, moment, by, reason.strip())


def put_live(
    session: Session, moment: datetime, by: Actor, number: int, reason: str
) -> MenuPublication:
    """By the installation itself; the caller holds the menu's turn."""
    return _add(session, moment, by, Published(number, Alias.LIVE, reason), "install")


def set_two_person(session: Session, moment: datetime, by: Actor, *, is_on: bool) -> None:
    """Whether who edited last may publish; a new version of the place's policy."""
    policy = catalogues.policy(session)
    if policy.two_person_menu == is_on:
        return
    before = catalogues.current(session, "policy")
    count = session.scalar(select(func.count()).where(Catalogue.name == "policy")) or 0
    document = to_document(replace(policy, two_person_menu=is_on))
    version = f"{before.version.partition('+')[0]}+{count}"
    note = f"语音菜单双人规则：{'开启' if is_on else '关闭'}"
    catalogues.publish(session, moment, by.login, "policy", version, document, note)
    what = "menu.two_person_on" if is_on else "menu.two_person_off"
    record_audit(session, moment, by, what, "policy", version)


def _needs_another(session: Session, version: MenuVersion) -> bool:
    """The rule is on, and nobody has heard this version yet."""
    heard = select(MenuPublication.id).where(
        MenuPublication.alias == Alias.LIVE, MenuPublication.number == version.number
    )
    return catalogues.policy(session).two_person_menu and not session.scalar(heard.limit(1))


def _check(wish: Published) -> None:
    findings = []
    if not wish.reason.strip():
        findings.append(Finding("reason", "请写明为什么"))
    if wish.alias is Alias.LIVE and (wish.share or wish.callers):
        findings.append(Finding("share", "正式发布对所有来电生效，不填比例和号码"))
    if wish.alias is Alias.TRIAL:
        if not 0 <= wish.share <= 100:
            findings.append(Finding("share", "比例应为0到100"))
        if not wish.share and not wish.callers:
            findings.append(Finding("share", "请填写试行的比例，或列出试行的来电号码"))
        if len(wish.callers) > MOST_CALLERS:
            findings.append(Finding("callers", f"最多{MOST_CALLERS}个号码"))
        findings += [
            Finding("callers", f"“{number[:20]}”不是电话号码")
            for number in _callers(wish)
            if not (number.isascii() and number.isdigit() and SHORTEST <= len(number) <= LONGEST)
        ]
    if findings:
        raise InvalidInput(tuple(findings))


def _callers(wish: Published) -> tuple[str, ...]:
    """As the network presents them, each once."""
    plain = ("".join(sign for sign in one if sign not in " -") for one in wish.callers)
    return tuple(dict.fromkeys(plain))


def _newest(session: Session, alias: Alias) -> MenuPublication | None:
    query = select(MenuPublication).where(MenuPublication.alias == alias.value)
    return session.scalars(query.order_by(MenuPublication.id.desc()).limit(1)).first()


def _end(session: Session, moment: datetime, by: Actor, reason: str) -> None:
    row = MenuPublication(
        alias=Alias.TRIAL.value,
        number=None,
        way="end",
        done_by=by.login[:64],
        at=moment,
        reason=reason,
    )
    session.add(row)
    session.flush()
    record_audit(session, moment, by, "menu.end_trial", "menu", Alias.TRIAL, reason=reason)


def _add(
    session: Session, moment: datetime, by: Actor, wish: Published, way: str
) -> MenuPublication:
    reason = wish.reason.strip()
    row = MenuPublication(
        alias=wish.alias.value,
        number=wish.number,
        share=wish.share,
        callers=list(wish.callers),
        way=way,
        done_by=by.login[:64],
        at=moment,
        reason=reason,
    )
    session.add(row)
    session.flush()
    detail = {
        "alias": wish.alias.value,
        "share": wish.share,
        "callers": [masked_phone(number) for number in wish.callers],
    }
    record_audit(
        session,
        moment,
        by,
        f"menu.{way}",
        "menu_version",
        str(wish.number),
        reason=reason,
        detail=detail,
    )
    return row
