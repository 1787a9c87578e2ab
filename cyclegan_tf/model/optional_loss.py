"""What a loss of the generators besides the adversarial and the cycle losses has to say of itself.

identity.py and equivariance.py are two; objective.py takes those in its list `OPTIONAL_LOSSES`.
"""

from dataclasses import dataclass
from typing import ClassVar

from cyclegan_tf.model.tensors import Images, Losses, Scalar


@dataclass(frozen=True)
class OptionalLoss:
    """A loss with its name, weight, schedule and computation.

    Subclasses are frozen dataclasses. Their fields are settings of `CycleGAN`, so give the fields
    of a new loss names and defaults that no other loss has, with a default that turns it off.

    Attributes:
        names: Names of its losses in the log, one per direction or domain.
    """

    names: ClassVar[tuple[str, ...]]

    @property
    def is_on(self) -> bool:
        """Whether it is used in this training at all."""
        raise NotImplementedError

    def weight_at(self, step: Scalar) -> Scalar:
        """Weight of its losses in the objective of update `step`."""
        raise NotImplementedError

    def is_due(self, step: Scalar) -> Scalar:
        """Whether it counts in update `step`: its passes are run only then."""
        return True

    def passes(self, images: Images, step: Scalar) -> tuple[Images, Images]:
        """Images that it needs translated, beside those of the cycles.

        Args:
            images: Holds `real_a` and `real_b`.
            step: Number of the update, from 0.

        Returns:
            Images to translate to A, and to B, each under the name that its translation gets. When
            the loss isn't due, `losses` finds the untranslated image under that name: for the
            identity loss, `same_a` is then `real_a` itself.
        """
        return {}, {}

    def losses(self, images: Images, step: Scalar) -> Losses:
        """Computes its losses.

        Args:
            images: All named images of the update: `real_a`, `fake_a`, `cycled_a`, the same of B,
                and what `passes` asked for.
            step: Number of the update, from 0.

        Returns:
            A scalar under each of `names`.
        """
        raise NotImplementedError
