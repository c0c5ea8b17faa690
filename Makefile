# The two commands a newcomer needs: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.PHONY: help demo test quick check bench shots words fuzz format lock clean

help:
	@echo "make demo    rehearse with the fictional township (without a display: a scripted half minute)"
	@echo "make test    set up and pass every test"
	@echo "make quick   the rules alone: domain and application"
	@echo "make check   format, lint, types, import directions, translations, generated documents"
	@echo "make bench   every benchmark beside its peer or limit"
	@echo "make fuzz    100,000 hostile frames, and 2,000 new examples of every property of rules and feed"
	@echo "make shots   the pictures of the README and of every screen"
	@echo "make words   collect the Chinese source texts and compile the translations"
	@echo "make lock    resolve the dependencies anew"

$(VENV)/run: requirements/run.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@touch $@

$(VENV)/dev: requirements/dev.lock $(VENV)/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

demo: $(VENV)/run
	$(BIN)/python main.py --demo

test: $(VENV)/dev
	$(OFFSCREEN) $(BIN)/python -m pytest -q

quick: $(VENV)/dev
	$(BIN)/python -m pytest -q tests/domain tests/application

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.words --check
	$(BIN)/python -m tools.documents --check

bench: $(VENV)/dev
	$(OFFSCREEN) $(BIN)/python -m benchmarks

shots: $(VENV)/dev
	$(OFFSCREEN) $(BIN)/python -m tools.shots docs/pictures

words: $(VENV)/dev
	$(BIN)/python -m tools.words

fuzz: $(VENV)/dev
	$(BIN)/python -m tools.fuzz 100000
	HYPOTHESIS_PROFILE=fuzz $(OFFSCREEN) $(BIN)/python -m pytest -q tests/domain tests/feed

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements/run.lock
	uv pip compile pyproject.toml --extra test --extra check --extra postgres --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/run.lock -o requirements/dev.lock
	for extra in channels liaison mapped postgres; do \
		uv pip compile pyproject.toml --extra $$extra --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/dev.lock -o requirements/$$extra.lock || exit 1; \
	done

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
