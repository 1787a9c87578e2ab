# make setup: all that is needed, in .venv.  make demo: train a translator in ten minutes and look
# at it.  make test: lint, format, all tests.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test format clean

setup: .venv/ready

demo: .venv/ready
	$(BIN)/cyclegan-tf demo

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope

format: .venv/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The tested set of packages; on Linux with the CPU build of TensorFlow.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

clean:
	rm -rf .venv build *.egg-info
