"""Writes the generated set of pictures into a folder and compares what two decoders read of it.

    python tools/compare_decoders.py FOLDER [PNG TIFF ...]

Prints a line for each file: what is known of it, what this project reads, what FFmpeg reads.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import av

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "data_pipeline"))

from picture_set import FORMATS, picture_set
from picture_set.compare import compare

HEAD = ("format", "depth", "layout", "metadata", "writer", "ours", "16 bits", "FFmpeg", "verdict")
WIDTHS = (7, 9, 22, 42, 11, 14, 14, 14, 0)


def main(folder: str, formats: Sequence[str]) -> int:
    """Writes, compares and prints.

    Args:
        folder: Where the files go, in a folder for each format.
        formats: Some of FORMATS, or none for all.

    Returns:
        1 if a file is read wrongly or the decoders differ for no known reason, else 0.
    """
    av.logging.set_level(av.logging.PANIC)
    verdicts: Counter[str] = Counter()
    print(_line(HEAD))
    for name in formats or FORMATS:
        place = Path(folder, name.lower())
        place.mkdir(parents=True, exist_ok=True)
        for file in picture_set(name):
            (place / file.name).write_bytes(file.content)
            found = compare(file)
            known = (name, file.depth, file.layout, file.metadata, file.writer)
            print(_line((*known, found.ours, found.deep, found.second, found.verdict)))
            verdicts[found.verdict.split(":")[0]] += 1
    print(f"\n{sum(verdicts.values())} files: {dict(verdicts)}")
    return 1 if verdicts["FAULT"] else 0


def _line(cells: Sequence[str]) -> str:
    shown = [c if not w else c[:w].ljust(w) for c, w in zip(cells, WIDTHS, strict=True)]
    return "  ".join(shown).rstrip()


if __name__ == "__main__":
    if len(sys.argv) < 2 or set(sys.argv[2:]) - set(FORMATS):
        sys.exit(f"usage: python tools/compare_decoders.py FOLDER [{' '.join(FORMATS)}]")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
