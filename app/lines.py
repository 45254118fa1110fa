"""Lines of a log, written together: what a request would wait for, and what would hand its turn to another thread, is done beside it.

Whoever adds a line goes on at once. A thread writes what has gathered, a twentieth of a second after the first of it, in one call, and
sleeps until there is more. What ends the process in order writes what is left; what kills it can lose the last twentieth of a second. The
trail (`app.audit`) is in the database and is not concerned.
"""

from __future__ import annotations

import atexit
import os
import time
from collections import deque
from threading import Event, Lock, Thread

#: How long lines gather, in seconds.
GATHERS = 0.05


class Lines:
    """What is on its way to a file.

    Args:
        descriptor: Of the file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._begin()
        atexit.register(self.flush)
        os.register_at_fork(after_in_child=self._begin)  # what gathered before is its parent's; the thread too

    def _begin(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._some, self._lock = Event(), Lock()
        self._writer: Thread | None = None

    def add(self, line: bytes) -> None:
        """Take a line, its end included."""
        self._waiting.append(line)
        if not self._some.is_set():
            self._wake()

    def flush(self) -> None:
        """Write what has gathered."""
        with self._lock:  # the thread, and whoever ends the process
            left = b"".join(self._waiting.popleft() for _ in range(len(self._waiting)))
            while left:
                left = left[os.write(self._descriptor, left) :]

    def _wake(self) -> None:
        with self._lock:
            if self._writer is None:
                self._writer = Thread(target=self._write, name="log lines", daemon=True)
                self._writer.start()
            self._some.set()

    def _write(self) -> None:
        while True:
            self._some.wait()
            time.sleep(GATHERS)
            self._some.clear()  # before writing: a line that comes meanwhile wakes it again
            self.flush()
