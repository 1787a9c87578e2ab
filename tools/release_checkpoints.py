"""Makes what is in checkpoints/ of finished runs on built-in worlds: files, cards, pictures, index.

python tools/release_checkpoints.py runs/mine
"""

import argparse
import json
from pathlib import Path

import keras
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError
from cyclegan_tf.evaluation.evaluate import evaluate
from cyclegan_tf.files import write_text
from cyclegan_tf.model.networks import with_precision
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.folder import RunFolder, save_model
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.translation.translator import Translator
from data_pipeline import open_sources

LICENCE = "MIT, like the code; trained on built-in worlds only"
NUM_MAPS = 12  # test maps that the scores of a card are taken on
OVERVIEW = 0  # the test map shown for all of them
WORST_ROUNDING = 1 / 127.5  # 1/255 of the range [-1, 1]
_INDEX = """# Checkpoints

    cyclegan-tf translate meadow2forest PICTURE       # any of these names

Small generators trained on the built-in worlds, to look at and to measure against; drawn at the
scale that they were trained on (in `data` of the card). Scores on test maps that training never
saw, with 95 % intervals over maps; what they mean: [docs/metrics.md](../docs/metrics.md). All
scores, the recipe and the licence are on the cards, NAME.json. Training time is by the clock.

| name | paired L1 | untranslated | patch-KID | untranslated | updates | training |
| --- | --- | --- | --- | --- | --- | --- |"""


def ship(run_dir, to=None, *, segmentation_steps: int = 300, say=print) -> list[Path]:
    """Makes checkpoints of a finished run on a built-in world: file, card and sample picture each.

    The weights are stored in float16, after a check that this changes no value of an output by more
    than 1/255 of its range; else in float32.

    Args:
        run_dir: Run folder of a finished run.
        to: Folder to write to. Default: that of the project.
        segmentation_steps: As of `evaluate`.
        say: Called with lines of text about what is being done.

    Returns:
        The `.keras` files.
    """

    run, to = RunFolder(run_dir), Path(to or pretrained.folder())
    if not run.card_file.exists():
        raise RunError(f"{run.path} is not finished: it has no {run.card_file.name}.")
    trained = json.loads(run.card_file.read_text())
    pictures = {way: _pictures(trained["data"], way) for way in Direction}
    rounding, paths = {}, {}
    for direction in Direction:
        source, target = (trained["domains"][d] for d in (direction.source, direction.target))
        paths[direction] = to / f"{source}2{target}.keras"
        generator = load_generator(run.path, direction)
        small, rounding[direction] = _smaller(generator, pictures[direction][0])
        save_model(small, paths[direction])
    generators = {way: load_generator(path) for way, path in paths.items()}  # as they will be used
    result = evaluate(
        run.path,
        split="test",
        num_maps=NUM_MAPS,
        precision="float32",
        segmentation_steps=segmentation_steps,
        generators=generators,
        say=say,
    )
    for direction, path in paths.items():
        card = {
            "name": path.stem,
            **trained,
            "direction": direction,
            "weights": f"{trained['weights']}, {rounding[direction]}",
            "licence": LICENCE,
            "split": result["split"],
            **result["directions"][direction],
        }
        write_text(path.with_suffix(".json"), json.dumps(card, indent=2) + "\n")
        _draw(generators[direction], *pictures[direction], path.with_suffix(".jpg"))
        say(f"{path}: {path.stat().st_size / 1e6:.2f} MB, {rounding[direction]}")
    return list(paths.values())


def _smaller(generator, inputs):
    """The generator with weights rounded to float16, if no output changes visibly, and a word."""

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


def _pictures(data, direction, count=3):
    """Some test maps, sides multiples of 4, and their true pictures."""

    both = open_sources(data, split="test", progress=False)
    maps = [[source.load(i)[..., :3] for i in range(count)] for source in both]
    maps = [[m[: len(m) // 4 * 4, : m.shape[1] // 4 * 4] for m in side] for side in maps]
    return maps if direction == Direction.A2B else maps[::-1]


def _draw(generator, inputs, trues, path):

    translate = Translator(generator, "float32")
    rows = zip(inputs, map(translate, inputs), trues, strict=True)
    images.write_image(path, images.grid(_cut(rows)), quality=90)


def _cut(rows):
    """Rows of pictures of one size: the lower left of each, at most 300 pixels wide."""
    rows = [list(row) for row in rows]
    height = min(len(picture) for row in rows for picture in row)
    width = min(300, *(picture.shape[1] for row in rows for picture in row))
    return [[picture[-height:, :width] for picture in row] for row in rows]


def draw_overview(to) -> Path:
    """Writes translations.jpg beside the checkpoints: a test map of each world and its translation.

    A row per pair of worlds: map of A, its translation, map of B (the true picture of the latter),
    its translation.
    """

    rows = {}
    for card in _cards(to):
        pair = card["data"].partition("?")[0]
        inputs, _ = _pictures(card["data"], card["direction"])
        translate = Translator.load(Path(to) / f"{card['name']}.keras", precision="float32")
        row = rows.setdefault(pair, [])
        both = [inputs[OVERVIEW], translate(inputs[OVERVIEW])]
        rows[pair] = both + row if card["direction"] == Direction.A2B else row + both
    path = Path(to) / "translations.jpg"
    images.write_image(path, images.grid(_cut(rows.values())), quality=92)
    return path


def _cards(to):
    return [json.loads(path.read_text()) for path in sorted(Path(to).glob("*.json"))]


def write_index(to) -> Path:
    """Writes README.md beside the checkpoints: a table of their cards, and their pictures."""
    lines, cards = [_INDEX], _cards(to)
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
    lines += ["", "Test maps: input, translation, and the truth that was never shown."]
    for card in cards:
        lines += ["", f"**{card['name']}**", "", f"![{card['name']}]({card['name']}.jpg)"]
    write_text(Path(to) / "README.md", "\n".join(lines) + "\n")
    return Path(to) / "README.md"


def main():
    parser = argparse.ArgumentParser(description="Make checkpoints of finished runs.")
    parser.add_argument("runs", nargs="*", help="run folders of finished runs on built-in worlds")
    parser.add_argument("--to", help="folder to write to (default: that of the project)")
    parser.add_argument("--segmentation-steps", type=int, default=300)
    arguments = parser.parse_args()
    for run in arguments.runs:
        ship(run, arguments.to, segmentation_steps=arguments.segmentation_steps)
    to = arguments.to or pretrained.folder()
    print(write_index(to), draw_overview(to))


if __name__ == "__main__":
    main()
