"""What the harness needs for a real database, as far as that needs no server."""

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from harness import SHARED, run

from eliza_bench.contract import Contract
from eliza_bench.database_setup import make_history, make_records
from eliza_bench.databases.backends import Backends, ServerTime, read_backends, worked_between
from eliza_bench.databases.choice import CHOICES
from eliza_bench.databases.postgres_url import VARIABLE, make_framework_url, read_url
from eliza_bench.databases.records import Record, make_record
from eliza_bench.databases.snapshots import Snapshot
from eliza_bench.failure import InputError
from eliza_bench.framework import Content, Memory

URL = "postgres://user:p%40ss@127.0.0.1:5433/name?sslmode=disable"


def test_a_row_is_read_by_key_and_by_attribute_at_every_depth() -> None:
    row = {"roomId": "r", "content": {"inReplyTo": None, "parts": [{"mediaType": "image"}, "x"]}}
    record = make_record(row)
    assert record == row
    assert record.room_id == record["roomId"] == "r"
    assert record.content.parts[0].media_type == "image"
    assert record.content.in_reply_to is None
    assert isinstance(record.content, Record)
    assert not hasattr(record, "model_dump")
    assert "content" in row
    assert type(row["content"]) is dict


class PublishedAdapter:
    """Stands for the published one: it stores dicts with camelCase keys, and gives them back."""

    def __init__(self) -> None:
        self.stored: list[tuple[Any, str, bool]] = []

    async def create_memory(self, memory: Any, table_name: str, unique: bool = False) -> str:
        self.stored.append((memory, table_name, unique))
        key: str = memory.get("id")
        return key

    def _same(self, row: dict[str, Any]) -> dict[str, Any]:
        return row

    _memory_to_dict = _entity_to_dict = _room_to_dict = _world_to_dict = _same


def test_the_bridge_changes_types_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = SimpleNamespace(PostgresAdapter=PublishedAdapter)
    monkeypatch.setitem(sys.modules, "elizaos_plugin_sql", plugin)
    monkeypatch.delitem(sys.modules, "eliza_bench.databases.postgres_bridge", raising=False)
    from eliza_bench.databases.postgres_bridge import PostgresBridge

    monkeypatch.delitem(sys.modules, "eliza_bench.databases.postgres_bridge")
    bridge: Any = PostgresBridge()
    row = {"id": "b", "roomId": "r"}
    message = Memory(id="a", room_id="r", content=Content(text="Hello", source="test"))
    assert asyncio.run(bridge.create_memory(message, "messages")) == "a"
    assert asyncio.run(bridge.create_memory(row, "messages", unique=True)) == "b"
    assert bridge.stored == [
        (
            {"id": "a", "roomId": "r", "content": {"text": "Hello", "source": "test"}},
            "messages",
            False,
        ),
        (row, "messages", True),
    ]
    for kind in ("memory", "entity", "room", "world"):
        given = getattr(bridge, f"_{kind}_to_dict")({"worldId": "w", "metadata": {"type": "x"}})
        assert given == {"worldId": "w", "metadata": {"type": "x"}}
        assert (given.world_id, given.metadata.type) == ("w", "x")


def test_history_is_by_user_and_agent_in_turn_and_records_take_the_rooms_in_turn(
    contract: Contract,
) -> None:
    fixtures = contract.fixtures
    history, records = list(make_history(3, fixtures)), list(make_records(5, 2, fixtures))
    assert [memory["entityId"] == fixtures.agent_id for memory in history] == [False, True, False]
    assert len({memory["roomId"] for memory in history}) == 1
    rooms = [memory["roomId"] for memory in records]
    assert rooms[0] == rooms[2] == rooms[4] != rooms[1] == rooms[3]
    for memories in (history, records):
        times = [memory["createdAt"] for memory in memories]
        assert times == sorted(set(times))


def write_process(proc: Path, pid: int, schedstat: str, comm: str = "postgres") -> None:
    (proc / str(pid)).mkdir()
    (proc / str(pid) / "schedstat").write_text(schedstat)
    (proc / str(pid) / "comm").write_text(f"{comm}\n")


def test_the_time_of_a_backend_is_the_first_field_of_its_schedstat(tmp_path: Path) -> None:
    write_process(tmp_path, 7, "123456789 42 3\n")
    backends = read_backends([(7, "today")], 1, tmp_path)
    assert backends == Backends({(7, "today"): 123_456_789}, 1)


