"""Micro-benchmarks of the framework's single operations with pyperf, apart from any scenario.

They need an environment with requirements-tools.lock. No figure of theirs is in a measurement file.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from eliza_bench.agent import Agent
from eliza_bench.clocks import now_ns
from eliza_bench.contract import CONTRACT_FOLDER, Contract, Scenario
from eliza_bench.database_setup import build_messages, build_writes
from eliza_bench.databases.in_memory import InMemory
from eliza_bench.databases.records import MESSAGES_TABLE
from eliza_bench.framework import AgentRuntime, IAgentRuntime, Memory, Provider, State
from eliza_bench.instrument import Instrument
from eliza_bench.iteration import Iteration, framework_sender
from eliza_bench.messages import MessagePlan
from eliza_bench.mock_llm_plugin import Answers, Mock, ModelHandler

# It sends one message into a room of 100 others.
_SCENARIO = "history-scaling-100"
_TEMPLATE = "messageHandler"
_READ_LIMIT = 20
# How many memories are written into one fresh database.
_WRITES = 100
_NS_PER_S = 1_000_000_000
_PROVIDERS = ("CHARACTER", "RECENT_MESSAGES")


@dataclass
class Subject:
    """A runtime that has stored a message and composed its state."""

    agent: Agent
    contract: Contract
    message: Memory
    state: State
    answer: str
    """The mock model's answer to the message's prompt."""

    @classmethod
    async def open(cls, shared: Path) -> "Subject":
        contract = Contract.read(shared)
        scenario = contract.select([_SCENARIO])[0]
        plan = MessagePlan.of(scenario)
        answers = Answers(contract.responses, {}, 0)
        database = InMemory()
        make_mock = partial(Mock, answers)
        agent = await Agent.start(database, contract, scenario, make_mock, Instrument())
        await database.seed(agent.adapter, contract, plan, scenario.config.history)
        message = build_messages(plan, 1, contract.fixtures)[0]
        await agent.runtime.create_memory(message, MESSAGES_TABLE)
        state = await agent.runtime.compose_state(message)
        answer = await _capture_answer(contract, scenario, plan, answers)
        return cls(agent, contract, message, state, answer)

    @property
    def runtime(self) -> AgentRuntime:
        return self.agent.runtime

    def find_provider(self, name: str) -> Provider:
        (provider,) = [one for one in self.runtime.providers if one.name == name]
        return provider

    def time_memory_create(self, loops: int) -> float:
        """Returns the seconds of `loops` times `_WRITES` writes, each into a fresh database."""
        fixtures = self.contract.fixtures
        writes = build_writes(_WRITES, 1, fixtures)

        async def run() -> int:
            total = 0
            for _ in range(loops):
                create_memory = InMemory().make_adapter(fixtures.agent_id).create_memory
                started = now_ns()
                for memory in writes:
                    await create_memory(memory, MESSAGES_TABLE)
                total += now_ns() - started
            return total

        return asyncio.run(run()) / _NS_PER_S


class _AnswerCapture(Instrument):
    """Keeps the model's answer to the prompt of `_TEMPLATE`."""

    def __init__(self, answers: Answers) -> None:
        self.answer: str | None = None
        self._answers = answers

    def wrap_models(self, handlers: dict[str, ModelHandler]) -> dict[str, ModelHandler]:
        return {model_type: self._wrap(model_type, one) for model_type, one in handlers.items()}

    def _wrap(self, model_type: str, handler: ModelHandler) -> ModelHandler:
        async def capture(runtime: IAgentRuntime, params: dict[str, Any]) -> Any:
            answer = await handler(runtime, params)
            if "prompt" in params:
                template, *_ = self._answers.find(model_type, params["prompt"])
                self.answer = answer if template == _TEMPLATE else self.answer
            return answer

        return capture


async def _capture_answer(
    contract: Contract, scenario: Scenario, plan: MessagePlan, answers: Answers
) -> str:
    """Sends the message to another runtime and returns the answer that its model gave.

    The mock may have several answers for a template. The prompt decides which one a version gets.
    """
    capture = _AnswerCapture(answers)
    send = framework_sender(scenario, "warmup")
    iteration = await Iteration.open(
        InMemory(), contract, scenario, plan, answers, send, 1, capture
    )
    await iteration.run()
    await iteration.agent.stop()
    if capture.answer is None:
        raise RuntimeError(f"the framework did not ask for {_TEMPLATE}")
    return capture.answer


def add_benchmarks(runner: Any, subject: Subject) -> None:
    """Runs every benchmark with pyperf's runner, or hands it to one of pyperf's processes."""
    # The framework imports these with its first message.
    from elizaos.bootstrap.utils.xml import parse_key_value_xml
    from elizaos.prompts import MESSAGE_HANDLER_TEMPLATE

    runtime, message, state = subject.runtime, subject.message, subject.state
    # Without the cache: the state of the same message would only be merged.
    compose_state = partial(runtime.compose_state, message, skip_cache=True)
    prompt_render = partial(
        runtime.compose_prompt_from_state, state=state, template=MESSAGE_HANDLER_TEMPLATE
    )
    query = {"tableName": MESSAGES_TABLE, "roomId": message.room_id, "limit": _READ_LIMIT}

    runner.bench_async_func("compose_state", compose_state)
    runner.bench_func("prompt_render", prompt_render)
    runner.bench_func("response_parse", parse_key_value_xml, subject.answer)
    runner.bench_time_func("memory_create", subject.time_memory_create, inner_loops=_WRITES)
    runner.bench_async_func("memory_get", subject.agent.adapter.get_memories, query)
    for name in _PROVIDERS:
        get = subject.find_provider(name).get
        runner.bench_async_func(f"provider_run {name}", get, runtime, message, state)


def main(arguments: Sequence[str] | None = None) -> None:
    # Only the environment of the tools has it.
    import pyperf

    runner: Any = pyperf.Runner(add_cmdline_args=_pass_options_on)
    runner.argparser.add_argument(
        "--shared", type=Path, default=CONTRACT_FOLDER, help="the folder of the contract files"
    )
    options = runner.parse_args(arguments)
    add_benchmarks(runner, asyncio.run(Subject.open(options.shared)))


def _pass_options_on(command: list[str], options: Any) -> None:
    """Passes the options that are not pyperf's on to pyperf's own processes."""
    command += ["--shared", str(options.shared)]
