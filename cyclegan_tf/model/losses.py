"""The terms of the CycleGAN objective: adversarial losses and the L1 of cycle and identity.

Pure functions of tensors in `keras.ops`. How they are weighed and combined is in objective.py.
"""

from collections.abc import Callable
from typing import NamedTuple

from keras import ops

from cyclegan_tf.model.tensors import Scalar, Tensor


class GanLoss(NamedTuple):
    """A pair of losses on discriminator logits of any shape, each returning a float32 scalar.

    Attributes:
        generator: `generator(fake_logits)`: low when fakes are taken for real.
        discriminator: `discriminator(real_logits, fake_logits)`: low when the two are told apart.
            The sum of both terms; the paper's factor 1/2 is applied by `Objective`.
    """

    generator: Callable[[Tensor], Scalar]
    discriminator: Callable[[Tensor, Tensor], Scalar]


def _lsgan_generator(fake: Tensor) -> Scalar:
    return ops.mean(ops.square(fake - 1.0))


def _lsgan_discriminator(real: Tensor, fake: Tensor) -> Scalar:
    return ops.mean(ops.square(real - 1.0)) + ops.mean(ops.square(fake))


def _vanilla_generator(fake: Tensor) -> Scalar:
    # softplus(-x) = -log sigmoid(x): cross-entropy on logits, stable for large |x|.
    return ops.mean(ops.softplus(-fake))


def _vanilla_discriminator(real: Tensor, fake: Tensor) -> Scalar:
    return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))


def _hinge_generator(fake: Tensor) -> Scalar:
    return -ops.mean(fake)


def _hinge_discriminator(real: Tensor, fake: Tensor) -> Scalar:
    return ops.mean(ops.relu(1.0 - real)) + ops.mean(ops.relu(1.0 + fake))


#: Least squares (Mao et al. 2017, the paper's choice), non-saturating cross-entropy (Goodfellow et
#: al. 2014), hinge (Lim & Ye 2017).
GAN_LOSSES: dict[str, GanLoss] = {
    "lsgan": GanLoss(_lsgan_generator, _lsgan_discriminator),
    "vanilla": GanLoss(_vanilla_generator, _vanilla_discriminator),
    "hinge": GanLoss(_hinge_generator, _hinge_discriminator),
}


def l1(x: Tensor, y: Tensor) -> Scalar:
    """Mean absolute difference of two images in [-1, 1]: a float32 scalar in [0, 2].

    Both the cycle term (Zhu et al. 2017, eq. 2) and the identity term (section 5.2). A mean over
    all values, so that the weights do not depend on the image size.

    >>> float(l1(ops.ones((1, 2, 2, 3)), ops.zeros((1, 2, 2, 3))))
    1.0
    """
    return ops.mean(ops.abs(ops.cast(x, "float32") - ops.cast(y, "float32")))
