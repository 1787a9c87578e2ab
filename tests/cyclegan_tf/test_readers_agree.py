"""Training, `check` and translation list the same files and see the same pixels in each of them.

The files are of every ending and every kind of pixels that the project declares to read.
"""

import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from picture_set import FORMATS, picture_set
from PIL import Image

import data_pipeline
from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.translation.files import pictures_in
from data_pipeline.check.fingerprint import fingerprint
from data_pipeline.decoding import IMAGE_SUFFIXES, flatten_alpha
from data_pipeline.errors import DataError
from data_pipeline.preparation import Preparation

RANDOM = np.random.default_rng(0)
GRAY = RANDOM.integers(0, 256, (6, 9), np.uint8)
RGBA = RANDOM.integers(0, 256, (6, 9, 4), np.uint8)
GRAY_16 = RANDOM.integers(0, 2**16, (6, 9), np.uint16)
RGB_16 = RANDOM.integers(0, 2**16, (6, 9, 3), np.uint16)
LYING = Image.Exif()
LYING[0x0112] = 6

FLAT = ("gray", "1 bit", "RGB", "palette")
CLEAR = ("gray and alpha", "RGBA")
DEEP = ("16-bit gray", "16-bit RGB", "16-bit RGB, lying")
KINDS = {
    ".png": (*FLAT, *CLEAR, "palette and transparency", *DEEP, "lying"),
    ".jpg": ("gray", "RGB", "CMYK", "lying"),
    ".webp": ("RGB", "RGBA", "lying", "animated"),
    ".bmp": FLAT,
    ".tif": (*FLAT, *CLEAR, "16-bit gray", "CMYK", "lying"),
    ".avif": ("RGB", "RGBA", "lying"),
    ".heic": ("RGB", "RGBA", "lying"),
    ".gif": (*FLAT, "palette and transparency", "animated"),
}
KINDS |= dict.fromkeys((".jpeg", ".jpe", ".jfif"), KINDS[".jpg"]) | {".tiff": KINDS[".tif"]}
KINDS |= {".heif": KINDS[".heic"]}
LOSSY = (KINDS[".jpg"], KINDS[".avif"], KINDS[".heic"])


def test_every_ending_is_tested():
    assert set(KINDS) == set(IMAGE_SUFFIXES)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_16_bits(pixels, exif):
    """The smallest PNG of 16-bit RGB that there can be: Pillow can't write any."""
    height, width = pixels.shape[:2]
    rows = pixels.astype(">u2").view(np.uint8).reshape(height, -1)
    rows = np.pad(rows, ((0, 0), (1, 0)))  # each begins with the number of its filter
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)),
            chunk(b"eXIf", exif.tobytes()[6:]) if exif else b"",
            chunk(b"IDAT", zlib.compress(rows.tobytes())),
            chunk(b"IEND", b""),
        )
    )


def drawn(kind):
    """An image for Pillow to save, and what it should be read as on white; None: nobody knows."""
    rgb = RGBA[..., :3]
    if kind == "gray":
        return Image.fromarray(GRAY), as_rgb(GRAY)
    if kind == "1 bit":
        return Image.fromarray(GRAY > 127), as_rgb(np.where(GRAY > 127, 255, 0))
    if kind == "16-bit gray":
        return Image.fromarray(GRAY_16), as_rgb(GRAY_16 >> 8)
    if kind == "gray and alpha":
        return Image.fromarray(RGBA[..., 2:]), flatten_alpha(RGBA[..., [2, 2, 2, 3]])
    if kind == "RGBA":
        return Image.fromarray(RGBA), flatten_alpha(RGBA)
    if kind == "CMYK":
        return Image.merge("CMYK", Image.fromarray(RGBA).split()), None
    if kind.startswith("palette"):
        image = Image.fromarray(rgb).quantize(16)
        exact = np.array(image.convert("RGB"))
        if kind == "palette and transparency":
            image.info["transparency"] = 3
            exact[np.asarray(image) == 3] = 255
        return image, exact
    return Image.fromarray(rgb), np.rot90(rgb, -1) if kind == "lying" else rgb


def as_rgb(gray):
    return np.repeat(gray[..., None], 3, axis=-1)


