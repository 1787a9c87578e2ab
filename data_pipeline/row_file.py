"""`RowFile`: an array in a nameless temporary file, read and written by rows."""

import math
import os
import tempfile
import weakref
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt


class RowFile:
    """An array in a temporary file that takes no memory but that of the rows at hand.

        rows = RowFile((50_000, 40_000, 3), np.uint8, "scratch")
        rows.write(0, first)
        rows[0:64]

    Nobody else sees the file. The system deletes it when it is closed, however the process ends.
    Not a memory map: its pages would count as memory of the process.

    Args:
        shape: `(height, width, channels)`.
        dtype: What the elements are.
        folder: Folder for the file, which must exist.

    Raises:
        OSError: The folder can't be written to.
    """

    def __init__(
        self, shape: tuple[int, int, int], dtype: npt.DTypeLike, folder: str | os.PathLike
    ) -> None:
        self.shape, self.dtype = shape, np.dtype(dtype)
        self._row_bytes = math.prod(shape[1:]) * self.dtype.itemsize
        self._file = tempfile.TemporaryFile(dir=os.fspath(folder))  # noqa: SIM115
        self.close = weakref.finalize(self, self._file.close)  # or with its owner

    def __getitem__(self, rows: slice) -> np.ndarray:
        """Returns a copy of the rows, `(n, width, channels)`; the step of the slice must be 1."""
        start, stop, _ = rows.indices(self.shape[0])
        part = np.empty((max(stop - start, 0), *self.shape[1:]), self.dtype)
        if part.size:
            self._file.seek(start * self._row_bytes)
            self._file.readinto(part.reshape(-1).data.cast("B"))
        return part

    def write(self, start: int, rows: np.ndarray) -> None:
        """Puts rows in, from row `start` on.

        Raises:
            OSError: The disk is full.
        """
        self._file.seek(start * self._row_bytes)
        self._file.write(np.ascontiguousarray(rows, self.dtype).reshape(-1).data.cast("B"))

    def parts(self, num_bytes: int = 2**23) -> Iterator[np.ndarray]:
        """Yields all rows from top to bottom, as many at a time as take so many bytes."""
        count = max(num_bytes // self._row_bytes, 1)
        for start in range(0, self.shape[0], count):
            yield self[start : start + count]
