"""How large the files of a run will be, from its settings alone, without TensorFlow."""

from cyclegan_tf.config import Config

_WORDS_PER_ARRAY = 1700  # bytes, measured: HDF5 has groups, and Keras describes every layer


def generator_parameters(config: Config) -> int:
    """Returns the number of parameters of a generator, as `model.count_params()` does."""
    f, blocks = config.filters, config.num_residual_blocks
    up = {"transpose": 9, "resize": 9, "antialiased": 9}.get(config.upsampling, 16)
    down = 16 if config.upsampling == "transpose4" else 9
    kernels = 49 * config.channels * f + down * (2 + 8) * f**2 + blocks * 2 * 9 * (4 * f) ** 2
    kernels += up * (8 + 2) * f**2 + (49 * f + 1) * config.channels
    norms = 2 * (f + 2 * f + 4 * f + blocks * 2 * 4 * f + 2 * f + f)
    return kernels + norms


def discriminator_parameters(config: Config) -> int:
    """Returns the number of parameters of a discriminator, as `model.count_params()` does."""
    total = 0
    for scale in range(config.discriminator_scales):
        num_layers = config.discriminator_layers - scale
        channels = config.crop_channels
        for i in range(num_layers + 1):
            filters = config.discriminator_filters * min(2**i, 8)
            total += 16 * channels * filters + (filters if i == 0 else 2 * filters)
            channels = filters
        total += 16 * channels + 1
    return total


def checkpoint_megabytes(config: Config) -> float:
    """Returns about how many MB (10^6 bytes) a checkpoint of a run has.

    It holds all weights and two moments of Adam for each, the moving average of the generators,
    in float32, and the history pools in float16.

    Args:
        config: Settings of the run.
    """
    generators = 2 * generator_parameters(config)
    numbers = 3 * (generators + 2 * discriminator_parameters(config))
    numbers += generators if config.ema else 0
    pools = 2 * config.pool_size * config.crop_size**2 * config.crop_channels
    return (4 * numbers + 2 * pools + _WORDS_PER_ARRAY * _num_arrays(config)) / 1e6


def _num_arrays(config: Config) -> int:
    of_generators = 2 * (17 + 6 * config.num_residual_blocks)
    of_discriminators = 2 * config.discriminator_scales * (3 * config.discriminator_layers + 4)
    return 3 * (of_generators + of_discriminators) + (of_generators if config.ema else 0)
