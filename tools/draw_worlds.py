"""Draws the pictures of `docs/worlds.md`: `python tools/draw_worlds.py docs/images [PAIR ...]`."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from cyclegan_tf.errors import FileError
from cyclegan_tf.files import check_places, make_folder
from data_pipeline.worlds import PAIRS, make_layout, render, scroll
from data_pipeline.worlds.dataset import map_specs, render_spec
from data_pipeline.worlds.export import LABEL_COLOURS

# A place with one of each: house, tree, ladder, slope...
LAYOUT = make_layout(309, width=2100, height=800)


def same_layout(pair: str, scale: float = 0.4) -> np.ndarray:
    """One layout in both themes and its labels, one above the other."""
    captures = [render(LAYOUT, theme, scale=scale) for theme in PAIRS[pair]]
    labels = np.array(LABEL_COLOURS, np.uint8)[captures[0].labels]
    return np.concatenate([captures[0].image, captures[1].image, labels])


def bold(scale: float = 0.4, gap: int = 8) -> Image.Image:
    """The layout in the bold structure: a pair in each quarter, A above B."""
    quarters = []
    for themes in PAIRS.values():
        maps = [render(LAYOUT, theme, scale=scale, structure=1).image for theme in themes]
        margins = ((0, gap), (0, gap), (0, 0))
        quarters.append(np.pad(np.concatenate(maps), margins, constant_values=255))
    rows = [np.concatenate(quarters[k : k + 2], 1) for k in range(0, len(quarters), 2)]
    return Image.fromarray(np.concatenate(rows)[:-gap, :-gap])


def contact_sheet(pair: str, width: int = 840, row_height: int = 96, rows: int = 6) -> np.ndarray:
    """Train maps of A in the upper half and of B in the lower, at one height, filled up by row."""
    sheet = np.full((rows * (row_height + 4) - 4, width, 3), 255, np.uint8)
    for half, domain in enumerate("ab"):
        specs = iter(map_specs(pair, "train", domain, num_maps=40, scale=0.25))
        for row in range(half * rows // 2, (half + 1) * rows // 2):
            x, y = 0, row * (row_height + 4)
            while x < width - 40:
                image = Image.fromarray(render_spec(next(specs)).image)
                if image.height > 1.4 * image.width:  # a tall map would be a sliver
                    continue
                scaled = image.width * row_height // image.height
                image = np.asarray(image.resize((scaled, row_height), Image.Resampling.BOX))
                image = image[:, : width - x]
                sheet[y : y + row_height, x : x + image.shape[1]] = image
                x += scaled + 4
    return sheet


def scrolling(
    pair: str, num_frames: int = 20, size: tuple[int, int] = (128, 176)
) -> list[Image.Image]:
    """Frames of a pan, both themes side by side."""
    frames = scroll(pair, seed=2, num_frames=num_frames * 2, size=size, scale=0.25)
    pictures = [np.concatenate([f.image_a, f.image_b], 1) for f in frames][::2]
    return [few_colours(picture, 64) for picture in pictures]


def few_colours(image: np.ndarray, count: int = 256) -> Image.Image:
    """The picture with a palette: a third of the bytes."""
    return Image.fromarray(image).quantize(count, method=Image.Quantize.MEDIANCUT, kmeans=3)


def main() -> None:
    """Writes three pictures for each pair, and one of all pairs in the bold structure."""
    parser = argparse.ArgumentParser(description="Draws the pictures of docs/worlds.md.")
    parser.add_argument("folder", type=Path, help="where the pictures go, such as docs/images")
    parser.add_argument("pairs", nargs="*", metavar="PAIR", help="default: all pairs")
    arguments = parser.parse_args()
    if unknown := set(arguments.pairs) - set(PAIRS):
        parser.error(f"PAIR must be one of {', '.join(PAIRS)}; received {', '.join(unknown)}.")
    folder = arguments.folder
    try:
        check_places({"folder": [folder / "worlds.png"]})
        make_folder(folder)
    except FileError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    for pair in arguments.pairs or PAIRS:
        few_colours(same_layout(pair)).save(folder / f"worlds_{pair}.png", optimize=True)
        sheet = few_colours(contact_sheet(pair), 192)
        sheet.save(folder / f"worlds_{pair}_maps.png", optimize=True)
        first, *rest = scrolling(pair)
        path = folder / f"worlds_{pair}.gif"
        first.save(path, save_all=True, append_images=rest, duration=70, loop=0)
    if not arguments.pairs:
        bold().save(folder / "worlds_bold.jpg", quality=86, optimize=True)


if __name__ == "__main__":
    main()
