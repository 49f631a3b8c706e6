"""What a flow names outside itself is there: queues, other services' numbers, calendars."""

from collections.abc import Iterator, Mapping

from ivr_flows.checks.finding import Examined, Finding, Severity, found
from ivr_flows.language.ending import Transfer
from ivr_flows.language.lines import Path
from ivr_flows.language.loader import Written
from ivr_flows.language.serving import Remember
from ivr_flows.language.telling import Branch


def absent_places(it: Examined) -> Iterator[Finding]:
    around = it.around
    for written in it.bundle.flows.values():
        if around.queues is not None:
            yield from _queues(written, around.queues)
        if around.services is not None:
            yield from _numbers(written, around.services)
        if around.groups is not None:
            yield from _groups(written, around.groups)
        yield from _named(written, "hours", "日历", around.calendars, Severity.MISTAKE)
        yield from _named(written, "switch", "开关", around.switches, Severity.ADVICE)


def _queues(written: Written, queues: frozenset[str]) -> Iterator[Finding]:
    named: list[tuple[Path, str]] = [(("person", "skill"), written.flow.person.skill)]
    named.extend(
        (("steps", name, "skill"), getattr(step, "skill", ""))
        for name, step in written.flow.steps.items()
    )
    named.extend(
        (("steps", name, "of"), step.of)
        for name, step in written.flow.steps.items()
        if isinstance(step, Branch) and step.on == "queue"
    )
    for path, queue in named:
        if queue and queue not in queues:
            message = f"站点没有名为“{queue}”的队列，请改为：{'、'.join(sorted(queues))}"
            yield found(written, path, message)


def _groups(written: Written, groups: frozenset[str]) -> Iterator[Finding]:
    for name, step in written.flow.steps.items():
        shown = "、".join(sorted(groups))
        if isinstance(step, Remember) and step.group not in groups:
            message = f"没有名为“{step.group}”的来电人分组，记不住，请改为：{shown}"
            yield found(written, ("steps", name, "group"), message)
        elif isinstance(step, Branch) and step.on == "group":
            for group in step.cases.keys() - groups:
                message = f"没有名为“{group}”的来电人分组，不会有人走到这里，可用：{shown}"
                yield found(written, ("steps", name, "cases", group), message, Severity.ADVICE)


def _numbers(written: Written, services: Mapping[str, bool]) -> Iterator[Finding]:
    for name, step in written.flow.steps.items():
        if isinstance(step, Transfer):
            yield from _transfer(written, name, step, services)
        elif isinstance(step, Branch) and step.on == "transfer" and step.of not in services:
            message = f"站点的其他服务电话里没有 {step.of}，这里总是 refused"
            yield found(written, ("steps", name, "of"), message, Severity.ADVICE)


def _transfer(
    written: Written, name: str, step: Transfer, services: Mapping[str, bool]
) -> Iterator[Finding]:
    path = ("steps", name, "number")
    if step.number not in services:
        message = (
            f"站点的其他服务电话里没有 {step.number}，不会转接，请先在站点说明的 services 里加上"
        )
        severity = Severity.ADVICE if step.refused else Severity.MISTAKE
        yield found(written, path, message, severity)
    elif not services[step.number] and not step.refused:
        message = (
            f"站点不转接 {step.number}，来电人会不明所以地到人工，请写 refused: 告知号码的步骤"
        )
        yield found(written, path, message, Severity.ADVICE)


def _named(
    written: Written, on: str, what: str, known: frozenset[str] | None, severity: Severity
) -> Iterator[Finding]:
    for name, step in written.flow.steps.items():
        if known is None or not isinstance(step, Branch) or step.on != on or step.of in known:
            continue
        message = f"没有名为“{step.of}”的{what}，请改为：{'、'.join(sorted(known))}"
        yield found(written, ("steps", name, "of"), message, severity)
