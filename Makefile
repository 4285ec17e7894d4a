# Everything a developer runs. Both environments are made on first use and reused while their requirement files stay.
PYTHON ?= python3
CLIENT := .venv
VM := .venv-localnet
RELEASE := .venv-release
PROGRAMS ?= target/deploy
# Two workers; the tests of one file stay together, since they share a chain.
PYTEST_FLAGS ?= -q
WORKERS ?= -n 2 --dist loadfile

LANGUAGE := $(shell find packages/seahorse-lang/src/seahorse -name '*.py')
SOURCES := $(LANGUAGE) $(shell find packages/localnet/src src -name '*.py')
PROGRAM_SOURCES := $(shell find programs_py -name '*.py')
BUILT := target/.built

# How many random programs `make soak` compares, from which seed on.
SEEDS ?= 1000
FIRST ?= 0
# At how many moments `make soak-services` kills them.
MOMENTS ?= 100

.PHONY: help setup build up demo test test-vm test-client test-clients test-foreign screens test-window official test-cluster soak soak-services services-tools test-services lint types editors vscode docs pictures test-pythons bench size dist clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

setup: $(CLIENT)/.ready $(VM)/.ready $(CLIENT)/.compiled ## make both environments

# Python compiles a package when it is first loaded, unless PYTHONDONTWRITEBYTECODE is set: then at every start.
$(CLIENT)/.compiled: $(CLIENT)/.ready $(VM)/.ready $(SOURCES)
	$(VM)/bin/python -m compileall -q packages/seahorse-lang/src packages/localnet/src
	$(CLIENT)/bin/python -m compileall -q packages/seahorse-lang/src packages/localnet/src src
	touch $@

$(CLIENT)/.ready: requirements/client.txt pyproject.toml packages/seahorse-lang/pyproject.toml packages/localnet/pyproject.toml
	test -x $(CLIENT)/bin/python || $(PYTHON) -m venv $(CLIENT)
	$(CLIENT)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/client.txt
	$(CLIENT)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		-e packages/seahorse-lang -e packages/localnet -e .
	touch $@

$(VM)/.ready: requirements/localnet.txt packages/seahorse-lang/pyproject.toml packages/localnet/pyproject.toml
	test -x $(VM)/bin/python || $(PYTHON) -m venv $(VM)
	$(VM)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/localnet.txt
	$(VM)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		-e packages/seahorse-lang -e packages/localnet
	touch $@

$(RELEASE)/.ready: requirements/release.txt
	test -x $(RELEASE)/bin/python || $(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/release.txt
	touch $@

build: $(BUILT) ## compile the programs to target/

$(BUILT): $(VM)/.ready $(CLIENT)/.compiled $(LANGUAGE) $(PROGRAM_SOURCES) Anchor.toml
	$(VM)/bin/seahorse build
	$(VM)/bin/seahorse client --out src/gridtokenx/clients
	touch $@

up: setup build ## a whole campus on this machine, with a page to open; Ctrl-C ends it
	$(CLIENT)/bin/gridtokenx up

demo: setup build ## the life of the market on one day of campus data
	$(CLIENT)/bin/python -m gridtokenx.demo

test: test-vm test-client ## all tests

# Suites that look into the VM run where the VM is; suites of clients run where AnchorPy is.
test-vm: setup build $(RELEASE)/.ready
	$(VM)/bin/python -m pytest $(PYTEST_FLAGS) $(WORKERS) tests/house tests/compiler tests/backends/sbf \
		tests/backends/anchor tests/backends/python tests/backends/idl_account tests/robustness tests/packages \
		tests/localnet tests/market/bench \
		tests/market/security tests/market/auction tests/market/e2e/stateful
	rm -rf target/accepted
	KEEP_PROGRAMS=target/accepted $(VM)/bin/python -m pytest $(PYTEST_FLAGS) $(WORKERS) -p tests.house.editors.accepted \
		--seahorse-engine=both tests/language examples

# In one process: the last of these suites proves that the others together provoked every error code.
test-client: setup build
	PROGRAMS=$(PROGRAMS) $(CLIENT)/bin/python -m pytest $(PYTEST_FLAGS) --ignore=tests/market/e2e/stateful \
		--ignore=tests/services/window \
		tests/client tests/market/programs tests/market/e2e tests/services

test-clients: setup build ## foreign clients against localnet; those in JavaScript, and the editor's extension, where Node is
	$(CLIENT)/bin/python -m pytest $(PYTEST_FLAGS) tests/clients/py
	if command -v npm >/dev/null; then cd tests/clients && npm install --no-audit --no-fund --no-package-lock && npm test && cd ../.. && \
		SERVICES_TYPESCRIPT=required $(CLIENT)/bin/python -m pytest $(PYTEST_FLAGS) tests/services/operated/test_typescript.py && \
		cd editors/vscode && npm install --no-audit --no-fund --no-package-lock && npm test; \
		else echo "npm is not installed: the JavaScript clients were not run"; fi

test-cluster: setup build ## AnchorPy's suites on a validator that runs already, with a faucet: URL=http://127.0.0.1:8899
	@test -n "$(URL)" || { echo "name the validator: make test-cluster URL=http://127.0.0.1:8899"; exit 2; }
	CLUSTER_URL=$(URL) $(CLIENT)/bin/python -m pytest $(PYTEST_FLAGS) -rs tests/market/programs --ignore=tests/market/programs/test_codes.py

soak: setup ## random programs in CPython and in the virtual machine: SEEDS=n FIRST=n
	$(VM)/bin/python -m tests.language.oracle.soak --seeds $(SEEDS) --first $(FIRST)

soak-services: setup build ## kill -9 of the services at random moments, with a node that misbehaves: MOMENTS=n
	$(CLIENT)/bin/python -m tests.services.soak --moments $(MOMENTS)

services-tools: ## PostgreSQL and mosquitto from Debian, which tests of the services need and skip without
	{ { command -v mosquitto || test -x /usr/sbin/mosquitto; } && { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }; } >/dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -y -qq mosquitto postgresql; } || \
		echo "mosquitto or PostgreSQL cannot be installed here: their tests are skipped"

