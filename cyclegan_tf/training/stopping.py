"""`StopRequest`: Ctrl-C and SIGTERM ask a training to finish its update, save and stop."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

_NOTICE = b"\nStopping after this update. Ctrl-C again stops at once, without saving.\n"


class StopRequest:
    """A context in which a signal is noted, and the training looks for it between updates.

    Outside of the main thread nothing is noted, since Python handles signals there alone. A
    notebook's stop is a Ctrl-C to Python. Signals that the process ignores, as under `nohup`, stay
    ignored.

    Args:
        verbose: Whether to say at once that the signal was noted.

    Attributes:
        received: The signal, once there was one.
    """

    received: signal.Signals | None

    def __init__(self, verbose: bool = False) -> None:
        self.received = None
        self.verbose = verbose
        self._before: dict[signal.Signals, Callable[..., Any] | int] = {}

    @property
    def is_made(self) -> bool:
        """Whether the training should stop."""
        return self.received is not None

    def __enter__(self) -> "StopRequest":
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                before = signal.getsignal(number)
                if before is not None and before != signal.SIG_IGN:  # None: not set by Python
                    self._before[number] = before
                    signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.is_made:
            if number == signal.SIGINT:
                raise KeyboardInterrupt
            return  # some send SIGTERM to a group of processes and to each of them
        self.received = signal.Signals(number)
        if self.verbose:
            with contextlib.suppress(OSError):  # `print` may just be at work when a signal comes
                os.write(2, _NOTICE)
