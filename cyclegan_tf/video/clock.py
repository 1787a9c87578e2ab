"""`Clock`: from the time stamps of a file to times that only grow, whatever the stamps do."""

from fractions import Fraction

PATIENCE = 2  # frames in a row without progress until the stamps are given up
JUMP = 2  # frames backwards from which on they are given up at once


class Clock:
    """Gives each frame a time after that of the one before.

    A stamp that comes twice is moved by one tick, so that what follows stays in step with the
    sound. A clock that stands still or jumps back, as in clips that were joined, goes on at the
    usual pace.

    Args:
        start: Stamp of the clip's beginning, in seconds.
        usual: Usual duration of a frame, in seconds.
        tick: Shortest step of the file's clock, in seconds.
    """

    def __init__(self, start: Fraction, usual: Fraction, tick: Fraction) -> None:
        self._shift, self._usual, self._tick = -start, usual, min(tick, usual)
        self._last: Fraction | None = None
        self._stuck = 0

    def __call__(self, stamp: Fraction | None) -> Fraction:
        """Returns the time of the next frame, in seconds from the clip's beginning.

        Args:
            stamp: What the file says, in seconds; None if it doesn't.
        """
        self._last = self._next(stamp)
        return self._last

    def _next(self, stamp):
        last = self._last
        if last is None:
            return Fraction(0) if stamp is None else max(stamp + self._shift, Fraction(0))
        if stamp is None:
            return last + self._usual
        now = stamp + self._shift
        if now > last:
            self._stuck = 0
            return now
        self._stuck += 1
        if self._stuck <= PATIENCE and last - now < JUMP * self._usual:
            return last + self._tick
        self._shift += last + self._usual - now
        return last + self._usual
