"""The history of generated images that the discriminators learn from, as part of the graph.

State and randomness live in Keras variables and stateless ops, so it is saved and resumed exactly.
"""

from typing import Any

import keras
from keras import ops

from cyclegan_tf.model.draws import draw_integers, draw_uniform
from cyclegan_tf.model.tensors import Scalar, Tensor

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf


@keras.saving.register_keras_serializable("cyclegan_tf")
class ImagePool(keras.layers.Layer):
    """Returns, half of the time, an image generated earlier (Shrivastava et al. 2017).

    The first `size` images are stored and returned as they are. From then on each image is, with
    probability 1/2, swapped for a stored one that is picked at random (the stored one is returned,
    the new one takes its place), and else returned unchanged and not stored. This is the pool of
    the authors' code (Zhu et al. 2017, section 4).

    What is drawn is a function of the seed and of how many images came before.

    Stored images are rounded to multiples of 1/2048, a sixteenth of a step of 8 bits, so that files
    hold them in float16, exactly.

    Args:
        size: Number of images to keep.
        image_shape: `(height, width, channels)` of an image.
        seed: Seed of the draws.

    Call args:
        images: Float32 tensor `(batch, height, width, channels)`; the batch size may change.
        step: Scalar integer, 0 in the first call and one more in each further call. Only asked by
            pools of version 0.1.0, which didn't count their images.

    Returns:
        A float32 tensor of the same shape as `images`.
    """

    def __init__(
        self, size: int, image_shape: tuple[int, int, int], seed: int = 0, **kwargs: Any
    ) -> None:
        # Images are float32, whatever the policy of the networks or of the session is.
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.size = size
        self.image_shape = tuple(image_shape)
        self.seed = seed
        self.images = self.add_weight(
            shape=(size, *self.image_shape),
            initializer="zeros",
            trainable=False,
            name="images",
        )
        self.num_seen = self.add_weight(
            shape=(), initializer="zeros", trainable=False, dtype="int", name="num_seen"
        )
        self.built = True

    def call(self, images: Tensor, step: Scalar) -> Tensor:
        batch_size = ops.shape(images)[0]  # a tensor where batches differ in size
        first = self._num_seen_before(step, batch_size)
        if isinstance(batch_size, int):
            result = ops.stack([self._swap(images[i], first + i) for i in range(batch_size)])
        else:  # in TensorFlow only
            result = tf.map_fn(
                lambda image_and_n: self._swap(*image_and_n),
                (images, first + tf.range(batch_size)),
                parallel_iterations=1,  # in order: an image may be swapped for the one before it
                fn_output_signature=images.dtype,
            )
        self.num_seen.assign(first + batch_size)
        return result

    def _num_seen_before(self, step: Scalar, batch_size: Scalar) -> Tensor:
        num_seen = ops.cast(self.num_seen.value, "int32")
        return ops.where(num_seen < 0, ops.cast(step, "int32") * batch_size, num_seen)

    def _swap(self, image: Tensor, n: Scalar) -> Tensor:
        filling = n < self.size
        store = filling | (draw_uniform(self.seed + (1 << 20), n) < 0.5)
        slot = ops.where(filling, n, draw_integers(self.seed, n, 1, 0, self.size)[0])
        old = self._read(slot)
        # Always writes one slot, changed or not: cheaper than a branch, and never the whole pool.
        self._write(slot, ops.where(store, _rounded(image), old))
        return ops.where(store & ~filling, old, image)

    def _read(self, slot: Scalar) -> Tensor:
        pool = self.images.value
        if keras.backend.backend() == "tensorflow":
            # Reads one slot. `pool[slot]` would read them all, and XLA would compile it anew for
            # every slot.
            return tf.gather(pool, slot)
        return ops.take(pool, slot, axis=0)

    def _write(self, slot: Scalar, image: Tensor) -> None:
        pool = self.images.value
        if keras.backend.backend() == "tensorflow":
            pool.scatter_update(tf.IndexedSlices(image[None], slot[None]))
        else:  # in a compiled step, this too changes one slot where it is
            self.images.assign(ops.slice_update(pool, (slot, 0, 0, 0), image[None]))

    def save_own_variables(self, store: Any) -> None:
        images = ops.convert_to_numpy(self.images)
        small = images.astype("float16")
        # Values beyond -1 and 1, which others' further channels may have, need not fit.
        store["0"] = small if (small == images).all() else images
        store["1"] = ops.convert_to_numpy(self.num_seen)

    def load_own_variables(self, store: Any) -> None:
        if "1" not in store:  # saved by version 0.1.0
            self.images.assign(store["0"])
            self.num_seen.assign(-1)
            return
        super().load_own_variables(store)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "size": self.size,
            "image_shape": self.image_shape,
            "seed": self.seed,
        }


def _rounded(image: Tensor) -> Tensor:
    """An image in steps of 1/2048, the same on every backend; what is no number becomes 0."""
    finite = ops.where(ops.isfinite(image), image, 0.0)  # else it would come back later on
    return ops.round(finite * 2048.0) / 2048.0
