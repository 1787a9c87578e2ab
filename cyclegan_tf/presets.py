"""The presets by name: the original experiments, the paper's benchmark, the demo, and the default.

Only settings; what each field means, and which values it may have, is in config.py.
"""

from cyclegan_tf.config import Config, suggest
from cyclegan_tf.errors import ConfigError

# The paper (sections 4 and 7.1): pool of 50, transposed convolutions, no moving average.
_PAPER = Config(
    upsampling="transpose",
    vertical_position=False,
    identity_weight=0.0,
    identity_anneal=0.0,
    ema=0.0,
)


def _original(name_a: str, name_b: str, epochs: int, decay_epoch: int) -> Config:
    # As the four experiments were run in 2022: the paper's recipe on 480x480 crops, without a pool.
    return _PAPER.replace(
        name_a=name_a,
        name_b=name_b,
        crop_size=480,
        pool_size=0,
        epochs=epochs,
        decay_epoch=decay_epoch,
        sample_every=5000,
        validate_every=5000,
        checkpoint_every=1000,
    )


_ORIGINALS = {
    "henesys2ellinia": _original("henesys", "ellinia", 2000, 1000),
    "elnath2aquarium": _original("elnath", "aquarium", 2000, 1000),
    "perion2twilight_perion": _original("perion", "twilight_perion", 1200, 600),
    "chewchew_island2lachelein": _original("chewchew_island", "lachelein", 2000, 1000),
}
_RECIPE = (
    *("upsampling", "vertical_position", "identity_weight", "identity_anneal", "pool_size", "ema"),
)

PRESETS: dict[str, Config] = {
    "default": Config(),  # full-sized networks for folders of one's own
    **_ORIGINALS,
    # The same data, crops, networks and length with the recipe of today's default.
    **{
        f"{name}_modern": original.replace(**{field: getattr(Config(), field) for field in _RECIPE})
        for name, original in _ORIGINALS.items()
    },
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


def preset(name: str, **changes) -> Config:
    """Returns a preset by name, with any fields changed.

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