@pytest.mark.parametrize("kind", ["missing", "another program's", "garbled", "not counted"])
def test_a_backend_that_cannot_be_read_has_no_time_and_not_none_at_all(
    tmp_path: Path, kind: str
) -> None:
    write_process(tmp_path, 8, "5 0 0\n")
    if kind == "another program's":
        write_process(tmp_path, 7, "1 1 1\n", "python")
    elif kind == "garbled":
        write_process(tmp_path, 7, "\n")
    elif kind == "not counted":
        write_process(tmp_path, 7, "0 0 0\n")
    rows = [(7, "a"), (8, "b")]
    after = read_backends(rows, 2, tmp_path)
    assert after.cpu_ns == {(7, "a"): None, (8, "b"): 5}
    assert worked_between(Backends({(8, "b"): 1}, 1), after) is None


def test_a_new_backend_has_worked_since_it_began() -> None:
    before = Backends({(1, "a"): 100}, 4)
    assert worked_between(before, Backends({(1, "a"): 130}, 4)) == 30
    assert worked_between(before, Backends({(1, "a"): 130, (2, "b"): 50}, 5)) == 80
    assert worked_between(before, before) == 0


def test_the_time_of_a_backend_that_has_ended_is_unknown() -> None:
    before = Backends({(1, "a"): 100, (2, "b"): 100}, 4)
    assert worked_between(before, Backends({(1, "a"): 130}, 4)) is None
    # Its process id belongs to another one now.
    again = Backends({(1, "a"): 130, (2, "c"): 10}, 5)
    assert worked_between(before, again) is None
    # One began and ended in between.
    assert worked_between(before, Backends({(1, "a"): 130, (2, "b"): 100}, 5)) is None
    # A server of an old version does not count sessions.
    assert worked_between(Backends({}, None), Backends({}, None)) is None


def test_the_times_of_spans_add_up_and_one_that_is_unknown_makes_the_sum_unknown() -> None:
    first, second = Backends({(1, "a"): 10}, 1), Backends({(1, "a"): 30}, 1)
    time = ServerTime()
    assert time.total_ns == 0
    time.add(first, second)
    time.add(first, second)
    assert time.total_ns == 40
    time.add(first, Backends({}, 1))
    time.add(first, second)
    assert time.total_ns is None


def test_a_snapshot_is_named_by_what_it_holds() -> None:
    history, records = Snapshot.of_history(100), Snapshot.of_records(10_000, 10)
    assert (history.table, history.rows) == ("eliza_benchmark.history_100", 100)
    assert records.table == "eliza_benchmark.records_10000_in_10_rooms"
    assert records.rows == 10_000
    live = Snapshot.of_spread_history(10_000, 1_000, "a1000000-0000-4000-8000-00000000000a")
    # PostgreSQL cuts longer names.
    assert len(live.name) < 64
    assert live.name.endswith("_1000_users_and_00000000000a")
    assert history.restoring.endswith(f"TABLE {history.table}")
    assert f"CREATE TABLE {history.table} AS" in history.keeping


def test_the_framework_gets_the_same_database_in_its_own_words() -> None:
    assert make_framework_url(URL) == (
        "postgresql+asyncpg://user:p%40ss@127.0.0.1:5433/name?ssl=disable"
    )
    assert make_framework_url("postgres://u@h/n") == "postgresql+asyncpg://u@h/n"


@pytest.mark.parametrize(
    "url", ["", "mysql://u:secret@h/n", "postgres://h", "postgres://u:secret@h:x/n", "secret"]
)
def test_a_url_that_names_no_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InputError, match=f"^{VARIABLE} ") as refused:
        read_url({VARIABLE: url})
    assert "secret" not in str(refused.value)
    assert read_url({VARIABLE: URL}) == URL


def test_a_database_without_its_url_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    output = tmp_path / "out.json"
    refused = run(["--scenarios", "single-message", "--database", "postgres", "--output", output])
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert f"{VARIABLE} is not set" in refused.stderr


def test_nothing_of_postgresql_is_loaded_for_the_database_in_memory(tmp_path: Path) -> None:
    program = tmp_path / "listing.py"
    program.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(SHARED.parents[1] / 'python' / 'src')!r})\n"
        "from eliza_bench.bench import main\n"
        "status = main(sys.argv[1:])\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))\n"
        "print([name for name in sys.modules if name.endswith(('.server', '.postgres'))])\n"
        "sys.exit(status)\n"
    )
    arguments = ["--scenarios", "single-message", "--iterations", "1", "--warmup", "0"]
    finished = run([*arguments, "--output", tmp_path / "out.json"], program)
    assert finished.returncode == 0, finished.stderr
    *_, packages, modules = finished.stdout.splitlines()
    assert "'elizaos_plugin_inmemorydb'" in packages
    for package in ("asyncpg", "sqlalchemy", "elizaos_plugin_sql"):
        assert f"'{package}'" not in packages
    assert modules == "[]"


def test_a_package_that_is_not_installed_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    for name, choice in CHOICES.items():
        with pytest.raises(InputError, match="is not installed") as refused:
            choice.check_installed()
        assert sys.executable in str(refused.value), name
