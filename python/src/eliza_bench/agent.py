"""An agent: a fresh runtime of the published framework on a fresh database.

Only the model is replaced.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eliza_bench.agents.models import keep_models
from eliza_bench.clocks import now_ns
from eliza_bench.contract import Contract, Scenario
from eliza_bench.databases.database import Adapter, Database
from eliza_bench.failure import framework_calls
from eliza_bench.framework import AgentRuntime, Character, Plugin
from eliza_bench.instrument import Instrument
from eliza_bench.measurement import Bootstrap
from eliza_bench.mock_llm_plugin import Mock
from eliza_bench.provided_texts import make_character_text

if TYPE_CHECKING:
    from eliza_bench.agents.load import LoadedAgent

_CHARACTER_PROVIDER = "CHARACTER"


@dataclass
class Agent:
    runtime: AgentRuntime
    database: Database
    adapter: Adapter
    mock: Mock
    bootstrap: Bootstrap
    """The framework registered these parts by itself."""
    construct_ns: int
    initialize_ns: int
    settle_ns: int | None = None
    """How long a database server went on working once the runtime had stopped."""

    @classmethod
    async def start(
        cls,
        database: Database,
        contract: Contract,
        scenario: Scenario,
        make_mock: Callable[[], Mock],
        instrument: Instrument,
        own: "LoadedAgent | None" = None,
    ) -> "Agent":
        """Constructs and initializes an agent and times both steps. Raises FrameworkError.

        `own` is a user's agent. None: it is the benchmark's.
        """
        config = scenario.config
        settings: dict[str, str | int | float | bool | None] = {
            **(own.settings if own else {}),
            # Without these the framework does not take the mock's answers.
            **contract.character.settings,
        }
        if config.multi_step:
            settings["USE_MULTI_STEP"] = "true"
        if config.multi_step_rounds is not None:
            settings["MAX_MULTISTEP_ITERATIONS"] = str(config.multi_step_rounds)
        text = make_character_text(contract.fixtures, config.character_chars)

        started = now_ns()
        with framework_calls():
            adapter = database.make_adapter(contract.fixtures.agent_id)
            mock = make_mock()
            plugin = mock.make_plugin(
                contract, scenario, instrument.wrap_models(mock.make_handlers())
            )
            character = own.make_character() if own else _make_character(contract, text)
            runtime = AgentRuntime(
                agent_id=contract.fixtures.agent_id,
                character=character,
                adapter=adapter,
                plugins=[*(brought.plugin for brought in own.plugins), plugin] if own else [plugin],
                settings=settings,
                check_should_respond=config.check_should_respond,
            )
            if own:
                keep_models(runtime, plugin)
                instrument.prepare(runtime, own, plugin)
        constructed = now_ns()
        with framework_calls():
            await runtime.initialize()
            if config.providers == "character-only":
                kept = {
                    _CHARACTER_PROVIDER,
                    *(provider.name for provider in plugin.providers or []),
                }
                runtime.providers[:] = [
                    provider for provider in runtime.providers if provider.name in kept
                ]
        initialized = now_ns()
        bootstrap = _list_bootstrap(runtime, plugin)
        return cls(
            runtime,
            database,
            adapter,
            mock,
            bootstrap,
            constructed - started,
            initialized - constructed,
        )

    async def stop(self) -> int:
        """Stops the runtime, and waits until its database is at rest.

        Returns the nanoseconds that the runtime took. Raises FrameworkError.
        """
        started = now_ns()
        with framework_calls():
            await self.runtime.stop()
        teardown_ns = now_ns() - started
        self.settle_ns = await self.database.settle()
        return teardown_ns

    @asynccontextmanager
    async def read_back(self) -> AsyncIterator[None]:
        """Stops the runtime, and surrounds the reading of what it has stored.

        That is after the stop if the database can still be read then: it must not be taken for
        something that the runtime does. Raises FrameworkError.
        """
        if not self.database.outlives_the_runtime:
            yield
            await self.stop()
            return
        await self.stop()
        await self.database.mark("settled")
        with framework_calls():
            await self.adapter.initialize()
        yield
        with framework_calls():
            await self.adapter.close()


def _make_character(contract: Contract, text: str) -> Character:
    """Makes the benchmark's own character. A `text` makes it longer."""
    persona = contract.character
    return Character(
        name=persona.name,
        username=persona.username,
        bio=[*persona.bio, text] if text else persona.bio,
        system=persona.system,
        topics=persona.topics,
        adjectives=persona.adjectives,
    )


def _list_bootstrap(runtime: AgentRuntime, own: Plugin) -> Bootstrap:
    own_names = {provider.name for provider in own.providers or []} | {
        action.name for action in own.actions or []
    }
    return {
        "providers": [
            provider.name for provider in runtime.providers if provider.name not in own_names
        ],
        "actions": [action.name for action in runtime.actions if action.name not in own_names],
        "evaluators": [evaluator.name for evaluator in runtime.evaluators],
    }
