"""Can a network that knows the target world read the translation? A small U-Net and its scores.

True pictures and labels come from `data_pipeline.ground_truth`.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from cyclegan_tf.images import uint8_to_unit
from cyclegan_tf.model_files.loading import load_model
from data_pipeline.files import atomic_file, cache_folder

VERSION = 1  # counts up whenever the same parameters give another network
_STRIP, _HALO = 512, 64  # columns; multiples of 8, the halo covers what a pixel sees


class Segmenter:
    """Reads the class of every pixel.

    Args:
        network: Model from `(batch, h, w, 3)` in [-1, 1] to logits `(batch, h, w, num_classes)`,
            such as `unet`; heights and widths are multiples of 8.

    Attributes:
        network: As given.
    """

    def __init__(self, network: keras.Model) -> None:
        self.network = network

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Reads an image in strips, in bounded memory.

        Args:
            image: uint8 `(h, w, 3)`.

        Returns:
            uint8 `(h, w)`, class ids.
        """
        height, width = image.shape[:2]
        padding = [(0, -height % 8), (0, -width % 8), (0, 0)]
        padded = np.pad(image, padding, mode="symmetric")
        strips = []
        for start in range(0, padded.shape[1], _STRIP):
            left = max(0, start - _HALO)
            strip = uint8_to_unit(padded[None, :, left : start + _STRIP + _HALO])
            logits = keras.ops.convert_to_numpy(self.network(strip, training=False))[0]
            strips.append(logits[:, start - left :][:, :_STRIP].argmax(axis=-1))
        return np.concatenate(strips, axis=1)[:height, :width].astype(np.uint8)


