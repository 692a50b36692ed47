"""Looks for the messages' own texts in the prompts of a verification iteration."""

from collections import Counter

from eliza_bench.contract import Scenario
from eliza_bench.messages import MessagePlan


class PromptedTexts:
    def __init__(self, scenario: Scenario) -> None:
        # Scenarios without messages have no plan.
        plan = MessagePlan.of(scenario) if scenario.messages else None
        self._missing = Counter(message.text for message in plan.messages) if plan else Counter()
        """Texts that no prompt had so far, each with the messages that have it."""
        self.found = 0
        """The messages whose text was in a prompt."""

    def note(self, prompt: str) -> None:
        for text in [text for text in self._missing if text in prompt]:
            self.found += self._missing.pop(text)
