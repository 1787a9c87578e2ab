"""How far an evaluation is, and about how long it still takes."""

import time
from collections.abc import Callable, Sequence

from cyclegan_tf.training.callbacks import clock


class Progress:
    """Says a line before every step of an evaluation, with the time that is left.

    The first direction goes by usual shares of the time, the next by how long the first one took.

    Args:
        say: Called with the lines.
        directions: The directions, in order.
        shares: Usual share of each step of a direction, by its name, in order. All are taken.
    """

    def __init__(
        self, say: Callable[[str], object], directions: Sequence[str], shares: dict[str, float]
    ) -> None:
        self._say, self._directions, self._shares = say, directions, shares
        self._seconds: dict[str, float] = {}  # of each step of the first direction
        self._step: tuple[str, str] | None = None
        self._began = self._step_began = time.monotonic()

    def step(self, direction: str, name: str, what: str = "") -> None:
        """Ends the step before, and begins another.

        Args:
            direction: Its direction.
            name: Its name.
            what: Further text about it.
        """
        self.end()
        self._step = direction, name
        elapsed = time.monotonic() - self._began
        left = self._left(direction, name, elapsed)
        so_far = clock(elapsed) if left is None else f"{clock(elapsed)}, about {clock(left)} left"
        self._say(f"{direction}: {name}{what} ({so_far})")

    def end(self) -> None:
        """Ends the step that goes on."""
        now = time.monotonic()
        if self._step is not None and self._step[0] == self._directions[0]:
            self._seconds[self._step[1]] = now - self._step_began
        self._step, self._step_began = None, now

    def _left(self, direction: str, name: str, elapsed: float) -> float | None:
        """Seconds from the beginning of a step on; None while nothing is known."""
        names = list(self._shares)
        number = self._directions.index(direction)
        further = len(self._directions) - 1 - number
        if number:
            rest = names[names.index(name) :]
            return sum(self._seconds[n] for n in rest) + further * sum(self._seconds.values())
        done = sum(self._shares[n] for n in names[: names.index(name)])
        if not done:
            return None
        whole = sum(self._shares.values())
        return elapsed * ((whole - done) + further * whole) / done
