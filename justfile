# What one does often. `just` lists it.

default:
    @just --list

# All tests.
test *ARGS:
    cargo test {{ARGS}}

# Everything that CI checks.
ci:
    .ci/run

# Format and lint.
lint:
    cargo fmt
    cargo clippy --all-targets -- -D warnings

# The benchmarks over the fixtures.
bench *ARGS:
    cargo bench {{ARGS}}

# Other extractors beside tamis over the same pages; `bench/peers/peers.py -h` says what it needs.
peers PAGES *ARGS:
    python3 bench/peers/peers.py --pages {{PAGES}} {{ARGS}}

# Look for pages that break it: `just fuzz html`, text, warc or jsonl.
fuzz TARGET SECONDS="1200":
    cargo +nightly fuzz run -s none {{TARGET}} -- -max_len=65536 -timeout=10 -max_total_time={{SECONDS}}

# Documentation of the library.
doc:
    cargo doc --no-deps --open
