"""`Config`: the settings of a training run, each with its default, its sentence and its rules.

Without TensorFlow, so that `cyclegan-tf --help` answers at once.
"""

import dataclasses
import json
import os
from dataclasses import dataclass
from typing import Any

from cyclegan_tf.errors import ConfigError, suggest
from cyclegan_tf.hardware.precision import PRECISIONS
from cyclegan_tf.setting import check_together, check_type, check_value, setting
from data_pipeline.json_files import read_json_object


@dataclass(frozen=True)
class Config:
    """All settings of one training run, flat and frozen; `Config.replace` makes variations.

    Every field is also a flag of the command line (`crop_size` is `--crop-size`). Sizes are in
    pixels, counts are plain numbers, weights are absolute factors in the objective.

    Raises:
        ConfigError: A value breaks a rule. The message names the field, the rule and the value.
    """

    # Data
    data: str = setting(
        "", "Folder with the two domains, tfds:NAME or world:PAIR?scale=...&num_maps=...", free=True
    )
    name_a: str = setting("A", "Name of domain A and of its folder in DATA.", checked=True)
    name_b: str = setting("B", "Name of domain B and of its folder in DATA.", checked=True)
    load_size: int = setting(
        0, "Pixels to resize the shorter side to; 0 keeps the size.", at_least=0, checked=True
    )
    crop_size: int = setting(
        256, "Side of the square training crops, a multiple of 4.", at_least=1, checked=True
    )
    batch_size: int = setting(1, "Crops of each domain per update.", at_least=1, checked=True)
    flip: float = setting(0.5, "Probability of a horizontal flip.", at_least=0, at_most=1)
    scale_jitter: float = setting(
        0.0, "Draw the crop's side between crop_size/(1+s) and crop_size*(1+s).", at_least=0
    )
    color_jitter: float = setting(
        0.0, "Strength of random brightness, contrast and saturation.", at_least=0, below=1
    )
    small_images: str = setting(
        "error",
        "What to do with images smaller than the crop: error, pad (reflect) or skip them.",
        choices=("error", "pad", "skip"),
        checked=True,
    )
    background: str = setting(
        "#ffffff", "Colour that transparent pixels are flattened on, #rrggbb.", checked=True
    )
    channels: int = setting(
        3,
        "Channels of pictures: 3 is colour, 1 makes all gray, others are the bands of TIFF or PNG.",
        at_least=1,
        at_most=64,
        checked=True,
    )
    skip_bad: bool = setting(False, "Leave unreadable files out instead of stopping.", free=True)
    memory_limit_gb: float = setting(
        6.0,
        "Decode on the fly when the decoded images exceed this much memory.",
        at_least=0,
        checked=True,
        free=True,
    )

    # Networks
    filters: int = setting(64, "Channels after the generators' first convolution.", at_least=1)
    num_residual_blocks: int = setting(9, "Residual blocks in each generator.", at_least=0)
    upsampling: str = setting(
        "balanced",
        "transpose (paper), transpose4 (PyTorch's, see import), balanced (transpose that keeps "
        "plain areas plain), resize (interpolate + conv) or antialiased.",
        choices=("transpose", "transpose4", "balanced", "resize", "antialiased"),
    )
    interpolation: str = setting(
        "nearest",
        "How upsampling resize interpolates: nearest or bilinear.",
        choices=("nearest", "bilinear"),
    )
    discriminator_filters: int = setting(
        64, "Channels after the discriminators' first convolution.", at_least=1
    )
    discriminator_layers: int = setting(
        3, "Strided layers of the discriminators; 3 sees 70x70 patches.", at_least=1
    )
    discriminator_scales: int = setting(
        1,
        "Sizes of the image that the discriminators judge: 1 (paper); 2 is at half size as well.",
        at_least=1,
    )
    vertical_position: bool = setting(
        True,
        "Tell the discriminators how high in its image a crop lies, so that sky stays sky. Turned "
        "off where the images of one domain are much higher.",
        before=False,
    )

    # Objective
    gan_loss: str = setting(
        "lsgan", "Adversarial loss: lsgan, vanilla or hinge.", choices=("lsgan", "vanilla", "hinge")
    )
    cycle_weight: float = setting(10.0, "Weight of the cycle L1, each direction.", at_least=0)
    pairs: str = setting(
        "", "Folder of true pairs to learn from as well: the same names in both domains.", free=True
    )
    pairs_every: int = setting(
        2, "Take crops of a pair, compared with the truth, at every Nth update.", at_least=1
    )
    identity_weight: float = setting(
        5.0,
        "Weight of the identity L1, each direction, absolute (0.5 times a cycle weight of 10 in "
        "pytorch-CycleGAN-and-pix2pix is 5 here); 0 turns it off.",
        at_least=0,
    )
    identity_anneal: float = setting(
        0.0,
        "Share of all updates over which identity_weight falls linearly to 0; 0 keeps it constant.",
        at_least=0,
        at_most=1,
    )
    equivariance_weight: float = setting(
        0.0, "Weight of shifted crops giving shifted translations, for steadier video.", at_least=0
    )
    equivariance_every: int = setting(
        4, "Take the equivariance loss at every Nth update, with N times its weight.", at_least=1
    )
    pool_size: int = setting(50, "Images in each discriminator's history; 0 for none.", at_least=0)

    # Optimisation
    init_from: str = setting(
        "", "Run folder or checkpoint whose four networks to start from, instead of random weights."
    )
    epochs: int = setting(
        200, "Passes over the smaller domain (see steps_per_epoch).", at_least=1, checked=True
    )
    decay_epoch: int = setting(
        100,
        "Epoch from which the learning rate falls linearly to 0 at the end. Where only epochs is "
        "changed, it moves along.",
        at_least=0,
    )
    steps_per_epoch: int = setting(
        0, "Updates per epoch; 0 means the smaller domain // batch_size.", at_least=0, checked=True
    )
    learning_rate: float = setting(2e-4, "Adam's learning rate until decay_epoch.", positive=True)
    discriminator_learning_rate: float = setting(
        0.0, "The same of the discriminators; 0 is learning_rate.", at_least=0
    )
    beta_1: float = setting(0.5, "Adam's first-moment decay.", at_least=0, below=1)
    beta_2: float = setting(0.999, "Adam's second-moment decay.", at_least=0, below=1)
    ema: float = setting(
        0.999,
        "Decay of the generators' moving average, used for all output; 0 turns it off.",
        at_least=0,
        below=1,
    )
    precision: str = setting(
        "auto", "auto, float32, mixed_bfloat16 or mixed_float16.", choices=("auto", *PRECISIONS)
    )
    jit_compile: bool = setting(False, "Compile the training step with XLA.")
    seed: int = setting(
        0, "Everything random in a run is a function of this number and the step.", at_least=0
    )

    # The run
    time_limit_minutes: float = setting(
        0.0, "Stop after this much training time; 0 means no limit.", at_least=0, free=True
    )
    log_every: int = setting(50, "Updates between lines in metrics.jsonl.", at_least=1, free=True)
    sample_every: int = setting(
        1000, "Updates between preview pictures; 0 turns them off.", at_least=0, free=True
    )
    validate_every: int = setting(
        1000,
        "Updates between validations (see features; best generators, warnings); 0 turns them off.",
        at_least=0,
        free=True,
    )
    features: str = setting(
        "random",
        "What the best generators are chosen by: random, inception or learned; docs/metrics.md.",
        choices=("random", "inception", "learned"),
        free=True,
    )
    inception_weights: str = setting("", "File of InceptionV3 weights; else downloaded.", free=True)
    checkpoint_every: int = setting(1000, "Updates between checkpoints.", at_least=1, free=True)
    checkpoint_minutes: float = setting(
        10.0, "Most minutes between checkpoints; 0 turns it off.", at_least=0, free=True
    )
    generators_every: int = setting(
        0, "Updates between saving the generators alone; 0: only at the end.", at_least=0, free=True
    )
    max_skipped_updates: int = setting(
        20,
        "Updates in a row that may be skipped, as a loss or gradient isn't finite.",
        at_least=1,
        free=True,
    )
    on_divergence: str = setting(
        "stop",
        "What to do after more: stop, or halve (go on from the last checkpoint at half the rate).",
        choices=("stop", "halve"),
        free=True,
    )
    keep_checkpoints: int = setting(2, "Checkpoints that are kept.", at_least=1, free=True)

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            check_type(item, getattr(self, item.name))
        for item in dataclasses.fields(self):
            check_value(item, getattr(self, item.name))
        check_together(self)

    def replace(self, **changes: Any) -> "Config":
        """Returns a copy with some fields changed.

        Where `epochs` changes and `decay_epoch` isn't given, the latter keeps its share of the run.

        Args:
            **changes: New values by the names of their fields.

        Raises:
            ConfigError: A field is unknown (near names are suggested) or a value breaks a rule.

        >>> Config().replace(crop_size=64).crop_size
        64
        """
        known = field_names()
        for name in changes:
            if name not in known:
                raise ConfigError(f"Config has no field {name!r}.{suggest(name, known)}")
        if isinstance(changes.get("epochs"), int) and "decay_epoch" not in changes:
            share = self.decay_epoch / self.epochs
            changes["decay_epoch"] = round(share * max(changes["epochs"], 0))
        return dataclasses.replace(self, **changes)

    @property
    def memory_limit_bytes(self) -> int:
        """Bytes that the decoded images of one domain may take: half of `memory_limit_gb`."""
        return int(self.memory_limit_gb * 2**30 / 2)

    @property
    def crop_channels(self) -> int:
        """Channels of a training crop: those of pictures and the vertical position, if any."""
        return self.channels + self.vertical_position

    def to_json(self) -> str:
        """Returns the text of a config.json, which `Config.load` reads."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def load(cls, path: str | os.PathLike) -> "Config":
        """Reads the config.json of a run; what it lacks is as it was before the field was added.

        Args:
            path: Path of the file.

        Raises:
            ConfigError: The file can't be read, has an unknown field, or a value breaks a rule.
        """
        try:
            values = read_json_object(path)
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path} is not a readable config.json: {error}.") from error
        before = {item.name: item.metadata["before"] for item in dataclasses.fields(cls)}
        before = {name: value for name, value in before.items() if value is not None}
        try:
            return cls().replace(**before | values)
        except ConfigError as error:
            raise ConfigError(f"{path}: {str(error)[:500]}") from error


def field_names(mark: str | None = None) -> tuple[str, ...]:
    """Returns the names of the fields of `Config`, in their order.

    Args:
        mark: `"checked"` or `"free"` for those alone that `setting` marks so; None for all.

    >>> field_names("checked")[:3]
    ('name_a', 'name_b', 'load_size')
    """
    items = dataclasses.fields(Config)
    return tuple(item.name for item in items if mark is None or item.metadata[mark])


def choices_of(name: str) -> tuple[str, ...]:
    """Returns the values that a field of `Config` may have; for flags of other commands.

    >>> choices_of("precision")
    ('auto', 'float32', 'mixed_bfloat16', 'mixed_float16')
    """
    return Config.__dataclass_fields__[name].metadata["choices"]
