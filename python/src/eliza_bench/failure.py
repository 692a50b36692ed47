"""Telling an error of the framework, which makes a cell unsupported, from one of the harness, which
must crash.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eliza_bench.measurement import Failure

_HARNESS = Path(__file__).resolve().parent
# Wrappers that only pass calls on, from the framework to what it called.
_TRANSPARENT = ("spans.py", "module_functions.py")
_FRAMEWORK = ("elizaos", "elizaos_plugin_inmemorydb")


class InputError(Exception):
    """Bad arguments or a bad input file: one line that says what is wrong and what to do. The
    process exits with 2.
    """


class UnmatchedPromptError(Exception):
    """The framework asked its model something the mock has no answer to. Raised to the framework,
    on its account.
    """


class FrameworkError(Exception):
    """What the framework raised; `cause` is the exception itself."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause

    def during(self, phase: str) -> Failure:
        """For the measurement file; `phase` is what the harness was doing."""
        stack = "".join(traceback.format_exception(self.cause))
        return {
            "phase": phase,
            "type": type(self.cause).__name__,
            "message": str(self.cause),
            "stack": stack,
        }


@contextmanager
def framework_calls() -> Iterator[None]:
    """Turns what the framework raises inside the block into a FrameworkError; any other exception
    passes as it is.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, UnmatchedPromptError) or _raised_by_framework(error):
            raise FrameworkError(error) from error
        raise


def _raised_by_framework(error: Exception) -> bool:
    """Whether the innermost frame that is either the harness's or the framework's is the
    framework's.

    The framework calls back into the harness (mock model, callback, providers), so that a frame of the framework
    somewhere on the stack proves nothing.
    """
    for depth, (frame, _) in enumerate(reversed(list(traceback.walk_tb(error.__traceback__)))):
        file = Path(frame.f_code.co_filename).resolve()
        if file.parent == _HARNESS and (depth == 0 or file.name not in _TRANSPARENT):
            return False
        if frame.f_globals.get("__name__", "").partition(".")[0] in _FRAMEWORK:
            return True
    return False
