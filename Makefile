# make setup: all that is needed, in .venv.  make demo: train a translator in ten minutes and look
# at it.  make test: lint, format, types, all tests.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: setup demo test format clean

setup: .venv/ready
	@echo "Ready. The tools are in $(BIN). Next: make demo, or make test."

demo: .venv/ready
	$(BIN)/cyclegan-tf demo

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The tested set of packages; on Linux with the CPU build of TensorFlow.
.venv/ready: requirements.lock requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@echo "Making .venv and installing TensorFlow, Jupyter and the test tools: 500 MB, some minutes."
	$(PYTHON) -m venv .venv
	$(PIP) install --requirement requirements.lock
	@echo "Installing cyclegan_tf itself, so that edits of the source take effect at once."
	$(PIP) install --no-deps --editable .
	@touch $@

clean:
	rm -rf .venv build *.egg-info
