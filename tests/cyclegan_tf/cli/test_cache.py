"""The command `cache`: shown with its size, cleared of what this project wrote and nothing else."""

from data_pipeline.worlds import world_maps


def test_the_cache_is_shown_and_cleared(tmp_path, run, monkeypatch):
    monkeypatch.setenv("CYCLEGAN_TF_CACHE", str(tmp_path / "cache"))
    assert run("cache")[:2] == (
        0,
        "     0 drawn worlds: 0.0 MB\n"
        "     0 networks that tell materials apart: 0.0 MB\n"
        "     0 generators of the hub, and their cards: 0.0 MB\n"
        f"{tmp_path / 'cache'}: 0.0 MB\n",
    )
    world_maps("meadow2forest", "val", "a", num_maps=1, scale=0.3, progress=False)
    (file,) = (tmp_path / "cache" / "worlds").iterdir()
    mine = tmp_path / "mine.txt"
    mine.write_text("x")
    (tmp_path / "cache" / "worlds" / "link").symlink_to(mine)
    (tmp_path / "cache" / "notes.txt").write_text("x")
    _, out, _ = run("cache")
    assert f"1 drawn worlds: {file.stat().st_size / 1e6:.1f} MB" in out
    code, out, _ = run("cache", "--clear")
    assert (code, out.splitlines()[-1][-8:]) == (0, " deleted")
    assert not file.exists() and mine.exists() and (tmp_path / "cache" / "notes.txt").exists()


def test_without_a_home_it_is_one_line(run, monkeypatch):
    for name in ("CYCLEGAN_TF_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pathlib.Path.home", lambda: exec("raise RuntimeError"))
    code, _, err = run("cache")
    assert code == 2 and "cannot be shown: this user has no home folder; set CYCLEGAN_TF_" in err
