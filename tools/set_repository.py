"""Writes the repository's address everywhere: `python tools/set_repository.py OWNER/NAME`.

`project.urls` in pyproject.toml has the one that stands there now.
"""

import argparse
import re
import subprocess
import tomllib
from pathlib import Path

HOST = "https://github.com/"
FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")


def main() -> None:
    """Replaces it in all files that git knows, and prints which those are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("new", metavar="OWNER/NAME", help="of the repository on GitHub")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    arguments = parser.parse_args()
    new = arguments.new.removeprefix(HOST).removesuffix("/").removesuffix(".git")
    if not FORM.fullmatch(new):
        parser.error(f"OWNER/NAME must look like octocat/cyclegan_tf; received {arguments.new!r}")
    for path in set_repository(arguments.root, new):
        print(path)


def set_repository(root: Path, new: str) -> list[Path]:
    """Replaces the repository that pyproject.toml of a checkout names.

    Args:
        root: Folder of the checkout.
        new: OWNER/NAME.

    Returns:
        The files that were changed.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    old = project["urls"]["Repository"].removeprefix(HOST)
    # A clone lies in a folder of the repository's name.
    pairs = [
        (f"{old} && cd {old.split('/')[1]}", f"{new} && cd {new.split('/')[1]}"),
        *((f"{before}{old}", f"{before}{new}") for before in ("github.com/", "/github/")),
    ]
    changed = []
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True)
    for name in listed.stdout.decode().split("\0")[:-1]:
        path = root / name
        if path.is_symlink() or not path.is_file() or b"\0" in (content := path.read_bytes()):
            continue
        text = content
        for before, after in pairs:
            text = text.replace(before.encode(), after.encode())
        if text != content:
            path.write_bytes(text)
            changed.append(path)
    return changed


if __name__ == "__main__":
    main()
