"""`./hotline test`: the stages, each with its own heading and time, and one summary at the end.

Telephone and browser tests run one after another: sound is made in real time, and two at once on
a small machine would test the machine. A test there that fails once and then passes alone on the
calm machine does not fail the run, but it is printed as UNSTEADY: a defect of ours to mend.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from asterisk_conf.installation import frontend, needs
from asterisk_conf.installation.layout import REPOSITORY
from asterisk_conf.installation.progress import Say

MOST_SECOND_TRIES: Final = 5
"""More failures than this are not bad luck."""

PYTEST_SOME_FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """One thing to run; `second_try` for tests that depend on real time."""

    name: str
    run: Callable[[], int]
    second_try: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    passed: bool
    unsteady: bool
    seconds: float


def run_tests(mode: str, arguments: list[str], say: Say) -> int:
    """Runs the stages of `fast`, `all` or `bench`; the exit code of the whole."""
    if mode != "fast":
        try:
            needs.install_missing(say)
        except needs.NeedMissing as missing:
            say(str(missing))
            return 2
    outcomes = [_run(stage) for stage in _stages(mode, arguments)]
    print(f"\n{'stage':24} {'result':10} seconds")
    for outcome in outcomes:
        result = "UNSTEADY" if outcome.unsteady else "passed" if outcome.passed else "FAILED"
        print(f"{outcome.name:24} {result:10} {outcome.seconds:7.1f}")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _run(stage: Stage) -> Outcome:
    print(f"\n=== {stage.name} ===", flush=True)
    began = time.monotonic()
    code = stage.run()
    unsteady = False
    if code == PYTEST_SOME_FAILED and stage.second_try is not None:
        print(f"--- {stage.name}: what failed, once more and alone ---", flush=True)
        code = stage.second_try()
        unsteady = code == 0
    return Outcome(stage.name, code == 0, unsteady, time.monotonic() - began)


def _stages(mode: str, arguments: list[str]) -> list[Stage]:
    unit = _pytest("unit", ["tests/unit", "-n", "2", *arguments])
    lint = _tool("ruff", ["ruff", "check", "."])
    if mode == "fast":
        return [lint, unit]
    if mode == "bench":
        return [_pytest("benchmarks", ["tests/benchmarks", "-s", *arguments])]
    return [
        lint,
        _tool("ruff format", ["ruff", "format", "--check", "."]),
        _tool("mypy --strict", ["mypy"]),
        Stage("import-linter", lambda: _program([_script("lint-imports")])),
        Stage("Dockerfile", lambda: _program([_script("hadolint"), "docker/Dockerfile"])),
        Stage("front end", _front_end),
        unit,
        _pytest("integration", ["tests/integration", "tests/acceptance", "-n", "2"]),
        _pytest("asterisk", ["tests/asterisk"], real_time=True),
        _pytest("browser", ["tests/browser"], real_time=True),
    ]


def _pytest(name: str, arguments: list[str], *, real_time: bool = False) -> Stage:
    words = [sys.executable, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{name}", *arguments]
    if not real_time:
        return Stage(name, lambda: _program(words))
    limit = f"--maxfail={MOST_SECOND_TRIES + 1}"
    again = [*words, "--last-failed", "--last-failed-no-failures=none"]
    return Stage(name, lambda: _program([*words, limit]), lambda: _program(again))


def _tool(name: str, words: list[str]) -> Stage:
    return Stage(name, lambda: _program([sys.executable, "-m", *words]))


def _front_end() -> int:
    try:
        frontend.install_packages(print)
        frontend.npm(["run", "lint"])
        frontend.npm(["run", "test"])
        frontend.build(print)
    except frontend.FrontendFailed as failed:
        print(failed)
        return 1
    return 0


def _script(name: str) -> str:
    return str(REPOSITORY / ".venv" / "bin" / name)


def _program(words: list[str]) -> int:
    return subprocess.run(words, check=False, cwd=REPOSITORY).returncode
