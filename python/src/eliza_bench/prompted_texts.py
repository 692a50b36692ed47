"""Looks for the messages' own texts in the prompts of a verification iteration."""

from collections import Counter
from collections.abc import Iterator

from eliza_bench.contract import Scenario
from eliza_bench.messages import NUMBER_PLACE, MessagePlan


class PromptedTexts:
    def __init__(self, scenario: Scenario) -> None:
        self._templates = {message.content for message in scenario.messages}
        """The texts without their numbers. A thousand numbered texts are looked for at once."""
        # Scenarios without messages have no plan.
        planned = MessagePlan.of(scenario).messages if scenario.messages else []
        self._missing = Counter(message.text for message in planned)
        """Texts that no prompt had so far, each with the messages that have it."""
        self._most_digits = len(str(len(planned)))
        self.found = 0
        """The messages whose text was in a prompt."""

    def note(self, prompt: str) -> None:
        for template in self._templates:
            if NUMBER_PLACE in template:
                for text in self._numbered_texts(template, prompt):
                    self._find(text)
            elif template in self._missing and template in prompt:
                self._find(template)

    def _find(self, text: str) -> None:
        self.found += self._missing.pop(text, 0)

    def _numbered_texts(self, template: str, prompt: str) -> Iterator[str]:
        """Yields what the prompt has of a template with any number."""
        start = template[: template.index(NUMBER_PLACE)]
        at = prompt.find(start)
        while at >= 0:
            first = at + len(start)
            for end in range(first + 1, first + 1 + self._most_digits):
                if not (prompt[end - 1 : end].isascii() and prompt[end - 1 : end].isdigit()):
                    break
                text = template.replace(NUMBER_PLACE, prompt[first:end])
                if prompt.startswith(text, at):
                    yield text
            at = prompt.find(start, at + 1)
