"""The commands, Python blocks, links and anchors of Markdown pages, for tests and run_docs.py."""

import functools
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Piece:
    """A piece of a page: a block of code, a span of code, or where a link leads.

    Attributes:
        path: The page.
        line: Its line, from 1; of spans and links, that of their paragraph.
        kind: The language of a fenced block; "indented", "span" or "link".
        text: The code or the address.
    """

    path: Path
    line: int
    kind: str
    text: str

    @property
    def place(self) -> str:
        """Page and line, for messages."""
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Returns what people read: README and the like, and the pages of docs/."""
    folders = ("checkpoints", "benchmarks", "research")
    texts = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    return texts + sorted((ROOT / "docs").glob("*.md")) + [ROOT / f / "README.md" for f in folders]


def pieces(path: Path) -> list[Piece]:
    """Returns the pieces of a page in their order."""
    return list(_pieces(path, _PARSER.parse(path.read_text("utf-8"))))


def _pieces(path: Path, tokens: list[Token], line: int = 0) -> Iterator[Piece]:
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if token.type == "fence":
            yield Piece(path, line, token.info.strip() or "plain", token.content)
        elif token.type == "code_block":
            yield Piece(path, line, "indented", token.content)
        elif token.type == "code_inline":
            yield Piece(path, line, "span", token.content)
        elif token.type in ("link_open", "image"):
            yield Piece(path, line, "link", str(token.attrs.get("href", token.attrs.get("src"))))
        if token.children:
            yield from _pieces(path, token.children, line)


@functools.cache
def anchors(path: Path) -> set[str]:
    """Returns the anchors that GitHub, and Sphinx after it, give the headings of a page."""
    seen: Counter[str] = Counter()
    found = set()
    tokens = _PARSER.parse(path.read_text("utf-8"))
    for heading, content in zip(tokens, tokens[1:], strict=False):
        if heading.type != "heading_open":
            continue
        words = "".join(part.content for part in content.children or [] if part.content)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def command_lines(text: str) -> list[str]:
    """Returns the lines of a block of shell, those that go on after a backslash joined."""
    lines = re.sub(r"\\\n\s*", "", text).split("\n")
    return [line.strip().removeprefix("!") for line in lines if line.strip()]


def commands(line: str) -> list[list[str]]:
    """Returns the commands of a line as words, without comments, `&&` and variables before them.

    >>> commands("A=1 make demo && cyclegan-tf check maps &    # look")
    [['make', 'demo'], ['cyclegan-tf', 'check', 'maps']]
    """
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # a quote without its other half: no command
        return []
    found: list[list[str]] = [[]]
    for word in words:
        if word in ("&&", "&", ";", "|"):
            found.append([])
        elif found[-1] or not re.fullmatch(r"[A-Z_]+=.*", word):
            found[-1].append(word)
    return [command for command in found if command]


def is_ours(command: list[str]) -> bool:
    """Returns whether a command is `cyclegan-tf`, in any spelling."""
    return Path(command[0]).name == "cyclegan-tf" or command[1:3] == ["-m", "cyclegan_tf"]


def arguments(command: list[str]) -> list[str]:
    """Returns what follows `cyclegan-tf`, without the dots that stand for more."""
    rest = command[3:] if command[1:3] == ["-m", "cyclegan_tf"] else command[1:]
    return [word for word in rest if word != "..."]
