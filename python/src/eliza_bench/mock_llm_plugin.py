"""The mock model and its plugin.

The plugin also registers the dummy providers and the benchmark action.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from eliza_bench.call_sequence import name_question
from eliza_bench.contract import Contract, Fixtures, MockResponses, Scenario
from eliza_bench.failure import InputError, ModelFailureError, UnmatchedPromptError
from eliza_bench.framework import (
    Action,
    ActionResult,
    Content,
    HandlerCallback,
    HandlerOptions,
    IAgentRuntime,
    Memory,
    Plugin,
    Provider,
    ProviderResult,
    State,
)
from eliza_bench.measurement import Counts
from eliza_bench.messages import insert_number
from eliza_bench.provided_texts import dummy_action_name
from eliza_bench.streaming import StreamWatch, cut_answer, send_pieces

TEXT_MODELS = ("TEXT_SMALL", "TEXT_LARGE")
EMBEDDING_MODEL = "TEXT_EMBEDDING"
UNMATCHED = "unmatched"

ModelHandler = Callable[[IAgentRuntime, dict[str, Any]], Awaitable[Any]]
StreamHandler = Callable[[IAgentRuntime, dict[str, Any]], AsyncIterator[str]]

_FAILURE = "the mock model fails, as its scenario asks"


@dataclass(frozen=True)
class Answer:
    whole: str
    pieces: list[str]
    """What it is streamed in."""


class Answers:
    """The mock's answers that one scenario chooses. The scenario's iterations share them."""

    def __init__(
        self,
        responses: MockResponses,
        chosen: dict[str, str | list[str]],
        delay_ms: float,
        chunks: list[str] | None = None,
        other_answer: str | None = None,
    ) -> None:
        """`other_answer` is that to a prompt that matches nothing. None: such a prompt is an error.

        Raises InputError for a choice that the mock does not have.
        """
        names = [template.template for template in responses.templates]
        for name in chosen:
            if name not in names:
                raise InputError(
                    f"`answers` names the template {name!r}; choose from {', '.join(names)}"
                )
        self.delay_s = delay_ms / 1000
        self._other: list[Answer | None] | None = (
            None if other_answer is None else [Answer(other_answer, [other_answer])]
        )
        self.embedding = [responses.embedding.value] * responses.embedding.dimensions
        self.templates = names
        self._rules: dict[str, list[tuple[str, list[tuple[str, str]], list[Answer | None]]]] = {
            model_type: [] for model_type in TEXT_MODELS
        }
        for template in responses.templates:
            choice = chosen.get(template.template, "default")
            choices = [choice] if isinstance(choice, str) else choice
            if not choices:
                raise InputError(f"`answers` names no answer of {template.template!r}; name one")
            for choice in choices:
                if choice not in template.answers:
                    raise InputError(
                        f"template {template.template!r} has no answer {choice!r}; "
                        "add it to mock-responses.json"
                    )
            questions = [
                (text, name_question(template.template, index))
                for index, text in enumerate(template.schema_texts)
            ]
            texts = [template.answers[choice] for choice in choices]
            answers = [None if text is None else _cut(text, chunks or []) for text in texts]
            rule = (template.template, questions, answers)
            self._rules[template.model_type].append(rule)

    def find(self, model_type: str, prompt: str) -> tuple[str, list[Answer | None] | None, str]:
        """Returns the template that a prompt matches, its answers and what the prompt asks.

        The template's calls get the answers in turn, and fail at a None. A prompt that matches
        nothing gives `unmatched`, and no answers if there is no other answer.
        """
        for template, questions, answers in self._rules[model_type]:
            for text, question in questions:
                if text in prompt:
                    return template, answers, question
        return UNMATCHED, self._other, UNMATCHED


class Mock:
    """The mock model of one iteration: the shared answers, and its own counters."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.action_runs = 0
        self.questions: list[str] = []
        """What text models were asked, in order."""
        self.streams_asked = 0
        self.watch: StreamWatch | None = None
        """It sees the stream of the message that is under way."""
        self._note = self.make_noter()
        self._calls = dict.fromkeys([*answers.templates, UNMATCHED], 0)

    def model_calls(self) -> Counts:
        """Returns the text calls by template, without templates that were not called."""
        return {template: calls for template, calls in self._calls.items() if calls}

    def make_noter(self) -> Callable[[str], None]:
        """Makes the function that a text call notes its question with."""
        return self.questions.append

    async def wait(self, delay_s: float) -> None:
        """Waits as long as the model takes for a text."""
        await asyncio.sleep(delay_s)

    def make_handlers(self) -> dict[str, ModelHandler]:
        """Makes the model handlers by model type, as a plugin registers them."""

        async def embed(_runtime: IAgentRuntime, _params: dict[str, Any]) -> list[float]:
            return self.answers.embedding

        return {
            **{model_type: self._make_text_handler(model_type) for model_type in TEXT_MODELS},
            EMBEDDING_MODEL: embed,
        }

    def make_plugin(
        self, contract: Contract, scenario: Scenario, handlers: dict[str, ModelHandler]
    ) -> Plugin:
        """Makes the runtime's plugin. `handlers` are this mock's, wrapped or not."""
        fixtures, config = contract.fixtures, scenario.config
        return Plugin(
            name="benchmark",
            description="Mock model, dummy providers and action of the benchmark",
            models=handlers,
            streamingModels=self.make_stream_handlers() if config.streamed_chunks else None,
            providers=[
                make_dummy_provider(fixtures, number)
                for number in range(1, config.dummy_providers + 1)
            ],
            actions=[
                *([self._make_benchmark_action(fixtures)] if config.benchmark_action else []),
                *(
                    make_dummy_action(fixtures, number)
                    for number in range(1, config.dummy_actions + 1)
                ),
            ],
        )

    def make_stream_handlers(self) -> dict[str, StreamHandler]:
        """Makes the handlers of the models that stream, as a plugin registers them."""
        return {
            f"{model_type}_STREAM": self._make_stream_handler(model_type)
            for model_type in TEXT_MODELS
        }

    def _make_text_handler(self, model_type: str) -> ModelHandler:
        take_answer, delay_s = self._take_answer, self.answers.delay_s

        async def generate(_runtime: IAgentRuntime, params: dict[str, Any]) -> str:
            answer = take_answer(model_type, params.get("prompt", ""))
            if delay_s:
                await self.wait(delay_s)
            if answer is None:
                raise ModelFailureError(_FAILURE)
            return answer.whole

        return generate

    def _make_stream_handler(self, model_type: str) -> StreamHandler:
        async def stream(_runtime: IAgentRuntime, params: dict[str, Any]) -> AsyncIterator[str]:
            self.streams_asked += 1
            answer = self._take_answer(model_type, params.get("prompt", ""))
            if self.answers.delay_s:
                await self.wait(self.answers.delay_s)
            if answer is None:
                raise ModelFailureError(_FAILURE)
            async for piece in send_pieces(answer.pieces, self.watch):
                yield piece

        return stream

    def _take_answer(self, model_type: str, prompt: str) -> Answer | None:
        """Counts and notes a call, and returns the answer whose turn it is. None: it fails.

        Raises UnmatchedPromptError.
        """
        template, answers, question = self.answers.find(model_type, prompt)
        earlier = self._calls[template]
        self._calls[template] = earlier + 1
        self._note(question)
        if answers is None:
            raise UnmatchedPromptError(
                f"the mock has no answer to this {model_type} prompt: {prompt[:200]}"
            )
        return answers[earlier % len(answers)]

    def _make_benchmark_action(self, fixtures: Fixtures) -> Action:
        texts = fixtures.benchmark_action

        async def validate(
            _runtime: IAgentRuntime, _message: Memory, _state: State | None = None
        ) -> bool:
            return True

        async def handle(
            _runtime: IAgentRuntime,
            _message: Memory,
            _state: State | None = None,
            _options: HandlerOptions | None = None,
            callback: HandlerCallback | None = None,
            _responses: list[Memory] | None = None,
        ) -> ActionResult:
            self.action_runs += 1
            if callback:
                await callback(Content(text=texts.text, actions=[texts.name]))
            return ActionResult(text=texts.text, data={"actionName": texts.name}, success=True)

        return Action(
            name=texts.name, description=texts.description, validate=validate, handler=handle
        )


