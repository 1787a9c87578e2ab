"""The demo: train on the built-in world pair, translate held-out maps, show them on one page.

Everything here is calls to the public parts; copy it as a start for your own.
"""

import os
import time
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np

from cyclegan_tf import images
from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.files import check_places
from cyclegan_tf.pages import Row, Section, write_page
from cyclegan_tf.presets import PRESETS
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.images import open_training_sources
from cyclegan_tf.training.train import train
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.gif import pan, write_gif
from data_pipeline.sources import Source

NUM_MAPS = 4
PAGE_UPDATES = 150  # updates take about as long as all that comes after the last one
# A map, its translation, and the other world's own drawing.
_Pictures: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]


class Deadline(keras.callbacks.Callback):
    """Ends a training early enough for the page to be ready in time, by the pace it measures.

    Args:
        end: When everything has to be done, by `time.monotonic()`.
    """

    def __init__(self, end: float) -> None:
        super().__init__()
        self._end = end
        self._before: tuple[float, int] | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Looks at the clock; the first interval, which compiles, says nothing of the pace."""
        now, step = time.monotonic(), self.model.num_updates
        if self._before is None:
            self._before = now, step
            return
        began, first = self._before
        if now + PAGE_UPDATES * (now - began) / (step - first) >= self._end:
            self.model.stop_training = True


def run_demo(
    run_dir: str | os.PathLike = "runs/demo",
    config: Config = PRESETS["demo"],
    *,
    minutes: float = 10.0,
    began: float | None = None,
) -> Path:
    """Trains (or resumes) a demo run and writes its page, pictures and GIF.

    Args:
        run_dir: Run folder.
        config: Settings of a run on a built-in world. Its test maps are pairs, so the page shows
            beside each translation how the other world itself draws the same layout.
        minutes: When to be done with everything, by the clock; the same call then goes on.
        began: When they began to count, by `time.monotonic()`. Default: now.

    Returns:
        The path of the page, `run_dir/index.html`.
    """
    began = time.monotonic() if began is None else began
    run_dir = RunFolder(run_dir).path
    page = run_dir / "index.html"
    check_places({"run_dir (--run)": [page, run_dir / "maps" / "pan.gif"]})
    # The deadline is the limit; that of the preset is for `train`.
    deadline = Deadline(began + 60 * minutes)
    model = train(config.replace(time_limit_minutes=0.0), run_dir, callbacks=[deadline])
    text = "Two generators, trained on maps that share no layout: no pair was ever shown."
    num_steps = config.epochs * config.steps_per_epoch
    if model.num_updates < num_steps:
        unfinished = (
            f"{minutes:g} minutes were over after {model.num_updates} of {num_steps} updates. The "
            "same again goes on from there, and makes better pictures."
        )
        print(unfinished)
        text += f" Not finished: {unfinished}"
    sources = dict(zip("ab", open_training_sources(config, split="test"), strict=True))
    maps_ab = _translate_maps(run_dir, sources, Direction.A2B)
    maps_ba = _translate_maps(run_dir, sources, Direction.B2A)
    sections = [
        _maps_section(run_dir, config, Direction.A2B, maps_ab),
        _pan_section(run_dir, maps_ab + maps_ba),
        _maps_section(run_dir, config, Direction.B2A, maps_ba),
        *_history_section(run_dir),
    ]
    write_page(
        page,
        f"{config.name_a} and {config.name_b}",
        text,
        sections,
    )
    return page


def _translate_maps(
    run_dir: Path, sources: dict[str, Source], direction: Direction
) -> list[_Pictures]:
    """Returns `(map, its translation, the other world's own drawing)` for some test maps."""
    here, there = sources[direction.source], sources[direction.target]
    translator = Translator.load(run_dir, direction)
    reals = [here.load(i) for i in range(min(NUM_MAPS, len(here)))]
    return [(real, translator(real), there.load(i)) for i, real in enumerate(reals)]


def _maps_section(
    run_dir: Path, config: Config, direction: Direction, maps: list[_Pictures]
) -> Section:
    names = {"a": config.name_a, "b": config.name_b}
    here, there = names[direction.source], names[direction.target]
    captions = {
        "input": f"{here}: the map as it is",
        "translation": f"translated to {there}",
        "truth": f"for comparison: the {there} world's own drawing",
    }
    rows: list[Row] = []
    for i, pictures in enumerate(maps):
        files = [f"maps/{direction}_{i + 1}_{kind}.png" for kind in captions]
        for file, picture in zip(files, pictures, strict=True):
            images.write_image(run_dir / file, picture)
        rows.append(list(zip(captions.values(), files, strict=True)))
    text = "Test maps: neither their layouts nor anything of them was in the training images."
    return f"{here} to {there}", text, rows


def _pan_section(run_dir: Path, maps: list[_Pictures]) -> Section:
    real, fake, _ = max(maps, key=lambda pictures: pictures[0].shape[1])
    frames = pan((real, fake), width=min(real.shape[1], 360), num_frames=60)
    write_gif(run_dir / "maps" / "pan.gif", frames)
    text = "A window moves across a map, above as it is, below as translated."
    return "Along a whole map", text, [[("input above, translation below", "maps/pan.gif")]]


def _history_section(run_dir: Path) -> list[Section]:
    """Returns previews from the beginning, the first third and the end; nothing without any."""
    previews = sorted((run_dir / "samples").glob("step_*.png"))
    if not previews:
        return []
    steps = [previews[0], previews[len(previews) // 3], previews[-1]]
    rows: list[Row] = [[(f"after {int(p.stem[5:])} updates", f"samples/{p.name}")] for p in steps]
    text = "Each row: map, translation and back again; left from A, right from B."
    return [("How it learned", text, rows)]
