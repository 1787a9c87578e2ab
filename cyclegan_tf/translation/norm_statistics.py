"""Instance-norm statistics as data: recorded from images, merged, saved, and looked up later."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from cyclegan_tf.errors import StatisticsError
from cyclegan_tf.model.layers import InstanceNormalization
from cyclegan_tf.model.upscaler import stages_of
from data_pipeline.archives import read_arrays
from data_pipeline.files import atomic_file

FLAT = 1e-6  # variance as a multiple of the norm's epsilon below which it is taken for rounding

_FIELDS = ("count", "mean", "variance")
_GENERATOR = "generator"


@dataclass(frozen=True)
class Moments:
    """Count, mean and (biased) variance of each channel; float64, so that merging loses nothing.

    Args:
        count: Values per channel.
        mean: `(channels,)`.
        variance: `(channels,)`.
    """

    count: int
    mean: np.ndarray
    variance: np.ndarray

    def merge(self, other: "Moments") -> "Moments":
        """Returns the moments of both sets of values together (Chan et al. 1979).

        >>> a = Moments(2, np.array([1.0]), np.array([1.0]))  # of 0, 2
        >>> b = Moments(1, np.array([4.0]), np.array([0.0]))  # of 4
        >>> a.merge(b)
        Moments(count=3, mean=array([2.]), variance=array([2.66666667]))
        """
        count = self.count + other.count
        if not count:
            return self
        share = other.count / count
        apart = other.mean - self.mean
        mean = self.mean + share * apart
        variance = (1 - share) * self.variance + share * other.variance
        return Moments(count, mean, variance + share * (1 - share) * apart**2)


class Statistics:
    """The moments of every instance norm of one generator.

        reference = record(generator, images)
        reference.save("meadow.npz")

    Args:
        moments: Layer name to `Moments`.
        generator: `fingerprint` of the generator that they were recorded with; empty if unknown.
    """

    def __init__(self, moments: dict[str, Moments], generator: bytes = b"") -> None:
        self.moments = dict(moments)
        self.generator = generator

    def merge(self, other: "Statistics") -> "Statistics":
        """Returns the statistics of both sets of images together, weighted by their pixels.

        Raises:
            ValueError: They come from different generators.
        """
        unshared = sorted(self.moments.keys() ^ other.moments.keys())
        if unshared:
            raise ValueError(
                "statistics of generators with different layers can't be merged; "
                f"received some with and some without {', '.join(unshared)}."
            )
        if self.generator and other.generator and self.generator != other.generator:
            raise ValueError("statistics of different generators can't be merged.")
        merged = {n: m.merge(other.moments[n]) for n, m in self.moments.items()}
        return Statistics(merged, self.generator or other.generator)

    def check(self, generator: keras.Model) -> None:
        """Compares fingerprints. Both directions of a run have the same layers, of the same sizes.

        Raises:
            StatisticsError: They belong to another generator.
        """
        if self.generator and self.generator != fingerprint(generator):
            raise StatisticsError(
                f"statistics must be those of this generator, {generator.name}; received some that "
                "were recorded with other weights. Record them again with this generator."
            )

    def affine(self, norm: InstanceNormalization) -> tuple[np.ndarray, np.ndarray]:
        """Returns what an instance norm does with these statistics.

        Returns:
            Scale and offset, float32 `(channels,)`: the norm is `inputs * scale + offset`. Where
            the input hardly varies (`FLAT`), the scale is 0, unlike in `InstanceNormalization`.

        Raises:
            StatisticsError: They have no such layer, or one with other channels.
        """
        found = self.moments.get(norm.name)
        gamma, beta = (keras.ops.convert_to_numpy(w).astype("d") for w in (norm.gamma, norm.beta))
        if found is None or found.mean.shape != gamma.shape:
            raise StatisticsError(
                f"statistics must have {len(gamma)} channels for layer {norm.name} of this "
                f"generator; received {0 if found is None else len(found.mean)}. "
                "Record them again with the generator that they are used with."
            )
        scale = gamma / np.sqrt(found.variance + norm.epsilon)
        # Of a flat picture only rounding is left of the variance, which norm after norm would make
        # visible. The standard deviation after the norm, which is dropped here, is below
        # sqrt(FLAT) = 0.001 times gamma; a single value may deviate more.
        scale[found.variance < FLAT * norm.epsilon] = 0.0
        return scale.astype("f"), (beta - found.mean * scale).astype("f")

    def save(self, path: str | os.PathLike) -> None:
        """Writes an `.npz` file, whole or not at all: three arrays per layer, and the fingerprint.

        Raises:
            StatisticsError: It can't be written.
        """
        arrays = {
            f"{name}/{field}": getattr(m, field)
            for name, m in self.moments.items()
            for field in _FIELDS
        }
        arrays[_GENERATOR] = np.frombuffer(self.generator, np.uint8)
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(path) as partial, open(partial, "wb") as file:
                np.savez(file, **arrays)
        except OSError as error:
            raise StatisticsError(f"{path} cannot be written: {error}.") from error

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Statistics":
        """Reads what `save` wrote.

        Raises:
            StatisticsError: There is no such file, or it holds something else.
        """
        try:
            arrays = read_arrays(path)
        except FileNotFoundError as error:
            raise StatisticsError(f"{path} does not exist.") from error
        except (OSError, ValueError) as error:
            raise StatisticsError(f"{path} holds no statistics: {error}.") from error
        generator = arrays.pop(_GENERATOR, np.zeros(0, np.uint8)).tobytes()
        names = {key.partition("/")[0] for key in arrays}
        if unknown := sorted(arrays.keys() - {f"{n}/{f}" for n in names for f in _FIELDS}):
            raise StatisticsError(f"{path} holds no statistics: it has {unknown[0][:60]!r}.")
        return cls({name: _moments(path, name, arrays) for name in names}, generator)


def _moments(path: str | os.PathLike, name: str, arrays: dict[str, np.ndarray]) -> Moments:
    found = [arrays.get(f"{name}/{field}") for field in _FIELDS]
    shapes = [None if array is None else array.shape for array in found]
    count, mean, variance = (np.asarray(a, np.float64) for a in found)
    if (
        shapes[0] != ()
        or shapes[1] != shapes[2]
        or mean.ndim != 1
        or not all(np.isfinite(values).all() for values in (count, mean, variance))
        or count < 0
        or (variance < 0).any()
    ):
        raise StatisticsError(
            f"{path} holds no statistics: those of {name[:60]!r} are no count, means and variances."
        )
    return Moments(int(count), mean, variance)


def norm_layers(generator: keras.Model) -> list[InstanceNormalization]:
    """Returns the instance norms of a generator in the order in which they are applied."""
    if stages := stages_of(generator):
        return norm_layers(stages.generator)
    return [layer for layer in generator.layers if isinstance(layer, InstanceNormalization)]


def fingerprint(generator: keras.Model) -> bytes:
    """Returns a digest of a generator's weights, 16 bytes.

    They are rounded to float16, as they are stored to be published. Of a two-stage generator it is
    that of its first stage, which has the norms.
    """
    if stages := stages_of(generator):
        return fingerprint(stages.generator)
    digest = hashlib.blake2b(digest_size=16)
    for weights in generator.get_weights():
        digest.update(np.asarray(weights, np.float16).tobytes())
    return digest.digest()


def record(generator: keras.Model, batch: np.ndarray) -> Statistics:
    """Takes the statistics that a generator computes on a batch in one whole pass.

    It works with any Keras model that has such norms, in as much memory as a whole pass needs; a
    `Translator` records maps of any size in bounded memory.

    Args:
        generator: Model with `InstanceNormalization` layers.
        batch: float32 `(batch, h, w, 3)` in [-1, 1], sides multiples of 4.

    Returns:
        The statistics of all images together.
    """
    if stages := stages_of(generator):
        batch = keras.ops.average_pool(batch, stages.factor)
        generator = stages.generator
    norms = norm_layers(generator)
    inputs = {norm.name: norm.input for norm in norms}
    seen = keras.Model(generator.input, inputs)(batch, training=False)
    merged: dict[str, Moments] = {}
    for norm in norms:
        features = seen[norm.name]
        count = features.shape[1] * features.shape[2]
        means, variances = (
            np.asarray(keras.ops.convert_to_numpy(m), "d")[:, 0, 0] for m in norm.moments(features)
        )
        for mean, variance in zip(means, variances, strict=True):
            one = Moments(count, mean, variance)
            merged[norm.name] = merged[norm.name].merge(one) if norm.name in merged else one
    return Statistics(merged, fingerprint(generator))
