# One verb each. `make run` and `make test` do all the set-up they need.
python := .venv/bin/python
.DEFAULT_GOAL := run
.PHONY: run test setup setup-test check fix lock bench bench-answers bench-findings bench-search bench-redaction bench-summaries bench-window soak

run: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  exec .venv/bin/indoors window --sample; \
	else \
	  exec $(python) -m ui.terminal.tour; \
	fi

setup:
	@packaging/setup/setup.sh run

setup-test:
	@packaging/setup/setup.sh test

check: setup-test
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy app models ui
	.venv/bin/lint-imports --config pyproject.toml
	$(python) -m pytest -q tests/architecture

fix: setup-test
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

# The architecture tests are part of the whole suite, so `test` runs the linters and then everything once.
test: setup-test
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy app models ui
	.venv/bin/lint-imports --config pyproject.toml
	$(python) -m pytest

lock: setup-test
	packaging/setup/lock.sh

bench: setup
	$(python) tests/bench/bench.py

bench-answers: setup
	$(python) tests/bench/answers.py

# More questions: make bench-search folders="…", each with corpus.jsonl, queries.jsonl and qrels.tsv.
bench-search: setup
	$(python) tests/bench/search_quality.py $(folders)

bench-findings: setup
	$(python) tests/bench/findings.py

# More texts: make bench-redaction files="…", each of one of the two forms the bench names.
bench-redaction: setup
	$(python) tests/bench/redaction.py $(files)

bench-summaries: setup
	$(python) tests/bench/summaries.py

bench-window: setup
	$(python) tests/bench/window.py

soak: setup-test
	@for part in tests/soak/*.py; do echo "$$part"; $(python) "$$part" || exit 1; done
