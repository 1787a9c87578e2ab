"""Files and folders of pictures through a translator: read, translate and write at the same time.

Names, order, failures and side outputs are decided here; translator.py does one picture.
"""

import errno
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError, is_out_of_memory
from cyclegan_tf.files import check_places
from cyclegan_tf.pages import slider_copies, write_slider_page
from cyclegan_tf.translation import formats
from cyclegan_tf.translation.compared import compare_file, side_by_side
from cyclegan_tf.translation.huge import HugePictures
from data_pipeline.decoding import IMAGE_SUFFIXES, Picture
from data_pipeline.folders import search
from data_pipeline.preparation import AS_THEY_ARE, Preparation

_FULL = (errno.ENOSPC, errno.EDQUOT)
_HOPELESS = (*_FULL, errno.EACCES, errno.EROFS)  # for whatever is written
AHEAD = 2  # pictures read before they are needed, and written after: more only takes memory


def pictures_in(
    item: str | os.PathLike, without: str | os.PathLike | None = None
) -> list[tuple[Path, Path]]:
    """Lists a picture, or those of a folder and its subfolders as `find_images` does.

    Args:
        item: Path of a picture or a folder.
        without: Folder to leave out where it lies in `item`: what has been made of the pictures.

    Returns:
        `(path, name)`, sorted by the name, which is relative to the folder.

    Raises:
        ImageError: There is nothing, or no picture in the folder, or the name is empty.
    """
    if not os.fspath(item):
        raise ImageError("The name of an input is empty. Give pictures and folders.")
    item = Path(item)
    if not item.exists():
        raise ImageError(f"{item} does not exist.")
    if not item.is_dir():
        return [(item, Path(item.name))]
    found, others = search(item)
    for other in others:
        if other.is_closed:
            raise ImageError(f"{other.path}: {other.reason}.")
    made = None if without is None else Path(without).resolve()
    if made and item.resolve() in made.parents:
        found = [path for path in found if made not in path.resolve().parents]
    if not found:
        raise ImageError(f"{item} holds no pictures ({', '.join(IMAGE_SUFFIXES)}).")
    return [(path, path.relative_to(item)) for path in found]


def plan_files(
    inputs: Iterable[str | os.PathLike],
    out: str | os.PathLike,
    suffix: str | None = None,
    *,
    compare: bool = False,
    default: str = ".png",
) -> list[tuple[Path, Path]]:
    """Pairs every input picture with its output file, before anything is translated.

    Args:
        inputs: Files and folders; folders are searched recursively and keep their structure.
        out: Folder of the outputs, which have the inputs' names and this suffix. For one input
            file, it may also be the name of the output, such as `result.png`. Where it lies in a
            folder of inputs, what is in it is no input.
        suffix: Suffix and format of the outputs. Default: that of `out`, else `default`.
        compare: Whether input and translation are written as one picture, too.
        default: Suffix where nothing else says one; of 2, 4 and more bands, give `.tif`.

    Returns:
        A list of `(input, output)` paths.

    Raises:
        ImageError: An input is missing, a folder holds no picture, two inputs would get the same
            output, an output would overwrite an input, or can't be written.
    """
    inputs = list(inputs)
    if not os.fspath(out):
        raise ImageError("--out is empty: give it the name of a folder. That of this one is a dot.")
    pairs = [pair for item in inputs for pair in pictures_in(item, without=out)]
    if Path(out).suffix.lower() in IMAGE_SUFFIXES and not Path(out).is_dir():
        _refuse_as_one_output(Path(out), inputs, suffix)
        plan = [(path, Path(out)) for path, _ in pairs]
    else:
        plan = [(path, (Path(out) / name).with_suffix(suffix or default)) for path, name in pairs]
    taken: dict[Path, Path] = {}
    for path, output in plan:
        for place in (output, compare_file(output)) if compare else (output,):
            if place in taken:
                raise ImageError(
                    f"{taken[place]} and {path} would both become {place}. Translate them "
                    "separately."
                )
            taken[place] = path
    check_places(places_of(plan, compare=compare), [path for path, _ in plan], ImageError)
    return plan


def places_of(
    plan: Iterable[tuple[Path, Path]],
    *,
    compare: bool = False,
    slider: str | os.PathLike | None = None,
) -> dict[str, list[str | os.PathLike]]:
    """Lists all files that `translate_files` writes, as `check_places` takes them.

    Args:
        plan: As in `translate_files`.
        compare: As in `translate_files`.
        slider: As in `translate_files`.
    """
    plan = list(plan)
    outputs: list[str | os.PathLike] = [output for _, output in plan]
    if compare:
        outputs += [compare_file(output) for _, output in plan]
    if slider is None:
        return {"--out": outputs}
    return {"--out": outputs, "--slider": [slider, *slider_copies(slider, plan)]}


