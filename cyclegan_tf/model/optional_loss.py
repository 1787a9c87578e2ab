"""What a loss of the generators besides the adversarial and the cycle losses has to say of itself.

identity.py and equivariance.py are two; objective.py takes those in its list `OPTIONAL_LOSSES`.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import keras

from cyclegan_tf.model.tensors import Images, Losses, Scalar


@dataclass(frozen=True)
class OptionalLoss:
    """A loss with its name, weight, schedule and computation.

    Subclasses are frozen dataclasses, whose fields are numbers, texts and Keras models: these are
    saved with the training, and trained with the generators unless they are frozen
    (`trainable = False`). A loss in one's own script needs `names` and `losses`, and a field
    `weight` if that isn't 1; it is registered (`keras.saving.register_keras_serializable`) and
    given to `train` or `Objective`, see docs/extending.md. The fields of those in `OPTIONAL_LOSSES`
    are settings of `CycleGAN`: they have names that no other loss has, and a default that turns the
    loss off.

    Attributes:
        names: Names of its losses in the log, one per direction or domain.
    """

    names: ClassVar[tuple[str, ...]]

    @property
    def is_on(self) -> bool:
        """Whether it is used in this training at all. Default: yes."""
        return True

    def weight_at(self, step: Scalar) -> Scalar:
        """Weight of its losses in the objective of update `step`. Default: its field `weight`."""
        return getattr(self, "weight", 1.0)

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

    def get_config(self) -> dict[str, Any]:
        """Returns its fields, for Keras' files."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "OptionalLoss":
        """Makes the loss again."""
        return cls(**{n: keras.saving.deserialize_keras_object(x) for n, x in config.items()})
