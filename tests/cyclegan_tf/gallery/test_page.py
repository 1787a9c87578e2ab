"""The page of a run: what it holds and, where Chromium is, what it does."""

import base64
import io
import json
import re

import chromium
import numpy as np
import pytest
from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.cli.main import main
from cyclegan_tf.errors import RunError
from cyclegan_tf.gallery import pictures
from cyclegan_tf.gallery.page import _summary, write_gallery
from cyclegan_tf.presets import preset

NAMES = "<b>old", "new's \"</script>"
SIZES = {"old": [(40, 48), (36, 52)], "new": [(32, 64), (70, 70)]}
STEPS = 0, 3, 10, 20


def shade(step, column, row):
    return 4 * step + 30 * column + 15 * row


@pytest.mark.parametrize(
    ("seconds", "time"), [(11, "1 minute"), (90, "2 minutes"), (7200, "2.0 hours")]
)
def test_the_time_is_in_words(seconds, time):
    text = _summary(preset("tiny"), [{"step": 20, "seconds": seconds}], {})
    assert f"20 updates at 32 pixels in {time}, still in training" in text


@pytest.fixture
def run(tmp_path):
    """A run folder with previews of one gray value for each part."""
    folder = tmp_path / "run"
    folder.mkdir()
    config = preset(
        "tiny", data="maps", name_a=NAMES[0], name_b=NAMES[1], crop_size=32, epochs=1, ema=0.0
    )
    (folder / "config.json").write_text(config.to_json())
    listing = {k: [[f"m{i}", *size] for i, size in enumerate(v)] for k, v in SIZES.items()}
    (folder / "data.json").write_text(json.dumps(listing))
    centres = [((40, 48), (32, 64)), ((36, 52), (68, 68))]  # of 64 pixels at most, by config
    for step in STEPS:
        rows = [
            [
                np.full((*(min(n, 64) for n in row[c // 3]), 3), shade(step, c, r), np.uint8)
                for c in range(6)
            ]
            for r, row in enumerate(centres)
        ]
        images.write_image(folder / "samples" / f"step_{step:08d}.png", images.grid(rows))
    lines = [{"step": s, "gan_ab": s / 10, "discriminator_a": 0.2, "seconds": s} for s in STEPS]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def decoded(address):
    kind, data = address.split(",")
    assert kind == "data:image/webp;base64"
    return np.array(Image.open(io.BytesIO(base64.b64decode(data))))


def data_of(page):
    text = page.read_text()
    return json.loads(re.search(r'id="data">(.*?)</script>', text)[1])


def test_each_slot_has_its_picture_at_each_moment(run, tmp_path):
    page = write_gallery(run, tmp_path / "new" / "page.html")
    data, text = data_of(page), page.read_text()
    assert data["steps"] == list(STEPS)
    befores = re.findall(r'<img src="(\S+)" alt="[^"]*, before">', text)
    backs = re.findall(r'<img src="(\S+)" alt="[^"]* and back">', text)
    places = [(0, 0), (0, 1), (3, 0), (3, 1)]  # column and row of the inputs
    for slot, (column, row) in enumerate(places):
        picture = decoded(befores[slot])
        domain = SIZES["old" if column == 0 else "new"][row]
        assert picture.shape[:2] == tuple(min(n, 64) // 4 * 4 for n in domain)
        assert abs(picture - float(shade(20, column, row))).max() <= 3
        assert abs(decoded(backs[slot]) - float(shade(20, column + 2, row))).max() <= 3
        for step, frame in zip(STEPS, data["slots"][slot], strict=True):
            assert abs(decoded(frame) - float(shade(step, column + 1, row))).max() <= 3


def test_names_are_text_and_nothing_is_loaded(run, tmp_path):
    text = write_gallery(run, tmp_path / "page.html").read_text()
    assert "<b>" not in text.replace("<li><b>Update", "") and text.count("</script>") == 2
    assert "&lt;b&gt;old to new&#x27;s &quot;&lt;/script&gt;" in text
    assert not re.search(r'(src|href)="(?!data:)', text) and "http" not in text
    assert "Training gave no warnings, as its logs show." in text
    for name, value in (("epochs", 1), ("ema", 0.0), ("skip bad", "no"), ("init from", "none")):
        assert f"<tr><th>{name}</th><td>{value}</td></tr>" in text
    assert "There is no card yet" in text and "%" not in re.sub(
        r"<style>.*?</style>", "", text, flags=re.S
    ).replace('"%"', "")


def test_warnings_and_card_are_shown(run, tmp_path):
    (run / "card.json").write_text(json.dumps({"updates": 20, "finished": "<today>", "recipe": 1}))
    line = {"step": 110, "luminance_a2b": -0.5, "kid_a2b": 0.1}
    best = {"step": 100, "luminance_a2b": 0.5, "kid_a2b": 0.01}
    (run / "validation.jsonl").write_text(json.dumps(best) + "\n" + json.dumps(line) + "\n")
    text = write_gallery(run, tmp_path / "page.html").read_text()
    assert "<li><b>Update 110</b>: A2b has light and dark the wrong way round" in text
    assert "<td>&lt;today&gt;</td>" in text and "recipe" not in text
    assert "Distance from real images" in text
    assert "best_ab.keras of update 100 has a distance of 0.01, the last" in text


def test_many_previews_become_a_page_of_some_size(run, tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_STEPS", 3)
    assert data_of(write_gallery(run, tmp_path / "page.html"))["steps"] == [0, 10, 20]


def test_previews_of_an_unknown_layout_are_shown_whole(run, tmp_path):
    for data in ("{}", "[", '{"a": [["m", 1]], "b": []}'):
        (run / "data.json").write_text(data)
        page = write_gallery(run, tmp_path / "page.html")
        assert len(data_of(page)["slots"]) == 1 and 'class="pair"' not in page.read_text()


def test_a_run_that_has_just_begun_has_a_page(run, tmp_path):
    for file in (*run.glob("samples/*"), run / "metrics.jsonl"):
        file.unlink()
    text = write_gallery(run, tmp_path / "page.html").read_text()
    assert "Not trained yet." in text and "There are no losses yet." in text


def test_the_command_refuses_what_is_no_run(run, tmp_path, capsys):
    with pytest.raises(RunError, match="holds no run: there is no config.json. Give a run folder"):
        write_gallery(tmp_path, tmp_path / "page.html")
    for out, reason in ((run / "config.json", "is an input"), (run, "it is a folder")):
        with pytest.raises(SystemExit) as stopped:
            main(["gallery", str(run), "--out", str(out)])
        assert stopped.value.code == 2 and reason in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["gallery", str(run), "--out", str(tmp_path / "page.html")])
    assert capsys.readouterr().out == f"Open {tmp_path / 'page.html'}\n"


@pytest.mark.skipif(not chromium.PATH, reason="Chromium isn't installed: apt install chromium")
def test_the_page_plays_the_training_in_a_browser(run, tmp_path):
    page = write_gallery(run, tmp_path / "page.html")
    frames = data_of(page)["slots"]
    with chromium.chromium() as browser:
        browser.size(390, 844)
        browser.open(page.as_uri())
        assert browser.run("document.documentElement.scrollWidth") == 390  # nothing sticks out
        assert browser.run("update.textContent") == "update 20"
        browser.run("document.getElementById('moment').focus()")
        for kind in ("keyDown", "keyUp"):
            key = {"key": "ArrowLeft", "code": "ArrowLeft", "windowsVirtualKeyCode": 37}
            browser.send("Input.dispatchKeyEvent", type=kind, **key)
        assert browser.run("update.textContent") == "update 10"
        assert browser.run("pictures.map(p => p.src)") == [slot[2] for slot in frames]
        assert browser.run("document.querySelector('.chart output').textContent") == "1.000"
        browser.run("show(3); play.click()")  # at the end it begins anew
        assert browser.run("[moment.value, play.textContent].join()") == "0,Pause"
        ended = "new Promise(d => setInterval(() => timer === null && d(moment.value), 20))"
        assert browser.run(ended) == "3" and browser.run("play.textContent") == "Play"
        cut = "document.querySelector('.pair')"
        browser.run(f"{cut}.querySelector('input').focus()")
        for kind in ("keyDown", "keyUp"):
            key = {"key": "End", "code": "End", "windowsVirtualKeyCode": 35}
            browser.send("Input.dispatchKeyEvent", type=kind, **key)
        assert browser.run(f"{cut}.style.getPropertyValue('--cut')") == "100%"
        backs = [browser.run("getComputedStyle(document.body).backgroundColor")]
        browser.size(1280, 900, dark=True)
        backs.append(browser.run("getComputedStyle(document.body).backgroundColor"))
        assert backs == ["rgb(250, 250, 247)", "rgb(25, 25, 24)"]
        asked = "performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:'))"
        assert browser.run(f"{asked}.length") == 0
