# The Anchor form of the programs: needs cargo with rustfmt and clippy, and a connection to fetch crates on the first run.
HARNESS := tests/backends/rust/harness

.PHONY: rust
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
