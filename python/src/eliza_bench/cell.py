"""A cell: one scenario that is measured, and its measurement so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from eliza_bench.agents.combine import Combined
from eliza_bench.agents.load import LoadedAgent
from eliza_bench.agents.models import OTHER_ANSWER
from eliza_bench.agents.owner_observer import OwnerObserver
from eliza_bench.agents.owner_recorder import OwnerRecorder
from eliza_bench.agents.start_watch import StartWatch
from eliza_bench.clocks import heap_bytes, peak_rss_bytes, reset_peak_rss, rss_bytes
from eliza_bench.collector import Collector
from eliza_bench.contract import Contract, Scenario
from eliza_bench.databases.database import Database
from eliza_bench.error_log import collect_errors
from eliza_bench.failure import FrameworkError
from eliza_bench.instrument import Instrument
from eliza_bench.iteration import Iteration, Send, SenderFor
from eliza_bench.ledger import list_work_found, list_work_seen, read_control
from eliza_bench.measurement import (
    ColdStart,
    Control,
    Failure,
    IterationPhase,
    IterationRecord,
    Phase,
    make_empty_cell,
    mark_failed,
)
from eliza_bench.messages import MessagePlan
from eliza_bench.mock_llm_plugin import Answers
from eliza_bench.observer import Observer
from eliza_bench.prompted_texts import PromptedTexts
from eliza_bench.provided_texts import ProvidedTexts
from eliza_bench.recorder import Recorder
from eliza_bench.stage_sources import describe_stage_sources
from eliza_bench.streaming import make_chunks


@dataclass
class Session:
    """Everything that the cells of a process share."""

    contract: Contract
    database: Database
    sender_for: SenderFor
    model_delay_ms: float
    rss_ready_bytes: int | None
    own: LoadedAgent | None = None
    """A user's agent. None: the benchmark's."""
    # 0 is reserved for the cold iteration.
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def take_number(self, phase: Phase) -> int:
        """Returns the next iteration's number in the process."""
        return 0 if phase == "cold" else next(self._numbers)

    def make_answers(self, chosen: dict[str, str | list[str]], chunks: int = 0) -> Answers:
        texts = make_chunks(self.contract.fixtures, chunks)
        other = OTHER_ANSWER if self.own else None
        return Answers(self.contract.responses, chosen, self.model_delay_ms, texts, other)


