"""Rows written are rows read, in memory as in a file, also after others were given up."""

import numpy as np
import pytest

from cyclegan_tf.translation.strips import kept_rows
from cyclegan_tf.translation.strips.kept_rows import KeptRows


@pytest.mark.parametrize("on_disk", [False, True], ids=["memory", "file"])
def test_what_is_written_is_read(on_disk, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_rows, "PIECE_BYTES", 4096)  # one page: the least that can go back
    rows = np.random.default_rng(0).normal(size=(64, 8, 16)).astype("f")  # 512 bytes a row
    kept = KeptRows(rows.shape, tmp_path if on_disk else None)
    kept.write(32, rows[32:])
    kept.write(0, rows[:32, ::-1])  # not contiguous
    np.testing.assert_array_equal(kept[0:32], rows[:32, ::-1])
    kept.give_up(39)
    np.testing.assert_array_equal(kept[39:64], rows[39:])
    kept.write(40, rows[:8])
    np.testing.assert_array_equal(kept[40:48], rows[:8])
    assert not list(tmp_path.iterdir())
