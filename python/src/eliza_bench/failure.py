"""The errors that a measurement can end with, and whose they are.

An error of the framework makes a cell unsupported. An error of the harness must crash it.
"""

import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eliza_bench.measurement import Failure

_HARNESS = Path(__file__).resolve().parent
# These wrappers only pass the framework's calls on.
_TRANSPARENT = ("spans.py", "module_functions.py", "postgres_bridge.py")
_TRANSPARENT_FOLDER = _HARNESS / "agents"
_framework = {"elizaos", "elizaos_plugin_inmemorydb", "elizaos_plugin_sql"}


class InputError(Exception):
    """Bad arguments or a bad input file. The process exits with 2.

    The message is one line that says what is wrong and what to do.
    """


class UnmatchedPromptError(Exception):
    """The framework sent its model a prompt that the mock has no answer to.

    It is raised to the framework and counts as the framework's error.
    """


class ModelFailureError(Exception):
    """The mock model fails, as its scenario asks. Whatever raises it further is the framework's."""


class FrameworkError(Exception):
    """The framework raised an error. `cause` is the exception itself."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause

    def during(self, phase: str) -> Failure:
        """Returns the measurement file's failure. `phase` names what the harness was doing."""
        stack = "".join(traceback.format_exception(self.cause))
        return {
            "phase": phase,
            "type": type(self.cause).__name__,
            "message": str(self.cause),
            "stack": stack,
        }


def blame_framework_for(modules: Iterable[str]) -> None:
    """Lets what these packages raise count as raised by the framework: a user's plugins."""
    _framework.update(modules)


@contextmanager
def framework_calls() -> Iterator[None]:
    """Turns what the framework raises inside the block into a FrameworkError.

    Any other exception passes unchanged.
    """
    try:
        yield
    except Exception as error:
        from_mock = isinstance(error, UnmatchedPromptError | ModelFailureError)
        if from_mock or _raised_by_framework(error):
            raise FrameworkError(error) from error
        raise


def _raised_by_framework(error: Exception) -> bool:
    """Returns whether the framework's code raised the error.

    Of the frames that are either the harness's or the framework's, the innermost one decides. The
    framework calls back into the harness (mock model, callback, providers), so that a frame of the
    framework elsewhere on the stack proves nothing.
    """
    for depth, (frame, _) in enumerate(reversed(list(traceback.walk_tb(error.__traceback__)))):
        file = Path(frame.f_code.co_filename).resolve()
        if _HARNESS in file.parents and (depth == 0 or not _passes_on(file)):
            return False
        if frame.f_globals.get("__name__", "").partition(".")[0] in _framework:
            return True
    return False


def _passes_on(file: Path) -> bool:
    return file.name in _TRANSPARENT or _TRANSPARENT_FOLDER in file.parents
