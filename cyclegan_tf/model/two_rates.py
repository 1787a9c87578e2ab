"""An Adam whose steps are longer or shorter for the discriminators: the two rates of TTUR."""

from collections.abc import Sequence
from typing import Any

import keras

from cyclegan_tf.model.tensors import Scalar, Tensor


@keras.saving.register_keras_serializable("cyclegan_tf")
class TwoRateAdam(keras.optimizers.Adam):
    """`keras.optimizers.Adam` with another learning rate for some of its weights.

    Two rates let the discriminators learn faster than the generators (Heusel et al. 2017). As Adam
    works on each weight by itself, this equals two optimizers, of one count and one loss scale.

    Args:
        learning_rate: Rate or schedule of the generators.
        ratio: Times the rate that the discriminators have.
        **settings: Arguments of `keras.optimizers.Adam`.
    """

    def __init__(self, learning_rate: Any = 0.001, ratio: float = 1.0, **settings: Any) -> None:
        super().__init__(learning_rate, **settings)
        self.ratio = ratio
        self._at_ratio: set[int] = set()

    def use_ratio_for(self, weights: Sequence[keras.Variable]) -> None:
        """Says which weights have `ratio` times the rate.

        Args:
            weights: Weights that the optimizer was built for.
        """
        self._at_ratio = {self._get_variable_index(weight) for weight in weights}

    def update_step(
        self, gradient: Tensor, variable: keras.Variable, learning_rate: Scalar
    ) -> None:
        if self._get_variable_index(variable) in self._at_ratio:
            learning_rate = learning_rate * self.ratio
        super().update_step(gradient, variable, learning_rate)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ratio": self.ratio}
