"""Pages: that they show what was asked for, and only that."""

import html.parser

from cyclegan_tf.pages import write_page


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
