"""What happened on the chain, in tables: a sweep that misses nothing, and the proof that it did not."""
