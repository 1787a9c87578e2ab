"""Makes the pretrained generators in checkpoints/ of finished runs, and the README.md beside them.

Run as `python tools/release_checkpoints.py runs/mine`; without runs, only README.md and
translations.jpg are made anew. `--ending _small` is for generators of reduced worlds.
"""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sample_pictures import cards_in, draw_overview, draw_samples, sample_maps

from cyclegan_tf import images
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import FileError, RunError
from cyclegan_tf.evaluation.evaluate import evaluate
from cyclegan_tf.files import check_places, make_folder, write_text
from cyclegan_tf.metrics import paired_l1
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder, save_model
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.preparation import preparation_of
from cyclegan_tf.translation.translator import Translator
from data_pipeline.errors import DataError

LICENCE = "MIT, like the code; trained on built-in worlds only"
MEASURES = ("segmentation_steps", "two_sample_steps", "cycles_and_frames")  # options of both
NUM_MAPS = 12  # test maps that the scores of a card are taken on
CHECKED_SIDE = 256  # pixels of the crop whose error is on the card, to be found again in seconds
WORST_ROUNDING = 1 / 127.5  # 1/255 of the range [-1, 1]
HEAD = """# Pretrained generators

    cyclegan-tf translate meadow2forest PICTURE       # or another name of the table

Generators trained on the built-in worlds, to try and to measure against. `NAME.keras` holds the
weights; `NAME.json` is the card with the data, the recipe, the hardware, all scores and the
licence; `NAME.jpg` shows samples. They translate pictures best at the scale of the maps that they
were trained on: full size, or a quarter of it for those called `_small`. Those of full size hold
the `_small` ones, each with an upscaler that draws what it makes four times as large
([two stages](../docs/recipe.md#huge-maps-in-two-stages)).

- **paired L1**: mean absolute difference between a translation and the true picture, 0 to 255;
  **untranslated**: that of the input as it is. Lower is better.
- **mIoU**: how well a segmenter that knows the target world recognises what is drawn, 0 to 1;
  **true pictures**: what it makes of those. Higher is better.
- **deep KID x1000**: how far InceptionV3 finds patches of 160 pixels from real ones; 0 where they
  can't be told apart. Not taken of the small ones.
- **updates**, **training**: number of updates, and the time they took by the clock, with the
  hardware and the precision; after "then", the time of the upscalers. Both are for both directions,
  which were trained together.

All measures were taken on test maps that training never saw, with the 95 % interval over maps in
brackets; [docs/metrics.md](../docs/metrics.md) explains them. `NAME.json` has all the others.

| name | paired L1 | untranslated | mIoU | true pictures | deep KID x1000 | updates | training |
| --- | --- | --- | --- | --- | --- | --- | --- |"""


def release(
    run_dir: str | os.PathLike,
    to: str | os.PathLike | None = None,
    *,
    ending: str = "",
    num_maps: int = NUM_MAPS,
    num_drawn: int = 0,
    inception_source: str = "Keras' ImageNet weights",
    say: Callable[[str], object] = print,
    **measures: Any,
) -> list[Path]:
    """Makes two pretrained generators of a finished run on a built-in world.

    Each gets its file, its card with scores on test maps, and a picture of samples. The weights are
    stored in float16, after a check that this changes no value of an output by more than 1/255 of
    its range; else in float32.

    Args:
        run_dir: Path of the run folder.
        to: Path of the folder to write to. Default: the project's.
        ending: End of the names, after those of the worlds.
        num_maps: Number of test maps to measure on.
        num_drawn: Number of maps of each world to draw, which the segmenter learns from, and of
            test maps to take those from; 0 for no more than `num_maps`.
        inception_source: What `inception_weights` are, for the card.
        say: Called with lines of text about what is being done.
        **measures: Which measures are taken: arguments of `evaluate`.

    Returns:
        The `.keras` files, A to B first.

    Raises:
        RunError: The run isn't finished.
    """
    run, folder = RunFolder(run_dir), Path(to or pretrained.folder())
    if not run.card_file.exists():
        raise RunError(f"{run.path} is not finished: it has no {run.card_file.name}.")
    trained = pretrained.read_card_file(run.card_file)
    drawn = max(num_maps, num_drawn)
    trained["data"] = with_num_maps(trained["data"], drawn)  # its recipe has those of training
    samples = {way: sample_maps(trained["data"], way) for way in Direction}
    formats, paths = {}, {}
    for way in Direction:
        source, target = trained["domains"][way.source], trained["domains"][way.target]
        paths[way] = folder / f"{source}2{target}{ending}.keras"
        generator, formats[way] = smaller(load_generator(run.path, way), samples[way][0])
        save_model(generator, paths[way], preparation_of(generator))
    generators = {way: load_generator(path) for way, path in paths.items()}  # as users get them
    result = evaluate(
        run.path,
        trained["data"],
        split="test",
        num_maps=num_maps,
        precision="float32",
        generators=generators,
        say=say,
        **measures,
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
            **({"inception_weights": inception_source} if "features" in measures else {}),
            "first_crop_l1": first_crop_l1(generators[way], *samples[way]),
        }
        write_text(path.with_suffix(".json"), json.dumps(card, indent=2) + "\n")
        draw_samples(generators[way], *samples[way], path.with_suffix(".jpg"))
        say(f"{path}: {path.stat().st_size / 1e6:.2f} MB, {formats[way]}")
    return list(paths.values())


