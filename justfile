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

# Documentation of the library.
doc:
    cargo doc --no-deps --open
