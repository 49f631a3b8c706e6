"""The voice menu and files: what is there at a start, what is imported, what is exported."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from agent_desk.menu.kept_tests import case_texts
from ivr_flows.cases.file import SHIPPED_TESTS, cases_in
from ivr_flows.language.loader import FlowMistakesError
from ivr_flows.menu import Menu
from ivr_flows.prompts.build import every_sentence
from ivr_flows.prompts.espeak import VoiceError
from ivr_flows.prompts.library import Library
from ivr_flows.report import check_menu
from ivr_flows.store import SHIPPED, read_texts
from ticketing import menu
from ticketing.clock import SHANGHAI, Clock
from ticketing.database import Database
from ticketing.errors import NotFound
from ticketing.menu.drafts import RESERVED
from ticketing.people.person import process

Say = Callable[[str], None]

VOICES: Final = 4
"""Sounds made at once at a start, when no caller needs the machine."""


def install(database: Database, clock: Clock, library: Library, own: Path, say: Say) -> None:
    """The shipped menu; and the place's own files, once."""
    shipped, found = read_texts(SHIPPED), _usable_names(own, say)
    whole = {**shipped, **found}
    mistakes = check_menu(whole) if found else []
    fit = not mistakes and (not found or not _unspoken(whole, library))
    with database.transaction() as session:
        done = menu.install_menu(session, clock.now(), shipped, found, own_fit=fit)
        if done.shipped is not None and done.shipped == done.live:
            cases = case_texts(cases_in(SHIPPED_TESTS))
            menu.install_flow_tests(session, clock.now(), cases)
    if done.shipped is not None:
        state = "已发布" if done.shipped == done.live else "未自动发布，请比较后决定"
        say(f"自带的语音菜单为第{done.shipped}版，{state}")
    if done.files is not None:
        say(f"{own} 里的流程文件已读入并发布为第{done.files}版；今后在页面上修改")
    if done.shipped == 1 and found and not fit:
        say(f"{own} 里的流程文件有问题，只读入了草稿：")
        for mistake in mistakes:
            say(str(mistake))
    _sounds_of_aliases(database, library, say)


def import_files(database: Database, clock: Clock, places: Sequence[Path], say: Say) -> int:
    """Files into the draft, whatever is wrong with them. Returns 0 when the draft is fit."""
    texts: dict[str, str] = {}
    for place in places:
        texts |= read_texts(place) if place.is_dir() else {place.stem: place.read_text("utf-8")}
    by = process("command line")
    with database.transaction() as session:
        known = {flow.name: flow for flow in menu.draft_flows(session)}
        for name, text in texts.items():
            before = known.get(name)
            if before is None or before.text != text:
                revision = before.revision if before else None
                menu.save_draft(session, clock.now(), by, name, text, revision)
                say(f"{name} 已读入草稿")
        mistakes = check_menu(menu.draft_texts(session))
    for mistake in mistakes:
        say(str(mistake))
    return 1 if mistakes else 0


def export_files(database: Database, folder: Path, version: str | None, say: Say) -> int:
    """One file a flow; other files in the folder stay."""
    with database.reading() as session:
        texts = _wanted(session, version)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    say(f"{len(texts)} 个流程已写到 {folder}")
    return 0


def tell_versions(database: Database, say: Say) -> int:
    """Newest first, with what callers hear marked."""
    with database.reading() as session:
        now = menu.aliases(session)
        for row in menu.list_versions(session, None, 200):
            mark = "正式" if row.number == now.live else ""
            mark += "试行" if now.trial and row.number == now.trial.number else ""
            at = row.at.astimezone(SHANGHAI)
            say(f"{row.number}\t{mark or '-'}\t{at:%Y-%m-%d %H:%M}\t{row.author}\t{row.reason}")
    return 0


def _wanted(session: Session, version: str | None) -> dict[str, str]:
    """Raises NotFound."""
    if version is None:
        return menu.draft_texts(session)
    number = menu.aliases(session).live if version == "live" else None
    if number is None and version.isascii() and version.isdigit():
        number = int(version)
    if number is None:
        raise NotFound("menu_version", version)
    texts: dict[str, str] = menu.find_version(session, number).texts
    return texts


def _usable_names(folder: Path, say: Say) -> dict[str, str]:
    texts = read_texts(folder)
    for name in texts.keys() & RESERVED:
        say(f"{name}.yaml 的名字是系统保留的词，没有读入，请改名")
    return {name: text for name, text in texts.items() if name not in RESERVED}


def _sounds_of_aliases(database: Database, library: Library, say: Say) -> None:
    """What callers hear has its sounds on this machine too, also with another voice.

    A sentence without sound is told and keeps no hotline from its start: it is tried when said.
    """
    with database.reading() as session:
        now = menu.aliases(session)
        numbers = [now.live, now.trial.number if now.trial else None]
        heard = {one: menu.find_version(session, one).texts for one in numbers if one}
    failed: list[VoiceError] = []
    for number, texts in heard.items():
        try:
            failed += _unspoken(texts, library)
        except FlowMistakesError as error:
            say(f"第{number}版这个软件读不懂，来电会转人工，请尽快改正后发布：\n{error}")
    for missing in failed:
        say(f"未能生成：{missing}")


def _unspoken(texts: Mapping[str, str], library: Library) -> list[VoiceError]:
    """The sentences that got no sound. Raises FlowMistakesError."""

    def tried(phrase: str) -> VoiceError | None:
        try:
            library.file(phrase)
        except VoiceError as error:
            return error
        return None

    phrases = every_sentence(Menu("", texts).bundles())
    with ThreadPoolExecutor(VOICES) as pool:
        return [error for error in pool.map(tried, phrases) if error is not None]
