"""Every way reaches a person or an end within some keys, and not only by pressing 0."""

from collections.abc import Iterator

from ivr_flows.checks.finding import Examined, Finding, Severity, found, found_at
from ivr_flows.distance import Distances


def far_away(it: Examined) -> Iterator[Finding]:
    distances = Distances(it.graph)
    most = it.around.limits.keys
    farthest = distances.farthest()
    if farthest.keys > most:
        where = it.bundle.flows[farthest.node.flow]
        message = (
            f"经过这一步到人工或结束，最少要选择和输入 {farthest.keys} 次，超过 {most} 次；"
            "请减少层次"
        )
        yield found(where, ("steps", farthest.node.step), message)
    for node in distances.traps():
        message = "从这里起，除了按0，怎么选都走不到人工或结束；请加一个选项"
        yield found_at(it.bundle, node, message, Severity.ADVICE)
