"""A model that streams its answer in chunks.

It also holds what is seen of the chunks where they leave the model and where they arrive.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

from eliza_bench.clocks import now_ns
from eliza_bench.contract import Fixtures
from eliza_bench.framework import AgentRuntime, Content, Memory
from eliza_bench.measurement import StreamRecord
from eliza_bench.messages import insert_number

# It stands in an answer for the text that is streamed.
_CHUNKS = "{chunks}"


def make_chunks(fixtures: Fixtures, count: int) -> list[str]:
    return [insert_number(fixtures.streamed_chunk, number) for number in range(1, count + 1)]


def cut_answer(answer: str, chunks: list[str]) -> list[str]:
    """Puts the chunks into their place in an answer. Without chunks the answer is one piece."""
    before, place, after = answer.partition(_CHUNKS)
    return [before, *chunks, after] if chunks and place else [answer]


class StreamWatch:
    """Sees the stream of one message."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._first_at: int | None = None
        self._last_at: int | None = None
        self._model_first_at: int | None = None
        self._model_last_at: int | None = None

    def note_received(self, chunk: str) -> None:
        self._last_at = now_ns()
        if self._first_at is None:
            self._first_at = self._last_at
        self.texts.append(chunk)

    def note_sent(self) -> None:
        """Called with every chunk of text that the model is about to send."""
        self._model_last_at = now_ns()
        if self._model_first_at is None:
            self._model_first_at = self._model_last_at

    def record(self, sent_at: int) -> StreamRecord:
        """Returns what was seen, in nanoseconds since the message was sent."""

        def since(at: int | None) -> int | None:
            return None if at is None else at - sent_at

        return {
            "chunks": len(self.texts),
            "firstNs": since(self._first_at),
            "lastNs": since(self._last_at),
            "modelFirstNs": since(self._model_first_at),
            "modelLastNs": since(self._model_last_at),
        }


async def send_pieces(pieces: list[str], watch: StreamWatch | None) -> AsyncIterator[str]:
    """Streams an answer without a pause. The first and last of several pieces are not the text."""
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        if watch and (last == 0 or 0 < index < last):
            watch.note_sent()
        yield piece


async def receive_stream(
    runtime: AgentRuntime,
    message: Memory,
    callback: Callable[[Content], Awaitable[object]],
    watch: StreamWatch,
) -> bool | None:
    """Sends a message and receives its chunks.

    The result that ends the stream goes to the callback. Returns whether there was one: None if
    not, because then nothing says whether the framework responded.
    """
    responded = None
    async for received in runtime.message_service.handle_message_stream(runtime, message):
        if isinstance(received, str):
            watch.note_received(received)
        else:
            await callback(received.response_memory.content)
            responded = True
    return responded
