"""A whole house, a carrier, and people at real browsers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from asterisk_conf.installation import needs
from asterisk_conf.tree import Asterisk
from tests.asterisk.conftest import asterisk  # noqa: F401 (the fixture)
from tests.asterisk.sound import tone, write_wav
from tests.browser.desk import CHROMIUM_FLAGS, PATIENCE, AgentDesk, LogIn, microphone, new_context
from tests.installation import Town, town
from tests.rest import ApiPerson, Refused
from tests.waiting import wait_for
from ticketing.demo import PASSWORD

AGENT_HUMS = {"agent1": 1000.0, "agent2": 1500.0}
"""What each agent's microphone hears."""

Seated = Callable[[str], AgentDesk]


@pytest.fixture(scope="session")
def browser_town(asterisk: Asterisk) -> Iterator[Town]:  # noqa: F811
    with town(asterisk, []) as standing:
        yield standing


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


class Browsers:
    """One Chromium for each microphone; a context for each person."""

    def __init__(self, playwright: Playwright, folder: Path, url: str) -> None:
        self._playwright = playwright
        self._folder = folder
        self._url = url
        self._browsers: dict[str, Browser] = {}
        self._pages: list[Page] = []

    def page(self, login: str = "") -> Page:
        """A page of a person of their own; empty: somebody who is not logged in."""
        page = new_context(self._browser(login), self._url).new_page()
        page.set_default_timeout(PATIENCE)
        self._pages.append(page)
        if login:
            LogIn(page).enter(login, PASSWORD)
        return page

    def close_pages(self) -> None:
        for page in self._pages:
            page.context.close()
        self._pages.clear()

    def close(self) -> None:
        for browser in self._browsers.values():
            browser.close()

    def _browser(self, login: str) -> Browser:
        if login not in self._browsers:
            wav = self._folder / f"{login or 'caller'}.wav"
            write_wav(wav, tone(AGENT_HUMS.get(login, 600.0), seconds=4))
            self._browsers[login] = self._playwright.chromium.launch(
                executable_path=needs.chromium(), args=[*CHROMIUM_FLAGS, microphone(wav)]
            )
        return self._browsers[login]


@pytest.fixture(scope="session")
def all_browsers(
    playwright: Playwright, browser_town: Town, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browsers]:
    browsers = Browsers(playwright, tmp_path_factory.mktemp("mic"), browser_town.house.web)
    yield browsers
    browsers.close()


@pytest.fixture
def browsers(all_browsers: Browsers) -> Iterator[Browsers]:
    """Every test leaves the pages closed."""
    yield all_browsers
    all_browsers.close_pages()


@pytest.fixture
def seated(browsers: Browsers, browser_town: Town) -> Iterator[Seated]:
    """Seats an agent at a browser, signed in and ready; all lines end and seats empty at last."""
    logins: list[str] = []

    def sit(login: str) -> AgentDesk:
        logins.append(login)
        desk = AgentDesk(browsers.page(login))
        desk.open()
        desk.sign_in()
        desk.be_ready()
        return desk

    yield sit
    browser_town.carrier.hang_up_all()
    for login in logins:
        person = ApiPerson(browser_town.house.web, login)
        wait_for(f"{login} may leave", lambda person=person: _signs_out(person), 60, pause=0.5)


def _signs_out(person: ApiPerson) -> bool:
    """False while the seat is still in its call."""
    try:
        person.post("/agents/me/sign-out")
    except Refused:
        return False
    return True
