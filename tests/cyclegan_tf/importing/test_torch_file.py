"""Reading `.pth` files: without PyTorch in one line; with it, tensors and nothing else."""

import sys

import numpy as np
import pytest

from cyclegan_tf.errors import RunError
from cyclegan_tf.importing.torch_file import read_state_dict


def test_without_pytorch_the_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it now raises an ImportError
    file = tmp_path / "latest_net_G_A.pth"
    file.write_bytes(b"anything")
    with pytest.raises(RunError, match=r"G_A\.pth is a file of PyTorch, .* pip install torch$"):
        read_state_dict(file)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(RunError, match=r"none\.pth cannot be read: .*No such file"):
        read_state_dict(tmp_path / "none.pth")


class Code:
    def __reduce__(self):
        return (print, ("this ran",))


def test_tensors_are_read_and_nothing_else_is(tmp_path, capsys):
    torch = pytest.importorskip(
        "torch", reason="PyTorch is not installed, so no .pth file was read: pip install torch"
    )
    file = tmp_path / "x.pth"
    for new in (True, False):  # both formats that PyTorch has had
        state = {"a": torch.ones(2, 3, dtype=torch.float16), "b": torch.tensor(4)}
        torch.save(state, file, _use_new_zipfile_serialization=new)
        read = read_state_dict(file)
        assert read["a"].dtype == np.float32 and read["a"].shape == (2, 3) and read["b"] == 4
    for wrong, text in [
        (Code(), "holds no state_dict of tensors that can be read without running code"),
        ({"epoch": 3, "model": {}}, "must hold a state_dict, .* it holds epoch, model"),
        ({"a": torch.ones(1).expand(10**6, 10**6)}, "claims more values than the file has bytes"),
    ]:
        torch.save(wrong, file)
        with pytest.raises(RunError, match=text):
            read_state_dict(file)
    file.write_bytes(b"PK damaged")
    with pytest.raises(RunError, match="holds no state_dict"):
        read_state_dict(file)
    assert "this ran" not in capsys.readouterr().out
