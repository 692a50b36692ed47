"""Where what is kept was allocated, as Python's own tracer of allocations sees it.

It sees objects of Python and not what an extension takes from the system for itself. It makes
messages many times slower.
"""

import gc
import re
import tracemalloc
from collections import defaultdict

from eliza_bench.failure import InputError

_FRAMES = 24
_MOST_SITES = 20
_FRAMEWORK = re.compile(r"/(elizaos\w*/.+)$")
_ELSEWHERE = re.compile(r"/((?:[^/]+/)?[^/]+)$")


def trace_allocations() -> None:
    """Follows what is allocated from now on."""
    gc.collect()
    tracemalloc.start(_FRAMES)


def read_sites() -> dict[str, object]:
    """Returns where what is still kept was allocated, and follows no more.

    A place is the innermost line of the framework on the way to the allocation; without one, the
    innermost line. Raises InputError if nothing was followed.
    """
    if not tracemalloc.is_tracing():
        raise InputError("`sites` needs a `trace` before it")
    gc.collect()
    snapshot = tracemalloc.take_snapshot()
    tracemalloc.stop()
    sizes: defaultdict[str, int] = defaultdict(int)
    objects: defaultdict[str, int] = defaultdict(int)
    for trace in snapshot.traces:
        if trace.traceback[-1].filename in {__file__, tracemalloc.__file__}:
            continue
        name = _place_of(trace.traceback)
        sizes[name] += trace.size
        objects[name] += 1
    largest = sorted(sizes, key=lambda name: -sizes[name])[:_MOST_SITES]
    return {
        "how": "allocated-at",
        "keptBytes": sum(sizes.values()),
        "sites": [
            {"name": name, "bytes": sizes[name], "objects": objects[name]} for name in largest
        ],
    }


def _place_of(traceback: tracemalloc.Traceback) -> str:
    # The innermost frame is the last one.
    for frame in reversed(traceback):
        if found := _FRAMEWORK.search(frame.filename):
            return f"{found[1]}:{frame.lineno}"
    frame = traceback[-1]
    found = _ELSEWHERE.search(frame.filename)
    return f"{found[1] if found else frame.filename}:{frame.lineno}"
