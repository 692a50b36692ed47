"""Only an error of the framework makes a cell unsupported. The harness's own crash it."""

import asyncio
from pathlib import Path
from typing import NoReturn

import pytest
from harness import WorkerProcess, copy_contract, measure

from eliza_bench import iteration
from eliza_bench.contract import Contract
from eliza_bench.databases.in_memory import InMemory
from eliza_bench.failure import FrameworkError
from eliza_bench.instrument import Instrument
from eliza_bench.iteration import Iteration, framework_sender
from eliza_bench.messages import MessagePlan
from eliza_bench.mock_llm_plugin import Answers


class Unwritable(list[str]):
    """A list that breaks the harness's own callback."""

    def append(self, _text: str) -> NoReturn:
        raise LookupError("a bug of the harness")


async def run_iteration(shared: Path, scenario_id: str) -> None:
    contract = Contract.read(shared)
    scenario = contract.select([scenario_id])[0]
    answers, send = Answers(contract.responses, {}, 0), framework_sender(scenario, "plain")
    iteration = await Iteration.open(
        InMemory(), contract, scenario, MessagePlan.of(scenario), answers, send, 1, Instrument()
    )
    await iteration.run()


def test_an_exception_of_the_framework_becomes_a_framework_error(shared: Path) -> None:
    with pytest.raises(FrameworkError) as raised:
        asyncio.run(run_iteration(shared, "multi-step"))
    failure = raised.value.during("plain")
    assert (failure["phase"], failure["type"]) == ("plain", "AttributeError")
    assert "action_results" in failure["message"]
    assert "message_service.py" in failure["stack"]


@pytest.mark.parametrize("scenario", ["single-message", "concurrent-10"])
def test_a_bug_of_the_harness_that_passes_through_the_framework_is_not_the_frameworks(
    shared: Path, scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = iteration.keep_texts
    monkeypatch.setattr(iteration, "keep_texts", lambda _texts: real(Unwritable()))
    with pytest.raises(LookupError):
        asyncio.run(run_iteration(shared, scenario))


def test_multi_step_is_reported_as_unsupported_in_the_frameworks_own_words(
    shared: Path, tmp_path: Path
) -> None:
    cell = measure(shared, tmp_path / "out.json", "multi-step", "--verify")["multi-step"]
    assert (cell["status"], cell["ledger"], cell["iterations"]) == ("unsupported", None, [])
    assert cell["failure"]["phase"] == "cold"
    assert cell["failure"]["type"] == "AttributeError"


@pytest.mark.parametrize("trait", ["topics", "adjectives"])
def test_a_character_that_the_framework_does_not_support_is_still_given_to_it(
    tmp_path: Path, trait: str
) -> None:
    shared = copy_contract(tmp_path / "shared", **{trait: ["calm"]})
    cell = measure(shared, tmp_path / "out.json", "single-message")["single-message"]
    assert (cell["status"], cell["failure"]["type"]) == ("unsupported", "AttributeError")


def test_a_framework_that_cannot_be_imported_fails_at_the_start(
    shared: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "packages" / "elizaos"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('broken release')")
    output = tmp_path / "out.json"
    with WorkerProcess(shared, output, "single-message", python_path=broken.parent) as worker:
        failed = worker.event()
        assert (failed["event"], failed["cmd"]) == ("failed", "start")
        assert (failed["failure"]["phase"], failed["failure"]["message"]) == (
            "import",
            "broken release",
        )
        assert worker.command("finish") == {"event": "finished"}
        assert worker.end()[0] == 3
        assert worker.cell()["status"] == "unsupported"
