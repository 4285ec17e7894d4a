"""The examples that show what Rust cannot say: `seahorse build --no-rust` builds them."""

BYTECODE_ALONE = frozenset({"amm", "dao", "multisig", "profile", "transfer_hook"})
