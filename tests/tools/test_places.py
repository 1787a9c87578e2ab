"""Where the tools write: a place that can't be written is one line, before anything is drawn."""

import sys

import draw_architecture
import draw_worlds
import pytest
import release_checkpoints


@pytest.mark.parametrize(
    ("tool", "flag"),
    [(draw_architecture, []), (draw_worlds, []), (release_checkpoints, ["--to"])],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_file_in_the_way_is_one_line(tool, flag, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(sys, "argv", [tool.__name__, *flag, str(tmp_path / "file" / "x")])
    with pytest.raises(SystemExit) as exit_:
        tool.main()
    error = capsys.readouterr().err
    assert (exit_.value.code, error.count("\n")) == (2, 1)
    assert error.startswith(f"{tool.__name__}: ") and str(tmp_path / "file") in error
