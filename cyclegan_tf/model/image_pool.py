"""The history of generated images that the discriminators learn from, as part of the graph.

State and randomness live in Keras variables and stateless ops, so it is saved and resumed exactly.
"""

from typing import Any

import keras
import tensorflow as tf

from cyclegan_tf.model.tensors import Scalar, Tensor


@keras.saving.register_keras_serializable("cyclegan_tf")
class ImagePool(keras.layers.Layer):
    """Returns, half of the time, an image generated earlier (Shrivastava et al. 2017).

    The first `size` images are stored and returned as they are. From then on each image is, with
    probability 1/2, swapped for a stored one that is picked at random (the stored one is returned,
    the new one takes its place), and else returned unchanged and not stored. This is the pool of
    the authors' code (Zhu et al. 2017, section 4).

    How full the pool is and what is drawn are functions of `(seed, step)` alone.

    Args:
        size: Number of images to keep.
        image_shape: `(height, width, channels)` of an image.
        seed: Seed of the draws.

    Call args:
        images: Float32 tensor `(batch, height, width, channels)`; the batch size is static and the
            same in every call.
        step: Scalar integer, 0 in the first call and one more in each further call.

    Returns:
        A float32 tensor of the same shape as `images`.
    """

    def __init__(
        self, size: int, image_shape: tuple[int, int, int], seed: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.size = size
        self.image_shape = tuple(image_shape)
        self.seed = seed
        self.images = self.add_weight(
            shape=(size, *self.image_shape),
            initializer="zeros",
            trainable=False,
            autocast=False,
            dtype="float32",
            name="images",
        )
        self.built = True

    def call(self, images: Tensor, step: Scalar) -> Tensor:
        return tf.stack([self._swap(image, n) for image, n in self._numbered(images, step)])

    def _numbered(self, images: Tensor, step: Scalar) -> list[tuple[Tensor, Scalar]]:
        """Pairs each image of the batch with its running number since the start of training."""
        batch_size = images.shape[0]
        first = tf.cast(step, tf.int32) * batch_size
        return [(image, first + i) for i, image in enumerate(tf.unstack(images))]

    def _swap(self, image: Tensor, n: Scalar) -> Tensor:
        key = tf.stack([self.seed, n])
        filling = n < self.size
        drawn = tf.random.stateless_uniform((), key, maxval=self.size, dtype=tf.int32)
        store = filling | (tf.random.stateless_uniform((), key + [1 << 20, 0]) < 0.5)
        slot = tf.where(filling, n, drawn)
        pool = self.images.value
        old = pool[slot]
        # Always writes one slot, changed or not: cheaper than a branch, and never the whole pool.
        pool.scatter_nd_update([[slot]], [tf.where(store, image, old)])
        return tf.where(store & ~filling, old, image)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "size": self.size,
            "image_shape": self.image_shape,
            "seed": self.seed,
        }
