"""The size of what a config.json describes, compared with the weights that its file holds.

A few words there can ask for more memory than any machine has, before Keras looks at the weights.
"""

import math
from collections.abc import Iterator
from typing import Any


def check_claims(description: dict[str, Any], num_weights: int) -> None:
    """Refuses convolutions, dense layers and history pools that are larger than the file's weights.

    Args:
        description: What the config.json holds.
        num_weights: Single weights in the file.

    Raises:
        ValueError: They are more than twice as large. The text is half a sentence.
    """
    configs = list(_configs(description))
    widest = max((max(_sizes(c, "filters", "units")) for c, _ in configs), default=1)
    described = sum(_kernel(config, build, widest) for config, build in configs)
    described += sum(_pools(config) for config, _ in configs)
    if described > 2 * num_weights + 1000:  # a layer that two others share is counted twice
        raise ValueError(f"it describes {described:.0f} weights and holds {num_weights}")


def _configs(value: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """The arguments of every object inside, and what Keras would build it for."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
            if isinstance(value.get("config"), dict):
                yield value["config"], value.get("build_config")


def _kernel(config: dict[str, Any], build: Any, widest: float) -> float:
    """Weights in the kernel of a convolution or dense layer; 0 for other objects."""
    if not {"filters", "units"} & config.keys():
        return 0
    shape = build.get("input_shape") if isinstance(build, dict) else None
    last = shape[-1] if isinstance(shape, list) and shape else None
    channels = last if isinstance(last, int) and last > 0 else widest
    if "depth_multiplier" in config:  # separable: a kernel for each channel, then 1x1
        per_channel = math.prod(_sizes(config, "kernel_size")) + _sizes(config, "filters")[0]
        return channels * _sizes(config, "depth_multiplier")[0] * per_channel
    sizes = _sizes(config, "filters", "units", "kernel_size")
    return channels * math.prod(sizes) / _sizes(config, "groups")[0]


def _pools(config: dict[str, Any]) -> float:
    """Values in the history pools of a `CycleGAN`; 0 for other objects."""
    if not {"pool_size", "crop_size", "crop_channels"} <= config.keys():
        return 0
    return 2 * math.prod(_sizes(config, "pool_size", "crop_size", "crop_size", "crop_channels"))


def _sizes(config: dict[str, Any], *names: str) -> list[float]:
    """The numbers of these names, 1 where there is none."""
    sizes: list[float] = []
    for name in names:
        value = config.get(name)
        for size in value if isinstance(value, list) else [value]:
            sizes.append(float(size) if isinstance(size, int) and size > 0 else 1.0)
    return sizes or [1.0]
