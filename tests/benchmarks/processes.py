"""What a process costs, as Linux tells it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Cost:
    """Of one process or of several."""

    cpu: float = 0.0
    """Seconds."""
    memory: float = 0.0
    """Megabytes that are its own (proportional where shared)."""
    files: int = 0

    def __add__(self, other: Self) -> "Cost":
        return Cost(self.cpu + other.cpu, self.memory + other.memory, self.files + other.files)


def cost_of(pid: int) -> Cost:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return Cost(
        cpu=ticks / os.sysconf("SC_CLK_TCK"),
        memory=_proportional(pid),
        files=len(list(Path(f"/proc/{pid}/fd").iterdir())),
    )


def descendants(pid: int) -> list[int]:
    """Children and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def _proportional(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
