"""Which instance-norm statistics suit whole maps? Patch-KID and L1 of pretrained generators.

    python research/map_statistics.py --picture statistics.jpg

Translates test maps of the built-in worlds with statistics of the whole map, of windows of several
sizes, and of 16 training maps (locked). Prints a table of research/LOG.md; the picture shows the
first pair's first map in each way.
"""

import argparse
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import matplotlib
import numpy as np

from cyclegan_tf.metrics import PatchKID, paired_l1
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.translation.translator import Translator
from data_pipeline.worlds import PAIRS, world_maps

NUM_REFERENCES = 16


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("generators", nargs="*", default=sorted(PAIRS), help="names")
    parser.add_argument("--scale", type=float, default=0.25)
    parser.add_argument("--num-maps", type=int, default=8)
    parser.add_argument("--windows", type=int, nargs="+", default=[96, 192, 480], help="pixels")
    parser.add_argument("--picture", help="file to draw the first map to")
    arguments = parser.parse_args()
    ways, pictures = ["whole", *(f"window {w}" for w in arguments.windows), "locked"], {}
    print("| generator | " + " | ".join(ways) + " |\n| --- |" + " --- |" * len(ways))
    for name in arguments.generators:
        cells, first = measure(name, arguments)
        pictures = pictures or first
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    if arguments.picture:
        draw(pictures, arguments.picture)


def measure(name, arguments):
    """Returns a cell of text per way, and the first map in each way."""
    options = {"scale": arguments.scale, "progress": False}
    references = world_maps(name, "train", "a", num_maps=NUM_REFERENCES, **options)
    kid = PatchKID(world_maps(name, "train", "b", num_maps=40, **options))
    inputs, targets = (
        world_maps(name, "test", domain, **options)[: arguments.num_maps] for domain in "ab"
    )
    generator = load_generator(name)
    whole = Translator(generator)
    statistics = whole.record(references[0])
    for image in references[1:]:
        statistics = statistics.merge(whole.record(image))
    translators = [whole]
    translators += [Translator(generator, statistics="window", window=w) for w in arguments.windows]
    translators.append(Translator(generator, statistics="locked", reference=statistics))
    cells, pictures = [], {"input": inputs[0]}
    for translator in translators:
        fakes = [translator(image) for image in inputs]
        error = np.mean([paired_l1(*pair) for pair in zip(fakes, targets, strict=True)])
        cells.append(f"{kid.distance(fakes):.2f}, {error:.1f}")
        title = translator.statistics
        pictures[f"{title} {translator.window}" if title == "window" else title] = fakes[0]
    return cells, {**pictures, "true": targets[0]}


def draw(pictures, path):
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    rows = -(-len(pictures) // 2)
    _, axes = plt.subplots(rows, 2, figsize=(13, 3.2 * rows), layout="constrained")
    for ax in axes.flat:
        ax.axis("off")
    for ax, (title, image) in zip(axes.flat, pictures.items(), strict=False):
        ax.imshow(image)
        ax.set_title(title)
    plt.savefig(path, dpi=80)


if __name__ == "__main__":
    main()
