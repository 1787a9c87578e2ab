"""The pictures beside the pretrained generators: samples of each, and all worlds in one."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.directions import Direction
from cyclegan_tf.runs import pretrained
from cyclegan_tf.translation.translator import Translator
from data_pipeline import open_sources
from data_pipeline.addresses import world_options

NUM_SAMPLES = 3  # test maps in a generator's picture
SAMPLE_SIDE = 400  # pixels of a sample at most
OVERVIEW = 0  # the test map of each world in translations.jpg


def sample_maps(data: str, direction: Direction | str) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Opens some test maps of a built-in world and their true translations.

    Args:
        data: World with its options, e.g. `"world:meadow2forest?scale=0.25"`.
        direction: `"a2b"` or `"b2a"`.

    Returns:
        Inputs and their true translations: uint8 `(h, w, 3)`, sides multiples of 4.
    """
    both = open_sources(data, split="test", progress=False)
    maps = [[source.load(i) for i in range(NUM_SAMPLES)] for source in both]
    in_a, in_b = ([m[: len(m) // 4 * 4, : m.shape[1] // 4 * 4] for m in side] for side in maps)
    return (in_a, in_b) if direction == Direction.A2B else (in_b, in_a)


def draw_samples(
    generator: keras.Model,
    inputs: Sequence[np.ndarray],
    trues: Sequence[np.ndarray],
    path: str | os.PathLike,
) -> None:
    """Writes a picture with a row for each map: input, translation, true translation.

    Args:
        generator: Generator to show.
        inputs: uint8 `(h, w, 3)` images.
        trues: True translations of `inputs`, likewise.
        path: Path of the picture.
    """
    rows = zip(inputs, map(Translator(generator, "float32"), inputs), trues, strict=True)
    images.write_image(path, images.grid(_lower_left(rows)), quality=90)


def draw_overview(folder: str | os.PathLike) -> Path:
    """Writes translations.jpg beside the pretrained generators: every world and its translation.

    Only generators of the largest scale are shown. A row for each pair of worlds: a test map of A,
    its translation, the same map of B (which is the true picture of that translation), its
    translation.

    Args:
        folder: Path of the folder that the generators are in.

    Returns:
        Path of the picture.
    """
    rows: dict[str, list[np.ndarray]] = {}
    scales = {
        card["name"]: world_options(card["data"])[1].get("scale", 1.0) for card in cards_in(folder)
    }
    for card in cards_in(folder):
        if scales[card["name"]] < max(scales.values()):
            continue
        inputs, _ = sample_maps(card["data"], card["direction"])
        translate = Translator.load(Path(folder) / f"{card['name']}.keras", precision="float32")
        both = [inputs[OVERVIEW], translate(inputs[OVERVIEW])]
        pair = card["data"].partition("?")[0]
        others = rows.get(pair, [])
        rows[pair] = both + others if card["direction"] == Direction.A2B else others + both
    path = Path(folder) / "translations.jpg"
    images.write_image(path, images.grid(_lower_left(rows.values())), quality=92)
    return path


def cards_in(folder: str | os.PathLike) -> list[dict[str, Any]]:
    """Reads the cards of a folder, by name."""
    return [pretrained.read_card_file(path) for path in sorted(Path(folder).glob("*.json"))]


def _lower_left(pictures: Iterable[Iterable[np.ndarray]]) -> list[list[np.ndarray]]:
    """Rows of pictures cut to one size, at most `SAMPLE_SIDE` each way."""
    rows = [list(row) for row in pictures]
    height = min(SAMPLE_SIDE, *(len(picture) for row in rows for picture in row))
    width = min(SAMPLE_SIDE, *(picture.shape[1] for row in rows for picture in row))
    return [[picture[-height:, :width] for picture in row] for row in rows]
