# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
WHEELS := .cache/sdk-wheels
SDKS := 3.18.0 4.0.0 4.55.0 5.0.0 5.35.1 6.2.13
NODE := tests/node
OLDEST := .cache/oldest
CHROMIUM ?= /usr/bin/chromium
export CHROMIUM

.PHONY: run test check format score notebooks app wheels node oldest chromium bench lock clean

run: .venv/run.stamp  ## the main job: judge the embedded mock vendor, its webhooks too
	$(BIN)/conformance run mock --webhook-listen 127.0.0.1:0

test: .venv/dev.stamp  ## everything that must hold: lint, types, import rules, tests
	$(MAKE) --no-print-directory -j 5 wheels node oldest chromium check
	$(BIN)/python -m pytest -n 3 --dist worksteal -q

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
	$(BIN)/python benchmarks/plugin.py
	$(BIN)/python benchmarks/strategies.py
	$(BIN)/python benchmarks/explorer.py

score: .venv/dev.stamp  ## every fault and many clean seeds; writes docs/SCORE.md
	$(BIN)/python benchmarks/score.py --write docs/SCORE.md

notebooks: .venv/dev.stamp  ## the notebooks in JupyterLab, which asks nobody for news and updates
	$(BIN)/jupyter-lab --notebook-dir=notebooks --ServerApp.ip=127.0.0.1 --LabApp.news_url=None \
		--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate $(if $(filter 0,$(shell id -u)),--allow-root)

app: .venv/dev.stamp  ## the explorer as an app, on loopback
	JUPYTER_PATH=notebooks $(BIN)/voila notebooks/explorer-app.ipynb --template=offline --Voila.ip=127.0.0.1

# Released SDKs, read by one test and run by another in processes of their own; the oldest need an older httpx.
wheels: $(SDKS:%=$(WHEELS)/retell_sdk-%-py3-none-any.whl) $(WHEELS)/httpx-0.27.2-py3-none-any.whl

$(WHEELS)/retell_sdk-%-py3-none-any.whl: | .venv/run.stamp
	$(BIN)/python -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: -d $(WHEELS) retell-sdk==$*

$(WHEELS)/httpx-%-py3-none-any.whl: | .venv/run.stamp
	$(BIN)/python -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: -d $(WHEELS) httpx==$*

node: $(NODE)/node_modules/.package-lock.json  ## released SDKs for Node, and Express, for tests

$(NODE)/node_modules/.package-lock.json: $(NODE)/package-lock.json
	npm ci --prefix $(NODE) --silent
	touch $@

oldest: $(OLDEST)/ready.stamp  ## the oldest versions that pyproject.toml allows, for the tests that try them out

$(OLDEST)/ready.stamp: requirements/oldest.txt pyproject.toml .venv/dev.stamp
	$(BIN)/uv venv -q --clear --python $(BIN)/python $(OLDEST)
	$(BIN)/uv pip install -q --python $(OLDEST)/bin/python -r requirements/oldest.txt
	$(BIN)/uv pip install -q --python $(OLDEST)/bin/python --no-deps -e .
	touch $@

chromium: $(CHROMIUM)  ## a browser, for the tests of the HTML report

$(CHROMIUM):
	@if test "$$(id -u)" = 0 && command -v apt-get > /dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; \
	fi; \
	test -x $@ || { echo "$@ is missing. Install Chromium, or set CHROMIUM to where it is." >&2; exit 1; }

.venv/run.stamp: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check "$$(grep '^uv==' requirements/dev.txt)"
	$(BIN)/uv pip install -q --python $(BIN)/python -r requirements/dev.txt
	touch $@

lock: .venv/dev.stamp  ## pin the newest versions that the ranges of pyproject.toml allow, and the oldest
	$(BIN)/uv pip compile -q --universal --no-annotate --no-header -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile -q --universal --no-annotate --no-header --group dev -o requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile -q --universal --no-annotate --no-header --resolution lowest-direct --extra pytest \
		-o requirements/oldest.txt pyproject.toml

clean:
	rm -rf .venv .cache $(NODE)/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
