"""The CycleGAN: four networks, their objective, and the training step. Read `train_step` first.

What the networks look like is in networks.py; where the crops come from, in data_pipeline.
"""

import keras
import tensorflow as tf

from cyclegan_tf.equivariance import draw_shift, equivariance_l1, shift_images
from cyclegan_tf.image_pool import ImagePool
from cyclegan_tf.losses import GAN_LOSSES, l1
from cyclegan_tf.schedule import annealed

DIRECTIONS = ("a2b", "b2a")


@keras.saving.register_keras_serializable("cyclegan_tf")
class CycleGAN(keras.Model):
    """Two generators and two discriminators trained together on unpaired images (Zhu et al. 2017).

    A discriminator is named by the domain that it judges, a generator by its direction. Images
    are float32 `(batch, height, width, 3)` in [-1, 1] everywhere.

        model = CycleGAN(resnet_generator(), resnet_generator(),
                         patch_discriminator(), patch_discriminator())
        model.compile(optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5))
        model.fit(stream, epochs=200, steps_per_epoch=100, shuffle=False)

    Args:
        generator_ab: Model from images of domain A to images of domain B.
        generator_ba: The reverse.
        discriminator_a: Model from images to logits of any shape; judges images of domain A.
        discriminator_b: The same for domain B.
        gan_loss: `"lsgan"`, `"vanilla"` or `"hinge"`.
        cycle_weight: Weight of each direction's cycle L1 (eq. 3; 10 in the paper).
        identity_weight: Weight of each direction's identity L1 (section 5.2); 0 for none.
        identity_anneal_steps: Updates over which the identity weight falls linearly to 0; after
            that its two forward passes are no longer run. 0 keeps the weight constant.
        equivariance_weight: Weight of each direction's L1 between the translation of a shifted crop
            and the shifted translation (equivariance.py); 0 for none. Makes video steadier.
        equivariance_every: It is taken in one of so many updates, and counts as many times there.
        pool_size: Images in the history pool of each discriminator (50 in the paper); 0 for none.
        crop_size: Side of the square training images in pixels; needed by the pool only.
        ema: Decay of an exponential moving average of the generators' weights, which then makes
            every output; 0 for none. It follows faster over the first steps.
        seed: Of the pool's draws.
        dtype: Keras dtype policy. Give `"mixed_float16"` networks the same policy here: it turns
            on the loss scaling in `compile`.

    Raises:
        ValueError: `gan_loss` is unknown, or `pool_size` comes without a `crop_size`.
    """

    def __init__(
        self,
        generator_ab,
        generator_ba,
        discriminator_a,
        discriminator_b,
        *,
        gan_loss: str = "lsgan",
        cycle_weight: float = 10.0,
        identity_weight: float = 0.0,
        identity_anneal_steps: int = 0,
        equivariance_weight: float = 0.0,
        equivariance_every: int = 4,
        pool_size: int = 0,
        crop_size: int | None = None,
        ema: float = 0.0,
        seed: int = 0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if gan_loss not in GAN_LOSSES:
            raise ValueError(
                f"gan_loss must be one of {', '.join(GAN_LOSSES)}; received {gan_loss!r}."
            )
        if pool_size and not crop_size:
            raise ValueError(
                f"pool_size={pool_size} needs crop_size, the side of the pooled images."
            )
        self.settings = {
            "gan_loss": gan_loss,
            "cycle_weight": cycle_weight,
            "identity_weight": identity_weight,
            "identity_anneal_steps": identity_anneal_steps,
            "equivariance_weight": equivariance_weight,
            "equivariance_every": equivariance_every,
            "pool_size": pool_size,
            "crop_size": crop_size,
            "ema": ema,
            "seed": seed,
        }
        self.generator_ab, self.generator_ba = generator_ab, generator_ba
        self.discriminator_a, self.discriminator_b = discriminator_a, discriminator_b
        self.gan_loss = GAN_LOSSES[gan_loss]
        self.cycle_weight = cycle_weight
        self.identity_weight = identity_weight
        self.identity_anneal_steps = identity_anneal_steps
        self.equivariance_weight = equivariance_weight
        self.equivariance_every = equivariance_every
        self.seed = seed
        self.ema = ema
        if pool_size:
            shape = (crop_size, crop_size, 3)
            self.pool_a = ImagePool(pool_size, shape, seed=2 * seed, name="pool_a")
            self.pool_b = ImagePool(pool_size, shape, seed=2 * seed + 1, name="pool_b")
        else:
            self.pool_a = self.pool_b = _no_pool
        if ema:
            self.average_ab, self.average_ba = (
                _frozen_copy(generator_ab),
                _frozen_copy(generator_ba),
            )
        # The optimizer's count stands still when loss scaling skips an update; this doesn't.
        self.step = self.add_weight(
            shape=(), dtype="int64", initializer="zeros", trainable=False, name="step"
        )
        names = ["loss", "gan_ab", "gan_ba", "cycle_a", "cycle_b"]
        names += ["identity_a", "identity_b"] if identity_weight else []
        names += ["equivariance_ab", "equivariance_ba"] if equivariance_weight else []
        names += ["discriminator_a", "discriminator_b"]
        self.trackers = {name: keras.metrics.Mean(name=name) for name in names}
        self.built = True

    # Training ---------------------------------------------------------------------------------

    def train_step(self, data):
        real_a, real_b = data
        generators = self.generator_ab.trainable_variables + self.generator_ba.trainable_variables
        discriminators = (
            self.discriminator_a.trainable_variables + self.discriminator_b.trainable_variables
        )
        with tf.GradientTape() as tape:
            fake_a, fake_b, losses = self.translate_and_judge(real_a, real_b)
            loss = self.generator_loss(losses)
            scaled = self.optimizer.scale_loss(loss)
        generator_gradients = tape.gradient(scaled, generators)

        # The tape above is closed: to the discriminators the fakes are data.
        old_a, old_b = self.pool_a(fake_a, self.step), self.pool_b(fake_b, self.step)
        with tf.GradientTape() as tape:
            losses |= self.discriminator_losses(real_a, real_b, old_a, old_b)
            critics = [losses["discriminator_a"], losses["discriminator_b"]]
            scaled = self.optimizer.scale_loss(_sum(critics))
        discriminator_gradients = tape.gradient(scaled, discriminators)

        # Adam works on each weight by itself, so one optimizer equals the usual four.
        self.optimizer.apply(
            generator_gradients + discriminator_gradients, generators + discriminators
        )
        self._update_averages()
        self.step.assign_add(1)
        return self._track({"loss": _sum([loss, *critics]), **losses})

    def test_step(self, data):
        real_a, real_b = data
        fake_a, fake_b, losses = self.translate_and_judge(real_a, real_b)
        loss = self.generator_loss(losses)
        critics = self.discriminator_losses(real_a, real_b, fake_a, fake_b)
        return self._track({"loss": _sum([loss, *critics.values()]), **losses, **critics})

    def translate_and_judge(self, real_a, real_b):
        """Runs both cycles. Returns `fake_a`, `fake_b` and the generators' losses, unweighted."""
        fake_a, fake_b, losses = self._translate(real_a, real_b)
        cycled_a = self.generator_ba(fake_b, training=True)
        cycled_b = self.generator_ab(fake_a, training=True)
        losses |= {
            "gan_ab": self.gan_loss.generator(self.discriminator_b(fake_b, training=True)),
            "gan_ba": self.gan_loss.generator(self.discriminator_a(fake_a, training=True)),
            "cycle_a": l1(real_a, cycled_a),
            "cycle_b": l1(real_b, cycled_b),
        }
        return fake_a, fake_b, losses

    def _translate(self, real_a, real_b):
        """The first half of both cycles, and in the same batches the passes of further losses."""
        # Branches in the graph: a pass whose loss doesn't count in this update is not run.
        with_identity = self.identity_weight > 0
        if with_identity and self.identity_anneal_steps:
            with_identity = self._identity_weight_now() > 0.0
        with_shifted = self.equivariance_weight > 0
        if with_shifted:
            shift = draw_shift(self.seed, self.step, real_a.shape[1])
            shifted_a, shifted_b = shift_images(real_a, shift), shift_images(real_b, shift)
            with_shifted = self.step % self.equivariance_every == 0

        def first_pass(with_identity, with_shifted):
            # Together, as instance norm keeps the images of a batch apart, unlike batch norm.
            to_a, to_b = [real_b], [real_a]
            if with_identity:
                to_a, to_b = [*to_a, real_a], [*to_b, real_b]
            if with_shifted:
                to_a, to_b = [*to_a, shifted_b], [*to_b, shifted_a]
            from_b = tf.split(self.generator_ba(tf.concat(to_a, axis=0), training=True), len(to_a))
            from_a = tf.split(self.generator_ab(tf.concat(to_b, axis=0), training=True), len(to_b))
            same = (from_b[1], from_a[1]) if with_identity else (real_a, real_b)
            moved = (from_b[-1], from_a[-1]) if with_shifted else (tf.zeros_like(real_a),) * 2
            return from_b[0], from_a[0], *same, *moved

        fake_a, fake_b, same_a, same_b, moved_a, moved_b = _branch(
            with_identity, lambda one: _branch(with_shifted, lambda two: first_pass(one, two))
        )
        losses = {}
        if self.identity_weight:
            losses |= {"identity_a": l1(real_a, same_a), "identity_b": l1(real_b, same_b)}
        if self.equivariance_weight:
            times = self.equivariance_every * tf.cast(with_shifted, tf.float32)
            losses |= {
                "equivariance_ab": times * equivariance_l1(fake_b, moved_b, shift),
                "equivariance_ba": times * equivariance_l1(fake_a, moved_a, shift),
            }
        return fake_a, fake_b, losses

    def generator_loss(self, losses):
        """The joint objective of both generators (eq. 3 plus section 5.2): a scalar."""
        terms = [losses["gan_ab"], losses["gan_ba"]]
        terms += [self.cycle_weight * losses[name] for name in ("cycle_a", "cycle_b")]
        if self.identity_weight:
            weight = self._identity_weight_now()
            terms += [weight * losses[name] for name in ("identity_a", "identity_b")]
        if self.equivariance_weight:
            both = ("equivariance_ab", "equivariance_ba")
            terms += [self.equivariance_weight * losses[name] for name in both]
        return _sum(terms)

    def discriminator_losses(self, real_a, real_b, fake_a, fake_b):
        """Losses of both discriminators, halved as in the paper (section 4)."""
        return {
            "discriminator_a": 0.5 * self._judge(self.discriminator_a, real_a, fake_a),
            "discriminator_b": 0.5 * self._judge(self.discriminator_b, real_b, fake_b),
        }

    def _judge(self, discriminator, real, fake):
        # One pass over both, as in `with_identity`.
        logits = discriminator(tf.concat([real, fake], axis=0), training=True)
        real_logits, fake_logits = tf.split(logits, 2)
        return self.gan_loss.discriminator(real_logits, fake_logits)

    def _identity_weight_now(self):
        return annealed(self.identity_weight, self.step, self.identity_anneal_steps)

    def _update_averages(self):
        if not self.ema:
            return
        step = tf.cast(self.step, tf.float32)
        keep = tf.minimum(self.ema, (1.0 + step) / (10.0 + step))
        for average, generator in (
            (self.average_ab, self.generator_ab),
            (self.average_ba, self.generator_ba),
        ):
            for mean, weight in zip(average.weights, generator.weights, strict=True):
                mean.value.assign_sub((1.0 - keep) * (mean.value - weight.value))

    def _track(self, losses):
        for name, tracker in self.trackers.items():
            tracker.update_state(losses[name])
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    @property
    def metrics(self):
        return list(self.trackers.values())

    # Output -----------------------------------------------------------------------------------

    def output_generator(self, direction: str):
        """Returns the generator that makes output: the moving average where there is one.

        Raises:
            ValueError: `direction` is neither `"a2b"` nor `"b2a"`.
        """
        if direction not in DIRECTIONS:
            raise ValueError(f"direction must be a2b or b2a; received {direction!r}.")
        prefix = "average" if self.ema else "generator"
        return getattr(self, f"{prefix}_{'ab' if direction == 'a2b' else 'ba'}")

    def call(self, real_a, training=False):
        """Translates A to B (so does `predict`); `output_generator("b2a")` is the other way."""
        return self.output_generator("a2b")(real_a)

    # Compiling, saving, loading ---------------------------------------------------------------

    def compile(self, optimizer="adam", *, jit_compile: bool = False, **kwargs):
        """Sets the one optimizer of all four networks; see `keras.Model.compile`.

        XLA is off by default: on CPUs it makes the step slower.
        """
        super().compile(optimizer=optimizer, jit_compile=jit_compile, **kwargs)
        # Keras would build it in the first step, and skip an unbuilt optimizer when loading.
        self.optimizer.build(self.trainable_variables)

    def get_compile_config(self):
        return {
            "optimizer": keras.saving.serialize_keras_object(self.optimizer),
            "jit_compile": self.jit_compile,
        }

    def compile_from_config(self, config):
        self.compile(**keras.saving.deserialize_keras_object(config))

    def get_config(self):
        networks = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")
        return {
            **super().get_config(),
            **{name: keras.saving.serialize_keras_object(getattr(self, name)) for name in networks},
            **self.settings,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        networks = ("generator_ab", "generator_ba", "discriminator_a", "discriminator_b")
        loaded = {name: keras.saving.deserialize_keras_object(config[name]) for name in networks}
        return cls(**{**config, **loaded})

    @classmethod
    def load(cls, path) -> "CycleGAN":
        """Loads a model that `save` wrote: weights, averages, pools, step and optimizer state.

        Raises:
            ValueError: The file is not a CycleGAN saved in the `.keras` format.
        """
        model = keras.saving.load_model(path)
        if not isinstance(model, cls):
            raise ValueError(f"{path} holds a {type(model).__name__}, not a CycleGAN.")
        return model


def _sum(terms):
    # A sum of three and more tensors is one AddN to TensorFlow, which starts with whichever of them
    # is free first: with more than one thread, the last bit would be another in each run. So losses
    # are summed here, and no weight or feature is used three times in a step.
    return tf.reduce_sum(tf.stack(terms))


def _branch(condition, function):
    """`function(True)` or `function(False)`: decided here for a bool, in the graph for a tensor."""
    if isinstance(condition, bool):
        return function(condition)
    return tf.cond(condition, lambda: function(True), lambda: function(False))


def _no_pool(images, step):
    return images


def _frozen_copy(generator):
    copy = keras.models.clone_model(generator)
    copy.set_weights(generator.get_weights())
    copy.trainable = False
    return copy
