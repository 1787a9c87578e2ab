"""Commands, options, targets and links that the pages name: all of them exist."""

import argparse
import re
from pathlib import Path

import doc_blocks
import pytest
from doc_blocks import ROOT, arguments, command_lines, commands, is_ours

from cyclegan_tf.cli.main import _parser

PAGES = doc_blocks.pages()
PIECES = {path: doc_blocks.pieces(path) for path in PAGES}
CODE = [piece for found in PIECES.values() for piece in found if piece.kind != "link"]
SHELL = [piece for piece in CODE if piece.kind in ("indented", "sh", "bash", "plain")]
# Of other programs, and of a loss that is yet to be written.
FOREIGN = {"--user", "--load_size", "--logdir", "--padding_type", "--my-weight"}
PARSER = _parser()
COMMANDS = next(
    action.choices for action in PARSER._actions if isinstance(action, argparse._SubParsersAction)
)
TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def shell():
    return [
        (piece.place, command)
        for piece in SHELL
        for line in command_lines(piece.text)
        for command in commands(line)
    ]


def options_of(name):
    return {option for action in COMMANDS[name]._actions for option in action.option_strings}


def named_options(text):
    return re.findall(r"(?<![\w-])--[a-z][\w-]*", text)


def none(faults):
    return pytest.fail("\n".join(faults), pytrace=False) if faults else None


def test_commands_are_understood(capsys):
    faults, count = [], 0
    for place, command in shell():
        if not is_ours(command):
            continue
        count += 1
        try:
            PARSER.parse_args(arguments(command))
        except SystemExit as end:
            if end.code:
                error = capsys.readouterr().err.strip().splitlines()[-1]
                faults.append(f"{place}: {' '.join(command)}: {error}")
    none(faults)
    assert count > 40


def test_commands_in_sentences_exist_with_their_options():
    faults = []
    for piece in CODE:
        for command in commands(piece.text) if piece.kind == "span" else []:
            name, *rest = arguments(command) or ["-"] if is_ours(command) else ["-"]
            if name.startswith("-"):
                continue
            if name not in COMMANDS:
                faults.append(f"{piece.place}: no command {name}")
            elif unknown := set(named_options(" ".join(rest))) - options_of(name):
                faults.append(f"{piece.place}: {name} has no {unknown}")
    none(faults)


def test_targets_of_make_exist():
    spans = [(p.place, c) for p in CODE if p.kind == "span" for c in commands(p.text)]
    used = [
        (place, target)
        for place, command in shell() + spans
        if command[0] == "make"
        for target in command[1:]
        if "=" not in target
    ]
    assert len(used) > 5
    none([f"{place}: no target {target}" for place, target in used if target not in TARGETS])


def test_scripts_exist_with_their_options():
    faults, count = [], 0
    for place, command in shell():
        scripts = [word for word in command if re.fullmatch(r"\w+/[\w/]+\.py", word)]
        if not scripts or not Path(command[0]).name.startswith("python"):
            continue
        count += 1
        if not (ROOT / scripts[0]).exists():
            faults.append(f"{place}: no file {scripts[0]}")
            continue
        known = _options_in(ROOT / scripts[0])
        unknown = [o for o in named_options(" ".join(command)) if o not in known]
        faults += [f"{place}: {scripts[0]} has no {option}" for option in unknown]
    none(faults)
    assert count > 10


def _options_in(script):
    """Those that it or a module beside it, which it may import, declares."""
    texts = [path.read_text("utf-8") for path in script.parent.glob("*.py")]
    return set(re.findall(r'"(--[a-z][\w-]*)"', "\n".join(texts)))


def test_options_exist_somewhere():
    known = {option for name in COMMANDS for option in options_of(name)} | FOREIGN | {"--version"}
    for folder in ("tools", "benchmarks", "research"):
        for script in (ROOT / folder).glob("*.py"):
            known |= _options_in(script)
    faults = []
    for piece in CODE:
        if piece.kind not in ("span", "indented"):
            continue
        for line in command_lines(piece.text):
            for command in commands(line) or [[line]]:
                if Path(command[0]).name.startswith(("docker", "git", "pip", "pytest", "python")):
                    continue
                unknown = set(named_options(" ".join(command))) - known
                faults += [f"{piece.place}: no {option} anywhere" for option in unknown]
    none(faults)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    faults = []
    for piece in PIECES[path]:
        if piece.kind != "link" or re.match(r"\w+:", piece.text):
            continue
        place, _, anchor = piece.text.partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.exists():
            faults.append(f"{piece.place}: no file {place}")
        elif anchor and target.suffix == ".md" and anchor not in doc_blocks.anchors(target):
            faults.append(f"{piece.place}: {target.name} has no heading #{anchor}")
    none(faults)


def test_what_is_wrong_is_found(tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    code = "    cyclegan-tf check \\\n      maps --wrong 1  # no\n"
    page.write_text(f"# One & two\n\n{code}\n`--xy` [a](b.md#c)\n")
    monkeypatch.setattr(doc_blocks, "ROOT", tmp_path)
    block, span, link = doc_blocks.pieces(page)
    assert (block.place, block.kind) == ("page.md:3", "indented")
    ((words,),) = (commands(line) for line in command_lines(block.text))
    assert is_ours(words) and arguments(words) == ["check", "maps", "--wrong", "1"]
    with pytest.raises(SystemExit):
        PARSER.parse_args(arguments(words))
    assert "--wrong" in capsys.readouterr().err
    assert named_options(span.text) == ["--xy"] and link.text == "b.md#c"
    assert doc_blocks.anchors(page) == {"one--two"}
