"""`BlasSweep`: a sweep in NumPy and BLAS; nothing is compiled, memory is used again.

What is done to a pixel between two convolutions (norm, ReLU, sum of a block, padding) is done while
the next one's rows are laid out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cyclegan_tf.translation.strips.blas.operations import operation_of, padding_after, weights_of
from cyclegan_tf.translation.strips.blas.threads import ArrayPool, ThreadTeam
from cyclegan_tf.translation.strips.sweep import Sweep
from cyclegan_tf.translation.strips.units import Unit


class BlasSweep(Sweep):
    """A `Sweep` in NumPy and BLAS.

    Args:
        units: What to compute.
        entrance: What is done to the rows first, see `Sweep`.
        team: The threads to use.
        pool: Memory to use; shared by sweeps that run one after the other.
    """

    def __init__(self, units: list[Unit], entrance: str, team: ThreadTeam, pool: ArrayPool) -> None:
        super().__init__(units, entrance)
        self._weights = [weights_of(step) for step in self.steps]
        self._team, self._pool = team, pool
        self._lent: list[np.ndarray] = []  # what the last push gave out

    def first_carries(self, width: int, channels: int) -> list:
        return [None] * self.num_carries

    def push(
        self,
        sources: Sequence[np.ndarray],
        affines: Sequence[tuple[np.ndarray, np.ndarray]],
        carries: list,
        first: bool,
        last: bool,
    ) -> tuple[np.ndarray, np.ndarray, list, tuple]:
        while self._lent:
            self._pool.give_back(self._lent.pop())
        weights, scalings, carried = iter(self._weights), iter(affines), iter(carries)
        rows, entry, left = sources[-1], _Entry(), []
        if self.entrance != "image":
            entry.scale, entry.offset = next(scalings)
            entry.relu = self.entrance == "relu"
            entry.addend = sources[0] if self.entrance == "sum" else None
        entered = rows
        before: list[np.ndarray] = []  # inputs of the last two units: the end of a block adds one
        for unit in self.units:
            for step in unit.steps:
                carry = next(carried)
                finished = step.rows_after(_length(carry), len(rows), first, last)[0]
                window, inner, carry = self._lay(step, rows, entry, carry, first, last)
                left.append(carry)
                if rows is not sources[-1]:
                    self._pool.give_back(rows)
                operation, ends = operation_of(step), (int(first), int(last))
                rows = operation(step, next(weights), window, ends, self._pool, self._team)
                rows = rows[:finished, : inner.shape[1] * step.grow // step.stride]
                if step is unit.steps[0]:
                    before.append(inner)
                    if unit is self.units[0]:
                        entered = inner
                else:
                    self._pool.give_back(window)
                entry = _Entry(bias=step.bias)
            if len(before) > 2:
                self._pool.give_back(before.pop(0))
            if unit is self.units[-1] and unit.norm:
                break
            if unit.norm:
                entry.scale, entry.offset = next(scalings)
            entry.relu = unit.relu
            if unit.add:  # the convolutions hold rows back, so the sum has to wait for them
                held = next(carried)
                waiting = before[0] if held is None else np.concatenate([held, before[0]])
                entry.addend = waiting[: len(rows)]
                left.append(waiting[len(rows) :].copy())
        moments = self._finish(rows, entry)
        self._lent = [rows, *before]
        return rows, entered, left, moments

    def _lay(self, step, rows, entry, carry, first, last):
        """Lays padded rows out for a step: what was carried, then new ones, borders at the ends.

        Returns:
            All of it; the new rows in it, without the padding; and a copy of what to carry on.
        """
        above, below, left, right = step.pad
        above, below = above * first, below * last
        count, width, channels = rows.shape
        begin = above + _length(carry)
        end = begin + count
        height, columns = end + below, left + width + right
        positions = step.positions(height, last)
        used = (positions - 1) * step.stride + step.height
        more_rows, more_columns = padding_after(step, used, columns)
        window = self._pool.take((height + more_rows, columns + more_columns, channels))
        if begin > above:
            window[above:begin] = carry
        inner = window[begin:end, left : left + width]

        def work(start, stop):
            for i in range(start, stop):
                entry.apply(rows, i, inner[i])
                line = window[begin + i]
                _fill_border(line[:left], line[left:], step.pad_mode)
                _fill_border(
                    line[left + width : columns][::-1], line[: left + width][::-1], step.pad_mode
                )
                line[columns:] = 0.0

        self._team.share_out(work, count)
        _fill_border(window[:above], window[above:], step.pad_mode)
        _fill_border(window[end:height][::-1], window[:end][::-1], step.pad_mode)
        window[height:] = 0.0
        carry = window[positions * step.stride : height].copy()
        return window[: used + more_rows], inner, carry

    def _finish(self, rows, entry):
        """Does what is left to do to the rows; returns their moments if a norm follows."""
        norm_follows = self.units[-1].norm is not None
        means, squares = np.empty((2, len(rows), rows.shape[2]))
        ones = np.ones(rows.shape[1], np.float32)

        def work(start, stop):
            for i in range(start, stop):
                row = rows[i]
                if entry.changes:
                    entry.apply(rows, i, row)
                if not norm_follows:
                    np.tanh(row, out=row)
                    continue
                mean = ones @ row / np.float32(len(row))
                # Around the row's own mean: a flat area has far less variance than mean squared.
                apart = np.subtract(row, mean, out=self._team.scratch(0, row.shape))
                means[i], squares[i] = mean, ones @ np.square(apart, out=apart)

        self._team.share_out(work, len(rows))
        if not norm_follows:
            return ()
        mean = means.mean(axis=0)
        return mean, squares.sum(axis=0) + len(ones) * np.square(means - mean).sum(axis=0)


@dataclass
class _Entry:
    """What is done to each pixel before a convolution; in the order of the fields."""

    bias: np.ndarray | None = None
    scale: np.ndarray | None = None
    offset: np.ndarray | None = None
    relu: bool = False
    addend: np.ndarray | None = None

    @property
    def changes(self):
        arrays = self.bias, self.scale, self.addend
        return self.relu or any(array is not None for array in arrays)

    def apply(self, rows, i, target):
        """Writes row `i` to `target`, which may be that row itself."""
        row = rows[i]
        if self.bias is not None:
            row = np.add(row, self.bias, out=target)
        if self.scale is not None:
            k = i if len(self.scale) > 1 else 0
            row = np.multiply(row, self.scale[k], out=target)
            row += self.offset[k]
        if self.relu:
            row = np.maximum(row, 0.0, out=target)
        if self.addend is not None:
            row = np.add(row, self.addend[i], out=target)
        if row is not target:
            np.copyto(target, row)


def _fill_border(border, inside, mode):
    """Fills `border` from what follows it."""
    if not len(border):
        return
    if mode == "reflect":
        border[...] = inside[1 : len(border) + 1][::-1]
    else:
        border[...] = inside[:1] if mode == "edge" else 0.0


def _length(carry):
    return 0 if carry is None else len(carry)
