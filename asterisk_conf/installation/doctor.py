"""`./hotline doctor`: what is missing or wrong on this machine, and how to mend it."""

import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from asterisk_conf.installation import frontend, needs, status
from asterisk_conf.installation.layout import PORTS, REPOSITORY, Layout

DISK_NEEDED: Final = 2 * 1024**3
"""Bytes: Asterisk's tree, Node packages and a day of recordings."""
LISTENED: Final = tuple(offset for name, offset in PORTS.items() if name != "carrier_sip")
"""Offsets of the ports we listen on."""
MEMORY_NEEDED: Final = 1024**3
MODEL_SECONDS: Final = 60
"""A large vocabulary takes a while to read from a slow disk."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing looked at."""

    good: bool
    text: str
    advice: str = ""


def examine(layout: Layout, port_base: int) -> Iterator[Remark]:
    """Looks at one thing after another."""
    yield Remark(
        sys.version_info >= (3, 11),
        f"Python {sys.version.split()[0]}",
        "需要 Python 3.11 或更新版本",
    )
    yield _disk(layout)
    yield _memory()
    yield _node()
    yield _asterisk()
    yield _file_limit()
    yield _speech(layout)
    yield from _ports(layout, port_base)
    yield _tests()


def words(remark: Remark) -> str:
    mark = "✓" if remark.good else "✗"
    advice = "" if remark.good or not remark.advice else f"\n    → {remark.advice}"
    return f"{mark} {remark.text}{advice}"


def busy_ports(host: str, ports: list[int]) -> list[int]:
    """Those of `ports` that somebody already listens on (TCP) or holds (UDP)."""
    busy = []
    for port in ports:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                if kind == socket.SOCK_STREAM:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, port))
                except OSError:
                    busy.append(port)
                    break
    return busy


def _disk(layout: Layout) -> Remark:
    place = next(folder for folder in (layout.state, *layout.state.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return Remark(
        free > DISK_NEEDED,
        f"磁盘可用 {free / 1024**3:.1f} GiB（{place}）",
        "至少需要 2 GiB，请清理磁盘或用 --state 换一个目录",
    )


def _memory() -> Remark:
    available = 0
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            available = int(line.split()[1]) * 1024
    return Remark(
        available > MEMORY_NEEDED,
        f"内存可用 {available / 1024**3:.1f} GiB",
        "至少需要 1 GiB 可用内存",
    )


def _node() -> Remark:
    if (frontend.BUILT / ".built-from").exists():
        return Remark(True, "页面已编译")
    if frontend.machine_has_node():
        return Remark(True, "Node 可用（编译页面）")
    return Remark(True, "本机没有合适的 Node，首次启动时会装入 .venv（无需 root）")


def _asterisk() -> Remark:
    if shutil.which("asterisk"):
        return Remark(True, "本机装有 Asterisk（版本合适就用它）")
    can_unpack = all(shutil.which(program) for program in ("apt-get", "dpkg-deb"))
    return Remark(
        can_unpack,
        "Asterisk 将由发行版软件包解开到私有目录（无需 root）",
        "本机不是 Debian 系：请安装 Asterisk 20.17/22.7 以上版本，或使用 docker/",
    )


def _file_limit() -> Remark:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Remark(
        hard >= 20000 or hard == resource.RLIM_INFINITY,
        f"可打开文件数上限 {hard}",
        "300 路通话需要 20000：在 /etc/security/limits.conf 里提高 nofile",
    )


def _ports(layout: Layout, port_base: int) -> Iterator[Remark]:
    running = status.read(layout)
    if running["ready"]:
        yield Remark(True, f"正在运行：{running['web_url']}")
        return
    busy = busy_ports("127.0.0.1", [port_base + offset for offset in LISTENED])
    yield Remark(
        not busy,
        f"端口 {port_base}–{port_base + max(LISTENED)}"
        + (f"，已被占用：{', '.join(map(str, busy))}" if busy else " 空闲"),
        "停掉占用的程序，或用 --port-base 换一组端口",
    )


def _speech(layout: Layout) -> Remark:
    """What the model can do says who uses it; this package knows none of that."""
    configured = (layout.read_settings() or {}).get("speech")
    if not configured:
        return Remark(True, "没有配置语音模型：语音菜单只用按键（--speech-model 目录 可启用语音）")
    asked = subprocess.run(
        [sys.executable, "-m", "agi.speech.recognition", configured["model"]],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=MODEL_SECONDS,
        check=False,
    )
    if asked.returncode == 0:
        return Remark(True, asked.stdout.strip())
    why = asked.stderr.strip().splitlines()[-1:] or ["没有回答"]
    return Remark(
        False,
        f"语音模型 {why[0]}",
        "请放回模型，或用 --speech-model 另指目录；在此之前来电人只能按键",
    )


def _tests() -> Remark:
    missing = [
        name
        for name, found in (("PostgreSQL", needs.postgresql()), ("Chromium", needs.chromium()))
        if found is None
    ]
    if not missing:
        return Remark(True, "测试所需的 PostgreSQL 与 Chromium 都在")
    how = "./hotline test all 会自动安装" if os.geteuid() == 0 else "请用 root 安装"
    return Remark(True, f"只有运行测试才需要：{'、'.join(missing)}（{how}）")
