"""A folder with every fault planted: all of them found; on clean data none invented."""

import numpy as np
import pytest
from picture_set import picture_set
from PIL import Image

from data_pipeline import DataError, examine, write_html
from data_pipeline.check import doctor

from_seed = np.random.default_rng


def picture(seed, height=120, width=200, low=0, high=256):
    rng = from_seed(seed)
    coarse = Image.fromarray(rng.integers(low, high, (6, 8, 3), np.uint8))
    smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), int)
    return np.clip(smooth + rng.integers(-6, 7, (height, width, 1)), 0, 255).astype(np.uint8)


def save(image, path):
    Image.fromarray(image).save(path)


@pytest.fixture
def clean(tmp_path, monkeypatch):
    """Twelve sound maps in each domain, A reddish and light, B bluish and dark.

    As many as are usual would take long, so twelve are not called few here.
    """
    monkeypatch.setattr(doctor, "_FEW", 10)
    for domain, scale in (("A", (1.0, 0.7, 0.6)), ("B", (0.2, 0.3, 0.5))):
        folder = tmp_path / f"train{domain}"
        folder.mkdir()
        for i in range(12):
            image = picture(100 * (domain == "B") + i, width=160 + 10 * i) * np.array(scale)
            save(image.astype(np.uint8), folder / f"map{i:02d}.png")
    return tmp_path


def checked(data, **options):
    return examine(data, **dict(crop_size=96, progress=False) | options)


def test_clean_data_has_no_findings(clean):
    report = checked(clean)
    assert report.problems == () and report.notes == ()
    assert str(report).endswith("\nNothing here would hurt training.")


def test_the_table_and_the_estimates(clean):
    (clean / "trainB" / "map11.png").unlink()
    report = checked(clean, epochs=200)
    a, b = report.domains
    assert a.num_bytes == sum(3 * 120 * (160 + 10 * i) for i in range(12))
    assert (report.updates_per_epoch, report.num_updates) == (11, 2200)
    # 1.2 s at 480x480, so 1/25 of that at 96x96
    assert report.t4_hours == pytest.approx(2200 * 1.2 / 25 / 3600)
    assert checked(clean, epochs=3, steps_per_epoch=70).num_updates == 210
    assert checked(clean, batch_size=4).updates_per_epoch == 2
    lines = str(report).splitlines()
    assert len(lines) < 24 and max(map(len, lines[1:])) <= 100
    text = str(report)
    for part in (
        "12 PNG RGB",
        "11 PNG RGB",
        "160x120 to 270x120, median 215x120",
        "2,200 updates",
        "2 minutes",
    ):
        assert part in text
    means = [[float(v) for v in np.mean([p.mean for p in d.prints], axis=0)] for d in (a, b)]
    (row,) = [line for line in lines if "mean of R G B" in line]
    assert row.split()[-6:] == [f"{value:.0f}" for domain in means for value in domain]


@pytest.fixture
def faulty(clean):
    a, b = clean / "trainA", clean / "trainB"
    (a / "broken.png").write_bytes((a / "map00.png").read_bytes()[:2000])
    (b / "page.jpg").write_text("<html>404</html>")
    save(picture(50, height=90), a / "low.png")
    save(picture(51, width=95), b / "narrow.png")
    Image.open(a / "map03.png").save(b / "stray.jpg", quality=80)
    boxed = picture(52)
    boxed[:10] = boxed[-10:] = 0
    save(boxed, a / "letterbox.png")
    pillar = picture(53)
    pillar[:, :20] = pillar[:, -12:] = (30, 60, 200)
    save(pillar, b / "pillarbox.png")
    save(np.full((120, 160, 3), (90, 160, 250), np.uint8), b / "blank.png")
    (a / "copy.png").write_bytes((a / "map01.png").read_bytes())
    Image.open(b / "map02.png").resize((90 * 2, 120)).save(b / "resaved.jpg", quality=70)
    margin = picture(54)
    margin[-9:] = 255
    save(margin, a / "margin.png")
    clear = np.dstack([picture(55), np.full((120, 200), 255, np.uint8)])
    clear[30:60, 30:60, 3] = 0
    save(clear, b / "clear.png")
    return clean


PROBLEMS = {
    "unreadable": {"broken", "page"},
    "too small": {"low", "narrow"},
    "both domains": {"map03", "stray"},
    "letterbox": {"letterbox", "pillarbox"},
    "blank": {"blank"},
}
NOTES = {
    "duplicate": {"map01", "copy"},
    "alike": {"map02", "resaved"},
    "border": {"margin"},
    "transparent": {"clear"},
}


