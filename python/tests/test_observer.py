"""The observer finds known times, put into the real framework, in the stages that have them."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from elizaos_plugin_inmemorydb.adapter import InMemoryDatabaseAdapter
from workbench import (
    Spins,
    add_parts,
    iterate,
    make_cell,
    make_spinning_action,
    make_spinning_evaluator,
    make_spinning_provider,
    use_spinning_database,
)

from eliza_bench.contract import Contract, Scenario
from eliza_bench.failure import FrameworkError
from eliza_bench.mock_llm_plugin import Mock

Rows = Sequence[dict[str, Any]]


def observe(contract: Contract, scenario_id: str) -> Rows:
    scenario = contract.select([scenario_id])[0]
    record = iterate(make_cell(contract, scenario), "observed")[0]
    rows: Rows = record["stages"]
    assert sum(row["selfNs"] for row in rows) == sum(record["messageNs"])
    assert all(row["selfNs"] >= 0 for row in rows)
    return rows


def own_time(rows: Rows, stage: str, name: str | None = None) -> int:
    (row,) = [row for row in rows if (row["stage"], row["name"]) == (stage, name)]
    return int(row["selfNs"])


@pytest.fixture
def spins() -> Spins:
    return Spins()


def assert_found(spins: Spins, found: int, usual: int = 0) -> None:
    """Checks for the spins within 5 %, above what the stage usually takes."""
    assert spins.taken
    assert abs(found - usual - spins.total()) < 0.05 * spins.total()


def test_a_slow_provider_is_found_under_its_name(
    contract: Contract, spins: Spins, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_parts(monkeypatch, providers=[make_spinning_provider(spins)])
    rows = observe(contract, "single-message")
    assert_found(spins, own_time(rows, "provider", "SPINNING"))
    (running,) = [row for row in rows if row["stage"] == "provider_execution"]
    assert (running["calls"], running["selfNs"]) == (1, 0)
    assert running["inclusiveNs"] == sum(
        row["inclusiveNs"] for row in rows if row["stage"] == "provider"
    )


def test_a_slow_evaluator_is_found_under_its_name(
    contract: Contract, spins: Spins, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_parts(monkeypatch, evaluators=[make_spinning_evaluator(spins)])
    assert_found(spins, own_time(observe(contract, "single-message"), "evaluator", "SPINNING"))


def test_a_slow_action_is_found_under_its_name(
    contract: Contract, spins: Spins, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = contract.fixtures.benchmark_action.name
    monkeypatch.setattr(
        Mock, "_make_benchmark_action", lambda *_: make_spinning_action(spins, name)
    )
    rows = observe(contract, "with-actions")
    assert_found(spins, own_time(rows, "action", name))
    assert own_time(rows, "action_dispatch") < spins.total() / 10


@pytest.mark.parametrize(
    ("method", "stage"), [("create_memory", "memory_create"), ("get_memory_by_id", "memory_get")]
)
def test_a_slow_database_call_is_found(
    contract: Contract, spins: Spins, monkeypatch: pytest.MonkeyPatch, method: str, stage: str
) -> None:
    usual = own_time(observe(contract, "conversation-10"), stage)
    use_spinning_database(monkeypatch, method, spins)
    assert_found(spins, own_time(observe(contract, "conversation-10"), stage), usual)


def test_a_slow_model_is_found(
    contract: Contract, spins: Spins, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = own_time(observe(contract, "conversation-10"), "model_call")
    real = Mock._make_text_handler
    monkeypatch.setattr(
        Mock, "_make_text_handler", lambda mock, model_type: spins.before(real(mock, model_type))
    )
    assert_found(spins, own_time(observe(contract, "conversation-10"), "model_call"), usual)


def test_a_slow_conversion_to_a_dictionary_is_found_and_not_in_the_prompt(
    contract: Contract, spins: Spins, monkeypatch: pytest.MonkeyPatch
) -> None:
    from google.protobuf import json_format

    def busy(rows: Rows) -> tuple[int, int]:
        return own_time(rows, "state_serialization"), own_time(rows, "prompt")

    observe(contract, "single-message")
    serializing, _ = busy(observe(contract, "single-message"))
    real = json_format.MessageToDict

    # It takes the place of protobuf's function.
    def MessageToDict(*arguments: Any, **named: Any) -> Any:  # noqa: N802
        spins.spin()
        return real(*arguments, **named)

    monkeypatch.setattr(json_format, "MessageToDict", MessageToDict)
    slow_serializing, slow_prompt = busy(observe(contract, "single-message"))
    # The runtime's initialization converts the character's settings, before the message.
    del spins.taken[0]
    assert len(spins.taken) == 5
    # Its usual time is a tenth of the spins, and varies.
    assert 0 < slow_serializing - spins.total() < 3 * serializing
    assert slow_prompt < spins.total() / 10


def test_little_is_unattributed(contract: Contract) -> None:
    observe(contract, "single-message")
    rows = observe(contract, "single-message")
    (message,) = [row for row in rows if row["stage"] == "message"]
    assert 0 < message["selfNs"] < 0.15 * message["inclusiveNs"]
    calls = {(row["stage"], row["name"]): row["calls"] for row in rows}
    assert calls["memory_create", None] == 2
    assert calls["compose_state", None] == calls["prompt", None] == calls["model_call", None] == 1
    assert calls["callback", None] == calls["event_emit", None] == 1
    assert calls["evaluator", None] == 2
    assert len([stage for stage, _ in calls if stage == "provider"]) == 14


def test_an_observed_iteration_does_what_a_plain_one_does(contract: Contract) -> None:
    plain, observed, control = iterate(
        make_cell(contract, contract.select(["with-actions"])[0]), "plain", "observed", "control"
    )
    same = ("replyDigest", "modelCalls", "actionRuns")
    assert (
        [observed[key] for key in same]
        == [control[key] for key in same]
        == [plain[key] for key in same]
    )
    assert (plain["stages"], control["stages"]) == (None, None)


@pytest.mark.parametrize("scenario_id", ["concurrent-10", "db-write-throughput"])
def test_overlapping_messages_and_database_scenarios_have_no_stages(
    contract: Contract, scenario_id: str
) -> None:
    scenario = contract.select([scenario_id])[0]
    if scenario.database:
        scenario = replace(scenario, database=replace(scenario.database, operations=20))
    assert iterate(make_cell(contract, scenario), "observed")[0]["stages"] is None


def collect_module_functions() -> dict[tuple[str, str], Any]:
    """Returns every function in the modules of the framework and of protobuf."""
    modules = [
        module
        for name, module in sys.modules.items()
        if name.startswith(("elizaos", "google.protobuf"))
    ]
    return {
        (module.__name__, name): held
        for module in modules
        for name, held in vars(module).items()
        if callable(held)
    }


@pytest.mark.parametrize("scenario_id", ["with-actions", "multi-step"])
def test_nothing_that_runtimes_share_stays_wrapped(contract: Contract, scenario_id: str) -> None:
    cell = make_cell(contract, contract.select([scenario_id])[0])
    iterate(make_cell(contract, contract.select(["with-actions"])[0]), "plain")
    before, methods = collect_module_functions(), dict(vars(InMemoryDatabaseAdapter))
    try:
        iterate(cell, "observed")
    except FrameworkError:
        assert scenario_id == "multi-step"
    after = collect_module_functions()
    assert {key: after[key] for key in before} == before
    assert dict(vars(InMemoryDatabaseAdapter)) == methods


def test_the_sources_name_every_stage_once_and_what_is_not_observable(
    contract: Contract, conversation: Scenario
) -> None:
    cell = make_cell(contract, conversation)
    iterate(cell, "plain", "control")
    assert cell.measurement["stageSources"] is None
    iterate(cell, "observed")
    sources = cell.measurement["stageSources"]
    assert sources
    assert len({source["stage"] for source in sources}) == len(sources) == 15
    assert [source["stage"] for source in sources if not source["observable"]] == ["should_respond"]
    assert all(source["how"] for source in sources)
