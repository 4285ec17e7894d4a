"""The history of the chain, in tables: a sweep that misses no transaction, and the proof of that."""
