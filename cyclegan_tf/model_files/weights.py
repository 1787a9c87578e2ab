"""The weights inside a `.keras` file, an HDF5 file: checked before an array is made of them."""

import io
import math
from typing import Any

import h5py

_MOST_ATTRIBUTE_BYTES = 2**16


def check_weights(data: bytes) -> int:
    """Refuses weights that lie elsewhere, or that claim more room than they take.

    Args:
        data: Bytes of the HDF5 file.

    Returns:
        The number of single weights.

    Raises:
        ValueError: It isn't what Keras writes. The text is half a sentence.
    """
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            return _check(file, len(data))
    except ValueError:
        raise
    except Exception as error:  # h5py raises many types
        raise ValueError(f"its weights are no whole HDF5 file ({type(error).__name__})") from error


def _check(file: h5py.File, file_bytes: int) -> int:
    waiting: list[h5py.Group] = [file]
    seen, total_bytes, count = set(), 0, 0
    while waiting:
        group = waiting.pop()
        address = h5py.h5o.get_info(group.id).addr
        if address in seen:
            raise ValueError("its weights are in a group that holds itself")
        seen.add(address)
        _check_attributes(group)
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise ValueError(f"its weights {name!r} are a link to another place")
            item = group[name]
            if isinstance(item, h5py.Group):
                waiting.append(item)
                continue
            _check_dataset(name, item)
            total_bytes += item.nbytes
            count += item.size
            if total_bytes > file_bytes:
                raise ValueError("its weights claim more bytes than the file has")
    return count


def _check_dataset(name: str, item: Any) -> None:
    if not isinstance(item, h5py.Dataset):
        raise ValueError(f"its weights {name!r} are no array")
    _check_attributes(item)
    if item.external or item.is_virtual:
        raise ValueError(f"its weights {name!r} lie in another file")
    if item.chunks is not None:  # which may be compressed; Keras writes arrays in one piece
        raise ValueError(f"its weights {name!r} are stored in chunks")
    # V: bfloat16, of which HDF5 has no kind.
    if item.shape is None or item.dtype.kind not in "biufV" or item.dtype.itemsize > 8:
        raise ValueError(f"its weights {name!r} are no numbers")
    if item.nbytes > item.id.get_storage_size():
        raise ValueError(f"its weights {name!r} claim more bytes than they have")


def _check_attributes(item: Any) -> None:
    for name in item.attrs:
        attribute = h5py.h5a.open(item.id, name.encode("utf-8", "surrogateescape"))
        if math.prod(attribute.shape) * attribute.dtype.itemsize > _MOST_ATTRIBUTE_BYTES:
            raise ValueError(f"its weights have an attribute {name!r} that is too large")
