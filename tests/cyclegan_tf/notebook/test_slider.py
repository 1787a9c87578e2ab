"""The slider: both pictures in it, at the width that there is, and nothing from outside."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.notebook import slider


def test_both_pictures_are_in_it():
    before, after = (np.full((8, 12, 3), value, np.uint8) for value in (40, 200))
    text = slider(before, after, title='AFTER a "map" <b>').data
    addresses = re.findall('src="data:image/jpeg;base64,(.*?)"', text)
    shown = [np.asarray(Image.open(io.BytesIO(base64.b64decode(a)))) for a in addresses]
    assert [x.shape for x in shown] == [(8, 12, 3)] * 2
    assert [abs(int(x.mean()) - value) < 3 for x, value in zip(shown, (40, 200), strict=True)]
    assert "width:100%;max-width:12px;aspect-ratio:12/8" in text  # else it has no width at all
    assert "AFTER a &quot;map&quot; &lt;b&gt;" in text and "http" not in text


def test_other_sizes_are_refused():
    with pytest.raises(ValueError, match="must have one size; received 12x8 and 12x9"):
        slider(np.zeros((8, 12, 3), np.uint8), np.zeros((9, 12, 3), np.uint8))
