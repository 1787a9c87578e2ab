"""Makes the pretrained generators in checkpoints/ of finished runs, and the README.md beside them.

Run as `python tools/release_checkpoints.py runs/mine`; without runs, only README.md and
translations.jpg are made anew.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import FileError, RunError
from cyclegan_tf.evaluation.evaluate import evaluate
from cyclegan_tf.files import check_places, make_folder, write_text
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder, save_model
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.preparation import preparation_of
from cyclegan_tf.translation.translator import Translator
from data_pipeline import open_sources
from data_pipeline.errors import DataError

LICENCE = "MIT, like the code; trained on built-in worlds only"
NUM_MAPS = 12  # test maps that the scores of a card are taken on
NUM_SAMPLES = 3  # test maps in a generator's picture
OVERVIEW = 0  # the test map of each world in translations.jpg
WORST_ROUNDING = 1 / 127.5  # 1/255 of the range [-1, 1]
HEAD = """# Pretrained generators

    cyclegan-tf translate meadow2forest PICTURE       # or another name of the table

Small generators trained on the built-in worlds, to try and to measure against. `NAME.keras` holds
the weights; `NAME.json` is the card with the data, the recipe, the hardware, all scores and the
licence; `NAME.jpg` shows samples. They translate pictures best at the scale of the maps that they
were trained on: see `data` on the card.

- **paired L1**: mean absolute difference between a translation and the true picture, 0 to 255.
- **patch-KID**: how far the patches of translations are from real ones; about 0 where they can't be
  told apart.
- **untranslated**: the measure to its left for the input as it is, before translation.
- **updates**, **training**: number of updates, and the time they took by the clock, with the
  hardware and the precision. This time is for both directions, which were trained together.

Lower is better for both measures. They were taken on test maps that training never saw, with the
95 % interval over maps in brackets; [docs/metrics.md](../docs/metrics.md) explains them.

