"""Names of the prelude that need a ledger: accounts, tokens, calls of other programs."""
