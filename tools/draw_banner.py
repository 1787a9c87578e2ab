"""The moving picture at the top of the README: parts of test maps, redrawn by a line that sweeps.

    python tools/draw_banner.py docs/images/banner.webp

At full size, from the first test map of each pair, not picked: the lower middle of the map.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from cyclegan_tf import Translator
from data_pipeline import open_sources
from data_pipeline.worlds.themes import PAIRS

HEIGHT, WIDTH = 360, 800
STEPS = 14  # of a sweep
HOLD, STEP = 900, 60  # milliseconds


def window(image: np.ndarray) -> np.ndarray:
    """Cuts the lower middle out of a map."""
    top = image.shape[0] - HEIGHT - 40
    left = (image.shape[1] - WIDTH) // 2
    return image[top : top + HEIGHT, left : left + WIDTH]


def sweep(before: np.ndarray, after: np.ndarray) -> tuple[list[np.ndarray], list[int]]:
    """Frames in which a white line moves to the right and leaves the translation behind it."""
    frames, durations = [before], [HOLD]
    for i in range(1, STEPS):
        cut = WIDTH * i // STEPS
        frame = before.copy()
        frame[:, :cut] = after[:, :cut]
        frame[:, max(0, cut - 2) : cut + 2] = 255
        frames.append(frame)
        durations.append(STEP)
    return [*frames, after], [*durations, 2 * HOLD]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    frames, durations = [], []
    for pair, names in PAIRS.items():
        sources = open_sources(f"world:{pair}?num_maps=4", split="test", progress=False)
        for source, name in zip(sources, (pair, "2".join(reversed(names))), strict=True):
            image = source.load(0)
            more, times = sweep(window(image), window(Translator.load(name)(image)))
            frames += more
            durations += times
    pictures = [Image.fromarray(frame) for frame in frames]
    pictures[0].save(
        options.out, save_all=True, append_images=pictures[1:], duration=durations, loop=0,
        quality=70, method=6, minimize_size=False,
    )  # fmt: skip
    print(f"{options.out}: {len(frames)} frames, {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
