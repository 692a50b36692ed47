"""Makes the work ledger of a verification iteration.

Everything is read from what happened. Nothing is compared here.
"""

from collections import Counter
from typing import Literal

from eliza_bench.contract import Fixtures, Scenario
from eliza_bench.database_setup import read_field, read_stored_messages
from eliza_bench.framework import COLLECTIONS, InMemoryDatabaseAdapter
from eliza_bench.iteration import Iteration
from eliza_bench.measurement import Control, ErrorsLogged, History, ReplyRun, Stored, WorkLedger
from eliza_bench.messages import MessagePlan, entity_id, history_id, reply_digest
from eliza_bench.recorder import Recorder

Author = Literal["user", "agent", "other"]


async def make_work_ledger(
    iteration: Iteration,
    recorder: Recorder,
    scenario: Scenario,
    plan: MessagePlan,
    fixtures: Fixtures,
) -> WorkLedger:
    """Makes the ledger of an iteration that has worked and is not closed yet.

    The caller adds the log and the control. The database is read through its storage, which no
    wrapper counts.
    """
    adapter, replies, responded = iteration.agent.adapter, iteration.replies, iteration.responded
    texts = [text for given in replies for text in given]
    nothing_logged: ErrorsLogged = {"total": 0, "first": []}
    ledger: WorkLedger = {
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
        "callSequence": iteration.call_sequence(),
        "providers": dict(recorder.providers),
        "actions": dict(recorder.actions),
        "evaluators": dict(recorder.evaluators),
        "adapterCalls": dict(recorder.adapter_calls),
        "memoriesRead": recorder.memories_read,
        "readsCopied": await _check_reads_copied(adapter),
        "history": await _read_history(adapter, recorder, scenario.config.history, fixtures),
        "stored": await _count_stored(adapter, plan, fixtures),
        "errorsLogged": nothing_logged,
        "control": None,
        # Only a runtime without a collector counts them.
        "allocations": None,
        "operations": iteration.database.checks if iteration.database else [],
    }
    provided = recorder.provided.result(len(responded))
    if provided is not None:
        ledger["provided"] = provided
    return ledger


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


async def _read_history(
    adapter: InMemoryDatabaseAdapter, recorder: Recorder, size: int, fixtures: Fixtures
) -> History:
    ids = [history_id(fixtures, index) for index in range(size)]
    found = [await adapter.db.get(COLLECTIONS.MEMORIES, key) is not None for key in ids]
    newest = ids[-1] in recorder.memory_ids if ids else None
    return {
        "seeded": sum(found),
        "returned": len(recorder.memory_ids.intersection(ids)),
        "newest": newest,
    }


async def _check_reads_copied(adapter: InMemoryDatabaseAdapter) -> bool | None:
    """Returns whether two reads of one stored message give two objects. None if none is stored."""
    stored = await read_stored_messages(adapter)
    if not stored:
        return None
    # It reads by id, because reads by room do not find what the framework stored itself. The
    # class's method is not counted, the instance's may be.
    one, other = [await type(adapter).get_memory_by_id(adapter, stored[0]["id"]) for _ in range(2)]
    return None if one is None else one is not other


async def _count_stored(
    adapter: InMemoryDatabaseAdapter, plan: MessagePlan, fixtures: Fixtures
) -> list[Stored]:
    """Counts the message records in the database by room and author, without seeded ones."""
    users = {entity_id(fixtures, number) for number in range(len(plan.entities))}
    seeded = (fixtures.history_id_prefix, fixtures.record_id_prefix)
    found: Counter[tuple[str, Author]] = Counter()
    for record in await read_stored_messages(adapter):
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
