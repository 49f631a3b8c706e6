"""`python -m agent_desk --settings FILE`: serves the desk; `python -m agent_desk openapi`."""

import argparse
import asyncio
import json
import logging
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from aiohttp import ClientSession, ClientTimeout, web

from agent_desk.live.derive import FloorRules
from agent_desk.live.exchange import Exchange, Site
from agent_desk.menu.reporting import Reports
from agent_desk.menu.sounding import MenuSounds
from agent_desk.menu.studio import Studio
from agent_desk.menu.surroundings import surroundings
from agent_desk.settings import Settings, SettingsError, read_settings
from agent_desk.telephony.link import Address, Patience
from agent_desk.web import openapi
from agent_desk.web.application import application
from agent_desk.web.desk import Desk, Limits, MenuWork, PasswordThreads
from agent_desk.web.routes import all_routes
from agent_desk.web.shaping.calls import PopShaper
from agent_desk.web.speech import Speech
from asterisk_conf import names
from asterisk_conf.render import outbound_trunk
from asterisk_conf.settings import Settings as PbxSettings
from asterisk_conf.site_file import SiteError, load_site
from ivr_flows.prompts.voices import VoiceSettingsError, library
from ticketing.clock import SystemClock
from ticketing.database import Database
from ticketing.menu.prompts import note_voice
from ticketing.people.passwords import Passwords
from ticketing.readiness import Readiness

VERSION: Final = "0.1.0"
BEAT: Final = 1.0
"""Seconds between two signs of life."""

log = logging.getLogger("agent_desk")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m agent_desk", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["serve", "openapi"], default="serve")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="STATE/settings.json")
    chosen = parser.parse_args(arguments)
    if chosen.command == "openapi":
        print(json.dumps(openapi.document(all_routes(), VERSION), ensure_ascii=False, indent=1))
        return 0
    if chosen.settings is None:
        parser.error("serve needs --settings")
    try:
        settings = read_settings(chosen.settings)
        site = _site(settings, chosen.settings)
    except (SettingsError, SiteError, VoiceSettingsError) as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asyncio.run(serve(settings, site))
    return 0


async def serve(settings: Settings, site: Site) -> None:
    """Until SIGINT or SIGTERM."""
    if not settings.is_loopback and settings.tls is None:
        log.warning("bound to %s without TLS: browsers refuse the microphone", settings.bind)
    async with _desk(settings, site) as desk:
        runner = web.AppRunner(
            application(desk, VERSION), access_log=None, shutdown_timeout=5, handle_signals=False
        )
        await runner.setup()
        try:
            await web.TCPSite(
                runner, settings.bind, settings.web_port, ssl_context=_tls(settings)
            ).start()
            log.info("the desk is at %s", settings.origin)
            await _work_until_told_to_stop(settings)
        finally:
            await runner.cleanup()


@asynccontextmanager
async def _desk(settings: Settings, site: Site) -> AsyncIterator[Desk]:
    """The composition root: everything is built here and closed here."""
    database, clock = Database(settings.database), SystemClock()
    passwords = PasswordThreads(Passwords())
    sounds = library(settings.prompts, settings.flows / "recorded", settings.espeak, settings.voice)
    described = load_site(settings.site)
    around = surroundings(described, sounds, settings.menu_limits, settings.speech_model)
    speech = Speech(sounds)
    menu = MenuWork(MenuSounds(sounds), Studio(sounds), Reports(database, around))
    with database.transaction() as session:
        note_voice(session, clock.now(), sounds.voice)
    live = Exchange(site, database, clock, PopShaper(clock))
    async with ClientSession(timeout=ClientTimeout(total=None)) as http:
        desk = Desk(
            settings, database, clock, passwords, live, Limits(), site.queues, http, speech, menu
        )
        try:
            yield desk
        finally:
            menu.sounds.close()
            menu.studio.close()
            desk.pictures.close()
            speech.close()
            passwords.close()
            database.close()


def _site(settings: Settings, path: Path) -> Site:
    """What the live side must know, from the site description and the PBX's own settings."""
    described = load_site(settings.site)
    return Site(
        ami=Address("127.0.0.1", settings.ami_port, names.AMI_USER, settings.ami_secret),
        systemname=settings.systemname,
        trunk=outbound_trunk(described.outbound, PbxSettings.from_file(path)),
        queues={name: queue.title for name, queue in described.queues.items()},
        rules=FloorRules(),
        patience=Patience(),
    )


async def _work_until_told_to_stop(settings: Settings) -> None:
    """Beats once a second, from the loop that serves."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    readiness = Readiness(settings.state, "desk")
    try:
        while not stop.is_set():
            readiness.beat()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), BEAT)
    finally:
        readiness.end()


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.tls is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls.certificate, settings.tls.key)
    return context


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
