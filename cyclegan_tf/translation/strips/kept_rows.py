"""`KeptRows`: an intermediate result of a map, in memory or in a scratch file."""

import mmap
import os
from typing import Protocol

import numpy as np

from data_pipeline.row_file import RowFile

PIECE_BYTES = 32 * 2**20  # given back at a time: whole huge pages
_ON_LINUX = hasattr(mmap, "MADV_HUGEPAGE")


class RowSource(Protocol):
    """Anything that slices of rows can be taken from: an array, `KeptRows`, a `PaddedImage`."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, rows: slice, /) -> np.ndarray: ...


class KeptRows:
    """An intermediate result of a map, read and written by rows; at first its content is undefined.

        kept = KeptRows((350, 750, 128))
        kept.write(0, rows)
        kept[0:16]

    Args:
        shape: `(height, width, channels)` of the result, which is float32.
        folder: Folder for a scratch file, which nobody else sees; default: in memory.
    """

    def __init__(
        self, shape: tuple[int, int, int], folder: str | os.PathLike | None = None
    ) -> None:
        self.shape = shape
        self._file, self._memory, self._given_up = None, None, 0
        if folder is None:
            # Not np.empty: of this memory, the part that is no longer needed can be given back.
            private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if _ON_LINUX else {}
            self._memory = mmap.mmap(-1, shape[0] * self._row_bytes, **private)
            self._array = np.frombuffer(self._memory, np.float32).reshape(shape)
            if _ON_LINUX:  # a page at a time would take as long as the convolution before it
                self._memory.madvise(mmap.MADV_HUGEPAGE)
        else:
            self._file = RowFile(shape, np.float32, folder)

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Returns the rows, float32 `(n, width, channels)`; of a file, a copy."""
        return self._array[rows] if self._file is None else self._file[rows]

    def write(self, start: int, rows: np.ndarray) -> None:
        """Puts rows in, from row `start` on."""
        if self._file is None:
            self._array[start : start + len(rows)] = rows
        else:
            self._file.write(start, rows)

    def give_up(self, stop: int) -> None:
        """Gives the memory of all rows before `stop` back to the system (Linux), now or soon."""
        size = stop * self._row_bytes // PIECE_BYTES * PIECE_BYTES
        if self._memory and _ON_LINUX and size > self._given_up:
            self._memory.madvise(mmap.MADV_DONTNEED, self._given_up, size - self._given_up)
            self._given_up = size

    @property
    def _row_bytes(self):
        return 4 * self.shape[1] * self.shape[2]
