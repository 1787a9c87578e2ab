"""`train_step` on JAX: the update of tensorflow_step.py as a function from state to state."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import keras

from cyclegan_tf.model.finite_updates import stateless_apply_if_finite
from cyclegan_tf.model.loss_names import check_discriminator_losses, check_generator_losses
from cyclegan_tf.model.objective import total
from cyclegan_tf.model.step import CommonStep, pair_of_crops
from cyclegan_tf.model.tensors import Losses, Scalar, Tensor

#: Values of trainable variables, of others, of the optimizer's (not in `test_step`), of metrics'.
State = tuple[list[Tensor], ...]


class JaxStep(CommonStep):
    """The step of `CycleGAN` with JAX as Keras' backend.

    Keras compiles both steps and hands them the values of all variables. In a `StatelessScope`
    the variables have those values, and what is assigned to them stays in the scope.
    """

    trainable_variables: list[keras.Variable]
    non_trainable_variables: list[keras.Variable]
    metrics_variables: list[keras.Variable]

    def train_step(self, state: State, data: tuple[Tensor, Tensor]) -> tuple[Losses, State]:
        """One update of all four networks.

        Who learns from which loss is said in `TensorFlowStep.train_step`, which this follows line
        by line.

        Args:
            state: Values of trainable, other, optimizer's and metrics' variables.
            data: A batch of crops of A and one of B, of the same size.

        Returns:
            The mean of each loss since the start of the epoch, and the new state.
        """
        crop_a, crop_b = pair_of_crops(data)
        generators, discriminators = self.weights_to_train()
        kinds = (
            self.trainable_variables,
            self.non_trainable_variables,
            self.optimizer.variables,
            self.metrics_variables,
        )
        with _scope(kinds, state) as scope:

            def generators_loss() -> tuple[Scalar, Any]:
                images = self.objective.run_generators(self, crop_a, crop_b, self.step)
                losses = self.objective.generator_losses(self, images, self.step)
                check_generator_losses(self.objective, losses)
                loss = self.objective.weighted_sum(losses, self.step)
                return self.optimizer.scale_loss(loss), (images, losses, loss)

            # Through the discriminators, but not to their weights.
            gradients, (images, losses, loss) = _gradients(
                generators_loss, generators, kinds, scope
            )

            # Outside of the function above, the fakes are data.
            pooled_a = self.pool_a(images["judged_a"], self.step)
            pooled_b = self.pool_b(images["judged_b"], self.step)

            def discriminators_loss() -> tuple[Scalar, Losses]:
                judgements = self.objective.discriminator_losses(
                    self, crop_a, crop_b, pooled_a, pooled_b
                )
                check_discriminator_losses(self.objective, judgements)
                return self.optimizer.scale_loss(total(list(judgements.values()))), judgements

            more, judgements = _gradients(discriminators_loss, discriminators, kinds, scope)

            loss = total([loss, *judgements.values()])
            weights, _, optimizer_state, _ = _values(kinds, scope)
            *new, is_well = stateless_apply_if_finite(
                self.optimizer,
                loss,
                [(gradients | more)[id(weight)] for weight in self.trainable_variables],
                weights,
                optimizer_state,
            )
            for variables, values in zip((kinds[0], kinds[2]), new, strict=True):
                _assign(variables, values)
            self.follow_update(is_well)
            logs = self.track({"loss": loss, **losses, **judgements})
        return logs, _values(kinds, scope)

    def test_step(self, state: State, data: tuple[Tensor, Tensor]) -> tuple[Losses, State]:
        """Returns the means of all losses without an update, and the new state."""
        kinds = (self.trainable_variables, self.non_trainable_variables, self.metrics_variables)
        with _scope(kinds, state) as scope:
            logs = self.track(self.losses_without_update(data))
        return logs, _values(kinds, scope)

    def refuse_devices(self, jit_compile: bool = False) -> None:
        """Refuses distributions that are untested.

        Under `keras.distribution.DataParallel` the step needs nothing of its own: JAX splits the
        work on a batch, and the results are those of one device.

        Args:
            jit_compile: As on TensorFlow; not asked, as JAX always compiles.

        Raises:
            NotImplementedError: Such a `keras.distribution` is set.
        """
        distribution = keras.distribution.distribution()
        if not isinstance(distribution, keras.distribution.DataParallel | None):
            raise NotImplementedError(
                "CycleGAN trains under keras.distribution.DataParallel; received "
                f"{type(distribution).__name__}. Use that, or set_distribution(None)."
            )


Kinds = Sequence[list[keras.Variable]]


def _scope(kinds: Kinds, state: State) -> keras.StatelessScope:
    pairs = [
        pair
        for variables, values in zip(kinds, state, strict=True)
        for pair in zip(variables, values, strict=True)
    ]
    return keras.StatelessScope(pairs)


def _values(kinds: Kinds, scope: keras.StatelessScope) -> State:
    return tuple([scope.get_current_value(v) for v in variables] for variables in kinds)


def _assign(variables: Sequence[keras.Variable], values: Sequence[Tensor]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _gradients(
    function: Callable[[], tuple[Scalar, Any]],
    weights: Sequence[keras.Variable],
    kinds: Kinds,
    scope: keras.StatelessScope,
) -> tuple[dict[int, Tensor], Any]:
    """Gradients of the scalar that a function of the model's variables returns first.

    Args:
        function: Returns that scalar and anything else.
        weights: Variables to which the gradients are taken.
        kinds: All variables that the function may use; those of kind 1 it may also change.
        scope: Holds their values.

    Returns:
        A gradient under the `id` of each weight, and what the function returned second.
    """

    def of_values(values: list[Tensor]) -> tuple[Scalar, Any]:
        # Values that JAX differentiates by must not get into the scope outside.
        with _scope(kinds, _values(kinds, scope)) as inside:
            _assign(weights, values)
            scalar, others = function()
        return scalar, (others, _values(kinds, inside)[1])

    values = [scope.get_current_value(weight) for weight in weights]
    gradients, (others, changed) = jax.grad(of_values, has_aux=True)(values)
    _assign(kinds[1], changed)
    return dict(zip(map(id, weights), gradients, strict=True)), others
