"""Finds the framework's reads of memories that were given more than they asked for."""

from collections.abc import Mapping
from typing import Any

from eliza_bench.measurement import Read, ReadsBeyondLimit


def reads_memories(method: str) -> bool:
    """Returns whether this method of an adapter gives a number of memories."""
    return method.startswith(("get_memories", "search_memories"))


class ReadLimits:
    def __init__(self) -> None:
        self._reads = 0
        self._beyond = 0
        self._worst: Read | None = None

    def note(self, arguments: tuple[Any, ...], named: Mapping[str, Any], returned: object) -> None:
        """Notes one read. One without a limit asks for everything."""
        asked = _limit(arguments, named)
        if asked is None or not isinstance(returned, list):
            return
        self._reads += 1
        read: Read = {"asked": asked, "returned": len(returned)}
        if _excess(read) <= 0:
            return
        self._beyond += 1
        if self._worst is None or _excess(read) > _excess(self._worst):
            self._worst = read

    def result(self) -> ReadsBeyondLimit:
        return {"reads": self._reads, "beyond": self._beyond, "worst": self._worst}


def _excess(read: Read) -> int:
    return read["returned"] - read["asked"]


def _limit(arguments: tuple[Any, ...], named: Mapping[str, Any]) -> int | None:
    """Finds the limit among the named arguments, or in a query that has the fields instead."""
    query = named.get("params") or (arguments[0] if arguments else None)
    sources = [named, query] if isinstance(query, Mapping) else [named]
    for source in sources:
        for name in ("limit", "count"):
            asked = source.get(name)
            if isinstance(asked, int) and asked >= 0:
                return asked
    return None
