"""Makes the process give back what it does not need."""

import ctypes
import gc

# Not every C library has it.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


def collect_garbage() -> None:
    """Forces a collection, and gives free memory back to the system where the allocator can."""
    gc.collect()
    if _trim is not None:
        _trim(0)
