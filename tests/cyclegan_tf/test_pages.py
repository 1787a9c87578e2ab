"""Pages: that they show what was asked for, and only that."""

import html.parser

import pytest
from PIL import Image

from cyclegan_tf.errors import FileError
from cyclegan_tf.pages import write_page, write_slider_page


def test_page_names_its_pictures_and_escapes_text(tmp_path):
    rows = [[("a < b & c", 'maps/"x".png'), ("second", "y.png")]]
    write_page(tmp_path / "index.html", "A & B", "Intro <script>", [("Head", "Text", rows)])
    page = (tmp_path / "index.html").read_text()
    found = {"src": [], "text": []}

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            assert tag != "script"
            found["src"] += [value for name, value in attrs if name == "src"]

        def handle_data(self, data):
            found["text"].append(data)

    Parser().feed(page)
    assert found["src"] == ['maps/"x".png', "y.png"]
    text = "".join(found["text"])
    for part in ("A & B", "Intro <script>", "Head", "Text", "a < b & c", "second"):
        assert part in text


def test_hostile_names_and_texts_become_no_tags(tmp_path):
    hostile = ['"><script>alert(1)</script>.png', "x' onerror='alert(1).png", "</style><b>&lt;.png"]
    rows = [[(text, text) for text in hostile]]
    title = "</title><script>alert(1)</script>"
    write_page(tmp_path / "index.html", title, hostile[0], [(hostile[1], hostile[2], rows)])
    tags, files, texts = set(), [], []

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.add(tag)
            assert not any(name.startswith("on") for name, _ in attrs)
            files.extend(value for name, value in attrs if name == "src")

        def handle_data(self, data):
            texts.append(data)

    Parser().feed((tmp_path / "index.html").read_text())
    assert files == hostile and not tags & {"script", "b"}
    assert {title, *hostile} <= set(texts)


@pytest.mark.parametrize("page", ["before.png", "after.png", "link.html"])
def test_slider_page_is_no_picture_of_its_own(page, tmp_path):
    for name in ("before.png", "after.png"):
        Image.new("RGB", (4, 4)).save(tmp_path / name)
    (tmp_path / "link.html").symlink_to("after.png")
    kept = (tmp_path / "after.png").read_bytes()
    with pytest.raises(FileError, match=f"{page} is an input and would be overwritten"):
        write_slider_page(tmp_path / page, [(tmp_path / "before.png", tmp_path / "after.png")])
    assert (tmp_path / "after.png").read_bytes() == kept


def test_a_second_page_has_copies_of_its_own(tmp_path):
    out = tmp_path / "out"
    for name, gray in (("a.png", 10), ("b.png", 20)):
        Image.new("RGB", (4, 4), (gray, 0, 0)).save(tmp_path / name)
    out.mkdir()
    for page, *pair in (("1.html", "a.png", "b.png"), ("2.html", "b.png", "a.png")) * 2:
        write_slider_page(out / page, [tuple(tmp_path / name for name in pair)])
    for page, name, gray in (("1.html", "before/1.png", 10), ("2.html", "before/1_2.png", 20)):
        assert f'src="{name}"' in (out / page).read_text()
        with Image.open(out / name) as image:
            assert image.getpixel((0, 0)) == (gray, 0, 0)
