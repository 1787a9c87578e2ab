"""A learned two-sample test: can a small network tell real maps from translated ones?

It needs no download, and finds whatever the maps at hand differ in.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from keras import layers

from cyclegan_tf.metrics.bootstrap import Estimate, percentile_interval, resampled_counts
from cyclegan_tf.metrics.features import cut_patches

# Side in pixels of the squares, and by how much they are shrunk: textures, and whole things.
SQUARES = {64: 1, 160: 2}
_BATCH = 32  # patches of each kind in an update
_RATE = 2e-3


class TwoSampleTest:
    """The share of patches that a network trained on other maps sorts rightly; holds the real maps.

        test = TwoSampleTest(real_maps)
        test.estimate(fake_maps)     # 0.5: can't be told from real, 1: always
        test.floor()                 # half of the real maps against the other half

    A classifier two-sample test (Lopez-Paz & Oquab 2017). A network learns real against translated
    patches on half of the maps of each kind, and its area under the ROC curve (AUC) on the other
    half is the score; then the halves change places, and the mean of both counts. The halves are of
    maps, not of patches, so maps learned by heart gain nothing. With AUC instead of the paper's
    accuracy, a threshold that is off costs nothing. With fewer than about 10 maps of a kind, equal
    sets score below 0.5: what one half of the maps has too much of, the other half lacks.

    Args:
        real_images: At least 4 uint8 `(h, w, 3)` maps of any size.
        side: Side in pixels of the squares that are judged.
        scale: Squares are shrunk by this factor, which must divide `side`: a network sees large
            shapes better in few pixels.
        patches_per_map: Number of squares of each map.
        num_steps: Updates of each network.
        seed: Seed of the network, of the places of the squares and of the draws.

    Attributes:
        side, scale, patches_per_map, num_steps, seed: As given.

    Raises:
        ValueError: There are fewer than 4 maps, or `scale` doesn't divide `side`.
    """

    def __init__(
        self,
        real_images: Sequence[np.ndarray],
        *,
        side: int = 64,
        scale: int = 1,
        patches_per_map: int = 32,
        num_steps: int = 100,
        seed: int = 0,
    ) -> None:
        if side % scale:
            raise ValueError(f"scale must divide side ({side}); received {scale}.")
        self.side, self.scale, self.seed = side, scale, seed
        self.patches_per_map, self.num_steps = patches_per_map, num_steps
        self._real = self._cut(real_images)
        self._network = _classifier(side // scale, seed)
        self._start = self._network.get_weights()

    def estimate(self, fake_images: Sequence[np.ndarray], *, num_resamples: int = 1000) -> Estimate:
        """Returns the AUC of translated maps against the real ones.

        Args:
            fake_images: At least 4 uint8 `(h, w, 3)` maps.
            num_resamples: Draws of the bootstrap over the maps of both kinds; 0 for no interval.

        Raises:
            ValueError: There are fewer than 4 maps.
        """
        return self._compare(self._real, self._cut(fake_images), num_resamples)

    def floor(self, *, num_resamples: int = 1000) -> Estimate:
        """Returns the AUC of half of the real maps against the other half: about 0.5.

        Args:
            num_resamples: As in `estimate`.

        Raises:
            ValueError: There are fewer than 8 real maps.
        """
        if len(self._real) < 8:
            raise ValueError(
                f"floor() needs at least 8 real maps to halve twice; received {len(self._real)}."
            )
        return self._compare(self._real[::2], self._real[1::2], num_resamples)

    def _cut(self, images: Sequence[np.ndarray]) -> np.ndarray:
        if len(images) < 4:
            raise ValueError(
                f"TwoSampleTest needs at least 4 maps of each kind; received {len(images)}."
            )
        options = {"num_patches": self.patches_per_map, "size": self.side // self.scale}
        return np.stack(
            [
                cut_patches(image, **options, scale=self.scale, seed=[self.seed, self.side, i])
                for i, image in enumerate(images)
            ]
        )

    def _compare(self, real: np.ndarray, fake: np.ndarray, num_resamples: int) -> Estimate:
        wins = []
        for fold in (0, 1):
            self._learn(real[1 - fold :: 2], fake[1 - fold :: 2], fold)
            wins.append(_wins(self._judge(real[fold::2]), self._judge(fake[fold::2])))
        value = float(np.mean([w.mean() for w in wins]))
        if not num_resamples:
            return Estimate(value)
        samples = np.mean([_resampled(w, num_resamples, self.seed) for w in wins], axis=0)
        return Estimate(value, *percentile_interval(samples))

    def _learn(self, real: np.ndarray, fake: np.ndarray, fold: int) -> None:
        """Trains the network anew: high logits for real patches."""
        self._network.set_weights(self._start)
        for variable in self._network.optimizer.variables:
            variable.assign(keras.ops.zeros_like(variable))
        self._network.optimizer.learning_rate.assign(_RATE)
        for batch in self._batches(real, fake, np.random.default_rng([self.seed, fold])):
            self._network.train_on_batch(*batch)

    def _batches(
        self, real: np.ndarray, fake: np.ndarray, random: np.random.Generator
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yields patches, as many real as translated ones, half of them mirrored."""
        labels = np.repeat([[1.0], [0.0]], _BATCH, axis=0)
        for _ in range(self.num_steps):
            picked = [
                kind[random.integers(len(kind), size=_BATCH),
                     random.integers(self.patches_per_map, size=_BATCH)]
                for kind in (real, fake)
            ]  # fmt: skip
            patches = np.concatenate(picked)
            mirrored = random.random(len(patches)) < 0.5
            patches[mirrored] = patches[mirrored, :, ::-1]
            yield patches, labels

    def _judge(self, patches: np.ndarray) -> np.ndarray:
        """Logits `(maps, patches_per_map)`."""
        flat = patches.reshape(-1, *patches.shape[2:])
        return self._network.predict_on_batch(flat).reshape(patches.shape[:2])


def _classifier(side: int, seed: int) -> keras.Model:
    inputs = keras.Input((side, side, 3))
    x: Any = inputs
    for i, filters in enumerate((16, 32, 64)):
        start = keras.initializers.HeNormal(seed=10 * seed + i)
        x = layers.Conv2D(filters, 4, strides=2, kernel_initializer=start, dtype="float32")(x)
        x = layers.LeakyReLU(0.2, dtype="float32")(x)
    x = layers.GlobalAveragePooling2D(dtype="float32")(x)
    outputs = layers.Dense(1, kernel_initializer="zeros", dtype="float32")(x)
    network = keras.Model(inputs, outputs, name="two_sample")
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(_RATE), loss, jit_compile=False)
    network.optimizer.build(network.trainable_variables)
    return network


def _wins(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """AUC between any two maps, from logits: float64 `(real maps, fake maps)`; a tie is a half."""
    real, fake = real[:, None, :, None], fake[None, :, None, :]
    return ((real > fake).mean(axis=(2, 3)) + (real >= fake).mean(axis=(2, 3))) / 2


def _resampled(wins: np.ndarray, num_resamples: int, seed: int) -> np.ndarray:
    """The AUC of maps drawn with replacement, `(num_resamples,)`."""
    real, fake = (resampled_counts(n, num_resamples, seed + i) for i, n in enumerate(wins.shape))
    return np.einsum("ri,ij,rj->r", real, wins, fake) / wins.size
