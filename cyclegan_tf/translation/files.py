"""Files and folders of pictures through a translator: read, translate and write at the same time.

Names, order, failures and side outputs are decided here; translator.py does one picture.
"""

import errno
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.pages import write_slider_page
from cyclegan_tf.translation import formats
from data_pipeline.decoding import IMAGE_SUFFIXES, Picture
from data_pipeline.listing import find_images

AHEAD = 2  # pictures read before they are needed, and written after: more only takes memory


def pictures_in(item: str | os.PathLike) -> list[tuple[Path, Path]]:
    """Lists a picture, or those of a folder and its subfolders as `find_images` does.

    Args:
        item: Path of a picture or a folder.

    Returns:
        `(path, name)`, sorted by the name, which is relative to the folder.

    Raises:
        ImageError: There is nothing, or no picture in the folder.
    """
    item = Path(item)
    if not item.exists():
        raise ImageError(f"{item} does not exist.")
    if not item.is_dir():
        return [(item, Path(item.name))]
    found, _ = find_images(item)
    if not found:
        raise ImageError(f"{item} holds no pictures ({', '.join(IMAGE_SUFFIXES)}).")
    return [(path, path.relative_to(item)) for path in found]


def plan_files(
    inputs: Iterable[str | os.PathLike], out_dir: str | os.PathLike, suffix: str = ".png"
) -> list[tuple[Path, Path]]:
    """Pairs every input picture with its output file, before anything is translated.

    Args:
        inputs: Files and folders; folders are searched recursively and keep their structure.
        out_dir: Folder of the outputs, which have the inputs' names and this suffix.
        suffix: Suffix and format of the outputs.

    Returns:
        A list of `(input, output)` paths.

    Raises:
        ImageError: An input is missing, a folder holds no picture, two inputs would get the same
            output, or an output would overwrite an input.
    """
    pairs = [pair for item in inputs for pair in pictures_in(item)]
    plan = [(path, (Path(out_dir) / name).with_suffix(suffix)) for path, name in pairs]
    taken: dict[Path, Path] = {}
    for path, output in plan:
        if output in taken:
            raise ImageError(
                f"{taken[output]} and {path} would both become {output}. Translate them separately."
            )
        taken[output] = path
    sources = {path.resolve() for path, _ in plan}
    for _, output in plan:
        if output.resolve() in sources:
            raise ImageError(f"{output} is an input and would be overwritten. Use another --out.")
    return plan


def translate_files(
    translator: Callable[[np.ndarray], np.ndarray],
    plan: Sequence[tuple[Path, Path]],
    progress: Callable[[list], Iterable] | None = None,
    *,
    skip_existing: bool = False,
    deep: bool = False,
    quality: int = 90,
    compare: bool = False,
    slider: str | os.PathLike | None = None,
) -> list[tuple[Path, str]]:
    """Translates the pictures of `plan_files`; one that fails doesn't stop the others.

    While one is translated, the next ones are read and the last ones written. Every output appears
    whole or not at all, with the colour profile and the resolution (dpi) of its input.

    Args:
        translator: A `Translator`, or any function of images; applied to every picture.
        plan: `(input, output)` paths.
        progress: Wraps the loop to show progress, e.g. `tqdm.tqdm`.
        skip_existing: Leave out pictures whose output exists.
        deep: Write 16 bits per channel where the input has them.
        quality: For JPEG and WebP outputs, 1 to 100.
        compare: Also write `NAME_compare.png`: the input beside (or, where wide, above) the output.
        slider: A page to write, with a before/after slider for every picture.

    Returns:
        The failures: `(input, reason)`.

    Raises:
        ImageError: No space is left or nothing may be written there: the next one couldn't either.
    """
    if skip_existing:
        todo = [(path, output) for path, output in plan if not output.exists()]
    else:
        todo = list(plan)
    failures: dict[Path, str] = {}
    reads: deque[Future[Picture]] = deque()
    writes: deque[tuple[Path, Future[None]]] = deque()

    def write_outputs(output: Path, picture: Picture, fake: np.ndarray) -> None:
        formats.write_picture(output, Picture(fake, picture.info), quality)
        if compare:
            side = output.with_name(f"{output.stem}_compare.png")
            images.write_image(side, side_by_side(picture.pixels, fake))

    def finish_one() -> None:
        path, future = writes.popleft()
        try:
            future.result()
        except ImageError as error:
            if _is_hopeless(error):
                raise
            failures[path] = str(error)

    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
        try:
            for i, (path, output) in enumerate((progress or iter)(todo)):
                for ahead, _ in todo[i + len(reads) : i + 1 + AHEAD]:
                    reads.append(reader.submit(images.read_picture, ahead, deep=deep))
                try:
                    picture = reads.popleft().result()
                    fake = translator(picture.pixels)
                except ImageError as error:
                    failures[path] = str(error)
                    continue
                except Exception as error:
                    if type(error).__name__ not in ("MemoryError", "ResourceExhaustedError"):
                        raise
                    failures[path] = f"{path} needs more memory than there is. Try --max-memory."
                    continue
                writes.append((path, writer.submit(write_outputs, output, picture, fake)))
                while len(writes) > AHEAD:
                    finish_one()
            while writes:
                finish_one()
        except BaseException:
            reader.shutdown(wait=False, cancel_futures=True)
            writer.shutdown(wait=False, cancel_futures=True)
            raise
    if slider:
        write_slider_page(slider, [pair for pair in plan if pair[1].exists()])
    return list(failures.items())


def side_by_side(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """Joins two pictures of one size along their shorter axis: wide ones lie above each other.

    Args:
        real: uint8 or uint16 `(h, w, 3 or 4)`.
        fake: The same.

    Returns:
        One uint8 picture without alpha.

    >>> side_by_side(np.zeros((2, 5, 3), "uint8"), np.ones((2, 5, 3), "uint8")).shape
    (4, 5, 3)
    """
    axis = 0 if real.shape[1] >= real.shape[0] else 1
    pair = [x if x.dtype == np.uint8 else (x >> 8).astype(np.uint8) for x in (real, fake)]
    return np.concatenate([x[..., :3] for x in pair], axis=axis)


def _is_hopeless(error: ImageError) -> bool:
    cause = error.__cause__
    return getattr(cause, "errno", None) in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT)