def _cut(text: str, chunks: list[str]) -> Answer:
    pieces = cut_answer(text, chunks)
    return Answer("".join(pieces), pieces)


def make_dummy_action(fixtures: Fixtures, number: int) -> Action:
    """Makes an action that is always offered. No answer of the mock chooses it."""

    async def validate(
        _runtime: IAgentRuntime, _message: Memory, _state: State | None = None
    ) -> bool:
        return True

    async def handle(
        _runtime: IAgentRuntime,
        _message: Memory,
        _state: State | None = None,
        _options: HandlerOptions | None = None,
        _callback: HandlerCallback | None = None,
        _responses: list[Memory] | None = None,
    ) -> ActionResult:
        return ActionResult(success=True)

    return Action(
        name=dummy_action_name(fixtures, number),
        description=insert_number(fixtures.dummy_action.description, number),
        validate=validate,
        handler=handle,
    )


def make_dummy_provider(fixtures: Fixtures, number: int) -> Provider:
    texts = fixtures.dummy_provider
    text, key = insert_number(texts.text, number), f"benchProvider{number}"

    async def get(_runtime: IAgentRuntime, _message: Memory, _state: State) -> ProviderResult:
        return ProviderResult(text=text, values={key: number})

    return Provider(
        name=f"{texts.name_prefix}{number:03}",
        description=insert_number(texts.description, number),
        get=get,
    )
