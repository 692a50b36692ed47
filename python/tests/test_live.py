"""Live mode, with the real framework."""

import asyncio
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from harness import BENCH, TIMEOUT_S, LiveProcess

from eliza_bench.contract import Contract
from eliza_bench.database_setup import make_history
from eliza_bench.failure import InputError
from eliza_bench.live.commands import parse_command
from eliza_bench.live.model_time import LiveMock
from eliza_bench.messages import entity_id, room_id
from eliza_bench.mock_llm_plugin import Answers

REPLY = "This is a fixed benchmark response."
DELAY_MS = 30


def say(number: int, agent: int = 0, user: int = 0) -> str:
    return json.dumps({"cmd": "message", "id": number, "agent": agent, "user": user})


def read_store(live: LiveProcess) -> dict[str, int]:
    return {store["name"]: store["records"] for store in live.command("stores")["stores"]}


def test_messages_in_flight_are_answered_right_and_in_their_rooms() -> None:
    with LiveProcess("--model-delay-ms", str(DELAY_MS)) as live:
        assert live.event()["event"] == "ready"
        assert live.command("agents", count=1)["alive"] == 1
        assert live.command("users", agent=0, count=20, history=0)["cmd"] == "users"
        before = time.monotonic_ns()
        # One write: the harness reads lines that come together.
        live.tell("\n".join(say(number, user=number % 20) for number in range(40)))
        replies = [live.event() for _ in range(40)]
        # The clock is one that other processes have too.
        after = time.monotonic_ns()
        assert sorted(reply["id"] for reply in replies) == list(range(40))
        for reply in replies:
            times = [reply[name] for name in ("readAtNs", "sentAtNs", "returnedAtNs")]
            assert [before, *times, after] == sorted([before, *times, after])
            assert DELAY_MS * 1e6 <= reply["modelNs"] <= times[2] - times[1]
            assert reply["replies"] == [REPLY]
        overlap = sum(reply["returnedAtNs"] - reply["sentAtNs"] for reply in replies)
        assert overlap > 2 * (after - before)
        stored = live.command("stored", agent=0)
        assert (stored["fromUser"], stored["fromAgent"]) == ([2] * 20, [2] * 20)
        read = live.command("read", collect=True)
        assert (read["modelCalls"], read["open"]) == ({"messageHandler": 40}, 0)
        assert 0 < read["rssBytes"] <= read["rssPeakBytes"]
        assert read["cpuNs"] > 0
        live.tell('{"cmd":"finish"}')
        assert live.event() == {"event": "finished"}
        assert live.end() == (0, "")


def test_agents_are_apart_from_each_other_and_numbered_anew_after_a_drop() -> None:
    with LiveProcess() as live:
        live.event()
        made = live.command("agents", count=12)
        assert [len(made[name]) for name in ("constructNs", "initializeNs", "seedNs")] == [12] * 3
        assert live.command("agents", count=3)["alive"] == 15
        for agent in range(15):
            live.tell(say(0, agent))
        assert [live.event()["replies"] for _ in range(15)] == [[REPLY]] * 15
        stored = [live.command("stored", agent=agent) for agent in range(15)]
        assert all((one["fromUser"], one["fromAgent"]) == ([1], [1]) for one in stored)
        assert live.command("drop")["cmd"] == "drop"
        assert live.command("agents", count=1)["alive"] == 1
        live.tell(say(0))
        reply = live.event()
        assert (reply["replies"], reply["modelNs"]) == ([REPLY], 0)
        assert live.command("stored", agent=0)["fromAgent"] == [1]
        # Agents that are gone have asked the model too.
        assert live.command("read", collect=False)["modelCalls"] == {"messageHandler": 16}


def test_what_agents_keep_is_found_and_emptied_and_they_still_answer() -> None:
    with LiveProcess() as live:
        live.event()
        live.command("agents", count=2)
        live.command("users", agent=0, count=3, history=7)
        assert "runtime._state_cache" not in read_store(live)
        live.tell("\n".join(say(number, agent) for number in range(5) for agent in range(2)))
        for _ in range(10):
            live.event()
        full = read_store(live)
        assert full["adapter.memories"] == 7 + 20
        assert (full["adapter.rooms"], full["adapter.participants"]) == (4, 8)
        assert full["runtime._state_cache"] > 0
        for name in full:
            assert live.command("empty", store=name)["event"] == "done"
        assert read_store(live) == dict.fromkeys(full, 0)
        live.tell(say(5))
        assert live.event()["replies"] == [REPLY]
        assert read_store(live)["adapter.memories"] == 2
        live.tell('{"cmd":"empty","store":"runtime._models"}')
        status, errors = live.end()
        assert (status, "there is no store" in errors) == (2, True)


