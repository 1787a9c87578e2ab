"""Decoding by rows gives the pixels of decoding whole, for every file of the set that it takes."""

import numpy as np
import pytest
import tifffile
from picture_set import picture_set

from data_pipeline import rowwise
from data_pipeline.decoding import read_picture
from data_pipeline.limits import LIMITS
from data_pipeline.row_file import RowFile
from data_pipeline.rowwise import read_rows, size_in_rows


@pytest.fixture(autouse=True)
def three_rows_at_a_time(monkeypatch):
    monkeypatch.setattr(rowwise, "BAND_BYTES", 3 * 8 * 13)


def outcome(read, content, deep):
    """Pixels and info, or the reason why it is refused."""
    try:
        picture = read(content, deep=deep)
    except ValueError as error:
        return str(error)
    pixels = picture.pixels if read is read_picture else picture.rows[:]
    return pixels, picture.info


@pytest.mark.parametrize(("name", "least"), [("PNG", 70), ("TIFF", 150)])
def test_every_file_of_the_set_that_is_read_by_rows_has_the_pixels_of_the_whole(
    name, least, tmp_path
):
    def by_rows(content, deep):
        return read_rows(content, lambda *kind: RowFile(*kind, tmp_path), deep=deep)

    taken = 0
    for file in picture_set(name):
        for deep in (False, True):
            whole = outcome(read_picture, file.content, deep)
            try:
                size = size_in_rows(file.content)
            except ValueError as error:
                assert str(error) == whole, file.name
                continue
            if size is None:
                assert "interlaced" in file.name or "animated" in file.name or file.orientation > 4
                continue
            found = outcome(by_rows, file.content, deep)
            if isinstance(whole, str):
                assert found[:23] == whole[:23], file.name
                continue
            assert not isinstance(found, str), (file.name, found)
            np.testing.assert_array_equal(found[0], whole[0], err_msg=file.name)
            assert (found[0].dtype, found[1]) == (whole[0].dtype, whole[1]), file.name
            assert size == whole[0].shape[:2]
            taken += 1
    assert taken >= 2 * least
    assert not list(tmp_path.iterdir())


def test_nothing_is_decoded_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(LIMITS, "max_pixels", 5 * 13)  # refuses more for what is decoded at once
    for name in ("rgb_8.png", "rgb_8.tif"):
        (file,) = (f for kind in ("PNG", "TIFF") for f in picture_set(kind) if f.name == name)
        with pytest.raises(ValueError, match="13x9 pixels are too many"):
            read_picture(file.content)
        rows = read_rows(file.content, lambda *kind: RowFile(*kind, tmp_path)).rows
        np.testing.assert_array_equal(rows[:], file.truth)


def test_strips_and_tiles_that_are_too_large_are_not_cut(tmp_path, monkeypatch):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 48, 3), np.uint8)
    whole, tiles = tmp_path / "whole.tif", tmp_path / "tiles.tif"
    tifffile.imwrite(whole, pixels, photometric="rgb", compression="zlib", rowsperstrip=64)
    tifffile.imwrite(tiles, pixels, photometric="rgb", compression="zlib", tile=(16, 32))
    monkeypatch.setattr(rowwise, "MOST_BAND_BYTES", 20 * 48 * 8)
    assert size_in_rows(whole) is None
    assert size_in_rows(tiles) == (64, 48)
    found = read_rows(tiles, lambda *kind: RowFile(*kind, tmp_path)).rows[:]
    np.testing.assert_array_equal(found, pixels)
    monkeypatch.setattr(rowwise, "WIDEST", 47)
    assert size_in_rows(tiles) is None
    with pytest.raises(ValueError, match="can't be read row by row"):
        read_rows(whole, lambda *kind: pytest.fail("too late"))


def test_other_formats_are_read_whole():
    for name in ("JPEG", "BMP", "GIF", "WebP"):
        assert size_in_rows(picture_set(name)[0].content) is None
