"""Runs the commands of README and docs/start.md in a fresh copy: `python tools/run_docs.py FOLDER`.

Slow, for a release: it installs, trains and translates. `--venv .venv` spares the installation.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from doc_blocks import ROOT, Piece, command_lines, commands, pieces

PROGRAMS = ("cyclegan-tf", "make", "pip", "python", "git", "unzip")
# What the pages take for granted.
GIVEN = (
    "cyclegan-tf worlds meadow2forest --out given --maps 8 --scale 0.4 --scroll-frames 0",
    "mkdir my_maps && mv given/trainA my_maps/meadow && mv given/trainB my_maps/forest",
    "cp my_maps/meadow/$(ls my_maps/meadow | head -1) map.png",
    'cyclegan-tf video meadow2forest_small "world:meadow2forest?frames=4&scale=0.2&height=96'
    '&width=128&path=pan" --out clip.mp4',
)


def main() -> None:
    """Runs all commands, each for a limited time, and prints a line about each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="new folder for the copy")
    parser.add_argument("--pages", nargs="+", default=["README.md", "docs/start.md"])
    parser.add_argument("--limit-minutes", type=float, default=15.0, help="of one command")
    parser.add_argument("--total-minutes", type=float, default=120.0, help="of all commands")
    parser.add_argument("--venv", type=Path, help="use this environment, and install nothing")
    parser.add_argument(
        "--skip", nargs="*", default=[], metavar="TEXT", help="leave lines with it out"
    )
    options = parser.parse_args()
    copy(options.folder, options.venv)
    end = time.monotonic() + 60 * options.total_minutes
    failed = 0
    lines = [("given", line) for line in GIVEN]
    for page in options.pages:
        lines += [(p.place, line) for p in pieces(ROOT / page) for line in runnable(p)]
    for place, line in once_each(lines):
        seconds = min(60 * options.limit_minutes, end - time.monotonic())
        why = reason_to_skip(line, options)
        if why or seconds <= 0:
            print(f"skipped  {place}: {line} ({why or 'no time left'})", flush=True)
            continue
        start = time.monotonic()
        outcome, tail = run(line, options.folder, seconds)
        failed += outcome == "FAILED"
        print(f"{outcome:8} {place}: {line} ({time.monotonic() - start:.0f} s)", flush=True)
        if outcome == "FAILED":
            print(tail, flush=True)
    sys.exit(1 if failed else 0)


def copy(folder: Path, venv: Path | None) -> None:
    """Copies the files that git doesn't ignore to a new folder, with a link to an environment."""
    kinds = ("--cached", "--others", "--exclude-standard")
    listed = subprocess.run(
        ["git", "ls-files", "-z", *kinds], cwd=ROOT, check=True, capture_output=True
    )
    folder.mkdir(parents=True)
    for name in listed.stdout.decode().split("\0")[:-1]:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    if venv is not None:
        (folder / ".venv").symlink_to(venv.resolve())
        for name in ("requirements.lock", "requirements.txt", "pyproject.toml"):
            os.utime(folder / name, (0, 0))  # older than the environment, for make


def runnable(piece: Piece) -> list[str]:
    """Returns the lines of a block that are commands, not lists of files."""
    if piece.kind != "indented":
        return []
    lines = [(line, commands(line)) for line in command_lines(piece.text)]
    return [line for line, words in lines if words and Path(words[0][0]).name in PROGRAMS]


def once_each(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Returns the lines without those that stand on another page already, however spelt."""
    seen = {}
    for place, line in lines:
        words = [[Path(first).name, *rest] for first, *rest in commands(line)]
        seen.setdefault(str(words), (place, line))
    return list(seen.values())


def reason_to_skip(line: str, options: argparse.Namespace) -> str | None:
    """Returns why a line isn't run, or None."""
    if "/OWNER/" in line:
        return "no address yet, see tools/set_repository.py"
    if options.venv is not None and ("pip install" in line or "make setup" in line):
        return "--venv"
    return next((f"--skip {text}" for text in options.skip if text in line), None)


def run(line: str, folder: Path, seconds: float) -> tuple[str, str]:
    """Runs a line in a shell.

    Args:
        line: Of a page.
        folder: Where.
        seconds: After these it gets SIGTERM, by which training saves a checkpoint; a minute and
            a half later SIGKILL.

    Returns:
        "ok", "stopped" or "FAILED", and the end of its output.
    """
    bin_folder = folder.resolve() / ".venv" / "bin"
    environment = os.environ | {
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder.resolve()),  # an environment may have another copy
    }
    process = subprocess.Popen(
        ["bash", "-c", line], cwd=folder, env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            output, _ = process.communicate(timeout=90)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        return "stopped", output[-2000:]
    return ("FAILED" if process.returncode else "ok"), output[-2000:]


if __name__ == "__main__":
    main()