def write(path, kind):
    """Writes noise as this kind of file. Returns it as RGB where the file holds it exactly."""
    if kind.startswith("16-bit RGB"):
        lying = kind.endswith("lying")
        path.write_bytes(png_of_16_bits(RGB_16, LYING if lying else None))
        high = (RGB_16 >> 8).astype(np.uint8)
        return np.rot90(high, -1) if lying else high
    image, exact = drawn(kind)
    if path.suffix in (".heic", ".heif"):
        pytest.importorskip("pillow_heif").register_heif_opener()
    elif path.suffix not in Image.registered_extensions():
        pytest.skip(f"this Pillow has no {path.suffix}")
    options = {"exif": LYING.tobytes()} if kind == "lying" else {}
    if kind == "animated":
        options |= {"save_all": True, "append_images": [Image.new("RGB", image.size, "blue")]}
    if path.suffix == ".webp":
        options |= {"lossless": True, "exact": True}
    image.save(path, **options)
    lossy = KINDS[path.suffix] in LOSSY or (path.suffix == ".gif" and image.mode == "RGB")
    return None if lossy else exact


@pytest.mark.parametrize(("suffix", "kind"), [(s, kind) for s in KINDS for kind in KINDS[s]])
def test_all_see_the_same_pixels(suffix, kind, tmp_path):
    (tmp_path / "A").mkdir()
    (tmp_path / "B").mkdir()
    path = tmp_path / "A" / f"x{suffix}"
    exact = write(path, kind)
    Image.new("RGB", (9, 6)).save(tmp_path / "B" / "x.png")

    trained_on = data_pipeline.read_image(path)
    if exact is not None:
        np.testing.assert_array_equal(trained_on, exact)
    loaded = data_pipeline.open_sources(tmp_path, progress=False)[0].load(0)
    np.testing.assert_array_equal(loaded, trained_on)

    (checked,) = data_pipeline.examine(tmp_path, crop_size=4, progress=False).domains[0].prints
    same = fingerprint(trained_on, name="x", origin="", kind="")
    assert checked.digest == same.digest
    assert (checked.height, checked.width) == trained_on.shape[:2]

    ((listed, _),) = pictures_in(tmp_path / "A")
    translated = images.read_image(listed)
    flat = flatten_alpha(translated) if translated.shape[-1] == 4 else translated
    np.testing.assert_array_equal(flat, trained_on)

    deep = images.read_picture(listed, deep=True).pixels
    assert deep.dtype == (np.uint16 if kind.startswith("16-bit") else np.uint8)
    high = (deep >> 8).astype(np.uint8) if deep.dtype == np.uint16 else deep
    np.testing.assert_array_equal(high, translated)


@pytest.mark.parametrize("name", FORMATS)
def test_every_road_reads_or_refuses_the_files_of_the_set_alike(name, tmp_path):
    """The files of tests/data_pipeline/picture_set, in folders as users have them."""
    files = {file.name: file for file in picture_set(name)}
    for domain in "AB":
        (tmp_path / domain).mkdir()
    for file in files.values():
        (tmp_path / "A" / file.name).write_bytes(file.content)
    Image.new("RGB", (9, 6)).save(tmp_path / "B" / "x.png")
    refused = {path for path, file in files.items() if file.refused}

    with pytest.raises(DataError) as caught:
        data_pipeline.open_sources(tmp_path, progress=False)
    told = dict(re.findall(r"/A/(\S+): (.*)", str(caught.value)))
    assert set(told) == refused

    report = data_pipeline.examine(tmp_path, crop_size=4, progress=False)
    checked = {Path(origin).name: reason for origin, reason in report.domains[0].unreadable}
    assert checked == told

    source, _ = data_pipeline.open_sources(tmp_path, skip_bad=True, progress=False)
    trained_on = dict(zip(source.names, map(source.load, range(len(source))), strict=True))
    prints = {p.name: p for p in report.domains[0].prints}
    assert set(trained_on) == set(prints) == {Path(n).stem for n in set(files) - refused}
    for path, _ in pictures_in(tmp_path / "A"):
        if path.name in refused:
            with pytest.raises(
                ImageError, match=re.escape(f"{path} cannot be read: {told[path.name]}")
            ):
                images.read_picture(path)
            continue
        seen = Preparation().apply(images.read_picture(path).pixels)
        np.testing.assert_array_equal(seen, trained_on[path.stem], path.name)
        same = fingerprint(seen, name="x", origin="", kind="")
        assert prints[path.stem].digest == same.digest
