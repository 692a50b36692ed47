"""Live mode: takes commands as they come, and tells what happens.

One command is executed after another, but a message is only begun.
"""

import asyncio
import sys

from eliza_bench.clocks import monotonic_ns, now_ns, peak_rss_bytes, read_cpu_ns, rss_bytes
from eliza_bench.failure import FrameworkError, InputError
from eliza_bench.live.allocations import read_sites, trace_allocations
from eliza_bench.live.commands import Command, LineReader, parse_command
from eliza_bench.live.events import LiveEvents
from eliza_bench.live.host import Host
from eliza_bench.live.memory import collect_garbage
from eliza_bench.protocol import UnfinishedError

_AFTER_FAILURE = ("drop", "finish")


class Live:
    def __init__(self, host: Host, events: LiveEvents, *, failed: bool = False) -> None:
        """`failed` says that the framework could not be imported."""
        self._host = host
        self._events = events
        self._waiting: list[tuple[bytes, int]] = []
        """Lines that came while a command was executed, and the clock when each was read."""
        self._running: asyncio.Task[None] | None = None
        self._messages: set[asyncio.Task[None]] = set()
        """The event loop itself only knows its tasks by weak references."""
        self._failed = failed
        self._input_is_over = False
        self._ended: asyncio.Future[None]

    async def serve(self) -> bool:
        """Executes commands until `finish`. Returns whether one has failed.

        Raises InputError for a command that is garbled or out of place, UnfinishedError if whoever
        gives commands or reads events is gone.
        """
        self._ended = asyncio.get_running_loop().create_future()
        reader = LineReader(sys.stdin.fileno(), self._take, self._end)
        self._events.start(self._fail)
        reader.start()
        try:
            await self._ended
        finally:
            reader.stop()
            self._events.stop()
        self._events.flush()
        return self._failed

    def _take(self, line: bytes, read_at_ns: int) -> None:
        self._waiting.append((line, read_at_ns))
        if self._running is None:
            self._advance()

    def _advance(self) -> None:
        """Begins what has come, up to the first command that takes its time."""
        lines, self._waiting = self._waiting, []
        for position, (line, read_at_ns) in enumerate(lines):
            if self._ended.done():
                return
            try:
                command = parse_command(line)
                self._check(command)
            except InputError as error:
                self._fail(error)
                return
            if command.cmd == "finish":
                self._ended.set_result(None)
            elif command.cmd == "message":
                task = asyncio.create_task(self._answer(command, read_at_ns))
                self._messages.add(task)
                task.add_done_callback(self._forget)
            else:
                self._waiting = lines[position + 1 :]
                self._running = asyncio.create_task(self._execute(command))
                self._running.add_done_callback(self._continue)
                return
        if self._input_is_over:
            self._fail(UnfinishedError("standard input ended before `finish`"))

    def _continue(self, task: asyncio.Task[None]) -> None:
        self._running = None
        self._notice(task)
        self._advance()

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._messages.discard(task)
        self._notice(task)

    def _notice(self, task: asyncio.Task[None]) -> None:
        """Ends with the error of a task: it is the harness's own."""
        if not task.cancelled() and (error := task.exception()):
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        if not self._ended.done():
            self._ended.set_exception(error)

    def _end(self) -> None:
        self._input_is_over = True
        # `finish` may be among the commands that wait for the running one.
        if self._running is None:
            self._advance()

    def _check(self, command: Command) -> None:
        """Refuses a command that makes no sense now."""
        if self._failed and command.cmd not in _AFTER_FAILURE:
            problem = "a command has failed: only `drop` and `finish` may follow"
        elif not self._host.has(command.agent, 0) and command.cmd in {"users", "stored"}:
            problem = f"there is no agent {command.agent}: make `agents`"
        elif command.cmd == "message" and not self._host.has(command.agent, command.user):
            problem = f"agent {command.agent} does not know user {command.user}: tell it of `users`"
        else:
            return
        raise InputError(f"`{command.cmd}`: {problem}")

    async def _answer(self, command: Command, read_at_ns: int) -> None:
        try:
            answer = await self._host.answer(command.id, command.agent, command.user)
        except FrameworkError as error:
            self._events.send(
                {
                    "event": "raised",
                    "id": command.id,
                    "readAtNs": read_at_ns,
                    "returnedAtNs": monotonic_ns(),
                    "failure": error.during("message"),
                }
            )
            return
        self._events.send(
            {
                "event": "reply",
                "id": command.id,
                "readAtNs": read_at_ns,
                "sentAtNs": answer.sent_at_ns,
                "returnedAtNs": answer.returned_at_ns,
                "modelNs": answer.model_ns,
                "replies": answer.replies,
            }
        )

    async def _execute(self, command: Command) -> None:
        started = now_ns()
        try:
            event = await self._event_of(command)
        except FrameworkError as error:
            self._failed = True
            self._events.send_failed(command.cmd, error.during(command.cmd))
            return
        if event is None:
            self._events.send_done(command.cmd, now_ns() - started)
        else:
            self._events.send(event)

    async def _event_of(self, command: Command) -> dict[str, object] | None:
        """Executes a command. Returns None if there is nothing to say but that it is done."""
        host = self._host
        match command.cmd:
            case "agents":
                made = await host.make(command.count)
                return {
                    "event": "agents",
                    "alive": host.alive,
                    "constructNs": made.construct_ns,
                    "initializeNs": made.initialize_ns,
                    "seedNs": made.seed_ns,
                }
            case "users":
                await host.add_users(command.agent, command.count, command.history)
            case "stored":
                stored = await host.count_stored(command.agent)
                return {
                    "event": "stored",
                    "agent": command.agent,
                    "fromUser": stored.from_user,
                    "fromAgent": stored.from_agent,
                }
            case "read":
                return self._read(collect=command.collect)
            case "stores":
                found = await host.count_records()
                stores = [{"name": name, "records": records} for name, records in found.items()]
                return {"event": "stores", "stores": stores}
            case "empty":
                if not await host.empty(command.store):
                    raise InputError(f"there is no store {command.store!r}: ask for `stores`")
            case "trace":
                trace_allocations()
            case "sites":
                return {"event": "sites", **read_sites()}
            case _:
                await host.drop()
        return None

    def _read(self, *, collect: bool) -> dict[str, object]:
        if collect:
            collect_garbage()
        return {
            "event": "read",
            "rssBytes": rss_bytes(),
            "rssPeakBytes": peak_rss_bytes(),
            # Python's allocator reports whole arenas of 1 MB, and of small objects only: memory is
            # followed more closely by RSS.
            "heapBytes": None,
            "cpuNs": read_cpu_ns(),
            "modelCalls": self._host.model_calls,
            "embeddings": self._host.embeddings,
            "open": len(self._messages),
        }
