"""Tests of data_pipeline/worlds/textures.py."""

import numpy as np
import pytest

from data_pipeline.worlds import textures

X = (np.arange(120) + 0.5)[None].astype(np.float32)
Y = (np.arange(90) + 0.5)[:, None].astype(np.float32)
WRAP = (120, 60)


def test_hash_is_uniform_and_pinned():
    values = textures.hash01(np.arange(200)[None], np.arange(200)[:, None], 7)
    counts = np.histogram(values, bins=10, range=(0, 1))[0]
    assert values.min() >= 0 and values.max() < 1
    assert counts.min() > 3700 and counts.max() < 4300  # 4000 each; 5 standard deviations
    # Neighbours don't know of each other.
    assert abs(np.corrcoef(values[:, :-1].ravel(), values[:, 1:].ravel())[0, 1]) < 0.02


def test_noise_equals_its_definition():
    """Bilinear interpolation of hashed corners with the fade 3t^2 - 2t^3, one pixel at a time."""
    cell, seed, x, y = 16.0, 3, 37.5, 61.5
    u, v = x / cell, y / cell
    i, j = int(u), int(v)
    fade = [t * t * (3 - 2 * t) for t in (u - i, v - j)]

    def corner(dx, dy):
        return textures.hash01(np.array(i + dx), np.array(j + dy), seed)

    top = corner(0, 0) * (1 - fade[0]) + corner(1, 0) * fade[0]
    low = corner(0, 1) * (1 - fade[0]) + corner(1, 1) * fade[0]
    want = top * (1 - fade[1]) + low * fade[1]
    got = textures.noise(np.array([[x]], np.float32), np.array([[y]], np.float32), cell, seed)
    assert got[0, 0] == pytest.approx(want, abs=1e-6)


@pytest.mark.parametrize("make", [
    lambda x, y: textures.noise(x, y, 13, 5, WRAP),
    lambda x, y: textures.fbm(x, y, 30, 5, 4, WRAP),
    lambda x, y: textures.strata(x, y, 10, 5, WRAP),
    lambda x, y: textures.grain(x, y, 30, 12, 5, WRAP),
    lambda x, y: textures.cells(x, y, 20, 5, WRAP)[0],
    lambda x, y: textures.caustics(x, y, 20, 5, WRAP),
])  # fmt: skip
def test_textures_repeat_with_their_period(make):
    here = make(X, Y)
    there = make(X + WRAP[0], Y + WRAP[1])
    np.testing.assert_allclose(here, there, atol=2e-3)
    assert here.std() > 0.02 and here.min() >= 0 and here.max() <= 1


def test_finer_octaves_are_left_out_when_small():
    full = textures.fbm(X, Y, 8, 1, 4, scale=1.0)
    small = textures.fbm(X, Y, 8, 1, 4, scale=0.1)
    np.testing.assert_array_equal(small, textures.noise(X, Y, 8, 1))
    assert np.abs(np.diff(full, 2)).mean() > 1.5 * np.abs(np.diff(small, 2)).mean()
