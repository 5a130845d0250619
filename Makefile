# The commands of a working day; `make` alone lists them. PYTHON may name another interpreter.
PYTHON ?= .venv/bin/python
# The benchmarks start real programs with the helpers of the tests.
export PYTHONPATH := tests/peers:tests/real

.PHONY: bench-monitors bench-phone page service help setup test lint wheels bench bench-calls bench-first bench-start bench-versus bench-bundles bench-refit bench-targets bench-selfmap bench-render bench-words loudness mutants soak soak-short soak-cables fuzz taught picture train evaluate

help:
	@grep -E '^[a-z-]+: ##' $(MAKEFILE_LIST) | sed 's/:.*##/  /'

setup: ## an environment with everything that development needs
	python3 -m venv .venv
	.venv/bin/pip install -e '.[dev,train]'

test: ## all tests; those whose real part is missing say what to install
	$(PYTHON) -m pytest

lint: ## style, and types for Linux, Windows and macOS
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	for system in Linux Windows Darwin; do $(PYTHON) -m pyright --pythonpath $(PYTHON) --pythonplatform $$system || exit 1; done

wheels: ## what installs as a wheel on Windows, macOS and Linux with each Python, asked of the package index (minutes)
	$(PYTHON) tests/bench/wheels.py

.PHONY: dist
dist: ## sdist and wheel, checked, each installed without the checkout and used (pip install '.[dist]'; PYTHONS names interpreters)
	$(PYTHON) tests/bench/dist.py $(PYTHONS)

bench: ## latency, processor time, start-up and memory of the daemon on a real JACK server
	$(PYTHON) tests/bench/bench.py

bench-calls: ## Python calls for one knob message, with 1, 8 and 64 targets
	$(PYTHON) tests/bench/calls.py

bench-first: ## from a MIDI driver's thread to a knob's first datagram, in one process, without JACK
	$(PYTHON) tests/bench/first.py

bench-start: ## processor time and time until the daemon is ready, without devices
	$(PYTHON) tests/bench/bench_start.py

bench-versus: ## latency against jackmidi2osc, a C program, in turns; PEERS names the folder that it was built in
	$(PYTHON) tests/bench/bench_versus.py

service: ## the service in a real systemd of a user: installed, killed, restarted, removed (Linux, as root)
	$(PYTHON) tests/bench/service.py

bench-monitors: ## what ten monitors cost the daemon, at rest and while a knob turns
	$(PYTHON) tests/bench/bench_monitors.py

bench-phone: ## from a phone's message and from a touch in a browser to the DAW's datagram, also under attacks on the open port
	$(PYTHON) tests/bench/bench_phone.py

page: ## the page for phones in a browser with the network lost for 30 s, and pictures of every size in build/pictures
	SEMEQ_OUTAGE_S=30 SEMEQ_PAGE_PICTURES=build/pictures $(PYTHON) -m pytest tests/bench/page_in_browser.py

bench-words: ## how long a running daemon takes for a word or a phrase
	$(PYTHON) tests/bench/bench_words.py

bench-bundles: ## whether Ardour sets all bands of a move within one audio block, as five datagrams and as one bundle
	$(PYTHON) tests/bench/bench_bundles.py

bench-refit: ## how near each shipped plug-in comes to what is asked, and how long finding that takes
	$(PYTHON) tests/bench/bench_refit.py

bench-targets: ## twelve equalisers of one Ardour at 44.1, 48 and 96 kHz: each within 0.1 dB of what is foreseen
	$(PYTHON) tests/bench/bench_targets.py

mutants: ## 200 random mutants of daemon/ and model/: which of them the tests do not notice (an hour or two; goes on in build/mutants)
	$(PYTHON) tests/bench/mutants.py

bench-audition: ## how often semeq audition and a plain C client beside it are late, at periods 1024 and 256 (MINUTES, 10 if not said)
	$(PYTHON) tests/bench/bench_audition.py $(or $(MINUTES),10)

bench-selfmap: ## equalisers without a file in real Ardour: mapped and within 0.3 dB of what is foreseen, or refused
	$(PYTHON) tests/bench/bench_selfmap.py

bench-render: ## speed and memory of semeq render on a stereo file (MINUTES, 60 if not said)
	$(PYTHON) tests/bench/bench_render.py $(or $(MINUTES),60)

loudness: ## level match in real Ardour: three plug-ins, five pairs of words, ten seconds of pink noise each
	SEMEQ_PAIRS=5 $(PYTHON) -m pytest -s tests/end_to_end/test_heard_in_ardour.py -k loudness

soak: ## an hour on a stage: moves, hosts, clients, cables and a JACK server that hangs; memory, descriptors, threads
	$(PYTHON) tests/bench/soak.py

soak-short: ## the same for ten minutes
	$(PYTHON) tests/bench/soak.py --seconds 600

soak-cables: ## a thousand cables pulled and put back: reconnection, descriptors, threads, memory (some minutes)
	$(PYTHON) tests/bench/cables.py

fuzz: ## a million random and damaged messages, hostile hosts, HTTP and files, a flood, and a knob over JACK in it (some minutes)
	$(PYTHON) tests/bench/fuzz.py

taught: ## twenty settings made in Ardour, taught, flattened and recalled by a knob: how near the response comes (some minutes)
	SEMEQ_TAUGHT=20 $(PYTHON) -m pytest -s tests/end_to_end/test_taught.py

.PHONY: kills bench-library
kills: ## five hundred kills of three daemons on one library, and as many on a disk that is full now and then (some minutes)
	SEMEQ_KILLS=500 $(PYTHON) -m pytest -s --timeout 3600 tests/end_to_end/test_kills.py

bench-library: ## a start with 100,000 changes and 1,000 own words against an empty one, morphs and requests with them, teaching
	$(PYTHON) tests/bench/bench_library.py

picture: ## the README's picture of the terminal, drawn by the real program
	$(PYTHON) tests/real/picture.py README.svg

train: ## train the shipped model and put it in its place
	$(dir $(PYTHON))semeq train --out model/weights/semeq.safetensors

evaluate: ## measure every system, refresh the model card and its figures (20 to 30 minutes on two cores)
	$(dir $(PYTHON))semeq evaluate --write .