def stems(finding):
    paths = " = ".join(finding.cases).split(" = ")
    return {path.rpartition("/")[2].partition(".")[0] for path in paths}


def test_every_planted_fault_is_found_and_nothing_else(faulty):
    report = checked(faulty)
    # Lists, since a kind may come once per domain.
    assert [(f.kind, stems(f)) for f in report.problems] == list(PROBLEMS.items())
    assert [(f.kind, stems(f)) for f in report.notes] == list(NOTES.items())
    text = str(report)
    assert "16 and 1 unreadable" in text and "18 and 1 unreadable" in text
    for part in ("low.png (200x90)", "top 10 px #000000, bottom 10 px #000000", "not an image"):
        assert part in text
    assert text.endswith("5 kinds of problem would hurt training.")
    assert len(text.splitlines()) < 50


def test_kinds_of_pixels_are_named(clean):
    """Transparency that was filled, not alpha that is full; and why files are refused."""
    a = clean / "trainA"
    named = {file.name: file for kind in ("PNG", "TIFF") for file in picture_set(kind)}
    clear = [
        "gray_4_trns.png",
        "gray_16_trns.png",
        "rgb_16_trns.png",
        "palette_8_ramp_of_alpha.png",
    ]
    clear += ["gray_and_alpha_16_straight.tif", "rgba_16_premultiplied.tif"]
    refused = ["gray_32_float.tif", "gray_32.tif", "gray_12.tif", "gray_16_signed.tif"]
    refused += ["rgb_32_float.tif", "cielab_8.tif"]
    for name in (*clear, *refused):
        (a / name).write_bytes(named[name].content)
    opaque = np.dstack([picture(60), np.full((120, 200), 255, np.uint8)])
    save(opaque, a / "opaque.png")
    report = checked(clean, crop_size=8)
    (found,) = [f for f in report.notes if f.kind == "transparent"]
    assert {case.split(" (")[0] for case in found.cases} == {str(a / name) for name in clear}
    assert f"{a / 'gray_16_trns.png'} (PNG I;16+alpha)" in found.cases
    (found,) = [f for f in report.problems if f.kind == "unreadable"]
    reasons = dict(case.split(": ", 1) for case in found.cases)
    assert set(reasons) == {str(a / name) for name in refused}
    for name in refused:
        assert named[name].refused in reasons[str(a / name)]


def test_images_are_examined_as_they_are_trained_on(clean):
    assert [f.kind for f in checked(clean, crop_size=128).problems] == ["too small"]
    assert checked(clean, crop_size=128, small_images="pad").problems == ()


def test_skipped_images_are_named_and_not_counted(clean):
    for i in range(2):
        save(picture(70 + i, width=90), clean / "trainA" / f"narrow{i}.png")
    report = checked(clean, small_images="skip", epochs=2)
    (note,) = [note for note in report.notes if note.kind == "skipped"]
    assert report.problems == ()
    assert [case.split("/")[-1] for case in note.cases] == [
        "narrow0.png (90x120)",
        "narrow1.png (90x120)",
    ]
    assert report.num_updates == 2 * 12


def test_the_largest_crop_that_fits_is_named(clean):
    (small,) = checked(clean, crop_size=128).problems
    assert "choose a smaller crop (the largest that fits all is 120)" in small.text
    assert checked(clean, crop_size=120).problems == ()


def test_pictures_of_which_a_crop_shows_hardly_anything_are_noted(clean):
    """As photographs of 12 megapixels are at a crop of 256; a long strip is meant so."""
    save(picture(7, 400, 520), clean / "trainA" / "photo.png")
    save(picture(8, 60, 4000), clean / "trainB" / "strip.png")
    (large,) = [f for f in checked(clean, crop_size=32).notes if f.kind == "large"]
    assert [case.rpartition("/")[2] for case in large.cases] == ["photo.png (520x400)"]
    # 36 is to 32 what the paper's 286 is to 256
    assert "For photographs, give --load-size 36 (" in large.text and ") to 64 (" in large.text
    assert not [f for f in checked(clean, crop_size=64).notes if f.kind == "large"]


def test_one_fault_at_a_time_is_one_problem(clean):
    save(np.full((120, 160, 3), 90, np.uint8), clean / "trainA" / "blank.png")
    assert str(checked(clean)).endswith("\n1 kind of problem would hurt training.")


