"""`Sweep`: units that the strips of a map pass through one after the other; `Engine` makes them.

Both are only outlined here: blas/ and graph/ each have one of them that computes.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from cyclegan_tf.translation.strips.units import Unit


class Sweep:
    """Units that rows pass through one after the other.

    Args:
        units: What to compute.
        entrance: What is done to the rows first: `"image"` nothing, `"relu"` multiply, add and
            ReLU; `"sum"` the same without ReLU to a second source, added to the first.
    """

    def __init__(self, units: list[Unit], entrance: str) -> None:
        self.units, self.entrance = units, entrance
        self.steps = [step for unit in units for step in unit.steps]

    def first_carries(self, width: int, channels: int) -> list:
        """Returns the empty carries before the first push.

        Args:
            width: Width of the sources in their own pixels.
            channels: Channels of the sources.
        """
        raise NotImplementedError

    def push(
        self,
        sources: Sequence[np.ndarray],
        affines: Sequence[tuple[np.ndarray, np.ndarray]],
        carries: list,
        first: bool,
        last: bool,
    ) -> tuple[np.ndarray, np.ndarray, list, tuple]:
        """Puts a strip in, gets finished rows out.

        Args:
            sources: float32 `(n, width, channels)`, one, or two for the entrance `"sum"`.
            affines: Scale and offset of the entrance's norm and of each norm within the sweep,
                broadcastable to the rows that they are for.
            carries: What the last push returned; at first `first_carries`.
            first: Whether these are the map's first rows.
            last: Whether these are the map's last rows.

        Returns:
            What comes out, float32 `(n, width, channels)`: before the last norm, or in [-1, 1]; the
            sources' rows as they entered the first unit; the next carries; and of the result
            mean and sum of squared deviations `(channels,)` each, if a norm follows. All of it may
            be overwritten by the next push.
        """
        raise NotImplementedError

    @property
    def num_affines(self) -> int:
        """Pairs of scale and offset that a push needs."""
        inner = sum(unit.norm is not None for unit in self.units[:-1])
        return inner + (self.entrance != "image")

    @property
    def num_carries(self) -> int:
        """Arrays that are carried from push to push."""
        return len(self.steps) + sum(self.adds(unit) for unit in self.units)

    def adds(self, unit: Unit) -> bool:
        """Returns whether the sum at the end of a residual block is computed in this sweep."""
        # A norm at the end of a sweep is left to the next one, and with it the sum that follows.
        return unit.add and not (unit is self.units[-1] and unit.norm)

    def strips(self, height: int, num_rows: int) -> list[tuple[int, int, list[tuple[int, int]]]]:
        """Cuts a map so that every push brings at least one row out of every step.

        Args:
            height: Rows of the sources.
            num_rows: Rows to take at a time; more, where so few bring nothing out.

        Returns:
            A list of `(start, stop, [(start, stop) of the rows that each unit gives out])`.
        """
        size = min(num_rows, height)
        while size < height and not self._simulate([size], height)[0]:
            size += num_rows
        stops = [min(size, height), *range(size + num_rows, height, num_rows)]
        stops = stops if stops[-1] == height else [*stops, height]
        return self._simulate(stops, height)[1]

    def _simulate(self, stops, height):
        """Returns whether every push brings rows out of every step, and the list of `strips`."""
        carried, given = [0] * len(self.steps), [0] * len(self.units)
        plan, start, alive = [], 0, True
        for stop in stops:
            rows, outputs, s = stop - start, [], 0
            for i, unit in enumerate(self.units):
                for step in unit.steps:
                    rows, carried[s] = step.rows_after(carried[s], rows, not start, stop == height)
                    alive, s = alive and rows > 0, s + 1
                outputs.append((given[i], given[i] + rows))
                given[i] += rows
            plan.append((start, stop, outputs))
            start = stop
        return alive, plan


class Engine:
    """Makes sweeps, and holds what they share."""

    def sweep(self, units: list[Unit], entrance: str) -> Sweep:
        """Makes a sweep; the arguments are those of `Sweep`."""
        raise NotImplementedError

    def running(self) -> AbstractContextManager:
        """Returns a context in which sweeps run."""
        return nullcontext()

    @property
    def num_traces(self) -> int:
        """How often anything was compiled."""
        return 0

    def share_compiled(self, other: "Engine") -> None:
        """Uses what another engine of this kind compiled."""
