"""`./hotline …`: bring the house up, look at it, test it."""

import argparse
import fcntl
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

from asterisk_conf.installation import doctor, frontend, house, status, testing
from asterisk_conf.installation.house import CannotStart, House
from asterisk_conf.installation.layout import DEFAULT_PORT_BASE, REPOSITORY, Layout, Wishes
from asterisk_conf.installation.progress import Progress
from asterisk_conf.installation.supervisor import STOP_SECONDS, Supervisor, end_leftovers
from asterisk_conf.mirrors import NoMirrorError
from asterisk_conf.packages import FetchError
from asterisk_conf.process import AsteriskError
from asterisk_conf.site_file import SiteError

START_PATIENCE: Final = 120.0
OPEN_FILES: Final = 20000
"""Two RTP sockets a leg and one file a recording, for 300 calls and more."""
PASSED_ON: Final = {
    "user": ("ticketing", "user"),
    "token": ("ticketing", "token"),
    "verify": ("ticketing", "verify"),
    "menu": ("agent_desk.menu",),
}
"""Commands of our packages that get the installation's settings added."""


def main(arguments: Sequence[str]) -> int:
    parsed, rest = _parser().parse_known_args(arguments)
    if rest and parsed.command not in (*PASSED_ON, "test"):
        _parser().error(f"unknown: {' '.join(rest)}")
    layout = Layout(Path(parsed.state).resolve())
    progress = Progress()
    try:
        return _run(parsed, rest, layout, progress)
    except (
        AsteriskError,
        CannotStart,
        FetchError,
        NoMirrorError,
        SiteError,
        frontend.FrontendFailed,
    ) as error:
        print(error, file=sys.stderr)
        return 1


def _run(parsed: argparse.Namespace, rest: list[str], layout: Layout, progress: Progress) -> int:
    match parsed.command:
        case "up":
            return up(layout, _wishes(parsed, layout), progress)
        case "prepare":
            house.prepare(layout, _wishes(parsed, layout), progress)
            return 0
        case "fetch":
            house.fetch(progress)
            return 0
        case "run":
            return run_one(layout, parsed.process)
        case "down":
            return down(layout)
        case "status":
            return show_status(layout, as_json=parsed.json)
        case "doctor":
            remarks = list(doctor.examine(layout, parsed.port_base))
            print("\n".join(doctor.words(remark) for remark in remarks))
            return 0 if all(remark.good for remark in remarks) else 1
        case "test":
            return testing.run_tests(parsed.mode, rest, progress.say)
        case "site":
            return become(layout, ["asterisk_conf", parsed.action])
        case command:
            return become(layout, [*PASSED_ON[command], *rest])


def become(layout: Layout, words: list[str]) -> NoReturn:
    """Hands over to one of our packages, with this installation's settings."""
    settings = ["--settings", str(layout.settings_file)]
    os.environ.update(house.environment())
    os.execv(sys.executable, [sys.executable, "-m", *words, *settings])  # noqa: S606 (no shell)


def up(layout: Layout, wishes: Wishes, progress: Progress) -> int:
    """Everything, until Ctrl-C or SIGTERM."""
    house.check(wishes)
    layout.make()
    with _alone(layout):
        end_leftovers(layout.run, progress.say)
        ports = [wishes.port_base + offset for offset in doctor.LISTENED]
        if busy := doctor.busy_ports(wishes.bind, ports):
            raise CannotStart(
                f"端口 {', '.join(map(str, busy))} 已被占用："
                "请停掉占用的程序，或用 --port-base 换一组端口。(ports in use)"
            )
        ready = house.prepare(layout, wishes, progress)
        _raise_file_limit()
        supervisor = Supervisor(
            ready.programs(),
            layout.run,
            layout.logs,
            house.environment(),
            REPOSITORY,
            progress.say,
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: supervisor.ask_to_stop())
        try:
            if not supervisor.start(START_PATIENCE):
                return 1
            for line in ready.instance.failures():
                progress.say(f"Asterisk：{line}")
            progress.say("全部就绪，可以接听电话了")
            print(_welcome(ready), flush=True)
            supervisor.watch()
        finally:
            progress.say("正在停止 …")
            supervisor.stop()
            progress.say("已停止")
    return 0


def run_one(layout: Layout, name: str) -> int:
    """Becomes one process of the installation; somebody else (Docker, systemd) restarts it."""
    ready = house.standing(layout, print)
    program = next((one for one in ready.programs() if one.name == name), None)
    if program is None:
        raise CannotStart(
            "没有配置语音模型，不必运行 speech；先 ./hotline prepare --speech-model 目录"
        )
    if program.before_start is not None:
        program.before_start()
    _raise_file_limit()
    os.chdir(REPOSITORY)
    os.execve(program.arguments[0], program.arguments, house.environment())  # noqa: S606


