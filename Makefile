# Needs Rust, Python 3.10 or later, a C compiler and GNU make; everything else goes to .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(CURDIR)/$(BIN)
WHEELS := target/wheels
# What the figures are measured on.
EXTRACTS ?= python/src/desserte/data/neubrandenburg.osm.pbf
PEERS_ON ?= ../shared/data/osm/porto.osm.pbf
SKETCHES := target/sketches
# What the isochrones are judged on.
JUDGED ?= $(EXTRACTS) python/src/desserte/data/sud-ardeche-sketch.osm.pbf
# On a clean checkout the lock file is the truth; at a desk it may follow a change.
LOCKED := $(if $(CI),--locked)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

SOURCES := Cargo.toml Cargo.lock python/pyproject.toml python/README.md \
	$(wildcard crates/*/Cargo.toml) \
	$(shell find crates/desserte/src crates/desserte-py/src python/src -type f -not -name '*.pyc')

# The interpreter that the door is built for, the same for every command, so that none rebuilds it.
export PYO3_PYTHON := $(RUN)/python

.DEFAULT_GOAL := help
.PHONY: help build demo test test-rust test-highs test-python check lint lint-rust lint-python lint-types \
	lint-sizes fixtures pictures quality docs instructions bench bench-record bench-peers bench-growth sketches fix clean

help: ## Shows this list.
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 16

build: $(WHEELS)/.built ## Builds the wheel, in target/wheels.

demo: $(VENV)/.demo ## Villages to their nearest care: a table, GeoJSON, a map; and the report of a meeting.
	$(BIN)/desserte demo --output demo-output

test: test-rust test-python ## Runs every test: Rust, the wheel, examples, the code of the READMEs.

test-rust: $(VENV)/.made
	cargo test --release --workspace $(LOCKED)
	for example in nearest_care many_to_many where_next; do target/release/examples/$$example > target/$$example.txt || exit 1; done

test-highs: ## Tests what HiGHS decides in Rust (needs CMake, libclang, a C++ compiler, and some minutes to compile it).
	cargo test --release --package desserte --features highs --test suite siting:: $(LOCKED)
	cargo test --release --package desserte --features highs --doc siting $(LOCKED)
	cargo clippy --release --package desserte --features highs --all-targets $(LOCKED) -- -D warnings

# From the folder of the tests, where only the installed package can be imported.
test-python: $(VENV)/.dev
	cd python/tests && $(RUN)/python -c 'import desserte, sys; assert desserte.__file__.startswith(sys.prefix)'
	cd python/tests && $(RUN)/python -m pytest

check: lint fixtures docs instructions ## Checks format, lints, types, stubs, sizes, fixtures and documentation.

lint: lint-rust lint-python lint-types lint-sizes

lint-rust: $(VENV)/.made
	cargo fmt --all --check
	cargo clippy --release --workspace --all-targets $(LOCKED) -- -D warnings

lint-python: $(VENV)/.dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check

lint-types: $(VENV)/.dev
	cd python && $(RUN)/mypy --strict
	cd python/tests && $(RUN)/stubtest desserte --mypy-config-file ../pyproject.toml --allowlist ../stubtest.allow

lint-sizes:
	$(PYTHON) .ci/sizes.py

fixtures:
	$(PYTHON) fixtures/make.py --check

pictures: $(VENV)/.dev ## Draws isochrones of towns drawn by hand and of villages, to be looked at, in target/pictures.
	$(BIN)/python fixtures/pictures.py target/pictures

quality: $(VENV)/.dev ## Compares isochrones with their definition (JUDGED="a.osm.pbf ...").
	$(BIN)/python -m desserte.quality $(JUDGED)

docs: $(VENV)/.dev ## Builds the documentation, in target/docs and target/doc; a warning is an error.
	RUSTDOCFLAGS='-D warnings' cargo doc --release --workspace --no-deps $(LOCKED)
	$(BIN)/python -m sphinx -W -E -q -b html -d target/doctrees -c docs/reference docs target/docs

instructions: $(VENV)/.made ## Counts the instructions of each kernel, and fails beyond the limits (valgrind).
	cargo build --release --package desserte-benches --bin figures $(LOCKED)
	$(PYTHON) benches/instructions.py

bench: $(VENV)/.made ## Runs the benches.
	cargo bench --package desserte-benches

bench-record: $(VENV)/.made ## Records the promised figures in benches/recorded (EXTRACTS="a.osm.pbf ...").
	cargo build --release --package desserte-benches --bin figures $(LOCKED)
	$(PYTHON) benches/record.py $(EXTRACTS)

bench-peers: $(VENV)/.peers ## Asks desserte and its peers the same (PEERS_ON="a.osm.pbf ...", PYTHON=python3.12).
	for extract in $(PEERS_ON); do $(BIN)/python benches/peers/compare.py $$extract || exit 1; done

bench-growth: $(VENV)/.peers ## Records time, memory and instructions from 50,000 to 2,000,000 nodes of the sketch.
	cargo build --release --package desserte-benches --bin figures $(LOCKED)
	$(BIN)/python benches/growth.py --folder $(SKETCHES)

sketches: $(SKETCHES)/sketch-700000.osm.pbf $(SKETCHES)/sketch-2000000.osm.pbf ## Draws the large sketches, in target/sketches.

fix: $(VENV)/.dev ## Formats, and mends what the linters can mend.
	cargo fmt --all
	cargo clippy --release --workspace --all-targets --fix --allow-dirty --allow-staged
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## Removes what was built.
	rm -rf target $(VENV) demo-output

# Stamps: each says that a step was done after the files it rests on.

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or later is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.maturin: $(VENV)/.made
	$(PIP) 'maturin>=1.9,<2'
	touch $@

$(WHEELS)/.built: $(SOURCES) $(VENV)/.maturin
	mkdir -p $(WHEELS)
	rm -f $(WHEELS)/desserte-*.whl
	cd python && $(RUN)/maturin build --release $(LOCKED) --interpreter $(RUN)/python --out ../$(WHEELS)
	touch $@

# Of an equal version pip would keep what is installed, so the wheel is forced and then its needs are met.
$(VENV)/.demo $(VENV)/.dev: $(VENV)/.%: $(WHEELS)/.built
	wheel=$$(ls $(WHEELS)/desserte-*.whl) && \
	$(PIP) --force-reinstall --no-deps "$$wheel" && \
	$(PIP) "$$wheel[$(if $(filter demo,$*),maps,$*)]"
	touch $@

# What desserte is measured beside; some of it has wheels from Python 3.12 on only, and is skipped without.
$(VENV)/.peers: $(VENV)/.dev benches/peers/requirements.txt
	sed '/^#/d' benches/peers/requirements.txt | while read -r peer; do $(PIP) --only-binary :all: "$$peer" || echo "$$peer: not to be had for this Python"; done
	touch $@

$(SKETCHES)/sketch-%.osm.pbf: $(VENV)/.dev $(wildcard fixtures/sketch/*.py fixtures/sketch/*.csv)
	mkdir -p $(@D)
	$(BIN)/python fixtures/draw_sketch.py --nodes $* $@.part.osm.pbf
	mv $@.part.osm.pbf $@
