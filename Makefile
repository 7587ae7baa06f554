# Two commands matter: `make quickstart` and `make test`. Both need Python 3.11 and make alone.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PINS := configs/constraints.txt
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(PINS)

.PHONY: quickstart test test-all hostile check clean

quickstart: $(VENV)/.runtime
	$(BIN)/python -m pipeline build configs/quickstart.yaml --output out/quickstart
	@echo
	@echo "What to look at next:"
	@echo "  $(BIN)/python -m pipeline inspect out/quickstart --limit 2"
	@echo "  $(BIN)/python -m pipeline trace pipeline/corpus/builtin/euclid_gcd.py --entry extended_gcd --args '48, 36'"
	@echo "  $(BIN)/python -m pipeline verify out/quickstart"

# The tests of each change: checks, then everything that is not marked slow.
test: check
	$(BIN)/python -m pytest -q -n 2 -m "not slow"

# All tests, those with clients of a cloud and an emulator of one included.
test-all: check $(VENV)/.cloud
	$(BIN)/python -m pytest -q -n 2

# Every hostile program at every level of isolation, in a namespace made for them.
hostile: $(VENV)/.runtime
	$(BIN)/python tests/hostile/launch.py

check: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf $(VENV) out build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.runtime: pyproject.toml $(PINS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.development: pyproject.toml $(PINS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable ".[dev,torch]"
	@touch $@ $(VENV)/.runtime

$(VENV)/.cloud: $(VENV)/.development
	$(INSTALL) --editable ".[dev,torch,gcp,emulator]"
	@touch $@
