"""JSON of strangers: whatever is wrong with it is a ValueError of one line."""

import pytest

from data_pipeline.json_files import parse_json, read_json_object


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"{", b"\xff\xfe\xfa", b"[" * 100_000, b'{"a":' * 100_000),
        *(b"NaN", b'{"a": -Infinity}', b"[1e999]", b"9" * 5000, b"-" + b"9" * 30),
    ],
)
def test_what_is_no_json_is_refused(text, tmp_path):
    with pytest.raises(ValueError) as error:
        parse_json(text)
    assert str(error.value) and "\n" not in str(error.value)
    (tmp_path / "x.json").write_bytes(text)
    with pytest.raises(ValueError):
        read_json_object(tmp_path / "x.json")


def test_numbers_come_back():
    assert parse_json("[-9223372036854775808, 9223372036854775807, 1.5e300, true, null]") == [
        *(-(2**63), 2**63 - 1, 1.5e300, True, None)
    ]


@pytest.mark.parametrize("text", ["[]", "3", "null", '"text"'])
def test_file_without_an_object_is_refused(text, tmp_path):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ValueError, match=r"^it holds no object \{...\}$"):
        read_json_object(tmp_path / "x.json")


def test_large_file_is_refused_before_it_is_read(tmp_path):
    with open(tmp_path / "x.json", "wb") as file:
        file.truncate(2**40)  # which takes no room on the disk
    with pytest.raises(ValueError, match="^it has more than 4194304 bytes$"):
        read_json_object(tmp_path / "x.json")