test-services: setup build ## the services alone
	$(CLIENT)/bin/python -m pytest $(PYTEST_FLAGS) --ignore=tests/services/window tests/services

test-foreign: setup ## the suites of solana-py, and of kit, spl-token and web3.js where checkouts are (tests/clients/foreign)
	$(VM)/bin/python tests/clients/foreign/run.py

test-pythons: setup ## a first project from wheels, in a fresh environment of each Python 3.11 to 3.14 that is here
	EVERY_PYTHON=1 $(VM)/bin/python -m pytest $(PYTEST_FLAGS) tests/packages/test_from_wheels.py

screens: setup build ## writes the pictures of docs/screens anew
	SERVICES_WINDOW=required SCREENS=write $(CLIENT)/bin/python -m pytest $(PYTEST_FLAGS) tests/services/window/test_screens.py

test-window: setup build $(RELEASE)/.ready ## the explorer, the services' page and the documentation in a real Chromium, which Debian's package manager installs when it is not there
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		{ apt-get update -qq && apt-get install -y -qq chromium; }
	$(VM)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements/window.txt
	EXPLORER_WINDOW=required $(VM)/bin/python -m pytest $(PYTEST_FLAGS) tests/localnet/explorer/test_window.py
	SITE_WINDOW=required $(VM)/bin/python -m pytest $(PYTEST_FLAGS) tests/house/site/test_window.py
	SERVICES_WINDOW=required $(CLIENT)/bin/python -m pytest $(PYTEST_FLAGS) tests/services/window

official: setup build ## the solana and anchor commands against localnet and the real validator; builds them when missing (an hour)
	$(VM)/bin/python -m tests.official --build

vscode: setup ## test and pack the extension for VS Code; needs Node
	cd editors/vscode && npm install --no-audit --no-fund --no-package-lock && npm run package

bench: setup build ## compute units of every instruction, beside the targets
	$(VM)/bin/python -m bench.cu

size: setup ## where the bytes of the programs are
	$(VM)/bin/python -m bench.size

lint: setup ## ruff: lint and format; vulture: what nobody uses
	$(CLIENT)/bin/ruff check .
	$(CLIENT)/bin/ruff format --check .
	$(CLIENT)/bin/vulture

types: setup ## pyright, strict on src and packages
	$(CLIENT)/bin/pyright --pythonpath $(CLIENT)/bin/python src packages/seahorse-lang programs_py
	$(CLIENT)/bin/pyright --pythonpath $(VM)/bin/python packages/localnet

# Asks about the programs that `make test-vm` kept.
editors: setup ## pyright (strict) and mypy accept what the compiler accepts
	$(CLIENT)/bin/python -m tests.house.editors.accepted_by_editors target/accepted

dist: $(RELEASE)/.ready ## wheels and sdists of the three distributions, in target/dist
	$(RELEASE)/bin/python -m packages.dist

docs: $(RELEASE)/.ready ## the documentation site, in target/site; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(RELEASE)/bin/python -m mkdocs build --strict --quiet
	@echo "target/site/index.html"

pictures: setup build ## what README.md and docs/ show of the explorer, the flame graph and the measured rows, made anew
	EXPLORER_WINDOW=required EXPLORER_PICTURE=docs/explorer.png $(VM)/bin/python -m pytest $(PYTEST_FLAGS) \
		tests/localnet/explorer/test_window.py -k shows_all_there_is
	$(VM)/bin/python -m tests.house.docs.test_profiling
	$(VM)/bin/python -m tests.house.docs.test_readme

clean: ## remove what was built (environments stay)
	rm -rf target .pytest_cache .ruff_cache .hypothesis

include rust.mk
