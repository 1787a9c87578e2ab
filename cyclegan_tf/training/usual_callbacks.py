"""The callbacks that every training has, and the pictures that they show."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np

from cyclegan_tf.config import Config
from cyclegan_tf.model.sizes import cut_to_multiple
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.training.callbacks import (
    Checkpoints,
    NewestGenerators,
    Previews,
    ProgressLog,
)
from cyclegan_tf.training.devices import Devices
from cyclegan_tf.training.images import preview_images, validation_images
from cyclegan_tf.training.validation import Validation
from data_pipeline.sources import Source


class Shown(NamedTuple):
    """What previews and validations show.

    Attributes:
        sources: Training images of A and of B.
        are_own: Whether `train` got them, so that there is no other split of theirs.
        multiple: What the generators need sides to be multiples of.
    """

    sources: Sequence[Source]
    are_own: bool
    multiple: int

    def previews(self, config: Config) -> list[list[np.ndarray]]:
        """Returns pictures for `Previews`."""
        return self._cut(preview_images(config, self.sources))

    def validation(self, config: Config) -> list[list[list[np.ndarray]]]:
        """Returns pictures for `Validation`: inputs of both domains, real ones of both."""
        held_out = self.sources if self.are_own else None
        pictures = validation_images(config, self.sources, held_out=held_out)
        return [self._cut(domains) for domains in pictures]

    def _cut(self, domains: Sequence[Sequence[np.ndarray]]) -> list[list[np.ndarray]]:
        return [[cut_to_multiple(image, self.multiple) for image in side] for side in domains]


def usual_callbacks(
    run: RunFolder,
    config: Config,
    shown: Shown,
    log: ProgressLog,
    devices: Devices,
    watched: bool,
) -> list[keras.callbacks.Callback]:
    """Makes the log, previews, validations and checkpoints that the settings ask for.

    Args:
        run: The run folder.
        config: Settings of the run.
        shown: Pictures to show.
        log: The log, which keeps the time.
        devices: Those of the training; only the first worker shows anything.
        watched: Whether somebody looks at early previews.
    """
    usual: list[keras.callbacks.Callback] = [log]
    if not devices.is_chief:
        return [*usual, Checkpoints(run, config, log)]
    if config.sample_every:
        of_a, of_b = shown.previews(config)
        usual.append(Previews(run, config.sample_every, of_a, of_b, watched))
    if config.validate_every:
        usual.append(Validation(run, config, *shown.validation(config)))
    if config.generators_every:
        usual.append(NewestGenerators(run, config))
    return [*usual, Checkpoints(run, config, log)]