def _refuse_as_one_output(
    out: Path, inputs: Sequence[str | os.PathLike], suffix: str | None
) -> None:
    if len(inputs) > 1 or Path(inputs[0]).is_dir():
        received = f"{len(inputs)} inputs" if len(inputs) > 1 else f"the folder {inputs[0]}"
        raise ImageError(
            f"--out {out} is the name of one picture; received {received}. Give the name of a "
            "folder."
        )
    if out.suffix.lower() not in formats.WRITTEN:
        raise ImageError(f"--out {out} must end in one of {', '.join(formats.WRITTEN)}.")
    if suffix and not formats.same_format(out.suffix.lower(), suffix):
        raise ImageError(f"--out {out} is no {suffix[1:]} file. Leave out --format.")


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
        translator: A `Translator`, or any function of images; applied to every picture. The
            background of its `preparation` is put behind transparent pixels where the result has
            no alpha.
        plan: `(input, output)` paths.
        progress: Wraps the loop to show progress, e.g. `tqdm.tqdm`.
        skip_existing: Leave out pictures whose output exists.
        deep: Write 16 bits per channel where the input has them.
        quality: For JPEG and WebP outputs, 1 to 100.
        compare: Also write `NAME_compare.png` (JPEG or WebP where the outputs are): the input
            beside (or, where wide, above) the output, see `side_by_side`.
        slider: A page to write, with a before/after slider for every picture.

    Returns:
        The failures: `(input, reason)`.

    Raises:
        ImageError: A place can't be written or is an input, which is known before anything is
            translated. Or the disk is full or gone: the next one couldn't be written either.
    """
    places = places_of(plan, compare=compare, slider=slider)
    check_places(places, [path for path, _ in plan], ImageError)
    if skip_existing:
        todo = [(path, output) for path, output in plan if not output.exists()]
    else:
        todo = list(plan)
    preparation: Preparation = getattr(translator, "preparation", AS_THEY_ARE)
    _refuse_bands(preparation, plan, slider)
    advice = "Make it smaller."
    if getattr(translator, "can_stream", False):
        advice = "Leave out --no-stream, or try a smaller --max-memory."
    failures: dict[Path, str] = {}
    reads: deque[Future[Picture | None]] = deque()
    writes: deque[tuple[Path, Future[None]]] = deque()
    huge = HugePictures(translator, deep=deep, compare=compare)
    stop = threading.Event()

    def read_ahead(path: Path, output: Path) -> Picture | None:
        # The page of sliders reads whole pictures, and so does a browser.
        if slider is None and huge.takes(path, output):
            return None
        return images.read_picture(path, deep=deep, preparation=preparation)

    def write_outputs(output: Path, picture: Picture, fake: np.ndarray) -> None:
        written = Picture(fake, picture.info)
        if compare:  # first: once there is an output, `skip_existing` takes all for done
            joined = Picture(side_by_side(picture.pixels, fake, preparation))
            formats.write_picture(compare_file(output), joined, quality, stop=stop)
        formats.write_picture(output, written, quality, preparation, stop)

    def finish_one() -> None:
        path, future = writes.popleft()
        try:
            future.result()
        except ImageError as error:
            if _is_due_to(error, _HOPELESS):
                raise
            failures[path] = str(error)

    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
        try:
            for i, (path, output) in enumerate((progress or iter)(todo)):
                for ahead in todo[i + len(reads) : i + 1 + AHEAD]:
                    reads.append(reader.submit(read_ahead, *ahead))
                read = reads.popleft()
                if read.exception() is None and read.result() is None:  # a huge one
                    while writes:  # they take the disk or the memory that it needs
                        finish_one()
                try:
                    picture = read.result()
                    if picture is None:
                        writes.append((path, writer.submit(huge.translate(path, output), stop)))
                        continue
                    fake = translator(picture.pixels)
                except ImageError as error:
                    if _is_due_to(error, _FULL):
                        raise
                    failures[path] = str(error)
                    continue
                except Exception as error:
                    if not is_out_of_memory(error):
                        raise
                    failures[path] = f"{path} needs more memory than there is. {advice}"
                    continue
                writes.append((path, writer.submit(write_outputs, output, picture, fake)))
                while len(writes) > AHEAD:
                    finish_one()
            while writes:
                finish_one()
        except BaseException:
            stop.set()
            reader.shutdown(wait=False, cancel_futures=True)
            writer.shutdown(wait=False, cancel_futures=True)
            raise
    if slider is not None:
        written = [(path, out) for path, out in plan if out.exists() and path not in failures]
        write_slider_page(slider, written, background=preparation.colour)
    return list(failures.items())


def _refuse_bands(
    preparation: Preparation, plan: Sequence[tuple[Path, Path]], slider: str | os.PathLike | None
) -> None:
    for _, output in plan:
        formats.refuse_format(output, preparation)
    if preparation.takes_bands and slider is not None:
        raise ImageError(
            f"--slider {slider} shows gray and RGB; received a generator of {preparation.channels} "
            "bands. --compare writes the first three as RGB."
        )


def _is_due_to(error: BaseException, numbers: tuple[int, ...]) -> bool:
    if getattr(error, "errno", None) in numbers:
        return True
    return error.__cause__ is not None and _is_due_to(error.__cause__, numbers)
