"""Zip archives that others may have written, `.npz` among them: looked through before unpacking."""

import errno
import io
import math
import os
import zipfile

import numpy as np

MOST_ARRAY_BYTES = 64 * 2**20  # statistics of the largest generators take less than a hundredth
_PIECE = 2**20


def check_archive(path: str | os.PathLike) -> dict[str, zipfile.ZipInfo]:
    """Reads an archive through once, in pieces, and returns its members by name.

    They must lie there uncompressed, as NumPy and Keras write them. So they can't unpack to more
    than the file itself, whatever its directory claims.

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
            for member in members:
                if member.compress_type != zipfile.ZIP_STORED:
                    raise ValueError(f"its member {member.filename!r} is compressed")
                if member.compress_size != member.file_size:
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
    except (EOFError, NotImplementedError, RuntimeError, ArithmeticError) as error:
        raise ValueError(f"it is no whole zip archive ({type(error).__name__})") from error


def read_arrays(
    path: str | os.PathLike, most_bytes: int = MOST_ARRAY_BYTES
) -> dict[str, np.ndarray]:
    """Reads an `.npz` file that `numpy.savez` wrote, of numbers alone.

    Sizes are compared with the file before an array is made, and nothing is unpickled.

    Args:
        path: Path of the file.
        most_bytes: Size of the file from which it is refused. Default: 64 MiB.

    Returns:
        The arrays by name.

    Raises:
        OSError: The file can't be read.
        ValueError: It holds something else, or it is damaged. The text is half a sentence.
    """
    size = os.stat(path).st_size
    if size > most_bytes:
        raise ValueError(f"it has {size} bytes, more than {most_bytes}")
    names = check_archive(path)
    with zipfile.ZipFile(path) as archive:
        return {name.removesuffix(".npy"): _array(name, archive.read(name)) for name in names}


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