def test_a_history_is_in_the_rooms_of_the_users_and_is_not_counted_as_stored(
    contract: Contract,
) -> None:
    fixtures = contract.fixtures
    history = list(make_history(6, fixtures, 3))
    assert [memory["roomId"] for memory in history] == [room_id(fixtures, n % 3) for n in range(6)]
    assert [memory["entityId"] == fixtures.agent_id for memory in history] == [False] * 3 + [
        True
    ] * 3
    assert history[2]["entityId"] == entity_id(fixtures, 2)
    with LiveProcess() as live:
        live.event()
        live.command("agents", count=1)
        live.command("users", agent=0, count=3, history=6)
        live.tell(say(0, user=2))
        live.event()
        stored = live.command("stored", agent=0)
        assert (stored["fromUser"], stored["fromAgent"]) == ([0, 0, 1], [0, 0, 1])


def test_an_error_of_the_framework_ends_its_own_message_only() -> None:
    with LiveProcess("--scenario", "multi-step") as live:
        live.event()
        live.command("agents", count=1)
        live.tell(f"{say(0)}\n{say(1)}")
        raised = [live.event(), live.event()]
        assert [event["event"] for event in raised] == ["raised", "raised"]
        assert raised[0]["failure"]["phase"] == "message"
        assert raised[0]["readAtNs"] <= raised[0]["returnedAtNs"]
        assert live.command("read", collect=False)["open"] == 0
        assert live.command("finish") == {"event": "finished"}
        assert live.end() == (0, "")


def test_calls_of_one_message_that_overlap_count_once(contract: Contract) -> None:
    async def ask(mock: LiveMock, calls: int) -> tuple[int, int]:
        time_of_model = mock.begin_message()
        assert time_of_model is not None
        generate: Any = mock.make_handlers()["TEXT_LARGE"]
        started = time.monotonic_ns()
        await asyncio.gather(*(generate(None, {"prompt": "isFinish"}) for _ in range(calls)))
        await asyncio.sleep(DELAY_MS / 1000)
        await generate(None, {"prompt": "isFinish"})
        ended = time.monotonic_ns()
        return time_of_model.total_ns(ended), ended - started

    async def two_messages() -> list[tuple[int, int]]:
        mock = LiveMock(Answers(contract.responses, {}, DELAY_MS))
        return await asyncio.gather(*(asyncio.create_task(ask(mock, calls)) for calls in (1, 20)))

    for model_ns, all_ns in asyncio.run(two_messages()):
        assert 2 * DELAY_MS * 1e6 <= model_ns <= all_ns - DELAY_MS * 1e6


def test_a_process_that_is_busy_when_the_answer_comes_is_no_models_time(
    contract: Contract,
) -> None:
    async def ask() -> int:
        mock = LiveMock(Answers(contract.responses, {}, DELAY_MS))
        time_of_model = mock.begin_message()
        assert time_of_model is not None
        generate: Any = mock.make_handlers()["TEXT_LARGE"]
        asked = asyncio.create_task(generate(None, {"prompt": "isFinish"}))
        await asyncio.sleep(0)
        time.sleep(5 * DELAY_MS / 1000)  # noqa: ASYNC251 # the loop has to be blocked
        await asked
        return time_of_model.total_ns(time.monotonic_ns())

    assert DELAY_MS * 1e6 <= asyncio.run(ask()) <= (DELAY_MS + 1) * 1e6


def make_broken_framework(folder: Path) -> Path:
    (folder / "elizaos").mkdir()
    (folder / "elizaos" / "__init__.py").write_text("raise RuntimeError('broken')\n")
    return folder


