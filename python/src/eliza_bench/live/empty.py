"""What answers with `--empty`: no agent, and no framework.

It shows what the pipe, the harness and the interpreter cost by themselves.
"""

import re

from eliza_bench.clocks import monotonic_ns
from eliza_bench.contract import MockResponses, Scenario
from eliza_bench.failure import InputError
from eliza_bench.live.host import Answer, Host, Made, Stored
from eliza_bench.measurement import Counts

_TEXT = re.compile("<text>(.*)</text>", re.DOTALL)


class EmptyHost(Host):
    def __init__(self, responses: MockResponses, scenario: Scenario) -> None:
        """Raises InputError if the scenario asks for an answer that the mock does not have."""
        config = scenario.config
        template = "multiStepSummary" if config.multi_step else "messageHandler"
        chosen = config.answers.get(template, "default")
        choice = chosen if isinstance(chosen, str) else chosen[0]
        answers = [
            one.answers[choice]
            for one in responses.templates
            if one.template == template and choice in one.answers
        ]
        found = _TEXT.search(next(iter(answers), None) or "")
        if found is None:
            raise InputError(f"mock-responses.json has no text for {template}; add one")
        self._reply = found[1]
        self._alive = 0

    @property
    def alive(self) -> int:
        return self._alive

    @property
    def model_calls(self) -> Counts:
        return {}

    @property
    def embeddings(self) -> int:
        return 0

    def has(self, agent: int, user: int) -> bool:  # noqa: ARG002 # whoever is asked answers
        return True

    async def make(self, count: int) -> Made:
        self._alive += count
        return Made([], [], [])

    async def add_users(self, agent: int, count: int, history: int) -> None:
        pass

    async def answer(self, number: int, agent: int, user: int) -> Answer:  # noqa: ARG002
        now = monotonic_ns()
        return Answer(now, now, 0, [self._reply])

    async def count_stored(self, agent: int) -> Stored:  # noqa: ARG002
        return Stored([], [])

    async def count_records(self) -> dict[str, int]:
        return {}

    async def empty(self, store: str) -> bool:  # noqa: ARG002
        # As with users, whatever is asked for is done: there is nothing in it.
        return True

    async def drop(self) -> None:
        self._alive = 0
