"""Generators on a hub: a stand-in for huggingface_hub that keeps repositories in a folder.

Saving is Keras' own, as it is for users.
"""

import json
import shutil
import sys
import types
from pathlib import Path, PureWindowsPath

import numpy as np
import pytest
from keras.src.saving import saving_lib

from cyclegan_tf.errors import RunError
from cyclegan_tf.evaluation.evaluate import evaluate
from cyclegan_tf.model_files import hub
from cyclegan_tf.runs import pretrained
from cyclegan_tf.runs.loading import load_generator
from cyclegan_tf.runs.preparation import add_preparation
from cyclegan_tf.runs.publishing import publish
from data_pipeline.preparation import Preparation

PICTURE = np.random.default_rng(0).uniform(-1, 1, (1, 16, 16, 3)).astype(np.float32)


def stand_in(folder, downloads):
    class HfApi:
        def __init__(self, library_name=None, library_version=None):
            pass

        def create_repo(self, repo_id, exist_ok):
            (folder / repo_id).mkdir(parents=True, exist_ok=exist_ok)
            return types.SimpleNamespace(repo_id=repo_id)

        def upload_folder(self, repo_id, folder_path, commit_message):
            shutil.copytree(folder_path, folder / repo_id, dirs_exist_ok=True)

    def snapshot_download(repo_id, revision=None, allow_patterns=None, **_):
        if not (folder / repo_id).is_dir():
            raise ValueError(f"404 Client Error.\n\nRepository Not Found: {repo_id}")
        files = {p.name: p for p in (folder / repo_id).iterdir() if p.is_file()}
        commit = str(sum(p.stat().st_mtime_ns for p in files.values()))
        snapshot = folder / "snapshots" / commit
        snapshot.mkdir(parents=True, exist_ok=True)
        for name in set(allow_patterns) & set(files):
            shutil.copy(files[name], snapshot)
        downloads.append((repo_id, revision))
        return str(snapshot)

    return types.SimpleNamespace(HfApi=HfApi, snapshot_download=snapshot_download)


@pytest.fixture
def downloads():
    return []


@pytest.fixture
def repositories(tmp_path, monkeypatch, downloads):
    """The folder of repositories; the cache is empty."""
    fake = stand_in(tmp_path / "hub", downloads)
    monkeypatch.setitem(sys.modules, "huggingface_hub", fake)
    monkeypatch.setattr(saving_lib, "huggingface_hub", fake)  # asked for when Keras is imported
    monkeypatch.setenv("CYCLEGAN_TF_CACHE", str(tmp_path / "cache"))
    return tmp_path / "hub"


@pytest.fixture
def generator_file(tmp_path, random_generator):
    """A generator with a preparation and a card beside it."""
    file = tmp_path / "mine.keras"
    random_generator(name="generator_ab").save(file)
    add_preparation(file, Preparation(24, (1, 2, 3)))
    file.with_suffix(".json").write_text(json.dumps({"updates": 7}))
    return file


def test_what_is_published_comes_back_whole(repositories, generator_file, downloads):
    publish(generator_file, "hf://me/mine")
    loaded = load_generator("hf://me/mine@v1")
    assert downloads == [("me/mine", "v1")]
    np.testing.assert_array_equal(loaded(PICTURE), load_generator(generator_file)(PICTURE))
    assert loaded.preparation == Preparation(24, (1, 2, 3))
    assert pretrained.read_card("hf://me/mine") == {"updates": 7}


def test_nothing_is_published_to_a_revision(repositories, generator_file):
    with pytest.raises(RunError, match="names a revision, and publishing goes to the newest"):
        publish(generator_file, "hf://me/mine@v1")


def test_what_keras_saved_is_loaded_as_it_is(repositories, random_generator):
    generator = random_generator()
    generator.save("hf://me/plain")
    loaded = load_generator(Path("hf://me/plain"))  # which loses a slash
    np.testing.assert_array_equal(loaded(PICTURE), generator(PICTURE))
    assert loaded.preparation == Preparation()
    with pytest.raises(RunError, match="is not a readable card"):
        pretrained.read_card("hf://me/plain")


def test_a_card_of_the_hub_says_nothing_about_files_of_this_machine(repositories, generator_file):
    generator_file.with_suffix(".json").write_text(json.dumps({"data": "/etc"}))
    publish(generator_file, "hf://me/mine")
    with pytest.raises(RunError, match="is no run folder, so say with --data where the maps are"):
        evaluate("hf://me/mine", direction="a2b")


def test_a_newer_version_is_fetched(repositories, random_generator):
    first, second = random_generator(), random_generator(filters=8)
    first.save("hf://me/mine")
    assert hub.fetch("hf://me/mine") == hub.fetch("hf://me/mine")
    old = hub.fetch("hf://me/mine")
    second.save("hf://me/mine")
    assert hub.fetch("hf://me/mine") != old
    assert load_generator("hf://me/mine").count_params() == second.count_params()


def test_what_runs_code_is_refused_before_keras_sees_it(
    repositories, random_generator, monkeypatch
):
    random_generator().save("hf://evil/mine")
    config = repositories / "evil" / "mine" / "config.json"
    description = json.loads(config.read_text())
    description["config"]["layers"][1] |= {"class_name": "Lambda", "module": "keras.layers"}
    description["config"]["layers"][1]["registered_name"] = None
    config.write_text(json.dumps(description))
    monkeypatch.setattr("keras.saving.load_model", lambda *_, **__: pytest.fail("Keras saw it"))
    with pytest.raises(RunError, match="'Lambda' of 'keras.layers', which is no layer that may be"):
        load_generator("hf://evil/mine")


def test_what_is_not_there_is_named(repositories):
    with pytest.raises(RunError, match="hf://me/no cannot be fetched: 404 .*Not Found: me/no"):
        load_generator("hf://me/no")
    (repositories / "me" / "texts").mkdir(parents=True)
    (repositories / "me" / "texts" / "README.md").write_text("no model")
    with pytest.raises(RunError, match="hf://me/texts holds no Keras model: it lacks config.json"):
        load_generator("hf://me/texts")


@pytest.mark.parametrize("address", ["hf://mine", "hf://a/b/c", "hf://../x y", "hf://a/b@"])
def test_other_addresses_are_refused(repositories, downloads, address):
    with pytest.raises(RunError, match="must be hf://USER/NAME or hf://USER/NAME@REVISION; rece"):
        load_generator(address)
    assert not downloads


def test_without_the_package_a_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(RunError, match=r'pip install "huggingface_hub>=0.34" \(the extra `hub`\)'):
        load_generator("hf://me/mine")


def test_an_address_that_has_been_a_path_of_windows_is_known():
    assert hub.is_hub(PureWindowsPath("hf://user/name"))
    assert hub.repository_of(PureWindowsPath("hf://user/name@v1")) == ("user/name", "v1")
