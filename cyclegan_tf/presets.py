"""The presets by name: the original experiments, the paper's benchmark, the demo, and the default.

What each field means, and which values it may have, is in config.py.
"""

from typing import Any

from cyclegan_tf.config import Config
from cyclegan_tf.errors import ConfigError, suggest

# The paper (sections 4 and 7.1): pool of 50, transposed convolutions, no moving average.
_PAPER = Config(
    upsampling="transpose",
    vertical_position=False,
    identity_weight=0.0,
    identity_anneal=0.0,
    ema=0.0,
)


# What the four experiments of 2022 had, which had no pool either.
_ORIGINAL = _PAPER.replace(pool_size=0)


def _experiments(recipe: Config, ending: str = "") -> dict[str, Config]:
    """The four experiments of 2022, each on its data and for as long as then, by a recipe."""
    pairs = (
        ("henesys", "ellinia", 2000, 1000),
        ("elnath", "aquarium", 2000, 1000),
        ("perion", "twilight_perion", 1200, 600),
        ("chewchew_island", "lachelein", 2000, 1000),
    )
    return {
        f"{name_a}2{name_b}{ending}": recipe.replace(
            name_a=name_a,
            name_b=name_b,
            crop_size=480,
            epochs=epochs,
            decay_epoch=decay_epoch,
            sample_every=5000,
            validate_every=5000,
            checkpoint_every=1000,
        )
        for name_a, name_b, epochs, decay_epoch in pairs
    }


PRESETS: dict[str, Config] = {
    "default": Config(),  # full-sized networks for folders of one's own
    "bold": Config(identity_weight=0.0),  # redraws more, and sometimes finds wrong colours
    **_experiments(_ORIGINAL),
    **_experiments(Config(), "_modern"),
    # 256x256 photos loaded at 286; an epoch is the larger domain, as in the authors' code.
    "horse2zebra": _PAPER.replace(
        data="tfds:cycle_gan/horse2zebra",
        name_a="horse",
        name_b="zebra",
        load_size=286,
        steps_per_epoch=1334,
    ),
    # Small enough for a coffee break on two CPU cores; found by trial, see docs/recipe.md.
    "demo": Config(
        data="world:meadow2forest?scale=0.25&num_maps=60",
        name_a="meadow",
        name_b="forest",
        crop_size=128,
        filters=16,
        num_residual_blocks=4,
        discriminator_filters=32,
        ema=0.99,
        epochs=26,
        decay_epoch=16,
        steps_per_epoch=50,
        time_limit_minutes=8.5,
        log_every=25,
        sample_every=250,
        validate_every=250,
        checkpoint_every=250,
    ),
    "tiny": Config(
        data="world:meadow2forest?scale=0.125&num_maps=4",
        name_a="meadow",
        name_b="forest",
        crop_size=32,
        filters=4,
        num_residual_blocks=1,
        discriminator_filters=4,
        discriminator_layers=2,
        pool_size=4,
        epochs=4,
        decay_epoch=2,
        steps_per_epoch=5,
        log_every=5,
        sample_every=10,
        validate_every=10,
        checkpoint_every=10,
    ),
}


def preset(name: str, **changes: Any) -> Config:
    """Returns a preset by name, with any fields changed.

    Args:
        name: One of `PRESETS`.
        **changes: New values by the names of their fields, as in `Config.replace`.

    Raises:
        ConfigError: There is no such preset (the nearest names are suggested) or no such field.

    >>> preset("henesys2ellinia").crop_size
    480
    """
    if name not in PRESETS:
        raise ConfigError(
            f"There is no preset {name!r}.{suggest(name, PRESETS)} Presets: {', '.join(PRESETS)}."
        )
    return PRESETS[name].replace(**changes)
