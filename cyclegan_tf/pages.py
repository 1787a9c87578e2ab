"""HTML pages of pictures: before and after with a slider, and rows of pictures under headings.

Each page is one file that loads nothing from elsewhere, and can be moved with its pictures.
"""

import html
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.files import write_text
from data_pipeline.files import atomic_file

SHOWN = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")  # what every browser shows
Row = list[tuple[str, str]]  # (caption, file name of a picture) from left to right
Section = tuple[str, str, list[Row]]  # heading, text, rows


def write_slider_page(
    path: str | os.PathLike,
    pairs: Iterable[tuple[str | os.PathLike, str | os.PathLike]],
    title: str = "Before and after",
) -> None:
    """Writes a page with a slider for every pair of pictures.

    The page can be moved together with its folder: pictures from elsewhere, or in formats that
    browsers don't show, are copied to `before/` and `after/` beside it.

    Args:
        path: Path of the page.
        pairs: Paths of the pictures before and after.
        title: Heading of the page.

    Raises:
        ImageError: A picture can't be read or copied.
        FileError: The page can't be written.
    """
    path, pairs = Path(path), list(pairs)
    names = [
        [
            _beside(path, file, f"{kind}/{i + 1}")
            for kind, file in zip(("before", "after"), pair, strict=True)
        ]
        for i, pair in enumerate(pairs)
    ]
    parts = []
    for (before, after), (_, output) in zip(names, pairs, strict=True):
        with Image.open(output) as image:
            width, height = image.size
        caption = html.escape(Path(output).stem)
        parts.append(
            f"<figure><figcaption>{caption}</figcaption>"
            f'<div class="pair" style="aspect-ratio:{width}/{height}">'
            f'<img src="{before}" alt="{caption}, before">'
            f'<img src="{after}" alt="{caption}, after">'
            f'<input type="range" min="0" max="100" step="0.1" value="50" aria-label="{caption}">'
            "</div></figure>"
        )
    page = _SLIDER_PAGE.replace("TITLE", html.escape(title)).replace("BODY", "\n".join(parts))
    write_text(path, page)


def _beside(page, file, name):
    """Returns the address of a picture from the page, copying it to `name` where needed."""
    file, folder = Path(file).resolve(), page.parent.resolve()
    if folder not in file.parents or file.suffix.lower() not in SHOWN:
        shown = file.suffix.lower() in SHOWN
        copy = folder / f"{name}{file.suffix.lower() if shown else '.png'}"
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            if shown:
                with atomic_file(copy) as partial:
                    shutil.copyfile(file, partial)
            else:
                images.write_image(copy, images.read_image(file))
        except OSError as error:
            raise ImageError(f"{copy} cannot be written: {error}.") from error
        file = copy
    return quote(os.path.relpath(file, folder).replace(os.sep, "/"))


_SLIDER_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>TITLE</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1180px; padding: 0 1rem;
       color: #222; background: #fafaf7 }
figure { margin: 0 0 2rem } figcaption { font-size: .85rem; color: #666 }
.pair { position: relative; --cut: 50%; border-radius: 6px; overflow: hidden }
.pair img { position: absolute; inset: 0; width: 100%; height: 100% }
.pair img + img { clip-path: inset(0 0 0 var(--cut)) }
.pair::after { content: ""; position: absolute; inset: 0 auto 0 var(--cut); width: 2px;
               background: #fff; box-shadow: 0 0 3px #000; pointer-events: none }
.pair input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0;
              cursor: ew-resize }
.pair:focus-within { outline: 2px solid #36c }
</style>
<h1>TITLE</h1><p>Drag across a picture: before on the left, after on the right.</p>
BODY
<script>
for (const input of document.querySelectorAll(".pair input"))
  input.addEventListener("input", () =>
    input.parentElement.style.setProperty("--cut", input.value + "%"));
</script>
</html>
"""


def write_page(
    path: str | os.PathLike, title: str, introduction: str, sections: Iterable[Section]
) -> None:
    """Writes an HTML page of pictures that lie beside it.

    Args:
        path: Path of the page.
        title: Heading of the page.
        introduction: A paragraph of plain text.
        sections: `(heading, text, rows)`. A row is a list of `(caption, file)`; files are named
            relative to the page.

    Raises:
        FileError: The page can't be written.
    """
    parts = []
    for heading, text, rows in sections:
        parts.append(f"<section><h2>{html.escape(heading)}</h2><p>{html.escape(text)}</p>")
        parts += [_row(row) for row in rows]
        parts.append("</section>")
    page = _PICTURE_PAGE.replace("TITLE", html.escape(title))
    page = page.replace("INTRODUCTION", html.escape(introduction)).replace("BODY", "\n".join(parts))
    write_text(path, page)


def _row(row):
    cells = [
        f'<figure><img src="{html.escape(file)}" alt="{html.escape(caption)}">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for caption, file in row
    ]
    return f'<div class="row">{"".join(cells)}</div>'


_PICTURE_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>TITLE</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1180px; padding: 0 1rem;
       color: #222; background: #fafaf7; }
h1 { margin-bottom: .2rem } h2 { margin: 2.5rem 0 .2rem } p { margin: .2rem 0 1rem; color: #555 }
.row { display: flex; flex-wrap: wrap; gap: 12px; margin-bottom: 22px; align-items: flex-start }
figure { margin: 0; flex: 1 1 340px } figcaption { font-size: .8rem; color: #666 }
img[src$=".gif"] { max-width: 640px }
img { width: 100%; border-radius: 6px; display: block; box-shadow: 0 1px 4px #0003 }
</style>
<h1>TITLE</h1><p>INTRODUCTION</p>
BODY
</html>
"""
