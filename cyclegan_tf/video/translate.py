"""Clips through a generator without flicker, in constant memory: from frames or from file to file.

Two things keep a clip from flickering: one set of statistics per shot (shots.py), and frames laid
on the generator's grid by the camera's offset (camera.py, frame_aligner.py).
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from cyclegan_tf.errors import ClipInterrupted, ConfigError
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.background import ahead, until
from cyclegan_tf.video.camera import Camera
from cyclegan_tf.video.clip import AnyFrame, Frame, Video, pixels_of
from cyclegan_tf.video.frame_network import FrameNetwork
from cyclegan_tf.video.shots import shot_statistics
from cyclegan_tf.video.writers import arrange, open_writer
from data_pipeline.bands import rgb_view

STABILIZE = ("off", "stats", "full")


def translate_video(
    frames: Iterable[AnyFrame],
    translator: Translator,
    *,
    stabilize: str = "full",
    exact: bool = False,
    batch_size: int = 4,
) -> Iterator[AnyFrame]:
    """Translates a clip frame by frame, in order, in memory that doesn't grow with its length.

        for fake in translate_video(frames, Translator.load("runs/mine", "a2b")):
            ...

    Frames are fetched ahead in a thread of its own.

    Args:
        frames: uint8 `(h, w, 3 or 4)` each, or `Frame`s. A list or a `Video` is read twice, for the
            statistics of whole shots. A generator is read once, and the first 32 frames of a shot
            stand for all of it.
        translator: A `Translator` with `statistics="whole"`; others only with `stabilize="off"`.
        stabilize: `"off"`: every frame by itself, as a picture. `"stats"`: one set of
            instance-norm statistics per shot, folded into the network. `"full"`: in addition,
            frames are aligned with the network's grid by the offset of the camera, given by the
            `Frame`s or else estimated.
        exact: Makes the translation of a frame shifted by whole pixels equal to the shifted
            translation to the last bit, not only up to a gray level here and there. Takes about
            twice as long. Only with `"full"`.
        batch_size: Frames that are translated at the same time.

    Returns:
        An iterator of what `frames` holds: images, or `Frame`s with other pixels, each of the size
        and with the alpha of its original.

    Raises:
        ValueError: An argument is none of these, or the generator has no statistics to fix or is
            for bands. Raised at once, not at the first frame.
    """
    pairs = _pairs(frames, translator, stabilize, exact, batch_size)
    return (_with_pixels(*pair) for pair in pairs)


def _pairs(frames, translator, stabilize, exact, batch_size=4):
    """Returns an iterator of `(frame, translated image)`."""
    if stabilize not in STABILIZE:
        raise ValueError(
            f"stabilize must be one of {', '.join(STABILIZE)}; received {stabilize!r}."
        )
    if exact and stabilize != "full":
        raise ValueError(f"exact needs stabilize='full'; received {stabilize!r}.")
    if translator.preparation.takes_bands:
        raise ConfigError(
            "Clips are colour: they need a generator of channels 3, or 1 for gray; received one of "
            f"{translator.preparation.channels} bands."
        )
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1; received {batch_size}.")
    if stabilize == "off":
        return _one_by_one(frames, translator)
    if translator.statistics != "whole":
        raise ValueError(
            f"stabilize={stabilize!r} needs a Translator with statistics='whole'; "
            f"received {translator.statistics!r}."
        )
    network = FrameNetwork(translator, exact)
    return _stabilized(frames, translator, network, stabilize == "full", batch_size)


def _one_by_one(frames, translator):
    for frame in ahead(frames, 4):
        yield frame, translator(pixels_of(frame))


def _stabilized(frames, translator, network, aligned, batch_size):
    stop = threading.Event()  # heeded in the first pass, too, which is over the whole clip
    batches = _batches(until(frames, stop), translator, aligned, batch_size)
    for batch, seen, offsets, statistics in ahead(batches, 2, stop):
        network.use(statistics)
        for frame, fake in zip(batch, network(seen, offsets), strict=True):
            yield frame, translator.preparation.restore(fake, pixels_of(frame))


def _batches(frames, translator, aligned, batch_size):
    """Yields frames of one shot and one size: frames, as the network sees them, camera offsets and
    statistics.
    """
    prepare = translator.preparation.apply
    camera = Camera()
    batch, seen, offsets, now = [], [], [], None
    for frame, statistics in shot_statistics(frames, translator.record, prepare):
        image = prepare(pixels_of(frame))
        resized = image.shape[:2] != pixels_of(frame).shape[:2]
        # Offsets are whole pixels of the frame, and wouldn't be of a resized one.
        offset = frame.offset if isinstance(frame, Frame) and not resized else None
        if aligned and offset is None:
            offset = camera(image)
        same = not batch or (statistics is now and image.shape == seen[0].shape)
        if not same or len(batch) == batch_size:
            yield batch, seen, offsets, now
            batch, seen, offsets = [], [], []
        batch.append(frame)
        seen.append(image)
        offsets.append(offset if aligned else None)
        now = statistics
    if batch:
        yield batch, seen, offsets, now


def _with_pixels(frame, image):
    return frame._replace(pixels=image) if isinstance(frame, Frame) else image


def convert_video(
    video: Video,
    out: str | os.PathLike,
    translator: Translator,
    *,
    stabilize: str = "full",
    exact: bool = False,
    compare: str | None = None,
    max_width: int | None = None,
    loop: bool | None = None,
    max_mb: float | None = None,
    progress: Callable[..., Iterable] | None = None,
    say: Callable[[str], None] = print,
) -> int:
    """Translates a clip into a file; decoding, translating and encoding overlap.

    An interruption or an error leaves a playable file of what was done.

    Args:
        video: A clip from `open_video`.
        out: Path ending in `.gif`, `.mp4` or `.webm`; without a suffix, a folder for PNGs.
        translator: Same as in `translate_video`.
        stabilize: Same as in `translate_video`.
        exact: Same as in `translate_video`.
        compare: `"vertical"` or `"horizontal"`: puts the input above or beside the translation.
        max_width: Width of the result not to exceed, in pixels.
        loop: For GIFs: whether it plays endlessly. Default: as the clip does.
        max_mb: For GIFs: size not to exceed, in megabytes.
        progress: Wraps the loop, called with the frames and `total`; e.g. `tqdm.tqdm`.
        say: Called with a line of text: the `notes` of the clip, and what had to be given up.

    Returns:
        The number of frames written.

    Raises:
        ClipInterrupted: Ctrl-C was pressed.
        VideoError: The file can't be written, or the clip can't be read to its end.
        ValueError: Same as in `translate_video`.
    """
    pairs = _pairs(video, translator, stabilize, exact)
    writer = open_writer(out, video, loop=loop, max_mb=max_mb, say=say)
    said = list(video.notes)
    for line in said:
        say(line)
    if stabilize != "off":
        say("Going through the clip once for its shots and their statistics.")
    keep_alpha = not Path(out).suffix and not compare  # in the PNGs of a folder
    try:
        for frame, fake in progress(pairs, total=video.num_frames) if progress else pairs:
            real = frame.pixels
            if not keep_alpha:
                flat = map(translator.preparation.flatten, (real, fake))
                real, fake = map(rgb_view, flat)
            pixels = arrange(real, fake, compare, max_width)
            writer.write(frame._replace(pixels=pixels))
    except KeyboardInterrupt as error:
        # Counted where it is written: Ctrl-C may come before this thread knows of a frame.
        writer.close(finished=False)
        raise ClipInterrupted(writer.num_written) from error
    except BaseException:
        writer.close(finished=False)
        raise
    writer.close()
    for line in video.notes[len(said) :]:
        say(line)
    return writer.num_written
