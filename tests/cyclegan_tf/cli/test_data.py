"""The commands `check` and `worlds`: exit codes, and the files that they write."""

import shutil


def test_check_reports_and_writes_a_contact_sheet(two_folders, tmp_path, run):
    flags = ["--name-a", "A", "--name-b", "B", "--crop-size", "32", "--html", tmp_path / "s.html"]
    code, out, error = run("check", two_folders, *flags)
    assert (code, error) == (0, "")
    assert out.strip().endswith(f"Contact sheet: {tmp_path / 's.html'}")
    assert (tmp_path / "s.html").exists()


def test_check_of_data_that_would_hurt_is_code_1(two_folders, tmp_path, run):
    data = shutil.copytree(two_folders, tmp_path / "data")
    (data / "B" / "m1.png").write_bytes(b"no picture")
    names = ["--name-a", "A", "--name-b", "B"]
    code, out, _ = run("check", data, *names, "--preset", "tiny")
    assert code == 1
    assert "m1.png" in out
    code, _, error = run("check", tmp_path / "nowhere", *names)
    assert code == 2
    assert "nowhere" in error.strip().splitlines()[-1]


def test_worlds_are_written_as_folders(tmp_path, run):
    flags = ["--maps", "2", "--scale", "0.1", "--scroll-frames", "0"]
    code, out, _ = run("worlds", "meadow2forest", "--out", tmp_path / "w", *flags)
    assert code == 0
    assert out.startswith(f"{tmp_path / 'w'}: 2 trainA, 2 trainB")
    assert len(list((tmp_path / "w" / "trainA").glob("*.png"))) == 2
    code, _, error = run("worlds", "meadow2forest", "--out", tmp_path / "w", *flags)
    assert code == 2
    assert error.startswith("cyclegan-tf: ") and error.count("\n") == 1


def test_unknown_world_is_code_2(tmp_path, run):
    code, _, error = run("worlds", "sun2moon", "--out", tmp_path / "w")
    assert code == 2
    assert error.startswith("cyclegan-tf: ") and "sun2moon" in error
    assert error.count("\n") == 1
