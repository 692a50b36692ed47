"""Worker mode: one cell, one command after another, one event each, and idle in between."""

from eliza_bench.cell import Cell
from eliza_bench.clocks import now_ns
from eliza_bench.failure import FrameworkError, InputError
from eliza_bench.iteration import Iteration
from eliza_bench.measurement import CellMeasurement, IterationPhase
from eliza_bench.protocol import Events, read_command


class Worker:
    """Executes commands for one cell."""

    def __init__(self, cell: Cell, events: Events) -> None:
        self._cell = cell
        self._events = events
        self._open: tuple[Iteration, IterationPhase] | None = None

    async def serve(self) -> CellMeasurement:
        """Executes commands until `finish` and returns the measurement.

        Raises InputError for a command that is garbled or out of place, UnfinishedError at the end
        of standard input.
        """
        while True:
            command, phase = read_command()
            self._check(command)
            if command == "finish":
                self._cell.end_plain_phase()
                return self._cell.measurement
            started = now_ns()
            try:
                await self._execute(command, phase)
            except FrameworkError as error:
                doing = phase or (self._open[1] if self._open else command)
                self._events.send_failed(command, self._cell.fail(doing, error))
            else:
                self._events.send_done(command, now_ns() - started)

    async def _execute(self, command: str, phase: IterationPhase | None) -> None:
        if phase and command == "iterate":
            await self._cell.iterate(phase)
        elif phase:
            self._open = (await self._cell.begin(phase), phase)
        elif self._open:
            await self._step(*self._open, command)
        elif command == "cold":
            await self._cell.run_cold()
        else:
            await self._cell.verify()

    async def _step(self, iteration: Iteration, phase: IterationPhase, command: str) -> None:
        if command == "message":
            await iteration.send_next()
        else:
            await self._cell.end(iteration, phase)
            self._open = None

    def _check(self, command: str) -> None:
        """Refuses a command that makes no sense now."""
        problem = self._problem(command)
        if problem:
            raise InputError(f"`{command}`: {problem}")

    def _problem(self, command: str) -> str | None:
        scenario = self._cell.scenario
        if self._cell.measurement["failure"]:
            return None if command == "finish" else "the cell has failed: only `finish` may follow"
        if self._open:
            unsent = self._open[0].unsent
            if command == "message":
                return None if unsent else "every message of the open iteration was sent: `end` it"
            if command == "end":
                if unsent == 0 or self._open[1] == "warmup":
                    return None
                return f"the open iteration has {unsent} messages left: send them"
            return "an iteration is open: `end` it"
        if command in {"message", "end"}:
            return "no iteration is open: `begin` one"
        in_steps = scenario.sends_messages and scenario.config.delivery == "sequential"
        if command == "begin" and not in_steps:
            return "only sequential scenarios of messages go in steps: use `iterate`"
        return None
