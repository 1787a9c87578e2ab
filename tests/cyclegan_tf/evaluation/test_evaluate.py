"""`evaluate` and its command: a run in both directions, a file in one, folders without pairs.

What the numbers should be is tested in test_scores.py and metrics/.
"""

import json
import math
import shutil

import pytest

from cyclegan_tf import preset, resnet_generator, train
from cyclegan_tf.cli import main as cli
from cyclegan_tf.errors import RunError
from cyclegan_tf.evaluation import evaluate as evaluation
from cyclegan_tf.evaluation.evaluate import evaluate

DATA = "world:meadow2forest?scale=0.1&num_maps=4"
OFF = {"segmentation_steps": 0, "two_sample_steps": 0}
QUICK = {"num_maps": 4, **OFF, "precision": "float32", "say": None}


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "run"
    config = preset("tiny", data=DATA, precision="float32", epochs=2, sample_every=0)
    train(config, path, verbose=False)
    return path


@pytest.fixture(scope="module")
def result(run_dir):
    return evaluate(run_dir, **QUICK)


def command(capsys, *arguments):
    with pytest.raises(SystemExit) as exit_:
        cli.main(["evaluate", *map(str, arguments)])
    output = capsys.readouterr()
    return exit_.value.code or 0, output.out, output.err


def test_a_run_is_measured_in_both_directions_on_maps_it_never_saw(result):
    assert list(result["directions"]) == ["a2b", "b2a"]
    assert (result["split"], result["data"]) == ("test", DATA)
    for part in result["directions"].values():
        assert part["maps"] == 4
        assert list(part["left_out"]) == ["two_sample", "segmentation_accuracy"]
        for name in ("patch_kid", "colour_top", "gmsd", "cycle_l1_saved", "discriminator_gap",
                     "shift_error_1", "warping_ratio", "edges_gone", "paired_l1",
                     "class_l1/sky"):  # fmt: skip
            assert math.isfinite(part["scores"][name]["value"]), name
    paired = [part["scores"]["paired_l1"] for part in result["directions"].values()]
    assert paired[0]["input"] == pytest.approx(paired[1]["input"])  # the same pairs, swapped
    assert paired[0]["value"] != paired[1]["value"]


def test_result_is_json_without_nan_and_repeatable(result, run_dir):
    text = json.dumps(result, allow_nan=False)
    assert json.loads(text) == result
    again = evaluate(run_dir, direction="a2b", **QUICK)["directions"]
    assert list(again) == ["a2b"]
    theirs = result["directions"]["a2b"]["scores"]
    for name, score in again["a2b"]["scores"].items():
        assert score == theirs[name], name
    assert "needs both generators" in again["a2b"]["left_out"]["cycle_l1"]


def test_a_file_is_measured_in_its_direction_on_two_folders(run_dir, two_folders, capsys, tmp_path):
    out = tmp_path / "new" / "out.json"
    code, text, _ = command(
        capsys,
        *(run_dir / "generator_ba.keras", "--data", two_folders / "A", two_folders / "B"),
        *("--json", out),
    )
    assert code == 0
    found = json.loads(out.read_text())
    part = found["directions"]["b2a"]
    assert (found["split"], part["maps"]) == ("train", 4)
    assert "patch_kid" in part["scores"] and "paired_l1" not in part["scores"]
    assert part["left_out"]["two_sample"] == "needs at least 4 maps of each domain"
    assert "needs true pairs" in part["left_out"]["paired_l1"]
    assert "needs frames with exact flow" in part["left_out"]["warping_error"]
    assert "b2a, 4 train maps" in text
    assert "without paired_l1: needs true pairs" in text


def test_cycles_and_frames_can_be_left_out(run_dir):
    options = {"direction": "a2b", "num_maps": 2, "cycles_and_frames": False}
    part = evaluate(run_dir, **{**QUICK, **options})["directions"]["a2b"]
    assert {"cycle_l1", "warping_error"} <= set(part["left_out"])
    assert not {"cycle_l1", "warping_error", "shift_error_1"} & set(part["scores"])
    assert "paired_l1" in part["scores"]


