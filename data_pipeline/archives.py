"""Zip archives that others may have written, `.npz` among them: looked through before unpacking."""

import errno
import io
import math
import os
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

MOST_ARRAY_BYTES = 64 * 2**20  # statistics of the largest generators take less than a hundredth
_PIECE = 2**20


def check_archive(path: str | os.PathLike, most_unpacked: int = 0) -> dict[str, zipfile.ZipInfo]:
    """Reads an archive through once, in pieces, and returns its members by name.

    They must lie there uncompressed, as NumPy and Keras write them. So they can't unpack to more
    than the file itself, whatever its directory claims.

    Args:
        path: Path of the file.
        most_unpacked: Bytes that members may be in all and then be deflated, too. 0, the default,
            allows no compression.

    Raises:
        OSError: The file can't be read.
        ValueError: It is no such archive, or it is damaged. The text is half a sentence.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            if len(set(names)) < len(names):
                raise ValueError("it holds two members of one name")
            if most_unpacked and sum(member.file_size for member in members) > most_unpacked:
                raise ValueError(f"it unpacks to more than {most_unpacked} bytes")
            for member in members:
                deflated = member.compress_type == zipfile.ZIP_DEFLATED and most_unpacked > 0
                if member.compress_type != zipfile.ZIP_STORED and not deflated:
                    raise ValueError(f"its member {member.filename!r} is compressed")
                if not deflated and member.compress_size != member.file_size:
                    raise ValueError(f"its member {member.filename!r} has two sizes")
                with archive.open(member) as stream:  # compares the checksum at the end
                    while stream.read(_PIECE):
                        pass
            return dict(zip(names, members, strict=True))
    except zipfile.BadZipFile as error:
        raise ValueError(f"it is no whole zip archive ({error})") from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a directory that points outside of the file
            raise ValueError("it is no whole zip archive") from error
        raise
    except (EOFError, NotImplementedError, RuntimeError, ArithmeticError, zlib.error) as error:
        raise ValueError(f"it is no whole zip archive ({type(error).__name__})") from error


def read_arrays(
    path: str | os.PathLike, most_bytes: int = MOST_ARRAY_BYTES, *, compressed: bool = False
) -> dict[str, np.ndarray]:
    """Reads an `.npz` file that `numpy.savez` wrote, of numbers alone.

    Sizes are compared with the file before an array is made, and nothing is unpickled.

    Args:
        path: Path of the file.
        most_bytes: Size of the file from which it is refused. Default: 64 MiB.
        compressed: Whether `numpy.savez_compressed` may have written it; `most_bytes` then also
            bounds what it unpacks to.

    Returns:
        The arrays by name.

    Raises:
        OSError: The file can't be read.
        ValueError: It holds something else, or it is damaged. The text is half a sentence.
    """
    size = os.stat(path).st_size
    if size > most_bytes:
        raise ValueError(f"it has {size} bytes, more than {most_bytes}")
    names = check_archive(path, most_bytes if compressed else 0)
    with zipfile.ZipFile(path) as archive:
        return {name.removesuffix(".npy"): _array(name, archive.read(name)) for name in names}


@contextmanager
def zip_times() -> Iterator[None]:
    """A context in which archives are written whatever the clock says.

    Zip files know the years from 1980 to 2107, and `zipfile` raises ValueError or struct.error
    outside of them: a board without a battery may start in 1970.
    """
    if 1980 <= time.localtime(time.time()).tm_year <= 2107:
        yield
        return
    before = zipfile.time  # type: ignore[attr-defined]
    zipfile.time = _Clock  # type: ignore[attr-defined]
    try:
        yield
    finally:
        zipfile.time = before  # type: ignore[attr-defined]


class _Clock:
    """What `zipfile` takes of the module `time`, on the first day that it can write."""

    time = staticmethod(time.time)

    @staticmethod
    def localtime(seconds: float | None = None) -> tuple[int, ...]:
        return (1980, 1, 1, 0, 0, 0, 1, 1, -1)


def _array(name: str, data: bytes) -> np.ndarray:
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran_order, dtype = read(file)
    except Exception as error:  # whatever parsing any bytes as a Python literal raises
        raise ValueError(f"its member {name!r} is no array of NumPy") from error
    if dtype.kind not in "biuf" or dtype.itemsize > 8:
        raise ValueError(f"its member {name!r} holds {str(dtype)[:40]}, not numbers")
    values = data[file.tell() :]
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(values):
        raise ValueError(f"its member {name!r} claims another size than it has")
    return np.frombuffer(values, dtype).reshape(shape, order="F" if fortran_order else "C")
