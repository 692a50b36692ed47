"""Writes events without ever waiting for whoever reads them."""

import asyncio
import os
from collections.abc import Callable

from eliza_bench.protocol import Events, UnfinishedError


class LiveEvents(Events):
    """Writes events, and keeps what does not fit into the pipe until it does."""

    def __init__(self, descriptor: int) -> None:
        """Raises InputError if the descriptor is not open."""
        super().__init__(descriptor)
        self._unwritten = bytearray()
        self._waiting = False
        self._blocking = True
        self._fail: Callable[[Exception], None] | None = None

    def start(self, fail: Callable[[Exception], None]) -> None:
        """From now on no write waits. `fail` is called when there is no reader any more."""
        self._fail = fail
        self._blocking = os.get_blocking(self._descriptor)
        os.set_blocking(self._descriptor, False)

    def stop(self) -> None:
        """From now on every write waits until it is done."""
        if self._waiting:
            asyncio.get_running_loop().remove_writer(self._descriptor)
            self._waiting = False
        self._fail = None
        # Others may share the open file.
        os.set_blocking(self._descriptor, self._blocking)

    def send(self, event: dict[str, object]) -> None:
        self._write(event)

    def flush(self) -> None:
        """Waits until everything is written. It goes with `stop`."""
        while self._unwritten:
            del self._unwritten[: os.write(self._descriptor, self._unwritten)]

    def _write(self, event: dict[str, object]) -> None:
        self._unwritten += self.encode(event)
        if self._fail is None:
            self.flush()
        elif not self._waiting:
            self._push()

    def _push(self) -> None:
        """Writes what the pipe takes now. The rest waits until it takes more."""
        try:
            self.flush()
        except BlockingIOError:
            if not self._waiting:
                self._waiting = True
                asyncio.get_running_loop().add_writer(self._descriptor, self._push)
            return
        except OSError as error:
            self._unwritten.clear()
            if self._fail:
                self._fail(UnfinishedError(f"the events cannot be written ({error.strerror})"))
        if self._waiting:
            self._waiting = False
            asyncio.get_running_loop().remove_writer(self._descriptor)
