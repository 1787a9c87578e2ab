"""Speed and memory of drawing worlds: Mpx of finished map per second and core, peak memory.

    python benchmarks/world_rendering.py [--maps 24] [--scale 1.0] [--structure 0 1]
        [--themes meadow forest ...]

Each theme is drawn in a fresh process on one core. "all" counts everything from the first map on,
"then" only the maps after all sprites have been drawn once, which is what a long job comes to.
Seconds are of processor time, so that other work on the machine does not count.
"""

import argparse
import itertools
import multiprocessing
import resource
import sys
import time

from data_pipeline.worlds import PAIRS, make_layout, render

THEMES = [theme for pair in PAIRS.values() for theme in pair]


def measure(job: tuple[str, int, float, int]) -> tuple[float, float, float, float]:
    """(megapixels, seconds for all, seconds when repeated, peak MB) of one theme."""
    theme, num_maps, scale, structure = job
    layouts = [make_layout(seed) for seed in range(num_maps)]
    seconds, pixels = [], 0
    for _ in range(2):
        start, pixels = time.process_time(), 0
        for layout in layouts:
            labels = render(layout, theme, scale=scale, structure=structure).labels
            pixels += labels.size
        seconds.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS, KiB on Linux
    return pixels / 1e6, *seconds, peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--maps", type=int, default=24, help="maps per theme (default: 24)")
    parser.add_argument("--scale", type=float, default=1.0, help="default: 1.0")
    parser.add_argument(
        "--structure", type=int, nargs="+", choices=(0, 1), default=[0], help="default: 0"
    )
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=THEMES)
    args = parser.parse_args()
    titles = ("theme", "structure", "Mpx", "all, Mpx/s", "then, Mpx/s", "peak, MB")
    print("{:10}{:>10}{:>8}{:>12}{:>13}{:>10}".format(*titles), flush=True)
    for theme, structure in itertools.product(args.themes, args.structure):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            size, first, again, peak = pool.apply(
                measure, ((theme, args.maps, args.scale, structure),)
            )
        row = (theme, structure, size, size / first, size / again, peak)
        print("{:10}{:10}{:8.1f}{:12.1f}{:13.1f}{:10.0f}".format(*row), flush=True)


if __name__ == "__main__":
    main()
