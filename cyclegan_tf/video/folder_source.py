"""`FolderVideo`: the pictures of a folder as a clip."""

import re
from fractions import Fraction
from pathlib import Path

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError, VideoError
from cyclegan_tf.video.clip import Frame, Video
from data_pipeline.decoding import IMAGE_SUFFIXES
from data_pipeline.folders import find_images


class FolderVideo(Video):
    """Pictures of one size, in the order of the numbers in their names.

    Args:
        folder: Path of the folder.
        rate: Frames per second.
        skip_bad: Leaves unreadable pictures out and counts them; False makes them an error.

    Raises:
        VideoError: The folder holds no pictures.
        ImageError: The first picture can't be read.
    """

    def __init__(self, folder: Path, rate: Fraction | int, skip_bad: bool = True) -> None:
        self.path, self._skip_bad = folder, skip_bad
        self._files = sorted(find_images(folder, subfolders=False)[0], key=_by_numbers)
        if not self._files:
            raise VideoError(f"{folder} holds no pictures ({', '.join(IMAGE_SUFFIXES)}).")
        size = images.read_image(self._files[0]).shape[:2]
        super().__init__(str(folder), size, rate, 1 / Fraction(rate), len(self._files))

    def _frames(self):
        self.num_skipped = 0
        for i, path in enumerate(self._files):
            try:
                pixels = images.read_image(path)
            except ImageError as error:
                self.num_skipped += 1
                if not self._skip_bad:
                    raise VideoError(f"{error} Repair it, or leave it out.") from error
                continue
            if pixels.shape[:2] != self.size:
                raise VideoError(
                    f"{path}: frames must have one size, that of the first picture "
                    f"({self.size[1]}x{self.size[0]} pixels); received "
                    f"{pixels.shape[1]}x{pixels.shape[0]}."
                )
            yield Frame(pixels, i * self.time_base, self.time_base)


def _by_numbers(path):
    """Sort key: frame2 before frame10."""
    parts = re.split(r"(\d+)", path.name)
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts], path.name
