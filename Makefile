# make chat   ask the articles in the console
# make test   run the tests
# make slow   run those that take too long to be among them
# make check  lint, types, architecture
# make bot    run in Telegram (needs DEREK_TELEGRAM_TOKEN)
# make web    serve the page, the API and MCP on this machine
# make eval   measure the answers on judged questions, with meaning and without (needs DEREK_EVAL)
# make train  learn the weights of ranking and short answers (needs DEREK_EVAL, DEREK_TREES and DEREK_ANSWERS)
# make browser  install what looks at the page in a browser, which `make slow` does then (needs Chromium)
# make samples  embed the sample articles anew, after a change of their sentences
# make translations  make the tables of translations anew (needs DEREK_EVAL)
# make man    write the manual page, build/man/man1/derek.1
# make terminal  record what the commonest things look like on a terminal, in docs/terminal (needs tmux)
# make screens  draw what the commonest things look like in a chat and on the page, in docs (needs Chromium)
# make faults  kill the bot two hundred times, let Telegram fail in every way, and say what was lost (20 minutes)
# make bench  time Derek beside other engines; N=1000000 for a million sentences
# make measures  measure the rest and write docs/measurements (needs DEREK_EVAL); CHECK=1 says what is out of date
#
# Each sets up .venv by itself when that is needed, and only then.

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
# Half as many tests again at once as there are cores: many of them wait.
PROCESSES := $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) * 3 + 1) / 2 )))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: install chat bot web test slow browser check eval train samples translations man terminal screens faults bench curves kills measures clean

install: .venv/.installed

chat: .venv/.installed
	@$(BIN)/derek chat

bot: .venv/.installed
	@$(BIN)/derek run

web: .venv/.installed
	@$(BIN)/derek serve

test: .venv/.installed-dev
	@$(BIN)/python -m pytest --numprocesses $(PROCESSES) --dist worksteal

slow: .venv/.installed-dev
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m slow
	@DEREK_QUESTIONS=1000 $(BIN)/python -m pytest --quiet tests/test_hostile.py

# What looks at the page is a third of a gigabyte with its browser, and is only had where it is wanted.
browser: .venv/.installed-browser

check: .venv/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --quiet tests/test_architecture.py

eval: .venv/.installed-dev
	@$(BIN)/python -m tests.quality.gate
	@$(BIN)/python -m tests.quality.gate --lexical

train: .venv/.installed-dev
	@$(BIN)/python -m retrieval.training.centroids
	@$(BIN)/python -m retrieval.training.ranking --words
	@$(BIN)/python -m retrieval.training.ranking
	@$(BIN)/python -m retrieval.training.interaction
	@$(BIN)/python -m retrieval.training.spans

samples: .venv/.installed-dev
	@$(BIN)/python -m retrieval.training.samples

translations: .venv/.installed-dev
	@$(BIN)/python -m retrieval.training.translations

terminal: .venv/.installed-dev
	@$(BIN)/python -m tests.benchmarks.record_terminal docs/terminal

screens: .venv/.installed-browser
	@$(BIN)/python -m tests.benchmarks.record_chat docs/chat
	@$(BIN)/python -m tests.benchmarks.record_web docs/web

man: .venv/.installed
	@mkdir -p build/man/man1
	@$(BIN)/derek man > build/man/man1/derek.1

faults: .venv/.installed-dev
	@$(BIN)/python -m tests.benchmarks.bench_faults

bench: .venv/.installed-bench
	@$(BIN)/python -m tests.benchmarks.bench_index $(N)

measures: .venv/.installed-dev
ifdef CHECK
	@$(BIN)/python -m tests.benchmarks.measurements --check
else
	@$(BIN)/python -m tests.benchmarks.bench_sentences --write
	@$(BIN)/python -m tests.benchmarks.bench_start --write
	@$(BIN)/python -m tests.benchmarks.bench_embed --write
	@$(BIN)/python -m tests.benchmarks.bench_ask --write
	@$(BIN)/python -m tests.benchmarks.bench_refusal --write
	@$(BIN)/python -m tests.benchmarks.bench_slips --write
	@$(BIN)/python -m tests.benchmarks.bench_parts --write
	@$(BIN)/python -m tests.benchmarks.bench_agreement --write
	@$(BIN)/python -m tests.benchmarks.bench_followups --write
	@$(BIN)/python -m tests.benchmarks.bench_followups --lexical --write
	@$(BIN)/python -m tests.benchmarks.bench_threads --write
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.bench_vectors --write
	@$(BIN)/python -m tests.quality.gate --write
	@$(BIN)/python -m tests.quality.gate --lexical --write
endif

curves: .venv/.installed-bench
	@$(BIN)/python -m tests.benchmarks.draw_curves

# A hundred processes killed while they add articles.
kills: .venv/.installed-dev
	@DEREK_KILLS=100 $(BIN)/python -m pytest --quiet -m slow tests/index/test_disk.py -k kill

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Derek needs Python 3.11 or newer; none is on the PATH." >&2; exit 1; }
	@echo "Setting up .venv; this takes a minute, once." >&2
	@$(PYTHON) -m venv .venv || { echo "Python cannot make .venv; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable '.[semantic,web]'
	@touch $@

.venv/.installed-dev: .venv/.installed
	@$(PIP) install --group dev
	@touch $@

.venv/.installed-bench: .venv/.installed-dev
	@$(PIP) install --group bench
	@touch $@

.venv/.installed-browser: .venv/.installed-dev
	@$(PIP) install --group browser
	@touch $@
