"""An iteration of a scenario: construct, initialize, seed, send, tear down."""

import asyncio
from array import array
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from eliza_bench.agent import Agent
from eliza_bench.calibration import CalibrationRun
from eliza_bench.call_sequence import divide_questions
from eliza_bench.clocks import Span, now_ns
from eliza_bench.contract import CalibrationInputs, Contract, Scenario
from eliza_bench.database import DatabaseRun
from eliza_bench.database_setup import build_messages
from eliza_bench.databases.backends import ServerTime
from eliza_bench.databases.database import Database
from eliza_bench.failure import framework_calls
from eliza_bench.framework import AgentRuntime, Content, Memory
from eliza_bench.instrument import Callback, Instrument
from eliza_bench.measurement import AskedAlike, IterationPhase, IterationRecord, Phase
from eliza_bench.messages import MessagePlan, reply_digest
from eliza_bench.mock_llm_plugin import Answers, Mock
from eliza_bench.streaming import StreamWatch, receive_stream

if TYPE_CHECKING:
    # The framework itself imports its message service with the first message.
    from elizaos.services.message_service import MessageProcessingResult

    from eliza_bench.agents.load import LoadedAgent

Send = Callable[[AgentRuntime, Memory, Callback], Awaitable["MessageProcessingResult | None"]]
"""It sends one message to the runtime. None stands for an unknown result."""
SenderFor = Callable[[Scenario, Phase], Send]
"""It chooses the sender of an iteration's messages."""


def framework_sender(_scenario: Scenario, _phase: Phase) -> Send:
    return _handle_message


def _handle_message(
    runtime: AgentRuntime, message: Memory, callback: Callback
) -> Awaitable["MessageProcessingResult"]:
    # It returns the framework's own coroutine: another one around it would add to every message.
    handled: Awaitable[MessageProcessingResult] = runtime.message_service.handle_message(
        runtime, message, callback
    )
    return handled


