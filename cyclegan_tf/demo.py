"""The demo: train on the built-in world pair, translate maps it never saw, show them on one page.

Everything here is calls to the public parts; copy it as a start for your own.
"""

from pathlib import Path

from cyclegan_tf import images
from cyclegan_tf.config import Config
from cyclegan_tf.directions import Direction
from cyclegan_tf.pages import write_page
from cyclegan_tf.presets import PRESETS
from cyclegan_tf.training.images import open_training_sources
from cyclegan_tf.training.train import train
from cyclegan_tf.translation.translator import Translator
from cyclegan_tf.video.gif import pan, write_gif

NUM_MAPS = 4


def run_demo(run_dir="runs/demo", config: Config = PRESETS["demo"]) -> Path:
    """Trains (or resumes) a demo run and writes its page, pictures and GIF.

    Args:
        run_dir: Run folder.
        config: Of a run on a built-in world; its test maps are pairs, so the page can show beside
            each translation how the other world itself draws the same layout.

    Returns:
        The path of the page, `run_dir/index.html`.
    """
    run_dir = Path(run_dir)
    train(config, run_dir)
    sources = dict(zip("ab", open_training_sources(config, split="test"), strict=True))
    names = {"a": config.name_a, "b": config.name_b}
    sections, clip = [], None
    for direction in Direction:
        here, there = direction.source, direction.target
        translator = Translator.load(run_dir, direction)
        rows = []
        for i in range(min(NUM_MAPS, len(sources[here]))):
            real, truth = sources[here].load(i), sources[there].load(i)
            fake = translator(real)
            row = [
                (f"{names[here]}: the map as it is", "input", real),
                (f"translated to {names[there]}", "translation", fake),
                (f"for comparison: the {names[there]} world's own drawing", "truth", truth),
            ]
            files = [(caption, f"maps/{direction}_{i + 1}_{kind}.png") for caption, kind, _ in row]
            for (_, file), (_, _, image) in zip(files, row, strict=True):
                images.write_image(run_dir / file, image)
            rows.append(files)
            if clip is None or real.shape[1] > clip[0].shape[1]:
                clip = (real, fake)
        text = "Test maps: neither their layouts nor anything of them was in the training images."
        sections.append((f"{names[here]} to {names[there]}", text, rows))

    window = min(clip[0].shape[1], 360)
    write_gif(run_dir / "maps" / "pan.gif", pan(clip, window, num_frames=60))
    text = "A window travels across a map, above as it is, below as translated."
    sections.insert(
        1, ("Along a whole map", text, [[("input above, translation below", "maps/pan.gif")]])
    )
    previews = sorted((run_dir / "samples").glob("step_*.png"))
    if previews:
        steps = [previews[0], previews[len(previews) // 3], previews[-1]]
        rows = [[(f"after {int(p.stem[5:])} updates", f"samples/{p.name}")] for p in steps]
        text = "Each row: map, translation and back again; left from A, right from B."
        sections.append(("How it learned", text, rows))
    page = run_dir / "index.html"
    write_page(
        page,
        f"{names['a']} and {names['b']}",
        "Two generators, trained on two sets of maps that share no layout: no pair was ever shown.",
        sections,
    )
    return page
