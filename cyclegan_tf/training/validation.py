"""What is watched while training: a measure for the best generators, and signs of trouble.

This is a Keras callback like those of callbacks.py; docs/metrics.md says what the measures mean.
"""

import logging
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.metrics.structure import luminance_correlation
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.preparation import preparation_in
from cyclegan_tf.runs.trouble import Signs
from cyclegan_tf.training.best_measure import NAMES, best_measures
from cyclegan_tf.training.finish import save_generator
from data_pipeline.bands import rgb_views

ALIKE_INPUTS = 1.0  # gray levels: inputs that differ less say nothing of outputs that are alike


class Validation(keras.callbacks.Callback):
    """Measures the output every so often: keeps the best generators, warns of what went wrong.

    Writes validation.jsonl and, whenever the measure of a direction that `config.features` asks for
    is lower than ever, best_ab.keras or best_ba.keras. Warnings go to the log, once until the
    trouble is over. Callbacks after it find the latest measures in their `logs`.

    Args:
        run: Folder to write to. The best distances so far are taken from its validation.jsonl.
        config: Settings of the run.
        inputs: uint8 `(h, w, channels)` images of A and of B to translate, sides multiples of 4; if
            possible held-out ones. All that is measured is measured of the `rgb_view` of images.
        real: uint8 `(h, w, channels)` images of A and of B to compare the translations with.

    Raises:
        FeaturesError: The weights that `config.features` needs can't be had.
    """

    def __init__(
        self,
        run: RunFolder,
        config: Config,
        inputs: Sequence[Sequence[np.ndarray]],
        real: Sequence[Sequence[np.ndarray]],
    ) -> None:
        super().__init__()
        self.run, self.config = run, config
        self.inputs = dict(zip(Direction, inputs, strict=True))
        seen = {way: rgb_views(pictures) for way, pictures in self.inputs.items()}
        targets = dict(zip(Direction, map(rgb_views, real[::-1]), strict=True))
        self.measures = best_measures(config, seen, targets)
        lines = run.read_validation()
        names = {way: f"{NAMES[config.features]}_{way}" for way in Direction}
        self.best = {
            way: min((line[name] for line in lines if name in line), default=np.inf)
            for way, name in names.items()
        }
        self._found: dict[str, Any] = lines[-1] if lines else {}
        self._validated = self._found.get("step")
        self._last = -1  # before the first `fit` of this session; there may be several
        self._signs = Signs(config.gan_loss)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        if self._last < 0:
            self._last = self.model.num_updates

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        assert logs is not None  # Keras always gives them
        self._warn(self._signs.in_losses(logs))
        step, every = self.model.num_updates, self.config.validate_every
        if step // every > self._last // every:
            self._found = self.validate()
        self._last = step
        # For callbacks after this one, like EarlyStopping.
        logs |= {name: value for name, value in self._found.items() if name != "step"}

    def validate_last(self) -> None:
        """Validates at the end of training, unless the last update has been validated."""
        if self._validated != self.model.num_updates:
            self.validate()

    def validate(self) -> dict[str, Any]:
        """Translates, measures, saves what is best so far; returns the line that was written."""
        line: dict[str, Any] = {"step": self.model.num_updates}
        for way in Direction:
            generator = self.model.output_generator(way)
            fakes = [
                images.unit_to_uint8(generator(images.uint8_to_unit(image)[None])[0])
                for image in self.inputs[way]
            ]
            inputs, fakes = rgb_views(self.inputs[way]), rgb_views(fakes)
            pairs = zip(inputs, fakes, strict=True)
            correlations = [luminance_correlation(*pair) for pair in pairs]
            line[f"luminance_{way}"] = round(float(np.nan_to_num(correlations).mean()), 4)
            if (varied := variety(inputs)) >= ALIKE_INPUTS:
                line[f"variety_{way}"] = round(variety(fakes) / varied, 4)
            measure = self.measures[way]
            if measure:
                found = measure(fakes)
                line |= {f"{name}_{way}": value for name, value in found.items()}
                value = found[NAMES[self.config.features]]
                if value < self.best[way]:
                    self.best[way] = value
                    file, prepared = self.run.best_file(way), preparation_in(self.config)
                    save_generator(generator, file, way, prepared)
        self._warn(self._signs.in_validation(line))
        self.run.append_validation(line)
        self._validated = line["step"]
        return line

    def _warn(self, signs: Sequence[str]) -> None:
        for sign in signs:
            logging.getLogger(__name__).warning("Update %d: %s.", self.model.num_updates, sign)


def variety(pictures: Sequence[np.ndarray]) -> float:
    """Returns how much pictures differ from one another: mean deviation of their 8x8 thumbnails.

    Args:
        pictures: uint8 `(h, w, 3)` images of any sizes.

    Returns:
        0 (all alike) to about 120.

    >>> black, white = np.zeros((8, 8, 3), np.uint8), np.full((16, 8, 3), 255, np.uint8)
    >>> variety([black, white]), variety([black, black])
    (127.5, 0.0)
    """
    small = [Image.fromarray(image).resize((8, 8), Image.Resampling.BOX) for image in pictures]
    return float(np.stack([np.asarray(image, np.float64) for image in small]).std(axis=0).mean())
