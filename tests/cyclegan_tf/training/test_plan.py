"""What `train --dry-run` says: numbers of the training that would follow; and it writes nothing."""

import dataclasses
import json
import sys

import pytest

from cyclegan_tf import preset
from cyclegan_tf.cli.main import main
from cyclegan_tf.errors import RunError
from cyclegan_tf.training.plan import plan_training


@pytest.fixture(scope="module")
def plan(tmp_path_factory, write_pictures):
    """Of pictures of one height, so that the discriminators are told the vertical position."""
    folder = tmp_path_factory.mktemp("plan")
    for name in ("trainA", "trainB"):
        write_pictures(folder / name, [(40, 48)] * 4)
    return plan_training(preset("tiny", data=str(folder)), folder / "run"), folder / "run"


def test_plan_has_the_numbers_of_the_run(plan):
    plan, run = plan
    config = preset("tiny")
    assert plan.images == {"trainA": 4, "trainB": 4} and plan.notes == []
    assert plan.settings["vertical_position"]
    assert plan.updates == config.epochs * config.steps_per_epoch == 20
    assert plan.decay_from == 10 and plan.updates_done == 0
    assert 0 < plan.seconds_per_update < plan.seconds_to_compile
    assert plan.hours == pytest.approx(20 * plan.seconds_per_update / 3600)
    assert 0.1 < plan.memory_gb < 20 and 0 < plan.checkpoint_mb < 5
    assert plan.settings["crop_size"] == 32
    assert not run.exists()


def test_text_and_json_say_the_same(plan):
    plan, run = plan
    text = str(plan)
    assert f"{run}, new" in text and "4 of trainA, 4 of trainB" in text
    assert json.loads(json.dumps(plan.to_dict()))["updates"] == 20


def test_memory_is_left_open_where_the_system_does_not_say(plan, monkeypatch):
    from cyclegan_tf.training import plan as module

    monkeypatch.setitem(sys.modules, "resource", None)  # as on Windows
    assert module._peak_gb() is None
    unknown = dataclasses.replace(plan[0], memory_gb=None)
    assert "not known on this system" in str(unknown)
    assert json.loads(json.dumps(unknown.to_dict()))["memory_gb"] is None


def test_a_begun_run_counts_what_is_done(plan, tmp_path, monkeypatch):
    from cyclegan_tf.training import plan as module

    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "step_00000010.keras").touch()
    monkeypatch.setattr(module, "_pace", lambda model, config: (1.0, 0.5))
    begun = plan_training(preset("tiny"), tmp_path)
    assert str(begun).startswith("vertical_position is off") and begun.notes
    assert begun.updates_done == 10 and begun.hours == pytest.approx(10 * 0.5 / 3600)
    assert "at update 10" in str(begun)


def test_a_time_limit_says_how_many_updates_fit(plan, tmp_path, monkeypatch):
    from cyclegan_tf.training import plan as module

    monkeypatch.setattr(module, "_pace", lambda model, config: (1.0, 0.5))
    config = preset("tiny", data=plan[0].settings["data"])  # 20 updates, the rate falls from 10 on
    assert plan[0].updates_in_time is None and "limit" not in str(plan[0])
    late = plan_training(config.replace(time_limit_minutes=0.1), tmp_path)
    assert late.updates_in_time == 12 and late.notes == []
    assert "0.2 minutes, but the limit of 0.1 minutes in all" in str(late)
    assert "ends it at about update 12\n" in str(late)
    early = plan_training(config.replace(time_limit_minutes=0.05), tmp_path)
    assert (
        early.updates_in_time == 6
        and "before the learning rate falls (from update 10" in early.notes[0]
    )


def test_networks_to_go_on_from_must_be_there(tmp_path):
    with pytest.raises(RunError, match="nothing"):
        plan_training(preset("tiny", init_from=str(tmp_path / "nothing")), tmp_path / "run")


def test_json_without_dry_run_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["train", "tiny", "--json", "--run", str(tmp_path / "run")])
    assert stopped.value.code == 2 and "--json is for --dry-run" in capsys.readouterr().err
