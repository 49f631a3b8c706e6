"""One installation made ready and described as processes: what `up`, `prepare` and `run` share."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from asterisk_conf.installation import frontend
from asterisk_conf.installation.layout import REPOSITORY, Layout, Wishes
from asterisk_conf.installation.progress import Progress, Say
from asterisk_conf.installation.supervisor import Program
from asterisk_conf.packages import Shelf
from asterisk_conf.packages import fetch as fetch_packages
from asterisk_conf.process import AsteriskError, Instance
from asterisk_conf.prompt_texts import prompt_texts
from asterisk_conf.render import Folders, render
from asterisk_conf.settings import Settings
from asterisk_conf.site_file import DEFAULT_SITE, load_site
from asterisk_conf.tree import Asterisk, espeak_command, get_asterisk

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class CannotStart(Exception):
    """The installation cannot be made ready; the message says what to do."""


@dataclass(frozen=True, slots=True)
class House:
    """An installation that is ready to be started."""

    layout: Layout
    settings: dict[str, Any]
    instance: Instance

    def programs(self) -> tuple[Program, ...]:
        """The processes in the order of their start."""
        speech = (self._python("speech", "agi.speech"),) if self.settings.get("speech") else ()
        return (
            Program(
                "asterisk",
                tuple(self.instance.command()),
                ready=self._asterisk_answers,
                before_start=self._render,
            ),
            self._python("worker", "ticketing", "work"),
            *speech,
            self._python("agi", "agi"),
            self._python("desk", "agent_desk"),
        )

    def _python(self, name: str, *words: str) -> Program:
        beat = self.layout.run / f"{name}.ready"
        settings = ("--settings", str(self.layout.settings_file))
        arguments = (sys.executable, "-m", *words, *settings)
        return Program(name, arguments, ready=beat.exists, beat=beat)

    def _render(self) -> None:
        render_configuration(self.layout, self.instance)

    def _asterisk_answers(self) -> bool:
        if not (self.instance.folders.run / "asterisk.ctl").exists():
            return False
        try:
            self.instance.cli("core waitfullybooted", 5)
        except AsteriskError:
            return False
        return True


def check(wishes: Wishes) -> None:
    """Raises CannotStart for what may not be."""
    if wishes.demo and wishes.bind not in LOOPBACK:
        raise CannotStart(
            "演示模式里任何人都能不用密码呼入，所以只能绑定在 127.0.0.1。"
            "正式使用请去掉 --demo。(--demo refuses to listen beyond loopback)"
        )
    if wishes.bind not in LOOPBACK and wishes.tls is None:
        raise CannotStart(
            "对外提供服务需要 HTTPS（浏览器只在 HTTPS 下允许使用麦克风）："
            "请加 --tls-certificate 与 --tls-key。(--bind beyond loopback needs TLS)"
        )


def fetch(progress: Progress) -> Asterisk:
    """Everything that comes from outside: Asterisk's tree and the built pages, side by side."""
    with ThreadPoolExecutor(2) as pool:
        pages = pool.submit(_step, progress, "页面", frontend.build)
        tree = pool.submit(get_asterisk, cache_folder(), progress.say)
        pages.result()
        return tree.result()


def prepare(layout: Layout, wishes: Wishes, progress: Progress) -> House:
    """Makes the installation ready to start; quick when it already is."""
    check(wishes)
    layout.make()
    layout.write_settings(wishes)
    if not layout.site.exists():
        shutil.copy(DEFAULT_SITE, layout.site)
        progress.say(f"站点说明：{layout.site}（可修改）")
    load_site(layout.site)  # a mistake is told before anything long begins
    with ThreadPoolExecutor(3) as pool:
        pages = pool.submit(_step, progress, "页面", frontend.build)
        records = pool.submit(_step, progress, "数据库", lambda say: _database(layout, wishes, say))
        asterisk = get_asterisk(cache_folder(), progress.say)
        espeak = _espeak(progress.say)
        _step(progress, "语音提示", lambda say: _prompts(layout, espeak, say))
        records.result()
        pages.result()
    settings = layout.add_to_settings(espeak=espeak)
    _step(progress, "语音菜单", lambda say: _menu(layout, say))
    instance = Instance(asterisk, Folders(layout.asterisk))
    render_configuration(layout, instance)
    return House(layout, settings, instance)


def standing(layout: Layout, say: Say) -> House:
    """The installation as `prepare` left it."""
    settings = layout.read_settings()
    if settings is None:
        raise CannotStart(f"{layout.state} 里没有安装，请先运行 ./hotline prepare")
    instance = Instance(get_asterisk(cache_folder(), say), Folders(layout.asterisk))
    return House(layout, settings, instance)


def render_configuration(layout: Layout, instance: Instance) -> None:
    """Writes Asterisk's configuration from the site as it is now."""
    settings = Settings.from_file(layout.settings_file)
    files = render(load_site(settings.site), settings, instance.asterisk)
    instance.prepare(files, settings.prompts, settings.monitor)


def cache_folder() -> Path:
    """Where downloads are kept for all installations of this user."""
    named = os.environ.get("HOTLINE_CACHE")
    return Path(named) if named else Path("~/.cache/hotline").expanduser()


def environment() -> dict[str, str]:
    """What our processes get: the repository's packages, UTF-8, unbuffered logs."""
    return {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def package(words: list[str], say: Say) -> None:
    """Runs `python -m …` of one of our packages, passing on its lines; CannotStart if it fails."""
    with subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=REPOSITORY,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        lines = []
        for line in process.stdout or ():
            lines.append(line.rstrip())
            say(line.rstrip())
    if process.returncode != 0:
        raise CannotStart("\n".join([f"python -m {' '.join(words)}", *lines[-20:]]))


def _step(progress: Progress, name: str, work: Callable[[Say], None]) -> None:
    with progress.step(name) as say:
        work(say)


def _database(layout: Layout, wishes: Wishes, say: Say) -> None:
    settings = ["--settings", str(layout.settings_file)]
    package(["ticketing", "setup", *settings], say)
    if wishes.demo:
        package(["ticketing", "demo", *settings], say)


def _prompts(layout: Layout, espeak: tuple[str, ...], say: Say) -> None:
    texts = layout.prompts / "texts.json"
    texts.write_text(json.dumps(prompt_texts(load_site(layout.site)), ensure_ascii=False))
    recorded = ["--recorded", str(layout.flows / "recorded")]
    where = ["--out", str(layout.prompts), *recorded, "--named", str(texts)]
    package(["ivr_flows", "prompts", *where, "--espeak", *espeak], say)


def _menu(layout: Layout, say: Say) -> None:
    """The published voice menu and its sounds; after database, voice and shipped sounds."""
    package(["agent_desk.menu", "install", "--settings", str(layout.settings_file)], say)


def _espeak(say: Say) -> tuple[str, ...]:
    """The speaking program: the machine's, or one that came with Asterisk's tree."""
    trees = cache_folder() / "trees"
    if shutil.which("espeak-ng") or (trees / "asterisk").exists():
        return espeak_command(trees / "asterisk")
    shelf = Shelf(cache_folder() / "debian")
    return espeak_command(fetch_packages(("espeak-ng",), trees / "espeak", shelf, say))
