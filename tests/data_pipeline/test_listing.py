"""What is found in folders, and what the messages say when it isn't what is needed."""

import numpy as np
import pytest
from PIL import Image

from data_pipeline.decoding import IMAGE_SUFFIXES
from data_pipeline.errors import DataError
from data_pipeline.folders import find_images
from data_pipeline.limits import LIMITS
from data_pipeline.listing import available_splits, list_domains


@pytest.fixture
def tree(tmp_path):
    """Writes a tiny image for each path given and returns the root."""

    def write(*paths):
        for path in paths:
            path = tmp_path / path
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix.lower() in (".png", ".jpg", ".gif"):
                Image.new("RGB", (8, 8)).save(path)
            else:
                path.write_text("not an image")
        return tmp_path

    return write


def test_folders_are_searched_to_the_bottom_in_sorted_order(tree):
    root = tree(
        "trainA/b.png", "trainA/sub/deep/c.PNG", "trainA/a.jpg", "trainA/sub/a.gif", "trainB/x.png"
    )
    a, b = list_domains(root)
    assert a.name == "trainA" and b.name == "trainB"
    assert a.names == ("a", "b", "sub/a", "sub/deep/c")
    assert [file.name for file in a.files] == ["a.jpg", "b.png", "a.gif", "c.PNG"]
    assert a.origin(2) == str(root / "trainA" / "sub" / "a.gif")


def test_the_order_is_that_of_names_not_of_the_file_system(tree):
    stems = [f"{i * 37 % 100:02d}" for i in range(40)]
    root = tree("trainB/x.png", *(f"trainA/{stem}.png" for stem in stems))
    assert list_domains(root)[0].names == tuple(sorted(stems))


def test_hidden_files_and_other_types_are_passed_over(tree):
    root = tree(
        "trainA/a.png",
        "trainA/._a.png",
        "trainA/.thumbs/a.png",
        "trainA/__MACOSX/a.png",
        "trainA/notes.txt",
        "trainB/x.png",
    )
    assert list_domains(root)[0].names == ("a",)


def test_equal_stems_keep_their_suffix(tree):
    a, _ = list_domains(tree("trainA/town.png", "trainA/town.jpg", "trainA/t.png", "trainB/x.png"))
    assert sorted(a.names) == ["t", "town.jpg", "town.png"]


def test_named_folders_and_two_paths(tree):
    root = tree("henesys/a.png", "ellinia/b.png", "other/c.png")
    a, b = list_domains(str(root), names=("henesys", "ellinia"))
    assert (a.name, a.names, b.name, b.names) == ("henesys", ("a",), "ellinia", ("b",))
    a, b = list_domains((root / "other", str(root / "henesys")))
    assert (a.name, a.names, b.names) == ("other", ("c",), ("a",))


def test_splits(tree):
    root = tree("trainA/a.png", "trainB/b.png", "valA/a.png", "valB/b.png", "testA/half.png")
    assert available_splits(root) == ("train", "val")
    assert list_domains(root, split="val")[1].name == "valB"
    with pytest.raises(DataError, match="only one domain: there is 'testA', but no 'testB'"):
        list_domains(root, split="test")
    assert available_splits((root / "trainA", root / "trainB")) == ("train",)
    with pytest.raises(DataError, match="no test images; it has train. .*testA and testB"):
        list_domains((root / "trainA", root / "trainB"), split="test")
    with pytest.raises(DataError, match="split must be one of train, test, val; received 'valid'"):
        list_domains(root, split="valid")
    assert available_splits("world:meadow2forest") == ("train", "test", "val")


def test_a_ring_of_links_ends(tree):
    root = tree("trainA/a.png", "trainB/b.png")
    (root / "trainA" / "again").symlink_to(root / "trainA")
    assert list_domains(root)[0].names == ("a",)


def test_of_two_links_to_one_folder_the_first_is_followed(tree, monkeypatch):
    monkeypatch.setattr(LIMITS, "follow_links", True)
    root = tree("a/x.png", "elsewhere/y.png", "elsewhere/again/z.png")
    for name in ("third", "second"):
        (root / "a" / name).symlink_to(root / "elsewhere")
    paths, num_others = find_images(root / "a")
    names = [path.relative_to(root / "a").as_posix() for path in paths]
    assert names == ["second/again/z.png", "second/y.png", "x.png"] and num_others == 0


def test_what_counts_as_an_image_file(tree):
    root = tree(
        *(f"in/m{i:02}{suffix}" for i, suffix in enumerate(IMAGE_SUFFIXES)),
        *("in/M.JPG", "in/sub/n.png", "in/.hidden.png", "in/.hidden/x.png", "in/__MACOSX/x.png"),
        *("in/folder.png/readme.txt", "in/notes.txt"),
    )
    paths, num_others = find_images(root / "in")
    names = [path.name for path in paths]
    assert names == ["M.JPG", *(f"m{i:02}{s}" for i, s in enumerate(IMAGE_SUFFIXES)), "n.png"]
    assert num_others == 3  # .hidden.png, readme.txt, notes.txt
    paths, num_others = find_images(str(root / "in"), subfolders=False)
    assert "n.png" not in [path.name for path in paths] and num_others == 2


