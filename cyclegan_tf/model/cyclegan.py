"""The CycleGAN: four networks, their averages and pools; made, compiled, saved and loaded.

What an update does is in tensorflow_step.py and jax_step.py, the losses are in objective.py.
"""

import os
from collections.abc import Callable
from typing import Any

import keras

import cyclegan_tf.model.networks  # noqa: F401  Keras must know the layers before it loads a model
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import ConfigError
from cyclegan_tf.model.averages import frozen_copy
from cyclegan_tf.model.image_pool import ImagePool
from cyclegan_tf.model.objective import DEFAULTS, Objective, optional_settings
from cyclegan_tf.model.sizes import input_channels
from cyclegan_tf.model.step import no_pool
from cyclegan_tf.model.tensors import Scalar, Tensor
from cyclegan_tf.model.two_rates import TwoRateAdam
from cyclegan_tf.model_files.loading import load_as

if keras.backend.backend() == "jax":
    from cyclegan_tf.model.jax_step import JaxStep as Step
else:
    from cyclegan_tf.model.tensorflow_step import TensorFlowStep as Step  # type: ignore[assignment]

_RANDOM = "random_"
NETWORKS = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")


@keras.saving.register_keras_serializable("cyclegan_tf")
class CycleGAN(Step, keras.Model):
    """Two generators and two discriminators trained together on unpaired images (Zhu et al. 2017).

    A discriminator is named by the domain that it judges, a generator by its direction. Images
    are float32 `(batch, height, width, channels)` in [-1, 1]. Training crops may have further
    channels, like the vertical position that `data_pipeline.crop_stream` adds. Only the
    discriminators see them: beside a real image its own, beside a translation those of its source.

    All networks must treat the images of a batch one by one (instance norm does, batch norm
    doesn't), since the step joins images of several losses to one batch.

        model = CycleGAN(resnet_generator(), resnet_generator(),
                         patch_discriminator(), patch_discriminator())
        model.compile(optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5))
        model.fit(stream, epochs=200, steps_per_epoch=100, shuffle=False)

    Args:
        generator_ab: Model from images of domain A to images of domain B.
        generator_ba: The reverse.
        discriminator_a: Model from images to logits of any shape; judges images of domain A.
        discriminator_b: The same for domain B.
        gan_loss: `"lsgan"` (default), `"vanilla"` or `"hinge"`.
        cycle_weight: Weight of each domain's cycle L1 (eq. 3). Default: 10, as in the paper.
        pairs_every: The stream brings true pairs at every so many updates, see `Objective` and
            `data_pipeline.crop_stream`; 0 (default) for never.
        objective: All losses, of a registered subclass of `Objective` or with further losses; it
            takes the place of all settings of losses. Default: that of these settings.
        pool_size: Images in the history pool of each discriminator (50 in the paper); 0 for none.
        crop_size: Side of the square training images in pixels; needed by the pool only.
        crop_channels: Their channels; needed by the pool only.
        channels: Channels of images. Default: those of `generator_ab`; 3 where it doesn't say.
        ema: Decay of an exponential moving average of the generators' weights, which then makes
            every output; 0 for none. It follows faster over the first steps.
        seed: Seed of everything random in the step.
        **settings: Further settings of the objective, with defaults that turn them off:
            `identity_weight`, `identity_anneal_steps` (see `IdentityLoss`), `equivariance_weight`,
            `equivariance_every` (see `EquivarianceLoss`); and the arguments of `keras.Model`.
        dtype: Keras dtype policy. Give `"mixed_float16"` networks the same policy here: it turns
            on the loss scaling in `compile`.

    Raises:
        NotImplementedError: It is made in the scope of an untested strategy.
        ValueError: `gan_loss` is unknown, `pool_size` comes without a `crop_size`,
            `crop_channels` aren't those of the discriminators, settings of losses come beside
            an `objective`, or this holds a network without weights.
    """

    def __init__(
        self,
        generator_ab: keras.Model,
        generator_ba: keras.Model,
        discriminator_a: keras.Model,
        discriminator_b: keras.Model,
        *,
        gan_loss: str = "lsgan",
        cycle_weight: float = 10.0,
        pairs_every: int = 0,
        objective: Objective | None = None,
        pool_size: int = 0,
        crop_size: int | None = None,
        crop_channels: int = 3,
        channels: int | None = None,
        ema: float = 0.0,
        seed: int = 0,
        **settings: Any,
    ) -> None:
        optional = {n: settings.pop(n, default) for n, default in optional_settings().items()}
        super().__init__(**settings)
        self.refuse_devices()
        if pool_size and not crop_size:
            raise ValueError(
                f"pool_size={pool_size} needs crop_size, the side of the pooled images."
            )
        judged = getattr(discriminator_a, "input_shape", (crop_channels,))[-1]
        if pool_size and crop_channels != judged:
            raise ValueError(
                f"The discriminators take {judged} channels: give the pool crop_channels={judged}."
            )
        of_cycle = {"cycle_weight": cycle_weight, "pairs_every": pairs_every}
        losses: dict[str, Any] = {"gan_loss": gan_loss, **of_cycle, **optional}
        if objective and losses != DEFAULTS:
            given = next(name for name in losses if losses[name] != DEFAULTS[name])
            raise ValueError(
                f"{given} is a setting of the losses, which objective brings along: give it to "
                f"{type(objective).__name__}; received {given}={losses[given]!r}."
            )
        self.has_own_objective = objective is not None
        self.objective = objective or Objective(**losses, seed=seed)
        self.loss_networks = self.objective.networks
        for network in self.loss_networks:
            if not network.built:
                raise ConfigError(
                    f"The losses hold {network.name} ({type(network).__name__}), which has no "
                    "weights yet: call it once, or its build with the shape of its input."
                )
        self.settings = {
            **({} if objective else losses),
            "seed": seed,
            "pool_size": pool_size,
            "crop_size": crop_size,
            "crop_channels": crop_channels,
            "channels": channels,
            "ema": ema,
        }
        self.channels = channels or input_channels(generator_ab) or 3
        self.generator_ab, self.generator_ba = generator_ab, generator_ba
        self.discriminator_a, self.discriminator_b = discriminator_a, discriminator_b
        self.ema = ema
        self.pool_a: Callable[[Tensor, Scalar], Tensor] = no_pool
        self.pool_b: Callable[[Tensor, Scalar], Tensor] = no_pool
        if pool_size and crop_size:
            shape = (crop_size, crop_size, crop_channels)
            self.pool_a = ImagePool(pool_size, shape, seed=2 * seed, name="pool_a")
            self.pool_b = ImagePool(pool_size, shape, seed=2 * seed + 1, name="pool_b")
        if ema:
            self.average_ab = frozen_copy(generator_ab)
            self.average_ba = frozen_copy(generator_ba)
        # The optimizer's count stands still when loss scaling skips an update; this doesn't.
        self.step = self.add_weight(
            shape=(), dtype="int", initializer="zeros", trainable=False, name="step"
        )
        self.skipped = self.add_weight(
            shape=(), dtype="int", initializer="zeros", trainable=False, name="skipped"
        )
        self.trackers = {
            name: keras.metrics.Mean(name=name) for name in ["loss", *self.objective.names]
        }
        self.built = True

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return list(self.trackers.values())

    # Output -----------------------------------------------------------------------------------

    def output_generator(self, direction: Direction | str) -> keras.Model:
        """Returns the generator that makes output: the moving average where there is one.

        Raises:
            ValueError: `direction` is neither `"a2b"` nor `"b2a"`.
        """
        prefix = "average" if self.ema else "generator"
        return getattr(self, f"{prefix}_{Direction(direction).suffix}")

    def call(self, real_a: Tensor, training: bool = False) -> Tensor:
        """Translates A to B (so does `predict`); `output_generator("b2a")` is the other way."""
        return self.output_generator("a2b")(real_a)

    def export(self, filepath: str | os.PathLike, *args: Any, **kwargs: Any) -> None:
        """Exports `call`, A to B, for images of any size; see `keras.Model.export`.

        `output_generator("b2a").export(...)` is the other way.
        """
        images = keras.InputSpec(dtype="float32", shape=(None, None, None, self.channels))
        kwargs.setdefault("input_signature", [images])
        super().export(filepath, *args, **kwargs)

    # Compiling, saving, loading ---------------------------------------------------------------

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "adam",
        *,
        jit_compile: bool = False,
        **kwargs: Any,
    ) -> None:
        """Sets the one optimizer of all four networks; see `keras.Model.compile`.

        XLA is off by default: on CPUs it makes TensorFlow's step slower. JAX always compiles.

        Raises:
            NotImplementedError: TensorFlow should compile a step of several replicas.
        """
        self.refuse_devices(jit_compile)
        self._jit_compile_in_tensorflow = jit_compile
        always = keras.backend.backend() == "jax" and not kwargs.get("run_eagerly")
        compiled = jit_compile or always
        super().compile(optimizer=optimizer, jit_compile=compiled, **kwargs)
        # Keras would build it in the first step, and skip an unbuilt optimizer when loading.
        self.optimizer.build(self.trainable_variables)
        adam = getattr(self.optimizer, "inner_optimizer", self.optimizer)
        if isinstance(adam, TwoRateAdam):
            adam.use_ratio_for(self.weights_to_train()[1])

    def get_compile_config(self) -> dict[str, Any]:
        return {
            "optimizer": keras.saving.serialize_keras_object(self.optimizer),
            "jit_compile": self._jit_compile_in_tensorflow,
        }

    def compile_from_config(self, config: dict[str, Any]) -> None:
        self.compile(**keras.saving.deserialize_keras_object(config))

    def get_config(self) -> dict[str, Any]:
        parts = (*NETWORKS, "objective") if self.has_own_objective else NETWORKS
        return {
            **super().get_config(),
            **{name: keras.saving.serialize_keras_object(getattr(self, name)) for name in parts},
            **self.settings,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "CycleGAN":
        parts = [name for name in (*NETWORKS, "objective") if name in config]
        loaded = {name: keras.saving.deserialize_keras_object(config[name]) for name in parts}
        return cls(**{**config, **loaded})

    def save_own_variables(self, store: Any) -> None:
        super().save_own_variables(store)
        for i, state in enumerate(self._random_states()):
            store[f"{_RANDOM}{i}"] = state.numpy()

    def load_own_variables(self, store: Any) -> None:
        if "1" not in store:  # saved by version 0.1.0
            self.step.assign(store["0"])
            return
        own = {key: store[key] for key in store.keys() if not key.startswith(_RANDOM)}  # noqa: SIM118
        super().load_own_variables(own)
        for i, state in enumerate(self._random_states()):
            if f"{_RANDOM}{i}" in store:
                state.assign(store[f"{_RANDOM}{i}"])

    def _random_states(self) -> list[keras.Variable]:
        """What networks with `Dropout` draw from, which Keras doesn't save."""
        trained = [getattr(self, name) for name in NETWORKS] + self.loss_networks
        layers = [layer for network in trained for layer in network._flatten_layers()]
        return [generator.state for layer in layers for generator in layer._seed_generators]

    @classmethod
    def load(cls, path: str | os.PathLike) -> "CycleGAN":
        """Loads a model that `save` wrote: weights, averages, pools, step and optimizer state.

        Raises:
            OSError: The file can't be read.
            RunError: It is not a CycleGAN saved in the `.keras` format.
        """
        return load_as(cls, path)
