"""The calibration's kernel: what frameworks do too, without one.

Every operation is as anybody would write it here, on the inputs of the contract. Nothing of the
framework is called.
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from eliza_bench.clocks import now_ns
from eliza_bench.contract import CalibrationInputs, CalibrationLoad
from eliza_bench.measurement import FirstCall, OperationCheck, OperationTiming

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


class _Operation(NamedTuple):
    name: str
    run: Callable[[], Any]
    # It writes a result as the text that all languages must come to. It is called off the clock.
    text: Callable[[Any], str]


class CalibrationRun:
    """The operations of one iteration."""

    def __init__(self, inputs: CalibrationInputs, load: CalibrationLoad) -> None:
        self.timings: list[OperationTiming] = []
        self.checks: list[OperationCheck] = []
        """The results of each operation. Empty unless the run verifies."""
        self._operations = _make_operations(inputs)
        self._repeat = load.operations

    def call_first(self) -> list[FirstCall]:
        """Times one call of each operation, in nanoseconds."""
        calls: list[FirstCall] = []
        for operation in self._operations:
            started = now_ns()
            operation.run()
            calls.append({"operation": operation.name, "ns": now_ns() - started})
        return calls

    def run(self, *, verify: bool) -> None:
        """Does each operation as often as the scenario asks.

        `verify` compares all results of an operation with each other, off its clock.
        """
        for operation in self._operations:
            self.timings.append(self._time(operation))
            if verify:
                self.checks.append(self._check(operation))

    def _time(self, operation: _Operation) -> OperationTiming:
        run = operation.run
        started = now_ns()
        for _ in range(self._repeat):
            run()
        total = now_ns() - started
        return {
            "operation": operation.name,
            "requested": self._repeat,
            "done": self._repeat,
            "totalNs": total,
            "boxClosed": False,
        }

    def _check(self, operation: _Operation) -> OperationCheck:
        texts = [operation.text(operation.run()) for _ in range(self._repeat)]
        return {
            "operation": operation.name,
            "done": len(texts),
            "correct": texts.count(texts[0]),
            "newest": None,
            "resultDigest": hashlib.sha256(texts[0].encode()).hexdigest(),
        }


def _make_operations(inputs: CalibrationInputs) -> list[_Operation]:
    answer, template, state = inputs.answer, inputs.template, inputs.state
    written = _write_json(state)
    return [
        _Operation("parse_answer", lambda: _parse_answer(answer.text, answer.fields), _list_fields),
        _Operation("render_template", lambda: _render(template.text, template.values), str),
        _Operation("state_to_json", lambda: _write_json(state), str),
        _Operation("state_from_json", lambda: json.loads(written), _write_json),
        _Operation("sort_records", lambda: _sort_records(inputs.records), str),
    ]


def _parse_answer(answer: str, names: list[str]) -> dict[str, str]:
    found = {}
    for name in names:
        opening = f"<{name}>"
        begin = answer.find(opening)
        if begin < 0:
            continue
        end = answer.find(f"</{name}>", begin)
        if end >= 0:
            found[name] = answer[begin + len(opening) : end].strip()
    return found


def _list_fields(found: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in found.items())


def _render(template: str, values: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), template)


def _write_json(state: object) -> str:
    return json.dumps(state, separators=(",", ":"))


def _sort_records(records: list[dict[str, Any]]) -> str:
    lines = [
        (record["createdAt"], f"{record['author']} ({record['createdAt']}): {record['text']}")
        for record in records
        if not record["hidden"]
    ]
    lines.sort(key=lambda line: line[0])
    return "\n".join(line for _, line in lines)
