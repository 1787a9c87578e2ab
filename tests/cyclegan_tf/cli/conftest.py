"""Fixtures for the tests of the command: running it, and a small generator. No test here."""

import pytest

from cyclegan_tf.cli.main import main


@pytest.fixture
def run(capsys):
    """`run("train", ...)` runs the command in this process: exit code, stdout and stderr.

    Anything but an exit would be a traceback.
    """

    def run_command(*arguments):
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        assert "Traceback" not in output.err
        return exit_.value.code or 0, output.out, output.err

    return run_command


@pytest.fixture(scope="session")
def generator_file(tmp_path_factory):
    """A generator of 4 filters and one block, from A to B."""
    from cyclegan_tf import resnet_generator

    path = tmp_path_factory.mktemp("generator") / "generator_ab.keras"
    resnet_generator(4, 1, name="generator_ab").save(path)
    return path
