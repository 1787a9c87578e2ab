"""The command `cyclegan-tf list`: pretrained generators, presets and built-in worlds.

From cards and settings alone, without TensorFlow.
"""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from cyclegan_tf.errors import ConfigError, suggest
from cyclegan_tf.presets import PRESETS
from cyclegan_tf.runs import pretrained
from data_pipeline.addresses import world_options
from data_pipeline.worlds.dataset import NUM_MAPS
from data_pipeline.worlds.themes import PAIRS

KINDS = ("pretrained", "presets", "worlds")
#: Of a pretrained generator, by the name in its card and the column in the table.
SCORES = {"paired_l1": "L1", "segmentation_iou": "mIoU", "edges_gone": "edges gone"}


def add_list(commands: argparse._SubParsersAction) -> None:
    """Adds the command `list`."""
    parser = commands.add_parser(
        "list",
        help="list pretrained generators, presets and built-in worlds",
        description="List what comes with the project. Scores are those of the cards, on test "
        "maps; docs/metrics.md says how to read them.",
    )
    parser.add_argument(
        "kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)} (default: all of them)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")
    parser.set_defaults(
        run_command=_list, after_interruption="nothing was written", to_save_memory="list less"
    )


def _list(arguments):
    unknown = [kind for kind in arguments.kinds if kind not in KINDS]
    if unknown:
        raise ConfigError(
            f"KIND must be one of {', '.join(KINDS)}; received {unknown[0]!r}."
            f"{suggest(unknown[0], KINDS)}"
        )
    rows = {kind: _ROWS[kind]() for kind in arguments.kinds or KINDS}
    if arguments.json:
        print(json.dumps(rows, indent=1))
    else:
        print("\n\n".join(f"{kind}\n{_table(rows[kind])}" for kind in rows))
    return 0


def pretrained_rows() -> list[dict[str, Any]]:
    """Returns a row of facts for each pretrained generator, from its card and its file."""
    rows = []
    for name in pretrained.names():
        card = pretrained.read_card(name)
        recipe = card["recipe"]
        scores = {
            label: card["scores"][measure]["value"]
            for measure, label in SCORES.items()
            if measure in card["scores"]
        }
        rows.append(
            {
                "name": name,
                "scale": world_options(recipe["data"])[1].get("scale", 1.0),
                "MB": round((pretrained.folder() / f"{name}.keras").stat().st_size / 1e6, 1),
                "filters": recipe["filters"],
                "blocks": recipe["num_residual_blocks"],
                "updates": card["updates"],
                **{label: round(value, 2) for label, value in scores.items()},
            }
        )
    return rows


def preset_rows() -> list[dict[str, Any]]:
    """Returns a row of settings for each preset."""
    return [
        {
            "name": name,
            "data": config.data or "your folders",
            "crop": config.crop_size,
            "filters": config.filters,
            "blocks": config.num_residual_blocks,
            "epochs": config.epochs,
            "identity loss": config.identity_weight,
        }
        for name, config in PRESETS.items()
    ]


def world_rows() -> list[dict[str, Any]]:
    """Returns a row for each built-in pair of worlds: its domains, and how many maps there are."""
    rows = []
    for pair, (name_a, name_b) in PAIRS.items():
        rows.append(
            {"name": pair, "A": name_a, "B": name_b, **NUM_MAPS, "pretrained": _of(name_a, name_b)}
        )
    return rows


_ROWS = {"pretrained": pretrained_rows, "presets": preset_rows, "worlds": world_rows}


def _of(name_a: str, name_b: str) -> str:
    ways = {f"{name_a}2{name_b}", f"{name_b}2{name_a}"}
    return ", ".join(sorted(ways & set(pretrained.names()))) or "none"


def _table(rows: Sequence[dict[str, Any]]) -> str:
    """Columns under their names, numbers to the right."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = []
    for name in names:
        cells = [row.get(name, "") for row in rows]
        number = all(isinstance(cell, int | float) for cell in cells if cell != "")
        texts = [name, *(f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in cells)]
        width = max(map(len, texts))
        columns.append([text.rjust(width) if number else text.ljust(width) for text in texts])
    return "\n".join("  " + "  ".join(line).rstrip() for line in zip(*columns, strict=True))
