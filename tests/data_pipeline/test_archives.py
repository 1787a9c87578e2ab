"""Archives of strangers: sizes that lie, compressed members, arrays of anything but numbers."""

import io
import pickle
import time
import zipfile

import numpy as np
import pytest

from data_pipeline.archives import check_archive, read_arrays
from data_pipeline.files import atomic_file


def npy(shape, descr="<f8", values=b"", header=None):
    file = io.BytesIO()
    text = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, text)
    data = file.getvalue()
    if header is not None:
        data = data[:8] + len(header).to_bytes(2, "little") + header
    return data + values


def archive_of(path, data, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        archive.writestr("x.npy", data)
    return path


def test_arrays_come_back_as_numpy_saved_them(tmp_path):
    given = {"a": np.arange(6.0).reshape(2, 3), "b": np.int64(7), "c": np.asfortranarray(np.eye(3))}
    given |= {"empty": np.zeros((0, 4)), "flags": np.array([True, False])}
    np.savez(tmp_path / "x.npz", **given)
    read = read_arrays(tmp_path / "x.npz")
    assert read.keys() == given.keys()
    for name, array in given.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == np.asarray(array).dtype


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (npy((10**12,)), "claims another size"),
        (npy((2**62, 2**62)), "claims another size"),
        (npy((0, 10**12), values=b"1"), "claims another size"),
        (npy((1,), values=b"1234567"), "claims another size"),
        (npy((1,), "|O", pickle.dumps(print)), "holds object, not numbers"),
        (npy((1,), "<U9", b"1" * 36), "not numbers"),
        (npy((1,), "<c16", b"1" * 16), "not numbers"),
        (npy((1,), [("a", "<f8")], b"1" * 8), "not numbers"),
        (npy((1,), header=b"{'descr': (((((\n"), "no array"),
        (npy((1,), header=b"'" + b"\\x" * 9), "no array"),
        (npy((1,), header=b"[" * 9000), "no array"),
        (npy((1,), header=b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"), "claims"),
        (npy((1,), header=b"{'descr': '<q9', 'fortran_order': False, 'shape': ()}"), "no array"),
        (b"\x93NUMPY\x09\x00", "no array"),
        (b"", "no array"),
    ],
)
def test_arrays_that_are_none_are_refused(data, reason, tmp_path):
    with pytest.raises(ValueError, match=f"^its member 'x.npy' .*{reason}"):
        read_arrays(archive_of(tmp_path / "x.npz", data))


def test_compressed_members_are_refused_before_they_are_unpacked(tmp_path):
    bomb = archive_of(tmp_path / "x.npz", bytes(2**27), compression=zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 2**18
    with pytest.raises(ValueError, match="^its member 'x.npy' is compressed$"):
        read_arrays(bomb)


def test_directory_that_lies_is_refused(tmp_path):
    data = archive_of(tmp_path / "x.zip", bytes(2**20), compression=zipfile.ZIP_DEFLATED)
    data = data.read_bytes().replace(b"\x08\x00", b"\x00\x00")  # it says: stored
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(ValueError, match="^its member 'x.npy' has two sizes$"):
        check_archive(tmp_path / "x.zip")


def test_two_members_of_one_name_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", b"2")
    with pytest.raises(ValueError, match="^it holds two members of one name$"):
        check_archive(tmp_path / "x.zip")


def test_changed_byte_is_found(tmp_path):
    path = archive_of(tmp_path / "x.zip", b"weights" * 1000)
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match="no whole zip archive .*CRC"):
        check_archive(path)


def test_large_file_is_refused_before_it_is_read(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.zeros(1000))
    with pytest.raises(ValueError, match=r"^it has \d+ bytes, more than 1000$"):
        read_arrays(tmp_path / "x.npz", most_bytes=1000)


def test_missing_file_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_arrays(tmp_path / "none.npz")
    with pytest.raises(FileNotFoundError):
        check_archive(tmp_path / "none.zip")


@pytest.mark.parametrize("year", [1970, 2200])
def test_a_wrong_clock_stops_no_archive(year, tmp_path, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: (year - 1970) * 365.25 * 86400 + 86400)
    with atomic_file(tmp_path / "x.zip") as partial, zipfile.ZipFile(partial, "w") as archive:
        archive.writestr("a", b"b")  # as Keras does
    assert check_archive(tmp_path / "x.zip")["a"].date_time[0] == 1980