| name | paired L1 | untranslated | patch-KID | untranslated | updates | training |
| --- | --- | --- | --- | --- | --- | --- |"""


def release(
    run_dir: str | os.PathLike,
    to: str | os.PathLike | None = None,
    *,
    segmentation_steps: int = 300,
    say: Callable[[str], object] = print,
) -> list[Path]:
    """Makes two pretrained generators of a finished run on a built-in world.

    Each gets its file, its card with scores on test maps, and a picture of samples. The weights are
    stored in float16, after a check that this changes no value of an output by more than 1/255 of
    its range; else in float32.

    Args:
        run_dir: Path of the run folder.
        to: Path of the folder to write to. Default: the project's.
        segmentation_steps: Updates of the U-Net that reads translated maps for some scores, as in
            `evaluate`; 0 leaves these scores out.
        say: Called with lines of text about what is being done.

    Returns:
        The `.keras` files, A to B first.

    Raises:
        RunError: The run isn't finished.
    """
    run, folder = RunFolder(run_dir), Path(to or pretrained.folder())
    if not run.card_file.exists():
        raise RunError(f"{run.path} is not finished: it has no {run.card_file.name}.")
    trained = pretrained.read_card_file(run.card_file)
    samples = {way: sample_maps(trained["data"], way) for way in Direction}
    formats, paths = {}, {}
    for way in Direction:
        source, target = trained["domains"][way.source], trained["domains"][way.target]
        paths[way] = folder / f"{source}2{target}.keras"
        generator, formats[way] = smaller(load_generator(run.path, way), samples[way][0])
        save_model(generator, paths[way], preparation_of(generator))
    generators = {way: load_generator(path) for way, path in paths.items()}  # as users get them
    result = evaluate(
        run.path,
        split="test",
        num_maps=NUM_MAPS,
        precision="float32",
        segmentation_steps=segmentation_steps,
        generators=generators,
        say=say,
    )
    for way, path in paths.items():
        card = {
            "name": path.stem,
            **trained,
            "direction": way,
            "weights": f"{trained['weights']}, {formats[way]}",
            "licence": LICENCE,
            "split": result["split"],
            **result["directions"][way],
        }
        write_text(path.with_suffix(".json"), json.dumps(card, indent=2) + "\n")
        draw_samples(generators[way], *samples[way], path.with_suffix(".jpg"))
        say(f"{path}: {path.stat().st_size / 1e6:.2f} MB, {formats[way]}")
    return list(paths.values())


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


def smaller(generator: keras.Model, inputs: Sequence[np.ndarray]) -> tuple[keras.Model, str]:
    """Rounds the weights of a generator to float16, if that changes no output visibly.

    Args:
        generator: Generator in float32.
        inputs: uint8 `(h, w, 3)` images to compare its outputs on.

    Returns:
        A generator in float16 and `"float16"`, or else `generator` and `"float32"`.
    """
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and outputs NaN
        rounded = [np.float16(weight) for weight in generator.get_weights()]
    copy = with_precision(generator, "float32")
    copy.set_weights([np.float32(weight) for weight in rounded])
    batches = [images.uint8_to_unit(image)[None] for image in inputs]
    worst = np.max([np.abs(generator(x) - copy(x)).max() for x in batches])
    if not worst <= WORST_ROUNDING:  # nor if it is NaN
        return generator, "float32"
    small = with_precision(generator, keras.DTypePolicy("float16"))
    small.set_weights(rounded)
    return small, "float16"


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


def write_index(folder: str | os.PathLike) -> Path:
    """Writes README.md beside the pretrained generators: a table of their cards, and the samples.

    Args:
        folder: Path of the folder that the generators are in.

    Returns:
        Path of the README.md.
    """
    lines, cards = [HEAD], _cards(folder)
    for card in cards:
        error, kid = card["scores"]["paired_l1"], card["scores"]["patch_kid"]
        cells = [
            card["name"],
            f"{error['value']:.1f} ({error['low']:.1f} to {error['high']:.1f})",
            f"{error['input']:.1f}",
            f"{kid['value']:.2f} ({kid['low']:.2f} to {kid['high']:.2f})",
            f"{kid['input']:.1f}",
            str(card["updates"]),
            f"{card['training_seconds'] / 60:.0f} min, {card['hardware']}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "Samples on test maps: input, translation, and the true picture."]
    for card in cards:
        lines += ["", f"**{card['name']}**", "", f"![{card['name']}]({card['name']}.jpg)"]
    path = Path(folder) / "README.md"
    write_text(path, "\n".join(lines) + "\n")
    return path


def draw_overview(folder: str | os.PathLike) -> Path:
    """Writes translations.jpg beside the pretrained generators: every world and its translation.

    A row for each pair of worlds: a test map of A, its translation, the same map of B (which is the
    true picture of that translation), its translation.

    Args:
        folder: Path of the folder that the generators are in.

    Returns:
        Path of the picture.
    """
    rows: dict[str, list[np.ndarray]] = {}
    for card in _cards(folder):
        inputs, _ = sample_maps(card["data"], card["direction"])
        translate = Translator.load(Path(folder) / f"{card['name']}.keras", precision="float32")
        both = [inputs[OVERVIEW], translate(inputs[OVERVIEW])]
        pair = card["data"].partition("?")[0]
        others = rows.get(pair, [])
        rows[pair] = both + others if card["direction"] == Direction.A2B else others + both
    path = Path(folder) / "translations.jpg"
    images.write_image(path, images.grid(_lower_left(rows.values())), quality=92)
    return path


def _cards(folder: str | os.PathLike) -> list[dict[str, Any]]:
    return [pretrained.read_card_file(path) for path in sorted(Path(folder).glob("*.json"))]


def _lower_left(pictures: Iterable[Iterable[np.ndarray]]) -> list[list[np.ndarray]]:
    """Rows of pictures cut to one size, at most 300 pixels wide."""
    rows = [list(row) for row in pictures]
    height = min(len(picture) for row in rows for picture in row)
    width = min(300, *(picture.shape[1] for row in rows for picture in row))
    return [[picture[-height:, :width] for picture in row] for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make pretrained generators of finished runs.")
    parser.add_argument("runs", nargs="*", help="run folders of finished runs on built-in worlds")
    parser.add_argument("--to", help="folder to write to (default: checkpoints/)")
    parser.add_argument("--segmentation-steps", type=int, default=300)
    arguments = parser.parse_args()
    folder = pretrained.folder() if arguments.to is None else Path(arguments.to)
    try:
        check_places({"--to": [folder / "translations.jpg"]})
        make_folder(folder)
        for run in arguments.runs:
            release(run, folder, segmentation_steps=arguments.segmentation_steps)
        print(write_index(folder), draw_overview(folder))
    except (DataError, FileError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")


if __name__ == "__main__":
    main()
