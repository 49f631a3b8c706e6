"""queue_log: the few lines that matter, and lines that are none."""

from datetime import UTC, datetime

import pytest

from ticketing.recordings import queue_log

SECOND = datetime(2026, 11, 22, 0, 28, 31, tzinfo=UTC)
EPOCH = int(SECOND.timestamp())
END = SECOND.replace(microsecond=999_999)


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (f"{EPOCH}|NONE|NONE|NONE|QUEUESTART|", queue_log.AsteriskStarted(SECOND)),
        (
            f"{EPOCH}|a1-1.0|general|NONE|ENTERQUEUE||139|1",
            queue_log.Waited(END, "a1-1.0", "general"),
        ),
        (
            f"{EPOCH}|a1-1.0|general|Anna|CONNECT|8|a1-1.2|1",
            queue_log.Connected(END, "a1-1.0", "general", "a1-1.2"),
        ),
        (f"{EPOCH}|a1-1.0|general|Anna|RINGNOANSWER|10000", None),
        (f"{EPOCH}|a1-1.0|general|NONE|ABANDON|1|1|19", None),
    ],
)
def test_a_line_says_what_happened(line: str, event: queue_log.QueueEvent | None) -> None:
    assert queue_log.decode(line) == event


@pytest.mark.parametrize("line", ["", "x", "x|y|z|a|QUEUESTART|", f"{10**30}|||NONE|QUEUESTART|"])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        queue_log.decode(line)