class Cell:
    def __init__(self, session: Session, scenario: Scenario) -> None:
        """Raises InputError if the mock lacks an answer, or the contract the scenario's inputs."""
        config = scenario.config
        plan = MessagePlan.of(scenario)
        self.scenario = scenario
        self._session = session
        # Where no message is sent, the messages only name the room and the user.
        self._plan = plan if scenario.sends_messages else plan.silent()
        self._kernel_inputs = session.contract.read_calibration() if scenario.calibration else None
        self._answers = session.make_answers(config.answers, config.streamed_chunks)
        ignoring: dict[str, str | list[str]] = {**config.answers, "shouldRespond": "ignore"}
        self._control_answers = session.make_answers(ignoring) if scenario.expect.decision else None
        self._peak_is_of_plain_phase = False
        self._collector = Collector()
        self.measurement = make_empty_cell(scenario.id, session.rss_ready_bytes)

    async def run_cold(self) -> None:
        """Runs the process's first runtime until its first message returns.

        This and every method below raises FrameworkError.
        """
        self.end_plain_phase()
        starts = StartWatch() if self._session.own else None
        iteration = await self._open("cold", self._plan, self._answers, starts or Instrument())
        if iteration.unsent:
            await iteration.send_next()
        first_calls = iteration.kernel.call_first() if iteration.kernel else None
        cold: ColdStart = {
            "constructNs": iteration.agent.construct_ns,
            "initializeNs": iteration.agent.initialize_ns,
            "seedNs": iteration.seed_ns,
            "firstMessageNs": next(iter(iteration.message_ns), None),
        }
        if first_calls is not None:
            cold["firstCalls"] = first_calls
        if starts is not None:
            cold["plugins"] = starts.rows
        self.measurement["cold"] = cold
        await iteration.agent.stop()

    async def verify(self) -> None:
        """Runs one iteration with the recorder, and the control if the scenario has a decision."""
        self.end_plain_phase()
        fixtures = self._session.contract.fixtures
        recorder = Recorder(
            self._answers, ProvidedTexts(fixtures, self.scenario), PromptedTexts(self.scenario)
        )
        owners = OwnerRecorder(self._answers) if self._session.own else None
        control = None
        with collect_errors() as logged:
            iteration = await self._open(
                "verify",
                self._plan,
                self._answers,
                Combined(owners, recorder) if owners else recorder,
                owners.wrap_sender if owners else None,
            )
            await iteration.run(verify=True)
            recorder.rest.begin()
            # The recorder's wrappers count what follows too.
            seen = list_work_seen(iteration, recorder, self._plan, fixtures)
            if not iteration.database:
                seen["afterwards"] = await recorder.rest.wait()
            if owners:
                self.measurement["agent"] = await owners.finish(seen["messages"])
            async with iteration.agent.read_back():
                found = await list_work_found(
                    iteration, recorder, self.scenario.config.history, self._plan, fixtures
                )
        if self._control_answers:
            control = await self._run_control(self._control_answers)
        self.measurement["ledger"] = {
            **seen,
            **found,
            "errorsLogged": logged,
            "control": control,
        }

    async def iterate(self, phase: IterationPhase) -> None:
        """Runs one whole iteration."""
        iteration = await self.begin(phase)
        await iteration.run()
        await self.end(iteration, phase)

    async def begin(self, phase: IterationPhase) -> Iteration:
        """Constructs, initializes and seeds. The caller runs the iteration, then ends it."""
        if phase != "plain":
            self.end_plain_phase()
        else:
            if self._count_iterations(phase) == 0:
                self._peak_is_of_plain_phase = reset_peak_rss()
                self.measurement["resources"]["rssStartBytes"] = rss_bytes()
            self._collector.watch()
        observe = phase == "observed" and self._sends_one_at_a_time()
        instrument = self._make_observer() if observe else Instrument()
        iteration = await self._open(phase, self._plan, self._answers, instrument)
        if phase == "observed":
            self.measurement["stageSources"] = describe_stage_sources(iteration.agent.runtime)
        return iteration

    async def end(self, iteration: Iteration, phase: IterationPhase) -> None:
        """Tears an iteration down and records it."""
        record = await iteration.tear_down(phase, self._count_iterations(phase))
        if phase == "plain":
            self._record_memory(record)
        self.measurement["iterations"].append(record)

    def end_plain_phase(self) -> None:
        """Reads GC and heap if a plain phase has just run. Everything else calls this first."""
        if self._collector.watching:
            resources = self.measurement["resources"]
            resources["gc"] = self._collector.stop()
            resources["heapBytes"] = heap_bytes()

    def fail(self, phase: str, error: FrameworkError) -> Failure:
        """Marks the cell unsupported, with the framework's own error.

        `phase` names what the harness was doing.
        """
        self.end_plain_phase()
        failure = error.during(phase)
        mark_failed(self.measurement, failure)
        return failure

    async def _open(
        self,
        phase: Phase,
        plan: MessagePlan,
        answers: Answers,
        instrument: Instrument,
        wrap_sender: Callable[[Send], Send] | None = None,
    ) -> Iteration:
        session, scenario = self._session, self.scenario
        send, number = session.sender_for(scenario, phase), session.take_number(phase)
        iteration = await Iteration.open(
            session.database,
            session.contract,
            scenario,
            plan,
            answers,
            wrap_sender(send) if wrap_sender else send,
            number,
            instrument,
            self._kernel_inputs,
            session.own,
        )
        self.measurement["bootstrap"] = self.measurement["bootstrap"] or iteration.agent.bootstrap
        return iteration

    def _make_observer(self) -> Instrument:
        messages = len(self._plan.messages)
        if self._session.own is None:
            return Observer(messages)
        # Stages lie around the parts.
        return Combined(OwnerObserver(), Observer(messages, bounded=False))

    async def _run_control(self, answers: Answers) -> Control:
        plan = self._plan.control(self._session.contract.fixtures.control_message)
        iteration = await self._open("decision", plan, answers, Instrument())
        await iteration.run()
        result = read_control(iteration)
        await iteration.agent.stop()
        return result

    def _sends_one_at_a_time(self) -> bool:
        return self.scenario.sends_messages and self.scenario.config.delivery != "concurrent"

    def _record_memory(self, record: IterationRecord) -> None:
        resources = self.measurement["resources"]
        record["rssBytes"] = resources["rssEndBytes"] = rss_bytes()
        resources["rssPeakBytes"] = peak_rss_bytes() if self._peak_is_of_plain_phase else None

    def _count_iterations(self, phase: IterationPhase) -> int:
        return sum(record["phase"] == phase for record in self.measurement["iterations"])
