"""The equivariance loss: a shifted picture should give the shifted translation."""

from dataclasses import dataclass
from typing import ClassVar

from keras import ops

from cyclegan_tf.model.draws import draw_integers
from cyclegan_tf.model.losses import l1
from cyclegan_tf.model.optional_loss import OptionalLoss
from cyclegan_tf.model.tensors import Images, Losses, Scalar, Tensor


@dataclass(frozen=True)
class EquivarianceLoss(OptionalLoss):
    """L1 between the translation of a shifted crop and the shifted translation.

    Makes video steadier: what a pixel becomes depends less on where it lies.

    Args:
        equivariance_weight: Weight of each direction's L1; 0 turns it off.
        equivariance_every: It is taken in one of this many updates, and counts as many times there.
        seed: Seed of the shifts.
    """

    names: ClassVar[tuple[str, ...]] = ("equivariance_ab", "equivariance_ba")
    equivariance_weight: float = 0.0
    equivariance_every: int = 4
    seed: int = 0

    @property
    def is_on(self) -> bool:
        return self.equivariance_weight > 0

    def weight_at(self, step: Scalar) -> Scalar:
        return self.equivariance_weight

    def is_due(self, step: Scalar) -> Scalar:
        return step % self.equivariance_every == 0

    def passes(self, images: Images, step: Scalar) -> tuple[Images, Images]:
        shift = self._shift(images, step)
        to_a = {"shifted_fake_a": shift_images(images["real_b"], shift)}
        to_b = {"shifted_fake_b": shift_images(images["real_a"], shift)}
        return to_a, to_b

    def losses(self, images: Images, step: Scalar) -> Losses:
        shift = self._shift(images, step)
        times = self.equivariance_every * ops.cast(self.is_due(step), "float32")
        loss_ab = equivariance_l1(images["fake_b"], images["shifted_fake_b"], shift)
        loss_ba = equivariance_l1(images["fake_a"], images["shifted_fake_a"], shift)
        return {"equivariance_ab": times * loss_ab, "equivariance_ba": times * loss_ba}

    def _shift(self, images: Images, step: Scalar) -> Tensor:
        return draw_shift(self.seed, step, images["real_a"].shape[1])


def largest_shift(size: int) -> int:
    """Pixels by which crops of side `size` are shifted at most: an eighth, at least 1."""
    return max(1, size // 8)


def draw_shift(seed: int, step: Scalar, size: int) -> Tensor:
    """Draws a shift for crops of side `size`: int32 `(2,)`, down and right, a function of the step.

    Uniform from -n to n pixels with n = `largest_shift(size)`, so that all places on the grid of 4
    pixels on which the generators halve are met.
    """
    n = largest_shift(size)
    return draw_integers(seed + (1 << 21), step, 2, -n, n + 1)


def shift_images(images: Tensor, shift: Tensor) -> Tensor:
    """Moves the content of square `images` up and left by `shift` pixels.

    What comes in at the borders is the image reflected there, as in the generators' own padding.

    Args:
        images: `(batch, size, size, channels)`.
        shift: int32 `(2,)`, as drawn by `draw_shift`.

    Returns:
        A tensor like `images`, whose pixel (y, x) is the one of `images` at (y, x) + shift.

    Raises:
        ValueError: The shape of `images` isn't fixed, or they are no squares.
    """
    shape = tuple(images.shape)
    if None in shape or shape[1] != shape[2]:
        raise ValueError(
            f"The equivariance loss needs square images of one fixed shape; received {shape}. "
            "Batch with drop_remainder=True, or set equivariance_weight=0."
        )
    n = largest_shift(shape[1])
    padded = ops.pad(images, ((0, 0), (n, n), (n, n), (0, 0)), mode="reflect")
    return _cut(padded, n + shift, shape[1])


def equivariance_l1(translated: Tensor, translated_shifted: Tensor, shift: Tensor) -> Scalar:
    """L1 between the shifted translation and the translation of the shifted images.

    Over the middle that both of them show, `largest_shift` pixels away from the borders. The
    gradient flows through the shifted pass only: `translated` is the target.

    Args:
        translated: `(batch, size, size, channels)` in [-1, 1].
        translated_shifted: The same, of `shift_images(images, shift)`.
        shift: int32 `(2,)`.

    Returns:
        A float32 scalar in [0, 2].
    """
    size = translated.shape[1]
    n = largest_shift(size)
    target = _cut(ops.stop_gradient(translated), n + shift, size - 2 * n)
    return l1(target, translated_shifted[:, n:-n, n:-n])


def _cut(images: Tensor, corner: Tensor, size: int) -> Tensor:
    # By `take`: XLA compiles a slice anew for each corner.
    rows = ops.take(images, corner[0] + ops.arange(size), axis=1)
    return ops.take(rows, corner[1] + ops.arange(size), axis=2)