def test_what_is_wrong_with_folders_is_said(tree):
    root = tree("trainA/a.png", "trainB/sub/readme.txt", "one/A/a.png", "none/x/a.png", "file.txt")
    for data, text in (
        (root / "nowhere", "nowhere: no such folder"),
        (root / "file.txt", "must be a folder of images; it is a file"),
        (root, "trainB: no images; looked for .avif .*; 1 other file was passed over"),
        (root / "one", "only one domain: there is 'A', but no 'B' beside it"),
        (root / "none", "needs the folders 'A' and 'B', or 'trainA' and 'trainB'; it holds 'x'"),
        ((root / "trainA", root / "nowhere"), "nowhere: no such folder"),
        ((root / "trainA",), "one place or two folders; received 1 folders"),
        ((root / "trainA", root / "one" / ".." / "trainA"), "the same folder for both domains"),
        ((root / "one", root / "one" / "A"), "one lies inside the other"),
    ):
        with pytest.raises(DataError, match=text):
            list_domains(data)


@pytest.mark.parametrize(
    "data, text",
    [
        ("world:meadow2forest?scal=1", "unknown option 'scal' .did you mean 'scale'.*there are"),
        ("world:meadow2forest?scale=big", "scale must be a number; received 'big'"),
        ("world:meadow2forest?num_maps=1.5", "num_maps must be a whole number; received '1.5'"),
        ("world:meadow2forest?seed=1&seed=2", "key=value&key=value, each once"),
        ("world:meadow2forest?seed", "seed must be a whole number; received ''"),
        ("world:meadow2fores", "world:meadow2fores: .*meadow2forest"),
        ("tfds:no_such_set/at_all", "tfds:no_such_set/at_all: .*not found"),
        ("tfds:mnist?split=train", "unknown option 'split'.*there are data_dir"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(data, text, tmp_path, monkeypatch):
    monkeypatch.setenv("CYCLEGAN_TF_CACHE", str(tmp_path))
    with pytest.raises(DataError, match=text) as caught:
        list_domains(data)
    assert "\n" not in str(caught.value)


def test_a_tiny_tfds_dataset(tmp_path):
    import tensorflow_datasets as tfds

    class TinyPairs(tfds.core.GeneratorBasedBuilder):
        """The features and split names of cycle_gan."""

        VERSION = tfds.core.Version("1.0.0")

        def _info(self):
            features = {
                "image": tfds.features.Image(),
                "label": tfds.features.ClassLabel(num_classes=2),
            }
            return self.dataset_info_from_configs(
                features=tfds.features.FeaturesDict(features), supervised_keys=("image", "label")
            )

        def _split_generators(self, dl_manager):
            return {s: self._generate_examples(s) for s in ("trainA", "trainB", "testA", "testB")}

        def _generate_examples(self, split):
            for i in range(3):
                value = 10 * ("trainA", "trainB", "testA", "testB").index(split) + i
                yield i, {"image": np.full((5, 4, 3), value, np.uint8), "label": 0}

    TinyPairs(data_dir=tmp_path).download_and_prepare()
    data = f"tfds:tiny_pairs?data_dir={tmp_path}"
    assert available_splits(data) == ("train", "test")
    a, b = list_domains(data, split="test", progress=False)
    assert (a.name, b.name, len(a)) == ("testA", "testB", 3)
    assert a.names == ("00000", "00001", "00002") and a.origin(1) == "testA/00001"

    from data_pipeline.sources import load_maps, open_sources

    maps = load_maps(open_sources(data, split="test", progress=False)[1], range(3))
    assert sorted(int(m[0, 0, 0]) for m in maps) == [30, 31, 32] and maps[0].shape == (5, 4, 3)
    with pytest.raises(DataError, match="no split 'valA'; it has .*trainA"):
        list_domains(data, split="val", progress=False)


def test_a_built_in_world_is_listed_with_its_options(monkeypatch):
    from data_pipeline import worlds

    calls = []

    def world_map_names(pair, split, domain, *, num_maps=None, captures=1, seed=0):
        return [f"{domain}_{i}" for i in range(num_maps * captures)]

    def world_maps(pair, split, domain, **options):
        calls.append((pair, split, domain, options))
        return [np.full((4, 5, 3), i, np.uint8) for i in range(4)]

    monkeypatch.setattr(worlds, "world_map_names", world_map_names)
    monkeypatch.setattr(worlds, "world_maps", world_maps)
    data = "world:meadow2forest?scale=0.25&num_maps=2&captures=2&seed=7"
    a, b = list_domains(data, split="test", progress=False)
    options = {"scale": 0.25, "num_maps": 2, "captures": 2, "seed": 7, "progress": False}
    assert calls == [("meadow2forest", "test", d, options) for d in "ab"]
    assert (a.name, b.name, b.names) == ("testA", "testB", ("b_0", "b_1", "b_2", "b_3"))
    assert [int(m[0, 0, 0]) for m in a.files] == [0, 1, 2, 3]


def test_a_stem_that_is_another_files_name_is_told_apart(tmp_path):
    for domain in "ab":
        for name in ("town.png", "town.jpg", "town.png.webp", "hill.png"):
            (tmp_path / domain).mkdir(exist_ok=True)
            Image.new("RGB", (4, 4)).save(tmp_path / domain / name)
    names = list_domains(tmp_path, names=("a", "b"))[0].names
    assert sorted(names) == ["hill", "town.jpg", "town.png", "town.png.webp"]


def test_held_out_maps_may_lie_beside_named_folders(tree):
    root = tree("henesys/a.png", "ellinia/b.png", "testA/c.png", "testB/d.png")
    names = ("henesys", "ellinia")
    assert available_splits(root, names=names) == ("train", "test")
    assert [x.names for x in list_domains(root, names=names)] == [("a",), ("b",)]
    assert [x.names for x in list_domains(root, names=names, split="test")] == [("c",), ("d",)]
    with pytest.raises(DataError, match="no val images; it has train, test. Put them into two"):
        list_domains(root, names=names, split="val")
