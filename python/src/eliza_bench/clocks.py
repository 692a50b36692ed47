"""Clocks in nanoseconds, and the process's memory in bytes.

Memory is None where the system does not report it.
"""

import os
import re
import sys
import tempfile
import time
from pathlib import Path

now_ns = time.perf_counter_ns
monotonic_ns = time.monotonic_ns
"""It reads CLOCK_MONOTONIC, which all processes of a machine share."""

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_KIB = 1024
_STDERR = 2


class Span:
    """Measures wall time and CPU time (user and system, all threads) from creation to `stop`."""

    def __init__(self) -> None:
        self._cpu = time.process_time_ns()
        self._wall = now_ns()

    def stop(self) -> tuple[int, int]:
        """Returns the nanoseconds of wall time and of CPU time."""
        wall = now_ns() - self._wall
        return wall, time.process_time_ns() - self._cpu


def read_cpu_ns() -> int:
    """Reads user and system time of all threads since the process began."""
    return time.process_time_ns()


def rss_bytes() -> int | None:
    return _status_bytes("VmRSS")


def peak_rss_bytes() -> int | None:
    """Returns the kernel's high-water mark since `reset_peak_rss`."""
    return _status_bytes("VmHWM")


def reset_peak_rss() -> bool:
    """Returns whether the kernel did it. If not, its mark covers the whole process's life."""
    try:
        _CLEAR_REFS.write_text("5")
    except OSError:
        return False
    return True


def heap_bytes() -> int | None:
    """Returns what Python's allocator has taken from the system for small objects.

    Python only has a report for people, which it writes to descriptor 2. The descriptor leads to a
    file while it does.
    """
    report = getattr(sys, "_debugmallocstats", None)
    if report is None or sys.stderr is None:
        return None
    sys.stderr.flush()
    with tempfile.TemporaryFile() as file:
        errors = os.dup(_STDERR)
        try:
            os.dup2(file.fileno(), _STDERR)
            report()
        finally:
            os.dup2(errors, _STDERR)
            os.close(errors)
        file.seek(0)
        arenas = re.search(
            rb"^\d+ arenas \* \d+ bytes/arena\s*=\s*([\d,]+)$", file.read(), re.MULTILINE
        )
    return int(arenas[1].replace(b",", b"")) if arenas else None


def _status_bytes(name: str) -> int | None:
    try:
        found = re.search(rf"^{name}:\s+(\d+) kB$", _STATUS.read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * _KIB if found else None
