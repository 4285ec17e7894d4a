"""Accounts, tokens, sysvars, prices, and calls of other programs, in Rust."""
