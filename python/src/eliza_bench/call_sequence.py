"""Says which message asked the text models what."""

from collections.abc import Sequence
from itertools import pairwise

from eliza_bench.measurement import AskedAlike


def name_question(template: str, index: int) -> str:
    """Names what prompts with the schema text at `index` of their template's row ask."""
    return template if index == 0 else f"{template}/{index + 1}"


def divide_questions(
    questions: Sequence[str], asked_before: Sequence[int], *, overlap: bool
) -> list[AskedAlike]:
    """Divides the questions among the messages. Those between two messages belong to the first.

    `asked_before` has the number of questions before each message was sent. If messages overlap,
    no question can be told to be one's: one row has them all, sorted.
    """
    if overlap:
        first = min(asked_before, default=0)
        return [{"messages": len(asked_before), "calls": sorted(questions[first:])}]
    sequence: list[AskedAlike] = []
    bounds = [*asked_before, len(questions)]
    for start, end in pairwise(bounds):
        calls = list(questions[start:end])
        if sequence and sequence[-1]["calls"] == calls:
            sequence[-1]["messages"] += 1
        else:
            sequence.append({"messages": 1, "calls": calls})
    return sequence
