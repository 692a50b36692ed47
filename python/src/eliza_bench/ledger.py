"""Makes the work ledger of a verification iteration.

Everything is read from what happened. Nothing is compared here.
"""

from collections import Counter
from typing import Any, Literal

from eliza_bench.agent import Agent
from eliza_bench.contract import Fixtures
from eliza_bench.databases.records import read_field
from eliza_bench.failure import framework_calls
from eliza_bench.iteration import Iteration
from eliza_bench.measurement import Control, History, ReplyRun, Stored, WorkFound, WorkSeen
from eliza_bench.messages import MessagePlan, entity_id, history_id, reply_digest
from eliza_bench.recorder import Recorder

Author = Literal["user", "agent", "other"]


def list_work_seen(
    iteration: Iteration, recorder: Recorder, plan: MessagePlan, fixtures: Fixtures
) -> WorkSeen:
    """Lists what was seen of an iteration that has just worked."""
    replies, responded = iteration.replies, iteration.responded
    texts = [text for given in replies for text in given]
    seen: WorkSeen = {
        "messages": len(responded),
        "inputDigest": plan.input_digest(fixtures),
        "replyDigest": reply_digest(replies),
        "replies": _group_replies(replies),
        "callbacks": {"total": len(texts), "empty": texts.count("")},
        "didRespond": {
            "yes": responded.count(True),
            "no": responded.count(False),
            "unknown": responded.count(None),
        },
        "modelCalls": recorder.model_calls(),
        "messagesInPrompt": recorder.prompted.found,
        "callSequence": iteration.call_sequence(),
        "providers": dict(recorder.providers),
        "actions": dict(recorder.actions),
        "evaluators": dict(recorder.evaluators),
        "adapterCalls": dict(recorder.adapter_calls),
        "memoriesRead": recorder.memories_read,
        "readsBeyondLimit": recorder.limits.result(),
        # Only a runtime without a collector counts them.
        "allocations": None,
    }
    if iteration.streams:
        seen["streamed"] = {
            "asked": iteration.agent.mock.streams_asked,
            "chunks": sum(len(watch.texts) for watch in iteration.streams),
            # Nothing in this runtime names the message of a chunk.
            "repeated": 0,
            "whole": sum(
                bool(watch.texts) and "".join(watch.texts) == "".join(given)
                for watch, given in zip(iteration.streams, replies, strict=True)
            ),
        }
    provided = recorder.provided.result(len(responded))
    if provided is not None:
        seen["provided"] = provided
    return seen


async def list_work_found(
    iteration: Iteration, recorder: Recorder, history: int, plan: MessagePlan, fixtures: Fixtures
) -> WorkFound:
    """Lists what is in the database of an iteration that has worked. Raises FrameworkError."""
    agent, run = iteration.agent, iteration.database
    work = run or iteration.kernel
    with framework_calls():
        if run:
            await run.check_writes()
        stored = await agent.database.read_stored_messages(agent.adapter)
        return {
            "readsCopied": await _check_reads_copied(agent, stored),
            "history": await _read_history(agent, recorder, history, fixtures),
            "stored": _count_stored(stored, plan, fixtures),
            "operations": work.checks if work else [],
        }


def read_control(iteration: Iteration) -> Control:
    """Reads the result of a control iteration."""
    replies = sum(text != "" for texts in iteration.replies for text in texts)
    return {
        "replies": replies,
        "shouldRespondCalls": iteration.agent.mock.model_calls().get("shouldRespond", 0),
    }


def _group_replies(replies: list[list[str]]) -> list[ReplyRun]:
    """Counts the messages per sequence of non-empty reply texts, in order of first appearance."""
    runs = Counter(tuple(filter(None, texts)) for texts in replies)
    return [{"texts": list(texts), "messages": messages} for texts, messages in runs.items()]


async def _read_history(agent: Agent, recorder: Recorder, size: int, fixtures: Fixtures) -> History:
    ids = [history_id(fixtures, index) for index in range(size)]
    newest = ids[-1] in recorder.memory_ids if ids else None
    return {
        "seeded": await agent.database.count_present(agent.adapter, ids),
        "returned": len(recorder.memory_ids.intersection(ids)),
        "newest": newest,
    }


async def _check_reads_copied(agent: Agent, stored: list[dict[str, Any]]) -> bool | None:
    """Returns whether two reads of one stored message give two objects. None if none is stored."""
    adapter = agent.adapter
    if not stored:
        return None
    # It reads by id, because reads by room do not find what the framework stored itself. The
    # class's method is not counted, the instance's may be.
    one, other = [await type(adapter).get_memory_by_id(adapter, stored[0]["id"]) for _ in range(2)]
    return None if one is None else one is not other


def _count_stored(
    records: list[dict[str, Any]], plan: MessagePlan, fixtures: Fixtures
) -> list[Stored]:
    """Counts the message records in the database by room and author, without seeded ones."""
    users = {entity_id(fixtures, number) for number in range(len(plan.entities))}
    seeded = (fixtures.history_id_prefix, fixtures.record_id_prefix)
    found: Counter[tuple[str, Author]] = Counter()
    for record in records:
        if record["id"].startswith(seeded):
            continue
        entity = read_field(record, "entityId", "entity_id")
        author: Author = (
            "agent" if entity == fixtures.agent_id else "user" if entity in users else "other"
        )
        found[str(read_field(record, "roomId", "room_id") or ""), author] += 1
    return [
        {"roomId": room, "author": author, "records": count}
        for (room, author), count in sorted(found.items())
    ]
