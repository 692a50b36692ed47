"""Times single messages: every line on stdin is one message to a fresh runtime.

The nanoseconds go to stdout. It shares only the harness's record type, which the published adapter
can store and return.
"""

import asyncio
import importlib.util
import json
import os
import sys
import time
from pathlib import Path

os.environ["LOG_LEVEL"] = "CRITICAL"
package = Path(importlib.util.find_spec("elizaos").origin).parent
sys.path.insert(0, str(package / "types" / "generated"))
from elizaos.runtime import AgentRuntime  # noqa: E402
from elizaos.types import Character, Content, Memory, Plugin  # noqa: E402
from elizaos_plugin_inmemorydb.adapter import InMemoryDatabaseAdapter  # noqa: E402
from elizaos_plugin_inmemorydb.storage import MemoryStorage  # noqa: E402
from elizaos_plugin_inmemorydb.types import COLLECTIONS  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[2] / "python" / "src"))
from eliza_bench.databases.records import Record  # noqa: E402

AGENT, WORLD, ROOM, USER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3, 4))
shared = json.loads(
    (Path(__file__).parents[2] / "shared" / "contract" / "character.json").read_text()
)
CHARACTER = {k: v for k, v in shared["character"].items() if k != "settings"}
ANSWER = (
    "<response><thought>Yes.</thought><actions>REPLY</actions><providers></providers>"
    "<text>Fine.</text><simple>true</simple></response>"
)


async def text(_runtime, _params):
    return ANSWER


async def message(line: str) -> int:
    adapter = InMemoryDatabaseAdapter(MemoryStorage(), AGENT)
    mock = Plugin(
        name="independent-mock", description="answers at once", models={"TEXT_LARGE": text}
    )
    runtime = AgentRuntime(
        agent_id=AGENT,
        character=Character(**CHARACTER),
        adapter=adapter,
        settings={"VALIDATION_LEVEL": "trusted"},
        plugins=[mock],
    )
    await runtime.initialize()
    common = {"agentId": AGENT, "metadata": Record()}
    await adapter.db.set(COLLECTIONS.WORLDS, WORLD, Record(id=WORLD, name="w", **common))
    await adapter.db.set(
        COLLECTIONS.ROOMS, ROOM, Record(id=ROOM, name="r", type="GROUP", worldId=WORLD, **common)
    )
    for entity in (AGENT, USER):
        await adapter.db.set(
            COLLECTIONS.ENTITIES, entity, Record(id=entity, name="n", names=["n"], **common)
        )
    await adapter.add_participants_room([USER, AGENT], ROOM)
    content = Content(text="Hello BenchmarkAgent, how are you?", source="test")
    memory = Memory(
        id=f"10000000-0000-4000-8000-{line:0>12}",
        entity_id=USER,
        agent_id=AGENT,
        room_id=ROOM,
        content=content,
        created_at=int(time.time() * 1000),
    )
    replies = []

    async def callback(response):
        replies.append(response.text)
        return []

    started = time.perf_counter_ns()
    await runtime.message_service.handle_message(runtime, memory, callback)
    elapsed = time.perf_counter_ns() - started
    assert replies == ["Fine."], replies
    await runtime.stop()
    return elapsed


async def main():
    for line in sys.stdin:
        print(await message(line.strip()), flush=True)


asyncio.run(main())