@pytest.mark.parametrize("pictures", [False, True], ids=["nothing", "pictures"])
def test_data_of_a_pretrained_generator_is_that_of_its_card(pictures, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # where a folder of pictures may have its name
    if pictures:
        (tmp_path / "meadow2forest_small").mkdir()

    class Opened(Exception):
        pass

    def stop(data, *arguments, **options):
        raise Opened(data)

    monkeypatch.setattr(evaluation, "open_materials", stop)
    with pytest.raises(Opened, match=r"^world:meadow2forest\?scale=0.25&num_maps=60$"):
        evaluate("meadow2forest_small", say=None)


def test_a_single_real_map_leaves_out_what_needs_two(run_dir, two_folders, tmp_path):
    shutil.copytree(two_folders / "A", tmp_path / "A")
    (tmp_path / "B").mkdir()
    shutil.copy(two_folders / "B" / "m0.png", tmp_path / "B")
    part = evaluate(
        run_dir / "generator_ab.keras", tmp_path, features="inception", **QUICK
    )["directions"]["a2b"]  # fmt: skip
    assert part["left_out"]["patch_kid"] == "needs at least 2 maps of each domain"
    assert "two_sample" in part["left_out"]
    assert "kid_inception" not in part["scores"] and "colour" in part["scores"]


def test_missing_inception_weights_are_a_line_and_no_failure(run_dir, capsys, tmp_path):
    code, text, _ = command(
        capsys,
        *(run_dir, "--direction", "a2b", "--num-maps", 2, "--segmentation-steps", 0),
        *("--two-sample-steps", 100),  # left out: needs 4 maps
        *("--features", "inception", "--inception-weights", tmp_path / "none.h5"),
    )
    assert code == 0
    assert text.count("none.h5 does not exist") == 2  # when it is missed, and in the table
    assert "without two_sample: needs at least 4 maps of each domain" in text


def test_features_in_another_spelling_are_refused(run_dir):
    with pytest.raises(RunError, match="features must be one of random, inception; received 'Inc"):
        evaluate(run_dir, features="Inception", **QUICK)
    with pytest.raises(RunError, match=r"inception_sides must be .* 8 pixels; received \[64, 0\]"):
        evaluate(run_dir, features="inception", inception_sides=(64, 0), **QUICK)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{run}/generator_ab.keras"], "say with --data where the maps are"),
        (["{run}/generator_ab.keras", "--direction", "b2a"], "translates a2b, not b2a"),
        (["{run}", "--data", "nowhere"], "nowhere: no such folder"),
        (["{run}", "--data", "a", "b", "c"], "data must be one place or two folders; received 3"),
        (["{run}", "--num-maps", "1"], "num_maps must be at least 2; received 1"),
        (["{run}", "--two-sample-steps", "-1"], "--two-sample-steps must be at least 0; received"),
        (["{run}", "--seed", "-1"], "--seed must be at least 0; received -1"),
        (["{run}", "--json", "{run}/config.json/x"], "config.json is a file. Use another --json"),
        (["{empty}"], "holds no generator and no checkpoint"),
    ],
)
def test_bad_input_is_a_line_and_code_2(arguments, message, run_dir, tmp_path, capsys):
    code, _, error = command(capsys, *(a.format(run=run_dir, empty=tmp_path) for a in arguments))
    assert code == 2
    assert message in error.strip().splitlines()[-1]


def test_an_unnamed_generator_needs_a_direction(tmp_path):
    path = tmp_path / "mine.keras"
    resnet_generator(4, 1).save(path)
    with pytest.raises(RunError, match="doesn't say which way it translates: give --direction"):
        evaluate(path, DATA, **QUICK)


def test_help_needs_no_tensorflow(run_python):
    code = (
        "import sys; from cyclegan_tf.cli.main import main\n"
        "try: main(['evaluate', '--help'])\n"
        "except SystemExit as e: print(e.code, {'tensorflow', 'skimage'} & set(sys.modules))"
    )
    assert run_python("-c", code).stdout.strip().splitlines()[-1] == "0 set()"
