import asyncio

from eliza_bench.quiescence import RestWatch


def test_work_after_the_last_message_is_waited_for_and_who_only_reads_is_not() -> None:
    async def work() -> None:
        watch = RestWatch()
        watch.note_model(embedding=True)
        watch.begin()
        await asyncio.sleep(0.05)
        watch.note_database("create_memory")
        await asyncio.sleep(0.05)
        watch.note_database("get_memories")
        found = await watch.wait()
        assert found["atRest"]
        assert (found["calls"], found["embeddings"]) == (1, 1)
        assert 50_000_000 <= found["lastCallNs"] < 500_000_000
        # The wait itself is no work of the framework.
        assert found["cpuNs"] < found["lastCallNs"]

    asyncio.run(work())
