# make setup: all that is needed, in .venv.  make demo: train a translator in ten minutes and look
# at it.  make test: lint, format, types, all tests.  make docs: the site, in build/docs.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: setup demo test test-oldest format docs clean

setup: .venv/ready
	@echo "Ready. The tools are in $(BIN). Next: make demo, or make test."

demo: .venv/ready
	$(BIN)/cyclegan-tf demo

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope

# The same tests with the oldest packages that requirements.txt allows, on the oldest Python.
test-oldest: .venv/oldest/ready
	.venv/oldest/bin/python -m pytest --numprocesses 2 --dist loadscope

.venv/oldest/ready: requirements-oldest.lock
	@python3.11 -c '' || { echo "Python 3.11 is needed, as python3.11."; exit 1; }
	python3.11 -m venv .venv/oldest
	.venv/oldest/bin/python -m pip --disable-pip-version-check install --requirement requirements-oldest.lock
	.venv/oldest/bin/python -m pip --disable-pip-version-check install --no-deps --editable .
	@touch $@

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

TRY := meadow2forest_small forest2meadow_small candy2clocktown_small clocktown2candy_small
docs: .venv/docs_ready
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet docs build/docs
	$(BIN)/cyclegan-tf page $(TRY) --quiet --out build/docs/try.html
	@echo "The site is in build/docs/index.html; build/docs/try.html translates in the browser."

.venv/docs_ready: .venv/ready pyproject.toml
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["docs"], sep="\n")' > $@.txt
	$(PIP) install --quiet --constraint requirements.lock --requirement $@.txt
	@touch $@

# The tested set of packages; on Linux with the CPU build of TensorFlow.
.venv/ready: requirements.lock requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@echo "Making .venv and installing TensorFlow, Jupyter and the test tools: 700 MB to load, 3 GB on the disk."
	@echo "At its end pip says nothing for some minutes. To only use it, requirements.txt is enough: docs/start.md."
	$(PYTHON) -m venv .venv
	$(PIP) install --requirement requirements.lock
	@echo "Installing cyclegan_tf itself, so that edits of the source take effect at once."
	$(PIP) install --no-deps --editable .
	@touch $@

clean:
	rm -rf .venv build *.egg-info
