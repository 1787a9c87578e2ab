"""`write_translator_page`: one HTML file that translates pictures in a visitor's browser."""

import base64
import html
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.export.model import check_export, export
from cyclegan_tf.export.runtime import VERSION, from_address, from_folder
from cyclegan_tf.export.sources import Source, find_generators, sample_pictures
from cyclegan_tf.files import write_text
from cyclegan_tf.model.networks import is_functional, with_precision
from cyclegan_tf.model.sizes import size_multiple, smallest_side
from cyclegan_tf.model.upscaler import doublings, stages_of
from cyclegan_tf.pages import fill_template
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.preparation import preparation_of

CHECK_SIDE = 64  # pixels of the picture that a page compares with Python before it translates
# WebAssembly has 4 GB. 134e6 values of a layer in full resolution were enough, 200e6 too many.
MAX_VALUES = 135e6
LOSSLESS = 1e-3  # difference by float16 weights, in [-1, 1], that is left out of account


def write_translator_page(
    path: str | os.PathLike,
    places: Iterable[str | os.PathLike],
    *,
    title: str = "World translator",
    runtime: str | os.PathLike | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Writes a page that translates pictures on the machine of whoever opens it.

    ONNX Runtime Web computes, on the graphics card where the browser has WebGPU, else in
    WebAssembly. Before anything is shown, the page compares it with Python on a small picture.

    Args:
        path: Path of the page.
        places: Paths of run folders and `.keras` files, and names of pretrained generators.
        title: Heading of the page. Default: "World translator".
        runtime: Folder of the npm package `onnxruntime-web`, which is put into the page. Default:
            None; the page loads it from jsDelivr.
        say: Called with a line of text per generator. Default: `print`.

    Raises:
        ConfigError: No place is given, a generator isn't for colour, or a package is missing.
        FileError: A place or the runtime can't be used, or the page can't be written.
    """
    check_export("onnx", "page.onnx")
    source = from_address() if runtime is None else from_folder(runtime)
    parts, models = dict(source.parts), []
    for i, one in enumerate(find_generators(places)):
        described, own = _model(one, i, say)
        models.append(described)
        parts |= own
    if not models:
        raise ConfigError("a page needs at least one generator; received none.")
    settings = {"models": models, "checkSide": CHECK_SIDE, "runtime": source.settings}
    write_text(path, fill_page(title, settings, parts))


def fill_page(title: str, settings: dict[str, Any], parts: dict[str, str]) -> str:
    """Returns the page.

    Args:
        title: Its heading.
        settings: What its script is told.
        parts: Base64 by id.
    """
    own = files("cyclegan_tf.export") / "browser"
    texts = {name: (own / name).read_text("utf-8") for name in ("page.css", "page.js", "worker.js")}
    tags = [f'<script type="text/plain" id="{key}">{part}</script>' for key, part in parts.items()]
    filled = {
        "TITLE": html.escape(title),
        "STYLE": texts["page.css"].strip(),
        "SETTINGS": json.dumps(settings).replace("<", "\\u003c"),
        "VERSION": VERSION,
        "PARTS": "\n".join(tags),
        "WORKER": texts["worker.js"].strip(),
        "SCRIPT": texts["page.js"].strip(),
    }
    return fill_template((own / "page.html").read_text("utf-8"), filled)


def check_picture(side: int = CHECK_SIDE) -> np.ndarray:
    """Returns a picture that the page draws as well, uint8 `(side, side, 3)`.

    >>> check_picture(2)[1].tolist()
    [[13, 63, 113], [20, 70, 120]]
    """
    y, x, c = np.ogrid[:side, :side, :3]
    return ((x * 7 + y * 13 + c * 50 + ((x * y) >> 3) * 5) % 256).astype(np.uint8)


def _model(source: Source, index: int, say: Callable[[str], None]) -> tuple[Any, dict[str, str]]:
    """Returns what the page is told of a generator, and its parts."""
    generator = with_precision(load_generator(source.place, source.direction), "float32")
    preparation = preparation_of(generator)
    if preparation.channels != 3:
        raise ConfigError(
            f"A page translates colour pictures (channels 3); {source.place} has channels "
            f"{preparation.channels}. The commands translate and export take it."
        )
    content, difference = _onnx(generator)
    batch = images.uint8_to_unit(check_picture())[None]
    fake = keras.ops.convert_to_numpy(generator(batch, training=False))[0]
    parts = {
        f"model-{index}": _base64(content),
        f"check-{index}": _base64(images.unit_to_uint8(fake).tobytes()),
    }
    samples = []
    for i, picture in enumerate(sample_pictures(source), 1):
        key = f"sample-{index}-{i}"
        parts[key] = _base64(picture)
        samples.append({"name": f"{source.domains[0]} {i}", "id": key, "type": "image/webp"})
    say(
        f"{source.domains[0]} to {source.domains[1]}: {len(content) / 1e6:.1f} MB, within "
        f"{difference:.1e} of the generator"
    )
    return {
        "id": f"model-{index}",
        "check": f"check-{index}",
        "from": source.domains[0],
        "to": source.domains[1],
        "note": source.note,
        "samples": samples,
        "background": preparation.colour,
        "loadSize": preparation.load_size,
        "multiple": max(4, size_multiple(generator)),
        "smallest": smallest_side(generator),
        "maxPixels": int(MAX_VALUES / _widest(generator)),
    }, parts


def _widest(generator: keras.Model) -> int:
    """The channels of the widest layer in full resolution."""
    if stages := stages_of(generator):
        return int(doublings(stages.upscaler)[-1].output.shape[-1])
    if not is_functional(generator):
        return 256  # can't be asked: rather too few pixels than too many
    full = takewhile(lambda layer: np.max(getattr(layer, "strides", 1)) == 1, generator.layers)
    return max(int(layer.output.shape[-1]) for layer in full)


def _onnx(generator: keras.Model) -> tuple[bytes, float]:
    """With weights in float16 where that changes next to nothing, else in float32."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        written = export(generator, file, weights="float16")
        if written.difference > LOSSLESS:
            written = export(generator, file)
        return file.read_bytes(), written.difference


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