def test_an_empty_process_answers_without_the_framework(tmp_path: Path) -> None:
    with LiveProcess("--empty", python_path=make_broken_framework(tmp_path)) as live:
        assert live.event()["importNs"] == 0
        assert live.command("agents", count=3)["alive"] == 3
        assert live.command("users", agent=2, count=9, history=4)["event"] == "done"
        live.tell(say(7, agent=2, user=8))
        reply = live.event()
        assert (reply["id"], reply["replies"]) == (7, [REPLY])
        assert live.command("stores")["stores"] == []
        assert live.command("finish") == {"event": "finished"}
        assert live.end() == (0, "")


def test_what_is_kept_is_told_by_the_line_of_the_framework_that_allocated_it() -> None:
    with LiveProcess() as live:
        live.event()
        live.command("agents", count=1)
        live.command("trace")
        for number in range(50):
            live.tell(say(number, agent=0, user=0))
            live.event()
        found = live.command("sites")
        assert found["how"] == "allocated-at"
        # Two memories of each message stay, with their texts and their fields.
        assert 50 * 2000 < found["keptBytes"] < 50 * 50_000
        largest = found["sites"][0]
        assert re.fullmatch(r"elizaos_plugin_inmemorydb/\w+\.py:\d+", largest["name"])
        assert 0 < largest["bytes"] <= found["keptBytes"]
        assert live.command("finish") == {"event": "finished"}


def test_after_a_failure_only_drop_and_finish_may_follow(tmp_path: Path) -> None:
    broken = make_broken_framework(tmp_path)
    with LiveProcess(python_path=broken) as live:
        failed = live.event()
        assert (failed["event"], failed["cmd"]) == ("failed", "start")
        assert failed["failure"]["phase"] == "import"
        assert live.command("drop")["event"] == "done"
        assert live.command("finish") == {"event": "finished"}
        assert live.end()[0] == 3
    with LiveProcess(python_path=broken) as live:
        live.event()
        live.tell('{"cmd":"agents","count":1}')
        status, errors = live.end()
        assert (status, "may follow" in errors) == (2, True)


def test_events_that_nobody_reads_yet_are_neither_lost_nor_waited_for() -> None:
    with LiveProcess("--empty") as live:
        live.event()
        # Far more than a pipe takes. No command may be held up by it either.
        for number in range(5000):
            live.tell(say(number))
        assert [live.event()["id"] for _ in range(5000)] == list(range(5000))
        live.tell("\n".join(say(number) for number in range(5000)) + '\n{"cmd":"finish"}')
        ids = [live.event().get("id") for _ in range(5001)]
        assert (ids[:10], ids[-1]) == (list(range(10)), None)


GARBLED = [
    "hello",
    "[]",
    '{"cmd":"cold"}',
    '{"cmd":["drop"]}',
    '{"cmd":"agents","count":0}',
    '{"cmd":"agents","count":true}',
    '{"cmd":"drop","agent":0}',
    '{"cmd":"read"}',
    '{"cmd":"read","collect":1}',
    '{"cmd":"message","id":1.0,"agent":0,"user":0}',
]
MISPLACED = ['{"cmd":"message","id":0,"agent":0,"user":1}', '{"cmd":"stored","agent":1}']


def test_a_garbled_or_misplaced_command_is_a_line_on_standard_error_and_exit_status_2() -> None:
    for line in GARBLED:
        with pytest.raises(InputError, match="not a command of live mode"):
            parse_command(line.encode())
    for line in (GARBLED[0], *MISPLACED):
        with LiveProcess() as live:
            live.event()
            live.command("agents", count=1)
            live.tell(line)
            status, errors = live.end()
        assert (status, errors.count("\n")) == (2, 1), line


def test_commands_may_come_from_a_file_and_its_end_ends_the_process(tmp_path: Path) -> None:
    commands = tmp_path / "commands"
    for last, status, told in (('{"cmd":"finish"}', 0, ""), ("", 1, "before `finish`")):
        commands.write_text(
            "\n".join(['{"cmd":"agents","count":1}', *([last] if last else []), ""])
        )
        with commands.open() as file:
            finished = subprocess.run(
                [sys.executable, BENCH, "--live", "--events-fd", "1"],
                stdin=file,
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        assert (finished.returncode, told in finished.stderr) == (status, True)
        events = [json.loads(line)["event"] for line in finished.stdout.splitlines()]
        assert events[:2] == ["ready", "agents"]
        assert ("finished" in events) == (status == 0)
