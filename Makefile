# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
WHEELS := .cache/sdk-wheels
SDKS := 3.18.0 4.0.0 5.0.0 5.35.1

.PHONY: run test check format score wheels bench lock clean

run: .venv/run.stamp  ## the main job: judge the embedded mock vendor
	$(BIN)/conformance run mock

test: .venv/dev.stamp wheels check  ## everything that must hold: lint, types, import rules, tests
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

check: .venv/dev.stamp
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/dev.stamp
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

bench: .venv/dev.stamp  ## what the README's figures are measured with
	$(BIN)/python benchmarks/generation.py
	$(BIN)/python benchmarks/startup.py

score: .venv/dev.stamp  ## every fault and many clean seeds; writes docs/SCORE.md
	$(BIN)/python benchmarks/score.py --write docs/SCORE.md

wheels: $(SDKS:%=$(WHEELS)/retell_sdk-%-py3-none-any.whl)  ## released SDKs, read (never imported) by a test

$(WHEELS)/retell_sdk-%-py3-none-any.whl: | .venv/run.stamp
	$(BIN)/python -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: -d $(WHEELS) retell-sdk==$*

.venv/run.stamp: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/dev.txt
	touch $@

lock: .venv/dev.stamp  ## pin the newest versions that the ranges of pyproject.toml allow
	$(BIN)/uv pip compile -q --universal --no-annotate --no-header -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile -q --universal --no-annotate --no-header --group dev -o requirements/dev.txt pyproject.toml

clean:
	rm -rf .venv .cache build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
