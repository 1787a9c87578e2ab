"""What an evaluation says in plain sentences: how good, compared with what, what to try next."""

from collections.abc import Iterator
from typing import Any

from cyclegan_tf.runs.trouble import INVERTED

#: Measures that tell how good, the most telling first, and what they are in a sentence.
_HOW_GOOD = {
    "segmentation_iou": "how well a segmenter recognises what is drawn",
    "kid_inception_64": "how far from real maps InceptionV3 sees it",
    "two_sample_64": "how surely a network tells it from real maps",
    "patch_kid": "how far its textures are from those of real maps",
}
_PERFECT = {"two_sample_64": 0.5}  # where no column says it
_TIMID = 0.6  # of the edges that true pairs lose
_MESH = 2.0  # times that of real maps


def verdict(result: dict[str, Any]) -> str:
    """Says how good translations are, compared with what, and what to try next.

    Args:
        result: What `evaluate` returned.

    Returns:
        A paragraph for each direction, which goes by the most telling measure that was taken.
    """
    parts = result["directions"].items()
    return "\n".join(f"{way}: {' '.join(_sentences(part['scores']))}" for way, part in parts)


def _sentences(scores: dict[str, dict[str, Any]]) -> Iterator[str]:
    taken = [name for name in _HOW_GOOD if scores.get(name, {}).get("value") is not None]
    name = taken[0] if taken else None
    if name is None:
        yield "nothing was measured that says how good it is; look at the pictures."
    else:
        yield _how_good(name, scores[name])
    faults = list(_faults(scores))
    yield from faults
    if not faults:
        yield (
            "No single fault stands out. Training longer (--init-from) is what usually helps; then "
            "look at the pictures."
        )


def _how_good(name: str, score: dict[str, Any]) -> str:
    value, start = score["value"], score["input"]
    best = _PERFECT.get(name, score["real"])
    text = f"{name} {value:.3g} ({_HOW_GOOD[name]})"
    if start is None or best is None or abs(start - best) < 1e-9:
        return f"{text}."
    share = (value - start) / (best - start)
    compared = f"untouched pictures have {start:.3g}, real ones {best:.3g}"
    if share < 0:
        return f"{text}; {compared}: worse than doing nothing."
    return f"{text}; {compared}: {min(share, 1.0):.0%} of the way."


def _faults(scores: dict[str, dict[str, Any]]) -> Iterator[str]:
    def value(name: str, key: str = "value") -> float | None:
        return scores.get(name, {}).get(key)

    luminance = value("luminance_correlation")
    if luminance is not None and luminance < INVERTED:
        yield (
            "Light and dark are swapped: train anew with an identity loss (--identity-weight 5), "
            "and another --seed."
        )
    mesh, real_mesh = value("checkerboard"), value("checkerboard", "real")
    if mesh is not None and real_mesh and mesh > _MESH * real_mesh:
        yield (
            f"A mesh of {mesh:.2g} gray levels, {mesh / real_mesh:.1f} times that of real maps: "
            "train longer with a falling learning rate."
        )
    colour, real_colour = value("colour"), value("colour", "real")
    if colour is not None and real_colour is not None and colour > 2 * real_colour + 3:
        yield (
            f"Colours are off by {colour:.1f} Lab units (real maps among themselves: "
            f"{real_colour:.1f}): train longer, and see whether both folders show the same things."
        )
    gone, real_gone = value("edges_gone"), value("edges_gone", "real")
    if gone is not None and real_gone and gone < _TIMID * real_gone:
        yield (
            f"Timid: {gone:.0%} of the edges were redrawn, true pairs redraw {real_gone:.0%}. "
            "Train longer, or without identity loss (--identity-weight 0)."
        )
