"""The identity loss: an image that is already in the target domain should stay as it is."""

from dataclasses import dataclass
from typing import ClassVar

from cyclegan_tf.model.losses import l1
from cyclegan_tf.model.optional_loss import OptionalLoss
from cyclegan_tf.model.schedule import annealed
from cyclegan_tf.model.tensors import Images, Losses, Scalar


@dataclass(frozen=True)
class IdentityLoss(OptionalLoss):
    """L1 between an image and what the generator into its own domain makes of it.

    Keeps colours from being swapped (Zhu et al. 2017, section 5.2).

    Args:
        identity_weight: Weight of each domain's L1, absolute; 0 turns it off.
        identity_anneal_steps: Updates over which the weight falls linearly to 0; after that its two
            passes are no longer run. 0 keeps the weight constant.
    """

    names: ClassVar[tuple[str, ...]] = ("identity_a", "identity_b")
    identity_weight: float = 0.0
    identity_anneal_steps: int = 0

    @property
    def is_on(self) -> bool:
        return self.identity_weight > 0

    def weight_at(self, step: Scalar) -> Scalar:
        return annealed(self.identity_weight, step, self.identity_anneal_steps)

    def is_due(self, step: Scalar) -> Scalar:
        return self.weight_at(step) > 0.0 if self.identity_anneal_steps else True

    def passes(self, images: Images, step: Scalar) -> tuple[Images, Images]:
        return {"same_a": images["real_a"]}, {"same_b": images["real_b"]}

    def losses(self, images: Images, step: Scalar) -> Losses:
        return {
            "identity_a": l1(images["real_a"], images["same_a"]),
            "identity_b": l1(images["real_b"], images["same_b"]),
        }