def down(layout: Layout) -> int:
    """Asks the running `up` to stop, and waits."""
    running = status.read(layout)
    pid = running.get("supervisor")
    if not pid:
        print("没有在运行")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS * 5
    while time.monotonic() < deadline:
        if not Path(f"/proc/{pid}").exists():
            print("已停止")
            return 0
        time.sleep(0.1)
    print(f"进程 {pid} 没有按时结束", file=sys.stderr)
    return 1


def show_status(layout: Layout, *, as_json: bool) -> int:
    running = status.read(layout)
    print(json.dumps(running, ensure_ascii=False) if as_json else status.words(running))
    return 0 if running["ready"] else 1


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    """One supervisor a state folder."""
    with (layout.run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"{layout.state} 已在运行：./hotline status 查看，./hotline down 停止"
            ) from None
        yield


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _welcome(ready: House) -> str:
    settings = ready.settings
    url = status.web_url(settings)
    sip = f"sip:12328@{settings['bind']}:{settings['ports']['sip']}"
    lines = ["", f"  网页    {url}"]
    if settings["demo"]:
        lines += [
            "  登录    agent1、agent2（话务员）leader（班长）dispatcher（派单员）unit1（承办单位）",
            "          authority（主管部门）visitor（回访员）auditor（审计）",
            "          manager（中心负责人）admin（管理员）",
            "  密码    demo-12328",
            f"  打电话  在另一个标签页打开 {url}/test-phone ，拨 12328；",
            f"          或用任何 SIP 话机呼叫 {sip}",
        ]
    else:
        lines.append("  登录    首次安装时已打印 admin 的初始密码；新增用户用 ./hotline user add")
    lines += ["  停止    Ctrl-C", ""]
    return "\n".join(lines)


def _wishes(parsed: argparse.Namespace, layout: Layout) -> Wishes:
    given = (parsed.tls_certificate, parsed.tls_key)
    if any(given) and not all(given):
        raise CannotStart("--tls-certificate 与 --tls-key 要一起给")
    certificate, key = given
    return Wishes(
        state=layout.state,
        demo=parsed.demo,
        port_base=parsed.port_base,
        bind=parsed.bind,
        database=parsed.database,
        tls=(Path(certificate).resolve(), Path(key).resolve()) if certificate and key else None,
        speech_model=_speech_model(parsed.speech_model),
    )


def _speech_model(given: str | None) -> Path | None:
    if given is None:
        return None
    model = Path(given).resolve()
    if not model.is_dir():
        raise CannotStart(f"语音模型目录不存在：{model}")
    return model


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--state", default=".hotline", help="folder of everything it writes")
    ports = argparse.ArgumentParser(add_help=False)
    ports.add_argument("--port-base", type=int, default=DEFAULT_PORT_BASE, metavar="N")
    setup = argparse.ArgumentParser(add_help=False, parents=[common, ports])
    setup.add_argument("--demo", action="store_true", help="demo people and orders, open to call")
    setup.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS")
    setup.add_argument("--database", metavar="URL", help="default: SQLite in the state folder")
    setup.add_argument("--tls-certificate", metavar="FILE")
    setup.add_argument("--tls-key", metavar="FILE")
    setup.add_argument("--speech-model", metavar="DIR", help="Vosk model: callers may speak")

    parser = argparse.ArgumentParser(prog="./hotline", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", parents=[setup], help="set up, start, watch until Ctrl-C")
    commands.add_parser("prepare", parents=[setup], help="set up only")
    commands.add_parser("fetch", parents=[common], help="bring what comes from outside, only")
    run = commands.add_parser("run", parents=[common], help="become one process (containers)")
    run.add_argument("process", choices=["asterisk", "worker", "speech", "agi", "desk"])
    commands.add_parser("down", parents=[common], help="stop what `up` started")
    shown = commands.add_parser("status", parents=[common], help="what runs; exit 0 when ready")
    shown.add_argument("--json", action="store_true")
    commands.add_parser("doctor", parents=[common, ports], help="what is wrong here and what to do")
    test = commands.add_parser("test", parents=[common], help="run the tests")
    test.add_argument("mode", nargs="?", choices=["fast", "all", "bench"], default="all")
    site = commands.add_parser("site", parents=[common], help="Asterisk's configuration")
    site.add_argument("action", choices=["check", "diff", "apply"])
    for name, words in PASSED_ON.items():
        commands.add_parser(name, parents=[common], add_help=False, help=" ".join(words))
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
