"""Pictures kept in files: the pixels of other ways, on a disk that has room, and nothing left."""

import errno
import os
import shutil
import threading

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.translation import compared, huge
from cyclegan_tf.translation.files import plan_files, translate_files
from cyclegan_tf.translation.row_writers import write_png, write_tiff
from cyclegan_tf.translation.translator import Translator
from data_pipeline import rowwise
from data_pipeline.limits import LIMITS
from data_pipeline.row_file import RowFile

RANDOM = np.random.default_rng(0)
RGBA = RANDOM.integers(0, 256, (45, 38, 4), np.uint8)
DEEP = RANDOM.integers(0, 2**16, (21, 30, 4), np.uint16)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture(scope="module")
def generator(random_generator):
    return random_generator(4, 1)


@pytest.fixture(scope="module")
def translator(generator):
    return Translator(generator, "float32")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    rgb = Image.fromarray(RGBA[..., :3])
    rgb.save(folder / "wide.png", icc_profile=PROFILE, dpi=(300, 200))
    Image.fromarray(RGBA.swapaxes(0, 1).copy()).save(folder / "alpha.png")
    Image.fromarray(RGBA[..., :3]).quantize(16).save(folder / "palette.png", transparency=3)
    write_png(folder / "deep.png", DEEP.shape, [DEEP], {"icc_profile": PROFILE, "dpi": (72, 72)})
    rgb.save(folder / "strips.tif", compression="tiff_lzw", dpi=(300, 300))
    tifffile.imwrite(
        folder / "tiles.tif", RGBA, photometric="rgb", extrasamples=["unassalpha"], tile=(16, 32)
    )
    tifffile.imwrite(folder / "gray.tif", DEEP[..., 0])
    return folder


@pytest.fixture
def forced(monkeypatch):
    """Everything is huge; `forced` lists the shapes that are translated by rows."""
    seen, stream_rows = [], Translator.stream_rows

    def counted(self, source, *rest):
        if isinstance(source, RowFile):
            seen.append(source.shape)
        stream_rows(self, source, *rest)

    monkeypatch.setattr(Translator, "stream_rows", counted)
    monkeypatch.setattr(huge, "HUGE", 0)
    monkeypatch.setattr(rowwise, "BAND_BYTES", 5 * 8 * 38)
    return seen


def outcome(translator, plan, **options):
    assert translate_files(translator, plan, compare=True, **options) == []
    read = {}
    for _, output in plan:
        for path in (output, output.with_name(f"{output.stem}_compare.png")):
            picture = images.read_picture(path, deep=True)
            read[path.name] = picture.pixels, picture.info
        assert not [p.name for p in output.parent.iterdir() if p.name.startswith(".")]
    return read


@pytest.mark.parametrize(("suffix", "deep"), [(".png", True), (".tiff", False)])
def test_pixels_and_metadata_are_those_of_the_usual_way(
    suffix, deep, pictures, translator, tmp_path, request
):
    usual = outcome(translator, plan_files([pictures], tmp_path / "usual", suffix), deep=deep)
    forced = request.getfixturevalue("forced")
    by_rows = outcome(translator, plan_files([pictures], tmp_path / "rows", suffix), deep=deep)
    assert len(forced) == 7 and usual.keys() == by_rows.keys()
    for name, (pixels, info) in usual.items():
        np.testing.assert_array_equal(by_rows[name][0], pixels, err_msg=name)
        assert by_rows[name][0].dtype == pixels.dtype
        found = by_rows[name][1]
        assert found.get("icc_profile") == info.get("icc_profile"), name
        dpi = [[float(value) for value in each.get("dpi", ())] for each in (found, info)]
        assert dpi[0] == pytest.approx(dpi[1], rel=1e-6), name
    assert (usual["deep" + suffix][0].dtype == np.uint16) == deep


def test_compared_pictures_are_shrunk_alike(pictures, translator, tmp_path, monkeypatch, request):
    monkeypatch.setattr(compared, "MOST_PIXELS", 200)  # a third of a side, whose rest is narrower
    monkeypatch.setattr(compared, "_PART_BYTES", 1000)
    plans = [plan_files([pictures], tmp_path / name) for name in ("usual", "rows")]
    usual = outcome(translator, plans[0])
    request.getfixturevalue("forced")
    by_rows = outcome(translator, plans[1])
    for name in ("wide_compare.png", "alpha_compare.png"):
        assert max(usual[name][0].shape) < max(usual["wide.png"][0].shape)
        np.testing.assert_array_equal(by_rows[name][0], usual[name][0], err_msg=name)


