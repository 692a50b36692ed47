"""The worker protocol, with the real harness."""

import json
import time
from pathlib import Path

import pytest
from harness import WorkerProcess


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out.json"


def read_cpu_ticks(pid: int) -> int:
    """Returns the user and system time that a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


def test_a_worker_measures_what_it_is_told_and_then_ends(shared: Path, output: Path) -> None:
    with WorkerProcess(shared, output, "conversation-10", "--seed", "7") as worker:
        ready = worker.event()
        assert (ready["event"], ready["pid"]) == ("ready", worker.process.pid)
        assert ready["importNs"] > 0
        assert ready["versions"]["framework"] == "2.0.0a4"
        assert worker.command("cold")["event"] == "done"
        assert worker.command("iterate", phase="warmup")["cmd"] == "iterate"
        assert worker.command("iterate", phase="plain")["elapsedNs"] > 0
        assert worker.command("iterate", phase="plain")["event"] == "done"
        assert worker.command("iterate", phase="observed")["event"] == "done"
        assert worker.command("iterate", phase="control")["event"] == "done"
        assert worker.command("finish") == {"event": "finished"}
        assert worker.end() == (0, "")
    document = json.loads(output.read_text())
    assert (document["schemaVersion"], document["kind"], document["runtime"]) == (
        2,
        "measurement",
        "python",
    )
    assert (document["seed"], document["importNs"]) == (7, ready["importNs"])
    iterations = document["cells"][0]["iterations"]
    numbered = [(iteration["phase"], iteration["index"]) for iteration in iterations]
    assert numbered == [("warmup", 0), ("plain", 0), ("plain", 1), ("observed", 0), ("control", 0)]
    assert [iteration["stages"] is not None for iteration in iterations] == [
        False,
        False,
        False,
        True,
        False,
    ]
    assert [iteration["rssBytes"] is not None for iteration in iterations] == [
        False,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("phase", ["plain", "control", "observed"])
def test_an_iteration_in_steps_counts_the_messages_and_not_the_waiting(
    shared: Path, output: Path, phase: str
) -> None:
    with WorkerProcess(shared, output, "with-should-respond") as worker:
        worker.event()
        assert worker.command("begin", phase=phase)["event"] == "done"
        for _ in range(10):
            assert worker.command("message")["event"] == "done"
            time.sleep(0.02)
        assert worker.command("end")["event"] == "done"
        worker.command("finish")
        assert worker.end()[0] == 0
        (iteration,) = worker.cell()["iterations"]
    assert len(iteration["messageNs"]) == 10
    assert (
        sum(iteration["messageNs"])
        <= iteration["wallNs"]
        < sum(iteration["messageNs"]) + 100_000_000
    )


def test_a_waiting_worker_does_nothing(shared: Path, output: Path) -> None:
    with WorkerProcess(shared, output, "single-message") as worker:
        worker.event()
        worker.command("iterate", phase="warmup")
        before = read_cpu_ticks(worker.process.pid)
        time.sleep(0.5)
        assert read_cpu_ticks(worker.process.pid) == before


def test_after_a_framework_error_only_finish_may_follow(shared: Path, output: Path) -> None:
    with WorkerProcess(shared, output, "multi-step") as worker:
        worker.event()
        failed = worker.command("iterate", phase="warmup")
        assert (failed["event"], failed["cmd"]) == ("failed", "iterate")
        assert failed["failure"]["phase"] == "warmup"
        worker.command("finish")
        assert worker.end()[0] == 3
        assert worker.cell()["failure"] == failed["failure"]
    with WorkerProcess(shared, output, "multi-step") as worker:
        worker.event()
        worker.command("verify")
        worker.tell('{"cmd":"cold"}')
        status, errors = worker.end()
        assert (status, "only `finish` may follow" in errors) == (2, True)


def test_the_end_of_standard_input_ends_the_worker_without_a_file(
    shared: Path, output: Path
) -> None:
    with WorkerProcess(shared, output, "single-message") as worker:
        worker.event()
        worker.command("iterate", phase="plain")
        status, errors = worker.end()
    assert (status, errors.count("\n")) == (1, 1)
    assert not output.exists()


GARBLED = [
    "hello",
    "[]",
    '{"cmd":"sing"}',
    '{"cmd":"iterate"}',
    '{"cmd":"iterate","phase":"cold"}',
    '{"cmd":"cold","phase":"plain"}',
    '{"cmd":"message"}',
    '{"cmd":"end"}',
]


@pytest.mark.parametrize("line", GARBLED)
def test_a_garbled_or_misplaced_command_is_a_line_on_standard_error_and_exit_status_2(
    shared: Path, output: Path, line: str
) -> None:
    with WorkerProcess(shared, output, "single-message") as worker:
        worker.event()
        worker.tell(line)
        status, errors = worker.end()
    assert (status, errors.count("\n")) == (2, 1)
    assert not output.exists()


def test_a_conversation_is_not_split_into_steps(shared: Path, output: Path) -> None:
    with WorkerProcess(shared, output, "conversation-10") as worker:
        worker.event()
        worker.tell('{"cmd":"begin","phase":"plain"}')
        status, errors = worker.end()
        assert (status, "only sequential scenarios" in errors) == (2, True)
