"""`HugePictures`: pictures that are read, translated and written by rows, in bounded memory."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.translation.formats import compare_file, info_for
from cyclegan_tf.translation.row_writers import until, write_png, write_tiff
from data_pipeline.bands import rgb_view
from data_pipeline.preparation import Preparation
from data_pipeline.row_file import RowFile
from data_pipeline.rowwise import size_in_rows

HUGE = 50 * 10**6  # pixels, from which on a picture is kept in files
FORMATS = (".png", ".tif", ".tiff")  # endings of outputs that are written by rows


class HugePictures:
    """Translates pictures that lie in files, one at a time; the pixels are those of other ways.

    The decoded picture and its translation are files that nobody else sees and that the system
    deletes, however the process ends. They lie in `TMPDIR`, else in the folder of the output.

    Args:
        translator: A `Translator`; other functions of images never get a huge picture.
        deep: Same as in `translate_files`.
        compare: Same as in `translate_files`.
    """

    def __init__(self, translator: Any, *, deep: bool = False, compare: bool = False) -> None:
        self._translator, self._deep, self._compare = translator, deep, compare

    def takes(self, path: Path, output: Path) -> bool:
        """Returns whether a picture is so large, and of such a format, that it is kept in files."""
        if output.suffix.lower() not in FORMATS or not hasattr(self._translator, "takes_rows"):
            return False
        try:
            size = size_in_rows(path)
        except ValueError:
            return False  # whoever reads it whole says why it can't be read
        if size is None or size[0] * size[1] < HUGE:
            return False
        return self._translator.takes_rows(*size)

    def translate(self, path: Path, output: Path) -> Callable[[threading.Event], None]:
        """Reads and translates a picture.

        Args:
            path: The picture.
            output: What becomes of it.

        Returns:
            A function that writes the output; it gives up when the event is set.

        Raises:
            ImageError: The picture can't be read, or takes more disk than is free.
        """
        preparation: Preparation = self._translator.preparation
        folder = Path(os.environ.get("TMPDIR") or output.parent)
        no_room: list[str] = []
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            place = self._place(path, output, folder, no_room)
            real = images.read_rows(path, place, deep=self._deep, preparation=preparation)
            height, width, channels = real.rows.shape
            colours = preparation.num_colours(channels)
            shape = height, width, preparation.channels + channels - colours
            fake = RowFile(shape, real.rows.dtype, folder)
            self._translator.stream_rows(real.rows, _into(fake, real.rows, colours), folder)
        except OSError as error:
            raise ImageError(f"{path} cannot be translated in {folder}: {error}.") from error
        except ImageError:
            if no_room:  # it isn't the picture that is wrong
                raise ImageError(no_room[0]) from None
            raise

        info = info_for(preparation, real.info)

        def write(stop: threading.Event) -> None:
            if self._compare:  # first: once there is an output, `skip_existing` takes all for done
                side = compare_file(output)
                shape, parts = _side_by_side(real.rows, fake, preparation)
                write_png(side, shape, until(stop, parts))
            if output.suffix.lower() == ".png":
                parts = until(stop, fake.parts())
                write_png(output, fake.shape, parts, info)
            else:
                write_tiff(output, fake, info, stop, are_bands=preparation.takes_bands)

        return write

    def _place(self, path, output, folder, no_room):
        """Returns what makes the file for the decoded picture, if the disk has room for all.

        If it hasn't, `no_room` gets the sentence that says so.
        """

        def place(shape: tuple[int, int, int], dtype: np.dtype) -> RowFile:
            decoded = int(np.prod(shape)) * dtype.itemsize
            plan = self._translator.plan(*shape[:2], in_rows=True)
            needed = {folder: 2 * decoded + plan.scratch_bytes}
            # Noise doesn't get smaller by compression.
            written = decoded + self._compare * 6 * shape[0] * shape[1]
            if folder.stat().st_dev == output.parent.stat().st_dev:
                needed[folder] += written
            else:
                needed[output.parent] = written
            for place, size in needed.items():
                free = shutil.disk_usage(place).free
                if size > free:
                    no_room.append(
                        f"{path} takes {size / 1e9:.1f} GB of {place} to be translated, and "
                        f"{free / 1e9:.1f} GB are free. Make room, or set TMPDIR to a folder "
                        "with more."
                    )
                    raise OSError(no_room[0])
            return RowFile(shape, dtype, folder)

        return place


def _into(fake: RowFile, real: RowFile, colours: int) -> Callable[[int, np.ndarray], None]:
    """Returns what writes strips of colours, with the alpha of the picture that they are of."""

    def write(start: int, rows: np.ndarray) -> None:
        if real.shape[-1] > colours:
            rows = np.dstack([rows, real[start : start + len(rows)][..., colours:]])
        fake.write(start, rows)

    return write


def _side_by_side(
    real: RowFile, fake: RowFile, preparation: Preparation
) -> tuple[tuple[int, int, int], Iterator[np.ndarray]]:
    """Does by rows what `side_by_side` of files.py does."""
    height, width = real.shape[:2]

    def shown(part: np.ndarray) -> np.ndarray:
        flat = rgb_view(preparation.flatten(part))
        return flat if flat.dtype == np.uint8 else (flat >> 8).astype(np.uint8)

    if width >= height:
        above_each_other = (shown(part) for rows in (real, fake) for part in rows.parts())
        return (2 * height, width, 3), above_each_other
    pairs = zip(real.parts(), fake.parts(), strict=True)
    return (height, 2 * width, 3), (np.hstack([shown(a), shown(b)]) for a, b in pairs)
