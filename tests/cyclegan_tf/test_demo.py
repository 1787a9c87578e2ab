"""The demo, on the smallest run: its page, and every picture that the page names."""

import re
import types

import pytest
from PIL import Image

from cyclegan_tf import demo, images
from cyclegan_tf.errors import FileError, RunError
from cyclegan_tf.presets import preset


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return demo.run_demo(tmp_path_factory.mktemp("demo"), preset("tiny", epochs=1, decay_epoch=1))


def test_every_picture_of_the_page_is_there(page):
    assert page.name == "index.html"
    text = page.read_text()
    assert re.findall("<h2>(.*?)</h2>", text) == [
        "meadow to forest",
        "Along a whole map",
        "forest to meadow",
        "How it learned",
    ]
    files = re.findall('src="(.*?)"', text)
    assert len(files) >= 2 * demo.NUM_MAPS * 3 + 2
    pictures = {file: images.read_image(page.parent / file) for file in files}
    before, after = (pictures[f"maps/a2b_1_{kind}.png"] for kind in ("input", "translation"))
    assert before.shape == after.shape


def test_the_gif_pans_across_map_and_translation(page):
    with Image.open(page.parent / "maps" / "pan.gif") as gif:
        assert (gif.n_frames, gif.info["loop"]) == (60, 0)


def test_places_of_the_page_are_checked_before_the_training(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "train", lambda *_, **__: pytest.fail("too late"))
    (tmp_path / "maps").write_text("")
    with pytest.raises(FileError, match=r"maps is a file. Use another run_dir \(--run\)"):
        demo.run_demo(tmp_path)
    with pytest.raises(RunError, match="name of the run folder is empty"):
        demo.run_demo("")


@pytest.mark.parametrize(("pace", "stops_at"), [(0.2, 2850), (1.0, 450), (2.0, 150)])
def test_training_ends_in_time_for_the_page(monkeypatch, pace, stops_at):
    now = [0.0]
    monkeypatch.setattr(demo, "PAGE_UPDATES", 150)
    monkeypatch.setattr(demo.time, "monotonic", lambda: now[0])
    deadline = demo.Deadline(600.0)
    model = types.SimpleNamespace(num_updates=0, stop_training=False)
    deadline.set_model(model)
    while not model.stop_training:  # an interval of 25 updates
        model.num_updates += 25
        now[0] += 25 * pace
        deadline.on_epoch_end(0)
    assert model.num_updates == stops_at  # 150 updates of this pace before 600 seconds
