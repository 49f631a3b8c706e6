"""What runs now, read from the files that the supervisor and the processes keep."""

import json
import os
from pathlib import Path
from typing import Any

from asterisk_conf.installation.layout import Layout


def read(layout: Layout) -> dict[str, Any]:
    """The answer of `./hotline status --json`; `ready` only when every process is."""
    settings = layout.read_settings()
    if settings is None:
        return {"ready": False, "processes": [], "reason": f"{layout.state} 里还没有安装"}
    running = _supervisor(layout.run)
    processes = running["processes"] if running else []
    for process in processes:
        process["ready"] = bool(process["ready"]) and _alive(process["pid"])
    ready = bool(processes) and all(process["ready"] for process in processes)
    ports = settings["ports"]
    host = settings["bind"]
    return {
        "ready": ready,
        "web_url": web_url(settings),
        "sip": {"host": host, "port": ports["sip"]},
        "state": str(layout.state),
        "demo": settings["demo"],
        "supervisor": running["pid"] if running else None,
        "processes": processes,
        "reason": "" if ready else _reason(processes),
    }


def web_url(settings: dict[str, Any]) -> str:
    """Where a browser on this machine finds the desk."""
    scheme = "https" if settings["tls"] else "http"
    host = "127.0.0.1" if settings["bind"] in ("0.0.0.0", "::") else settings["bind"]  # noqa: S104
    return f"{scheme}://{host}:{settings['ports']['web']}"


def words(status: dict[str, Any]) -> str:
    """For a person at a terminal."""
    lines = ["就绪" if status["ready"] else f"未就绪：{status['reason']}"]
    for process in status["processes"]:
        state = "就绪" if process["ready"] else "未就绪"
        again = f"，重启过 {process['restarts']} 次" if process["restarts"] else ""
        lines.append(f"  {process['name']:10} {state}  进程号 {process['pid'] or '—'}{again}")
    if status.get("web_url"):
        lines.append(f"  网页 {status['web_url']}")
        lines.append(f"  SIP  {status['sip']['host']}:{status['sip']['port']}")
    return "\n".join(lines)


def _supervisor(run: Path) -> dict[str, Any] | None:
    try:
        running: dict[str, Any] = json.loads((run / "supervisor.json").read_text())
    except FileNotFoundError:
        return None
    return running if _alive(running["pid"]) else None


def _reason(processes: list[dict[str, Any]]) -> str:
    if not processes:
        return "没有运行，请执行 ./hotline up"
    waiting = [process["name"] for process in processes if not process["ready"]]
    return f"{'、'.join(waiting)} 尚未就绪"


def _alive(pid: int | None) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
