"""The faults that the benchmark must notice really happen."""

import signal
from pathlib import Path

import pytest
from harness import FAULTY, WorkerProcess

REPLY = "This is a fixed benchmark response."


def start_faulty(
    shared: Path, tmp_path: Path, fault: str, scenario: str = "single-message"
) -> WorkerProcess:
    return WorkerProcess(shared, tmp_path / "out.json", scenario, "--fault", fault, program=FAULTY)


def test_dropped_replies_are_in_the_ledger(shared: Path, tmp_path: Path) -> None:
    with start_faulty(shared, tmp_path, "drop-reply", "with-should-respond") as worker:
        worker.event()
        worker.command("verify")
        worker.command("finish")
        assert worker.end()[0] == 0
        ledger = worker.cell()["ledger"]
    assert ledger["replies"] == [{"texts": [REPLY], "messages": 5}, {"texts": [], "messages": 5}]


def test_a_stub_gives_the_right_answers_and_does_no_work(shared: Path, tmp_path: Path) -> None:
    with start_faulty(shared, tmp_path, "stub") as worker:
        worker.event()
        worker.command("verify")
        worker.command("finish")
        assert worker.end()[0] == 0
        ledger = worker.cell()["ledger"]
    assert ledger["replies"] == [{"texts": [REPLY], "messages": 1}]
    assert (ledger["modelCalls"], ledger["stored"], ledger["providers"]) == ([], [], {})
    assert ledger["didRespond"] == {"yes": 0, "no": 0, "unknown": 1}


@pytest.mark.parametrize("fault", ["crash", "hang", "garbage"])
def test_a_fault_of_the_process_happens_in_the_first_plain_iteration(
    shared: Path, tmp_path: Path, fault: str
) -> None:
    with start_faulty(shared, tmp_path, fault) as worker:
        worker.event()
        assert worker.command("cold")["event"] == "done"
        assert worker.command("iterate", phase="warmup")["event"] == "done"
        worker.tell('{"cmd":"iterate","phase":"plain"}')
        if fault == "crash":
            assert worker.event_line() == ""
            assert worker.process.wait(10) == -signal.SIGKILL
        elif fault == "garbage":
            assert worker.event_line() == "this is not an event\n"
        else:
            assert worker.is_silent(1)
            assert worker.process.poll() is None
