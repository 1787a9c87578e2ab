"""Draws docs/images/architecture.svg: the rooms, the way of a crop and the way of a map.

python tools/draw_architecture.py docs/images/architecture.svg
"""

import argparse
from html import escape
from pathlib import Path

from cyclegan_tf.errors import FileError
from cyclegan_tf.files import write_text

WIDTH = 1180
INK, FAINT, CROP, MAP = "#24292f", "#6b7280", "#c2410c", "#1d4ed8"
#: Floors from the top: rooms side by side, each `(name, what is in it)`.
FLOORS = (
    (("cli", "the command: flags in, one line per error"),),
    (
        ("demo", "ten minutes"),
        ("notebook", "live view, figures"),
        ("gallery", "a run on a page"),
        ("app", "by Gradio"),
    ),
    (
        ("evaluation", "every measure of a run"),
        ("video", "clips without flicker"),
        ("export", "ONNX, LiteRT, browser"),
    ),
    (
        ("training", "train, callbacks, validation"),
        ("translation", "translator, files, strips/"),
        ("importing", "other programs' networks"),
    ),
    (("pages", "HTML"),),
    (("metrics", "functions of pictures"), ("runs", "run folder, loading, pretrained")),
    (("model", "train_step, objective, losses, networks, layers, image pool"),),
    (
        ("hardware", "precision, CPU"),
        ("images", "ranges"),
        ("files", "whole or not at all"),
        ("model_files", "safe loading"),
        ("config", "settings, presets"),
        ("directions", "a2b, b2a"),
        ("errors", ""),
    ),
)
PIPELINE = (
    ("worlds", "built-in maps"),
    ("listing", "which files"),
    ("decoding", "file to pixels"),
    ("sources", "two domains"),
    ("store", "in memory"),
    ("stream", "crop k of a seed"),
    ("check", "what would hurt"),
)
CROP_WAY = (
    ("listing", "which files"),
    ("decoding", "uint8 pixels"),
    ("sources, store", "all maps"),
    ("stream", "crop k in [-1, 1]"),
    ("model", "train_step"),
    ("objective", "losses"),
    ("callbacks", "log, previews"),
    ("runs/folder", "checkpoints"),
)
MAP_WAY = (
    ("files", "paths in and out"),
    ("images", "read_picture"),
    ("decoding", "uint8 or uint16"),
    ("translator", "prepared, padded"),
    ("strips/streamer", "a sweep per norm"),
    ("blas/, graph/", "convolutions"),
    ("images", "back to integers"),
    ("formats", "PNG and others"),
)


def box(x: float, y: float, w: float, h: float, title: str, text: str, colour: str) -> str:
    """One room: a rounded rectangle with its name and, smaller, what is in it."""
    middle = x + w / 2
    lines = [
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="7" fill="#fff" stroke="{colour}" '
        'stroke-width="1.5"/>',
        f'<text x="{middle}" y="{y + (22 if text else h / 2 + 5)}" font-weight="600">'
        f"{escape(title)}</text>",
    ]
    if text:
        lines.append(
            f'<text x="{middle}" y="{y + 40}" font-size="11.5" fill="{FAINT}">{escape(text)}</text>'
        )
    return "\n".join(lines)


def row(y: float, rooms: tuple[tuple[str, str], ...], colour: str, arrows: bool = False) -> str:
    """Rooms side by side over the whole width, with arrows from one to the next if asked for."""
    gap, left, right = (20 if arrows else 12), 150, WIDTH - 24
    w = (right - left - gap * (len(rooms) - 1)) / len(rooms)
    parts = []
    for i, (title, text) in enumerate(rooms):
        x = left + i * (w + gap)
        parts.append(box(x, y, w, 52, title, text, colour))
        if arrows and i + 1 < len(rooms):
            parts.append(
                f'<path d="M{x + w + 2} {y + 26}h{gap - 8}" stroke="{colour}" stroke-width="2" '
                f'marker-end="url(#{colour[1:]})"/>'
            )
    return "\n".join(parts)


def label(y: float, lines: tuple[str, ...], colour: str) -> str:
    """The heading at the left of a row."""
    spans = "".join(
        f'<tspan x="24" dy="{0 if i == 0 else 17}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return (
        f'<text x="24" y="{y}" text-anchor="start" fill="{colour}" font-weight="600">{spans}</text>'
    )


def draw() -> str:
    """Returns the picture as SVG."""
    parts = [label(52, ("cyclegan_tf", "imports point", "down only"), INK)]
    y = 24.0
    for rooms in FLOORS:
        parts.append(row(y, rooms, INK))
        y += 64
    parts.append(label(y + 42, ("data_pipeline", "imports none", "of the above"), INK))
    parts.append(row(y + 14, PIPELINE, INK))
    y += 104
    parts.append(f'<path d="M24 {y}H{WIDTH - 24}" stroke="#d0d7de"/>')
    parts.append(label(y + 46, ("the way", "of a crop"), CROP))
    parts.append(small(row(y + 24, CROP_WAY, CROP, arrows=True)))
    parts.append(label(y + 136, ("the way", "of a map"), MAP))
    parts.append(small(row(y + 114, MAP_WAY, MAP, arrows=True)))
    heads = "".join(
        f'<marker id="{c[1:]}" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" '
        f'markerHeight="5" orient="auto"><path d="M0 0L8 4L0 8z" fill="{c}"/></marker>'
        for c in (CROP, MAP)
    )
    height = y + 190
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="system-ui, sans-serif" font-size="14" text-anchor="middle" fill="{INK}">\n'
        f'<defs>{heads}</defs>\n<rect width="{WIDTH}" height="{height}" fill="#fafaf7"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def small(svg: str) -> str:
    """The same with smaller letters, for rows of many rooms."""
    return f'<g font-size="11">{svg.replace("11.5", "10.5")}</g>'


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the picture of docs/architecture.md.")
    parser.add_argument("path", type=Path, help="SVG file to write")
    try:
        write_text(parser.parse_args().path, draw())
    except FileError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")


if __name__ == "__main__":
    main()
