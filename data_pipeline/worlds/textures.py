"""Texture functions of the plane: noise, strata, grain, cells, scales, caustics. All in [0, 1].

Coordinates are full-scale pixels, so a texture looks the same at every scale and only loses the
detail that is finer than a pixel. `x` is (1, n), `y` is (m, 1) and results are float (m, n), unless
a function says that it takes full grids. Lattice points are hashed as integers: no stored tables.

Arguments that several functions share: `seed` says which texture of its kind; `wrap` is the period
(horizontal, vertical) in pixels with which it repeats exactly, None where it doesn't repeat;
`scale` is the number of pixels per full-scale pixel that it is drawn at.
"""

import numpy as np

Period = tuple[float | None, float | None]
_U = np.uint32


def hash01(ix: np.ndarray, iy: np.ndarray, seed: int) -> np.ndarray:
    """Hashes integer lattice points to float32 in [0, 1), of the broadcast shape of both."""
    with np.errstate(over="ignore"):  # NumPy warns when a lone number wraps around, as is meant
        h = np.asarray(ix).astype(np.int64).astype(_U) * _U(0x9E3779B1)
        h = h ^ (np.asarray(iy).astype(np.int64).astype(_U) * _U(0x85EBCA77))
        h = h ^ _U(seed * 0xC2B2AE3D & 0xFFFFFFFF)
        for shift, factor in ((15, 0x2C1B3C6D), (12, 0x297A2D39)):
            h = (h ^ (h >> _U(shift))) * _U(factor)
        return ((h ^ (h >> _U(15))) >> _U(8)).astype(np.float32) * np.float32(2.0**-24)


def _lattice(
    v: np.ndarray, cell: float, wrap: float | None
) -> tuple[np.ndarray, int | None, np.ndarray]:
    """Lattice index left of each `v`, cells in a period, and smoothed fraction in the cell."""
    if wrap:
        cell = wrap / max(1, round(wrap / cell))  # a whole number of cells in the period
    u = v.ravel() / cell
    i = np.floor(u).astype(np.int64)
    f = (u - i).astype(np.float32)
    return i, None if not wrap else max(1, round(wrap / cell)), f * f * (3 - 2 * f)


def noise(
    x: np.ndarray, y: np.ndarray, cell: float, seed: int, wrap: Period = (None, None)
) -> np.ndarray:
    """Value noise with blobs of about `cell` pixels. Grid axes only: x (1, n), y (m, 1).

    Separable interpolation of a small lattice: two gathers a pixel instead of four hashes.
    """
    ix, nx, fx = _lattice(x, cell, wrap[0])
    iy, ny, fy = _lattice(y, cell, wrap[1])
    gx = np.arange(ix.min(), ix.max() + 2)
    gy = np.arange(iy.min(), iy.max() + 2)
    table = hash01((gx % nx if nx else gx)[None], (gy % ny if ny else gy)[:, None], seed)
    rows = table[iy - gy[0]] * (1 - fy[:, None]) + table[iy - gy[0] + 1] * fy[:, None]
    return rows[:, ix - gx[0]] * (1 - fx) + rows[:, ix - gx[0] + 1] * fx


def fbm(
    x: np.ndarray,
    y: np.ndarray,
    cell: float,
    seed: int,
    octaves: int = 3,
    wrap: Period = (None, None),
    scale: float = 1.0,
) -> np.ndarray:
    """Fractal noise: octaves of `noise`, each half as large and half as strong.

    Octaves finer than 1.2 px at this `scale` are left out: they'd be grain, not detail.
    """
    total, weight, norm = noise(x, y, cell, seed, wrap), 1.0, 1.0
    for k in range(1, octaves):
        weight, cell = weight * 0.5, cell * 0.5
        if cell * scale < 1.2:
            break
        total = total + weight * noise(x, y, cell, seed + 101 * k, wrap)
        norm += weight
    return total / norm


def strata(
    x: np.ndarray,
    y: np.ndarray,
    thickness: float,
    seed: int,
    wrap: Period = (None, None),
    scale: float = 1.0,
) -> np.ndarray:
    """Layers of stone, wavy and of unlike brightness, with a crisp seam between two of them."""
    bent = y + thickness * 1.4 * (noise(x, y, 120, seed, wrap) - 0.5)
    band = bent / thickness
    count = round(wrap[1] / thickness) if wrap[1] else 1 << 20
    i = np.floor(band)
    tone = hash01((i % count).astype(np.int64), np.zeros(1, np.int64), seed + 7)
    seam = np.clip((band - i) * thickness * scale - 0.2, 0.35, 1.0)
    return tone * seam