def test_the_spread_is_that_within_and_between_images(tmp_path):
    for domain, values in (("A", ((0, 0), (100, 100))), ("B", ((0, 60), (40, 100)))):
        (tmp_path / f"train{domain}").mkdir()
        for i, (left, right) in enumerate(values):
            image = np.full((96, 96, 3), left, np.uint8)
            image[:, 48:] = right
            save(image, tmp_path / f"train{domain}" / f"{i}.png")
    (row,) = [line for line in str(checked(tmp_path)).splitlines() if "spread of R" in line]
    # A: 50 from the mean on either side. B: means 30 and 70, so sqrt(30**2 + 20**2) = 36.06
    assert row.split()[-6:] == ["50"] * 3 + ["36"] * 3


def test_a_sky_is_no_border(clean):
    sky = picture(60)
    sky[:40] = (120, 190, 255)
    save(sky, clean / "trainA" / "sky.png")
    report = checked(clean)
    assert report.problems == () and report.notes == ()


def test_memory_and_few_images_are_noted(clean):
    for i in range(5):
        (clean / "trainB" / f"map{i:02d}.png").unlink()
    report = checked(clean, memory_limit_bytes=900_000)
    assert report.problems == ()
    assert [f.text for f in report.notes] == [
        "trainA takes 0.9 MiB decoded, above the limit of 0.9 MiB: decoded on the fly, slower",
        "trainB has 7 images; 100 and more are usual",
    ]


def test_fewer_than_fifty_images_are_noted(tmp_path):
    for name, count in (("trainA", 49), ("trainB", 50)):
        (tmp_path / name).mkdir()
        for i in range(count):
            save(picture(i, 12, 16), tmp_path / name / f"{i}.png")
    (few,) = [f for f in checked(tmp_path, crop_size=8).notes if f.kind == "few"]
    assert few.text == "trainA has 49 images; 100 and more are usual"


def test_enlarged_and_gray_pictures_are_noted(clean):
    save(picture(60)[:70, :90], clean / "trainA" / "thumb.png")
    gray = picture(61)[..., 1]
    Image.fromarray(gray).save(clean / "trainB" / "gray.jpg")
    save(np.full((120, 160, 3), 90, np.uint8), clean / "trainB" / "blank.png")
    enlarged, grays = checked(clean, load_size=100).notes
    assert (enlarged.kind, stems(enlarged)) == ("enlarged", {"thumb"})
    assert (grays.kind, stems(grays)) == ("gray", {"gray"})
    assert "enlarged" not in {f.kind for f in checked(clean, load_size=70, crop_size=64).notes}
    for i in range(12):  # most are: it is meant so
        Image.fromarray(gray[:, i:]).save(clean / "trainB" / f"gray{i}.png")
    assert "gray" not in {f.kind for f in checked(clean).notes}


def test_files_that_end_too_early_are_named_with_what_leaves_them_out(clean):
    noise = from_seed(3).integers(0, 256, (120, 200, 3), np.uint8)
    Image.fromarray(noise).save(path := clean / "trainA" / "cut.jpg")
    path.write_bytes(path.read_bytes()[:-9000])
    (bad,) = checked(clean).problems
    assert "--skip-bad" in bad.text and bad.cases[0].endswith("truncated: it ends too early")


def test_a_domain_without_a_readable_image_is_reported_too(clean):
    for path in (clean / "trainB").iterdir():
        path.write_text("")
    report = checked(clean)
    assert [f.kind for f in report.problems] == ["unreadable"] and len(
        report.problems[0].cases
    ) == 12
    assert "0 and 12 unreadable" in str(report)
    assert report.updates_per_epoch == 0


def test_bad_addresses_raise_as_elsewhere(clean):
    with pytest.raises(DataError, match="no such folder"):
        checked(clean / "nowhere")


def test_the_contact_sheet_shows_every_image_and_frames_the_faulty(faulty, tmp_path):
    (faulty / "trainA" / "map05.png").rename(faulty / "trainA" / "<b>&.png")
    report = checked(faulty)
    page = write_html(report, tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == 34 == page.count("<figure")
    assert page.count('<figure class="bad">') == 2 + 2 + 2 + 1
    assert page.count('<figure class="odd">') == 2 + 2 + 1 + 1
    findings = page.index("in A and in B alike")
    assert page.rindex("<figure") < findings == page.rindex("in A and in B alike")
    assert "<figcaption>map01.png<br>" in page and "<figcaption>stray.jpg<br>" in page
    assert "&lt;b&gt;&amp;" in page and "<b>&" not in page
    assert "http" not in page  # Nothing is loaded from elsewhere.


def test_clean_worlds_have_no_problems(tmp_path, monkeypatch):
    monkeypatch.setenv("CYCLEGAN_TF_CACHE", str(tmp_path))
    data = "world:meadow2forest?scale=0.25&num_maps=2&num_workers=1"
    report = checked(data, split="test", crop_size=96)
    assert report.problems == () and {f.kind for f in report.notes} == {"few"}
