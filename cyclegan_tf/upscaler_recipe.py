"""`UpscalerRecipe`: how upscalers are trained; without TensorFlow, for the help of the command."""

from dataclasses import dataclass

from cyclegan_tf.errors import ConfigError

FACTORS = (2, 4, 8)


@dataclass(frozen=True)
class UpscalerRecipe:
    """How an upscaler is trained.

    Args:
        factor: How many times larger it draws: 2, 4 or 8.
        num_updates: Updates of each of the two upscalers.
        crop_size: Pixels of a training crop at full size, a multiple of 4 and of the factor.
        batch_size: Crops per update.
        filters: Size of the network, see `upscaler`.
        seed: Seed of weights and crops, at least 0.

    Raises:
        ConfigError: A value is out of its range.
    """

    factor: int = 4
    num_updates: int = 3000
    crop_size: int = 160
    batch_size: int = 4
    filters: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        if self.factor not in FACTORS:
            raise ConfigError(f"factor must be 2, 4 or 8; received {self.factor!r}.")
        multiple, smallest = max(self.factor, 4), 8 * self.factor
        if self.crop_size < smallest or self.crop_size % multiple:
            raise ConfigError(
                f"crop_size must be a multiple of {multiple} and at least {smallest}; "
                f"received {self.crop_size!r}."
            )
        for name in ("num_updates", "batch_size", "filters"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} must be at least 1; received {getattr(self, name)!r}.")
        if self.seed < 0:
            raise ConfigError(f"seed must be at least 0; received {self.seed!r}.")
