"""`write_gallery`: a run on one page that needs nothing else, to look at and to send around."""

import html
import importlib.resources
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cyclegan_tf.config import Config, field_names
from cyclegan_tf.directions import Direction
from cyclegan_tf.errors import RunError
from cyclegan_tf.files import check_places, write_text
from cyclegan_tf.gallery.charts import chart
from cyclegan_tf.gallery.pictures import Slot, read_previews
from cyclegan_tf.pages import fill_template
from cyclegan_tf.runs.best import better_before
from cyclegan_tf.runs.curves import ADVERSARIAL, DISTANCES, OF_DISCRIMINATORS, OF_IMAGES
from cyclegan_tf.runs.folder import RunFolder
from cyclegan_tf.runs.pretrained import read_card_file
from cyclegan_tf.runs.trouble import troubles_in
from data_pipeline.json_files import read_json_object

#: Curves by their title: the log that has them, and their names there.
_CURVES = {
    "Generators against discriminators": ("metrics", ADVERSARIAL),
    "Images back again (L1)": ("metrics", OF_IMAGES),
    "Discriminators": ("metrics", OF_DISCRIMINATORS),
    "Distance from real images": ("validation", DISTANCES),
    "Light stays light (correlation)": ("validation", tuple(f"luminance_{w}" for w in Direction)),
    "Learning rate": ("metrics", ("learning_rate",)),
}
_LEFT_OUT_OF_CARD = ("recipe", "how_to_load", "preparation")  # shown elsewhere, or of no interest


def write_gallery(run_dir: str | os.PathLike, out: str | os.PathLike) -> Path:
    """Writes a page of a run: its previews over training, its curves, warnings and settings.

    The page is one file that loads nothing from elsewhere. The run may be in training.

    Args:
        run_dir: Run folder; nothing in it is changed.
        out: Path of the page.

    Returns:
        The path of the page.

    Raises:
        RunError: The folder holds no run, or its files can't be read.
        ConfigError: Its config.json can't be read.
        ImageError: A preview can't be read.
        FileError: The page can't be written.
    """
    run, out = RunFolder(run_dir), Path(out)
    if not run.config_file.exists():
        raise RunError(f"{run.path} holds no run: there is no config.json. Give a run folder.")
    check_places({"--out": [out]}, [*run.files(), *run.samples.glob("*.png")])
    config = Config.load(run.config_file)
    steps, slots = read_previews(config, _image_sizes(run), run.samples)
    metrics, validation = run.read_metrics(), run.read_validation()
    card = read_card_file(run.card_file) if run.card_file.exists() else {}
    last_step = max([line["step"] for line in (*metrics, *validation)], default=0)
    logs = {"metrics": metrics, "validation": validation}
    charts = [
        chart(title, logs[log], names, last_step, dots=log == "validation")
        for title, (log, names) in _CURVES.items()
    ]
    troubles = troubles_in(metrics, validation, config.gan_loss)
    parts = {
        "TITLE": html.escape(f"{config.name_a} and {config.name_b}"),
        "SUMMARY": html.escape(_summary(config, metrics, card)),
        "SLOTS": "\n".join(map(_slot, slots)),
        "DATA": _script_json({"steps": steps, "slots": [slot.frames for slot in slots]}),
        "CHARTS": "\n".join(filter(None, charts)) or "<p>There are no losses yet.</p>",
        "WARNINGS": _warnings(troubles) + _sentences(better_before(validation)),
        "CARD": _table({k: v for k, v in card.items() if k not in _LEFT_OUT_OF_CARD})
        or "<p>There is no card yet: it is written when training ends.</p>",
        "CHANGED": _table(_changed(config)) or "<p>All settings have their defaults.</p>",
        "SETTINGS": _table(json.loads(config.to_json())),
    }
    write_text(out, _filled(parts))
    return out


def _image_sizes(run: RunFolder) -> list[list[tuple[int, int]]]:
    """Sizes of the training images of A and of B; none where data.json can't tell."""
    try:
        domains = list(read_json_object(run.data_file).values())[:2]  # then true pairs, if any
        sizes = [[(int(h), int(w)) for _, h, w in images] for images in domains]
    except (OSError, ValueError, TypeError):
        return [[], []]
    return sizes if len(sizes) == 2 else [[], []]


def _summary(config: Config, metrics: list[dict[str, Any]], card: Mapping[str, Any]) -> str:
    if not metrics:
        return "Not trained yet."
    last = metrics[-1]
    minutes = last.get("seconds", 0) / 60
    whole = math.ceil(minutes)
    time = f"{minutes / 60:.1f} hours" if minutes >= 120 else f"{whole} minute{'s' * (whole != 1)}"
    state = f"finished {card['finished']}" if card.get("finished") else "still in training"
    return (
        f"{last['step']} updates at {config.crop_size} pixels in {time}, {state}. "
        f"Two generators, learned with{'' if config.pairs else 'out'} pairs."
    )


def _slot(slot: Slot) -> str:
    title, (height, width) = html.escape(slot.title), slot.size
    newest = slot.frames[-1] if slot.frames else ""
    if not slot.before:
        return (
            f'<figure class="slot wide"><figcaption>{title}</figcaption>'
            f'<img class="after" src="{newest}" alt="{title}"></figure>'
        )
    return (
        f'<figure class="slot"><figcaption>{title}</figcaption>'
        f'<div class="pair" style="aspect-ratio:{width}/{height}">'
        f'<img src="{slot.before}" alt="{title}, before">'
        f'<img class="after" src="{newest}" alt="{title}, after">'
        f'<input type="range" min="0" max="100" step="0.1" value="50" aria-label="{title}: share '
        'of the picture that is shown as it was"></div>'
        f'<details><summary>Translated back</summary><img src="{slot.back}" '
        f'alt="{title} and back"></details></figure>'
    )


def _warnings(troubles: list[tuple[int, str]]) -> str:
    if not troubles:
        return "<p>Training gave no warnings, as its logs show.</p>"
    items = [
        f"<li><b>Update {step}</b>: {html.escape(text[0].upper() + text[1:])}.</li>"
        for step, text in troubles
    ]
    return f"<ul>{''.join(items)}</ul>"


def _sentences(texts: list[str]) -> str:
    return "".join(f"<p>{html.escape(text)}.</p>" for text in texts)


def _changed(config: Config) -> dict[str, Any]:
    default = Config()
    names = field_names()
    return {n: getattr(config, n) for n in names if getattr(config, n) != getattr(default, n)}


def _table(values: Mapping[str, Any]) -> str:
    if not values:
        return ""
    rows = [
        f"<tr><th>{html.escape(str(name).replace('_', ' '))}</th><td>{_value(value)}</td></tr>"
        for name, value in values.items()
    ]
    return f"<table>{''.join(rows)}</table>"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return html.escape(", ".join(f"{key}: {entry}" for key, entry in value.items()))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return html.escape(str(value)) or "none"


def _script_json(value: Any) -> str:
    """JSON that no name can end the script of."""
    return json.dumps(value).replace("<", "\\u003c")


def _filled(parts: Mapping[str, str]) -> str:
    folder = importlib.resources.files("cyclegan_tf.gallery") / "template"
    text = {name: (folder / f"page.{name}").read_text("utf-8") for name in ("html", "css", "js")}
    parts = {**parts, "STYLE": text["css"], "SCRIPT": text["js"]}
    return fill_template(text["html"], parts)
