"""What a run is made of: the `Config` dataclass and the checks on it. Presets are in presets.py.

No TensorFlow here (`cyclegan-tf --help` must answer at once), and nothing of what a setting does.
"""

import dataclasses
import difflib
import json
from dataclasses import dataclass, field
from pathlib import Path

from cyclegan_tf.errors import ConfigError


def _field(default, text: str):
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Config:
    """All settings of one training run, flat and frozen; `Config.replace` makes variations.

    Every field is also a flag of the command line (`crop_size` is `--crop-size`). Sizes are in
    pixels, counts are plain numbers, weights are absolute factors in the objective.

    Raises:
        ConfigError: A value breaks a rule. The message names the field, the rule and the value.
    """

    # Data
    data: str = _field(
        "", "Folder with the two domains, tfds:NAME or world:PAIR?scale=...&num_maps=..."
    )
    name_a: str = _field("A", "Name of domain A; also the name of its folder in DATA.")
    name_b: str = _field("B", "Name of domain B; also the name of its folder in DATA.")
    load_size: int = _field(
        0, "Resize images so that the shorter side has this many pixels; 0 keeps the size."
    )
    crop_size: int = _field(256, "Side of the square training crops, a multiple of 4.")
    batch_size: int = _field(1, "Crops of each domain per update.")
    flip: float = _field(0.5, "Probability of a horizontal flip.")
    scale_jitter: float = _field(
        0.0, "Draw the crop's side between crop_size/(1+s) and crop_size*(1+s)."
    )
    color_jitter: float = _field(0.0, "Strength of random brightness, contrast and saturation.")
    small_images: str = _field(
        "error", "What to do with images smaller than the crop: error or pad (reflect)."
    )
    background: str = _field("#ffffff", "Colour that transparent pixels are flattened on, #rrggbb.")
    skip_bad: bool = _field(False, "Leave unreadable files out instead of stopping.")
    memory_limit_gb: float = _field(
        6.0, "Decode on the fly when the decoded images exceed this much memory."
    )

    # Networks
    filters: int = _field(64, "Channels after the generators' first convolution.")
    num_residual_blocks: int = _field(9, "Residual blocks in each generator.")
    upsampling: str = _field(
        "balanced",
        "transpose (paper), balanced (transpose that keeps plain areas plain), resize "
        "(interpolate + conv) or antialiased.",
    )
    interpolation: str = _field("nearest", "Of upsampling resize: nearest or bilinear.")
    discriminator_filters: int = _field(64, "Channels after the discriminators' first convolution.")
    discriminator_layers: int = _field(
        3, "Strided layers of the discriminators; 3 sees 70x70 patches."
    )
    discriminator_scales: int = _field(
        1, "Sizes of the image that the discriminators judge: 1 (paper); 2 is at half size as well."
    )
    vertical_position: bool = _field(
        True,
        "Tell the discriminators how high in its image a crop lies, so that sky stays sky. Turned "
        "off where the images of one domain are much higher.",
    )

    # Objective
    gan_loss: str = _field("lsgan", "Adversarial loss: lsgan, vanilla or hinge.")
    cycle_weight: float = _field(10.0, "Weight of the cycle-consistency L1, each direction.")
    identity_weight: float = _field(
        5.0,
        "Weight of the identity L1, each direction, absolute (0.5 times a cycle weight of 10 in "
        "pytorch-CycleGAN-and-pix2pix is 5 here); 0 turns it off.",
    )
    identity_anneal: float = _field(
        0.0,
        "Share of all updates over which identity_weight falls linearly to 0; 0 keeps it constant.",
    )
    equivariance_weight: float = _field(
        0.0, "Weight of translating shifted crops to shifted translations; for steadier video."
    )
    equivariance_every: int = _field(
        4, "Updates between those that take the equivariance loss (it then counts as many times)."
    )
    pool_size: int = _field(
        50, "Images in each history pool for the discriminators; 0 turns it off."
    )

    # Optimisation
    init_from: str = _field(
        "",
        "Run folder or checkpoint whose four networks to start from, instead of random weights.",
    )
    epochs: int = _field(200, "Passes over the smaller domain (see steps_per_epoch).")
    decay_epoch: int = _field(
        100,
        "Epoch from which the learning rate falls linearly to 0 at the end. Where only epochs is "
        "changed, it moves along.",
    )
    steps_per_epoch: int = _field(
        0, "Updates per epoch; 0 means images of the smaller domain // batch_size."
    )
    learning_rate: float = _field(2e-4, "Adam's learning rate until decay_epoch.")
    beta_1: float = _field(0.5, "Adam's first-moment decay.")
    beta_2: float = _field(0.999, "Adam's second-moment decay.")
    ema: float = _field(
        0.999, "Decay of the generators' moving average, used for all output; 0 turns it off."
    )
    precision: str = _field("auto", "auto, float32, mixed_bfloat16 or mixed_float16.")
    jit_compile: bool = _field(False, "Compile the training step with XLA.")
    seed: int = _field(0, "Everything random in a run is a function of this number and the step.")

    # The run
    time_limit_minutes: float = _field(0.0, "Stop after this much training time; 0 means no limit.")
    log_every: int = _field(50, "Updates between lines in metrics.jsonl.")
    sample_every: int = _field(1000, "Updates between preview pictures; 0 turns them off.")
    validate_every: int = _field(
        1000,
        "Updates between validations (patch-KID, best generators, warnings); 0 turns them off.",
    )
    checkpoint_every: int = _field(1000, "Updates between checkpoints.")
    keep_checkpoints: int = _field(3, "Checkpoints that are kept.")

    def __post_init__(self):
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            wanted = (int, float) if item.type is float else item.type
            if not isinstance(value, wanted) or (isinstance(value, bool) and item.type is not bool):
                raise ConfigError(
                    f"{item.name} must be of type {item.type.__name__}; received {value!r}."
                )
        self._check_choices()
        self._check_numbers()

    def _check_choices(self):
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ConfigError(
                    f"{name} must be one of {', '.join(choices)}; received {getattr(self, name)!r}."
                )
        digits = self.background.removeprefix("#")
        if len(digits) != 6 or any(c not in "0123456789abcdefABCDEF" for c in digits):
            raise ConfigError(f"background must look like #rrggbb; received {self.background!r}.")
        if not self.name_a or not self.name_b or self.name_a == self.name_b:
            raise ConfigError(
                "name_a and name_b must be two different names; "
                f"received {self.name_a!r} and {self.name_b!r}."
            )

    def _check_numbers(self):
        at_least = {
            **dict.fromkeys(_POSITIVE, 1),
            **dict.fromkeys(_NOT_NEGATIVE, 0),
        }
        for name, least in at_least.items():
            if not getattr(self, name) >= least:
                raise ConfigError(
                    f"{name} must be at least {least}; received {getattr(self, name)!r}."
                )
        for name in ("flip", "identity_anneal"):
            if getattr(self, name) > 1:
                raise ConfigError(
                    f"{name} must lie between 0 and 1; received {getattr(self, name)!r}."
                )
        for name in ("ema", "beta_1", "beta_2", "color_jitter"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"{name} must lie in [0, 1); received {getattr(self, name)!r}.")
        if self.crop_size % 4:
            raise ConfigError(
                "crop_size must be a multiple of 4 (the generators halve it twice); "
                f"received {self.crop_size}. Try {self.crop_size // 4 * 4 or 4}."
            )
        if self.discriminator_scales > self.discriminator_layers:
            raise ConfigError(
                f"discriminator_scales must not exceed discriminator_layers "
                f"({self.discriminator_layers}); received {self.discriminator_scales}."
            )
        least = max(8, 3 * 2**self.discriminator_layers)
        if self.crop_size < least:
            raise ConfigError(
                f"crop_size must be at least {least} (reflection padding, and one logit of "
                f"discriminator_layers {self.discriminator_layers}); received {self.crop_size}."
            )
        if not self.learning_rate > 0:
            raise ConfigError(f"learning_rate must be positive; received {self.learning_rate!r}.")
        if self.decay_epoch > self.epochs:
            raise ConfigError(
                f"decay_epoch must not exceed epochs ({self.epochs}); received {self.decay_epoch}. "
                "Change both."
            )

    def replace(self, **changes) -> "Config":
        """Returns a copy with some fields changed.

        Where `epochs` changes and `decay_epoch` isn't given, the latter keeps its share of the run.

        Raises:
            ConfigError: A field is unknown (near names are suggested) or a value breaks a rule.

        >>> Config().replace(crop_size=64).crop_size
        64
        """
        known = [item.name for item in dataclasses.fields(self)]
        for name in changes:
            if name not in known:
                raise ConfigError(f"Config has no field {name!r}.{suggest(name, known)}")
        if isinstance(changes.get("epochs"), int) and "decay_epoch" not in changes:
            share = self.decay_epoch / self.epochs
            changes["decay_epoch"] = round(share * max(changes["epochs"], 0))
        return dataclasses.replace(self, **changes)

    @property
    def background_rgb(self) -> tuple[int, int, int]:
        """`background` as three numbers in [0, 255]."""
        return tuple(bytes.fromhex(self.background.removeprefix("#")))

    @property
    def memory_limit_bytes(self) -> int:
        """Bytes that the decoded images of one domain may take: half of `memory_limit_gb`."""
        return int(self.memory_limit_gb * 2**30 / 2)

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def load(cls, path) -> "Config":
        """Reads the config.json of a run; what it lacks is as it was before the field was added."""
        try:
            values = json.loads(Path(path).read_text())
        except (OSError, ValueError) as error:  # ValueError: no JSON, or no text at all
            raise ConfigError(f"{path} is not a readable config.json: {error}") from error
        if not isinstance(values, dict):
            raise ConfigError(f"{path} is not a readable config.json: it holds no object {{...}}.")
        return cls().replace(**_BEFORE_THE_FIELD | values)


