"""What this project and a second decoder read of a file, against what is known of it."""

from dataclasses import dataclass

import numpy as np

from data_pipeline.decoding import read_picture
from picture_set import second


@dataclass(frozen=True)
class Comparison:
    """Of one file.

    Attributes:
        file: The `PictureFile`.
        ours: "exact", "within N", "refused: REASON", or "WRONG ...".
        deep: The same with `deep=True`.
        second: Likewise of the second decoder; "fails: REASON" where it can't read it.
        verdict: "agree", "refused", "ours is right: WHY", or "FAULT".
    """

    file: object
    ours: str
    deep: str
    second: str
    verdict: str


def compare(file):
    ours = _read(file, lambda: read_picture(file.content).pixels, _of_ours(file, False))
    deep = _read(file, lambda: read_picture(file.content, deep=True).pixels, _of_ours(file, True))
    stored = None if file.truth is None else file.stored_8
    other = _read(file, lambda: second.decode(file.content, file.suffix), stored)
    right = all(_is_right(file, text) for text in (ours, deep))
    if file.deep_refused and file.deep_refused in deep and _is_right(file, ours):
        right = True
    if not right:
        verdict = "FAULT"
    elif file.refused:
        verdict = "refused"
    elif file.second:
        verdict = f"ours is right: {file.second}"
    else:
        verdict = "agree" if other.startswith(("exact", "within")) else "FAULT"
    return Comparison(file, ours, deep, other.replace("refused", "fails"), verdict)


def _of_ours(file, deep):
    if file.truth is None:
        return None
    return file.upright if deep and file.deep else file.upright_8


def _is_right(file, text):
    if file.refused:
        return text.startswith("refused") and file.refused in text
    return text.startswith(("exact", "within"))


def _read(file, decode, truth):
    try:
        pixels = decode()
    except Exception as error:  # FFmpeg's have many classes.
        return f"refused: {error}"
    if truth is None:
        return "WRONG: is read"
    if pixels.dtype != truth.dtype:
        return f"WRONG dtype {pixels.dtype}"
    truth, pixels = _with_alpha(truth), _with_alpha(pixels)
    if pixels.shape != truth.shape:
        return f"WRONG shape {pixels.shape}"
    difference = int(np.abs(truth.astype(int) - pixels).max())
    bar = file.tolerance * (257 if truth.dtype == np.uint16 else 1)
    if difference > bar:
        return f"WRONG by {difference}"
    return f"within {difference}" if difference else "exact"


def _with_alpha(pixels):
    """RGBA, opaque where there was no alpha, black where nothing can be seen."""
    if pixels.shape[-1] == 3:
        opaque = np.full((*pixels.shape[:2], 1), np.iinfo(pixels.dtype).max, pixels.dtype)
        return np.concatenate([pixels, opaque], axis=-1)
    return np.where(pixels[..., 3:] == 0, 0, pixels)
