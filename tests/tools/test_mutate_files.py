"""Hundreds of damaged files: read, or refused in one line by an error of the project."""

import resource

import mutate_files


def test_only_errors_of_the_project_come_of_damaged_files():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts = mutate_files.run(seed=0, first=0, count=400, seconds=12)
    assert counts.total() >= 20
    outcomes = {what for _, what in counts}
    assert outcomes == {"read", "refused"}
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 500, f"{grown:.0f} MB"