def test_scratch_files_lie_in_tmpdir_and_change_nothing(
    generator, pictures, translator, tmp_path, forced, monkeypatch
):
    folders, make = [], RowFile.__init__

    def counted(self, shape, dtype, folder):
        folders.append(str(folder))
        make(self, shape, dtype, folder)

    monkeypatch.setattr(RowFile, "__init__", counted)
    plan = [(pictures / "wide.png", tmp_path / "out" / "a.png")]
    small = Translator(generator, "float32", max_memory=1)
    assert translate_files(small, plan) == []
    expected = translator(RGBA[..., :3])
    np.testing.assert_array_equal(images.read_image(plan[0][1]), expected)
    assert len(folders) > 3 and set(folders) == {str(tmp_path / "out")}
    folders.clear()
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    assert translate_files(small, plan) == []
    assert set(folders) == {str(tmp_path / "scratch")}
    assert os.listdir(tmp_path / "scratch") == [] and os.listdir(tmp_path / "out") == ["a.png"]


def test_what_is_read_whole(pictures, translator, tmp_path, forced, generator, monkeypatch):
    resized = Translator(generator, "float32", load_size=20)
    plan = plan_files([pictures / "wide.png"], tmp_path)
    for translate, planned, options in (
        (translator, plan_files([pictures / "wide.png"], tmp_path, ".jpg"), {}),
        (translator, plan, {"slider": tmp_path / "page.html"}),
        (resized, plan, {}),
        (lambda image: image, plan, {}),
    ):
        assert translate_files(translate, planned, **options) == []
    assert forced == []
    monkeypatch.setattr(LIMITS, "max_pixels", 1000)
    ((_, reason),) = translate_files(resized, plan)
    assert "38x45 pixels are too many; at most 1,000 are read whole, more with --max-pixels" in (
        reason
    )
    assert "PNG and TIFF of any size into PNG or TIFF" in reason
    monkeypatch.setattr(LIMITS, "max_pixels", 300)
    assert translate_files(translator, plan) == []
    assert len(forced) == 1


def test_a_disk_without_room_is_told_beforehand(
    pictures, translator, tmp_path, forced, monkeypatch
):
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 5000, 5000))
    plan = plan_files([pictures / "wide.png", pictures / "strips.tif"], tmp_path / "out")
    failures = translate_files(translator, plan)
    assert [path.name for path, _ in failures] == ["wide.png", "strips.tif"]
    assert "takes 0.0 GB of" in failures[0][1] and "set TMPDIR to a folder with" in failures[0][1]
    assert forced == [] and os.listdir(tmp_path / "out") == []


def test_an_interruption_leaves_nothing(pictures, translator, tmp_path, forced, monkeypatch):
    plan = plan_files([pictures / "wide.png"], tmp_path / "out")

    def interrupted(self, source, write, folder):
        write(0, source[0:1])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Translator, "stream_rows", interrupted)
        with pytest.raises(KeyboardInterrupt):
            translate_files(translator, plan)
    assert os.listdir(tmp_path / "out") == []
    stop = threading.Event()
    for path, output in (*plan, (plan[0][0], tmp_path / "out" / "a.tiff")):
        write = huge.HugePictures(translator).translate(path, output)
        stop.set()
        with pytest.raises(ImageError, match="interrupted"):
            write(stop)
    assert os.listdir(tmp_path / "out") == []


@pytest.mark.parametrize(("number", "stops"), [(errno.EACCES, False), (errno.ENOSPC, True)])
def test_only_a_full_disk_stops_all(
    number, stops, pictures, translator, tmp_path, forced, monkeypatch
):
    def fail(path, *_, **__):
        try:
            raise OSError(number, os.strerror(number))
        except OSError as error:
            raise ImageError(f"{path}: {error}") from error

    monkeypatch.setattr(images, "read_rows", fail)
    plan = plan_files([pictures / "wide.png", pictures / "tiles.tif"], tmp_path)
    if stops:
        with pytest.raises(ImageError, match="wide.png.*No space left"):
            translate_files(translator, plan)
    else:
        assert len(translate_files(translator, plan)) == 2


def test_a_damaged_picture_does_not_stop_the_others(pictures, translator, tmp_path, forced):
    content = (pictures / "wide.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) * 3 // 4])
    plan = plan_files([tmp_path / "cut.png", pictures / "strips.tif"], tmp_path / "out")
    ((path, reason),) = translate_files(translator, plan)
    assert path.name == "cut.png" and "cut.png cannot be read: image file is truncated" in reason
    assert os.listdir(tmp_path / "out") == ["strips.png"]


@pytest.mark.parametrize("channels", [3, 4])
def test_tiff_beyond_4_gb_is_a_big_tiff(channels, tmp_path, monkeypatch):
    rows = RowFile((45, 38, channels), np.uint8, tmp_path)
    rows.write(0, RGBA[..., :channels])
    for limit, is_big in ((10**9, False), (1000, True)):
        monkeypatch.setattr("cyclegan_tf.translation.row_writers._CLASSIC_TIFF", limit)
        write_tiff(tmp_path / "a.tif", rows, {"dpi": (300, 200), "icc_profile": PROFILE})
        with tifffile.TiffFile(tmp_path / "a.tif") as tiff:
            assert tiff.is_bigtiff == is_big
        picture = images.read_picture(tmp_path / "a.tif")
        np.testing.assert_array_equal(picture.pixels, RGBA[..., :channels])
        assert picture.info == {"icc_profile": PROFILE, "dpi": (300, 200)}
