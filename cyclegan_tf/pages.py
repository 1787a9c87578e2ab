"""HTML pages of pictures: before and after with a slider, and rows of pictures under headings.

Each page is one file that loads nothing from elsewhere, and can be moved with its pictures.
"""

import html
import itertools
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from cyclegan_tf import images
from cyclegan_tf.errors import ImageError
from cyclegan_tf.files import check_places, write_text
from data_pipeline.files import atomic_file

SHOWN = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")  # what every browser shows
Row = list[tuple[str, str]]  # (caption, file name of a picture) from left to right
Section = tuple[str, str, list[Row]]  # heading, text, rows


def fill_template(template: str, parts: Mapping[str, str]) -> str:
    """Puts parts in the places `%NAME%` of a page, all at once: none is looked for in another.

    Args:
        template: The page.
        parts: What goes where, by name; HTML, so texts are escaped already.
    """
    return re.sub(r"%([A-Z]+)%", lambda found: parts[found[1]], template)


def write_slider_page(
    path: str | os.PathLike,
    pairs: Iterable[tuple[str | os.PathLike, str | os.PathLike]],
    title: str = "Before and after",
    background: str = "#ffffff",
) -> None:
    """Writes a page with a slider for every pair of pictures.

    The page can be moved together with its folder: pictures from elsewhere, or in formats that
    browsers don't show, are copied to `before/` and `after/` beside it.

    Args:
        path: Path of the page.
        pairs: Paths of the pictures before and after.
        title: Heading of the page.
        background: Colour behind transparent pixels, as "#rrggbb".

    Raises:
        ImageError: A picture can't be read or copied.
        FileError: The page can't be written, or would overwrite a picture.
    """
    path, files = Path(path), [(Path(before), Path(after)) for before, after in pairs]
    copies = _copies(path, files)
    check_places({"path": [path, *copies.values()]}, [file for pair in files for file in pair])
    for file, copy in copies.items():
        _copy_as_shown(file, copy)
    parts = []
    for pair in files:
        width, height = images.size_of(pair[1])
        before, after = (_address(path, copies.get(file, file)) for file in pair)
        caption = html.escape(pair[1].stem)
        parts.append(
            f"<figure><figcaption>{caption}</figcaption>"
            f'<div class="pair" style="aspect-ratio:{width}/{height}">'
            f'<img src="{before}" alt="{caption}, before">'
            f'<img src="{after}" alt="{caption}, after">'
            f'<input type="range" min="0" max="100" step="0.1" value="50" aria-label="{caption}">'
            "</div></figure>"
        )
    page = _SLIDER_PAGE.replace("BACKGROUND", background).replace("TITLE", html.escape(title))
    page = page.replace("BODY", "\n".join(parts))
    write_text(path, page)


def slider_copies(
    path: str | os.PathLike, pairs: Iterable[tuple[str | os.PathLike, str | os.PathLike]]
) -> list[Path]:
    """Lists the copies of pictures that `write_slider_page` makes.

    Args:
        path: Path of the page.
        pairs: Paths of the pictures before and after, which need not be there yet.
    """
    files = [(Path(before), Path(after)) for before, after in pairs]
    return list(_copies(Path(path), files).values())


def _copies(page, pairs):
    """Where the page needs copies of pictures: `{picture: copy}`.

    A file that is there already is only replaced if the page that is replaced shows it.
    """
    old = page.read_text("utf-8", errors="replace") if page.is_file() else ""
    shown_before = set(re.findall(r'src="([^"]*)"', old))
    folder, copies = page.parent.resolve(), {}
    for i, pair in enumerate(pairs):
        for kind, file in zip(("before", "after"), pair, strict=True):
            shown = file.suffix.lower() in SHOWN
            if shown and folder in file.resolve().parents:
                continue
            suffix = file.suffix.lower() if shown else ".png"
            copy = page.parent / kind / f"{i + 1}{suffix}"
            numbers = itertools.count(2)
            while os.path.lexists(copy) and _address(page, copy) not in shown_before:
                copy = copy.with_name(f"{i + 1}_{next(numbers)}{suffix}")
            copies[file] = copy
    return copies


def _copy_as_shown(file, copy):
    """Copies a picture; as PNG where browsers don't show its format."""
    try:
        if file.suffix.lower() in SHOWN:
            copy.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(copy) as partial:
                shutil.copyfile(file, partial)
        else:
            images.write_image(copy, images.read_image(file))
    except OSError as error:
        raise ImageError(f"{copy} cannot be written: {error}.") from error


def _address(page, file):
    """Returns the address of a picture as seen from the page, whatever the bytes of its name."""
    place = os.path.relpath(file.resolve(), page.parent.resolve()).replace(os.sep, "/")
    return quote(os.fsencode(place))


_SLIDER_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>TITLE</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1180px; padding: 0 1rem;
       color: #222; background: #fafaf7 }
figure { margin: 0 0 2rem } figcaption { font-size: .85rem; color: #666 }
.pair { position: relative; --cut: 50%; border-radius: 6px; overflow: hidden }
.pair img { position: absolute; inset: 0; width: 100%; height: 100%; background: BACKGROUND }
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
