"""Two replicas of one crop each are one device with a batch of two: losses, weights, order.

They run in a process of their own, see replicas_worker.py.
"""

import json

import pytest


@pytest.fixture(scope="module")
def results(run_python, request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("replicas")
    run = run_python(request.path.parents[1] / "replicas_worker.py", folder)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads((folder / "results.json").read_text())


def test_two_replicas_equal_one_device_with_twice_the_batch(results):
    # Every loss of six updates; weights, averages, pools, step and moments after them.
    of_state, of_losses = results["difference"]
    assert of_state < 1e-5
    assert of_losses < 1e-5
    assert (results["steps"], results["pooled"]) == (6, 12)


def test_no_variable_is_read_and_changed_in_any_order(results):
    assert results["pairs_in_graph"] > 400
    assert results["unordered"] == []


def test_a_bad_crop_of_one_replica_stops_the_update_on_all(results):
    assert results["copies_are_equal"]
    assert results["nan_changes_nothing"]


@pytest.mark.parametrize("optimizer", ["plain", "scaled"])
def test_replicas_sum_their_gradients_or_none_of_them_updates(results, optimizer):
    assert results[f"{optimizer} finite"] == [0.25, 0.25]
    assert results[f"{optimizer} nan"] == [1.0, 1.0]


def test_model_of_two_replicas_is_saved_and_loaded_on_one_device(results):
    assert results["loads"]


def test_batches_that_may_not_be_shared_equally_are_refused(results):
    assert "Several replicas need batches of one fixed size" in results["unfixed"]
    assert "batch(n, drop_remainder=True) with a multiple of 2" in results["unfixed"]


def test_what_nobody_has_tried_is_refused(results):
    assert "received CentralStorageStrategy" in results["other_strategy"]
    assert "jit_compile compiles the step of one device" in results["xla"]
