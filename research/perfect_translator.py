"""What a perfect translator would score that can't know which of a theme's individuals is meant.

    python research/perfect_translator.py --pairs meadow2forest candy2clocktown

Unpaired maps show how a world looks, not which of its four trees stands for which of the other
world's, nor at which pixel a texture begins. Here the true map is drawn once more with individuals
drawn anew and textures shifted: each thing in its place, in its style, of its size. No translator
that draws sharp pictures can expect a lower paired L1; one that draws the mean of all individuals
can (research/LOG.md). Validation maps and measures are those of time_to_quality.py.
"""

import argparse
import dataclasses
import json
from unittest import mock

import numpy as np
from PIL import Image
from time_to_quality import VALIDATION_MAPS, Measures

from cyclegan_tf import images
from cyclegan_tf.directions import Direction
from data_pipeline.worlds import PAIRS, sprites
from data_pipeline.worlds.dataset import map_specs
from data_pipeline.worlds.layout import VARIANTS
from data_pipeline.worlds.placement import make_layout
from data_pipeline.worlds.render import render


def redrawn(layout, random):
    """The layout with each individual drawn anew out of its kind and size."""

    def anew(things):
        return tuple(dataclasses.replace(t, variant=int(random.integers(VARIANTS))) for t in things)

    names = ("props", "platforms", "clouds")
    return dataclasses.replace(layout, **{name: anew(getattr(layout, name)) for name in names})


def shifted_textures(random):
    """A context in which soil, the ground's surface and shapes in the air begin elsewhere."""
    soil, cap, air = sprites.soil_tile, sprites.cap_strips, sprites.air_sprite
    down, right = random.random(2)

    def rolled(array, down=down):
        height, width = array.shape[:2]
        return np.roll(array, (round(down * height), round(right * width)), (0, 1))

    def soil_tile(*key):
        return Image.fromarray(rolled(np.array(soil(*key))))

    def cap_strips(*key):
        return tuple(rolled(strip, down=0) for strip in cap(*key))

    def air_sprite(*key):
        sprite = air(*key)
        if sprite is None:
            return None
        rgba = np.dstack([np.array(sprite.image), np.array(sprite.alpha)])
        return sprites.to_sprite(rolled(rgba))

    return mock.patch.multiple(
        sprites, soil_tile=soil_tile, cap_strips=cap_strips, air_sprite=air_sprite
    )


def perfect_maps(pair, way, scale, random, structure=0):
    """The true maps of a direction, drawn once more: uint8, in the order of the measures."""
    domain, theme = ("a", PAIRS[pair][1]) if way == "a2b" else ("b", PAIRS[pair][0])
    options = {"num_maps": VALIDATION_MAPS, "scale": scale, "structure": structure}
    for spec in map_specs(pair, "val", domain, **options):
        layout = redrawn(make_layout(spec.layout_seed), random)
        options = {"camera": spec.camera, "structure": structure}
        yield render(layout, theme, scale=scale, **options).image


def score(pair, scale, seed, structure):
    """All measures of both directions, as `time_to_quality.Measures` takes them of generators."""
    # The scale ends up in the address of the world, where the structure can follow it.
    measures = Measures(pair, f"{scale}&structure={structure}")
    random = np.random.default_rng(seed)
    maps = {way: perfect_maps(pair, way, scale, random, structure) for way in Direction}

    def translator(way):
        def translate(batch):
            height, width = batch.shape[1:3]
            return images.uint8_to_unit(next(maps[way])[:height, :width])[None]

        return translate

    with shifted_textures(random):
        return measures({way: translator(way) for way in Direction})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", nargs="+", default=sorted(PAIRS), choices=sorted(PAIRS))
    parser.add_argument("--scale", type=float, default=0.25)
    parser.add_argument("--structure", type=int, default=0, choices=(0, 1))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="perfect_translator.jsonl")
    arguments = parser.parse_args()
    for pair in arguments.pairs:
        result = {
            "pair": pair,
            "seed": arguments.seed,
            "structure": arguments.structure,
            **score(pair, arguments.scale, arguments.seed, arguments.structure),
        }
        print(json.dumps(result), flush=True)
        with open(arguments.out, "a") as file:
            file.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