def grain(
    x: np.ndarray,
    y: np.ndarray,
    length: float,
    width: float,
    seed: int,
    wrap: Period = (None, None),
    scale: float = 1.0,
) -> np.ndarray:
    """Fibres of wood or bark along y: noise stretched to `length`, two octaves across."""
    ratio = width / length
    squeezed = (wrap[0], wrap[1] * ratio if wrap[1] else None)
    coarse = noise(x, y * ratio, width, seed, squeezed)
    if width * scale * 0.5 < 1.0:
        return coarse
    return 0.6 * coarse + 0.4 * noise(x, y * ratio, width / 2, seed + 5, squeezed)


def cells(
    x: np.ndarray, y: np.ndarray, size: float, seed: int, wrap: Period = (None, None)
) -> tuple[np.ndarray, np.ndarray]:
    """Rounded cells of about `size` pixels, like cobbles, scutes or foam.

    Args:
        x: Grid axis or full grid.
        y: Grid axis or full grid.
        size: Distance of two cells, in pixels.
        seed: Which cells.
        wrap: Period, a multiple of `size`.

    Returns:
        (edge, tone): `edge` is 0 on the seam and grows to 1 inside; `tone` is a random tint per
        cell.
    """
    u, v = np.broadcast_arrays(x / size, y / size)
    iu, iv = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    nu = max(1, round(wrap[0] / size)) if wrap[0] else 1 << 30
    nv = max(1, round(wrap[1] / size)) if wrap[1] else 1 << 30
    first = np.full(u.shape, 9.0, np.float32)
    second, tone = first.copy(), np.zeros(u.shape, np.float32)
    for dv in (-1, 0, 1):
        for du in (-1, 0, 1):
            cu, cv = iu + du, iv + dv
            px = cu + 0.15 + 0.7 * hash01(cu % nu, cv % nv, seed)
            py = cv + 0.15 + 0.7 * hash01(cu % nu, cv % nv, seed + 1)
            dist = np.hypot(u - px, v - py).astype(np.float32)
            nearer = dist < first
            second = np.where(nearer, first, np.minimum(second, dist))
            tone = np.where(nearer, hash01(cu % nu, cv % nv, seed + 2), tone)
            first = np.where(nearer, dist, first)
    return np.clip((second - first) * 1.8, 0, 1), tone


def caustics(
    x: np.ndarray, y: np.ndarray, size: float, seed: int, wrap: Period = (None, None)
) -> np.ndarray:
    """The net of light that waves throw on the sea floor: thin bright seams of warped cells."""
    bend = size * 0.5
    wx = x + bend * (noise(x, y, size, seed + 11, wrap) - 0.5)
    wy = y + bend * (noise(x, y, size, seed + 12, wrap) - 0.5)
    edge, _ = cells(wx, wy, size, seed, wrap)
    return (1 - edge) ** 5


def shingles(
    x: np.ndarray, y: np.ndarray, width: float, height: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of round-ended tiles or fish scales, every other row shifted by half a tile.

    Returns:
        (edge, tone): `edge` is 0 at a tile's lower rim and 1 at its top; `tone` is a random tint
        per tile.
    """
    row = np.floor(y / height)
    u = x / width + 0.5 * (row % 2)
    col = np.floor(u)
    du, dv = 2 * (u - col) - 1, y / height - row  # du in [-1, 1] across, dv in [0, 1] down
    below = dv > 1 - 0.45 * du * du  # the corner belongs to the tile in the next row
    side = np.where(du > 0, 0.5, -0.5)
    tone_col = np.where(below, np.floor(u + 0.5 + 0.0 * side), col)
    tone = hash01(tone_col.astype(np.int64), np.where(below, row + 1, row).astype(np.int64), seed)
    drop = np.where(below, 1.0, 1 - dv + 0.25 * (1 - du * du) * (dv > 0.6))
    return np.clip(drop, 0, 1), tone


def bricks(
    x: np.ndarray,
    y: np.ndarray,
    width: float,
    height: float,
    seed: int,
    mortar: float = 4.0,
    wrap: Period = (None, None),
) -> tuple[np.ndarray, np.ndarray]:
    """Bricks in running bond, with seams of `mortar` pixels between them.

    Returns:
        (edge, tone): `edge` is 0 in the mortar and 1 on a brick; `tone` is a random tint per brick.
    """
    row = np.floor(y / height)
    u = x / width + 0.5 * (row % 2)
    col = np.floor(u)
    gap = np.minimum(np.minimum(u - col, 1 - (u - col)) * width,
                     np.minimum(y - row * height, (row + 1) * height - y))  # fmt: skip
    across = round(wrap[0] / width) if wrap[0] else 1 << 30
    down = round(wrap[1] / height) if wrap[1] else 1 << 30
    tone = hash01(col.astype(np.int64) % across, row.astype(np.int64) % down, seed)
    return np.clip((gap - mortar / 2) / 2 + 0.5, 0, 1), tone
