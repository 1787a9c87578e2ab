"""Names for tensors in annotations: every Keras backend has a type of its own."""

from typing import Any

Tensor = Any
#: A number, or a scalar tensor.
Scalar = Any
#: Named batches, float32 `(batch, height, width, channels)` in [-1, 1]: `real_a`, `fake_b`, ...
Images = dict[str, Tensor]
#: Named float32 scalars.
Losses = dict[str, Scalar]
Shape = tuple[int | None, ...]
