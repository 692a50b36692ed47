import asyncio
import time
from collections import Counter
from typing import Any

import pytest

from eliza_bench.contract import Contract
from eliza_bench.failure import InputError, ModelFailureError, UnmatchedPromptError
from eliza_bench.mock_llm_plugin import Answers, Mock
from eliza_bench.streaming import StreamWatch, make_chunks

RUNTIME: Any = None


def mock_of(contract: Contract, delay_ms: float = 0, **chosen: str | list[str]) -> Mock:
    return Mock(Answers(contract.responses, chosen, delay_ms))


async def ask(mock: Mock, model_type: str, prompt: str) -> Any:
    return await mock.make_handlers()[model_type](RUNTIME, {"prompt": prompt})


def test_an_answer_is_served_byte_for_byte_and_counted(contract: Contract) -> None:
    mock = mock_of(contract)
    for template in contract.responses.templates:
        prompt = f"before {template.schema_texts[0]} after"
        assert asyncio.run(ask(mock, template.model_type, prompt)) == template.answers["default"]
    # A template may have several rows.
    assert mock.model_calls() == Counter(
        template.template for template in contract.responses.templates
    )


def test_a_scenario_chooses_another_answer(contract: Contract) -> None:
    mock = mock_of(contract, shouldRespond="ignore")
    answer = asyncio.run(ask(mock, "TEXT_SMALL", "The name of the agent responding"))
    assert "<action>IGNORE</action>" in answer


def test_the_calls_of_a_template_get_its_answers_in_turn(contract: Contract) -> None:
    mock = mock_of(contract, multiStepDecision=["benchmarkAction", "default"])
    answers = [asyncio.run(ask(mock, "TEXT_LARGE", "isFinish")) for _ in range(4)]
    assert ["<isFinish>true" in answer for answer in answers] == [False, True, False, True]
    # The calls of other templates do not count.
    asyncio.run(ask(mock, "TEXT_SMALL", "The name of the agent responding"))
    assert asyncio.run(ask(mock, "TEXT_LARGE", "isFinish")) == answers[0]


def test_a_failing_model_raises_and_its_calls_count(contract: Contract) -> None:
    mock = mock_of(contract, messageHandler="failure")
    for _ in range(2):
        with pytest.raises(ModelFailureError):
            asyncio.run(ask(mock, "TEXT_LARGE", "Generate dialog and actions for the character"))
    assert mock.model_calls() == {"messageHandler": 2}


def test_an_answer_is_streamed_in_its_chunks_and_comes_whole_elsewhere(contract: Contract) -> None:
    chunks = make_chunks(contract.fixtures, 3)
    mock = Mock(Answers(contract.responses, {"messageHandler": "streamed"}, 0, chunks))
    mock.watch = StreamWatch()
    prompt = "Generate dialog and actions for the character"

    async def receive() -> list[str]:
        stream = mock.make_stream_handlers()["TEXT_LARGE_STREAM"]
        return [piece async for piece in stream(RUNTIME, {"prompt": prompt})]

    whole = asyncio.run(ask(mock, "TEXT_LARGE", prompt))
    pieces = asyncio.run(receive())
    assert "".join(pieces) == whole
    assert pieces[1:-1] == ["Chunk 1.", "Chunk 2.", "Chunk 3."]
    seen = mock.watch.record(0)
    first, last = seen["modelFirstNs"], seen["modelLastNs"]
    assert first is not None
    assert last is not None
    assert 0 < first < last
    assert seen["firstNs"] is None


def test_the_first_template_that_matches_decides(contract: Contract) -> None:
    both = "isFinish, and: Your internal reasoning about the message and what to do"
    assert mock_of(contract).answers.find("TEXT_LARGE", both)[0] == "multiStepDecision"


@pytest.mark.parametrize(
    ("model_type", "prompt"), [("TEXT_LARGE", "anything"), ("TEXT_SMALL", "isFinish")]
)
def test_a_prompt_that_matches_nothing_is_an_error_and_counted_as_unmatched(
    contract: Contract, model_type: str, prompt: str
) -> None:
    mock = mock_of(contract)
    with pytest.raises(UnmatchedPromptError):
        asyncio.run(ask(mock, model_type, prompt))
    assert mock.model_calls() == {"unmatched": 1}


def test_an_embedding_is_no_text_call(contract: Contract) -> None:
    mock = mock_of(contract)
    embedded = asyncio.run(mock.make_handlers()["TEXT_EMBEDDING"](RUNTIME, {"text": "x"}))
    assert (
        embedded == [contract.responses.embedding.value] * contract.responses.embedding.dimensions
    )
    assert mock.model_calls() == {}


def test_the_delay_is_a_timer_that_other_tasks_can_use(contract: Contract) -> None:
    async def ten_at_once() -> float:
        mock = mock_of(contract, delay_ms=50)
        started = time.perf_counter()
        await asyncio.gather(*(ask(mock, "TEXT_LARGE", "isFinish") for _ in range(10)))
        return time.perf_counter() - started

    assert 0.05 <= asyncio.run(ten_at_once()) < 0.3


def test_an_unknown_template_in_answers_is_refused(contract: Contract) -> None:
    with pytest.raises(InputError, match="names the template 'greeting'"):
        mock_of(contract, greeting="default")