class Iteration:
    """An iteration whose agent is ready, with its messages and its measurements so far."""

    def __init__(
        self,
        agent: Agent,
        scenario: Scenario,
        messages: list[Memory],
        send: Send,
        seed_ns: int,
        instrument: Instrument,
    ) -> None:
        count = len(messages)
        self.agent = agent
        self.seed_ns = seed_ns
        self.database: DatabaseRun | None = None
        self.kernel: CalibrationRun | None = None
        self.replies: list[list[str]] = [[] for _ in messages]
        """The texts that each message's callback received, empty ones included."""
        self.responded: list[bool | None] = [None] * count
        """The framework's own flag per message. None is unknown."""
        streams = scenario.config.streamed_chunks > 0
        self.streams = [StreamWatch() for _ in messages] if streams else None
        """One for each message. None where the scenario streams nothing."""
        self._scenario = scenario
        self._messages = messages
        self._callbacks = [instrument.wrap_callback(keep_texts(texts)) for texts in self.replies]
        self._send = send
        self._instrument = instrument
        self._sent = 0
        self._asked_before = array("q", bytes(8 * count))
        self._started_ns = array("q", bytes(8 * count))
        self._message_ns = array("q", bytes(8 * count))
        self._wall_ns = 0
        self._cpu_ns = 0
        self._server_time = ServerTime()

    @classmethod
    async def open(
        cls,
        database: Database,
        contract: Contract,
        scenario: Scenario,
        plan: MessagePlan,
        answers: Answers,
        send: Send,
        number: int,
        instrument: Instrument,
        kernel_inputs: CalibrationInputs | None = None,
        own: "LoadedAgent | None" = None,
    ) -> "Iteration":
        """Constructs, initializes and seeds an agent, and builds the messages.

        `number` counts the process's iterations. It is part of the messages' ids. Only a
        calibration has `kernel_inputs`. `own` is a user's agent. Raises FrameworkError.
        """
        await database.clear()
        make_mock = partial(Mock, answers)
        agent = await Agent.start(database, contract, scenario, make_mock, instrument, own)
        fixtures, load = contract.fixtures, scenario.database
        started = now_ns()
        with framework_calls():
            await database.seed(agent.adapter, contract, plan, scenario.config.history)
            if load:
                await database.seed_records(agent.adapter, fixtures, load.records, load.rooms)
        seed_ns = now_ns() - started
        instrument.attach(agent)
        messages = build_messages(plan, number, fixtures)
        iteration = cls(agent, scenario, messages, send, seed_ns, instrument)
        if load:
            iteration.database = DatabaseRun(scenario.kind, load, fixtures)
        if kernel_inputs and scenario.calibration:
            iteration.kernel = CalibrationRun(kernel_inputs, scenario.calibration)
        return iteration

    @property
    def unsent(self) -> int:
        return len(self._messages) - self._sent

    @property
    def message_ns(self) -> list[int]:
        """The times of the messages sent so far, in the scenario's order."""
        return self._message_ns[: self._sent].tolist()

    def call_sequence(self) -> list[AskedAlike]:
        """Returns what each message sent so far has asked the text models."""
        if self.database or self.kernel:
            return []
        return divide_questions(
            self.agent.mock.questions,
            self._asked_before[: self._sent],
            overlap=self._scenario.config.delivery == "concurrent",
        )

    async def run(self, *, verify: bool = False) -> None:
        """Sends every message as the delivery says, or runs the scenario's operations.

        Raises FrameworkError.
        """
        database = self.agent.database
        worked = await database.read_backends()
        if verify:
            await database.mark("messages")
        await _settle()
        with framework_calls(), self._instrument.listen():
            span = Span()
            if self.kernel:
                self.kernel.run(verify=verify)
            elif self.database:
                await self.database.run(self.agent, verify=verify)
            elif self._scenario.config.delivery == "concurrent":
                await self._send_together()
            else:
                await self._send_in_turn()
            self._add(span)
        if verify:
            await database.mark("returned")
        self._server_time.add(worked, await database.read_backends())

    async def send_next(self) -> None:
        """Sends the next message alone. The time between two such calls belongs to no span.

        Raises FrameworkError.
        """
        database = self.agent.database
        worked = await database.read_backends()
        await _settle()
        with framework_calls(), self._instrument.listen():
            span = Span()
            await self._send_message()
            self._add(span)
        self._server_time.add(worked, await database.read_backends())

    async def tear_down(self, phase: IterationPhase, index: int) -> IterationRecord:
        """Tears down and returns the iteration's record. `index` is its number in its phase.

        Raises FrameworkError.
        """
        # The calls that the framework makes while it stops belong to no message.
        model_calls = self.agent.mock.model_calls()
        call_sequence = self.call_sequence()
        work = self.database or self.kernel
        record: IterationRecord = {
            "phase": phase,
            "index": index,
            "constructNs": self.agent.construct_ns,
            "initializeNs": self.agent.initialize_ns,
            "seedNs": self.seed_ns,
            "wallNs": self._wall_ns,
            "cpuNs": self._cpu_ns,
            "teardownNs": await self.agent.stop(),
            "messageNs": self.message_ns,
            "operations": work.timings if work else [],
            "replyDigest": reply_digest(self.replies),
            "modelCalls": model_calls,
            "callSequence": call_sequence,
            "actionRuns": self.agent.mock.action_runs,
            "bridgeNs": None,
            "rssBytes": None,
            "stages": self._instrument.stages(self._sent_and_returned()),
        }
        owners = self._instrument.owners(self._sent_and_returned())
        if owners is not None:
            record["owners"] = owners
        if self.streams:
            record["streams"] = [
                watch.record(sent)
                for watch, sent in zip(
                    self.streams[: self._sent], self._started_ns[: self._sent], strict=True
                )
            ]
        if self.agent.settle_ns is not None:
            record["databaseServer"] = {
                "cpuNs": self._server_time.total_ns,
                "settleNs": self.agent.settle_ns,
            }
        return record

    def _sent_and_returned(self) -> list[tuple[int, int]]:
        """Returns the clock at each message's sending and return.

        Messages that overlap have no time of sending.
        """
        sent = self._started_ns[: self._sent]
        return [
            (started, started + took) for started, took in zip(sent, self.message_ns, strict=True)
        ]

    def _add(self, span: Span) -> None:
        wall_ns, cpu_ns = span.stop()
        self._wall_ns += wall_ns
        self._cpu_ns += cpu_ns

    async def _send_in_turn(self) -> None:
        conversation = self._scenario.config.delivery == "conversation"
        while self.unsent:
            await self._send_message()
            if conversation and self.unsent:
                await asyncio.sleep(0)

    async def _send_message(self) -> None:
        index = self._sent
        message, callback = self._messages[index], self._callbacks[index]
        self._asked_before[index] = len(self.agent.mock.questions)
        if self.streams:
            await self._stream_message(index, self.streams[index])
            return
        started = now_ns()
        result = await self._send(self.agent.runtime, message, callback)
        self._message_ns[index] = now_ns() - started
        self._started_ns[index] = started
        self.responded[index] = result.did_respond if result else None
        self._sent = index + 1

    async def _stream_message(self, index: int, watch: StreamWatch) -> None:
        message, callback = self._messages[index], self._callbacks[index]
        self.agent.mock.watch = watch
        started = now_ns()
        responded = await receive_stream(self.agent.runtime, message, callback, watch)
        self._message_ns[index] = now_ns() - started
        self._started_ns[index] = started
        self.responded[index] = responded
        self._sent = index + 1

    async def _send_together(self) -> None:
        submitted = array("q", bytes(8 * len(self._messages)))
        tasks: list[asyncio.Task[None]] = []
        for index in range(len(self._messages)):
            self._asked_before[index] = len(self.agent.mock.questions)
            submitted[index] = now_ns()
            tasks.append(asyncio.create_task(self._send_one_of_many(index, submitted)))
        # Every task is awaited to its end, so that none still runs after an error.
        outcomes: list[Any] = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        self._sent = len(self._messages)

    async def _send_one_of_many(self, index: int, submitted: "array[int]") -> None:
        result = await self._send(self.agent.runtime, self._messages[index], self._callbacks[index])
        self._message_ns[index] = now_ns() - submitted[index]
        self.responded[index] = result.did_respond if result else None


def keep_texts(texts: list[str]) -> Callback:
    """Makes a callback that keeps the reply texts it is handed, and returns nothing."""

    async def keep(content: Content) -> list[Memory]:
        texts.append(content.text)
        return []

    return keep


async def _settle() -> None:
    """Gives the event loop two turns off the clock.

    Timers that are due fire in the first. What they scheduled runs in the second.
    """
    await asyncio.sleep(0)
    await asyncio.sleep(0)