# Of fields whose default differs from what was done before they came.
_BEFORE_THE_FIELD = {"vertical_position": False}
CHOICES = {
    "small_images": ("error", "pad"),
    "upsampling": ("transpose", "balanced", "resize", "antialiased"),
    "interpolation": ("nearest", "bilinear"),
    "gan_loss": ("lsgan", "vanilla", "hinge"),
    "precision": ("auto", "float32", "mixed_bfloat16", "mixed_float16"),
}
_POSITIVE = (
    *("crop_size", "batch_size", "filters", "discriminator_filters", "discriminator_layers"),
    "discriminator_scales",
    *("epochs", "log_every", "checkpoint_every", "keep_checkpoints", "equivariance_every"),
)
_NOT_NEGATIVE = (
    *(
        "load_size",
        "flip",
        "scale_jitter",
        "color_jitter",
        "memory_limit_gb",
        "num_residual_blocks",
    ),
    *("cycle_weight", "identity_weight", "identity_anneal", "pool_size", "decay_epoch"),
    "equivariance_weight",
    *("steps_per_epoch", "seed", "time_limit_minutes", "sample_every"),
    "validate_every",
)


def suggest(name: str, known) -> str:
    """Returns " Did you mean x or y?" for near names, else nothing."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(near)}?" if near else ""
