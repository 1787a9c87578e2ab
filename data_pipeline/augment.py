"""What happens to a crop once it is cut: flip, colour jitter, and reflection around small maps.

Each function is pure: random numbers come in as arguments; the stream alone decides on seeds.
"""

import tensorflow as tf


def flip(image: tf.Tensor, uniform: tf.Tensor | float, probability: float) -> tf.Tensor:
    """Mirrors left and right where `uniform < probability`.

    Args:
        image: `(h, w, c)`, any dtype.
        uniform: The random number, a float scalar in [0, 1).
        probability: In [0, 1]; 0 never mirrors, 1 always.

    Returns:
        The same shape and dtype.
    """
    # Ten times as fast as tf.where over image[:, ::-1]: a strided slice walks pixel by pixel.
    return tf.cond(uniform < probability, lambda: tf.reverse(image, [1]), lambda: image)


def jitter_colors(image: tf.Tensor, uniforms: tf.Tensor, strength: float) -> tf.Tensor:
    """Changes brightness, contrast and saturation by up to `strength`.

    Each by its own factor, which is uniform in [1 - strength, 1 + strength].

    Brightness scales towards black, contrast around the mean luma of the crop, saturation around
    the luma of each pixel (luma weights of ITU-R BT.601). Gray has no saturation. Values that leave
    the range are clipped once, at the end.

    Args:
        image: float32 `(h, w, 3)`, RGB, or `(h, w, 1)`, gray, in [-1, 1].
        uniforms: The random numbers, float32 `(3,)` in [0, 1); 0.5 changes nothing.
        strength: In [0, 1). 0.1 to 0.2 are customary.

    Returns:
        The same shape, float32 in [-1, 1].
    """
    shape, channels = tf.shape(image), image.shape[-1]
    brightness, contrast, saturation = tf.unstack(1.0 + strength * (2.0 * uniforms - 1.0))
    luma = tf.constant([[0.299], [0.587], [0.114]] if channels == 3 else [[1.0]])
    image = (image + 1.0) * 0.5
    # All three are affine, so one matrix does them in one pass over the pixels.
    mean_luma = brightness * tf.linalg.matmul(tf.reduce_mean(image, axis=[0, 1])[None], luma)
    matrix = saturation * tf.eye(channels) + (1.0 - saturation) * luma
    image = tf.linalg.matmul(tf.reshape(image, [-1, channels]), contrast * brightness * matrix)
    image = tf.clip_by_value(image + (1.0 - contrast) * mean_luma, 0.0, 1.0) * 2.0 - 1.0
    return tf.reshape(image, shape)


def reflect_indices(
    start: tf.Tensor | int, count: tf.Tensor | int, size: tf.Tensor | int
) -> tf.Tensor:
    """Pixels `start ... start + count - 1` of a line of `size` pixels that reflects at both ends.

    As in `tf.pad(mode="REFLECT")`, the pixel on the edge isn't doubled. Unlike there, one may go
    further beyond an end than the line is long: 0 1 2 goes on as 1 0 1 2 1 0 ...

    Args:
        start: The first pixel, an int scalar; may be negative.
        count: How many, an int scalar >= 1.
        size: Length of the line, an int scalar >= 1.

    Returns:
        int64 `(count,)` in [0, size).

    >>> reflect_indices(-3, 8, 3).numpy().tolist()
    [1, 2, 1, 0, 1, 2, 1, 0]
    """
    size = tf.cast(size, tf.int64)
    period = tf.maximum(2 * (size - 1), 1)
    position = (tf.cast(start, tf.int64) + tf.range(tf.cast(count, tf.int64))) % period
    return tf.minimum(position, period - position) % size
