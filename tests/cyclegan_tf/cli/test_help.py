"""Examples in every command's help, `--quiet`, tab completion, and `list`."""

import argparse
import json
import os
import shlex

import argcomplete
import pytest

from cyclegan_tf.cli.help import EXAMPLES, quiet_if_asked
from cyclegan_tf.cli.listing import KINDS, pretrained_rows
from cyclegan_tf.cli.main import _parser, main
from cyclegan_tf.presets import PRESETS
from data_pipeline.worlds.themes import PAIRS


def commands():
    actions = _parser()._actions
    return next(a for a in actions if isinstance(a, argparse._SubParsersAction)).choices


def test_every_command_shows_examples_that_can_be_parsed():
    for name, parser in commands().items():
        assert EXAMPLES.get(name), f"{name} has no examples"
        for example in EXAMPLES[name]:
            words = shlex.split(example, comments=True)
            assert words[0] == name
            _parser().parse_args(words)
            assert f"cyclegan-tf {example}" in parser.format_help()


def test_quiet_prints_nothing(capsys, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    with quiet_if_asked(True):
        print("a line")
        assert os.environ["TQDM_DISABLE"] == "1"
    assert "TQDM_DISABLE" not in os.environ
    with quiet_if_asked(False):
        print("another")
    assert capsys.readouterr().out == "another\n"


def test_quiet_leaves_errors(capsys):
    with pytest.raises(SystemExit):
        main(["list", "nothing", "--quiet"])
    out, error = capsys.readouterr()
    assert out == "" and "KIND must be one of" in error


def test_list_has_everything_once(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["list", "--json"])
    assert stopped.value.code == 0
    rows = json.loads(capsys.readouterr().out)
    assert list(rows) == list(KINDS)
    assert [row["name"] for row in rows["presets"]] == list(PRESETS)
    assert [row["name"] for row in rows["worlds"]] == list(PAIRS)
    assert {row["name"] for row in rows["pretrained"]} > {"meadow2forest", "meadow2forest_small"}


def test_list_shows_what_the_cards_say(capsys):
    with pytest.raises(SystemExit):
        main(["list", "pretrained"])
    lines = capsys.readouterr().out.splitlines()
    row = pretrained_rows()[0]
    line = next(line for line in lines if line.split()[:1] == [row["name"]])
    assert f"{row['L1']:g}" in line.split() and str(row["updates"]) in line.split()


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("cyclegan-tf train de", {"default", "demo"}),
        ("cyclegan-tf translate reef2", {"reef2snowpeak", "reef2snowpeak_small"}),
        ("cyclegan-tf worlds candy", {"candy2clocktown"}),
        ("cyclegan-tf evaluate --spl", {"--split"}),
    ],
)
def test_tab_completes_names(line, wanted):
    finder = argcomplete.CompletionFinder(_parser(), always_complete_options=True)
    words = line.split()
    found = finder._get_completions(words[:-1], words[-1], "", None)
    assert {word.strip() for word in found} == wanted