def with_num_maps(data: str, num_maps: int) -> str:
    """Changes the number of maps in the address of a world."""
    pair, _, options = data.partition("?")
    rest = [o for o in options.split("&") if o and not o.startswith("num_maps=")]
    return f"{pair}?{'&'.join([*rest, f'num_maps={num_maps}'])}"


def first_crop_l1(
    generator: keras.Model, inputs: Sequence[np.ndarray], trues: Sequence[np.ndarray]
) -> float:
    """Measures the paired L1 on the lower left corner of the first map, which takes seconds."""
    cut = np.s_[-CHECKED_SIDE:, :CHECKED_SIDE]
    translated = Translator(generator, "float32")(inputs[0][cut])
    return round(float(paired_l1(translated, trues[0][cut])), 3)


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
    # A corner of each is enough, and a whole map in one pass takes 14 GB.
    batches = [images.uint8_to_unit(image[:512, :512])[None] for image in inputs]
    worst = np.max([np.abs(generator(x) - copy(x)).max() for x in batches])
    if not worst <= WORST_ROUNDING:  # nor if it is NaN
        return generator, "float32"
    small = with_precision(generator, keras.DTypePolicy("float16"))
    small.set_weights(rounded)
    return small, "float16"


def write_index(folder: str | os.PathLike) -> Path:
    """Writes README.md beside the pretrained generators: a table of their cards, and the samples.

    Args:
        folder: Path of the folder that the generators are in.

    Returns:
        Path of the README.md.
    """
    lines, cards = [HEAD], cards_in(folder)
    for card in cards:
        scores = card["scores"]
        cells = [
            card["name"],
            _with_interval(scores["paired_l1"], 1),
            f"{scores['paired_l1']['input']:.1f}",
            _with_interval(scores.get("segmentation_iou"), 2),
            f"{scores['segmentation_iou']['real']:.2f}" if "segmentation_iou" in scores else "",
            _with_interval(scores.get("kid_inception_160"), 1, 1000),
            str(card["updates"]),
            _training(card),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "Samples on test maps: input, translation, and the true picture."]
    for card in cards:
        lines += ["", f"**{card['name']}**", "", f"![{card['name']}]({card['name']}.jpg)"]
    path = Path(folder) / "README.md"
    write_text(path, "\n".join(lines) + "\n")
    return path


def _training(card: dict[str, Any]) -> str:
    text = f"{card['training_seconds'] / 60:.0f} min, {card['hardware']}"
    if upscaled := card.get("upscaled"):
        text += f"; then {upscaled['seconds'] / 60:.0f} min, {upscaled['hardware']}"
    return text


def _with_interval(score: dict[str, float] | None, digits: int, times: float = 1) -> str:
    """Nothing for a measure that wasn't taken."""
    if not score:
        return ""
    value, low, high = (f"{times * score[k]:.{digits}f}" for k in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def main() -> None:
    parser = argparse.ArgumentParser(description="Make pretrained generators of finished runs.")
    parser.add_argument("runs", nargs="*", help="run folders of finished runs on built-in worlds")
    parser.add_argument("--to", help="folder to write to (default: checkpoints/)")
    parser.add_argument("--ending", default="", help="end of the names, such as _small")
    parser.add_argument("--num-maps", type=int, default=NUM_MAPS, help="test maps to measure on")
    parser.add_argument("--num-drawn", type=int, default=0, help="maps to draw, if more than those")
    parser.add_argument("--inception-weights", help="file, for the deep measures as well")
    parser.add_argument("--inception-source", default="Keras' ImageNet weights", help="of the file")
    parser.add_argument("--segmentation-steps", type=int, default=300)
    parser.add_argument("--two-sample-steps", type=int, default=100)
    parser.add_argument("--no-cycles-and-frames", dest="cycles_and_frames", action="store_false")
    arguments = parser.parse_args()
    folder = pretrained.folder() if arguments.to is None else Path(arguments.to)
    measures = {name: getattr(arguments, name) for name in MEASURES}
    if arguments.inception_weights:
        measures |= {"features": "inception", "inception_weights": arguments.inception_weights}
    try:
        check_places({"--to": [folder / "translations.jpg"]})
        make_folder(folder)
        for run in arguments.runs:
            release(
                run,
                folder,
                ending=arguments.ending,
                num_maps=arguments.num_maps,
                num_drawn=arguments.num_drawn,
                inception_source=arguments.inception_source,
                **measures,
            )
        print(write_index(folder), draw_overview(folder))
    except (DataError, FileError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")


if __name__ == "__main__":
    main()
