"""An agent: a fresh runtime of the published framework on a fresh database.

Only the model is replaced.
"""

from dataclasses import dataclass

from eliza_bench.clocks import now_ns
from eliza_bench.contract import Contract, Scenario
from eliza_bench.database_setup import open_database
from eliza_bench.failure import framework_calls
from eliza_bench.framework import AgentRuntime, Character, InMemoryDatabaseAdapter, Plugin
from eliza_bench.instrument import Instrument
from eliza_bench.measurement import Bootstrap
from eliza_bench.mock_llm_plugin import Answers, Mock
from eliza_bench.provided_texts import make_character_text

_CHARACTER_PROVIDER = "CHARACTER"


@dataclass
class Agent:
    runtime: AgentRuntime
    adapter: InMemoryDatabaseAdapter
    mock: Mock
    bootstrap: Bootstrap
    """The framework registered these parts by itself."""
    construct_ns: int
    initialize_ns: int

    @classmethod
    async def start(
        cls, contract: Contract, scenario: Scenario, answers: Answers, instrument: Instrument
    ) -> "Agent":
        """Constructs and initializes an agent and times both steps. Raises FrameworkError."""
        config, persona = scenario.config, contract.character
        settings: dict[str, str | int | float | bool | None] = {**persona.settings}
        if config.multi_step:
            settings["USE_MULTI_STEP"] = "true"
        text = make_character_text(contract.fixtures, config.character_chars)

        started = now_ns()
        with framework_calls():
            adapter = open_database(contract.fixtures.agent_id)
            mock = Mock(answers)
            plugin = mock.make_plugin(
                contract, scenario, instrument.wrap_models(mock.make_handlers())
            )
            character = Character(
                name=persona.name,
                username=persona.username,
                bio=[*persona.bio, text] if text else persona.bio,
                system=persona.system,
                topics=persona.topics,
                adjectives=persona.adjectives,
            )
            runtime = AgentRuntime(
                agent_id=contract.fixtures.agent_id,
                character=character,
                adapter=adapter,
                plugins=[plugin],
                settings=settings,
                check_should_respond=config.check_should_respond,
            )
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
            runtime, adapter, mock, bootstrap, constructed - started, initialized - constructed
        )

    async def stop(self) -> int:
        """Stops the runtime, which wipes its database. Returns the nanoseconds that this took.

        Raises FrameworkError.
        """
        started = now_ns()
        with framework_calls():
            await self.runtime.stop()
        return now_ns() - started


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
