"""docs/formats.md says of the generated set what is read and what is refused, and nothing else."""

import re
from pathlib import Path

import pytest
from picture_set import FORMATS, picture_set

from data_pipeline.decoding import IMAGE_SUFFIXES, read_picture
from data_pipeline.limits import Limits

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text("utf-8")


def rows(heading):
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| (.*) \|$", section, re.MULTILINE)
    return [line.split(" | ") for line in lines[2:]]


def test_what_is_read():
    lines = rows("Pictures")
    said = {(form, layout, bits) for form, layout, each in lines for bits in each.split(", ")}
    files = [(name, file) for name in FORMATS for file in picture_set(name)]
    assert said == {(name, f.layout, f.depth) for name, f in files if not f.refused}


def test_what_is_refused():
    said = {message.strip("`") for _, message in rows("Refused")}
    seen = set()
    for name in FORMATS:
        for file in picture_set(name):
            if not file.refused:
                continue
            with pytest.raises(ValueError) as caught:
                read_picture(file.content)
            fitting = {message for message in said if message in str(caught.value)}
            assert fitting, f"{file.name}: {caught.value}"
            seen |= fitting
    assert seen == said


def test_figures():
    assert " ".join(f"`{suffix}`" for suffix in IMAGE_SUFFIXES) in " ".join(PAGE.split())
    assert f"{Limits.max_pixels:,}" in PAGE
    assert 390 < sum(len(picture_set(name)) for name in FORMATS) < 420  # "400 files"
