"""`Taken`: the measures that one direction's translations allow, and why others are missing."""

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from cyclegan_tf.errors import FeaturesError
from cyclegan_tf.evaluation import network_scores, scores
from cyclegan_tf.evaluation.materials import Material
from cyclegan_tf.evaluation.scores import Score
from cyclegan_tf.metrics.discriminators import discriminator_gap
from cyclegan_tf.metrics.grid import PERIOD
from cyclegan_tf.metrics.inception import InceptionFeatures
from cyclegan_tf.translation.translator import Translator

_OFF = "cycles_and_frames is off"


class Taken:
    """What has been measured of one direction; each method takes a family of measures.

    Args:
        material: What the direction is measured on.
        fakes: Translations of `material.inputs`, in the same order: uint8 `(h, w, 3)`.
        seed: Seed of all that is random in the measures.
        say: Called with lines of text about what is being done.

    Attributes:
        scores: Those taken so far, by name.
        left_out: Why a measure is missing, by name.
    """

    scores: dict[str, Score]
    left_out: dict[str, str]

    def __init__(
        self,
        material: Material,
        fakes: Sequence[np.ndarray],
        seed: int,
        say: Callable[[str], object],
    ) -> None:
        self._material, self._fakes, self._seed, self._say = material, fakes, seed, say
        self.scores, self.left_out = {}, {}

    def plain(self) -> dict[str, Any]:
        """Returns all of it, fit for JSON."""
        return {
            "maps": len(self._material.inputs),
            "scores": {name: _plain(score) for name, score in self.scores.items()},
            "left_out": self.left_out,
        }

    def unpaired(self, period: int = PERIOD) -> None:
        """Takes what compares translations with any real maps; `period`: of the checkerboard."""
        self.scores |= scores.unpaired_scores(
            self._material, self._fakes, seed=self._seed, period=period
        )
        if "patch_kid" not in self.scores:
            self.left_out["patch_kid"] = "needs at least 2 maps of each domain"

    def inception(self, weights: str | os.PathLike | None, sides: Sequence[int]) -> None:
        """Takes KID and FID on InceptionV3, where there are its weights and enough maps."""
        if "patch_kid" not in self.scores:
            return
        try:
            network = InceptionFeatures(weights)
        except FeaturesError as error:
            self.left_out["kid_inception"] = str(error)
            self._say(str(error))
            return
        self.scores |= network_scores.inception_scores(
            self._material, self._fakes, network, sides=sides, seed=self._seed, say=self._say
        )

    def two_sample(self, num_steps: int) -> None:
        """Takes the learned two-sample test, unless it has 0 updates."""
        if not num_steps:
            self.left_out["two_sample"] = "switched off (0 updates)"
        elif min(len(self._fakes), len(self._material.reals)) < 4:
            self.left_out["two_sample"] = "needs at least 4 maps of each domain"
        else:
            self.scores |= network_scores.two_sample_scores(
                self._material, self._fakes, num_steps=num_steps, seed=self._seed
            )

    def structure(self) -> None:
        """Takes what compares translations with their inputs."""
        self.scores |= scores.structure_scores(self._material, self._fakes)

    def cycles_and_frames(
        self, translator: Translator, back: Translator | None, wanted: bool = True
    ) -> None:
        """Takes what translates every map several times more, if it is wanted."""
        if not wanted or translator.preparation.takes_bands:
            reason = "is taken of gray and RGB, not of bands" if wanted else _OFF
            self.left_out |= dict.fromkeys(("cycle_l1", "warping_error"), reason)
            return
        if back:
            self.scores |= scores.cycle_scores(self._material, translator, back)
        else:
            self.left_out["cycle_l1"] = "needs both generators: give the run folder"
        self.scores |= scores.temporal_scores(self._material, translator, translator.multiple)
        if not self._material.frames:
            self.left_out["warping_error"] = "needs frames with exact flow: a world"

    def gap(
        self,
        discriminator: keras.Model | None,
        images: tuple[Sequence[np.ndarray], Sequence[np.ndarray], Sequence[np.ndarray]],
        as_trained: dict[str, Any],
    ) -> None:
        """Takes what the discriminator has learned by heart, where a run still has one.

        Args:
            discriminator: That of the target domain.
            images: Real maps that it has seen, those that it hasn't, and translations; with the
                channels that it takes.
            as_trained: Further arguments of `discriminator_gap`.
        """
        if discriminator is None:
            self.left_out["discriminator_gap"] = "needs the checkpoints of a run folder"
        elif not images[1]:
            self.left_out["discriminator_gap"] = (
                "needs maps that were not trained on: testA and testB"
            )
        else:
            gap = discriminator_gap(discriminator, *images, **as_trained, seed=self._seed)
            self.scores["discriminator_gap"] = Score(*gap, real=0.0)

    def paired(self, num_steps: int) -> None:
        """Takes what needs true pairs, and labels for a U-Net of so many updates."""
        material = self._material
        if material.trues is None:
            reason = "needs true pairs: the val or test split of a world"
            self.left_out |= dict.fromkeys(("paired_l1", "segmentation_accuracy"), reason)
            return
        self.scores |= scores.paired_scores(material, self._fakes)
        if not num_steps:
            self.left_out["segmentation_accuracy"] = "switched off (0 updates)"
        elif material.labels is None or material.real_labels is None:
            self.left_out["segmentation_accuracy"] = "needs the labels/ of the world"
        else:
            self.scores |= scores.segmentation_scores(
                material, self._fakes, num_steps=num_steps, seed=self._seed, say=self._say
            )


def _plain(score: Score) -> dict[str, float | None]:
    """The fields of a score without what JSON can't hold: NumPy numbers and NaN."""
    pairs = score._asdict().items()
    return {key: round(float(v), 6) if math.isfinite(v) else None for key, v in pairs}
