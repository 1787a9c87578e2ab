"""The scores of an evaluation as a table to read: value, interval, what to compare with."""

from typing import Any

BETTER = {"edge_f1": "higher", "luminance_correlation": "higher", "ssim": "higher"}
BETTER |= {"segmentation_accuracy": "higher", "segmentation_iou": "higher"}
BETTER |= {"patch_kid_floor": "reference"}
BETTER |= dict.fromkeys(("edges_gone", "deep_change"), "like real")  # bold, not good or bad


def score_table(result: dict[str, Any]) -> str:
    """Lays out the scores of an evaluation.

    Args:
        result: What `evaluate` returned.

    Returns:
        Lines of text. The column `real` has the scores of real maps, `input` those of the
        untranslated input; the last column says whether lower or higher is better.
    """
    lines: list[str] = []
    for way, part in result["directions"].items():
        lines += ["", f"{way}, {part['maps']} {result['split']} maps"]
        head = ("measure", "value", "95 % interval", "real", "input", "better")
        lines.append("{:<24}{:>10}{:>20}{:>10}{:>10}  {}".format(*head))
        classes = []
        for name, score in part["scores"].items():
            if name.startswith("class_l1/"):
                if score["value"] is not None:
                    classes.append(f"{name.partition('/')[2]} {score['value']:.1f}")
                continue
            low, high = (_short(score[key]) for key in ("low", "high"))
            interval = f"{low} to {high}" if score["low"] is not None else ""
            lines.append(
                f"{name:<24}{_short(score['value']):>10}{interval:>20}{_short(score['real']):>10}"
                f"{_short(score['input']):>10}  {BETTER.get(name, 'lower')}"
            )
        if classes:
            lines.append("paired_l1 by class: " + ", ".join(classes))
        lines += [f"without {name}: {reason}" for name, reason in part["left_out"].items()]
    return "\n".join(lines[1:])


def _short(value: float | None) -> str:
    """Three digits, or nothing for None.

    >>> [_short(v) for v in (None, 0.01234, -12.345, 1234.5)]
    ['', '0.0123', '-12.3', '1234']
    """
    if value is None:
        return ""
    if abs(value) < 1:
        return f"{value:.4f}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
