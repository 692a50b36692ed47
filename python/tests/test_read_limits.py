"""Reads that return more than they asked for are found."""

from eliza_bench.read_limits import ReadLimits, reads_memories


def test_reads_beyond_their_limit_are_counted_and_the_worst_is_kept() -> None:
    limits = ReadLimits()
    limits.note(({"roomId": "room", "limit": 20},), {}, [{}] * 20)
    assert limits.result() == {"reads": 1, "beyond": 0, "worst": None}
    limits.note((), {"room_id": "room", "count": 5}, [{}] * 8)
    limits.note((), {"params": {"limit": 20}}, [{}] * 1001)
    limits.note(({"count": 900},), {}, [{}] * 1002)
    assert limits.result() == {
        "reads": 4,
        "beyond": 3,
        "worst": {"asked": 20, "returned": 1001},
    }


def test_a_read_without_a_limit_asks_for_everything() -> None:
    limits = ReadLimits()
    limits.note(({"roomId": "room"},), {}, [{}] * 1001)
    limits.note((["id"], "messages"), {}, [{}])
    limits.note(({"limit": None},), {"count": None}, [{}])
    limits.note((), {}, [{}])
    assert limits.result() == {"reads": 0, "beyond": 0, "worst": None}


def test_only_methods_that_give_a_number_of_memories_are_reads_of_them() -> None:
    assert all(map(reads_memories, ("get_memories", "get_memories_by_room_ids", "search_memories")))
    assert not any(map(reads_memories, ("get_memory_by_id", "count_memories", "create_memory")))