def train_segmenter(
    images: Sequence[np.ndarray],
    labels: Sequence[np.ndarray],
    *,
    num_classes: int,
    num_steps: int = 300,
    crop_size: int = 96,
    batch_size: int = 6,
    filters: int = 16,
    seed: int = 0,
    cache_dir: str | os.PathLike | None = None,
    say: Callable[[str], object] | None = None,
) -> Segmenter:
    """Trains a U-Net (Ronneberger et al. 2015) on true pictures, or loads it from the cache.

    Training takes about a minute on two cores with the defaults. The file's name is a digest of
    every parameter, picture and label, so a cached network is never the wrong one.

    Args:
        images: uint8 `(h, w, 3)` each, maps of the target world.
        labels: Integer `(h, w)` for each map, class ids in [0, num_classes).
        num_classes: Number of classes.
        num_steps: Number of updates.
        crop_size: Side of the training crops in pixels, a multiple of 8.
        batch_size: Crops per update.
        filters: Channels of the first level.
        seed: Seed of the weights and crops.
        cache_dir: Folder where networks are kept. Default: `$CYCLEGAN_TF_CACHE`, or else
            `~/.cache/cyclegan_tf`.
        say: Called with a line of text before training, and when the cache can't be used.

    Returns:
        The trained network, ready to read images.
    """
    settings = [VERSION, num_classes, num_steps, crop_size, batch_size, filters, seed]
    path = _cache_path(settings, images, labels, cache_dir)
    if path.exists():
        try:
            return Segmenter(load_model(path, compile=False))
        except Exception as error:  # damaged: Keras raises many types here
            if say:
                say(f"Training again: {path} can't be read ({error}).")
    if say:
        say(f"Training a small U-Net to read the target world ({num_steps} updates, kept)")
    network = unet(num_classes, filters, seed)
    rate = keras.optimizers.schedules.CosineDecay(4e-3, max(num_steps, 1))
    network.compile(
        keras.optimizers.Adam(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=False,  # XLA is slower on CPUs
    )
    for batch in _batches(images, labels, num_steps, crop_size, batch_size, seed):
        network.train_on_batch(*batch)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as partial:
            network.save(partial)
    except OSError as error:  # a full or read-only disk must not stop an evaluation
        if say:
            say(f"The U-Net is not kept: can't write {path} ({error}).")
    return Segmenter(network)


def unet(num_classes: int, filters: int = 16, seed: int = 0) -> keras.Model:
    """Builds a U-Net of four levels.

    It has batch normalisation, so that a network trained on crops can read whole maps, whatever
    else is on them.

    Args:
        num_classes: Number of classes.
        filters: Channels of the first level; each further level has twice as many, at most
            `4 * filters`.
        seed: Seed of the weights.

    Returns:
        Model from float32 `(batch, h, w, 3)` in [-1, 1] to logits `(batch, h, w, num_classes)`;
        heights and widths are multiples of 8.
    """
    seeds = iter(range(1000 * seed, 1000 * seed + 1000))

    def block(x: Any, channels: int) -> Any:
        start = keras.initializers.HeNormal(seed=next(seeds))
        x = layers.Conv2D(
            channels, 3, padding="same", use_bias=False, kernel_initializer=start, dtype="float32"
        )(x)
        x = layers.BatchNormalization(momentum=0.9, dtype="float32")(x)
        return layers.ReLU(dtype="float32")(x)

    inputs = keras.Input((None, None, 3))
    x, skips = inputs, []
    for i in range(3):  # (h, w, f), (h/2, w/2, 2f), (h/4, w/4, 4f)
        x = block(x, filters * 2**i)
        skips.append(x)
        x = layers.MaxPooling2D(dtype="float32")(x)
    x = block(block(x, filters * 4), filters * 4)  # (h/8, w/8, 4f)
    for i in reversed(range(3)):
        x = layers.UpSampling2D(dtype="float32")(x)
        x = layers.Concatenate(dtype="float32")([x, skips[i]])
        x = block(x, filters * 2**i)
    start = keras.initializers.GlorotUniform(seed=next(seeds))
    outputs = layers.Conv2D(num_classes, 1, kernel_initializer=start, dtype="float32")(x)
    return keras.Model(inputs, outputs, name="segmenter")


def _batches(
    images: Sequence[np.ndarray],
    labels: Sequence[np.ndarray],
    num_steps: int,
    size: int,
    batch_size: int,
    seed: int,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields crops as float32 and their labels, mirrored half of the time."""
    random = np.random.default_rng([seed, 2])
    short = [[(0, max(0, size - n)) for n in image.shape[:2]] for image in images]
    images = [np.pad(x, (*p, (0, 0)), mode="reflect") for x, p in zip(images, short, strict=True)]
    labels = [np.pad(x, p, mode="reflect") for x, p in zip(labels, short, strict=True)]
    present = [np.unique(x) for x in labels]
    for _ in range(num_steps):
        batch = []
        for k in random.integers(0, len(images), batch_size):
            y, x = (random.integers(0, n - size + 1) for n in labels[k].shape)
            if random.random() < 0.5:  # half of the crops show a class drawn evenly: rare ones too
                where = np.flatnonzero(labels[k] == random.choice(present[k]))
                pixel = np.unravel_index(random.choice(where), labels[k].shape)
                y, x = (
                    int(np.clip(at - random.integers(size), 0, n - size))
                    for at, n in zip(pixel, labels[k].shape, strict=True)
                )
            step = -1 if random.random() < 0.5 else 1
            place = slice(y, y + size), slice(x, x + size)
            batch.append((images[k][place][:, ::step], labels[k][place][:, ::step]))
        pictures, classes = zip(*batch, strict=True)
        yield uint8_to_unit(np.stack(pictures)), np.stack(classes).astype(np.int32)


def _cache_path(
    settings: list[int],
    images: Sequence[np.ndarray],
    labels: Sequence[np.ndarray],
    cache_dir: str | os.PathLike | None,
) -> Path:
    digest = hashlib.sha256(json.dumps(settings).encode())
    for array in (*images, *labels):
        digest.update(str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    return cache_folder(cache_dir) / "segmentation" / f"unet-{digest.hexdigest()[:20]}.keras"


def confusion(predicted: np.ndarray, labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Counts pixels by true class (row) and predicted class (column).

    Args:
        predicted: int `(h, w)`, class ids.
        labels: int, the same shape, the true class ids.
        num_classes: Number of classes.

    Returns:
        int64 `(num_classes, num_classes)`.
    """
    pairs = labels.astype(np.int64).ravel() * num_classes + predicted.ravel()
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def accuracy_and_iou(counts: np.ndarray) -> tuple[float, float]:
    """Per-pixel accuracy and mean intersection over union, as in the paper's FCN score.

    Source: Long et al. 2015.

    Args:
        counts: int `(num_classes, num_classes)` from `confusion`, summed over maps.

    Returns:
        Accuracy and mean IoU, both in [0, 1]; the mean is over the classes that truly occur.

    >>> accuracy_and_iou(np.array([[3, 1], [0, 0]]))
    (0.75, 0.75)
    """
    hits, true, predicted = np.diagonal(counts), counts.sum(axis=1), counts.sum(axis=0)
    occurs = true > 0
    union = (true + predicted - hits)[occurs]
    return float(hits.sum() / counts.sum()), float((hits[occurs] / union).mean())
