"""The CycleGAN objective: from two batches of crops to named images, and from those to losses.

A loss is added by a file like identity.py and a line in `OPTIONAL_LOSSES`. Who takes which gradient
is in tensorflow_step.py and jax_step.py.
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import keras
from keras import ops

from cyclegan_tf.errors import ConfigError, suggest
from cyclegan_tf.model.equivariance import EquivarianceLoss
from cyclegan_tf.model.identity import IdentityLoss
from cyclegan_tf.model.loss_names import DISCRIMINATORS, check_names
from cyclegan_tf.model.losses import GAN_LOSSES, l1
from cyclegan_tf.model.optional_loss import OptionalLoss
from cyclegan_tf.model.passes import branch, first_passes, translated
from cyclegan_tf.model.tensors import Images, Losses, Scalar, Tensor

OPTIONAL_LOSSES: tuple[type[OptionalLoss], ...] = (IdentityLoss, EquivarianceLoss)
_NAMES = ["gan_ab", "gan_ba", "cycle_a", "cycle_b"]


def optional_settings() -> dict[str, Any]:
    """Returns the settings of all optional losses with their defaults; without `seed`.

    >>> optional_settings()["identity_weight"], optional_settings()["equivariance_every"]
    (0.0, 4)
    """
    fields = [field for loss in OPTIONAL_LOSSES for field in dataclasses.fields(loss)]
    return {field.name: field.default for field in fields if field.name != "seed"}


#: Settings of `Objective`, but for `seed`.
DEFAULTS = {"gan_loss": "lsgan", "cycle_weight": 10.0, "pairs_every": 0, **optional_settings()}


@keras.saving.register_keras_serializable("cyclegan_tf")
class Objective:
    """What both generators and both discriminators minimise (Zhu et al. 2017, eq. 3 and 5.2).

    Its methods take `networks`, anything with the attributes `generator_ab`, `generator_ba`,
    `discriminator_a`, `discriminator_b` and `channels` (of images; 3 where it is missing), and
    crops float32 `(batch, height, width, channels)` in [-1, 1]. Crops may have further channels,
    which only the discriminators see: beside a real image its own, beside a translation those of
    its source.

    A subclass with other losses is registered (`keras.saving.register_keras_serializable`), so that
    checkpoints can hold it. Keras layers and models in its attributes are saved with the training,
    and trained with the generators unless they are frozen.

    Attributes:
        own_losses: Weights of the losses that `generator_losses` of a subclass adds, by name.

    Args:
        gan_loss: `"lsgan"`, `"vanilla"` or `"hinge"`.
        cycle_weight: Weight of each domain's cycle L1.
        pairs_every: At every so many updates, beginning with update 0, the crops of A and B are of
            a true pair, and the translations are compared with them in place of the cycles; 0 for
            never.
        more_losses: Further losses of the generators, of registered classes.
        **settings: Fields of the `OPTIONAL_LOSSES`, `seed` among them.

    Raises:
        ValueError: `gan_loss` is unknown, there is no such setting, or two losses have the same
            name.
    """

    own_losses: ClassVar[Mapping[str, float]] = {}

    def __init__(
        self,
        *,
        gan_loss: str = "lsgan",
        cycle_weight: float = 10.0,
        pairs_every: int = 0,
        more_losses: Sequence[OptionalLoss] = (),
        **settings: Any,
    ) -> None:
        if gan_loss not in GAN_LOSSES:
            raise ValueError(
                f"gan_loss must be one of {', '.join(GAN_LOSSES)}; received {gan_loss!r}."
            )
        known = (*DEFAULTS, "seed")
        if unknown := [name for name in settings if name not in known]:
            raise ConfigError(
                f"There is no setting {unknown[0]!r} of the losses."
                f"{suggest(unknown[0], known)} Settings: {', '.join(known)}."
            )
        self.gan_loss = GAN_LOSSES[gan_loss]
        self.cycle_weight, self.pairs_every = cycle_weight, pairs_every
        self.more_losses = tuple(more_losses)
        of_pairs = {"pairs_every": pairs_every} if pairs_every else {}
        self.settings = {"gan_loss": gan_loss, "cycle_weight": cycle_weight, **of_pairs, **settings}
        losses = [_with_own_settings(loss, settings) for loss in OPTIONAL_LOSSES]
        self.optional_losses = [loss for loss in (*losses, *more_losses) if loss.is_on]
        names = [name for loss in self.optional_losses for name in loss.names]
        names += [*_NAMES, *self.own_losses, *DISCRIMINATORS]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(
                f"Every loss needs a name of its own in the log; received {twice[0]!r} twice."
            )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments, for Keras' files."""
        more = [keras.saving.serialize_keras_object(loss) for loss in self.more_losses]
        return {**self.settings, "more_losses": more}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Objective":
        """Makes the objective again."""
        more = map(keras.saving.deserialize_keras_object, config.get("more_losses", ()))
        return cls(**{**config, "more_losses": tuple(more)})

    @property
    def names(self) -> list[str]:
        """Names of all losses, in the order of the log."""
        optional = [name for loss in self.optional_losses for name in loss.names]
        return [*_NAMES, *optional, *self.own_losses, *DISCRIMINATORS]

    @property
    def networks(self) -> list[keras.layers.Layer]:
        """The layers and models in attributes of it and of its losses, each once.

        Raises:
            ConfigError: An attribute is a bare variable, which nothing would train or save.
        """
        found = {}
        for part in (self, *self.more_losses):
            for value in keras.tree.flatten(vars(part)):
                if isinstance(value, keras.layers.Layer):
                    found[id(value)] = value
                elif isinstance(value, keras.Variable):
                    raise ConfigError(
                        f"{type(part).__name__} holds the variable {value.name}, which would be "
                        "neither trained nor saved: make it a weight of a keras.layers.Layer."
                    )
        return list(found.values())

    def run_generators(self, networks: Any, crop_a: Tensor, crop_b: Tensor, step: Scalar) -> Images:
        """Translates the crops, there and back.

        Returns:
            `real_a`, `real_b`: the crops without further channels. `fake_a`, `fake_b`: the
            translations. `cycled_a`, `cycled_b`: the translations translated back. `judged_a`,
            `judged_b`: the translations with the further channels of their sources, for the
            discriminators. And what the optional losses asked for.
        """
        count = getattr(networks, "channels", 3)
        images = {"real_a": crop_a[..., :count], "real_b": crop_b[..., :count]}
        # Inputs, keyed by the name that their translation will get: `generator_ba` turns
        # `to_a["fake_a"]`, which is `real_b`, into `images["fake_a"]`.
        to_a, to_b = {"fake_a": images["real_b"]}, {"fake_b": images["real_a"]}
        more = [(loss.is_due(step), *loss.passes(images, step)) for loss in self.optional_losses]
        images |= first_passes(networks, to_a, to_b, more)
        images |= self._ways_back(networks, images, step)
        images["judged_a"] = _with_further_channels(images["fake_a"], crop_b)
        images["judged_b"] = _with_further_channels(images["fake_b"], crop_a)
        return images

    def _ways_back(self, networks: Any, images: Images, step: Scalar) -> Images:
        """The cycles; of a true pair the translations, which then are compared with the truth."""
        if not self.pairs_every:
            return self.cycle(networks, images, step)
        return branch(
            step % self.pairs_every == 0,
            lambda: {"cycled_a": images["fake_a"], "cycled_b": images["fake_b"]},
            lambda: self.cycle(networks, images, step),
        )

    @contextlib.contextmanager
    def without_pairs(self) -> Iterator[None]:
        """Inside, no update is one of pairs."""
        every, self.pairs_every = self.pairs_every, 0
        try:
            yield
        finally:
            self.pairs_every = every

    def cycle(self, networks: Any, images: Images, step: Scalar) -> Images:
        """The second half of both cycles."""
        return {
            "cycled_a": translated(networks.generator_ba, images["fake_b"]),
            "cycled_b": translated(networks.generator_ab, images["fake_a"]),
        }

    def generator_losses(self, networks: Any, images: Images, step: Scalar) -> Losses:
        """Computes the generators' losses, not weighted yet.

        `gan_ab` is named by the generator that it teaches; `discriminator_b` judges its outputs.
        """
        logits_a = networks.discriminator_a(images["judged_a"], training=True)
        logits_b = networks.discriminator_b(images["judged_b"], training=True)
        losses = {
            "gan_ab": self.gan_loss.generator(logits_b),
            "gan_ba": self.gan_loss.generator(logits_a),
            "cycle_a": l1(images["real_a"], images["cycled_a"]),  # eq. 2
            "cycle_b": l1(images["real_b"], images["cycled_b"]),
        }
        for loss in self.optional_losses:
            found = loss.losses(images, step)
            check_names(loss, found)
            losses |= found
        return losses

    def weighted_sum(self, losses: Losses, step: Scalar) -> Scalar:
        """The joint objective of both generators (eq. 3 plus section 5.2): a scalar."""
        terms = [losses["gan_ab"], losses["gan_ba"]]
        terms += [self.cycle_weight * losses[name] for name in ("cycle_a", "cycle_b")]
        for loss in self.optional_losses:
            weight = loss.weight_at(step)
            terms += [weight * losses[name] for name in loss.names]
        terms += [weight * losses[name] for name, weight in self.own_losses.items()]
        return total(terms)

    def discriminator_losses(
        self, networks: Any, crop_a: Tensor, crop_b: Tensor, fake_a: Tensor, fake_b: Tensor
    ) -> Losses:
        """Losses of both discriminators, halved as in the paper (section 4).

        Args:
            networks: Holds the discriminators.
            crop_a: Real crops of A, like `crop_b` with all their channels.
            crop_b: Real crops of B.
            fake_a: Translations to judge beside them; in training those of the history pool.
            fake_b: The same of B.
        """
        return {
            "discriminator_a": 0.5 * self._judge(networks.discriminator_a, crop_a, fake_a),
            "discriminator_b": 0.5 * self._judge(networks.discriminator_b, crop_b, fake_b),
        }

    def _judge(self, discriminator: Any, real: Tensor, fake: Tensor) -> Scalar:
        # One pass over both, see `first_passes`.
        logits = discriminator(ops.concatenate([real, fake], axis=0), training=True)
        num_real = ops.shape(real)[0]  # the last batches of an epoch may differ in size
        return self.gan_loss.discriminator(logits[:num_real], logits[num_real:])


def total(terms: Sequence[Scalar]) -> Scalar:
    """The sum of scalars, in the same order on every machine."""
    # A sum of three and more tensors is one AddN to TensorFlow, which starts with whichever of them
    # is free first: with more than one thread, the last bit would be another in each run. So losses
    # are summed here, and no weight or feature is used three times in a step.
    return ops.sum(ops.stack(terms))


def _with_own_settings(loss: type[OptionalLoss], settings: dict[str, Any]) -> OptionalLoss:
    names = [field.name for field in dataclasses.fields(loss)]
    return loss(**{name: settings[name] for name in names if name in settings})


def _with_further_channels(fake: Tensor, crop: Tensor) -> Tensor:
    count = fake.shape[-1]
    if crop.shape[-1] == count:
        return fake
    return ops.concatenate([fake, crop[..., count:]], axis=-1)
