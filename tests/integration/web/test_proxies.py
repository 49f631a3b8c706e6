"""Behind a trusted proxy the real browser is seen; what others write into headers is not."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from agent_desk.settings import SettingsError, read_settings
from agent_desk.web.desk import Limits
from agent_desk.web.limits import Rate
from tests.desk import Browser, RunningDesk, running_desk
from tests.fakes.clock import MovableClock
from tests.integration.web.test_public import MATTER
from ticketing.database import Database
from ticketing.demo import PASSWORD

HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "12328.example.cn"}


def one_each() -> Limits:
    """One matter an address."""
    return Limits(public_filings=Rate(per_second=1e-6, burst=1))


async def files(browser: Browser, number: int, forwarded_for: str) -> int:
    matter = {**MATTER, "key": f"key-of-a-matter-{number:04}"}
    headers = {"X-Forwarded-For": forwarded_for}
    return (await browser.post("/public/matters", matter, headers=headers)).status


async def sign_in(browser: Browser, headers: dict[str, str]) -> tuple[int, str, str]:
    answer = await browser.post(
        "/session", {"login": "agent1", "password": PASSWORD}, headers=headers
    )
    return (
        answer.status,
        answer.headers.get("Set-Cookie", ""),
        answer.headers.get("Strict-Transport-Security", ""),
    )


async def test_a_stranger_cannot_choose_an_address(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    async with running_desk(database, clock, tmp_path, limits=one_each()) as desk:
        browser = desk.browser()
        assert await files(browser, 1, "203.0.113.1") == 201
        assert await files(browser, 2, "203.0.113.2") == 429
        status, cookie, strict = await sign_in(browser, HTTPS)
        assert (status, strict) == (200, "")
        assert "Secure" not in cookie


async def test_behind_a_trusted_proxy_each_browser_has_its_own_limits(
    database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    proxies = ("127.0.0.0/8", "10.0.0.1")
    async with running_desk(database, clock, tmp_path, limits=one_each(), proxies=proxies) as desk:
        browser = desk.browser()
        assert await files(browser, 1, "203.0.113.1") == 201
        assert await files(browser, 2, "203.0.113.1") == 429
        assert await files(browser, 3, "203.0.113.2") == 201
        # what stands before the address our proxy saw was written by the browser
        assert await files(browser, 4, "198.51.100.7, 203.0.113.2") == 429
        # a second proxy of ours in between
        assert await files(browser, 5, "198.51.100.7, 203.0.113.2, 10.0.0.1") == 429
        assert await files(browser, 6, "198.51.100.7, 203.0.113.3:4711, 10.0.0.1") == 201
        assert await files(browser, 7, "[2001:db8::1]:4711") == 201
        assert await files(browser, 8, "2001:db8::1") == 429
        assert await files(browser, 9, "unknown") == 201  # the proxy itself
        assert await files(browser, 10, "nonsense, , ") == 429
        assert await files(browser, 11, "::ffff:203.0.113.1") == 429


@pytest.fixture
async def desk_behind(
    database: Database, clock: MovableClock, tmp_path: Path
) -> AsyncIterator[RunningDesk]:
    async with running_desk(database, clock, tmp_path, proxies=("127.0.0.1",)) as desk:
        yield desk


async def test_cookies_are_secure_when_the_browser_came_over_tls(desk_behind: RunningDesk) -> None:
    status, cookie, strict = await sign_in(desk_behind.browser(), HTTPS)
    assert status == 200
    assert "Secure" in cookie
    assert strict.startswith("max-age")
    _, plain, no_strict = await sign_in(desk_behind.browser(), {"X-Forwarded-Proto": "http"})
    assert "Secure" not in plain
    assert no_strict == ""


async def test_a_page_is_our_own_by_the_name_the_browser_knows(desk_behind: RunningDesk) -> None:
    browser = desk_behind.browser()
    body = {"login": "agent1", "password": PASSWORD}
    own = {**HTTPS, "Origin": "https://12328.example.cn"}
    foreign = {**HTTPS, "Origin": "https://evil.example"}
    assert (await browser.post("/session", body, headers=own)).status == 200
    assert (await browser.post("/session", body, headers=foreign)).status == 403


async def test_without_a_trusted_proxy_a_forwarded_host_does_not_count(desk: RunningDesk) -> None:
    browser = desk.browser()
    body = {"login": "agent1", "password": PASSWORD}
    headers = {**HTTPS, "Origin": "https://12328.example.cn"}
    assert (await browser.post("/session", body, headers=headers)).status == 403


def test_a_proxy_that_is_no_address_stops_the_desk(tmp_path: Path, moment: datetime) -> None:
    file = tmp_path / "settings.json"
    file.write_text(_settings('["10.0.0.0/8", "proxy.example"]'))
    with pytest.raises(SettingsError, match="proxy"):
        read_settings(file)
    file.write_text(_settings('["10.0.0.0/8", "::1"]'))
    assert len(read_settings(file).proxies) == 2


def _settings(proxies: str) -> str:
    paths = ", ".join(f'"{name}": "/s"' for name in ("site", "vault", "prompts", "flows"))
    return (
        '{"state": "/s", "demo": false, "bind": "127.0.0.1", "systemname": "t", "database": "",'
        ' "ports": {"web": 1, "asterisk_http": 2, "ami": 3},'
        ' "secrets": {"installation": "5", "ami": "5"},'
        f' "paths": {{{paths}}}, "proxies": {proxies}}}'
    )
