"""What a scenario adds to providers' texts: dummy actions, a biography's text, members."""

from collections import Counter

from eliza_bench.contract import Fixtures, Scenario
from eliza_bench.measurement import Provided
from eliza_bench.messages import member_name


def dummy_action_name(fixtures: Fixtures, number: int) -> str:
    return f"{fixtures.dummy_action.name_prefix}{number:04}"


def make_character_text(fixtures: Fixtures, characters: int) -> str:
    """Makes the character's added text: the sentence again and again, cut, with a full stop."""
    if characters == 0:
        return ""
    sentence = fixtures.character_text
    return (sentence * (characters // len(sentence) + 1))[: characters - 1] + "."


class ProvidedTexts:
    """Looks for these additions in what the providers of a verification iteration say."""

    def __init__(self, fixtures: Fixtures, scenario: Scenario) -> None:
        config = scenario.config
        self._names = [
            dummy_action_name(fixtures, number) for number in range(1, config.dummy_actions + 1)
        ]
        self._members = [member_name(fixtures, index) for index in range(config.members)]
        self._text = make_character_text(fixtures, config.character_chars)
        self._found: Counter[str] = Counter()

    def note(self, text: str) -> None:
        for addition in (*self._names, *self._members, self._text):
            if addition and addition in text:
                self._found[addition] += 1

    def result(self, messages: int) -> Provided | None:
        """Returns what was there for every message, or None where the scenario adds nothing."""
        if not self._names and not self._members and not self._text:
            return None
        there = {text for text, times in self._found.items() if times >= messages}
        provided: Provided = {
            "dummyActions": sum(name in there for name in self._names),
            "characterChars": len(self._text) if self._text in there else 0,
        }
        if self._members:
            provided["members"] = sum(name in there for name in self._members)
        return provided
