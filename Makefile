# What a person calls. `make` alone lists it.
# PORT, DATA_DIR and the other settings of README.md may follow: make run PORT=8123 DATA_DIR=/some/where

.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python

# A database or cache of its own brings its drivers.
RUNTIME := runtime $(if $(strip $(DATABASE_URL)$(DATABASE_URL_FILE)$(CACHE_URL)$(CACHE_URL_FILE)),bigger)

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Set up what is missing, and serve the site
	@scripts/install $(RUNTIME)
	@exec $(PY) manage.py start

.PHONY: test
test: ## Run all tests, and say what was skipped
	@scripts/install dev
	@exec $(PY) scripts/test.py

.PHONY: fuzz
fuzz: ## Ask the API what nobody thought of, and calendar readers about actions that nobody thought of
	@scripts/install dev
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-1000} $(PY) -m pytest -q tests/api/test_fuzz.py
	@READERS_SECONDS=$${READERS_SECONDS:-600} exec $(PY) -m pytest -q tests/readers/fuzz_readers.py

.PHONY: loosen
loosen: ## Loosen each statement of the feed contract, right and rule of signing in, in a copy, and see that a test notices; TABLE=…, ONLY=24,30
	@scripts/install dev
	@for table in $(or $(TABLE),tests/feeds/loosened.toml tests/admin/loosened.toml tests/accounts/loosened.toml); do \
	  $(PY) scripts/loosen.py $$table $(if $(ONLY),--only $(ONLY)) || exit 1; done

.PHONY: lint
lint: ## Check style, types, templates and the arrows between rooms
	@scripts/install dev
	@exec scripts/lint

.PHONY: format
format: ## Rewrite Python files in the house style
	@scripts/install dev
	@$(PY) -m ruff check --fix --quiet .; exec $(PY) -m ruff format .

.PHONY: messages
messages: ## Collect translatable text into rallies/locale, and say what is lacking
	@scripts/install dev
	@$(PY) -m scripts.messages && exec $(PY) -m scripts.messages count

.PHONY: lock
lock: ## Compile requirements/*.in to *.txt again; UPGRADE=--upgrade takes newer versions
	@scripts/install dev
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	@cd requirements && for set in runtime bigger dev; do \
		../$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-emit-index-url --no-annotate $(UPGRADE) $$set.in -o $$set.txt || exit 1; \
	done
