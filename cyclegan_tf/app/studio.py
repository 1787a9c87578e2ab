"""`Studio`: generators by the names that a user chooses from, and what is done with uploads.

Without an interface: gradio's is in interface.py.
"""

import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cyclegan_tf import images
from cyclegan_tf.errors import ConfigError, FileError, ImageError, VideoError
from cyclegan_tf.export.sources import Source, find_generators
from cyclegan_tf.translation.files import translate_files
from cyclegan_tf.translation.translator import Translator

_KEPT_SECONDS = 3600  # a job's files: the browser fetches them right away
Progress = Callable[[float, str], object]  # the share that is done, in [0, 1], and a line


@dataclass(frozen=True)
class Bounds:
    """What an upload may cost.

    Args:
        megapixels: Most megapixels of a picture, and of a frame.
        frames: Most frames of a clip.
        megabytes: Most megabytes of a file.
    """

    megapixels: float = 40.0
    frames: int = 600
    megabytes: int = 200


class Studio:
    """Translates what users upload, one thing at a time.

    Args:
        places: Run folders, `.keras` files, names of pretrained generators or addresses on a hub.
        bounds: What an upload may cost.

    Attributes:
        choices: The generators by the name that is shown.

    Raises:
        ConfigError: There is none, or the config.json of a run can't be read.
        RunError: One can't be found.
    """

    choices: dict[str, Source]

    def __init__(self, places: Iterable[str | os.PathLike], bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self.choices = {}
        for source in find_generators(places):
            note = f" ({source.note})" if source.note else ""
            label = name = f"{source.domains[0]} to {source.domains[1]}{note}"
            number = 2
            while label in self.choices:
                label, number = f"{name}, {number}", number + 1
            self.choices[label] = source
        if not self.choices:
            raise ConfigError("An app needs at least one generator; received none.")
        self._translators: dict[str, Translator] = {}
        self._home = Path(tempfile.mkdtemp(prefix="cyclegan_tf_"))
        weakref.finalize(self, shutil.rmtree, self._home, ignore_errors=True)
        self._alone = threading.Lock()  # two maps at a time need twice the memory

    def translate_picture(
        self, choice: str, picture: str | os.PathLike | None
    ) -> tuple[Path, Path]:
        """Translates a picture of any size, as the command `translate` does.

        Args:
            choice: One of `choices`.
            picture: Path of the upload.

        Returns:
            Paths of the picture and of its translation, a PNG of the same size. They are of one
            format that every browser shows.

        Raises:
            FileError: There is no picture, it is too large, or it can't be read.
        """
        file = self._checked(picture, "picture")
        with self._alone:
            translator = self._translator(choice)  # says if it is for other pictures
        width, height = images.size_of(file)
        self._refuse_pixels(width, height)
        with self._alone:
            folder = self._new_folder()
            after = folder / f"{file.stem[:60]}_translated.png"
            failures = translate_files(translator, [(file, after)])
        if failures:
            raise ImageError(failures[0][1])
        before = folder / "before.png"
        images.write_image(before, images.read_image(file))
        return before, after

    def translate_clip(
        self, choice: str, clip: str | os.PathLike | None, progress: Progress | None = None
    ) -> tuple[Path, str]:
        """Translates a clip without flicker, as the command `video` does.

        Args:
            choice: One of `choices`.
            clip: Path of the upload: a video or an animated picture.
            progress: Called while it goes on.

        Returns:
            Path of an MP4 with the sound of the clip, and what is to be said about it.

        Raises:
            FileError: There is no clip, it is too long or too large, or it can't be read.
        """
        from cyclegan_tf.video.sources import open_video  # FFmpeg may not load
        from cyclegan_tf.video.translate import convert_video

        file = self._checked(clip, "clip")
        video = open_video(file)
        height, width = video.size
        self._refuse_pixels(width, height)
        if video.num_frames is not None:
            self._refuse_frames(video.num_frames)
        lines: list[str] = []

        def counted(pairs: Iterable[Any], total: int | None) -> Iterable[Any]:
            for number, pair in enumerate(pairs, 1):
                self._refuse_frames(number)  # headers may say less
                if progress is not None:
                    share = number / total if total else 0.0
                    progress(min(share, 1.0), f"frame {number} of {total or 'unknown'}")
                yield pair

        with self._alone:
            translator = self._translator(choice)
            out = self._new_folder() / f"{file.stem[:60]}_translated.mp4"
            number = convert_video(video, out, translator, progress=counted, say=lines.append)
        return out, "\n".join([f"{number} frames translated.", *lines])

    def _new_folder(self) -> Path:
        """A folder for a job that holds `_alone`, so that no other is at work.

        Those of jobs more than an hour ago are deleted.
        """
        for old in self._home.iterdir():
            if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        return Path(tempfile.mkdtemp(dir=self._home))

    def _translator(self, choice: str) -> Translator:
        if choice not in self.choices:
            raise ConfigError(
                f"The generator must be one of {', '.join(self.choices)}; received {choice!r}."
            )
        if choice not in self._translators:
            self._translators.clear()  # one at a time in memory
            source = self.choices[choice]
            translator = Translator.load(source.place, source.direction)
            if translator.preparation.takes_bands:
                raise ConfigError(
                    "The app shows colour and gray (channels 3 and 1); received a generator of "
                    f"{translator.preparation.channels} bands. The command translate takes it."
                )
            self._translators[choice] = translator
        return self._translators[choice]

    def _checked(self, file: str | os.PathLike | None, kind: str) -> Path:
        if not file:
            raise FileError(f"There is no {kind} yet: drop one into its field first.")
        path = Path(file)
        size = path.stat().st_size / 1e6
        if size > self.bounds.megabytes:
            raise FileError(
                f"This {kind} has {size:.0f} MB; at most {self.bounds.megabytes} are taken here. "
                "The command cyclegan-tf has no such limit."
            )
        return path

    def _refuse_pixels(self, width: int, height: int) -> None:
        if width * height > self.bounds.megapixels * 1e6:
            raise ImageError(
                f"{width}x{height} pixels are too many: at most {self.bounds.megapixels:g} "
                "megapixels are taken here. The command cyclegan-tf has no such limit."
            )

    def _refuse_frames(self, number: int) -> None:
        if number > self.bounds.frames:
            raise VideoError(
                f"This clip has more than {self.bounds.frames} frames, the most that are taken "
                "here. Cut it, or use the command cyclegan-tf video."
            )
