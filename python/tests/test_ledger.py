"""The work ledger of the real framework is right. Nothing here is about speed."""

from pathlib import Path
from typing import Any

import pytest
from harness import measure

from eliza_bench.contract import Contract
from eliza_bench.messages import MessagePlan

REPLY = "This is a fixed benchmark response."
FIRST_ROOM = "c0000000-0000-4000-8000-000000000000"

Cells = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def cells(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Cells:
    scenarios = (
        "conversation-10,with-should-respond-no-name,with-actions,provider-scaling-10,"
        "history-scaling-100,concurrent-10,concurrent-same-room-10,"
        "db-write-throughput,db-read-throughput,startup-cold,minimal-bootstrap,calibration"
    )
    output = tmp_path_factory.mktemp("verified") / "out.json"
    options = ["--verify", "--iterations", "2", "--warmup", "1", "--box-ms", "100"]
    return measure(shared, output, scenarios, *options)


@pytest.fixture(scope="module")
def ledgers(cells: Cells) -> Cells:
    return {scenario: cell["ledger"] for scenario, cell in cells.items()}


def counts(rows: list[dict[str, Any]], key: str, count: str) -> dict[str, int]:
    return {row[key]: row[count] for row in rows}


def test_every_message_is_answered_and_both_sides_are_stored(ledgers: Cells) -> None:
    ledger = ledgers["conversation-10"]
    assert ledger["replies"] == [{"texts": [REPLY], "messages": 10}]
    assert ledger["callbacks"] == {"total": 10, "empty": 0}
    assert ledger["didRespond"] == {"yes": 10, "no": 0, "unknown": 0}
    assert counts(ledger["modelCalls"], "template", "calls") == {"messageHandler": 10}
    assert ledger["stored"] == [
        {"roomId": FIRST_ROOM, "author": "agent", "records": 10},
        {"roomId": FIRST_ROOM, "author": "user", "records": 10},
    ]
    assert ledger["errorsLogged"] == {"total": 0, "first": []}


def test_the_input_digest_does_not_depend_on_the_iterations_before(
    cells: Cells, contract: Contract
) -> None:
    for scenario in contract.select(["conversation-10", "concurrent-10", "startup-cold"]):
        assert cells[scenario.id]["ledger"]["inputDigest"] == MessagePlan.of(scenario).input_digest(
            contract.fixtures
        )


def test_every_timed_iteration_did_what_the_verification_did(cells: Cells) -> None:
    for cell in cells.values():
        ledger = cell["ledger"]
        for iteration in cell["iterations"]:
            assert iteration["replyDigest"] == ledger["replyDigest"]
            assert iteration["modelCalls"] == counts(ledger["modelCalls"], "template", "calls")
            assert iteration["actionRuns"] == ledger["actions"].get("BENCH_ACTION", 0)


def test_a_runtime_that_takes_no_decision_answers_the_control(ledgers: Cells) -> None:
    assert ledgers["with-should-respond-no-name"]["control"] == {
        "replies": 1,
        "shouldRespondCalls": 0,
    }
    assert ledgers["conversation-10"]["control"] is None


def test_both_actions_run_and_both_replies_arrive_in_order(ledgers: Cells) -> None:
    ledger = ledgers["with-actions"]
    assert ledger["replies"] == [{"texts": [REPLY, "Benchmark action done."], "messages": 10}]
    assert ledger["actions"] == {"REPLY": 10, "BENCH_ACTION": 10}
    assert counts(ledger["modelCalls"], "template", "calls") == {"messageHandler": 10, "reply": 10}


def test_every_dummy_provider_runs_for_every_message_in_a_new_room(ledgers: Cells) -> None:
    ran = ledgers["provider-scaling-10"]["providers"]
    assert {name: runs for name, runs in ran.items() if name.startswith("BENCH_PROVIDER_")} == {
        f"BENCH_PROVIDER_{number:03}": 10 for number in range(1, 11)
    }


def test_the_bootstrap_is_listed_without_the_benchmarks_own_parts(cells: Cells) -> None:
    bootstrap = cells["provider-scaling-10"]["bootstrap"]
    assert "CHARACTER" in bootstrap["providers"]
    assert not [name for name in bootstrap["providers"] if name.startswith("BENCH_")]
    assert "BENCH_ACTION" not in cells["with-actions"]["bootstrap"]["actions"]
    assert cells["minimal-bootstrap"]["bootstrap"]["providers"] == ["CHARACTER"]


def test_only_the_character_provider_is_left_of_a_minimal_bootstrap(ledgers: Cells) -> None:
    assert list(ledgers["minimal-bootstrap"]["providers"]) == ["CHARACTER"]


def test_seeded_history_comes_back_from_the_frameworks_own_read(ledgers: Cells) -> None:
    ledger = ledgers["history-scaling-100"]
    assert ledger["history"] == {"seeded": 100, "returned": 20, "newest": True}
    assert ledger["memoriesRead"] == 20
    # The seeded messages are in the prompt, not only in what was read.
    prompt = ledger["modelCalls"][0]["promptChars"]
    without = ledgers["conversation-10"]["modelCalls"][0]["promptChars"] / 10
    assert prompt > without + 20 * len("Earlier message of the conversation with BenchmarkAgent.")


def test_concurrent_senders_are_all_answered_in_their_rooms(ledgers: Cells) -> None:
    for scenario, rooms in [("concurrent-10", 10), ("concurrent-same-room-10", 1)]:
        ledger = ledgers[scenario]
        assert ledger["replies"] == [{"texts": [REPLY], "messages": 10}]
        assert len({row["roomId"] for row in ledger["stored"]}) == rooms


def test_every_database_result_is_checked(ledgers: Cells) -> None:
    operations = (
        ledgers["db-write-throughput"]["operations"] + ledgers["db-read-throughput"]["operations"]
    )
    by_name = {row["operation"]: row["newest"] for row in operations}
    assert by_name == {
        "write": None,
        "read_by_id": None,
        "read_by_room": True,
        "write_via_runtime": None,
        "read_by_id_via_runtime": None,
        "read_by_room_via_runtime": True,
    }
    assert all(row["correct"] == row["done"] > 0 for row in operations)


def test_a_time_box_ends_a_slow_operation_and_says_so(cells: Cells) -> None:
    by_id, by_room, *_ = cells["db-read-throughput"]["iterations"][-1]["operations"]
    assert (by_id["done"], by_id["boxClosed"]) == (10_000, False)
    assert by_room["boxClosed"]
    assert 0 < by_room["done"] < by_room["requested"]
    assert by_room["totalNs"] >= 100_000_000


def test_the_runtime_does_what_the_adapter_did(cells: Cells) -> None:
    for scenario in ["db-write-throughput", "db-read-throughput"]:
        operations = cells[scenario]["iterations"][-1]["operations"]
        names = [row["operation"] for row in operations]
        half = len(names) // 2
        assert names[half:] == [f"{name}_via_runtime" for name in names[:half]]
        assert [row["requested"] for row in operations] == [10_000] * len(names)


def test_a_database_scenario_sends_no_message(cells: Cells) -> None:
    assert cells["db-write-throughput"]["ledger"]["messages"] == 0
    assert all(
        iteration["messageNs"] == [] for iteration in cells["db-write-throughput"]["iterations"]
    )


def test_only_the_first_cell_of_a_process_is_cold(cells: Cells) -> None:
    cold = [scenario for scenario, cell in cells.items() if cell["cold"]]
    assert cold == ["conversation-10"]
    assert all(value > 0 for value in cells["conversation-10"]["cold"].values())


def test_message_times_fit_into_the_wall_time(cells: Cells) -> None:
    for iteration in cells["conversation-10"]["iterations"]:
        assert len(iteration["messageNs"]) == 10
        assert 0 < sum(iteration["messageNs"]) <= iteration["wallNs"]
        assert iteration["cpuNs"] > 0
    for iteration in cells["concurrent-10"]["iterations"]:
        assert max(iteration["messageNs"]) <= iteration["wallNs"] < sum(iteration["messageNs"])


def test_memory_is_read_in_the_plain_phase_only(cells: Cells) -> None:
    cell = cells["conversation-10"]
    resources = cell["resources"]
    # The kernel's counters are late by some pages.
    slack = 1 << 20
    assert (
        max(resources["rssStartBytes"], resources["rssEndBytes"])
        <= resources["rssPeakBytes"] + slack
    )
    assert [iteration["rssBytes"] is not None for iteration in cell["iterations"]] == [
        False,
        True,
        True,
    ]


def test_the_calibration_comes_to_the_results_of_the_contract(shared: Path, cells: Cells) -> None:
    (scenario,) = Contract.read(shared).select(["calibration"])
    cell = cells["calibration"]
    rows = cell["ledger"]["operations"]
    assert {row["operation"]: row["resultDigest"] for row in rows} == scenario.expect.results
    assert all(row["correct"] == row["done"] > 1 for row in rows)
    timed = cell["iterations"][-1]
    assert [row["operation"] for row in timed["operations"]] == [row["operation"] for row in rows]
    assert (cell["ledger"]["messages"], timed["messageNs"]) == (0, [])
