"""Micro-benchmarks of the framework's single steps with pyperf: `micro.py --fast -o FILE`, apart
from any scenario.

For an environment with requirements-tools.lock; nothing of it is in a measurement file. pyperf runs this file again for
every process of every benchmark.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyperf

from eliza_bench.agent import Agent
from eliza_bench.clocks import now_ns
from eliza_bench.contract import Contract, Scenario
from eliza_bench.database_setup import (
    MESSAGES_TABLE,
    build_messages,
    build_writes,
    open_database,
    seed,
)
from eliza_bench.framework import Memory, State
from eliza_bench.instrument import Instrument
from eliza_bench.messages import MessagePlan
from eliza_bench.mock_llm_plugin import Answers

# One message into a room of 100 others.
_SCENARIO = "history-scaling-100"
_READ_LIMIT = 20
# Writes into one fresh database.
_WRITES = 100
_NS_PER_S = 1_000_000_000
_PROVIDERS = ["CHARACTER", "RECENT_MESSAGES"]
_DEFAULT_SHARED = Path(__file__).resolve().parents[3] / "shared"


@dataclass
class Subject:
    """A runtime that has taken a message in and composed its state."""

    agent: Agent
    contract: Contract
    message: Memory
    state: State
    answer: str
    """What the mock model answers to the message's prompt."""

    @classmethod
    async def open(cls, shared: Path) -> "Subject":
        contract = Contract.read(shared)
        scenario: Scenario = contract.select([_SCENARIO])[0]
        plan = MessagePlan.of(scenario)
        agent = await Agent.start(
            contract, scenario, Answers(contract.responses, {}, 0), Instrument()
        )
        await seed(agent.adapter, contract, plan, scenario.config.history)
        message = build_messages(plan, 1, contract.fixtures)[0]
        await agent.runtime.create_memory(message, MESSAGES_TABLE)
        state = await agent.runtime.compose_state(message)
        (template,) = [
            one for one in contract.responses.templates if one.template == "messageHandler"
        ]
        return cls(agent, contract, message, state, template.answers["default"])

    async def compose_state(self) -> None:
        await self.agent.runtime.compose_state(self.message, skip_cache=True)

    async def memory_get(self) -> None:
        query = {"tableName": MESSAGES_TABLE, "roomId": self.message.room_id, "limit": _READ_LIMIT}
        await self.agent.adapter.get_memories(query)

    async def provider_run(self, name: str) -> None:
        (provider,) = [one for one in self.agent.runtime.providers if one.name == name]
        await provider.get(self.agent.runtime, self.message, self.state)

    def time_memory_create(self, loops: int) -> float:
        """The seconds of `loops` times _WRITES writes, every time into a fresh database."""
        fixtures = self.contract.fixtures
        writes = build_writes(_WRITES, 1, fixtures)

        async def run() -> int:
            total = 0
            for _ in range(loops):
                create_memory = open_database(fixtures.agent_id).create_memory
                started = now_ns()
                for memory in writes:
                    await create_memory(memory, MESSAGES_TABLE)
                total += now_ns() - started
            return total

        return asyncio.run(run()) / _NS_PER_S


def main(arguments: Sequence[str] | None = None) -> None:
    runner: Any = pyperf.Runner(add_cmdline_args=_hand_on)
    runner.argparser.add_argument(
        "--shared", type=Path, default=_DEFAULT_SHARED, help="the folder of the contract files"
    )
    options = runner.parse_args(arguments)
    subject = asyncio.run(Subject.open(options.shared))

    # The framework imports these with its first message.
    from elizaos.bootstrap.utils.xml import parse_key_value_xml  # noqa: PLC0415
    from elizaos.prompts import MESSAGE_HANDLER_TEMPLATE  # noqa: PLC0415

    def render() -> None:
        subject.agent.runtime.compose_prompt_from_state(
            state=subject.state, template=MESSAGE_HANDLER_TEMPLATE
        )

    runner.bench_async_func("compose_state", subject.compose_state)
    runner.bench_func("prompt_render", render)
    runner.bench_func("response_parse", parse_key_value_xml, subject.answer)
    runner.bench_time_func("memory_create", subject.time_memory_create, inner_loops=_WRITES)
    runner.bench_async_func("memory_get", subject.memory_get)
    for name in _PROVIDERS:
        runner.bench_async_func(f"provider_run {name}", subject.provider_run, name)


def _hand_on(command: list[str], options: Any) -> None:
    """Gives pyperf's own processes the options that are not pyperf's."""
    command += ["--shared", str(options.shared)]
