"""Nobody listens or waits too long: one menu's words, and all until a person comes."""

from collections.abc import Iterator

from ivr_flows.checks.finding import Examined, Finding, found
from ivr_flows.language.asking import Menu
from ivr_flows.language.listening import Listen
from ivr_flows.patience import silent_wait


def long_menus(it: Examined) -> Iterator[Finding]:
    longest = it.around.limits.menu_seconds
    for written in it.bundle.flows.values():
        for name, step in written.flow.steps.items():
            if not isinstance(step, (Menu, Listen)):
                continue
            seconds = max(it.around.said_seconds(text) for text in _said(step))
            if seconds > longest:
                message = f"菜单约 {seconds:.0f} 秒，超过 {longest:.0f} 秒，请缩短"
                yield found(written, ("steps", name, "text"), message)


def _said(step: Menu | Listen) -> tuple[str, ...]:
    """One of these is heard, never both."""
    return (step.text, step.invite) if isinstance(step, Listen) and step.invite else (step.text,)


def impatient(it: Examined) -> Iterator[Finding]:
    longest = it.around.limits.silent_seconds
    if (wait := silent_wait(it.graph, it.around)) > longest:
        message = (
            f"来电人什么都不按，最长要 {wait:.0f} 秒才到人工或结束，超过 "
            f"{longest:.0f} 秒；请缩短提示语或减少步骤"
        )
        yield found(it.bundle.flows[it.bundle.name], ("steps",), message)
