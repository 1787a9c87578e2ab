"""Reads a `.pth` file: a state_dict of tensors, as NumPy arrays."""

import os
from pathlib import Path

import numpy as np

from cyclegan_tf.errors import RunError, reason_of


def read_state_dict(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """Reads what `torch.save(network.state_dict(), path)` wrote; runs no code of the file.

    Args:
        path: Path of the file.

    Returns:
        The floating-point arrays by name, float32.

    Raises:
        RunError: It can't be read, it holds something else, or PyTorch isn't installed.
    """
    try:
        size = os.stat(path).st_size
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error}.") from error
    try:
        import torch
    except ImportError as error:
        raise RunError(
            f"{path} is a file of PyTorch, which is needed to read it: pip install torch"
        ) from error
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # of many types: pickle, zipfile, torch, the file system
        raise RunError(
            f"{path} holds no state_dict of tensors that can be read without running code: "
            f"{reason_of(error)[:200]}."
        ) from error
    name = Path(path).name
    if not isinstance(state, dict) or not all(torch.is_tensor(value) for value in state.values()):
        inside = ", ".join(map(str, list(state)[:6])) if isinstance(state, dict) else "no dict"
        raise RunError(
            f"{name} must hold a state_dict, a tensor for each name; it holds {inside[:200]}."
        )
    # A tensor may claim more values than it has: it repeats them.
    if sum(value.numel() for value in state.values()) > size:
        raise RunError(f"{name} claims more values than the file has bytes.")
    return {str(key): value.float().numpy() for key, value in state.items()}
