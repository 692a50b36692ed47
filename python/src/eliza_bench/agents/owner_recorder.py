"""Records in a verification iteration what each plugin and each of its parts does."""

import asyncio
import functools
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eliza_bench.agent import Agent
from eliza_bench.agent_records import (
    AgentLedger,
    FoundTexts,
    IdleWork,
    OwnerModelCalls,
    OwnerWork,
    PluginStart,
)
from eliza_bench.agents.load import LoadedAgent
from eliza_bench.agents.owners import (
    Owner,
    Owners,
    run_for,
    run_for_message,
    running_now,
)
from eliza_bench.agents.parts import Doing, Method, wrap_parts, wrap_service
from eliza_bench.agents.starts import PluginStarts, StartListener
from eliza_bench.agents.turns import TurnWatch
from eliza_bench.clocks import now_ns, read_cpu_ns
from eliza_bench.framework import AgentRuntime, IAgentRuntime, Memory, Plugin
from eliza_bench.instrument import Callback, Instrument
from eliza_bench.iteration import Send
from eliza_bench.mock_llm_plugin import EMBEDDING_MODEL, Answers, ModelHandler

_KEPT_ERRORS = 10
_IDLE_S = 2
_EMBEDDING = "embedding"


class OwnerRecorder(Instrument, StartListener):
    def __init__(self, answers: Answers) -> None:
        """Is made within the event loop, before the runtime is constructed."""
        self._answers = answers
        self._owners = Owners()
        self._starts = PluginStarts(self)
        self._work: dict[Owner, OwnerWork] = {}
        self._idle: dict[Owner, IdleWork] = {}
        self._prompts: list[OwnerModelCalls] = []
        self._last_texts: dict[Owner, str] = {}
        """The framework keeps the state of a room: later messages get the texts of earlier ones."""
        self._is_idle = False
        self._turns = TurnWatch(self._note_turn)
        self._turns.begin()

    def prepare(self, runtime: AgentRuntime, own: LoadedAgent, mock: Plugin) -> None:
        self._owners.hear_registrations(runtime)
        self._starts.watch(runtime, own.plugins, mock)

    def started(self, plugin: str, service: str, instance: object) -> None:
        wrap_service(plugin, service, instance, self._wrap)

    def wrap_models(self, handlers: dict[str, ModelHandler]) -> dict[str, ModelHandler]:
        return {
            model_type: self._wrap_model(model_type, handler)
            for model_type, handler in handlers.items()
        }

    def attach(self, agent: Agent) -> None:
        wrap_parts(agent.runtime, self._owners, self._wrap)
        adapter = agent.adapter
        for name, _ in inspect.getmembers(type(adapter), inspect.iscoroutinefunction):
            if not name.startswith("_"):
                setattr(adapter, name, self._wrap_database(name, getattr(adapter, name)))

    @contextmanager
    def listen(self) -> Iterator[None]:
        """Also what is not sent by `wrap_sender`, such as a stream, belongs to the messages."""
        with run_for_message():
            yield

    def wrap_sender(self, send: Send) -> Send:
        """Everything that a message starts belongs to it."""

        async def sent(runtime: AgentRuntime, message: Memory, callback: Callback) -> Any:
            with run_for_message():
                return await send(runtime, message, callback)

        return sent

    async def finish(self, messages: int) -> AgentLedger:
        """Watches what goes on without messages, and ends the recording."""
        watching, cpu = now_ns(), read_cpu_ns()
        self._is_idle = True
        await asyncio.sleep(_IDLE_S)
        self._is_idle = False
        watched_ns, cpu_ns = now_ns() - watching, read_cpu_ns() - cpu
        self._turns.end()
        return {
            "messages": messages,
            "starts": self.rows,
            "prompts": self._prompts,
            "work": list(self._work.values()),
            "idle": {
                "watchedNs": watched_ns,
                "cpuNs": cpu_ns,
                "work": list(self._idle.values()),
            },
        }

    @property
    def rows(self) -> list[PluginStart]:
        return self._starts.rows

    def _wrap(self, owner: Owner, doing: Doing, method: Method) -> Method:
        if owner.kind == "service" and not inspect.iscoroutinefunction(method):

            @functools.wraps(method)
            def call(*arguments: Any, **named: Any) -> Any:
                work = self._begin(owner, doing)
                with run_for(owner):
                    try:
                        return method(*arguments, **named)
                    except Exception as error:
                        _note_error(work, error)
                        raise

            return call

        @functools.wraps(method)
        async def run(*arguments: Any, **named: Any) -> Any:
            work = self._begin(owner, doing)
            with run_for(owner):
                try:
                    result = await method(*arguments, **named)
                except Exception as error:
                    _note_error(work, error)
                    raise
            if owner.kind == "provider" and work is not None:
                self._note_text(owner, work, result)
            return result

        return run

    def _begin(self, owner: Owner, doing: Doing) -> OwnerWork | None:
        """Counts a call. Returns None if it is no message's."""
        running = running_now()
        if running.message is None:
            return None
        work = self._work_of(owner)
        if doing == "validate":
            work["validations"] += 1
        # A service that calls itself is at work once.
        elif running.owner != owner:
            work["runs"] += 1
        return work

    def _note_text(self, owner: Owner, work: OwnerWork, result: Any) -> None:
        text, message = getattr(result, "text", None), running_now().message
        if not isinstance(text, str) or not text or message is None:
            return
        work["textChars"] += len(text)
        message.texts[owner] = self._last_texts[owner] = text.strip()

    def _wrap_model(self, model_type: str, handler: ModelHandler) -> ModelHandler:
        async def record(runtime: IAgentRuntime, params: dict[str, Any]) -> Any:
            running = running_now()
            if self._is_idle:
                self._idle_of(running.owner)["modelCalls"] += 1
            is_text = model_type != EMBEDDING_MODEL
            answer: Any = ""
            try:
                answer = await handler(runtime, params)
            # A model that fails was asked.
            finally:
                if running.message is not None:
                    prompt = str(params.get("prompt", "")) if is_text else ""
                    self._note_call(model_type, prompt, str(answer) if is_text else "")
            return answer

        return record

    def _note_call(self, model_type: str, prompt: str, answer: str) -> None:
        owner, message = running_now()
        template = (
            _EMBEDDING
            if model_type == EMBEDDING_MODEL
            else self._answers.find(model_type, prompt)[0]
        )
        for calls in (self._prompts, self._work_of(owner)["modelCalls"]):
            _add_call(calls, model_type, template, len(prompt), len(answer))
        texts = {**self._last_texts, **(message.texts if message else {})}
        for whose, text in texts.items():
            if text and text in prompt:
                _add_text(self._work_of(whose)["prompts"], template, text)

    def _wrap_database(self, name: str, method: Method) -> Method:
        async def record(*arguments: Any, **named: Any) -> Any:
            running = running_now()
            if self._is_idle:
                self._idle_of(running.owner)["databaseCalls"] += 1
            if running.message is not None:
                calls = self._work_of(running.owner)["databaseCalls"]
                calls[name] = calls.get(name, 0) + 1
            return await method(*arguments, **named)

        return record

    def _note_turn(self, owner: Owner, ns: int) -> None:
        if self._is_idle:
            row = self._idle_of(owner)
            row["timerRuns"] += 1
            row["timerNs"] += ns

    def _work_of(self, owner: Owner) -> OwnerWork:
        return self._work.setdefault(
            owner,
            {
                "plugin": owner.plugin,
                "part": owner.part,
                "runs": 0,
                "validations": 0,
                "textChars": 0,
                "prompts": [],
                "modelCalls": [],
                "databaseCalls": {},
                "errors": [],
            },
        )

    def _idle_of(self, owner: Owner) -> IdleWork:
        return self._idle.setdefault(
            owner,
            {
                "plugin": owner.plugin,
                "part": owner.part,
                "timerRuns": 0,
                "timerNs": 0,
                "modelCalls": 0,
                "databaseCalls": 0,
            },
        )


def _add_call(
    calls: list[OwnerModelCalls], model_type: str, template: str, prompt: int, answer: int
) -> None:
    for row in calls:
        if (row["modelType"], row["template"]) == (model_type, template):
            row["calls"] += 1
            row["promptChars"] += prompt
            row["answerChars"] += answer
            return
    calls.append(
        {
            "modelType": model_type,
            "template": template,
            "calls": 1,
            "promptChars": prompt,
            "answerChars": answer,
        }
    )


def _add_text(prompts: list[FoundTexts], template: str, text: str) -> None:
    for row in prompts:
        if row["template"] == template:
            row["prompts"] += 1
            row["chars"] += len(text)
            return
    prompts.append({"template": template, "prompts": 1, "chars": len(text)})


def _note_error(work: OwnerWork | None, error: Exception) -> None:
    if work is not None and len(work["errors"]) < _KEPT_ERRORS:
        work["errors"].append(str(error) or type(error).__name__)
