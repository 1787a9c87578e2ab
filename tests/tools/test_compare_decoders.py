"""The script that compares decoders, on the formats whose files are quickly made."""

import compare_decoders


def test_files_are_written_and_compared(tmp_path, capsys):
    assert compare_decoders.main(str(tmp_path), ["GIF", "BMP"]) == 0
    lines = capsys.readouterr().out.splitlines()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == len(lines) - 3 > 50  # without the head, a blank line and the sum
    assert lines[-1].startswith(f"{len(files)} files: {{'agree': ")
    (line,) = [line for line in lines if "RLE cut off" in line]
    assert line.startswith("BMP") and line.endswith("refused")


def test_a_fault_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("picture_set.compare.read_picture", lambda content, deep=False: 1 / 0)
    assert compare_decoders.main(str(tmp_path), ["GIF"]) == 1
    assert "FAULT" in capsys.readouterr().out
