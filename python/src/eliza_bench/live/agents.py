"""The agents of a live process: fresh runtimes of the framework that stay alive."""

from dataclasses import dataclass, replace

from eliza_bench.agent import Agent
from eliza_bench.agents.load import LoadedAgent
from eliza_bench.agents.models import OTHER_ANSWER
from eliza_bench.clocks import monotonic_ns, now_ns
from eliza_bench.contract import Contract, Fixtures, Scenario
from eliza_bench.database_setup import build_live_message
from eliza_bench.databases.database import Adapter, Database
from eliza_bench.databases.records import read_field
from eliza_bench.failure import FrameworkError, framework_calls
from eliza_bench.framework import AgentRuntime
from eliza_bench.instrument import Instrument
from eliza_bench.iteration import SenderFor, keep_texts
from eliza_bench.live.host import Answer, Host, Made, Stored
from eliza_bench.live.model_time import LiveMock
from eliza_bench.live.stores import Stores
from eliza_bench.measurement import Counts
from eliza_bench.messages import entity_id, live_agent_id, room_id, vary_id
from eliza_bench.mock_llm_plugin import Answers


@dataclass(slots=True)
class _Resident:
    """An agent of this process. There may be thousands: nothing is kept that is not needed."""

    runtime: AgentRuntime
    adapter: Adapter
    users: int
    history: int


class LiveAgents(Host):
    """Every method that calls the framework raises FrameworkError."""

    def __init__(
        self,
        contract: Contract,
        scenario: Scenario,
        database: Database,
        sender_for: SenderFor,
        model_delay_ms: float,
        own: LoadedAgent | None = None,
    ) -> None:
        """`own` is a user's agent.

        Raises InputError if the scenario asks for answers that the mock does not have.
        """
        self._contract = contract
        self._scenario = scenario
        self._database = database
        self._send = sender_for(scenario, "live")
        self._own = own
        other = OTHER_ANSWER if own else None
        answers = Answers(
            contract.responses, scenario.config.answers, model_delay_ms, other_answer=other
        )
        self._mock = LiveMock(answers)
        self._residents: list[_Resident] = []
        self._stores = Stores(database)

    @property
    def alive(self) -> int:
        return len(self._residents)

    @property
    def model_calls(self) -> Counts:
        return self._mock.model_calls()

    @property
    def embeddings(self) -> int:
        return self._mock.embeddings

    def has(self, agent: int, user: int) -> bool:
        return agent < len(self._residents) and user < self._residents[agent].users

    async def make(self, count: int) -> Made:
        made = Made([], [], [])
        if not self._residents:
            await self._database.clear()
        for _ in range(count):
            contract = self._contract_of(len(self._residents))
            agent = await Agent.start(
                self._database, contract, self._scenario, self._get_mock, Instrument(), self._own
            )
            self._stores.note_ready(agent.runtime)
            started = now_ns()
            with framework_calls():
                await self._database.add_users(agent.adapter, contract, range(1))
            made.construct_ns.append(agent.construct_ns)
            made.initialize_ns.append(agent.initialize_ns)
            made.seed_ns.append(now_ns() - started)
            self._residents.append(_Resident(agent.runtime, agent.adapter, 1, 0))
        return made

    async def add_users(self, agent: int, count: int, history: int) -> None:
        resident, contract = self._residents[agent], self._contract_of(agent)
        with framework_calls():
            if count > resident.users:
                new = range(resident.users, count)
                await self._database.add_users(resident.adapter, contract, new)
            if history > resident.history:
                new = range(resident.history, history)
                await self._database.add_history(resident.adapter, contract.fixtures, new, count)
        resident.users = max(resident.users, count)
        resident.history = max(resident.history, history)

    async def answer(self, number: int, agent: int, user: int) -> Answer:
        message = build_live_message(number, agent, user, self._fixtures_of(agent))
        runtime = self._residents[agent].runtime
        texts: list[str] = []
        model_time = self._mock.begin_message()
        sent_at_ns = monotonic_ns()
        with framework_calls():
            await self._send(runtime, message, keep_texts(texts))
        returned_at_ns = monotonic_ns()
        model_ns = model_time.total_ns(returned_at_ns) if model_time else 0
        return Answer(sent_at_ns, returned_at_ns, model_ns, [text for text in texts if text])

    async def count_stored(self, agent: int) -> Stored:
        resident, fixtures = self._residents[agent], self._contract_of(agent).fixtures
        users = {room_id(fixtures, number): number for number in range(resident.users)}
        from_user, from_agent = [0] * resident.users, [0] * resident.users
        with framework_calls():
            records = await self._database.read_stored_messages(resident.adapter)
        for record in records:
            user = users.get(str(read_field(record, "roomId", "room_id")))
            if user is None or record["id"].startswith(fixtures.history_id_prefix):
                continue
            author = read_field(record, "entityId", "entity_id")
            if author == fixtures.agent_id:
                from_agent[user] += 1
            # The memories of other agents may be in the same room of a server.
            elif author == entity_id(fixtures, user) and (
                read_field(record, "agentId", "agent_id") == fixtures.agent_id
            ):
                from_user[user] += 1
        return Stored(from_user, from_agent)

    async def count_records(self) -> dict[str, int]:
        return await self._stores.count(self._holders())

    async def empty(self, store: str) -> bool:
        return await self._stores.empty(self._holders(), store)

    async def drop(self) -> None:
        residents, self._residents = self._residents, []
        failure: FrameworkError | None = None
        for resident in residents:
            try:
                with framework_calls():
                    await resident.runtime.stop()
            except FrameworkError as error:
                failure = failure or error
        await self._database.settle()
        if failure:
            raise failure

    def _holders(self) -> list[tuple[AgentRuntime, Adapter]]:
        return [(resident.runtime, resident.adapter) for resident in self._residents]

    def _get_mock(self) -> LiveMock:
        return self._mock

    def _contract_of(self, agent: int) -> Contract:
        """Returns the contract with this agent in the place of the only one."""
        fixtures = self._fixtures_of(agent)
        own = replace(fixtures, agent_id=live_agent_id(fixtures, agent))
        return replace(self._contract, fixtures=own)

    def _fixtures_of(self, agent: int) -> Fixtures:
        """Returns ids that no other agent has where agents share a database."""
        fixtures = self._contract.fixtures
        if agent == 0 or not self._database.outlives_the_runtime:
            return fixtures
        return replace(
            fixtures,
            world_id=vary_id(fixtures.world_id, agent),
            room_id_prefix=vary_id(fixtures.room_id_prefix, agent),
            entity_id_prefix=vary_id(fixtures.entity_id_prefix, agent),
            history_id_prefix=vary_id(fixtures.history_id_prefix, agent),
        )
