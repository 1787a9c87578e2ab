"""Opening two domains: names, sizes, broken files, and what stays in memory."""

import numpy as np
import pytest
from PIL import Image

from data_pipeline import DataError, load_maps, open_sources
from data_pipeline.sources import without_small


@pytest.fixture
def data(tmp_path):
    """Three maps of A, two of B; map i of A is filled with 10 + i, of B with 20 + i."""
    for domain, count, value in (("A", 3, 10), ("B", 2, 20)):
        folder = tmp_path / f"train{domain}"
        folder.mkdir()
        for i in range(count):
            pixels = np.full((8 + i, 16, 3), value + i, np.uint8)
            Image.fromarray(pixels).save(folder / f"map{i}.png")
    return tmp_path


def truncate(path):
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:-500])


def test_names_sizes_and_pixels(data):
    a, b = open_sources(data, progress=False)
    assert (a.name, a.names, len(a)) == ("trainA", ("map0", "map1", "map2"), 3)
    assert a.sizes == ((8, 16), (9, 16), (10, 16))
    assert a.num_bytes == 3 * 16 * (8 + 9 + 10)
    assert b.load(1).shape == (9, 16, 3) and (b.load(1) == 21).all()


def test_sizes_are_those_after_exif_orientation(data):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (16, 8)).save(data / "trainA" / "map0.png", exif=exif)
    a, _ = open_sources(data, progress=False)
    assert a.sizes[0] == (16, 8) == a.load(0).shape[:2]


def test_all_broken_files_of_both_domains_are_named_at_once(data):
    truncate(data / "trainA" / "map1.png")
    (data / "trainA" / "page.jpg").write_text("<html>")
    (data / "trainB" / "none.png").touch()
    with pytest.raises(DataError) as caught:
        open_sources(data, progress=False)
    text = str(caught.value)
    assert text.startswith("3 of 7 images can't be read:")
    for path in ("trainA/map1.png: ", "trainA/page.jpg: not an image", "trainB/none.png: the file"):
        assert str(data / path) in text
    assert "--skip-bad" in text


def test_skip_bad_leaves_them_out_with_a_warning(data, caplog):
    truncate(data / "trainA" / "map1.png")
    a, b = open_sources(data, progress=False, skip_bad=True)
    assert a.names == ("map0", "map2") and a.sizes == ((8, 16), (10, 16))
    assert (a.load(1) == 12).all() and len(b) == 2
    assert "map1.png" in caplog.text and "Left out 1 unreadable" in caplog.text


def test_skip_bad_can_leave_nothing(data):
    truncate(data / "trainB" / "map0.png")
    truncate(data / "trainB" / "map1.png")
    with pytest.raises(DataError, match="trainB: none of its 2 images is readable"):
        open_sources(data, progress=False, skip_bad=True)


def test_maps_are_decoded_once_while_there_is_room(data):
    a, _ = open_sources(data, progress=False)
    assert a.load(0) is a.load(0)
    (data / "trainA" / "map0.png").unlink()  # No second look at the file.
    assert (a.load(0) == 10).all()
    other = a.load(0).copy()
    a.adopt(0, other)
    assert a.load(0) is other
    Image.new("RGB", (16, 8)).save(data / "trainA" / "map0.png")
    a, _ = open_sources(data, progress=False, memory_limit_bytes=0)
    assert a.load(0) is not a.load(0)


def test_load_maps(data):
    a, _ = open_sources(data, progress=False)
    assert [int(m[0, 0, 0]) for m in load_maps(a, [2, 0, np.int64(2)])] == [12, 10, 12]
    with pytest.raises(IndexError, match="trainA has maps 0 to 2; received 3"):
        load_maps(a, [0, 3])


def test_the_background_reaches_the_pixels(data):
    Image.new("RGBA", (4, 4), (9, 9, 9, 0)).save(data / "trainA" / "map0.png")
    a, _ = open_sources(data, progress=False, background=(1, 2, 3))
    np.testing.assert_array_equal(a.load(0), np.full((4, 4, 3), (1, 2, 3)))
    with pytest.raises(DataError, match=r"background must be three .*received \(1, 2, 300\)"):
        open_sources(data, background=(1, 2, 300))


def test_load_size_resizes_the_shorter_side_and_keeps_the_proportions(data):
    Image.new("RGB", (64, 32), (1, 2, 3)).save(data / "trainA" / "map0.png")
    a, _ = open_sources(data, progress=False, load_size=24)
    assert a.sizes[0] == (24, 48) == a.load(0).shape[:2]
    assert (a.load(0) == (1, 2, 3)).all()
    assert a.enlarged == {"map1", "map2"}  # heights 9 and 10; the first is made smaller
    with pytest.raises(DataError, match="load_size must be 0 .* received -1"):
        open_sources(data, load_size=-1)


def test_small_maps_are_left_out_with_a_warning(data, caplog):
    a, _ = open_sources(data, progress=False)  # heights 8, 9, 10
    fitting = without_small(a, 9)
    assert fitting.names == ("map1", "map2") and fitting.sizes == ((9, 16), (10, 16))
    assert (fitting.load(0) == 11).all()
    assert "smaller than the crop of 9x9, 1 of 3 images of trainA: map0" in caplog.text
    fitting.adopt(1, np.full((10, 16, 3), 99, np.uint8))
    assert (a.load(2) == 99).all()
    assert without_small(a, 8) is a
    with pytest.raises(DataError, match="all of its 3 images are smaller than the crop of 32x32"):
        without_small(a, 32)
