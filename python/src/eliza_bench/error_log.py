"""Collects what the framework logs at error level or above in a verification iteration.

Lower levels stay off.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from eliza_bench.measurement import ErrorsLogged

# How many lines are kept. The rest is only counted.
_KEPT_ERRORS = 10

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.logged: ErrorsLogged = {"total": 0, "first": []}

    def emit(self, record: logging.LogRecord) -> None:
        self.logged["total"] += 1
        if len(self.logged["first"]) < _KEPT_ERRORS:
            # The framework writes a coloured line, and a traceback below it.
            lines = _COLOURS.sub("", record.getMessage()).splitlines()
            self.logged["first"].append(lines[0].strip() if lines else "")


@contextmanager
def collect_errors() -> Iterator[ErrorsLogged]:
    """Collects errors instead of printing them.

    Every logger of the framework passes its records to the root logger, which sets their level.
    """
    root, collector = logging.getLogger(), _Collector()
    level, handlers = root.level, root.handlers[:]
    root.handlers[:] = [collector]
    root.setLevel(logging.ERROR)
    try:
        yield collector.logged
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
