"""The recognisers of a media server: a few processes, kept alive, never asked for too much.

A full box says None and the step goes on by keys: a caller who must press is served, one whose
prompt stutters is not.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from agi.speech.recognition.model import ModelFacts
from agi.speech.recognition.process import Command, WorkerProcess, WorkerTurn, worker_command
from ivr_flows.speech.grammar import Grammar, grammar

MOST_BEHIND: Final = 0.4
"""Seconds of work waiting at a process that takes no new turn."""
MOST_SERVED: Final = 20_000
"""Turns after which a process is replaced: libvosk's memory grows by crumbs."""
MOST_GROWN: Final = 400
"""MB more than once it was settled, after which a process is replaced."""
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 30.0
"""Seconds between tries of a model that does not load."""
LOADED_SECONDS: Final = 120.0
"""The large models take a minute from a slow disk."""
LOOK: Final = 0.2

log = logging.getLogger(__name__)


class RecogniserPool:
    """Recognisers by processes that may die; `async with` starts and ends them."""

    def __init__(
        self,
        model: ModelFacts,
        processes: int = 0,
        *,
        command: Command = worker_command,
        most_served: int = MOST_SERVED,
    ) -> None:
        """`processes` 0: one a core, but one core is left for the calls themselves."""
        self._most_served = most_served
        self._model = model
        self._command = command(model)
        self._places = processes or max(1, (os.cpu_count() or 2) - 1)
        self._running: list[WorkerProcess | None] = [None] * self._places
        self._tasks: list[asyncio.Task[None]] = []
        self.lost = 0
        """Processes that ended unasked."""
        self._grammar = lru_cache(maxsize=256)(self._made)
        self._spare: WorkerTurn | None = None

    def begin(self, phrases: Sequence[str]) -> WorkerTurn | None:
        if self._spare is not None:
            self._spare.give_way()
            self._spare = None
        made = self._grammar(tuple(phrases)) if self._model.takes_phrases else ""
        if made is None:
            return None
        free = [
            process
            for process in self._running
            if process is not None
            and process.turns < process.turns_at_once
            and process.behind < MOST_BEHIND
            and not self._is_spent(process)
        ]
        if not free:
            return None
        return min(free, key=lambda process: (process.turns, process.behind)).begin(made)

    def begin_spare(self) -> WorkerTurn | None:
        """A turn that writes down whatever is said, while nobody calls; a caller ends it.

        None: somebody speaks just now, or no model is there.
        """
        running = [process for process in self._running if process is not None]
        idle = [process for process in running if process.turns_at_once]
        if not idle or any(process.turns for process in running):
            return None
        self._spare = idle[0].begin("")
        return self._spare

    @property
    def is_ready(self) -> bool:
        """Some process could take a turn now."""
        return self.ready > 0

    @property
    def ready(self) -> int:
        """Processes that have their model."""
        return sum(process is not None and process.turns_at_once > 0 for process in self._running)

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(process.pid for process in self._running if process)

    @property
    def room(self) -> int:
        """Turns at once, all processes together."""
        return sum(process.turns_at_once for process in self._running if process)

    async def __aenter__(self) -> "RecogniserPool":
        self._tasks = [asyncio.create_task(self._keep(place)) for place in range(self._places)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _made(self, phrases: tuple[str, ...]) -> str | None:
        made: Grammar = grammar(phrases, self._model.vocabulary)
        if made.unknown:
            shown = "、".join(made.unknown[:5])
            log.warning("%d phrases with words the model lacks: %s", len(made.unknown), shown)
        return None if made.is_empty else made.json()

    async def _keep(self, place: int) -> None:
        """One process after the other in this place, for ever."""
        pause = FIRST_PAUSE
        while True:
            process = await WorkerProcess.start(self._command)
            reading = asyncio.create_task(process.run())
            self._running[place] = process
            try:
                was_asked = await self._watch(process, reading)
            finally:
                self._running[place] = None
                code = await process.end(1.0)
                await reading
            if was_asked:
                log.info("recogniser %d is replaced after %d turns", process.pid, process.served)
                continue
            self.lost += 1
            log.error("recogniser %d ended by itself, code %d", process.pid, code)
            pause = FIRST_PAUSE if process.served else min(LONGEST_PAUSE, pause * 2)
            await asyncio.sleep(pause)

    async def _watch(self, process: WorkerProcess, reading: asyncio.Task[None]) -> bool:
        """Until it ends (False), or is spent and idle (True); a frozen one is ended."""
        loading = 0.0
        while not reading.done():
            await asyncio.wait([reading], timeout=LOOK)
            loading += 0.0 if process.turns_at_once else LOOK
            if loading > LOADED_SECONDS:
                process.kill("its model does not load")
            elif process.is_frozen:
                process.kill("it is frozen")
            elif self._is_spent(process) and not process.turns:
                return True
        return False

    def _is_spent(self, process: WorkerProcess) -> bool:
        return process.served >= self._most_served or process.grown > MOST_GROWN
