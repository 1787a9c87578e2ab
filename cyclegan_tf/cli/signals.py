"""SIGTERM ends a command as Ctrl-C does: in order, and with one line."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Terminated(KeyboardInterrupt):
    """SIGTERM, as `kill`, a scheduler or a machine that is shut down sends it."""


@contextmanager
def sigterm_interrupts() -> Iterator[None]:
    """A context in which SIGTERM raises `Terminated`; one that is ignored stays ignored."""
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _raise(number, frame):
    raise Terminated
