"""The endless stream of training crops, in which sample k is a pure function of (seed, k).

Pixels are kept in store.py; what is done to a crop is in augment.py. There is no state to save.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from data_pipeline.augment import flip as mirror
from data_pipeline.augment import jitter_colors, reflect_indices
from data_pipeline.errors import DataError
from data_pipeline.store import ImageStore, build_store

__all__ = ["ImageStore", "build_store", "crop_stream", "sample_crop"]

Crops = tuple[tf.Tensor, tf.Tensor]

# One draw per sample serves everything. A number keeps its place for ever: changing one feature
# leaves the rest alone.
_TOP, _LEFT, _FLIP, _SCALE, _COLORS, _NUM_UNIFORMS = 0, 1, 2, 3, slice(4, 7), 8


def crop_stream(
    store_a: ImageStore,
    store_b: ImageStore,
    *,
    crop_size: int,
    batch_size: int,
    seed: int,
    start: int = 0,
    share: int = 0,
    num_shares: int = 1,
    flip: float = 0.5,
    scale_jitter: float = 0.0,
    color_jitter: float = 0.0,
    small_images: str = "error",
    vertical_position: bool = False,
    pairs: tuple[ImageStore, ImageStore] | None = None,
    pairs_every: int = 2,
) -> tf.data.Dataset:
    """Endless batches of unpaired training crops.

    A and B are independent streams: each goes through a new permutation of all its maps in every
    pass, so the larger domain is used up fully however small the other is. Sample k depends on
    `seed` and k alone, not on what was read before, how many threads work or where the maps are
    kept. To resume after `s` batches, pass `start=s * batch_size`: nothing has to be saved, and
    nothing is skipped through.

    Args:
        store_a: The maps of domain A.
        store_b: The maps of domain B.
        crop_size: Side of the square crops in pixels, a multiple of 4 (the generator halves twice).
        batch_size: Crops of each domain per batch, >= 1.
        seed: >= 0.
        start: The first sample (not batch), >= 0.
        share: For several readers of one stream: which of equal shares of all batches comes out.
        num_shares: How many there are. The batches then are `num_shares` times `batch_size` crops
            large, and the shares follow one another in each.
        flip: Probability of mirroring left and right, in [0, 1]. Default: 0.5, as in the paper.
        scale_jitter: >= 0. The side of what is cut is drawn log-uniformly from
            `crop_size / (1 + scale_jitter)` to `crop_size * (1 + scale_jitter)` pixels (at most the
            shorter side of the map) and resized to `crop_size`, antialiased. 0, the default, leaves
            pixels as they are.
        color_jitter: Strength of `augment.jitter_colors`, in [0, 1). Default: 0. It is for RGB and
            gray.
        small_images: "error" refuses maps that are smaller than the crop in height or width; so
            does "skip", before which `without_small` leaves them out. "pad" continues them by
            reflection, on both sides alike. They are never resized.
        vertical_position: Add a channel behind the others that says where in its map a row lies:
            from -1 at the upper edge to 1 at the lower one (beyond that, where a crop reaches out
            of a small map). The maps of both domains should be about equally high: where they
            aren't, this channel alone tells A from B.
        pairs: True pairs, as `open_pairs` opens them: the same number of maps of the same sizes.
            Their vertical position isn't known, so it is 0.
        pairs_every: One of so many batches, beginning with the first of all, is of pairs: its crops
            of A and of B are of the same places.

    Returns:
        Infinite `tf.data.Dataset` of `(real_a, real_b)`, each float32 `(batch_size, crop_size,
        crop_size, channels)`, or one more with `vertical_position`, with colours in [-1, 1] and a
        static shape.

    Raises:
        DataError: `crop_size` isn't a positive multiple of 4, or maps are smaller than it (all
            listed).
        ValueError: Another argument is out of its range.
    """
    _check_range("batch_size", batch_size, batch_size >= 1, ">= 1")
    _check_range("start", start, start >= 0, ">= 0")
    _check_range("share", share, 0 <= share < num_shares, f"from 0 to {num_shares - 1}")
    if crop_size < 4 or crop_size % 4:
        raise DataError(f"crop_size must be a positive multiple of 4; received {crop_size!r}.")
    if small_images not in ("error", "pad", "skip"):
        raise ValueError(
            f"small_images must be 'error', 'pad' or 'skip'; received {small_images!r}."
        )
    if small_images != "pad":
        refuse_small_maps((store_a, store_b, *(pairs or ())), crop_size)
    _check_range("pairs_every", pairs_every, pairs_every >= 1, ">= 1")
    options: dict[str, Any] = dict(
        crop_size=crop_size,
        seed=seed,
        flip=flip,
        scale_jitter=scale_jitter,
        color_jitter=color_jitter,
        vertical_position=vertical_position,
    )

    def sample_unpaired(k: tf.Tensor) -> Crops:
        real_a = sample_crop(store_a, k, domain=0, **options)
        return real_a, sample_crop(store_b, k, domain=1, **options)

    def sample_true_pair(k: tf.Tensor, stores: tuple[ImageStore, ImageStore]) -> Crops:
        whole_batch = num_shares * batch_size
        number = k // whole_batch // pairs_every * whole_batch + k % whole_batch  # among pairs
        # Both with the draws of one domain, so at the same place.
        a, b = (sample_crop(s, number, domain=2, **options, where_known=False) for s in stores)
        return a, b

    def sample(k: tf.Tensor) -> Crops:
        if pairs is None:
            return sample_unpaired(k)
        is_paired = k // (num_shares * batch_size) % pairs_every == 0
        return tf.cond(is_paired, lambda: sample_true_pair(k, pairs), lambda: sample_unpaired(k))

    numbers = tf.data.Dataset.counter(start)
    if num_shares > 1:
        firsts = tf.data.Dataset.counter(start + share * batch_size, num_shares * batch_size)
        numbers = firsts.flat_map(lambda first: tf.data.Dataset.range(first, first + batch_size))
    return (
        numbers.map(sample, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        .batch(batch_size, drop_remainder=True)  # Makes the batch axis static.
        .prefetch(tf.data.AUTOTUNE)
    )


def sample_crop(
    store: ImageStore,
    k: tf.Tensor | int,
    *,
    crop_size: int,
    seed: int,
    domain: int,
    flip: float = 0.5,
    scale_jitter: float = 0.0,
    color_jitter: float = 0.0,
    vertical_position: bool = False,
    where_known: bool = True,
) -> tf.Tensor:
    """Training sample k of one domain, eagerly or in a graph: the definition of the stream.

    Args:
        store: The maps. Those that are smaller than the crop are continued by reflection.
        k: Which sample, an int64 scalar >= 0.
        crop_size: As in `crop_stream`.
        seed: As in `crop_stream`.
        domain: 0 for A, 1 for B, 2 for both of a pair: makes their randomness independent.
        flip: As in `crop_stream`.
        scale_jitter: As in `crop_stream`.
        color_jitter: As in `crop_stream`.
        vertical_position: As in `crop_stream`.
        where_known: Whether the picture is a whole map; else its position is 0.

    Returns:
        float32 tensor `(crop_size, crop_size, channels)` in [-1, 1], or one more with
        `vertical_position`.

    Raises:
        ValueError: `seed`, `flip`, `scale_jitter` or `color_jitter` is out of its range.
    """
    _check_range("seed", seed, seed >= 0, ">= 0")
    _check_range("flip", flip, 0 <= flip <= 1, "in [0, 1]")
    _check_range("scale_jitter", scale_jitter, scale_jitter >= 0, ">= 0")
    _check_range("color_jitter", color_jitter, 0 <= color_jitter < 1, "in [0, 1)")
    if color_jitter and store.channels not in (1, 3):
        raise ValueError(
            f"color_jitter is for RGB and gray (channels 3 and 1), not for {store.channels} bands; "
            f"received {color_jitter!r}."
        )
    k = tf.cast(k, tf.int64)
    # NumPy promises these two numbers for ever; below 2**32 they fit int64.
    order_key, crop_key = np.random.SeedSequence((seed, domain)).generate_state(2).tolist()
    # Philox by name: left to itself, TensorFlow may choose another generator on another device.
    uniforms = tf.random.stateless_uniform([_NUM_UNIFORMS], tf.stack([crop_key, k]), alg="philox")
    index = _permuted(k, len(store), order_key)
    size = store.size(index)
    side = _drawn_side(uniforms[_SCALE], size, crop_size, scale_jitter)
    smallest = int(store.sizes.min())
    corner = _corner(uniforms, size, side)
    if smallest < crop_size:
        image = _read_reflected(store, index, corner, size, side)
    else:
        image = store.read(index, corner[0], corner[1], side, side)
    if scale_jitter:
        # float32 in [0, 255]
        image = tf.image.resize(image, [crop_size, crop_size], antialias=True)
    shape = [crop_size, crop_size, store.channels]
    image = tf.ensure_shape(mirror(image, uniforms[_FLIP], flip), shape)
    image = tf.cast(image, tf.float32) / 127.5 - 1.0
    if color_jitter:
        image = tf.ensure_shape(jitter_colors(image, uniforms[_COLORS], color_jitter), image.shape)
    if vertical_position:
        rows = _row_positions(corner[0], side, size[0], crop_size) * float(where_known)
        rows = tf.broadcast_to(rows[:, None, None], [crop_size, crop_size, 1])
        image = tf.concat([image, rows], axis=-1)
    return image


def _permuted(k: tf.Tensor, num_maps: int, order_key: int) -> tf.Tensor:
    """The map of sample k: every pass over the domain has a permutation of its own."""
    return tf.random.experimental.index_shuffle(
        k % num_maps, tf.stack([order_key, k // num_maps]), tf.constant(num_maps - 1, tf.int64)
    )


def _drawn_side(
    uniform: tf.Tensor, size: tf.Tensor, crop_size: int, scale_jitter: float
) -> tf.Tensor:
    """Side in pixels of what is cut, int64, before it is resized to `crop_size`."""
    if not scale_jitter:
        return tf.constant(crop_size, tf.int64)
    # Never more than the map holds, unless the crop itself is more.
    most = tf.minimum(crop_size * (1 + scale_jitter), tf.cast(tf.reduce_min(size), tf.float32))
    low = -math.log1p(scale_jitter)
    high = tf.math.log(tf.maximum(most / crop_size, 1.0))
    side = crop_size * tf.exp(low + uniform * (high - low))
    return tf.cast(tf.round(side), tf.int64)


def _corner(uniforms: tf.Tensor, size: tf.Tensor, side: tf.Tensor) -> tf.Tensor:
    """Top and left of the square, int64 `(2,)`, uniform over all places, the last ones included.

    Where the map is smaller than the square, the one place leaves the map in the middle: negative.
    """
    room = size - side
    places = tf.maximum(room, 0) + 1
    # A uniform number is at most 1 - 2**-23, and times `places` still rounds to less than `places`.
    drawn = tf.cast(uniforms[_TOP : _LEFT + 1] * tf.cast(places, tf.float32), tf.int64)
    return tf.where(room < 0, room // 2, drawn)


def _row_positions(top: tf.Tensor, side: tf.Tensor, height: tf.Tensor, crop_size: int) -> tf.Tensor:
    """Where the middle of each row of a crop lies in its map, float32 `(crop_size,)`."""
    top, side, height = (tf.cast(n, tf.float32) for n in (top, side, height))
    rows = top + (tf.range(crop_size, dtype=tf.float32) + 0.5) * side / crop_size
    return 2.0 * rows / height - 1.0


def _read_reflected(
    store: ImageStore, index: tf.Tensor, corner: tf.Tensor, size: tf.Tensor, side: tf.Tensor
) -> tf.Tensor:
    """Like `store.read` of a square, of which a part may lie outside the map."""
    inside = tf.minimum(side, size)
    first = tf.maximum(corner, 0)
    image = store.read(index, first[0], first[1], inside[0], inside[1])

    def reflected() -> tf.Tensor:
        # Where the map is large enough, `corner - first` is 0 and the indices change nothing.
        rows = reflect_indices(corner[0] - first[0], side, inside[0])
        columns = reflect_indices(corner[1] - first[1], side, inside[1])
        return tf.gather(tf.gather(image, rows), columns, axis=1)

    return tf.cond(tf.reduce_all(inside == side), lambda: image, reflected)


def refuse_small_maps(stores: Sequence[ImageStore], crop_size: int) -> None:
    """Raises a `DataError` that names the maps which are smaller than a crop, if there are any."""
    small = [
        f"\n  {store.name}/{name}: {height}x{width}"
        for store in stores
        for name, (height, width) in zip(store.names, store.sizes.tolist(), strict=True)
        if min(height, width) < crop_size
    ]
    if small:
        raise DataError(
            f"{len(small)} maps are smaller than the crop of {crop_size}x{crop_size} "
            f"(height x width):{''.join(small)}\nChoose a smaller crop_size, or continue them by "
            "reflection: small_images='pad' (--small-images pad), or leave them out: 'skip'."
        )


def _check_range(name: str, value: float, holds: bool, rule: str) -> None:
    if not holds:
        raise ValueError(f"{name} must be {rule}; received {value!r}.")
