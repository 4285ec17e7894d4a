# The Anchor form of the programs: needs cargo with rustfmt and clippy, and a connection to fetch crates on the first run.
HARNESS := tests/backends/rust/harness

.PHONY: rust rust-anchor-1
rust: export CARGO_TARGET_DIR := $(CURDIR)/target/rust
rust: setup ## the generated Anchor crates: fresh, clean, and equal to the bytecode
	$(VM)/bin/python -m pytest $(PYTEST_FLAGS) tests/backends/anchor
	cargo fmt --all --check
	cd $(HARNESS) && cargo fmt --check
	cargo check --quiet --workspace
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	cd $(HARNESS) && cargo clippy --quiet -- -D warnings
	cargo test --quiet --workspace
	$(VM)/bin/python -m pytest $(PYTEST_FLAGS) tests/backends/rust

rust-anchor-1: export ANCHOR := 1
rust-anchor-1: export CARGO_TARGET_DIR := $(CURDIR)/target/rust-1
rust-anchor-1: setup ## the same of crates for Anchor 1, of which `make rust` only sees that those of the five programs compile
	$(VM)/bin/python -m pytest $(PYTEST_FLAGS) tests/backends/rust
