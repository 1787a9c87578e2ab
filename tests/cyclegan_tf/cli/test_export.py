"""The command `export`: its arguments reach the function, and it says what it has written."""

import re


def test_export_writes_a_file_and_says_how_close_it_is(run, generator_file, tmp_path):
    code, out, _ = run("export", generator_file, "--format", "saved_model", "--out", tmp_path / "g")
    assert code == 0 and (tmp_path / "g" / "saved_model.pb").is_file()
    assert re.search(r"g: 0\.\d\d MB, within \d\.\de[+-]0\d of the generator", out)


def test_export_refuses_in_one_line(run, generator_file, tmp_path):
    kept = generator_file.read_bytes()
    for out, reason in (
        (generator_file, "is an input and would be overwritten. Use another --out"),
        (tmp_path / "g.pb", "a file of format onnx must end in .onnx; received"),
    ):
        code, _, error = run("export", generator_file, "--out", out)
        assert code == 2 and reason in error and error.count("\n") == 1
    assert generator_file.read_bytes() == kept
